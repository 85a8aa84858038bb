"""What the library's commands have in common: options, the way to the library, and how things are printed."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from corpus.errors import StoredDataError
from corpus.library import open_library
from corpus.library.names import LONGEST_NAME, is_collection_name

if TYPE_CHECKING:
    from bot.settings import Settings
    from corpus.library.stored_library import StoredLibrary
    from corpus.library.types import ArticleSummary, Filter, LibraryStore

LARGE = 50_000_000  # bytes of a library; to write one anew takes seconds
PAGE = 500  # articles read at a time
_SECRETS = ("ASKARTICLE_DATABASE",)  # what is not usable may hold a password all the same


def _folder(name: str) -> Path:
    if not name:  # as a path it would be the working directory
        raise typer.BadParameter("the name is empty")
    return Path(name)


def collection_name(name: str) -> str:
    """Give the name, or raise ``typer.BadParameter`` where it is not one."""
    if not is_collection_name(name):
        raise typer.BadParameter(f"a collection's name has 1 to {LONGEST_NAME} characters, without blanks at its ends")
    return name


DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        parser=_folder,
        metavar="<path>",
        help="The data folder; default: ASKARTICLE_DATA or the user's data directory.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
CollectionsOption = Annotated[
    list[str] | None, typer.Option("--collection", help="Only articles of this collection; repeat for more.")
]


def settings_from(data: Path | None) -> "Settings":
    """Give the settings, with the data folder ``data`` where it is given.

    Raises:
        typer.BadParameter: a variable's value is not usable.
    """
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ASKARTICLE_{str(first['loc'][0]).upper()}"
        given = "" if name in _SECRETS else f"={first['input']!r}"
        raise typer.BadParameter(f"{name}{given} is not usable: {first['msg']}") from None
    return settings if data is None else settings.model_copy(update={"data": data})


@contextmanager
def library_in(settings: "Settings", *, make: bool = False) -> Iterator["StoredLibrary"]:
    """Open the library of the data folder, and close it in the end.

    Raises:
        StoredDataError: it cannot be opened; or there is none and ``make`` is not set, so that a mistyped folder is
            told, not made.
    """
    if not make and not settings.has_library:
        raise StoredDataError(f"There is no library in {settings.data} yet. Add an article: askarticle add PATH")
    store = open_library(settings.library_place)
    try:
        yield store
    finally:
        store.close(_tell_compaction)


def _tell_compaction(size: int) -> None:
    if size > LARGE:
        say(f"Writing the library's {size // 1_000_000:,} MB anew, so that what was removed leaves the disk ...")


def catch_up_index(store: "StoredLibrary", settings: "Settings") -> None:
    """Bring what is derived from the library up to date; should that fail, the next question tries again."""
    if store.search is not None:  # nothing is derived from it
        return
    from index.catch_up import catch_up

    try:
        catch_up(store, settings.library_index)
    except (OSError, StoredDataError) as error:
        say(f"The search index could not be brought up to date: {error}")


def pages_of(store: "LibraryStore", where: "Filter") -> Iterator[Sequence["ArticleSummary"]]:
    """Give all the articles that fit, by id, a page at a time."""
    page = store.scan(where, limit=PAGE)
    while page:
        yield page
        page = store.scan(where, after=page[-1].id, limit=PAGE)


def known_collections(store: "LibraryStore", names: Sequence[str] | None) -> frozenset[str] | None:
    """Give the names as a filter's part, None for none given.

    Raises:
        typer.BadParameter: there is no such collection.
    """
    if not names:
        return None
    known = store.collections()
    for name in names:
        if name not in known:
            there = ", ".join(repr(other) for other in list(known)[:5]) or "none yet"
            raise typer.BadParameter(f"there is no collection {name!r}; there are: {there}")
    return frozenset(names)


def summary_to_dict(summary: "ArticleSummary") -> dict[str, Any]:
    """Give what is known of an article, its text aside, ready for ``json.dumps``."""
    names = (*_FIRST_NAMES, "characters", "sentences", "passages", "collection", "origin", "added", "duplicate_of")
    values = {name: getattr(summary, name) for name in names}
    return {**values, "published": summary.published and summary.published.isoformat(), "added": moment(summary)}


_FIRST_NAMES = ("id", "title", "url", "source", "author", "published", "language", "version", "fingerprint")


def moment(summary: "ArticleSummary") -> str:
    """Give when a version was stored, in UTC and ISO 8601."""
    return summary.added.isoformat(timespec="seconds")


def plain(text: str) -> str:
    """Give ``text`` with every character that is not for showing (control characters, bytes that are no text) spelt."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def counted(number: int, noun: str) -> str:
    """Give such as ``1 article`` and ``2,000 articles``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say(line: str) -> None:
    """Print a line to stderr; whatever is in it, it is one line and nothing that a terminal heeds."""
    typer.echo(plain(line), err=True)


def print_json(value: Any) -> None:
    """Print a JSON document to stdout, in whatever characters it can take."""
    typer.echo(json.dumps(value, ensure_ascii=not speaks_unicode(sys.stdout), indent=2))


def speaks_unicode(stream: TextIO | None) -> bool:
    """Whether every character can be written to ``stream``."""
    return str(getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")
