"""RSS and Atom feeds, by feedparser: every entry is an article."""

import hashlib
import io
from datetime import date
from typing import Any

from corpus.errors import ArticleTooLargeError, UnreadableArticleError
from corpus.readers.drafts import Draft
from corpus.readers.html import parse_html, prune, visible_text
from corpus.readers.types import ReadLimits


def read_feed(data: bytes, name: str, limits: ReadLimits, charset: str | None = None) -> list[Draft]:
    """Read a feed's entries, each a draft whose ``id`` is the entry's; a date that is none is left out.

    Raises:
        UnreadableArticleError: it is no feed, or one without entries.
        ArticleTooLargeError: it has more entries than ``limits.entries``.
    """
    import feedparser

    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    feed = feedparser.parse(
        io.BytesIO(data), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    if not feed.entries:
        raise UnreadableArticleError(f"{name!r} is a feed without entries, or a broken one. Give an RSS or Atom feed.")
    if len(feed.entries) > limits.entries:
        raise ArticleTooLargeError(
            f"{name!r} has {len(feed.entries):,} entries; no more than {limits.entries:,} are read. Split it."
        )
    return [_entry(entry, feed.feed) for entry in feed.entries]


def _entry(entry: Any, feed: Any) -> Draft:
    link = entry.get("link")
    text = _text(entry)
    return Draft(
        text,
        title=_plain(entry.get("title_detail")),
        author=entry.get("author") or feed.get("author"),
        published=_day(entry),
        language=_content(entry).get("language") or feed.get("language"),
        url=link,
        source=_plain(feed.get("title_detail")),
        id=entry.get("id") or link or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12],
    )


def _content(entry: Any) -> Any:
    """The longest of what the entry holds: its whole text, where it has it."""
    contents = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    return max(contents, key=lambda content: len(content.get("value") or ""))


def _text(entry: Any) -> str:
    return _plain(_content(entry))


def _plain(content: Any) -> str:
    """Give the text of a feed's text element; feeds call HTML by many names, and plain text hardly by its own."""
    value = (content or {}).get("value") or ""
    if content and content.get("type") == "text/plain" and "<" not in value:
        return str(value)
    try:
        tree = parse_html(f"<div>{value}</div>", "The entry")
    except UnreadableArticleError:
        return ""  # that entry is refused as empty; the others are read
    if tree is None:
        return ""
    prune(tree)
    return visible_text(tree)


def _day(entry: Any) -> date | None:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return date(when.tm_year, when.tm_mon, when.tm_mday) if when else None
    except ValueError:
        return None
