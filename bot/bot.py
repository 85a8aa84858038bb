"""The bot: a question in, an Answer out."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from bot.answer import Answer, Citation, Span, Timing
from bot.conversation import stand_alone
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
from bot.speaking import weigh_speakers
from bot.voices import Voices
from corpus import Article, Sentence
from corpus.library.types import ALL, Filter
from index import Hit, SearchIndex, Vectors
from index.types import ArticleFacts

PASSAGES = 10  # passages looked at for one question
READ = 6  # of these, how many the reader reads at most
READ_FIRST = 3  # so many first, and the others only where these hold no sure answer
SURE_SPAN = 4.0  # logit by which a sure answer's span beats "no answer here"
NEAREST = 3  # sentences shown when none answers
MOST_CITATIONS = 5
ALSO_CITED = 0.5  # a further sentence is cited when it is more likely than not to answer


class Bot:
    """Answers questions from the articles of one index. Safe to call from several threads."""

    def __init__(self, index: SearchIndex, reader: Reader | None = None, model: EvidenceModel | None = None) -> None:
        """Ask ``index``. Without a ``reader`` sentences are chosen by retrieval scores alone, which is less sure."""
        self.index = index
        self.reader = reader
        self.model = model or shipped_model("reader" if reader else "retrieval")
        self._voices = Voices()

    @property
    def articles(self) -> Collection[ArticleFacts]:
        """The articles that are asked: how many is known at once, the facts of each when walked through."""
        return self.index.articles

    def article(self, article_id: str) -> Article:
        """Give one article; raises NoSuchArticleError."""
        return self.index.article(article_id)

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Give an article's sentences in text order; raises NoSuchArticleError."""
        return self.index.sentences(article_id)

    def ask(
        self, question: str, *, article: str | None = None, where: Filter = ALL, history: Sequence[str] = ()
    ) -> Answer:
        """Answer ``question`` from all articles, from those that fit ``where``, or from one by its id.

        ``history`` holds the conversation's earlier questions, oldest first: a follow-up is understood from them.

        Raises:
            EmptyQuestionError, QuestionTooLongError: the question cannot be asked.
            NoSuchArticleError: an article or a collection that is named is not there, or no article fits.
        """
        question = check_question(question)
        asked = list_asked_for(question)
        standalone = question if asked else stand_alone(question, history)
        news = News(self.sentences, self._voices)
        where = where if article is None else replace(where, articles=frozenset({article}))
        started = perf_counter()
        vector = self.index.encoder.encode([standalone])
        encoded = perf_counter()
        hits = self.index.search(standalone, PASSAGES, vector=vector, where=where)
        found = perf_counter()
        groups, partial = news.groups(asked, hits) if asked else ([], False)
        evidence = [] if groups else self._read(standalone, vector, hits, news)
        read = perf_counter()
        timing = Timing(
            total=(read - started) * 1e3,
            encode=(encoded - started) * 1e3,
            search=(found - encoded) * 1e3,
            read=(read - found) * 1e3,
        )
        if asked and groups:
            answer = listed(question, asked, groups, partial, timing)
        else:
            answer = compose(question, standalone, evidence, self.model.threshold, timing)
        answer = news.beside(answer)
        return replace(answer, timing=replace(timing, total=(perf_counter() - started) * 1e3))

    def _read(self, question: str, vector: Vectors, hits: list[Hit], news: News) -> list[Evidence]:
        passages = [hit.passage for hit in hits]
        sentences = candidates(passages)
        if not sentences:
            return []
        dense = vectors_of(sentences, hits) @ vector[0]  # (n_sentences,)
        matrix = features(question, sentences, np.asarray(dense), passages, [hit.dense for hit in hits])
        if self.reader is None:
            return weigh_speakers(question, sentences, matrix, self.model, None, news.said)
        readings = self.reader.read(question, passages[:READ_FIRST])
        if not enough(readings):
            readings += self.reader.read(question, passages[READ_FIRST:READ])
        best = best_readings(readings)
        matrix = np.column_stack([matrix, reader_features(sentences, best)])
        return weigh_speakers(question, sentences, matrix, self.model, best, news.said)


def vectors_of(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> Vectors:
    """Give the vectors of ``sentences``, all of them in ``hits``: ``(len(sentences), dim)``."""
    rows = {
        (sentence.article.id, sentence.index): row
        for hit in hits
        for sentence, row in zip(hit.passage.sentences, hit.vectors, strict=True)
    }
    return np.stack([rows[(sentence.article.id, sentence.index)] for sentence in sentences])


def enough(readings: Sequence[Reading]) -> bool:
    """Whether one of the passages read holds a sure answer, so that what is farther away need not be read."""
    return any(reading.span >= SURE_SPAN for reading in readings)


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
