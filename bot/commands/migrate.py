"""``askarticle migrate``: a library from a file to a server, or back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.shared import counted, say
from corpus.library.address import is_address

_SHOWN_EVERY = 10_000  # rows
_WORDS = {  # what a table's rows are to the user
    "articles": "articles",
    "vectors": "articles' vectors",
    "versions": "versions",
    "contents": "texts",
    "passages": "passages",
    "bands": "marks of near-duplicates",
    "changes": "recorded changes",
    "conversations": "conversations",
    "turns": "questions of conversations",
    "places": "cited places",
    "feedback": "pieces of feedback",
    "passage_search": "passages made ready for searching",
}


def _place(text: str) -> Path | str:
    if not text.strip():
        raise typer.BadParameter("a place is empty")
    if is_address(text):
        return text
    path = Path(text)
    is_folder = path.is_dir() or (not path.exists() and path.suffix not in (".sqlite", ".db"))
    return path / "library.sqlite" if is_folder else path


FromArgument = Annotated[
    Any, typer.Argument(parser=_place, metavar="FROM", help="A data folder, a library's file, or its address.")
]
ToArgument = Annotated[Any, typer.Argument(parser=_place, metavar="TO", help="The same; no library may be there.")]


def migrate_command(source: FromArgument, target: ToArgument) -> None:
    """Copy a whole library from one place to another: a file, or a PostgreSQL server. Run again, it goes on."""
    from corpus.library.copying import copy_library

    progress = _Progress()
    try:
        counts = copy_library(source, target, progress.tell, progress.totals.update)
    except KeyboardInterrupt:
        say("Stopped. What is copied so far is kept, and is no library yet. Run the same command again to go on.")
        raise
    nouns = {"articles": "article", "versions": "version", "passages": "passage", "conversations": "conversation"}
    said = [counted(counts[table], noun) for table, noun in nouns.items()]
    typer.echo(f"Copied and compared: {', '.join(said)}, {counted(counts['feedback'], 'piece')} of feedback.")


class _Progress:
    """Says how far a long copying is; a short one needs no words."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}  # table -> how many rows it will have
        self._told: dict[str, int] = {}

    def tell(self, table: str, number: int) -> None:
        """Take note that so many of the table's rows are there."""
        if table == "compared":
            if sum(self.totals.values()) >= _SHOWN_EVERY:
                say("Comparing the copy with the library ...")
        elif number >= self._told.get(table, 0) + _SHOWN_EVERY:
            self._told[table] = number
            total = self.totals.get(table)
            say(f"{number:,}{f' of {total:,}' if total else ''} {_WORDS.get(table, 'rows')} ...")
