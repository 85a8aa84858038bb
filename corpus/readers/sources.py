"""The one front door: whatever a reader can be given, read as articles."""

import io
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from corpus.errors import ArticleError, EmptyArticleError
from corpus.readers.child import ChildParser
from corpus.readers.drafts import Draft, check_length, readable, to_article
from corpus.readers.encodings import decode
from corpus.readers.files import open_plain, plain, read_whole, shown
from corpus.readers.folders import walk
from corpus.readers.json_lines import read_json_lines, read_lines
from corpus.readers.kinds import LOOKED_AT, Kind, tell_kind
from corpus.readers.types import LeftOut, Read, ReadArticle, ReadLimits, Refused

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def read_source(where: str, limits: ReadLimits | None = None, *, parser: ChildParser | None = None) -> Iterator[Read]:
    """Read a file, a folder or a URL: one ``ReadArticle`` or ``Refused`` for each article it should give.

    Nothing is raised for bad input, and one bad file ends neither a folder nor a feed. What is read is read when the
    iterator gets there: only one file is held at a time. ``parser`` is one to use and leave open, for who reads often:
    starting one takes a second.
    """
    return read_sources([where], limits, parser=parser)


def read_sources(
    wheres: Iterable[str], limits: ReadLimits | None = None, *, parser: ChildParser | None = None
) -> Iterator[Read]:
    """Read several as ``read_source`` reads one, all with one parser."""
    limits = limits or ReadLimits()
    with ExitStack() as stack:
        parser = parser or stack.enter_context(ChildParser(limits))
        for where in wheres:
            yield from _Source(parser, limits).read(where)


class _Source:
    """Reads one thing that was named."""

    def __init__(self, parser: ChildParser, limits: ReadLimits) -> None:
        self._parser = parser
        self._limits = limits

    def read(self, where: str) -> Iterator[Read]:
        if _URL.match(where):
            return self._guarded(where, self._read_url(where))
        path = Path(os.path.abspath(where))  # noqa: PTH100 (a link stays where it was named)
        return self._read_folder(path) if _is_folder(path) else self._read_file(path, follow=True)

    def _guarded(self, origin: str, reads: Iterator[Read]) -> Iterator[Read]:
        """Turn an error into a refusal."""
        try:
            yield from reads
        except ArticleError as error:
            yield Refused(origin, str(error))

    def _read_folder(self, folder: Path) -> Iterator[Read]:
        empty = True
        for found in walk(folder, self._limits.ignore):
            empty = False
            if isinstance(found, Refused | LeftOut):
                yield found
            else:
                yield from self._read_file(found, follow=False)
        if empty:
            yield Refused(plain(str(folder)), f"{shown(folder)} is a folder without files to read. Check the path.")

    def _read_file(self, path: Path, *, follow: bool) -> Iterator[Read]:
        origin = plain(str(path))
        return self._guarded(origin, self._open_file(path, origin, follow))

    def _open_file(self, path: Path, origin: str, follow: bool) -> Iterator[Read]:
        with open_plain(path, follow=follow) as file:
            kind = tell_kind(file.read(LOOKED_AT), path.name)
        if kind == "json lines":
            yield from read_json_lines(path, origin, self._limits, follow=follow)
            return
        most = self._limits.text_bytes if kind == "text" else self._limits.file_bytes
        yield from self._parse(kind, read_whole(path, most, follow=follow), path.name, origin)

    def _read_url(self, url: str) -> Iterator[Read]:
        from corpus.readers.urls import fetch, shorten

        fetched = fetch(url, self._limits)
        name = shorten(url)[1:-1]
        kind = tell_kind(fetched.data, fetched.url.partition("?")[0], fetched.media_type)
        if kind == "json lines":
            yield from read_lines(io.BytesIO(fetched.data), name, url, self._limits)
            return
        yield from self._parse(kind, fetched.data, name, url, fetched.charset, fetched.url)

    def _parse(
        self, kind: Kind, data: bytes, name: str, origin: str, charset: str | None = None, url: str | None = None
    ) -> Iterator[Read]:
        if not data.strip():
            raise EmptyArticleError(f"{name!r} has no words in it. Give a file that has text.")
        if kind == "text":
            check_length(len(data), repr(name), self._limits)
            drafts = [Draft(decode(data, name, charset), url=url)]
        else:
            drafts = self._parser.parse(kind, data, name, charset, url)
        if kind != "feed":
            yield self._made(drafts[0], name, origin)
            return
        for draft in drafts:
            entry = f"{origin}#{plain(draft.id or '')}"
            yield from self._guarded(entry, self._entry(replace(draft, id=None), name, entry))

    def _entry(self, draft: Draft, name: str, origin: str) -> Iterator[Read]:
        yield self._made(draft, name, origin)

    def _made(self, draft: Draft, name: str, origin: str) -> ReadArticle:
        return ReadArticle(to_article(draft, repr(name), self._limits, title=readable(name)), origin)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
