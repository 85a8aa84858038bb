"""JSON Lines: one article a line, read line by line, so that a file may hold very many."""

import json
import re
from collections.abc import Iterator
from operator import index
from pathlib import Path
from typing import Any, BinaryIO

from corpus.errors import ArticleError, ArticleTooLargeError, EmptyArticleError, NotTextError, UnreadableArticleError
from corpus.library.names import is_collection_name
from corpus.normalise import normalise
from corpus.readers.drafts import Draft, megabytes, to_article
from corpus.readers.files import open_plain, plain, shown
from corpus.readers.html import as_date
from corpus.readers.types import Read, ReadArticle, ReadLimits, Refused

FIELDS = ("text", "title", "id", "url", "author", "published", "language", "source")
EXPORTED = "askarticle"  # in it, an exported line says what concerns the library alone
_ESCAPED = 6  # bytes that JSON may take for one of text
_LONGEST_ID = 200
_PIECE = 1_000_000  # bytes
_LANGUAGE = re.compile(r"[a-z]{2}")


def read_json_lines(path: Path, origin: str, limits: ReadLimits, *, follow: bool = True) -> Iterator[Read]:
    """Read a JSON Lines file: each line an object with ``text`` and any other of ``FIELDS``.

    Raises:
        NoSuchArticleError: it is not there, no plain file, or may not be read.
        ArticleTooLargeError: it is larger than ``limits.lines_bytes``.
    """
    with open_plain(path, follow=follow) as file:
        yield from read_lines(file, shown(path), origin, limits)


def read_lines(file: BinaryIO, name: str, origin: str, limits: ReadLimits) -> Iterator[Read]:
    """Read the lines of an open JSON Lines file; blank ones are skipped.

    Raises:
        ArticleTooLargeError: it is larger than ``limits.lines_bytes``.
        EmptyArticleError: it is empty.
    """
    longest = limits.text_bytes * _ESCAPED + 100_000
    read = number = 0
    while line := file.readline(longest):
        number += 1
        read += len(line)
        if read > limits.lines_bytes:
            most = megabytes(limits.lines_bytes)
            raise ArticleTooLargeError(f"{name} is larger than {most}; what comes after is not read. Split it.")
        where = f"{origin}#{number}"
        what = f"{name}, line {number},"
        try:
            if len(line) == longest and not line.endswith(b"\n"):
                del line
                while (rest := file.readline(_PIECE)) and not rest.endswith(b"\n"):
                    read += len(rest)
                raise ArticleTooLargeError(f"{what} is too long. Split its text into several articles.")
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield _read_line(line, where, what, limits)
        except ArticleError as error:
            yield Refused(where, str(error))
    if not read:
        raise EmptyArticleError(f"{name} holds no lines. Give one article a line.")


def _read_line(line: bytes, where: str, what: str, limits: ReadLimits) -> ReadArticle:
    values, exported = _values(line, what)
    draft = Draft(
        values["text"],
        title=values["title"],
        author=values["author"],
        published=as_date(values["published"]),
        url=values["url"],
        source=values["source"],
        id=values["id"],
        pages=exported["pages"] or (),
    )
    article = to_article(draft, what.strip(","), limits, language=values["language"])
    return ReadArticle(
        article, where, draft.id is not None, collection=exported["collection"], first_origin=exported["origin"]
    )


def _values(line: bytes, what: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what the line says of the article, and what it says of the library it was in."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotTextError(f"{what} is not UTF-8. Save the file as UTF-8.") from None
    except (ValueError, RecursionError):
        raise UnreadableArticleError(f"{what} is not JSON. Write one object a line.") from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise UnreadableArticleError(f'{what} is no object with a "text". Write {{"text": "..."}}.')
    values = {field: record.get(field) for field in FIELDS}
    wrong = next((field for field, value in values.items() if not isinstance(value, str | None)), None)
    if wrong:
        raise UnreadableArticleError(f"{what} has a {wrong!r} that is no text. Write it in quotation marks.")
    if values["published"] and not as_date(values["published"]):
        raise UnreadableArticleError(f"{what} has a 'published' that is no date. Write it as 2024-12-31.")
    if values["language"] and not _LANGUAGE.fullmatch(values["language"]):
        raise UnreadableArticleError(f"{what} has a 'language' that is no ISO 639-1 code. Write it as 'en'.")
    if values["id"] is not None and not (values["id"].isprintable() and 0 < len(values["id"].strip()) <= _LONGEST_ID):
        raise UnreadableArticleError(f"{what} has an 'id' that cannot be one. Write up to {_LONGEST_ID} characters.")
    return values, _exported(record, what)


def _exported(record: dict[str, Any], what: str) -> dict[str, Any]:
    """Give what a line says that a library exported: its ``collection``, ``origin`` and ``pages``; else nothing."""
    values = record.get(EXPORTED)
    if values is None:
        return {"collection": None, "origin": None, "pages": None}
    try:
        collection, origin, pages = values["collection"], values["origin"], values.get("pages") or []
        starts = [0, *pages, len(record["text"])]
        whole = isinstance(origin, str) and is_collection_name(collection) and starts == sorted(map(index, starts))
    except (TypeError, KeyError, AttributeError):
        whole = False
    if not whole:
        raise UnreadableArticleError(f"{what} has an {EXPORTED!r} that no export wrote. Leave it out.")
    same = normalise(record["text"]) == record["text"]  # else the pages start elsewhere
    return {"collection": collection, "origin": plain(origin), "pages": tuple(pages) if same else ()}
