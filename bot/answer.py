"""The answer a reader gets: citations and a confidence, or the nearest sentences and ``found=False``."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    that answers, inside the sentence, when it is known.
    """

    sentence: Sentence
    score: float
    answer: Span | None = None
    speaker: Speaker | None = None

    @property
    def article(self) -> Article:
        """The article quoted."""
        return self.sentence.article

    @property
    def quote(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text


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
    """

    question: str
    standalone_question: str
    found: bool
    confidence: float
    citations: Sequence[Citation]
    nearest: Sequence[Citation]
    timing: Timing
