"""How much of a question's wording a text shares: BM25 over the few candidates of one question.

The index finds passages in the whole library; here a handful of sentences compete, so the statistics are theirs alone.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray

K1, B = 1.2, 0.75  # Robertson and Zaragoza 2009, section 3.2: the usual values
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:'[^\W_]+)?")  # 3,000 and 2.5 stay whole
_STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "'s",
    ]
)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 10_000)


def terms(text: str) -> list[str]:
    """Give the stems of the words that carry meaning, in order; numbers stay as they are written."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return list(_stemmer().stemWords([word.removesuffix("'s") for word in words if word not in _STOP_WORDS]))


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
