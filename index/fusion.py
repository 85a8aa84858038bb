"""Two rankings made one. Pure."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)

RRF_K = 60  # Cormack et al. 2009
DENSE_WEIGHT = 0.5


def reciprocal_rank_fusion(rankings: Sequence[Sequence[Key]], *, k: int = RRF_K) -> dict[Key, float]:
    """Score each key by the sum of ``1 / (k + rank)`` over the rankings it is in, the first rank being 1.

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
    SIGIR 2009.
    """
    scores: dict[Key, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (k + rank)
    return scores


def fuse_scores(
    cosines: NDArray[np.float32], bm25: NDArray[np.float32], *, dense_weight: float = DENSE_WEIGHT
) -> NDArray[np.float64]:
    """Score each candidate by the weighted sum of its two scores, each brought to mean 0 and deviation 1.

    Args:
        cosines: ``(n,)`` of the question and each candidate.
        bm25: ``(n,)`` of the same candidates.
        dense_weight: share of the cosine, 0 to 1; the rest is BM25's.

    Returns:
        ``(n,)``, higher is better, comparable among these candidates only.
    """
    return dense_weight * z_scores(cosines) + (1 - dense_weight) * z_scores(bm25)


def z_scores(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Shift and scale ``scores`` to mean 0 and standard deviation 1; equal scores become zeros."""
    wide = scores.astype(np.float64)
    deviation = wide.std() if len(wide) else 0.0
    if deviation < 1e-9:
        return np.zeros(len(wide))
    standard: NDArray[np.float64] = (wide - wide.mean()) / deviation
    return standard
