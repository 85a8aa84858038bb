"""Both indexes asked, and their answers made one ranking."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex, Ids
from index.fusion import fuse_scores
from index.lexical import LexicalIndex
from index.types import Mode, Vectors

CANDIDATES = 50  # taken from each ranking before they are fused; at least k


@dataclass(frozen=True, slots=True)
class Ranked:
    """The id of a passage that was found, with the scores of a ``Hit``."""

    id: int
    score: float
    dense: float
    lexical: float


def rank(
    dense: DenseIndex,
    lexical: LexicalIndex,
    question: str,
    query: Vectors,  # (dim,)
    k: int,
    *,
    mode: Mode = "hybrid",
    among: Sequence[int] | Ids | None = None,
) -> list[Ranked]:
    """Give the ``k`` best passages, best first, ties by id; ``among`` restricts the search to these ids."""
    wanted = max(k, CANDIDATES) if mode == "hybrid" else k
    found: set[int] = set()
    if mode != "lexical":
        found.update(dense.search(query, wanted, among=among))
    if mode != "dense":
        found.update(lexical.search(question, wanted, among=among))
    ids = sorted(found)
    return best_of(ids, dense.cosines(query, ids), lexical.scores(question, ids), k, mode)


def best_of(
    ids: Sequence[int], cosines: NDArray[np.float32], bm25: NDArray[np.float32], k: int, mode: Mode
) -> list[Ranked]:
    """Give the ``k`` best of what both indexes found, best first, ties by id."""
    scores = fuse_scores(cosines, bm25) if mode == "hybrid" else cosines if mode == "dense" else bm25
    best = np.lexsort((np.array(ids), -scores))[: max(k, 0)]
    return [Ranked(ids[i], float(scores[i]), float(cosines[i]), float(bm25[i])) for i in best]
