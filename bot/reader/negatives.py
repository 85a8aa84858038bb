"""Hard negatives: the paragraphs of the same article that share the most words with a question (BM25)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import Stemmer  # type: ignore[import-not-found]  # PyStemmer has no types
from numpy.typing import NDArray

from bot.reader.augment import STOP_WORDS

TOP = 6
K1, B = 1.5, 0.75
_WORD = re.compile(r"\b\w\w+\b")


def _stems(text: str, stemmer: Stemmer.Stemmer) -> list[str]:
    words = [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]
    stems: list[str] = stemmer.stemWords(words)
    return stems


def _weights(texts: Sequence[list[str]]) -> tuple[dict[str, int], NDArray[np.float32]]:
    """A row for every word of the vocabulary, with what it adds to each text's score."""
    rows: dict[str, int] = {}
    for text in texts:
        for word in text:
            rows.setdefault(word, len(rows))
    counts = np.zeros((len(rows), len(texts)), dtype=np.float32)
    for column, text in enumerate(texts):
        np.add.at(counts[:, column], [rows[word] for word in text], 1.0)
    lengths = counts.sum(0)
    holding = (counts > 0).sum(1)
    rarity = np.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
    length_factor = 1 - B + B * lengths / max(1.0, float(lengths.mean()))
    weights: NDArray[np.float32] = rarity[:, None] * counts / (counts + K1 * length_factor + 1e-9)
    return rows, weights


def closest_paragraphs(paragraphs: Sequence[str], questions: Sequence[str], own: Sequence[int]) -> NDArray[np.int32]:
    """For each question its `TOP` best paragraphs, its own left out; -1 where no more share a word with it."""
    stemmer = Stemmer.Stemmer("english")
    rows, weights = _weights([_stems(text, stemmer) for text in paragraphs])
    best = np.full((len(questions), TOP), -1, dtype=np.int32)
    for number, question in enumerate(questions):
        known = [rows[word] for word in _stems(question, stemmer) if word in rows]
        scores = weights[known].sum(0)
        scores[own[number]] = 0.0
        order = [int(column) for column in np.argsort(-scores, kind="stable")[:TOP] if scores[column] > 0]
        best[number, : len(order)] = order
    return best
