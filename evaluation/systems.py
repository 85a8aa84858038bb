"""Who is asked: the bot as readers meet it, passage search alone, and somebody else's stored answers."""

from collections.abc import Mapping
from time import perf_counter
from typing import Literal, Protocol

from bot import Answer, Bot, Citation
from corpus.errors import QuestionError
from corpus.library.types import ALL, Filter
from evaluation.baselines import KnownVectors
from evaluation.gold import GoldQuestion
from evaluation.outcome import Outcome, Ranked
from index import PassageIndex

SEARCH_MODES: Mapping[str, Literal["hybrid", "dense", "lexical"]] = {
    "bot": "hybrid",
    "hybrid": "hybrid",
    "dense": "dense",
    "bm25": "lexical",
}


class System(Protocol):
    """Anything that ranks spans for a question."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def calibrated(self) -> bool:
        """Whether its confidence is a probability."""
        ...

    def answer(self, question: GoldQuestion, article: str | None) -> Outcome:
        """Answer from one article, or from all of them."""
        ...


class BotSystem:
    """``Bot.ask``, the same call that the terminal, the API and the chat make."""

    name = "bot"
    calibrated = True

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def answer(self, question: GoldQuestion, article: str | None) -> Outcome:
        """Ask; a question that the bot refuses (empty, too long) is an outcome without citations."""
        history = [turn.text for turn in question.history if turn.speaker == "user"]
        started = perf_counter()
        try:
            answer: Answer = self._bot.ask(question.question, article=article, history=history)
        except QuestionError as error:
            return Outcome(question.id, (), 0, False, 0.0, trouble=str(error))
        milliseconds = (perf_counter() - started) * 1e3
        cited = cited_by(answer)
        shown = [*cited, *answer.nearest]
        first = answer.citations[0] if answer.citations else None
        span = first.answer if first else None
        return Outcome(
            question_id=question.id,
            ranked=tuple(_ranked(citation) for citation in shown),
            cited=len(cited),
            found=answer.found,
            confidence=answer.confidence,
            answer=first.article.text[span.start : span.end] if first and span else None,
            milliseconds=milliseconds,
        )


def cited_by(answer: Answer) -> list[Citation]:
    """Give the sentences that an answer cites: all of a list's, each once; ``citations`` has the first few."""
    listed = [citation for group in answer.groups for citation in group.citations]
    found = {(c.article.id, c.sentence.index): c for c in (*answer.citations, *listed)}
    return list(found.values())


class PassageSearch:
    """``PassageIndex.search``: passages, ranked."""

    calibrated = False

    def __init__(self, index: PassageIndex, system: str, vectors: KnownVectors, depth: int = 100) -> None:
        self.name = system
        self._index, self._mode, self._vectors, self._depth = index, SEARCH_MODES[system], vectors, depth

    def answer(self, question: GoldQuestion, article: str | None) -> Outcome:
        """Search one article's passages, or all."""
        vector, encoding = self._vectors.of(question.question)
        started = perf_counter()
        where = ALL if article is None else Filter(articles=frozenset({article}))
        hits = self._index.search(question.question, self._depth, vector=vector, mode=self._mode, where=where)
        milliseconds = encoding + (perf_counter() - started) * 1e3
        ranked = tuple(
            Ranked(
                article_id=hit.passage.article.id,
                start=hit.passage.start,
                end=hit.passage.end,
                score=hit.score,
                parts={"cosine": hit.dense, "bm25": hit.lexical},
            )
            for hit in hits
        )
        return Outcome(question.id, ranked, min(1, len(ranked)), bool(ranked), milliseconds=milliseconds)


class Stored:
    """Answers that were given elsewhere, read from a file by ``evaluation.stored``."""

    def __init__(self, name: str, outcomes: Mapping[str, Outcome], calibrated: bool) -> None:
        self.name, self.calibrated = name, calibrated
        self._outcomes = outcomes

    def knows(self, question_id: str) -> bool:
        """Say whether an answer to that question is stored."""
        return question_id in self._outcomes

    def answer(self, question: GoldQuestion, article: str | None) -> Outcome:
        """Give the stored answer; none was cited for a question that the file leaves out."""
        return self._outcomes.get(question.id) or Outcome(question.id, (), 0, False, trouble="not in the file")


def _ranked(citation: Citation) -> Ranked:
    sentence = citation.sentence
    return Ranked(citation.article.id, sentence.start, sentence.end, citation.score)
