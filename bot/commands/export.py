"""``askarticle export``: the articles as JSON lines, which ``add`` reads back."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.shared import (
    CollectionsOption,
    DataOption,
    counted,
    known_collections,
    library_in,
    pages_of,
    say,
    settings_from,
)
from corpus.errors import NoSuchArticleError, StoredDataError

if TYPE_CHECKING:
    from corpus.library.types import Filter, LibraryArticle, LibraryStore


def _file(name: str) -> Path:
    if not name:
        raise typer.BadParameter("the name is empty")
    return Path(name)


FileArgument = Annotated[
    Path | None, typer.Argument(parser=_file, metavar="FILE", help="The file to write; default: stdout.")
]


def export_command(file: FileArgument = None, collection: CollectionsOption = None, data: DataOption = None) -> None:
    """Write the articles as JSON lines, one article a line, in their current versions.

    `askarticle add FILE` reads them back to the same articles, ids and collections.
    """
    from corpus.library.types import Filter

    settings = settings_from(data)
    with library_in(settings) as store:
        spare(settings.library, file)
        where = Filter(collections=known_collections(store, collection))
        with output_to(file) as output:
            number = 0
            for article in _originals_first(store, where):
                output.write(json.dumps(_to_dict(article), ensure_ascii=False).encode() + b"\n")
                number += 1
    say(counted(number, "article"))


def _originals_first(store: "LibraryStore", where: "Filter") -> "Iterator[LibraryArticle]":
    """Give the articles, those that repeat another one last: read back in this order they repeat the same ones."""
    for repeats in (False, True):
        for summary in chain.from_iterable(pages_of(store, where)):
            if (summary.duplicate_of is not None) is repeats:
                try:
                    yield store.get(summary.id)
                except NoSuchArticleError:  # taken out meanwhile
                    continue


def _to_dict(stored: "LibraryArticle") -> dict[str, Any]:
    from corpus.readers.json_lines import EXPORTED

    article = stored.article
    values = {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "author": article.author,
        "published": article.published and article.published.isoformat(),
        "language": article.language,
        "text": article.text,
        EXPORTED: {"collection": stored.collection, "origin": stored.origin, "pages": list(article.pages)},
    }
    return {name: value for name, value in values.items() if value is not None}


def spare(library: Path, file: Path | None) -> None:
    """Refuse to write over the library itself."""
    own = {library.with_name(library.name + ending).resolve() for ending in ("", "-wal", "-shm")}
    if file is not None and file.resolve() in own:
        raise StoredDataError(f"{file} is the library itself. Name another file.")


@contextmanager
def output_to(file: Path | None) -> Iterator[IO[bytes]]:
    """Give what to write to. A file is put in place when it is whole; what was there before stays until then."""
    if file is None or str(file) == "-":
        yield typer.get_binary_stream("stdout")
        return
    try:
        with _direct(file) if file.exists() and not file.is_file() else _in_place(file.resolve()) as output:
            yield output
    except OSError as error:
        raise StoredDataError(f"{file} cannot be written: {error.strerror or error}. Name another file.") from error


@contextmanager
def _direct(file: Path) -> Iterator[IO[bytes]]:
    """Give a pipe or a device to write to; another file in its place would be none."""
    with file.open("wb") as output:
        yield output


@contextmanager
def _in_place(file: Path) -> Iterator[IO[bytes]]:
    temporary = file.with_name(f".{file.name[:100]}.{os.getpid()}")  # a file's name may be of the greatest length
    try:
        with temporary.open("wb") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
