"""Plain text files."""

from pathlib import Path

from corpus.article import Article
from corpus.errors import ArticleTooLargeError, EmptyArticleError, NoSuchArticleError, NotTextError
from corpus.normalise import normalise
from corpus.readers.drafts import headline, readable
from corpus.readers.encodings import decode

MAX_BYTES = 10_000_000  # about 2,000 pages

_OTHER_KINDS = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
}


def read_text_file(path: Path) -> Article:
    """Read a plain text file as an article.

    Raises:
        NoSuchArticleError: nothing is there, it is not a file, or it may not be read.
        ArticleTooLargeError: the file is larger than ``MAX_BYTES``.
        NotTextError: the file is not plain text.
        EmptyArticleError: the file holds no words.
    """
    shown = _shortened(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise NoSuchArticleError(f"There is no file {shown}. Check the path.") from None
    except IsADirectoryError:
        raise NoSuchArticleError(f"{shown} is a folder. Give the path of a text file.") from None
    except PermissionError:
        raise NoSuchArticleError(f"{shown} may not be read. Check its permissions.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise NoSuchArticleError(f"{shown} cannot be read: {reason}. Check the path.") from None
    return read_text(data, path.name)


def read_text(data: bytes, name: str) -> Article:
    """Make an article of a text file's bytes; ``name`` is the file's name, for messages and for a title.

    The encoding is UTF-8, UTF-16 with a byte order mark, or else guessed. The title is the first line where that looks
    like a headline, else the name made readable.

    Raises:
        ArticleTooLargeError, NotTextError, EmptyArticleError: as ``read_text_file``.
    """
    if len(data) > MAX_BYTES:
        raise ArticleTooLargeError(
            f"{name!r} is larger than {MAX_BYTES // 1_000_000} MB. Split it into several articles."
        )
    text = normalise(_decode(data, name))
    if not any(map(str.isalnum, text)):
        raise EmptyArticleError(f"{name!r} has no words in it. Give a file that has text.")
    return Article.create(text, title=headline(text) or readable(name))


def _shortened(path: Path, limit: int = 200) -> str:
    name = repr(str(path))
    return name if len(name) <= limit else f"{name[:limit]}…'"


def _decode(data: bytes, name: str) -> str:
    for magic, kind in _OTHER_KINDS.items():
        if data.startswith(magic):
            raise NotTextError(f"{name!r} is {kind}; only plain text is read. Save its text as a .txt file.")
    return decode(data, name)
