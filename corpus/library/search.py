"""Searching where the library lies, and not in what is derived from it elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.library.types import ALL, Filter

Mode = Literal["hybrid", "dense", "lexical"]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that were found, each with both scores, in the order of their ids."""

    ids: Sequence[int]
    cosines: NDArray[np.float32]  # (len(ids),)
    words: NDArray[np.float32]  # (len(ids),) at least 0: by BM25's formula; 0 where no word is shared


class PassageSearch(Protocol):
    """A library that is searched by meaning and by words itself. Safe to use from many threads."""

    def candidates(
        self,
        question: str,
        vector: NDArray[np.float32],  # (dim,), unit
        k: int,
        *,
        encoder: str,
        mode: Mode = "hybrid",
        where: Filter = ALL,
    ) -> Candidates:
        """Give the ``k`` passages nearest to ``vector``, and as many that share the rarest words of ``question``.

        Only current passages are given, and only of articles that fit ``where``: nothing is lost to the filter.

        Raises:
            IndexMismatchError: the library holds vectors of another encoder.
            StoredDataError: the library cannot be read.
        """
        ...

    def problems(self) -> list[str]:
        """Give what is searched otherwise than it is stored.

        Raises:
            StoredDataError: the library cannot be read.
        """
        ...

    def repair(self) -> None:
        """Make anew what is searched, where it differs from what is stored.

        Raises:
            StoredDataError: the library cannot be written.
        """
        ...

    def owners(self, ids: Sequence[int]) -> dict[int, str]:
        """Give the id of the article of each of these passages that is current.

        Raises:
            StoredDataError: the library cannot be read.
        """
        ...
