"""A block of texts that are found by their words, with those that were removed from it since, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from index.blocks import building, new_name, taken_over
from index.generations import Write
from index.postings import Ids, Kept, Postings

FULL = 65_536  # texts: a block of as many is not joined with others


@dataclass(frozen=True, eq=False)
class LexicalBlock:
    """Postings, and which of their texts still count (None: all)."""

    postings: Postings
    kept: Kept | None = None
    name: str = field(default_factory=new_name)
    mapped: bool = False  # from files, and so no memory of the process's own
    home: Path | None = None  # where those lie; None: nowhere yet, or no longer

    @classmethod
    def open(cls, folder: Path, name: str) -> "LexicalBlock":
        """Open the block that ``writers`` wrote to ``folder``, mapped into memory; raises StoredDataError."""
        return cls(Postings.open(folder, _prefix(name)), None, name, True, folder)

    @classmethod
    def join(cls, blocks: Sequence["LexicalBlock"]) -> "LexicalBlock":
        """Make one block of the texts of several that still count; no word of the others remains."""
        return cls(Postings.join([(block.postings, block.kept) for block in blocks]))

    @cached_property
    def count(self) -> int:
        """How many texts count."""
        return len(self.postings.ids) if self.kept is None else int(self.kept.sum())

    @cached_property
    def total_length(self) -> int:
        """How long those are together, in terms."""
        lengths = self.postings.lengths
        return int((lengths if self.kept is None else lengths[self.kept]).sum(dtype=np.int64))

    @cached_property
    def shortest(self) -> int:
        """How long the shortest text is, in terms, be it one that was removed."""
        return int(self.postings.lengths.min(initial=2**31 - 1))

    @property
    def is_full(self) -> bool:
        """Whether it stays as it is, whatever is added."""
        return len(self.postings.ids) >= FULL

    @property
    def ids(self) -> Ids:
        """The ids of the texts that count, ascending."""
        return self.postings.ids if self.kept is None else self.postings.ids[self.kept]

    def places(self, ids: Ids) -> tuple[Ids, Kept]:
        """Give where each of ``ids`` stands, and whether it is there and counts."""
        own = self.postings.ids
        places = np.minimum(np.searchsorted(own, ids), len(own) - 1)
        there = own[places] == ids
        return places, there if self.kept is None else there & self.kept[places]

    def standing(self, ids: Ids) -> Kept:
        """Tell which texts are under one of ``ids`` and count."""
        places, there = self.places(ids)
        mask = np.zeros(len(self.postings.ids), dtype=bool)
        mask[places[there]] = True
        return mask

    def held(self, part: slice) -> int:
        """Give how many of the texts in ``part`` of the postings count."""
        if self.kept is None:
            return int(part.stop - part.start)
        return int(self.kept[self.postings.texts[part]].sum())

    def without(self, ids: Ids) -> "LexicalBlock":
        """Give the same block, but for the texts under ``ids``, which count no longer."""
        there = self.standing(ids)
        if not there.any():
            return self
        kept = ~there if self.kept is None else self.kept & ~there
        return LexicalBlock(self.postings, kept, self.name, self.mapped, self.home)

    def writers(self) -> dict[str, Write]:
        """Give what writes its files, or links those that lie in another folder; of a block without removed texts."""
        writers = self.postings.writers(_prefix(self.name))
        return {name: taken_over(self.home, name, write) for name, write in writers.items()}

    def spilled(self, folder: Path | None) -> "LexicalBlock":
        """Give the same block in files that are gone with it, so that it needs no memory; itself, if that can't be."""
        if self.mapped:
            return self
        try:
            with building(folder) as place:
                for name, write in self.writers().items():
                    write(place / name)
                return LexicalBlock(Postings.open(place, _prefix(self.name)), self.kept, self.name, True)
        except OSError:
            return self


def _prefix(name: str) -> str:
    return f"lexical-{name}-"
