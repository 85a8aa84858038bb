"""What is derived from a library to search it: FAISS and BM25 over its current passages, kept in step with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from corpus.errors import DamagedArticleError, StoredDataError
from corpus.library.types import Changes, LibraryStore, PassageRow
from index.dense import DenseIndex, Ids
from index.lexical import LexicalIndex
from index.snapshot import load_snapshot, save_snapshot

_BLOCK = 256  # passages read and taken in at once
_COMPARED = 16  # passages of a snapshot that are compared with the library when it is opened
_COUNTED = 100_000  # passages: more are not counted when a snapshot of them is opened
_LEAST_DUE = 64  # changed passages: fewer are taken in faster than a snapshot is written
_DUE_SHARE = 100  # or one in so many


class Derived:
    """Both indexes as of one generation of the library. Not for several threads: the caller holds a lock."""

    def __init__(self, dim: int, folder: Path | None = None) -> None:
        """Derive nothing yet: ``follow`` does. What takes much room goes into files in ``folder`` while it is made."""
        self.dense, self.lexical = DenseIndex(dim), LexicalIndex()
        self.generation = 0
        self._folder = folder
        self._checksums: Mapping[str, str] = {}  # of the files of the snapshot that it was opened from
        self.added = self.removed = 0  # passages, since the snapshot
        self.damaged: dict[str, DamagedArticleError] = {}  # of articles that were met as they were taken in, by id

    @classmethod
    def load(cls, folder: Path, store: LibraryStore, *, encoder: str, dim: int) -> "Derived":
        """Open the snapshot in ``folder`` and bring it to where ``store`` is.

        Raises:
            StoredDataError: there is none, it is damaged, or it is not of this library's passages.
        """
        snapshot, dense, lexical = load_snapshot(folder, encoder=encoder, dim=dim, library=store.identity)
        derived = cls(dim, folder)
        derived.dense, derived.lexical, derived.generation = dense, lexical, snapshot.library_generation
        derived._checksums = {name: snapshot.crc32[name] for name in snapshot.block_files}
        known = dense.last(4 * _COMPARED)
        derived.follow(store)
        derived._compare(store, known)
        return derived

    @property
    def is_due(self) -> bool:
        """Whether so much has changed that a snapshot is worth its while; what was removed leaves the disk at once."""
        return self.removed > 0 or self.added >= max(_LEAST_DUE, len(self.dense) // _DUE_SHARE)

    def follow(self, store: LibraryStore) -> None:
        """Take in what changed in the library since.

        Raises:
            StoredDataError: the library does not know that generation, or holds together no longer.
        """
        if store.generation == self.generation:
            return
        changes = self._changes(store)
        before = len(self.dense)
        removed = self.dense.remove(changes.removed)
        if self.lexical.remove(changes.removed) != removed:
            raise StoredDataError("The two indexes hold different passages.")
        # What was added since the changes were asked for is there already when it is met again: an id is given once.
        added = changes.added[~self.dense.has(changes.added)]
        for block in _blocks(current_rows(store, added, self._note)):
            ids = [row.id for row in block]
            self.dense.add(ids, np.stack([row.vector for row in block]))
            self.lexical.add(ids, [row.text for row in block])
            self.dense.spill(self._folder)
            self.lexical.spill(self._folder)
        self.generation = changes.generation
        self.removed += removed
        self.added += len(self.dense) - before + removed

    def _note(self, error: DamagedArticleError) -> None:
        self.damaged[error.article_id] = error

    def copy(self) -> "Derived":
        """Give one that stays as this one is now."""
        copy = Derived(self.dense.dim, self._folder)
        copy.dense, copy.lexical, copy.generation = self.dense.copy(), self.lexical.copy(), self.generation
        copy.added, copy.removed, copy._checksums = self.added, self.removed, self._checksums
        return copy

    def save(self, folder: Path, store: LibraryStore, *, encoder: str) -> None:
        """Write it to ``folder``, tidied.

        Raises:
            OSError, StoredDataError: it cannot be written, or another process writes there.
        """
        self.dense.tidy(folder)
        self.lexical.tidy(folder)
        save_snapshot(
            folder,
            self.dense,
            self.lexical,
            encoder=encoder,
            library=store.identity,
            generation=self.generation,
            known=self._checksums,
        )

    def _changes(self, store: LibraryStore) -> Changes:
        if self.generation == 0:
            generation = store.generation  # first: what comes in between is met again
            return Changes(generation, removed=np.empty(0, dtype=np.int64), added=store.passage_ids())
        try:
            return store.changes(self.generation)
        except ValueError as error:
            raise StoredDataError(str(error)) from error

    def _compare(self, store: LibraryStore, known: Ids) -> None:
        """Raise StoredDataError where a snapshot of the passages ``known`` is not the library's.

        A library that was put back from a copy and has grown since gives ids again: the last ones differ. Many passages
        are not counted, which takes longer the more there are: then it is looked whether the last are there.
        """
        left = known[self.dense.has(known)][-_COMPARED:]
        rows = list(current_rows(store, left))
        for row in rows:
            if row.text and not np.array_equal(self.dense.vectors([row.id])[0], row.vector):
                raise StoredDataError("The index holds other passages than the library.")
        if len(self.dense) <= _COUNTED:
            same = store.health().passages == len(self.dense)
        else:
            same = len(rows) == len(left) and self._has_last_change(store)
        if store.generation == self.generation and not same:
            raise StoredDataError("The index does not hold the library's passages.")

    def _has_last_change(self, store: LibraryStore) -> bool:
        try:
            last = store.changes(self.generation - 1)
        except ValueError:  # it is not known any more
            return True
        return bool(self.dense.has(last.added).all() and not self.dense.has(last.removed).any())


Note = Callable[[DamagedArticleError], None]


def current_rows(store: LibraryStore, ids: Sequence[int] | Ids, note: Note | None = None) -> Iterator[PassageRow]:
    """Give those of the passages ``ids`` that are still current; the others are among the next changes.

    A passage of a damaged article comes without words and with zeros for a vector, so that its id is held like all the
    others, and nothing is like it; ``note`` is given the error.
    """
    for start in range(0, len(ids), _BLOCK):
        block = [int(id) for id in ids[start : start + _BLOCK]]
        try:
            yield from list(store.passages(block))
        except (KeyError, DamagedArticleError):
            yield from (row for id in block for row in _row(store, id, note))


def _row(store: LibraryStore, id: int, note: Note | None) -> list[PassageRow]:
    try:
        return list(store.passages([id]))
    except KeyError:
        return []
    except DamagedArticleError as error:
        if note is not None:
            note(error)
        _, dim = store.encoder or ("", 0)
        return [PassageRow(id, error.article_id, 0, "", np.zeros(dim, dtype=np.float32))]


def _blocks(rows: Iterator[PassageRow]) -> Iterator[list[PassageRow]]:
    while block := list(islice(rows, _BLOCK)):
        yield block
