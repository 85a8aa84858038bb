"""The nouns of searching: an encoder, and a hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import Passage

Vectors = NDArray[np.float32]  # (n, dim), unit rows


class Encoder(Protocol):
    """Turns texts into unit rows; the same text gives the same row, whatever else is in the call."""

    @property
    def name(self) -> str:
        """Which model this is: its name and the hash of its weights; stored with every index."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in a row."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row for each text: ``(len(texts), dim)`` float32."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    ``score`` is the fused score: higher is nearer, comparable within one search only. ``dense`` is the cosine of
    question and passage, -1 to 1; ``lexical`` the passage's BM25 score, at least 0 (0 where no word is shared).
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
