"""The one front door: whatever a reader can be given, read as articles."""

from collections.abc import Iterator
from pathlib import Path

from corpus.errors import ArticleError
from corpus.readers.text import read_text_file
from corpus.readers.types import Read, ReadArticle, ReadLimits, Refused


def read_source(where: str, limits: ReadLimits | None = None) -> Iterator[Read]:
    """Read a file, a folder, a feed or a URL: one ``ReadArticle`` or ``Refused`` for each article it should give.

    Nothing is raised for bad input, and one bad file ends neither a folder nor a feed. What is read is read when the
    iterator gets there: only one article is held at a time.
    """
    path = Path(where).absolute()
    try:
        yield ReadArticle(read_text_file(path), str(path))
    except ArticleError as error:
        yield Refused(str(path), str(error))
