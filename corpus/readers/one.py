"""One file as one article: plain text at once, every other format as ``add`` reads it."""

from itertools import islice
from pathlib import Path

from corpus.article import Article
from corpus.errors import UnreadableArticleError
from corpus.readers.files import open_plain, shown
from corpus.readers.kinds import LOOKED_AT, tell_kind
from corpus.readers.text import read_text_file
from corpus.readers.types import LeftOut, ReadArticle, Refused


def read_one(path: Path) -> Article:
    """Read a file that holds one article, in any format that the library takes in; a pipe must hold plain text.

    Raises:
        ArticleError: it cannot be read, or it holds several articles; the message says why.
    """
    if not path.is_file():
        return read_text_file(path)
    with open_plain(path) as file:
        kind = tell_kind(file.read(LOOKED_AT), path.name)
    if kind == "text":
        return read_text_file(path)
    from corpus.readers.sources import read_source  # what parses the other formats takes a second to load

    reads = list(islice(read_source(str(path)), 2))
    if len(reads) > 1:
        raise UnreadableArticleError(f"{shown(path)} holds several articles. Add them to the library, then ask that.")
    match reads[0]:
        case Refused(reason=reason):
            raise UnreadableArticleError(reason)
        case LeftOut():
            raise AssertionError("a file that is named itself is read")
        case ReadArticle(article=article):
            return article
