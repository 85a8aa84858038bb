"""``askarticle migrate``: a library from a file to a server, or back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.shared import counted, say
from corpus.library.address import is_address

_SHOWN_EVERY = 10_000  # rows


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

    told: dict[str, int] = {}

    def tell(table: str, number: int) -> None:
        if number >= told.get(table, 0) + _SHOWN_EVERY:
            told[table] = number
            say(f"{number:,} rows of {table} ...")

    counts = copy_library(source, target, tell)
    nouns = {"articles": "article", "versions": "version", "passages": "passage", "conversations": "conversation"}
    said = [counted(counts[table], noun) for table, noun in nouns.items()]
    typer.echo(f"Copied and compared: {', '.join(said)}, {counted(counts['feedback'], 'piece')} of feedback.")
