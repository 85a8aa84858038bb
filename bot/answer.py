"""The answer a reader gets: citations and a confidence, or the nearest sentences and ``found=False``."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.quantities import Quantity
from corpus import Article, Sentence


@dataclass(frozen=True, slots=True)
class Span:
    """Code-point offsets into ``Article.text``, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says what the quote says, and how: said, claimed, denied, estimated, quoted, reported."""

    name: str
    mode: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A quoted sentence and where it stands.

    ``score`` is the probability that this sentence answers the question, 0 to 1. ``answer`` is the shortest span
    that answers, inside the sentence, when it is known. ``context`` is the sentence before that it leans on, shown
    apart from the quote. ``dates`` are those in the quote that were worked out from the article's date ("last week"),
    ``values`` those numbers or dates for which a ``Group`` or a conflict shows the sentence; both are spans of it.
    """

    sentence: Sentence
    score: float
    answer: Span | None = None
    speaker: Speaker | None = None
    context: Sentence | None = None
    dates: Sequence[Quantity] = ()
    values: Sequence[Quantity] = ()

    @property
    def article(self) -> Article:
        """The article quoted."""
        return self.sentence.article

    @property
    def quote(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @property
    def page(self) -> int | None:
        """The printed page it begins on, counted from 1; None for an article without pages."""
        return bisect_right(self.article.pages, self.sentence.start) or None


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a list: the sentences of one speaker, with numbers of one kind, or of one time, in that order.

    ``kind`` is "speaker", "date" or a kind of number; ``heading`` is made of the article's words, or of the kind.
    """

    kind: str
    heading: str
    citations: Sequence[Citation]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds spent, whole and by stage."""

    total: float
    encode: float
    search: float
    read: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``Bot.ask`` returns.

    ``confidence`` is the probability that the first citation (or, when nothing was found, the nearest sentence)
    answers the question. ``nearest`` is empty when ``found``; ``citations`` is empty when not.

    ``groups`` is filled where the question asks for a list ("Who is quoted?"): then ``citations`` are the first of each
    group, and ``confidence`` is the share of such lists that is right; ``partial`` says that the articles are too long
    for the whole list. ``conflict`` holds sentences of one article that answer with different values, in text order;
    it is empty, or has two at least.
    """

    question: str
    standalone_question: str
    found: bool
    confidence: float
    citations: Sequence[Citation]
    nearest: Sequence[Citation]
    timing: Timing
    groups: Sequence[Group] = ()
    partial: bool = False
    conflict: Sequence[Citation] = ()
