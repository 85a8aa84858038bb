"""The door to FAISS: flat indexes, which compare every vector, and inverted lists, which compare the near cells'."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError
from index.types import Vectors

Ids = NDArray[np.int64]
Cosines = NDArray[np.float32]

_ROUNDS = 10  # of k-means
_LEARNT_FROM = 48  # vectors for each cell
_DAMAGED = "The dense index is damaged. Build the index anew."


def flat(dim: int) -> Any:
    """Make an empty index of ``dim`` numbers a vector that compares every one, under ids that stay."""
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dim))


def ids_of(index: Any) -> Ids:
    """Give the ids of a flat index, in the order they were added."""
    ids: Ids = faiss.vector_to_array(index.id_map)
    return ids


def remove(index: Any, ids: Ids) -> None:
    """Take ``ids`` out of an index in memory, those that are there."""
    if len(ids):
        index.remove_ids(faiss.IDSelectorBatch(ids))


def clone(index: Any) -> Any:
    """Give a copy of an index in memory."""
    return faiss.clone_index(index)


def cells(vectors: Vectors, ids: Ids) -> Any:
    """Put ``vectors``, ``(n, dim)``, into about twice the root of ``n`` cells, found by k-means; the same every time.

    Each number is kept as one byte, by the least and the largest of its place (FAISS's ``IndexIVFScalarQuantizer``): a
    quarter of the memory, and cosines right to some thousandths.
    """
    count, dim = vectors.shape
    number = max(1, min(count, round(2 * count**0.5)))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, number, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = _ROUNDS, _LEARNT_FROM, 1
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    index.train(rows)
    index.add_with_ids(rows, ids)
    return index


def nearest(
    index: Any,
    vector: NDArray[np.float32],
    k: int,
    among: Ids | None = None,
    but: Ids | None = None,
    share: float | None = None,
) -> tuple[Cosines, Ids]:
    """Give cosines and ids of the ``k`` nearest ``among`` some, ``but`` some; in no order.

    All that are as near as the last of them are given too: FAISS keeps any of those, and which one is found must not
    depend on what was added and removed before. ``share`` is that of the cells to look in, for inverted lists.
    """
    total = int(index.ntotal)
    asked = min(k + 1, total)
    faiss.omp_set_num_threads(1)  # one query is one thread's work; a team of threads is only waited for
    selectors = _selectors(among, but)
    parameters = _parameters(index, share)
    if selectors:
        parameters = parameters or faiss.SearchParameters()
        parameters.sel = selectors[-1]  # a bare pointer to FAISS: the list keeps it alive while the search runs
    while asked:
        rows = index.search(vector.reshape(1, -1), asked, params=parameters)
        cosines, ids = rows[0][0], rows[1][0]
        found = ids >= 0  # fewer than asked for passed the filter: FAISS fills up with -1
        if asked == total or not found.all() or cosines[k - 1] > cosines[-1]:
            return cosines[found], ids[found]
        asked = min(4 * asked, total)
    return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)


def write(index: Any, file: Path) -> None:
    """Write an index to ``file``.

    Raises:
        OSError: it cannot be written.
    """
    try:
        faiss.write_index(index, str(file))
    except (RuntimeError, TypeError) as error:  # FAISS tells no reason; TypeError: a path that is no text
        raise OSError(f"the vectors cannot be written to {file}") from error


def open_flat(file: Path) -> Any:
    """Open a flat index that ``write`` wrote, mapped into memory: nothing is read before it is needed.

    It may not be changed: FAISS would end the process.

    Raises:
        StoredDataError: this is no file of such an index.
    """
    return _checked(_mapped(file), faiss.IndexIDMap2)


def open_cells(file: Path) -> Any:
    """Open inverted lists that ``write`` wrote, mapped into memory; they may not be changed.

    Raises:
        StoredDataError: this is no file of such an index.
    """
    return _checked(_mapped(file), faiss.IndexIVFScalarQuantizer)


def to_bytes(index: Any) -> bytes:
    """Give an index as bytes."""
    return bytes(faiss.serialize_index(index))


def from_bytes(data: bytes) -> Any:
    """Make the flat index that ``to_bytes`` gave.

    Raises:
        StoredDataError: these are not the bytes of such an index.
    """
    try:
        stored = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    except RuntimeError as error:
        raise StoredDataError(_DAMAGED) from error
    return _checked(stored, faiss.IndexIDMap2)


def _mapped(file: Path) -> Any:
    try:
        return faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise StoredDataError(_DAMAGED) from error


def _checked(stored: Any, kind: type) -> Any:
    if not isinstance(stored, kind):
        raise StoredDataError("The dense index is of another kind. Build the index anew.")
    return stored


def _parameters(index: Any, share: float | None) -> Any:
    if share is None:
        return None
    parameters: Any = faiss.SearchParametersIVF()
    parameters.nprobe = max(1, round(share * index.nlist))
    return parameters


def _selectors(among: Ids | None, but: Ids | None) -> list[Any]:
    """Give the selectors of the ids ``among`` some and ``but`` some: the last is the one to use, over the others."""
    if among is not None:
        return [faiss.IDSelectorBatch(among if but is None else among[~np.isin(among, but)])]
    if but is None or not len(but):
        return []
    removed = faiss.IDSelectorBatch(but)
    return [removed, faiss.IDSelectorNot(removed)]
