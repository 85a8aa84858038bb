"""The kinds of vector index that docs/decisions/0029 compares: each finds candidates, which are then compared exactly.

These stand beside the product's door to FAISS: what it does not use is measured here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np

from index.dense import DenseIndex
from index.types import Vectors

COMPARED = 3  # times as many candidates as are wanted, where the vectors are kept in short


class Kind(Protocol):
    """An index under test."""

    @property
    def widths(self) -> tuple[int, ...]:
        """The settings to search it with."""
        ...

    @property
    def megabytes(self) -> float:
        """Its size, without the whole vectors, where it does not need them to find candidates."""
        ...

    def search(self, query: Vectors, k: int, width: int) -> list[int]:
        """Give the places of the ``k`` nearest to ``query``, ``(dim,)``."""
        ...


@dataclass(frozen=True, slots=True)
class Faiss:
    """An index of FAISS's, whose candidates are compared with the whole vectors where it keeps them in short."""

    index: Any
    vectors: Vectors
    widths: tuple[int, ...]
    megabytes: float
    in_short: bool

    @classmethod
    def make(cls, name: str, vectors: Vectors) -> "Faiss":
        """Make the index that FAISS's factory calls ``name``; ``IVF`` gets four times the root of ``n`` cells."""
        count, dim = vectors.shape
        named = name.replace("IVF", f"IVF{round(4 * count**0.5)}")
        index: Any = faiss.index_factory(dim, named, faiss.METRIC_INNER_PRODUCT)
        widths: tuple[int, ...] = (0,)
        if name.startswith("IVF"):
            index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = 10, 48, 1
            widths = (16, 32, 64, 128)
        if name.startswith("HNSW"):
            index.hnsw.efConstruction = 64
            widths = (64, 128, 256)
        index.train(np.ascontiguousarray(vectors))
        for first in range(0, count, 1 << 16):
            index.add(np.ascontiguousarray(vectors[first : first + (1 << 16)]))
        size = float(faiss.serialize_index(index).nbytes) / 1e6
        return cls(index, vectors, widths, size, "SQ" in name or "PQ" in name)

    def search(self, query: Vectors, k: int, width: int) -> list[int]:
        """See Kind."""
        faiss.omp_set_num_threads(1)
        wanted = COMPARED * k if self.in_short else k
        parameters: Any = None
        if isinstance(self.index, faiss.IndexHNSW):
            kind: Any = faiss
            parameters = kind.SearchParametersHNSW()
            parameters.efSearch = max(width, wanted)
        elif isinstance(self.index, faiss.IndexIVF):
            parameters = faiss.SearchParametersIVF()
            parameters.nprobe = width
        found = self.index.search(query.reshape(1, -1), wanted, params=parameters)[1][0]
        found = found[found >= 0]
        if self.in_short:
            found = found[np.argsort(-(self.vectors[found] @ query), kind="stable")]
        return [int(place) for place in found[:k]]


class Blocks:
    """The product's own ``DenseIndex``."""

    widths: tuple[int, ...] = (0,)

    def __init__(self, vectors: Vectors, folder: Path) -> None:
        """Index ``vectors``; blocks lie in files in ``folder`` that are gone with the process."""
        self._index = DenseIndex(vectors.shape[1])
        for first in range(0, len(vectors), 4_096):
            rows = vectors[first : first + 4_096]
            self._index.add(range(first, first + len(rows)), rows)
            self._index.spill(folder)
        files = self._index.writers()
        (folder / "written").mkdir()
        for name, write in files.items():
            if not name.endswith("vectors.npy"):
                write(folder / "written" / name)
        self.megabytes = sum(file.stat().st_size for file in (folder / "written").iterdir()) / 1e6

    def search(self, query: Vectors, k: int, width: int) -> list[int]:
        """See Kind."""
        return self._index.search(query, k)


def make(name: str, vectors: Vectors, folder: Path) -> Kind:
    """Make the kind of that name: ``ours``, or one of FAISS's factory, ``IVF`` without a number."""
    if name == "ours":
        return Blocks(vectors, folder)
    return Faiss.make(name, vectors)
