"""What kind of file it is: by its content first, then by what the server or the name says."""

import json
import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Literal

from corpus.errors import NotTextError

Kind = Literal["pdf", "packed", "html", "feed", "markdown", "json lines", "text"]

LOOKED_AT = 4096  # bytes
_SUFFIXES: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".jsonl": "json lines",
    ".ndjson": "json lines",
}
# What else a folder's file of a format may be called. Without a suffix there are keys, scripts and programs as well as
# texts, so that it needs a name that only texts have; .xml may hold anything: what begins as a feed or a page is one.
_FORMATS = (*_SUFFIXES, ".txt", ".text", ".pdf", ".docx", ".epub")
_TEXTS = ("readme", "news", "changes", "changelog", "history", "notes")
_MEDIA_TYPES: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/jsonl": "json lines",
    "application/x-ndjson": "json lines",
}
_OTHER_MEDIA_TYPES = re.compile(
    r"text/.*|application/(?:xml|json|pdf|x-pdf|epub\+zip|zip|octet-stream|"
    r"vnd\.openxmlformats-officedocument\.wordprocessingml\.document)|binary/octet-stream|"
)
_PDF = b"%PDF-"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|atom:feed)\b", re.IGNORECASE)
_BEFORE = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)  # markup begins after that
_DOCTYPE = re.compile(rb"<!doctype\b[^<>\[]*(?:\[.*?\]\s*)?>\s*", re.DOTALL | re.IGNORECASE)
# Binary kinds that are no articles, so that a refusal can say what it is and what would do.
_NO_ARTICLE = {
    b"\x89PNG": ("a PNG image", "its text"),
    b"\xff\xd8\xff": ("a JPEG image", "its text"),
    b"GIF8": ("a GIF image", "its text"),
    b"\x1f\x8b": ("a gzip archive", "what is in it, unpacked"),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", "what is in it, unpacked"),
    b"Rar!": ("a RAR archive", "what is in it, unpacked"),
    b"\x7fELF": ("a program", "a text"),
    b"MZ\x90": ("a program", "a text"),
    b"SQLite format 3": ("an SQLite database", "its text"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("an old or locked office document", "it as DOCX, without a password"),
    b"{\\rtf": ("a rich text (RTF) file", "it as DOCX or plain text"),
}


def tell_kind(start: bytes, name: str, media_type: str | None = None) -> Kind:
    """Tell a file's kind from its first bytes, its name and the media type a server gave.

    Raises:
        NotTextError: it is of a kind that holds no article.
    """
    start = start[:LOOKED_AT]
    for magic, (kind, cure) in _NO_ARTICLE.items():
        if start.startswith(magic):
            raise NotTextError(f"{name!r} is {kind}. Give {cure}.")
    if _PDF in start[:1024]:
        return "pdf"
    if start.startswith(_ZIP):
        return "packed"
    said = _MEDIA_TYPES.get(media_type or "") or _SUFFIXES.get(suffix_of(name))
    return _markup(start) or said or ("json lines" if _is_json_line(start) else "text")


def suffix_of(name: str) -> str:
    """Give a file name's suffix in small letters, such as ``.txt``; empty where it has none."""
    return PurePath(name).suffix.lower()


def is_of_format(name: str, start: Callable[[], bytes]) -> bool:
    """Whether a folder's file has the name of a format that is read; ``start`` gives its first bytes, if need be."""
    suffix = suffix_of(name)
    if suffix == ".xml":
        return _markup(start()[:LOOKED_AT]) is not None
    return suffix in _FORMATS if suffix else name.lower() in _TEXTS


def is_readable(media_type: str) -> bool:
    """Whether what a server calls ``media_type`` may hold an article; an empty one may."""
    return media_type in _MEDIA_TYPES or _OTHER_MEDIA_TYPES.fullmatch(media_type) is not None


def _markup(start: bytes) -> Kind | None:
    rest = _BEFORE.sub(b"", start, count=1)
    if _HTML.match(rest):
        return "html"
    return "feed" if _FEED.match(_BEFORE.sub(b"", _DOCTYPE.sub(b"", rest, count=1), count=1)) else None


def _is_json_line(start: bytes) -> bool:
    """Whether the first line is a JSON object with a text; one too long to see whole is believed by its beginning."""
    line, newline, _ = start.lstrip().partition(b"\n")
    if not newline and len(start) == LOOKED_AT:
        return re.match(rb"\{\s*\"(?:text|title|id|url)\"\s*:\s*\"", line) is not None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "text" in record
