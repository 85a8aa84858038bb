"""Passages found by their words: BM25 over postings that can grow and shrink."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.postings import Ids, Kept, Postings
from index.words import terms

K1, B = 1.2, 0.75
_AT_ONCE = 2_000  # texts that wait before they are made into postings: a bag of words is several times as large

Scores = NDArray[np.float64]


class LexicalIndex:
    """Texts under stable ids, ranked by BM25.

    A text's score is the sum over the question's terms t of ``idf(t) * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length /
    mean length))`` with ``idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))``, N texts, n of them holding t, which it holds tf
    times: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the idf that
    stays above 0 for a term in most texts, as in Lucene. All of it is computed when asked, so it is right after every
    change.

    The texts lie in a few blocks, each at least twice as large as the next (the logarithmic method of Bentley and Saxe,
    1980): one text more joins small blocks only. A removed text is passed over until its block is next joined, and is
    never written to bytes.
    """

    def __init__(self) -> None:
        """Make an empty index."""
        self._blocks: list[tuple[Postings, Kept | None]] = []  # and which of its texts were not removed; None: all
        self._waiting: dict[int, Counter[str]] = {}  # added, and made into a block when next needed

    def __len__(self) -> int:
        """Give how many texts it holds."""
        return len(self._waiting) + sum(len(b.ids) if kept is None else int(kept.sum()) for b, kept in self._blocks)

    @property
    def ids(self) -> Ids:
        """The ids it holds, ascending."""
        self._take_in()
        parts = [block.ids if kept is None else block.ids[kept] for block, kept in self._blocks]
        return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *parts]))

    def add(self, ids: Sequence[int], texts: Sequence[str]) -> None:
        """Add ``texts`` under ``ids``, which rise and are not there yet.

        Raises:
            ValueError: they don't rise, one is there already, or the lengths differ.
        """
        rise = all(low < high for low, high in pairwise(ids))
        if len(ids) != len(texts) or not rise or not self._waiting.keys().isdisjoint(ids) or self._has_any(ids):
            raise ValueError("the texts need one id each, rising and not in the index")
        for id, text in zip(ids, texts, strict=True):
            self._waiting[id] = Counter(terms(text))
            if len(self._waiting) == _AT_ONCE:
                self._take_in()

    def remove(self, ids: Sequence[int] | Ids) -> int:
        """Remove the texts of ``ids``; give how many there were."""
        self._take_in()
        gone = np.asarray(ids, dtype=np.int64)
        before, left = len(self), []
        for block, kept in self._blocks:
            found = np.isin(block.ids, gone)
            if found.any():
                kept = ~found if kept is None else kept & ~found
            if kept is None or kept.any():
                left.append((block, kept))
        self._blocks = left
        return before - len(self)

    def search(self, question: str, k: int, *, among: Sequence[int] | Ids | None = None) -> list[int]:
        """Give the ids of the ``k`` best texts that share a term with ``question``, best first, ties by id."""
        if k <= 0:
            return []
        ids, scores = [np.empty(0, dtype=np.int64)], [np.empty(0)]
        for block, kept, own in self._score_all(question):
            found = own > 0 if kept is None else (own > 0) & kept
            if among is not None:
                found &= np.isin(block.ids, np.asarray(among, dtype=np.int64))
            ids.append(block.ids[found])
            scores.append(own[found])
        all_ids, all_scores = np.concatenate(ids), np.concatenate(scores)
        if len(all_scores) > k:
            good = all_scores >= np.partition(all_scores, -k)[-k]
            all_ids, all_scores = all_ids[good], all_scores[good]
        return [int(id) for id in all_ids[np.lexsort((all_ids, -all_scores))][:k]]

    def scores(self, question: str, ids: Sequence[int]) -> NDArray[np.float32]:
        """Give each text's BM25 score, ``(len(ids),)``: 0 where no term is shared.

        Raises:
            KeyError: an id is not there.
        """
        wanted = np.asarray(ids, dtype=np.int64)
        scores, missing = np.zeros(len(wanted), dtype=np.float32), np.ones(len(wanted), dtype=bool)
        for block, kept, own in self._score_all(question):
            places = np.minimum(np.searchsorted(block.ids, wanted), len(block.ids) - 1)
            here = block.ids[places] == wanted
            if kept is not None:
                here &= kept[places]
            scores[here] = own[places[here]]
            missing &= ~here
        if missing.any():
            raise KeyError("an id is not in the index")
        return scores

    def postings(self) -> Postings:
        """Give all of it as one block, without a trace of what was removed."""
        self._take_in()
        if len(self._blocks) == 1 and self._blocks[0][1] is None:
            return self._blocks[0][0]
        return Postings.join(self._blocks)

    def copy(self) -> "LexicalIndex":
        """Give one that holds the same now, and is changed apart from this one."""
        self._take_in()
        copy = LexicalIndex()
        copy._blocks = list(self._blocks)  # neither a block nor a mask is ever changed
        return copy

    def to_bytes(self) -> bytes:
        """Give the whole index as bytes."""
        return self.postings().to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make the index that ``to_bytes`` gave.

        Raises:
            StoredDataError: these are not the bytes of such an index.
        """
        return cls.of(Postings.from_bytes(data))

    @classmethod
    def of(cls, block: Postings) -> Self:
        """Make the index that gave ``block`` as its ``postings``."""
        index = cls()
        if len(block.ids):
            index._blocks = [(block, None)]
        return index

    def _has_any(self, ids: Sequence[int]) -> bool:
        wanted = np.asarray(ids, dtype=np.int64)
        for block, kept in self._blocks:
            places = np.searchsorted(block.ids, wanted[(wanted >= block.ids[0]) & (wanted <= block.ids[-1])])
            here = places[np.isin(block.ids[places], wanted)]
            if len(here if kept is None else here[kept[here]]):
                return True
        return False

    def _score_all(self, question: str) -> list[tuple[Postings, Kept | None, Scores]]:
        """Give each block with a score for every text of it, ``(len(block.ids),)``; a removed one's means nothing."""
        self._take_in()
        texts, blocks = len(self), self._blocks
        total = sum(int(block.lengths.sum() if kept is None else block.lengths[kept].sum()) for block, kept in blocks)
        mean = max(total / max(texts, 1), 1)
        scored = [(*pair, np.zeros(len(pair[0].ids)), K1 * (1 - B + B * pair[0].lengths / mean)) for pair in blocks]
        for term in sorted(set(terms(question))):
            parts = [block.of_word(term) for block, _ in blocks]
            held = sum(
                part.stop - part.start if kept is None else int(kept[block.texts[part]].sum())
                for (block, kept), part in zip(blocks, parts, strict=True)
            )
            idf = np.log(1 + (texts - held + 0.5) / (held + 0.5))
            for (block, _, scores, saturation), part in zip(scored, parts, strict=True):
                places, counts = block.texts[part], block.counts[part]
                scores[places] += idf * counts * (K1 + 1) / (counts + saturation[places])
        return [(block, kept, scores) for block, kept, scores, _ in scored]

    def _take_in(self) -> None:
        """Make a block of what waits; join the blocks that are not twice as large as the next."""
        if not self._waiting:
            return
        bags, self._waiting = dict(sorted(self._waiting.items())), {}
        blocks: list[tuple[Postings, Kept | None]] = [*self._blocks, (Postings.of(bags), None)]
        first = len(blocks) - 1
        size = len(bags)
        while first and len(blocks[first - 1][0].ids) < 2 * size:
            first -= 1
            size += len(blocks[first][0].ids)
        if first < len(blocks) - 1:
            blocks[first:] = [(Postings.join(blocks[first:]), None)]
        self._blocks = blocks
