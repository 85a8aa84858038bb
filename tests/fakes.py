"""Stand-ins for models: quick, deterministic, and computable in one's head."""

import re
import zlib
from collections.abc import Sequence

import numpy as np

from index.types import Vectors


class FakeEncoder:
    """Counts words: the cosine of two texts is their shared words over the root of the product of their lengths.

    ``three troops`` and ``three ships`` have cosine 1 / 2. Case and punctuation don't matter. A text without words
    points along the first axis.
    """

    def __init__(self, dim: int = 512, name: str = "fake-encoder") -> None:
        self._dim, self._name = dim, name
        self.calls: list[list[str]] = []  # what was encoded, call by call

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return self._dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[1 + zlib.crc32(word.encode()) % (self._dim - 1)] += 1
            if not row.any():
                row[0] = 1
            row /= np.linalg.norm(row)
        return vectors
