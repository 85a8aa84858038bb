"""The door to FAISS: vectors under stable ids, searched exactly."""

from collections.abc import Sequence
from typing import Self

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError
from index.types import Vectors

Ids = NDArray[np.int64]


class DenseIndex:
    """Unit vectors under int64 ids that stay the same whatever is added or removed. Exact: every vector is compared."""

    def __init__(self, dim: int) -> None:
        """Make an empty index for vectors of ``dim`` numbers."""
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))

    def __len__(self) -> int:
        """Give how many vectors it holds."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """The ids it holds, ``(len(self),)``, in no particular order."""
        ids: Ids = faiss.vector_to_array(self._index.id_map)
        return ids

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add ``vectors``, ``(len(ids), dim)`` unit rows, under ``ids``.

        Raises:
            ValueError: an id is given twice or is there already, or the shapes don't fit.
        """
        array = np.asarray(ids, dtype=np.int64)
        if vectors.shape != (len(array), self.dim):
            raise ValueError(f"vectors of shape {vectors.shape} do not fit {len(array)} ids of dimension {self.dim}")
        if len(np.unique(array)) != len(array) or np.isin(array, self.ids).any():
            raise ValueError("an id is already in the index")
        if len(array):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), array)

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the vectors of ``ids``; give how many there were."""
        return int(self._index.remove_ids(_selector(ids))) if len(ids) else 0

    def search(self, vector: NDArray[np.float32], k: int, *, among: Sequence[int] | None = None) -> list[int]:
        """Give the ids of the ``k`` vectors nearest to ``vector``, ``(dim,)``, nearest first, ties by id.

        ``among`` restricts the search to these ids, exactly: nothing is lost to the filter.
        """
        k = min(k, len(self))
        if k <= 0 or (among is not None and not len(among)):
            return []
        parameters = selector = None
        if among is not None:
            parameters, selector = faiss.SearchParameters(), _selector(among)
            parameters.sel = selector  # a bare pointer to FAISS: the name keeps it alive while the search runs
        cosines, ids = self._index.search(vector.reshape(1, -1), k, params=parameters)
        found = ids[0] >= 0  # fewer than k passed the filter: FAISS fills up with -1
        order = np.lexsort((ids[0][found], -cosines[0][found]))
        return [int(id) for id in ids[0][found][order]]

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Give the cosine of ``vector``, ``(dim,)``, with the vector of each id; each row summed apart from the others.

        Raises:
            KeyError: an id is not there.
        """
        if not len(ids):
            return np.empty(0, dtype=np.float32)
        try:
            rows: Vectors = self._index.reconstruct_batch(np.asarray(ids, dtype=np.int64))
        except RuntimeError as error:
            raise KeyError("an id is not in the index") from error
        products: NDArray[np.float32] = (rows * vector.reshape(1, -1)).sum(axis=1)
        return products

    def to_bytes(self) -> bytes:
        """Give the whole index as bytes."""
        return bytes(faiss.serialize_index(self._index))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make the index that ``to_bytes`` gave.

        Raises:
            StoredDataError: these are not the bytes of such an index.
        """
        try:
            stored = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise StoredDataError("The dense index is damaged. Build the index anew.") from error
        if not isinstance(stored, faiss.IndexIDMap2):
            raise StoredDataError("The dense index is of another kind. Build the index anew.")
        index = cls(stored.d)
        index._index = stored
        return index


def _selector(ids: Sequence[int]) -> faiss.IDSelectorBatch:
    return faiss.IDSelectorBatch(np.asarray(ids, dtype=np.int64))
