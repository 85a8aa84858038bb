"""Files that are read as articles, by one process for all tests of a module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.article import Article
from corpus.normalise import normalise
from corpus.readers.child import ChildParser
from corpus.readers.sources import read_source
from corpus.readers.types import Read, ReadArticle, ReadLimits

LIMITS = ReadLimits()
PARSER: ChildParser


@contextmanager
def one_parser() -> Iterator[ChildParser]:
    """One for all tests; the front door's own is started for each call."""
    global PARSER
    with ChildParser(LIMITS) as PARSER:
        yield PARSER


def read(path: Path) -> list[Read]:
    return list(read_source(str(path), LIMITS, parser=PARSER))


def read_one(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (found,) = read(path)
    assert isinstance(found, ReadArticle), found
    assert found.origin == str(path)
    assert normalise(found.article.text) == found.article.text
    return found.article
