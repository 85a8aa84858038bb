"""What a parser gets out of a file, before it is an Article; and the way across a process border and back."""

import re
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import PurePath
from typing import Any

from corpus.article import Article
from corpus.errors import ArticleTooLargeError, EmptyArticleError
from corpus.normalise import normalise
from corpus.readers.language import tell_language
from corpus.readers.types import ReadLimits

LONGEST_HEADLINE = 120  # characters
_LINK = re.compile(r"https?://[^\s<>\"']+$", re.IGNORECASE)  # all that a page may link to


@dataclass(frozen=True, slots=True)
class Draft:
    """A text and what the file says of it, raw."""

    text: str = field(repr=False)
    title: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None  # as declared, in any form
    url: str | None = None
    source: str | None = None
    id: str | None = None  # an article's own id, or a feed entry's
    pages: tuple[int, ...] = field(default=(), repr=False)  # only with a text that normalising leaves as it is

    def as_json(self) -> dict[str, Any]:
        """Give the draft as plain values."""
        return asdict(self) | {"published": self.published and self.published.isoformat()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Draft":
        """Make a draft of what ``as_json`` gave."""
        published = values["published"]
        return cls(
            **values | {"published": published and date.fromisoformat(published), "pages": tuple(values["pages"])}
        )


def to_article(draft: Draft, what: str, limits: ReadLimits, *, title: str = "", language: str | None = None) -> Article:
    """Make the article: its text normalised; without a title of its own it gets its headline, or ``title``.

    ``what`` names it in messages. ``language`` is its ISO 639-1 code where that is known for sure; else it is told from
    the text.

    Raises:
        ArticleTooLargeError: more text than ``limits.text_bytes``.
        EmptyArticleError: no words.
    """
    check_length(len(draft.text), what, limits)
    text = normalise(draft.text)
    check_length(len(text.encode()), what, limits)
    if not any(map(str.isalnum, text)):
        raise EmptyArticleError(f"{what} has no words in it. Give a file that has text.")
    return Article.create(
        text,
        title=_one_line(draft.title) or headline(text) or title,
        id=draft.id,
        url=draft.url if draft.url and _LINK.match(draft.url) else None,
        source=_one_line(draft.source) or None,
        author=_one_line(draft.author) or None,
        published=draft.published,
        language=language or tell_language(text, draft.language),
        pages=draft.pages,
    )


def check_length(size: int, what: str, limits: ReadLimits) -> None:
    """Refuse more text than one article may hold; ``size`` counts bytes.

    Raises:
        ArticleTooLargeError: it is more than ``limits.text_bytes``.
    """
    if size > limits.text_bytes:
        most = megabytes(limits.text_bytes)
        raise ArticleTooLargeError(f"{what} holds more than {most} of text. Split it into several articles.")


def megabytes(size: int) -> str:
    """Write a number of bytes for a message."""
    return f"{size / 1_000_000:,.4g} MB"


def headline(text: str) -> str:
    """Give the first line where it looks like a headline, else an empty string."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    looks_like_one = len(first) <= LONGEST_HEADLINE and first[-1] not in ".,;:" and any(map(str.isalnum, first))
    return first if looks_like_one and rest.strip() else ""


def readable(name: str) -> str:
    """Make a title of a file's name."""
    words = PurePath(name).stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words)[:1].upper() + " ".join(words)[1:]


def _one_line(value: str | None, limit: int = 300) -> str:
    line = " ".join(normalise(value or "").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
