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

FileArgument = Annotated[Path | None, typer.Argument(metavar="FILE", help="The file to write; default: stdout.")]


def export_command(file: FileArgument = None, collection: CollectionsOption = None, data: DataOption = None) -> None:
    """Write the articles as JSON lines, one article a line, in their current versions.

    `askarticle add FILE` reads them back to the same articles, ids and collections.
    """
    from corpus.library.types import Filter

    with library_in(settings_from(data)) as store:
        where = Filter(collections=known_collections(store, collection))
        with _output(file) as output:
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


@contextmanager
def _output(file: Path | None) -> Iterator[IO[bytes]]:
    """Give what to write to. A file is put in place when it is whole; what was there before stays until then."""
    if file is None or str(file) == "-":
        yield typer.get_binary_stream("stdout")
        return
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        temporary.replace(file)
    except OSError as error:
        raise StoredDataError(f"{file} cannot be written: {error.strerror or error}. Name another file.") from error
    finally:
        temporary.unlink(missing_ok=True)
