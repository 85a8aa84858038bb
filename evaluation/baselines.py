"""The usual ways to find a sentence, to compare with: BM25, cosine, and both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from corpus import Passage, Sentence, cut_passages
from evaluation.gold import GoldQuestion
from evaluation.outcome import Outcome, Ranked
from index import Encoder, PassageIndex, Vectors
from index.bm25 import K1, B
from index.fusion import z_scores
from index.words import terms

Scores = NDArray[np.float64]  # (n_texts,)
PASSAGE_WEIGHT = 0.5
EXPLAINED = 5  # ranked sentences that keep the parts of their score: the rest would only fill memory


class Bm25:
    """BM25 (Robertson and Zaragoza 2009) over a fixed list of texts, with the product's own words and constants."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [Counter(terms(text)) for text in texts]
        lengths = np.array([bag.total() for bag in bags], dtype=np.float64)
        self._saturation: Scores = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if bags else 0.0, 1.0))
        rows: dict[str, list[tuple[int, int]]] = {}
        for number, bag in enumerate(bags):
            for term, count in bag.items():
                rows.setdefault(term, []).append((number, count))
        self._postings = {term: np.array(found) for term, found in rows.items()}  # (n_found, 2): text, count

    def scores(self, question: str) -> Scores:
        """Score every text; 0 where no word is shared."""
        total = np.zeros(len(self._saturation))
        for term in sorted(set(terms(question))):
            if term in self._postings:
                where, count = self._postings[term].T
                idf = np.log(1 + (len(total) - len(where) + 0.5) / (len(where) + 0.5))
                total[where] += idf * count * (K1 + 1) / (count + self._saturation[where])
        return total


class KnownVectors:
    """Encodes each question (alone, as readers do) and each passage once for all systems and tasks of an evaluation."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, tuple[NDArray[np.float32], float]] = {}
        self._passages: dict[str, NDArray[np.float32]] = {}

    def of(self, question: str) -> tuple[NDArray[np.float32], float]:
        """Give the question's vector, ``(dim,)``, and the milliseconds that encoding it took when it was done."""
        if question not in self._known:
            started = perf_counter()
            vector = self._encoder.encode([question])[0]
            self._known[question] = vector, (perf_counter() - started) * 1e3
        return self._known[question]

    def of_passages(self, texts: Sequence[str]) -> Vectors:
        """Give the passages' vectors, ``(len(texts), dim)``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        self._passages |= dict(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._passages[text] for text in texts])


@dataclass(frozen=True, slots=True)
class _Pool:
    """The sentences that compete for a question, and the passages they stand in."""

    sentences: tuple[Sentence, ...]
    lexical: Bm25
    vectors: Vectors | None  # (n_sentences, dim)
    passage_lexical: Bm25
    passage_vectors: Vectors | None  # (n_passages, dim)
    passages_of: tuple[NDArray[np.int64], ...]  # for each sentence, the passages that hold it


class Baseline:
    """Ranks sentences by one of ``bm25``, ``dense`` (cosine) and ``hybrid``; cites the first and never declines.

    ``hybrid`` adds the z-scores of both over the competing sentences, and half of the same sum for the sentence's
    passage (its best one). Its confidence is its first score: good for separating, no probability.
    """

    calibrated = False

    def __init__(self, index: PassageIndex, mode: str, vectors: KnownVectors, depth: int = 100) -> None:
        self.name = mode
        self._index, self._vectors, self._depth = index, vectors, depth
        self._pools: dict[str | None, _Pool] = {}

    def answer(self, question: GoldQuestion, article: str | None) -> Outcome:
        """Rank the sentences of one article, or of all; history is not looked at."""
        pool = self._pool(article)
        vector, encoding = (None, 0.0) if self.name == "bm25" else self._vectors.of(question.question)
        started = perf_counter()
        parts = self._parts(question.question, pool, vector)
        total = sum((values for values in parts.values()), np.zeros(len(pool.sentences)))
        order = np.argsort(-total, kind="stable")[: self._depth]
        milliseconds = encoding + (perf_counter() - started) * 1e3
        ranked = tuple(
            Ranked(
                article_id=pool.sentences[i].article.id,
                start=pool.sentences[i].start,
                end=pool.sentences[i].end,
                score=float(total[i]),
                parts={name: float(values[i]) for name, values in parts.items()} if rank < EXPLAINED else {},
            )
            for rank, i in enumerate(order)
        )
        confidence = ranked[0].score if ranked else None
        return Outcome(question.id, ranked, min(1, len(ranked)), bool(ranked), confidence, milliseconds=milliseconds)

    def _parts(self, question: str, pool: _Pool, vector: NDArray[np.float32] | None) -> dict[str, Scores]:
        if vector is None or pool.vectors is None:
            return {"bm25": pool.lexical.scores(question)}
        cosine = (pool.vectors @ vector).astype(np.float64)
        if pool.passage_vectors is None:
            return {"cosine": cosine}
        passage = _z(pool.passage_lexical.scores(question)) + _z(pool.passage_vectors @ vector)
        return {
            "bm25 (z)": _z(pool.lexical.scores(question)),
            "cosine (z)": _z(cosine),
            "passage (z, half)": PASSAGE_WEIGHT * np.array([passage[held].max() for held in pool.passages_of]),
        }

    def _pool(self, article: str | None) -> _Pool:
        if article not in self._pools:
            ids = [known.id for known in self._index.articles] if article is None else [article]
            self._pools[article] = self._make_pool(ids)
        return self._pools[article]

    def _make_pool(self, ids: Sequence[str]) -> _Pool:
        sentences: list[Sentence] = []
        passages: list[Passage] = []
        for article_id in ids:
            own = self._index.sentences(article_id)
            passages += cut_passages(own[0].article, own) if own else ()
            sentences += own
        holders: dict[tuple[str, int], list[int]] = {}
        for number, passage in enumerate(passages):
            for sentence in passage.sentences:
                holders.setdefault((sentence.article.id, sentence.index), []).append(number)
        dense = self.name != "bm25"
        return _Pool(
            sentences=tuple(sentences),
            lexical=Bm25([sentence.text for sentence in sentences]),
            vectors=self._index.sentence_vectors(sentences) if dense else None,
            passage_lexical=Bm25([passage.text for passage in passages] if self.name == "hybrid" else []),
            passage_vectors=self._vectors.of_passages([p.text for p in passages]) if self.name == "hybrid" else None,
            passages_of=tuple(np.array(holders[(s.article.id, s.index)]) for s in sentences),
        )


def _z(values: NDArray[np.floating]) -> Scores:
    return z_scores(values.astype(np.float32))
