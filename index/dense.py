"""The door to FAISS: vectors under stable ids, searched exactly."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError
from index.types import Vectors

Ids = NDArray[np.int64]


class DenseIndex:
    """Unit vectors under int64 ids that stay the same whatever is added or removed. Exact: every vector is compared.

    What was opened from a file is mapped into memory and read only (FAISS would end the process that changes it); what
    is added lies beside it, and what is removed from it is passed over. ``write`` makes one of both.
    """

    def __init__(self, dim: int) -> None:
        """Make an empty index for vectors of ``dim`` numbers."""
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._mapped: Any = None  # the IndexIDMap2 of the file
        self._mapped_ids: Ids = np.empty(0, dtype=np.int64)  # ascending, those that were not removed
        self._gone: Ids = np.empty(0, dtype=np.int64)  # of the file's, those that were

    def __len__(self) -> int:
        """Give how many vectors it holds."""
        return int(self._index.ntotal) + len(self._mapped_ids)

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """The ids it holds, ``(len(self),)``, in no particular order."""
        return np.concatenate([self._mapped_ids, faiss.vector_to_array(self._index.id_map)])

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        """Add ``vectors``, ``(len(ids), dim)`` unit rows, under ``ids``.

        Raises:
            ValueError: an id is given twice or is there already, or the shapes don't fit.
        """
        array = np.asarray(ids, dtype=np.int64)
        if vectors.shape != (len(array), self.dim):
            raise ValueError(f"vectors of shape {vectors.shape} do not fit {len(array)} ids of dimension {self.dim}")
        known = self._is_mapped(array) | np.isin(array, faiss.vector_to_array(self._index.id_map))
        if len(np.unique(array)) != len(array) or known.any():
            raise ValueError("an id is already in the index")
        if len(array):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), array)

    def remove(self, ids: Sequence[int] | Ids) -> int:
        """Remove the vectors of ``ids``; give how many there were."""
        array = np.asarray(ids, dtype=np.int64)
        mapped = np.isin(self._mapped_ids, array)
        self._gone = np.concatenate([self._gone, self._mapped_ids[mapped]])
        self._mapped_ids = self._mapped_ids[~mapped]
        return int(mapped.sum()) + (int(self._index.remove_ids(faiss.IDSelectorBatch(array))) if len(array) else 0)

    def search(self, vector: NDArray[np.float32], k: int, *, among: Sequence[int] | Ids | None = None) -> list[int]:
        """Give the ids of the ``k`` vectors nearest to ``vector``, ``(dim,)``, nearest first, ties by id.

        ``among`` restricts the search to these ids, exactly: nothing is lost to the filter.
        """
        if k <= 0 or not len(self) or (among is not None and not len(among)):
            return []
        wanted = None if among is None else np.asarray(among, dtype=np.int64)
        cosines, ids = _nearest(self._index, vector, k, wanted)
        if len(self._mapped_ids):
            more, of_more = _nearest(self._mapped, vector, k, wanted, self._gone)
            cosines, ids = np.concatenate([cosines, more]), np.concatenate([ids, of_more])
        return [int(id) for id in ids[np.lexsort((ids, -cosines))][:k]]

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Give the cosine of ``vector``, ``(dim,)``, with the vector of each id; each row summed apart from the others.

        Raises:
            KeyError: an id is not there.
        """
        products: NDArray[np.float32] = (self.vectors(ids) * vector.reshape(1, -1)).sum(axis=1)
        return products

    def vectors(self, ids: Sequence[int] | Ids) -> Vectors:
        """Give the vector of each id, ``(len(ids), dim)``.

        Raises:
            KeyError: an id is not there.
        """
        array = np.asarray(ids, dtype=np.int64)
        rows: Vectors = np.empty((len(array), self.dim), dtype=np.float32)
        mapped = self._is_mapped(array)
        for index, here in ((self._mapped, mapped), (self._index, ~mapped)):
            if here.any():
                try:
                    rows[here] = index.reconstruct_batch(array[here])
                except RuntimeError as error:
                    raise KeyError("an id is not in the index") from error
        return rows

    def copy(self) -> "DenseIndex":
        """Give one that holds the same now, and is changed apart from this one; the file is shared."""
        copy = DenseIndex(self.dim)
        copy._index = faiss.clone_index(self._index)
        copy._mapped, copy._mapped_ids, copy._gone = self._mapped, self._mapped_ids, self._gone
        return copy

    def write(self, file: Path) -> None:
        """Write the whole index to ``file``, without a trace of what was removed.

        Raises:
            OSError: it cannot be written.
        """
        try:
            faiss.write_index(self._whole(), str(file))
        except (RuntimeError, TypeError) as error:  # FAISS tells no reason; TypeError: a path that is no text
            raise OSError(f"the vectors cannot be written to {file}") from error

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open the index that ``write`` wrote, mapped into memory: nothing is read before it is needed.

        Raises:
            StoredDataError: this is no file of such an index.
        """
        try:
            stored: Any = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise StoredDataError("The dense index is damaged. Build the index anew.") from error
        index = cls(_checked(stored).d)
        index._mapped, index._mapped_ids = stored, np.sort(faiss.vector_to_array(stored.id_map))
        return index

    def to_bytes(self) -> bytes:
        """Give the whole index as bytes."""
        return bytes(faiss.serialize_index(self._whole()))

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
        index = cls(_checked(stored).d)
        index._index = stored
        return index

    def _is_mapped(self, ids: Ids) -> NDArray[np.bool_]:
        places = np.searchsorted(self._mapped_ids, ids)
        inside = places < len(self._mapped_ids)
        found: NDArray[np.bool_] = inside.copy()
        found[inside] = self._mapped_ids[places[inside]] == ids[inside]
        return found

    def _whole(self) -> Any:
        if self._mapped is None:
            return self._index
        whole = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dim))
        for first in range(0, len(self._mapped_ids), _BLOCK):
            ids = self._mapped_ids[first : first + _BLOCK]
            whole.add_with_ids(self._mapped.reconstruct_batch(ids), ids)
        added = faiss.vector_to_array(self._index.id_map)
        if len(added):
            whole.add_with_ids(self._index.reconstruct_batch(added), added)
        return whole


_BLOCK = 4096  # vectors copied at once


def _nearest(
    index: Any, vector: NDArray[np.float32], k: int, among: Ids | None, but: Ids | None = None
) -> tuple[NDArray[np.float32], Ids]:
    """Give cosines and ids of the ``k`` nearest ``among`` some, ``but`` some; in no order.

    All that are as near as the last of them are given too: FAISS keeps any of those, and which one is found must not
    depend on what was added and removed before.
    """
    total = int(index.ntotal)
    asked = min(k + 1, total)
    faiss.omp_set_num_threads(1)  # one query is one thread's work; a team of threads is only waited for
    selectors = _selectors(among, but)
    parameters = faiss.SearchParameters() if selectors else None
    if parameters:
        parameters.sel = selectors[-1]  # a bare pointer to FAISS: the list keeps it alive while the search runs
    while asked:
        rows = index.search(vector.reshape(1, -1), asked, params=parameters)
        cosines, ids = rows[0][0], rows[1][0]
        found = ids >= 0  # fewer than asked for passed the filter: FAISS fills up with -1
        if asked == total or not found.all() or cosines[k - 1] > cosines[-1]:
            return cosines[found], ids[found]
        asked = min(4 * asked, total)
    return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)


def _selectors(among: Ids | None, but: Ids | None) -> list[Any]:
    """Give the selectors of the ids ``among`` some and ``but`` some: the last is the one to use, over the others."""
    if among is not None:
        return [faiss.IDSelectorBatch(among if but is None else among[~np.isin(among, but)])]
    if but is None or not len(but):
        return []
    removed = faiss.IDSelectorBatch(but)
    return [removed, faiss.IDSelectorNot(removed)]


def _checked(stored: Any) -> Any:
    if not isinstance(stored, faiss.IndexIDMap2):
        raise StoredDataError("The dense index is of another kind. Build the index anew.")
    return stored
