"""The bot: a question in, an Answer out."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from bot.answer import Answer, Citation, Span, Timing
from bot.conversation import Standalone, Turn, understand
from bot.evidence import (
    Evidence,
    EvidenceModel,
    best_readings,
    candidates,
    features,
    reader_features,
    shipped_model,
)
from bot.lists import list_asked_for
from bot.news import News, listed
from bot.question import check_question
from bot.reader.reader import Reader, Reading
from bot.reader.remembered import RememberingReader
from bot.reader.stepwise import read_stepwise
from bot.speaking import weigh_speakers
from bot.suggestions import Suggestions
from bot.voices import Voices
from corpus import Article, Sentence
from corpus.library.types import ALL, Filter
from index import Hit, SearchIndex, Vectors
from index.types import ArticleFacts
from index.words import terms

PASSAGES = 10  # passages looked at for one question
NEAREST = 3  # sentences shown when none answers
MOST_CITATIONS = 5
UNDERSTOOD = 0.7  # weight of a follow-up as it was understood, the rest being its own words'; see decision 0018
SURE = 0.6  # probability from which a follow-up as it was understood is answered without reading its own words too
ALSO_CITED = 0.5  # a further sentence is cited when it is more likely than not to answer


class Bot:
    """Answers questions from the articles of one index. Safe to call from several threads."""

    def __init__(self, index: SearchIndex, reader: Reader | None = None, model: EvidenceModel | None = None) -> None:
        """Ask ``index``. Without a ``reader`` sentences are chosen by retrieval scores alone, which is less sure."""
        self.index = index
        self.reader = reader
        self.model = model or shipped_model("reader" if reader else "retrieval")
        self._voices, self._suggestions = Voices(), Suggestions()
        self._readings = RememberingReader(reader) if reader else None

    def asking(self, index: SearchIndex) -> "Bot":
        """Give a bot that asks ``index`` and shares all else with this one: its models, and what it remembers."""
        other = copy(self)
        other.index = index
        return other

    @property
    def articles(self) -> Collection[ArticleFacts]:
        """The articles that are asked: how many is known at once, the facts of each when walked through."""
        return self.index.articles

    def article(self, article_id: str) -> Article:
        """Give one article; raises NoSuchArticleError."""
        return self.index.article(article_id)

    def sentences(self, article_id: str) -> Sequence[Sentence]:
        """Give an article's sentences in text order; raises NoSuchArticleError."""
        return self.index.sentences(article_id)

    def beside(self, answer: Answer) -> Answer:
        """Add to an answer that is shown again what stands beside its quotes: who says them, context, dates."""
        return News(self.sentences, self._voices).beside(answer)

    def suggestions(self, article_id: str) -> tuple[str, ...]:
        """Give at most five questions that the article answers surely; raises NoSuchArticleError.

        The first call for an article asks a dozen questions, which takes a second or two; then they are known.
        """
        sentences = self.sentences(article_id)
        return self._suggestions.of(
            lambda question: self.ask(question, article=article_id), sentences, lambda: self._voices.of(sentences)
        )

    def ask(
        self, question: str, *, article: str | None = None, where: Filter = ALL, history: Sequence[str | Turn] = ()
    ) -> Answer:
        """Answer ``question`` from all articles, from those that fit ``where``, or from one by its id.

        ``history`` holds the conversation's earlier questions, oldest first, alone or with what was quoted for them: a
        follow-up is understood from them. Where what was quoted is needed and not given, it is asked for again.

        Raises:
            EmptyQuestionError, QuestionTooLongError: the question cannot be asked.
            NoSuchArticleError: an article or a collection that is named is not there, or no article fits.
        """
        question = check_question(question)
        asked = list_asked_for(question)
        where = where if article is None else replace(where, articles=frozenset({article}))
        started = perf_counter()
        news = News(self.sentences, self._voices)
        again = partial(self._again, where, news)
        understood = Standalone(question) if asked else understand(question, history, again)
        standalone = understood.text
        encoding = perf_counter()
        vector = self.index.encoder.encode([standalone])
        encoded = perf_counter()
        hits = self.index.search(standalone, PASSAGES, vector=vector, where=where)
        found = perf_counter()
        groups, cut = news.groups(asked, hits) if asked else ([], False)
        evidence = [] if groups else self._read(question, understood, vector, hits, news)
        read = perf_counter()
        timing = Timing(
            total=(read - started) * 1e3,
            encode=(encoded - encoding) * 1e3,
            search=(found - encoded) * 1e3,
            read=(read - found) * 1e3,
        )
        if asked and groups:
            answer = listed(question, asked, groups, cut, timing)
        else:
            answer = compose(question, standalone, evidence, self.model.threshold, timing)
        if not answer.found and standalone != question and (alone := self._alone(question, where)):
            return alone
        answer = news.beside(replace(answer, conflict=news.conflict(standalone, answer)))
        return replace(answer, timing=replace(timing, total=(perf_counter() - started) * 1e3))

    def _alone(self, question: str, where: Filter) -> Answer | None:
        """Answer a follow-up by its own words, where they have a sure answer: it was not one, but a new topic."""
        answer = self.ask(question, where=where) if terms(question) else None
        return answer if answer and answer.found and answer.confidence >= SURE else None

    def _again(self, where: Filter, news: News, question: str, standalone: str) -> Turn:
        """Answer an earlier question again, for the sentences that were quoted; what was read lately is remembered."""
        vector = self.index.encoder.encode([standalone])
        hits = self.index.search(standalone, PASSAGES, vector=vector, where=where)
        evidence = self._read(question, Standalone(standalone), vector, hits, news)
        answer = compose(question, standalone, evidence, self.model.threshold, Timing(0.0, 0.0, 0.0, 0.0))
        first = answer.citations[0] if answer.citations else None
        span = first.answer if first else None
        words = first.article.text[span.start : span.end] if first and span else ""
        shown = answer.citations or answer.nearest[:1]
        texts = list({citation.article.id: citation.article.text for citation in shown}.values())
        return Turn(question, [citation.quote for citation in answer.citations], words, texts)

    def _read(
        self, question: str, understood: Standalone, vector: Vectors, hits: list[Hit], news: News
    ) -> list[Evidence]:
        passages = [hit.passage for hit in hits]
        sentences = candidates(passages)
        sentences = [each for each in sentences if each.text not in understood.besides] or sentences
        if not sentences:
            return []
        text = understood.text
        matrix, best = self._matrix(text, vector, hits, sentences)
        evidence = weigh_speakers(text, sentences, matrix, self.model, best, news.said)
        if question == text or not terms(question) or evidence[0].probability >= SURE:
            return evidence
        bare, _ = self._matrix(question, self.index.encoder.encode([question]), hits, sentences)
        both = UNDERSTOOD * matrix + (1 - UNDERSTOOD) * bare
        return surer(weigh_speakers(text, sentences, both, self.model, best, news.said), evidence)

    def _matrix(
        self, question: str, vector: Vectors, hits: list[Hit], sentences: list[Sentence]
    ) -> tuple[NDArray[np.float64], dict[tuple[str, int], Reading] | None]:
        """Give the features of ``sentences``, ``(n_sentences, n_features)``, and their best readings."""
        passages = [hit.passage for hit in hits]
        dense = vectors_of(sentences, hits) @ vector[0]  # (n_sentences,)
        matrix = features(question, sentences, np.asarray(dense), passages, [hit.dense for hit in hits])
        if self._readings is None:
            return matrix, None
        best = best_readings(read_stepwise(partial(self._readings.read, question), passages))
        return np.column_stack([matrix, reader_features(sentences, best)]), best


def vectors_of(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> Vectors:
    """Give the vectors of ``sentences``, all of them in ``hits``: ``(len(sentences), dim)``."""
    rows = {
        (sentence.article.id, sentence.index): row
        for hit in hits
        for sentence, row in zip(hit.passage.sentences, hit.vectors, strict=True)
    }
    return np.stack([rows[(sentence.article.id, sentence.index)] for sentence in sentences])


def surer(ranked: Sequence[Evidence], other: Sequence[Evidence]) -> list[Evidence]:
    """Give ``ranked`` in its order, each with the larger of its probabilities in both; none is above the first's."""
    known = {(item.sentence.article.id, item.sentence.index): item.probability for item in other}
    best = [max(item.probability, known.get((item.sentence.article.id, item.sentence.index), 0.0)) for item in ranked]
    return [replace(item, probability=min(best[0], each)) for item, each in zip(ranked, best, strict=True)]


def compose(question: str, standalone: str, evidence: list[Evidence], threshold: float, timing: Timing) -> Answer:
    """Make the Answer of ``evidence``, best first: cite when the best is likely enough, else show the nearest.

    Further citations follow the first in text order.
    """
    confidence = evidence[0].probability if evidence else 0.0
    found = bool(evidence) and confidence >= threshold
    cited: list[Evidence] = []
    if found:
        further = [item for item in evidence[1:MOST_CITATIONS] if item.probability >= ALSO_CITED]
        cited = [evidence[0], *sorted(further, key=lambda item: (item.sentence.article.id, item.sentence.start))]
    return Answer(
        question=question,
        standalone_question=standalone,
        found=found,
        confidence=confidence,
        citations=[_cite(item) for item in cited],
        nearest=[] if found else [_cite(item) for item in evidence[:NEAREST]],
        timing=timing,
    )


def _cite(item: Evidence) -> Citation:
    sentence = item.sentence
    if sentence.article.text[sentence.start : sentence.end] != sentence.text or not sentence.text:
        raise AssertionError(f"sentence {sentence.index} of article {sentence.article.id!r} is not its own text")
    answer = Span(*item.answer) if item.answer else None
    return Citation(sentence=sentence, score=item.probability, answer=answer)
