"""Sentences scored as answers and chosen: pure functions over one question's hits.

A sentence has features (how near it is in meaning and in words, how near its passage is, and what the reader says of
it); a linear model turns them into a score. The scores' softmax over the candidates is P(sentence | the article
answers), a conditional logit (McFadden 1974); a logistic model on the best sentence's features gives P(the best
sentence answers), and another on each further one P(it answers too | the best does). Coefficients, threshold and the
data they were fitted on are in ``evidence.json``; ``evaluation/fit_evidence.py`` fits them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.overlap import overlap
from bot.reader.reader import Reading
from corpus import Passage, Sentence

RETRIEVAL = ("dense", "lexical", "passage_dense", "passage_lexical")
READER = ("span", "relevance", "answerable")
FEATURES = {"retrieval": RETRIEVAL, "reader": RETRIEVAL + READER}  # by the name of the model that weighs them
GAP_CAP = 6.0  # a sentence further behind the best is no likelier for being nearer than another
LARGEST_LOGIT = 12.0  # past this a surer reader says nothing more
MARGIN_CAP = 3.0  # past this lead over the second sentence a larger one says nothing more


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence and how well it answers.

    ``probability``, 0 to 1, that it does; ``answer``, the span of the article's text inside it that answers, where the
    reader is sure that one does.
    """

    sentence: Sentence
    probability: float
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """The fitted coefficients: ``score``, ``confidence`` and ``also`` by feature, ``threshold`` on the confidence."""

    score: NDArray[np.float64]  # (n_features,)
    confidence: NDArray[np.float64]  # (n_features + 1,): the best sentence's features, then its margin
    intercept: float
    also: NDArray[np.float64]  # (n_features + 2,): a further sentence's features, its gap to the best, intercept
    threshold: float


@lru_cache(maxsize=2)
def shipped_model(name: Literal["retrieval", "reader"]) -> EvidenceModel:
    """Give the model that ships with the product for bots with a reader, or without."""
    data = json.loads((files("bot") / "evidence.json").read_text("utf-8"))[name]
    features = FEATURES[name]
    return EvidenceModel(
        score=np.array([data["score"][feature] for feature in features]),
        confidence=np.array([data["confidence"][feature] for feature in (*features, "margin")]),
        intercept=data["confidence"]["intercept"],
        also=np.array([data["also"][feature] for feature in (*features, "gap", "intercept")]),
        threshold=data["threshold"],
    )


def candidates(passages: Sequence[Passage]) -> list[Sentence]:
    """Give the sentences of ``passages``, each once, in the order of article and text."""
    unique = {(s.article.id, s.index): s for passage in passages for s in passage.sentences}
    return [unique[key] for key in sorted(unique)]


def features(
    question: str,
    sentences: Sequence[Sentence],
    dense: NDArray[np.float32],  # (n_sentences,) cosine to the question
    passages: Sequence[Passage],
    passage_dense: Sequence[float],  # (n_passages,) cosine to the question
) -> NDArray[np.float64]:
    """Give each sentence's ``RETRIEVAL`` features: ``(n_sentences, 4)``; one in two passages takes the better."""
    passage_lexical = overlap(question, [passage.text for passage in passages])
    best: dict[tuple[str, int], tuple[float, float]] = {}
    for passage, cosine, shared in zip(passages, passage_dense, passage_lexical, strict=True):
        for sentence in passage.sentences:
            key = (sentence.article.id, sentence.index)
            old = best.get(key, (-1.0, 0.0))
            best[key] = (max(old[0], cosine), max(old[1], float(shared)))
    of_passage = [best[(sentence.article.id, sentence.index)] for sentence in sentences]
    lexical = overlap(question, [sentence.text for sentence in sentences])
    return np.column_stack([dense.astype(np.float64), lexical, np.array(of_passage).reshape(-1, 2)])


def best_readings(readings: Sequence[Reading]) -> dict[tuple[str, int], Reading]:
    """Give the reading with the best span of each sentence, by article id and sentence index; ties: the first."""
    best: dict[tuple[str, int], Reading] = {}
    for reading in readings:
        key = (reading.sentence.article.id, reading.sentence.index)
        if key not in best or reading.span > best[key].span:
            best[key] = reading
    return best


def reader_features(
    sentences: Sequence[Sentence], best: Mapping[tuple[str, int], Reading]
) -> NDArray[np.float64]:  # (n_sentences, len(READER))
    """Give each sentence's ``READER`` features; one that was not read has the smallest."""
    rows = [best.get((sentence.article.id, sentence.index)) for sentence in sentences]
    logits = [(r.span, r.relevance, r.answerable) if r else (-np.inf,) * len(READER) for r in rows]
    matrix: NDArray[np.float64] = np.array(logits, dtype=np.float64).reshape(-1, len(READER))
    return np.clip(matrix, -LARGEST_LOGIT, LARGEST_LOGIT)


def weigh(
    sentences: Sequence[Sentence],
    matrix: NDArray[np.float64],
    model: EvidenceModel,
    best: Mapping[tuple[str, int], Reading] | None = None,
) -> list[Evidence]:
    """Give every sentence its probability of answering, by falling score; ties go to the earlier sentence.

    The first one's is the confidence; a further one's is at most that: it answers if the first does, and does too.
    """
    scores = matrix @ model.score
    order = np.argsort(-scores, kind="stable")
    confidence = best_probability(matrix, model)
    also = _sigmoid(also_features(matrix, model.score) @ model.also)
    also[order[:1]] = 1.0
    spans = best or {}
    return [
        Evidence(
            sentences[i],
            confidence * float(also[i]),
            _sure_span(spans.get((sentences[i].article.id, sentences[i].index))),
        )
        for i in order
    ]


def _sure_span(reading: Reading | None) -> tuple[int, int] | None:
    """Give the reading's span if it beats "no answer here"."""
    return (reading.start, reading.end) if reading and reading.span > 0 else None


def best_probability(matrix: NDArray[np.float64], model: EvidenceModel) -> float:
    """Give the probability that the sentence with the best score answers; 0 when there is none."""
    if not len(matrix):
        return 0.0
    logit = confidence_features(matrix, model.score) @ model.confidence + model.intercept
    return float(_sigmoid(np.array(logit)))


def confidence_features(matrix: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the features of the best-scored sentence and its lead over the second: ``(n_features + 1,)``."""
    scores = matrix @ weights
    best = int(np.argmax(scores))
    others = np.delete(scores, best)
    margin = min(MARGIN_CAP, float(scores[best] - others.max())) if len(others) else MARGIN_CAP
    return np.append(matrix[best], margin)


def also_features(matrix: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give every sentence's features, its score's gap to the best, and 1: ``(n_sentences, n_features + 2)``."""
    scores = matrix @ weights
    gap = np.minimum(GAP_CAP, scores.max(initial=-np.inf) - scores)
    return np.column_stack([matrix, gap, np.ones(len(matrix))])


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    return probabilities
