"""BM25 over blocks of texts: the best are found without scoring all. Pure.

Turtle and Flood, "Query evaluation: strategies and optimizations", 1995 (MaxScore): while the best found so far score
more than some of the question's words could give together, texts that hold only these words need not be looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.lexical_block import LexicalBlock
from index.postings import Ids, Numbers

K1, B = 1.2, 0.75
_ROUNDING = 1e-9  # relative: sums of the same numbers in another order differ by less

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Query:
    """A question's terms over all the texts there are, ascending: what each weighs, and where each block has it."""

    weights: tuple[float, ...]  # each term's idf
    mean: float  # length of a text, in terms
    parts: tuple[tuple[slice, ...], ...]  # of each block, of each term: its place in the block's postings

    @classmethod
    def of(cls, terms: Sequence[str], blocks: Sequence[LexicalBlock]) -> "Query":
        """Weigh ``terms``, every one once and ascending, by the texts of ``blocks``."""
        texts = sum(block.count for block in blocks)
        parts = tuple(tuple(block.postings.of_word(term) for term in terms) for block in blocks)
        weights = []
        for place in range(len(terms)):
            held = sum(block.held(own[place]) for block, own in zip(blocks, parts, strict=True))
            weights.append(float(np.log(1 + (texts - held + 0.5) / (held + 0.5))))
        mean = max(sum(block.total_length for block in blocks) / max(texts, 1), 1)
        return cls(tuple(weights), mean, parts)


def best(blocks: Sequence[LexicalBlock], query: Query, k: int, among: Ids | None) -> tuple[Ids, Scores]:
    """Give ids and scores of the ``k`` best texts that hold a term, with all that are as good as the last; no order."""
    ids, scores = [np.empty(0, dtype=np.int64)], np.empty(0)
    bound = 0.0  # the score of the k-th best so far
    for block, parts in zip(blocks, query.parts, strict=True):
        found = _candidates(block, parts, query, k, among, bound)
        own = score(block, parts, query, found)
        ids.append(block.postings.ids[found])
        scores = np.concatenate([scores, own])
        if len(scores) >= k:
            bound = float(np.partition(scores, -k)[-k])
    return np.concatenate(ids), scores


def score(block: LexicalBlock, parts: Sequence[slice], query: Query, places: Ids) -> Scores:
    """Give the score of the texts at ``places`` of a block: the same to the last bit, whatever blocks there are."""
    scores = np.zeros(len(places))
    for weight, part in zip(query.weights, parts, strict=True):
        _add_looked_up(scores, block, part, query, weight, places)
    return scores


def _candidates(
    block: LexicalBlock, parts: Sequence[slice], query: Query, k: int, among: Ids | None, bound: float
) -> Ids:
    """Give the places of the texts that may be of the ``k`` best: all that score ``bound`` or more, if they are few."""
    most = [_most(block, part, query, weight) for weight, part in zip(query.weights, parts, strict=True)]
    order = sorted((place for place in range(len(parts)) if most[place]), key=lambda place: -most[place])
    left = 0.0  # what the words give together that are not looked for
    while order and left + most[order[-1]] < bound * (1 - _ROUNDING):
        left += most[order.pop()]
    if not order:
        return np.empty(0, dtype=np.int64)
    sums = np.zeros(len(block.postings.ids))
    for place in order:
        texts = block.postings.texts[parts[place]]
        sums[texts] += _gains(block, texts, block.postings.counts[parts[place]], query, query.weights[place])
    counts = sums > 0 if block.kept is None else (sums > 0) & block.kept
    if left:
        counts &= sums + left >= bound * (1 - _ROUNDING)
    if among is not None:
        counts &= block.standing(among)
    places = np.flatnonzero(counts)
    reached = sums[places]
    for place, part in enumerate(parts):
        if most[place] and place not in order:
            _add_looked_up(reached, block, part, query, query.weights[place], places)
    least = max(bound, float(np.partition(reached, -k)[-k]) if len(reached) > k else 0.0)
    return places[reached >= least * (1 - _ROUNDING)]


def _most(block: LexicalBlock, part: slice, query: Query, weight: float) -> float:
    """Give as much as a term can add to the score of a text of a block."""
    if part.stop == part.start:
        return 0.0
    count = int(block.postings.counts[part].max())
    return weight * count * (K1 + 1) / (count + K1 * (1 - B + B * block.shortest / query.mean))


def _gains(block: LexicalBlock, texts: Ids | Numbers, counts: Numbers, query: Query, weight: float) -> Scores:
    """Give what a term that they hold ``counts`` times adds to the scores of ``texts``."""
    saturation = K1 * (1 - B + B * block.postings.lengths[texts] / query.mean)
    gains: Scores = weight * counts * (K1 + 1) / (counts + saturation)
    return gains


def _add_looked_up(scores: Scores, block: LexicalBlock, part: slice, query: Query, weight: float, places: Ids) -> None:
    texts = block.postings.texts[part]
    if not len(texts) or not len(places):
        return
    at = np.minimum(np.searchsorted(texts, places), len(texts) - 1)
    here = np.flatnonzero(texts[at] == places)
    scores[here] += _gains(block, places[here], block.postings.counts[part][at[here]], query, weight)
