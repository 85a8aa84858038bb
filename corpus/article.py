"""What may be quoted: an article, its sentences, and the passages it is searched by."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from corpus.errors import EmptyArticleError
from corpus.normalise import normalise


@dataclass(frozen=True, slots=True)
class Article:
    """One story. ``text`` is normalised once, by ``Article.create``; every offset counts its code points."""

    id: str
    title: str
    text: str = field(repr=False)
    fingerprint: str  # sha256 of text, hex
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    language: str = "en"
    version: int = 1
    pages: tuple[int, ...] = field(default=(), repr=False)  # where each printed page starts in text; () without pages

    @classmethod
    def create(
        cls,
        text: str,
        *,
        title: str = "",
        id: str | None = None,
        url: str | None = None,
        source: str | None = None,
        author: str | None = None,
        published: date | None = None,
        language: str = "en",
        version: int = 1,
        pages: tuple[int, ...] = (),
    ) -> "Article":
        """Make an article from raw text: normalise it, then take its fingerprint.

        ``pages`` counts in the text as it is after normalising: who gives pages gives text that normalising leaves as
        it is. ``id`` defaults to the first 12 hex digits of the fingerprint, ``title`` to the first line (cut at 80).

        Raises:
            EmptyArticleError: nothing is left after normalising.
        """
        text = normalise(text)
        title = " ".join(normalise(title).split())
        if not text.strip():
            raise EmptyArticleError(f"The article {title or id or ''!r} is empty. Give one that has text in it.")
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        return cls(
            id=id or fingerprint[:12],
            title=title or _first_line(text),
            text=text,
            fingerprint=fingerprint,
            url=url,
            source=source,
            author=author,
            published=published,
            language=language,
            version=version,
            pages=pages,
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of an article: the unit of quoting. ``article.text[start:end]`` has no blank at either end."""

    article: Article = field(repr=False)
    index: int  # 0 for the article's first sentence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: the unit of search."""

    article: Article = field(repr=False)
    index: int  # 0 for the article's first passage
    sentences: tuple[Sentence, ...] = field(repr=False)  # at least one, in text order

    @property
    def start(self) -> int:
        """Where its first sentence starts in ``article.text``."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Where its last sentence ends in ``article.text``, exclusive."""
        return self.sentences[-1].end

    @property
    def text(self) -> str:
        """The passage, verbatim, with what stands between its sentences."""
        return self.article.text[self.start : self.end]


def _first_line(text: str, limit: int = 80) -> str:
    line = text.strip().splitlines()[0].strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
