"""Vectors under stable ids: few are compared one by one, many are searched by the block."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index import dense_block, faiss_index
from index.blocks import Write
from index.dense_block import DenseBlock, Kept, best
from index.faiss_index import nearest
from index.types import Vectors

Ids = NDArray[np.int64]

REST = "dense.faiss"  # the file of what is in no block
_AT_ONCE = 4096  # vectors copied at once


class DenseIndex:
    """Unit vectors under int64 ids that stay the same whatever is added or removed.

    Below ``dense_block.FULL`` every vector is compared: what is found is exact. Of more, most lie in blocks, where only
    those in the nearest cells are compared: nearly all of the nearest are found, with exact cosines, and the same ones
    every time until a snapshot is written. A search ``among`` some is always exact.

    What was opened from a file is mapped into memory and read only (FAISS would end the process that changes it); what
    is added lies beside it, and what is removed from it is passed over. ``tidy`` makes one of both.
    """

    def __init__(self, dim: int) -> None:
        """Make an empty index for vectors of ``dim`` numbers."""
        self._index: Any = faiss_index.flat(dim)  # what was added
        self._mapped: Any = None  # the flat index of the file
        self._mapped_ids: Ids = np.empty(0, dtype=np.int64)  # ascending, those that were not removed
        self._gone: Ids = np.empty(0, dtype=np.int64)  # of the file's, those that were
        self._blocks: tuple[tuple[DenseBlock, Kept | None], ...] = ()  # and which were not removed; None: all

    def __len__(self) -> int:
        """Give how many vectors it holds."""
        in_blocks = sum(len(block.ids) if kept is None else int(kept.sum()) for block, kept in self._blocks)
        return int(self._index.ntotal) + len(self._mapped_ids) + in_blocks

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """The ids it holds, ``(len(self),)``, in no particular order."""
        return np.concatenate([*(_left(*pair) for pair in self._blocks), self._rest_ids()])

    @property
    def blocks(self) -> tuple[str, ...]:
        """The names of its blocks."""
        return tuple(block.name for block, _ in self._blocks)

    def last(self, count: int) -> Ids:
        """Give the ``count`` largest ids, ascending, without looking at the others."""
        ends = [_left(block, kept)[-count:] for block, kept in self._blocks]
        return np.sort(np.concatenate([*ends, self._rest_ids()]))[-count:]

    def has(self, ids: Sequence[int] | Ids) -> NDArray[np.bool_]:
        """Tell which of ``ids`` it holds."""
        array = np.asarray(ids, dtype=np.int64)
        held = np.isin(array, self._rest_ids())
        for block, kept in self._blocks:
            places, there = block.places(array)
            held |= there if kept is None else there & kept[places]
        return held

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        """Add ``vectors``, ``(len(ids), dim)`` unit rows, under ``ids``.

        Raises:
            ValueError: an id is given twice or is there already, or the shapes don't fit.
        """
        array = np.asarray(ids, dtype=np.int64)
        if vectors.shape != (len(array), self.dim):
            raise ValueError(f"vectors of shape {vectors.shape} do not fit {len(array)} ids of dimension {self.dim}")
        if len(np.unique(array)) != len(array) or self.has(array).any():
            raise ValueError("an id is already in the index")
        if len(array):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), array)

    def remove(self, ids: Sequence[int] | Ids) -> int:
        """Remove the vectors of ``ids``; give how many there were."""
        array, before = np.asarray(ids, dtype=np.int64), len(self)
        mapped = np.isin(self._mapped_ids, array)
        self._gone = np.concatenate([self._gone, self._mapped_ids[mapped]])
        self._mapped_ids = self._mapped_ids[~mapped]
        faiss_index.remove(self._index, array)
        blocks = []
        for block, kept in self._blocks:
            places, there = block.places(array)
            if there.any():
                kept = np.ones(len(block.ids), dtype=bool) if kept is None else kept.copy()
                kept[places[there]] = False
            blocks.append((block, kept))
        self._blocks = tuple(blocks)
        return before - len(self)

    def search(self, vector: NDArray[np.float32], k: int, *, among: Sequence[int] | Ids | None = None) -> list[int]:
        """Give the ids of the ``k`` vectors nearest to ``vector``, ``(dim,)``, nearest first, ties by id.

        ``among`` restricts the search to these ids, exactly: nothing is lost to the filter.
        """
        if k <= 0 or not len(self) or (among is not None and not len(among)):
            return []
        wanted = None if among is None else np.asarray(among, dtype=np.int64)
        found = [nearest(self._index, vector, k, wanted)]
        if len(self._mapped_ids):
            found.append(nearest(self._mapped, vector, k, wanted, self._gone))
        if self._blocks:
            found.append(best(self._blocks, vector, k, wanted))
        cosines, ids = (np.concatenate(part) for part in zip(*found, strict=True))
        return [int(id) for id in ids[np.lexsort((ids, -cosines))][:k]]

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Give the cosine of ``vector``, ``(dim,)``, with the vector of each id; each row summed apart from the others.

        Raises:
            KeyError: an id is not there.
        """
        return dense_block.cosines(self.vectors(ids), vector)

    def vectors(self, ids: Sequence[int] | Ids) -> Vectors:
        """Give the vector of each id, ``(len(ids), dim)``.

        Raises:
            KeyError: an id is not there.
        """
        array = np.asarray(ids, dtype=np.int64)
        rows: Vectors = np.empty((len(array), self.dim), dtype=np.float32)
        left = np.ones(len(array), dtype=bool)
        for block, kept in self._blocks:
            places, there = block.places(array)
            there &= left if kept is None else left & kept[places]
            rows[there] = block.vectors[places[there]]
            left &= ~there
        mapped = left & np.isin(array, self._mapped_ids)
        for index, here in ((self._mapped, mapped), (self._index, left & ~mapped)):
            if here.any():
                try:
                    rows[here] = index.reconstruct_batch(array[here])
                except RuntimeError as error:
                    raise KeyError("an id is not in the index") from error
        return rows

    def copy(self) -> "DenseIndex":
        """Give one that holds the same now, and is changed apart from this one; the files are shared."""
        copy = DenseIndex(self.dim)
        copy._index = faiss_index.clone(self._index)
        copy._mapped, copy._mapped_ids, copy._gone = self._mapped, self._mapped_ids, self._gone
        copy._blocks = self._blocks  # neither a block nor a mask is ever changed
        return copy

    def spill(self, folder: Path | None) -> None:
        """Make blocks of what was added, once that is enough, in files in ``folder`` that are gone with the process."""
        while self._index.ntotal >= dense_block.FULL:
            ids = np.sort(faiss_index.ids_of(self._index))[: dense_block.FULL]
            block = DenseBlock.make(ids, self._index.reconstruct_batch(ids)).spilled(folder)
            faiss_index.remove(self._index, ids)
            self._blocks = (*self._blocks, (block, None))

    def tidy(self, folder: Path | None) -> None:
        """Make it ready to be written: no trace of what was removed is left, and as much as can be lies in blocks.

        A block of which something was removed is made anew, with cells of its own; one that is less than half full is
        taken apart. Needs memory for a block or two, however many there are.
        """
        self._index, self._mapped = self._whole(), None
        self._mapped_ids = self._gone = np.empty(0, dtype=np.int64)
        pairs, self._blocks = self._blocks, ()
        for block, kept in pairs:
            if kept is not None and 2 * int(kept.sum()) < dense_block.FULL:
                self._index.add_with_ids(block.vectors[kept], block.ids[kept])
            else:
                block = block if kept is None else block.without(kept).spilled(folder)
                self._blocks = (*self._blocks, (block, None))
            self.spill(folder)

    def writers(self) -> dict[str, Write]:
        """Give what writes the whole index, once it is tidied, file by file; ``write`` is the first of them."""
        blocks = [writer for block, _ in self._blocks for writer in block.writers().items()]
        return {REST: self.write, **dict(blocks)}

    def write(self, file: Path) -> None:
        """Write all that is in no block to ``file``, without a trace of what was removed.

        Raises:
            OSError: it cannot be written.
        """
        faiss_index.write(self._whole(), file)

    @classmethod
    def open(cls, file: Path, blocks: Sequence[str] = ()) -> Self:
        """Open the index that ``writers`` wrote, with its blocks of these names, mapped into memory.

        Nothing is read before it is needed.

        Raises:
            StoredDataError: these are no files of such an index.
        """
        stored = faiss_index.open_flat(file)
        index = cls(stored.d)
        index._mapped, index._mapped_ids = stored, np.sort(faiss_index.ids_of(stored))
        index._blocks = tuple((DenseBlock.open(file.parent, name), None) for name in blocks)
        return index

    def to_bytes(self) -> bytes:
        """Give the index as bytes; it has no blocks."""
        return faiss_index.to_bytes(self._whole())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make the index that ``to_bytes`` gave.

        Raises:
            StoredDataError: these are not the bytes of such an index.
        """
        stored = faiss_index.from_bytes(data)
        index = cls(stored.d)
        index._index = stored
        return index

    def _rest_ids(self) -> Ids:
        """Give the ids of what is in no block."""
        return np.concatenate([self._mapped_ids, faiss_index.ids_of(self._index)])

    def _whole(self) -> Any:
        """Give what is in no block as one index in memory."""
        if self._mapped is None:
            return self._index
        whole = faiss_index.flat(self.dim)
        for first in range(0, len(self._mapped_ids), _AT_ONCE):
            ids = self._mapped_ids[first : first + _AT_ONCE]
            whole.add_with_ids(self._mapped.reconstruct_batch(ids), ids)
        added = faiss_index.ids_of(self._index)
        if len(added):
            whole.add_with_ids(self._index.reconstruct_batch(added), added)
        return whole


def _left(block: DenseBlock, kept: Kept | None) -> Ids:
    return block.ids if kept is None else block.ids[kept]
