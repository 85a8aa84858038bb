"""Feedback as gold questions: JSON lines in the form that ``askarticle evaluate`` reads, an article a line.

What a reader confirmed, or pointed out, is the gold sentence. It is read from the library when it is written: what its
article no longer says is left out, and counted.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from corpus.article import Article, Sentence
from corpus.library.talk import CitedPlace, Feedback
from corpus.quoted import Quotes

GONE = "the article is gone"
CHANGED = "the article no longer has the sentence"
UNNAMED = "it says what is wrong, not what is right"
NOTHING_SHOWN = "nothing was shown"
_PAGE = 500


@dataclass(slots=True)
class _Question:
    id: str
    kind: str
    answers: dict[tuple[int, int], str] = field(default_factory=dict)  # by place; empty: the article does not answer


@dataclass(slots=True)
class FeedbackExport:
    """What feedback comes to: questions by their articles, and how many pieces of it were left out, by reason."""

    left_out: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    _articles: dict[str, Article] = field(default_factory=dict)
    _questions: dict[str, dict[tuple[str, ...], _Question]] = field(default_factory=dict)  # by history and question

    def lines(self) -> Iterator[str]:
        """Give the JSON lines, each with its end."""
        for id, article in self._articles.items():
            questions = [_to_dict(words, question) for words, question in self._questions[id].items()]
            published = article.published and article.published.isoformat()
            record = {"id": id, "title": article.title, "text": article.text, "published": published}
            yield json.dumps(record | {"questions": questions}, ensure_ascii=False) + "\n"

    def add(self, feedback: Feedback, quotes: Quotes) -> None:
        """Take in one piece of feedback; the same question of the same article is one with all its answers."""
        place, kind = _gold(feedback)
        if place is None:
            self.left_out[kind] += 1
            return
        quoted = quotes.of(place)
        if quoted.now is None or not quoted.holds:
            self.left_out[GONE if quoted.status == "gone" else CHANGED] += 1
            return
        self.taken += 1
        article = self._articles.setdefault(quoted.now.article.id, quoted.now.article)
        asked = self._questions.setdefault(article.id, {})
        words = (*feedback.history, feedback.question)
        question = asked.setdefault(words, _Question(_id(feedback), kind))
        if kind != "declined":
            _add_answer(question, quoted.now)
            question.kind = kind if question.kind == "declined" else question.kind


def export_feedback(feedback: Iterable[Feedback], quotes: Quotes) -> FeedbackExport:
    """Give what the feedback comes to.

    Raises:
        StoredDataError: the library cannot be read.
    """
    export = FeedbackExport()
    for one in feedback:
        export.add(one, quotes)
    return export


class GivesFeedback(Protocol):
    """Whatever has feedback in pages: a ``ConversationStore``, or what serves one."""

    def feedback(self, after: str | None = None, limit: int = 100) -> Sequence[Feedback]:
        """Give up to ``limit`` pieces behind the id ``after``, oldest first."""
        ...


def all_feedback(store: GivesFeedback, after: str | None = None) -> Iterator[Feedback]:
    """Give all feedback, or all behind the id ``after``, oldest first, read by pages; raises StoredDataError."""
    page = store.feedback(after=after, limit=_PAGE)
    while page:
        yield from page
        page = store.feedback(after=page[-1].id, limit=_PAGE)


def _gold(feedback: Feedback) -> tuple[CitedPlace | None, str]:
    """Give the place that decides what is gold, and the question's kind; without a place, why it is left out."""
    if feedback.right is not None:
        return feedback.right, "corrected"
    if feedback.verdict == "wrong":
        return None, UNNAMED
    if feedback.place is None:
        return None, NOTHING_SHOWN
    # Nothing was found, rightly: the article of the nearest sentence does not answer.
    return feedback.place, "confirmed" if feedback.found else "declined"


def _add_answer(question: _Question, sentence: Sentence) -> None:
    question.answers[(sentence.start, sentence.end)] = sentence.text


def _id(feedback: Feedback) -> str:
    # Not its own id: with that, it could be taken back.
    return f"feedback-{hashlib.sha256(feedback.id.encode()).hexdigest()[:16]}"


def _to_dict(words: tuple[str, ...], question: _Question) -> dict[str, Any]:
    history = [{"question": earlier} for earlier in words[:-1]]
    answers = [{"text": text, "start": start} for (start, _), text in sorted(question.answers.items())]
    asked = {"id": question.id, "question": words[-1], **({"history": history} if history else {})}
    return {**asked, "answerable": bool(answers), "answers": answers, "kind": question.kind}
