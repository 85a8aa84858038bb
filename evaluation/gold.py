"""What is right: questions with the spans that answer them, and the articles they are asked about."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.answer import Span
from corpus import Article


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn of a conversation; ``speaker`` is "user" or "agent"."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """One span that answers; ``text`` is the article's own text there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One question and what answers it.

    ``needs_all``: every answer is needed (a list question); otherwise the answers are alternatives. ``paragraph`` is
    the only part of the article that an unanswerable label was judged against. ``relevant`` grades whole articles
    (0 not relevant, higher is better) in sets that judge articles, not spans.
    """

    id: str
    question: str
    article_id: str | None  # None in sets that judge whole articles
    answers: tuple[GoldAnswer, ...] = ()
    answerable: bool = True
    needs_all: bool = False
    history: tuple[Turn, ...] = ()
    paragraph: Span | None = None
    kind: str = ""
    tags: tuple[str, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question, or one answer of it, that cannot be scored, and why.

    ``words`` are the question's; ``asked`` says that the question itself stays, for its other answers.
    """

    question_id: str  # "" where it is no question: an empty article
    reason: str
    words: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class DataSet:
    """Articles by id, and the questions about them, in the file's order."""

    name: str
    articles: Mapping[str, Article]
    questions: tuple[GoldQuestion, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def judges_articles(self) -> bool:
        """Whether relevance is given for whole articles (BEIR, TREC) and not for spans."""
        return any(question.relevant for question in self.questions)

    @property
    def fingerprint(self) -> str:
        """The sha256, in hex, of all that decides a score: the articles' texts, the questions and their gold."""
        parts = [
            sorted((article.id, article.fingerprint) for article in self.articles.values()),
            [_identity(question) for question in self.questions],
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()

    def limited(self, limit: int, seed: int) -> "DataSet":
        """Give at most ``limit`` questions, drawn by ``seed``, in their order, with the articles they need or all.

        All articles stay: leaving some out would make retrieval easier.
        """
        if limit >= len(self.questions):
            return self
        # A hash of seed and id, not a random generator: a question keeps its place in the draw when others are added.
        drawn = sorted(self.questions, key=lambda q: hashlib.sha256(f"{seed}:{q.id}".encode()).digest())[:limit]
        kept = {question.id for question in drawn}
        return replace(self, questions=tuple(question for question in self.questions if question.id in kept))


def _identity(question: GoldQuestion) -> list[object]:
    return [
        question.id,
        question.question,
        question.article_id,
        [(answer.span.start, answer.span.end) for answer in question.answers],
        question.answerable,
        question.needs_all,
        [(turn.speaker, turn.text) for turn in question.history],
        question.paragraph and (question.paragraph.start, question.paragraph.end),
        sorted(question.relevant.items()),
    ]
