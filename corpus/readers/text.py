"""Plain text files."""

import codecs
from pathlib import Path

from corpus.article import Article
from corpus.errors import ArticleTooLargeError, EmptyArticleError, NoSuchArticleError, NotTextError
from corpus.normalise import normalise

MAX_BYTES = 10_000_000  # about 2,000 pages
LONGEST_HEADLINE = 120  # characters

_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ASCII = bytes(range(0x80))
# A pound sign or a few accents are little to go by, and are then read as Baltic or Polish letters as readily. The
# encoding that is by far the most used of the legacy ones is taken where it fits nearly as well; Czech fits it too.
_CLOSE = 0.05  # of charset_normalizer's measure of mess, 0 to 1
_CENTRAL = ("cp1250", "iso8859_2")
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
    return Article.create(text, title=_headline(text) or _readable(name))


def _shortened(path: Path, limit: int = 200) -> str:
    name = repr(str(path))
    return name if len(name) <= limit else f"{name[:limit]}…'"


def _decode(data: bytes, name: str) -> str:
    for magic, kind in _OTHER_KINDS.items():
        if data.startswith(magic):
            raise NotTextError(f"{name!r} is {kind}; only plain text is read. Save its text as a .txt file.")
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(_BYTE_ORDER_MARKS[mark] if mark else "utf-8")
    except UnicodeDecodeError:
        text = _guess(data, name)
    if "\0" in text:
        raise NotTextError(f"{name!r} is not plain text: it holds NUL bytes. Save its text as UTF-8.")
    return text


def _guess(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes  # slow to import, and few files need it

    matches = [] if b"\0" in data else list(from_bytes(data))  # the likeliest first
    if not matches:
        raise NotTextError(f"{name!r} is not text in a known encoding. Save it as UTF-8.")
    best = matches[0]
    western = next((match for match in matches if "cp1252" in match.could_be_from_charset), None)
    if western and western.chaos - best.chaos <= _CLOSE and (_is_nearly_ascii(data) or best.encoding not in _CENTRAL):
        return str(western)
    return str(best)


def _is_nearly_ascii(data: bytes) -> bool:
    return len(data.translate(None, _ASCII)) <= 0.03 * len(data)


def _headline(text: str) -> str:
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    looks_like_one = len(first) <= LONGEST_HEADLINE and first[-1] not in ".,;:" and any(map(str.isalnum, first))
    return first if looks_like_one and rest.strip() else ""


def _readable(name: str) -> str:
    words = Path(name).stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words)[:1].upper() + " ".join(words)[1:]
