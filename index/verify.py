"""Is what is derived from a library exactly what the library holds? And making it anew."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from corpus.errors import BusyError, StoredDataError
from corpus.library.types import LibraryStore, PassageRow
from index.dense import Ids
from index.derived import Derived, current_rows
from index.generations import MANIFEST
from index.lexical import LexicalIndex
from index.lexical_block import LexicalBlock
from index.postings import Postings
from index.snapshot import check_blocks

_ATTEMPTS = 3
_SHOWN = 5  # ids named of those that differ
_BLOCK = 1_000  # passages compared at once


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a part of what is derived, in one line."""

    part: str  # "snapshot", "vectors" or "words"
    message: str


def verify_derived(store: LibraryStore, folder: Path) -> list[Problem]:
    """Compare the snapshot in ``folder``, brought to where the library is, with every passage of the library.

    FAISS and BM25 hold exactly the library's current passages, each with its vector and its words. No snapshot is no
    problem: the first question makes one.

    Raises:
        BusyError: the library changes all the while.
        StoredDataError: the library cannot be read.
    """
    health = store.health()
    if health.encoder is None or health.dim is None or not (folder / MANIFEST).exists():
        return []
    for _ in range(_ATTEMPTS):
        try:
            check_blocks(folder)
            derived = Derived.load(folder, store, encoder=health.encoder, dim=health.dim)
        except StoredDataError as error:
            return [Problem("snapshot", str(error))]
        found = list(_compare(derived, store))
        if store.generation == derived.generation:
            return found
    raise BusyError("The library changes while it is compared. Try again when nothing is added or removed.")


def repair_derived(store: LibraryStore, folder: Path) -> None:
    """Derive everything anew from the library and save it in ``folder``.

    Raises:
        OSError, StoredDataError: the library cannot be read or the snapshot not be written.
    """
    health = store.health()
    if health.encoder is None or health.dim is None:
        return
    derived = Derived(health.dim, folder)
    derived.follow(store)
    derived.save(folder, store, encoder=health.encoder)


def _compare(derived: Derived, store: LibraryStore) -> Iterable[Problem]:
    wanted = store.passage_ids()
    for part, ids in (("vectors", np.sort(derived.dense.ids)), ("words", derived.lexical.ids)):
        for which, said in ((np.setdiff1d(wanted, ids), "are missing"), (np.setdiff1d(ids, wanted), "do not belong")):
            if len(which):
                yield Problem(part, f"The {part} of {_named(which)} {said}.")
    different: list[int] = []
    same_words = True
    for block in derived.lexical.blocks:
        expected = LexicalIndex()
        for start in range(0, block.count, _BLOCK):
            rows = list(current_rows(store, block.ids[start : start + _BLOCK]))
            expected.add([row.id for row in rows], [row.text for row in rows])
            different += _other_vectors(derived, rows)
        same_words &= _equal(LexicalBlock.join([block]).postings, expected.postings())
    if different:
        yield Problem("vectors", f"The vectors of {_named(np.array(different))} are not the library's.")
    if not same_words:
        yield Problem("words", "The words of some passages are not the library's.")


def _other_vectors(derived: Derived, rows: list[PassageRow]) -> list[int]:
    """Give the ids of the passages whose vectors are there, and not the library's."""
    ids = np.array([row.id for row in rows], dtype=np.int64)
    held = derived.dense.has(ids)
    stored = np.stack([row.vector for row in rows])[held] if rows else np.empty((0, derived.dense.dim))
    same = (derived.dense.vectors(ids[held]) == stored).all(axis=1)
    differing: list[int] = ids[held][~same].tolist()
    return differing


def _equal(one: Postings, other: Postings) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Postings))


def _named(ids: Ids) -> str:
    if len(ids) == 1:
        return f"passage {ids[0]}"
    shown = [*(str(id) for id in ids[:_SHOWN].tolist()), *(["..."] if len(ids) > _SHOWN else [])]
    return f"{len(ids):,} passages ({', '.join(shown)})"
