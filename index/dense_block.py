"""A block of vectors that is searched by inverted lists and compared exactly; its files never change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError
from index import faiss_index
from index.blocks import Write, building, new_name, taken_over
from index.faiss_index import Cosines, Ids
from index.types import Vectors

FULL = 32_768  # vectors in a new block: as many are compared one by one in 2 ms
SHARE = 1 / 10  # of the cells are looked in,
LOOKED_AT = 30_000  # or as many as hold so many vectors
_AT_ONCE = 4_096  # vectors compared at once
_ROUNDING = 1e-5  # between a cosine computed at once for many vectors, and apart

Kept = NDArray[np.bool_]  # (len(block.ids),), which of its vectors still count


@dataclass(frozen=True, slots=True, eq=False)
class DenseBlock:
    """Unit vectors under ascending ids, whole, and a second time as bytes in FAISS's inverted lists.

    The lists give candidates; their cosines, and those of every vector that is asked for by its id, are exact.
    """

    name: str
    ids: Ids
    vectors: Vectors  # (len(ids), dim)
    cells: Any
    home: Path | None = None  # where its files lie; None: nowhere yet, or no longer

    @classmethod
    def make(cls, ids: Ids, vectors: Vectors) -> Self:
        """Make the block of ``vectors``, ``(len(ids), dim)``, under ascending ``ids``."""
        return cls(new_name(), ids, vectors, faiss_index.cells(vectors, ids))

    @classmethod
    def open(cls, folder: Path, name: str) -> Self:
        """Open the block that ``writers`` wrote to ``folder``, mapped into memory.

        Raises:
            StoredDataError: these are no files of such a block.
        """
        try:
            ids, vectors = (
                np.asarray(np.load(folder / f"dense-{name}-{part}.npy", mmap_mode="r", allow_pickle=False))
                for part in ("ids", "vectors")
            )
        except (ValueError, OSError, EOFError) as error:
            raise StoredDataError("The dense index is damaged. Build the index anew.") from error
        cells = faiss_index.open_cells(folder / f"dense-{name}-cells.faiss")
        if vectors.shape != (len(ids), cells.d) or len(ids) != cells.ntotal or vectors.dtype != np.float32:
            raise StoredDataError("The dense index does not hold together. Build the index anew.")
        return cls(name, ids, vectors, cells, folder)

    def writers(self) -> dict[str, Write]:
        """Give what writes its files, or links those that lie in another folder."""
        writers: dict[str, Write] = {
            f"dense-{self.name}-ids.npy": partial(_save, array=self.ids),
            f"dense-{self.name}-vectors.npy": partial(_save, array=self.vectors),
            f"dense-{self.name}-cells.faiss": partial(faiss_index.write, self.cells),
        }
        return {name: taken_over(self.home, name, write) for name, write in writers.items()}

    def spilled(self, folder: Path | None) -> "DenseBlock":
        """Give the same block in files that are gone with it, so that it needs no memory; itself, if that can't be."""
        try:
            with building(folder) as place:
                for name, write in self.writers().items():
                    write(place / name)
                return replace(DenseBlock.open(place, self.name), home=None)
        except OSError:
            return self

    def without(self, kept: Kept) -> "DenseBlock":
        """Give a block of those that are kept, in cells of their own: one's centre may be a vector that is gone."""
        return DenseBlock.make(self.ids[kept], self.vectors[kept])

    def places(self, ids: Ids) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Give where each of ``ids`` stands, and whether it is there at all."""
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return places, self.ids[places] == ids

    def candidates(self, vector: NDArray[np.float32], k: int, share: float, kept: Kept | None) -> tuple[Cosines, Ids]:
        """Give about the ``k`` nearest of ``share`` of the cells, in no order, with cosines to some thousandths."""
        gone = None if kept is None else self.ids[~kept]
        return faiss_index.nearest(self.cells, vector, k, but=gone, share=share)

    def nearest(self, vector: NDArray[np.float32], k: int, among: Ids, kept: Kept | None) -> tuple[Cosines, Ids]:
        """Give the ``k`` nearest of ``among``, exactly, with all that are as near as the last; in no order."""
        places, there = self.places(among)
        places = np.unique(places[there])
        if kept is not None:
            places = places[kept[places]]
        rough = np.concatenate(
            [np.empty(0, np.float32)]
            + [self.vectors[places[first : first + _AT_ONCE]] @ vector for first in range(0, len(places), _AT_ONCE)]
        )
        if len(rough) > k:
            places = places[rough >= np.partition(rough, -k)[-k] - _ROUNDING]
        return cosines(self.vectors[places], vector), self.ids[places]


def cosines(rows: Vectors, vector: NDArray[np.float32]) -> Cosines:
    """Give the cosine of ``vector``, ``(dim,)``, with each row; each summed apart from the others."""
    products: Cosines = (rows * vector.reshape(1, -1)).sum(axis=1)
    return products


def best(
    blocks: Sequence[tuple[DenseBlock, Kept | None]], vector: NDArray[np.float32], k: int, among: Ids | None
) -> tuple[Cosines, Ids]:
    """Give the nearest in ``blocks``, ``k`` or more, with their cosines; in no order.

    With ``among`` they are the nearest of these exactly. Else they are compared exactly with three times as many that
    the lists name first.
    """
    if among is not None:
        found = [block.nearest(vector, k, among, kept) for block, kept in blocks]
        return np.concatenate([part for part, _ in found]), np.concatenate([part for _, part in found])
    compared = 3 * k
    share = min(max(SHARE, LOOKED_AT / sum(len(block.ids) for block, _ in blocks)), 1.0)
    found = [block.candidates(vector, compared, share, kept) for block, kept in blocks]
    bound = np.concatenate([part for part, _ in found])
    least = np.partition(bound, -compared)[-compared] if len(bound) > compared else -np.inf
    exact, all_ids = [], []
    for (block, _), (rough, ids) in zip(blocks, found, strict=True):
        places, there = block.places(ids[rough >= least])  # all are, unless a file is damaged
        exact.append(cosines(block.vectors[places[there]], vector))
        all_ids.append(block.ids[places[there]])
    return np.concatenate(exact), np.concatenate(all_ids)


def _save(file: Path, array: NDArray[Any]) -> None:
    np.save(file, array, allow_pickle=False)
