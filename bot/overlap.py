"""How much of a question's wording a text shares: BM25 over the few candidates of one question.

The index finds passages in the whole library; here a handful of sentences compete, so the statistics are theirs alone.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.bm25 import K1, B
from index.words import terms


def overlap(question: str, texts: Sequence[str]) -> NDArray[np.float64]:
    """Score each text by BM25, as a share of the best score any text could reach for this question.

    Returns:
        ``(len(texts),)``, each from 0 (no word shared) to below 1. A word that no text holds counts in the ideal, so a
        question on another subject scores low everywhere: scores of different questions can be compared.
    """
    wanted = sorted(set(terms(question)))
    bags = [Counter(terms(text)) for text in texts]
    if not wanted or not bags:
        return np.zeros(len(bags))
    counts = np.array([[bag[term] for term in wanted] for bag in bags], dtype=np.float64)  # (n_texts, n_terms)
    lengths = np.array([bag.total() for bag in bags], dtype=np.float64)
    found_in = (counts > 0).sum(axis=0)
    idf = np.log(1 + (len(bags) - found_in + 0.5) / (found_in + 0.5))
    saturation = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0))
    frequency = counts * (K1 + 1) / (counts + saturation[:, None])
    scores: NDArray[np.float64] = frequency @ idf / (idf.sum() * (K1 + 1))
    return scores
