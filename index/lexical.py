"""Passages found by their words: BM25 over postings that can grow and shrink."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index import bm25, lexical_block
from index.generations import Write
from index.lexical_block import LexicalBlock
from index.postings import Ids, Postings
from index.words import terms

_AT_ONCE = 2_000  # texts that wait before they are made into postings: a bag of words is several times as large


class LexicalIndex:
    """Texts under stable ids, ranked by BM25; what is found is exact, however many there are.

    A text's score is the sum over the question's terms t of ``idf(t) * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length /
    mean length))`` with ``idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))``, N texts, n of them holding t, which it holds tf
    times: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the idf that
    stays above 0 for a term in most texts, as in Lucene. All of it is computed when asked, so it is right after every
    change.

    The texts lie in blocks, each at least twice as large as the next (the logarithmic method of Bentley and Saxe,
    1980), up to the size where one is full: one text more joins small blocks only. A removed text is passed over until
    its block is next joined, and is never written.
    """

    def __init__(self) -> None:
        """Make an empty index."""
        self._blocks: list[LexicalBlock] = []
        self._waiting: dict[int, Counter[str]] = {}  # added, and made into a block when next needed

    def __len__(self) -> int:
        """Give how many texts it holds."""
        return len(self._waiting) + sum(block.count for block in self._blocks)

    @property
    def ids(self) -> Ids:
        """The ids it holds, ascending."""
        self._take_in()
        return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *(block.ids for block in self._blocks)]))

    @property
    def blocks(self) -> tuple[LexicalBlock, ...]:
        """Its blocks, those that are full first."""
        self._take_in()
        return tuple(self._blocks)

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
        gone, before = np.asarray(ids, dtype=np.int64), len(self)
        self._blocks = [left for block in self._blocks if (left := block.without(gone)).count]
        return before - len(self)

    def search(self, question: str, k: int, *, among: Sequence[int] | Ids | None = None) -> list[int]:
        """Give the ids of the ``k`` best texts that share a term with ``question``, best first, ties by id."""
        if k <= 0:
            return []
        self._take_in()
        wanted = None if among is None else np.asarray(among, dtype=np.int64)
        ids, scores = bm25.best(self._blocks, self._query(question), k, wanted)
        return [int(id) for id in ids[np.lexsort((ids, -scores))][:k]]

    def scores(self, question: str, ids: Sequence[int]) -> NDArray[np.float32]:
        """Give each text's BM25 score, ``(len(ids),)``: 0 where no term is shared.

        Raises:
            KeyError: an id is not there.
        """
        self._take_in()
        wanted, query = np.asarray(ids, dtype=np.int64), self._query(question)
        scores, missing = np.zeros(len(wanted), dtype=np.float32), np.ones(len(wanted), dtype=bool)
        for block, parts in zip(self._blocks, query.parts, strict=True):
            places, here = block.places(wanted)
            scores[here] = bm25.score(block, parts, query, places[here])
            missing &= ~here
        if missing.any():
            raise KeyError("an id is not in the index")
        return scores

    def postings(self) -> Postings:
        """Give all of it as one block, without a trace of what was removed."""
        blocks = self.blocks
        return blocks[0].postings if len(blocks) == 1 and blocks[0].kept is None else LexicalBlock.join(blocks).postings

    def copy(self) -> "LexicalIndex":
        """Give one that holds the same now, and is changed apart from this one."""
        copy = LexicalIndex()
        copy._blocks = list(self.blocks)  # a block is never changed
        return copy

    def spill(self, folder: Path | None) -> None:
        """Put full blocks into files in ``folder`` that are gone with the process, so that they need no memory."""
        self._blocks = [block.spilled(folder) if block.is_full else block for block in self._blocks]

    def tidy(self, folder: Path | None) -> None:
        """Make it ready to be written: no trace of what was removed is left, and at most one block is not full.

        Full blocks of which nothing was removed stay as they are.
        """
        whole, waiting = [], []
        for block in self.blocks:
            if block.is_full and block.kept is None:
                whole.append(block)
            else:
                waiting.append(block)
            if sum(one.count for one in waiting) >= lexical_block.FULL:
                whole.append(LexicalBlock.join(waiting).spilled(folder))
                waiting = []
        self._blocks = [*whole, LexicalBlock.join(waiting)] if waiting else whole

    def writers(self) -> dict[str, Write]:
        """Give what writes the whole index, once it is tidied, file by file: its last block under no name."""
        full = [block for block in self._blocks if block.is_full]
        rest = next((block for block in self._blocks if not block.is_full), LexicalBlock.join([]))
        return {**rest.postings.writers(), **{name: put for block in full for name, put in block.writers().items()}}

    @classmethod
    def open(cls, folder: Path, blocks: Sequence[str] = ()) -> Self:
        """Open the index that ``writers`` wrote to ``folder``, with its blocks of these names, mapped into memory.

        Raises:
            StoredDataError: these are no files of such an index.
        """
        index = cls.of(Postings.open(folder))
        index._blocks = [*(LexicalBlock.open(folder, name) for name in blocks), *index._blocks]
        return index

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
            index._blocks = [LexicalBlock(block)]
        return index

    def _query(self, question: str) -> bm25.Query:
        return bm25.Query.of(sorted(set(terms(question))), self._blocks)

    def _has_any(self, ids: Sequence[int]) -> bool:
        wanted = np.asarray(ids, dtype=np.int64)
        return any(block.places(wanted)[1].any() for block in self._blocks)

    def _take_in(self) -> None:
        """Make a block of what waits; join the blocks that are not twice as large as the next, but no full ones."""
        if not self._waiting:
            return
        bags, self._waiting = dict(sorted(self._waiting.items())), {}
        blocks = [*self._blocks, LexicalBlock(Postings.of(bags))]
        first, size = len(blocks) - 1, len(bags)
        while first and not blocks[first - 1].is_full and len(blocks[first - 1].postings.ids) < 2 * size:
            first -= 1
            size += len(blocks[first].postings.ids)
        if first < len(blocks) - 1:
            blocks[first:] = [LexicalBlock.join(blocks[first:])]
        self._blocks = blocks
