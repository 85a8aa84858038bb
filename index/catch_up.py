"""Bringing the snapshot of what is derived from a library to where the library is, without asking anything."""

from pathlib import Path

from corpus.errors import StoredDataError
from corpus.library.types import LibraryStore
from index.derived import Derived
from index.generations import remove_generations
from index.snapshot import Snapshot


def catch_up(store: LibraryStore, folder: Path) -> None:
    """Bring the snapshot in ``folder`` up to date, so that nothing removed stays in it and the next question is quick.

    A few added passages are left to the next question, which takes them in faster than a snapshot is written.

    Raises:
        OSError, StoredDataError: the library cannot be read, or the snapshot not be written.
    """
    health = store.health()
    encoder, dim = health.encoder, health.dim
    if encoder is None or dim is None:  # the library is empty: what was in it may lie in a snapshot still
        try:
            old = Snapshot.read(folder)
        except StoredDataError:
            remove_generations(folder)
            return
        encoder, dim = old.encoder, old.dim
    try:
        derived = Derived.load(folder, store, encoder=encoder, dim=dim)
        due = derived.is_due
    except StoredDataError:
        derived, due = Derived(dim, folder), True
        derived.follow(store)
    if due:
        derived.save(folder, store, encoder=encoder)
