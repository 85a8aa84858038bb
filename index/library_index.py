"""The library as the bot asks it: derived indexes in memory, all else read from the library when it is found."""

import threading
from contextlib import suppress
from pathlib import Path

from corpus.errors import StoredDataError
from corpus.library.types import ALL, Filter, LibraryStore
from index.asked_library import ATTEMPTS, FURTHER, AskedLibrary, Say
from index.dense import Ids
from index.derived import Derived
from index.filtering import check_named, none_answers
from index.fitting_ids import FittingIds
from index.generations import MANIFEST
from index.ranking import rank
from index.recent_articles import RecentArticles
from index.snapshot import check_blocks
from index.types import Encoder, Hit, Mode, Vectors

_LONG_BUILD = 5_000  # passages; to derive more takes seconds
_CHECKED_AFTER = 20  # searches: who asks as often asks on, and has the whole snapshot checked meanwhile


class LibraryIndex(AskedLibrary):
    """The articles of a library, found by meaning and by words. Safe to use from many threads.

    Before every search it takes in what any process has changed, and gives no passage that is not in the library still.
    ``folder`` keeps a snapshot of what is derived; without one, or when it cannot be written, all works as well but the
    next start is slower.
    """

    def __init__(self, store: LibraryStore, encoder: Encoder, folder: Path | None, say: Say | None = None) -> None:
        """Ask ``store``, whose vectors ``encoder`` made. Nothing is read before it is needed: see ``open``.

        ``say`` gets one line when something slow begins, or when the snapshot was no use or cannot be written.
        """
        super().__init__(store, encoder, lambda ids: store.owners(ids), say)
        self.folder = folder
        self._derived: Derived | None = None
        self._lock = threading.RLock()  # over _derived
        self._saver: threading.Thread | None = None
        self._fitting = FittingIds(store)
        self._searches = 0
        self._saved_in_vain = 0  # how much had changed when a snapshot could not be written

    def open(self) -> None:
        """Load what is derived, or derive it; else the first search does.

        Raises:
            IndexMismatchError: the library holds vectors of another encoder.
            StoredDataError: the library cannot be read.
        """
        with self._lock:
            self._follow()

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        vector: Vectors | None = None,
        mode: Mode = "hybrid",
        where: Filter = ALL,
    ) -> list[Hit]:
        """Find passages, as ``SearchIndex`` says.

        Raises:
            NoSuchArticleError: an article or a collection that ``where`` names is not there, or no article fits.
            StoredDataError: the library cannot be read.
            DamagedArticleError: all that was found is of damaged articles.
        """
        query = (self.encoder.encode([question]) if vector is None else vector).reshape(-1)  # (dim,)
        most = k
        for _ in range(ATTEMPTS):
            among = None if where.everything else self._ids_of(where)
            with self._lock:
                derived = self._follow()
                ranked = rank(derived.dense, derived.lexical, question, query, most, mode=mode, among=among)
            hits, damaged = self._hits(ranked)
            if len(hits) >= min(k, len(ranked)):
                break  # after the last attempt some are missing: articles come and go faster than one can ask
            most = FURTHER * most if damaged else most
        if damaged and not hits:
            raise damaged
        self._save_if_due()
        self._check_if_due()
        return hits[: max(k, 0)]

    def rebuild(self) -> None:
        """Derive everything anew and save it; what there was answers meanwhile."""
        anew = self._build()
        with self._lock:
            self._derived = anew
        self.save()

    def save(self) -> bool:
        """Write a snapshot and use it from now on, mapped into memory; give whether that was possible."""
        if self.folder is None:
            return False
        with self._lock:
            copy, encoder = self._follow().copy(), self.encoder
        try:
            copy.save(self.folder, self.store, encoder=encoder.name)
            saved = Derived.load(self.folder, self.store, encoder=encoder.name, dim=encoder.dim)
        except (OSError, StoredDataError) as error:
            with self._lock:
                if not self._saved_in_vain:
                    self._say(f"The search index could not be kept for the next start: {error}")
                self._saved_in_vain = copy.added + copy.removed
            return False
        with self._lock:
            self._derived, self._saved_in_vain = saved, 0
        return True

    def _renew(self) -> None:
        """Write a snapshot, unless another process has written one of what there is now."""
        derived = self._load(tell=False)  # what is damaged was told when it was first loaded
        if derived is None or derived.added or derived.removed:
            self.save()
        else:
            with self._lock:
                self._derived = derived

    def close(self) -> None:
        """Wait for a snapshot that is being written."""
        if self._saver is not None:
            self._saver.join()

    def _follow(self) -> Derived:
        """Give what is derived, as of now. The caller holds the lock."""
        derived, self._derived = self._derived, None  # none, should what follows fail half-way
        if derived is not None:
            if derived.generation != self.store.generation:
                self._check_encoder()  # emptied, the library may have been filled with vectors of another
            try:
                derived.follow(self.store)
            except StoredDataError:
                derived = None
        if derived is None:
            # A library put back from a copy gives ids again.
            self._recent, self._fitting = RecentArticles(self.store), FittingIds(self.store)
            self._check_encoder()
            derived = self._load() or self._build()
        for error in derived.damaged.values():
            self._tell(error)
        self._derived = derived
        return derived

    def _load(self, *, tell: bool = True) -> Derived | None:
        if self.folder is None or not (self.folder / MANIFEST).exists():
            return None
        try:
            return Derived.load(self.folder, self.store, encoder=self.encoder.name, dim=self.encoder.dim)
        except (OSError, StoredDataError) as error:
            if tell:
                self._say(f"The search index is built anew: {error}")
            return None

    def _build(self) -> Derived:
        passages = self.store.health().passages
        if passages > _LONG_BUILD:
            self._say(f"Building the search index of {passages:,} passages (a minute for each 300,000 or so) ...")
        derived = Derived(self.encoder.dim, self.folder)
        derived.follow(self.store)
        return derived

    def _save_if_due(self) -> None:
        """Begin to write a snapshot beside the answering, when enough has changed."""
        with self._lock:
            derived = self._derived
            if self.folder is None or derived is None or not derived.is_due:
                return
            if derived.added + derived.removed <= 2 * self._saved_in_vain or (self._saver and self._saver.is_alive()):
                return
            self._saver = threading.Thread(target=self._renew, name="snapshot")  # no daemon: a process ends when it has
            self._saver.start()

    def _check_if_due(self) -> None:
        """Begin to compare the blocks of the snapshot with their checksums, which opening it did not."""
        with self._lock:
            self._searches += 1
            due = self._searches == _CHECKED_AFTER and self._derived is not None and self._derived.dense.blocks
        if due:
            threading.Thread(target=self._check, name="check", daemon=True).start()

    def _check(self) -> None:
        """Derive all anew where a block is damaged, while the old goes on answering: what it cites is right."""
        if self.folder is None or not (self.folder / MANIFEST).exists():
            return
        try:
            check_blocks(self.folder)
        except StoredDataError as error:
            self._say(f"The search index is built anew: {error}")
            with suppress(StoredDataError):  # the next search tells
                self.rebuild()

    def _ids_of(self, where: Filter) -> Ids:
        ids = self._fitting.of(where)
        check_named(self.store, where)
        if not len(ids):
            raise none_answers(self.store, where)
        return ids
