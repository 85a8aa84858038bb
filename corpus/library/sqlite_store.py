"""The library in one SQLite file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError
from corpus.library import finding, reading, writing
from corpus.library.connection import Database
from corpus.library.migrations import prepare
from corpus.library.schema import SCHEMA
from corpus.library.sqlite_shelves import SqliteShelves
from corpus.library.sqlite_talk import SqliteTalk
from corpus.library.types import (
    ALL,
    DEFAULT_COLLECTION,
    ArticleSummary,
    Changes,
    Filter,
    Health,
    Ids,
    Kept,
    LibraryArticle,
    PassageRow,
    PreparedArticle,
    Rows,
)

_BLOCK = 256  # passages at a time


class SqliteLibrary:
    """A ``LibraryStore`` in one SQLite file, for any number of threads and processes.

    Each reading method sees one state of the library and is never kept waiting; a writer waits for another one.
    ``talk`` holds the conversations and the feedback: a ``ConversationStore`` in the same file. ``shelves`` is the
    library for browsing, a ``ShelfStore``.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 30) -> None:
        """Open the library in the file ``path``; it is made, with its folder, if there is none.

        Raises:
            StoredDataError: it cannot be opened, is no library, or was made by a newer version of the program.
        """
        path = path.absolute()
        if path.is_dir():
            raise StoredDataError(f"{path} is a folder, not a library. Name a file in it.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoredDataError(
                f"The library {path} cannot be made ({error.strerror}). Check that you may write in its folder."
            ) from error
        self.database = Database(path, wait_seconds)
        self.talk = SqliteTalk(self.database)
        self.shelves = SqliteShelves(self.database)
        self._has_written = False
        try:
            prepare(self.database)
        except BaseException:
            self.database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def identity(self) -> str:
        """A random name given to the library when it was made."""
        with self.database.read() as connection:
            return str(reading.state(connection).identity)

    @property
    def generation(self) -> int:
        """How many changes the library has seen, those of other processes too."""
        with self.database.read() as connection:
            return int(reading.state(connection).generation)

    def upsert(self, prepared: PreparedArticle, *, encoder: str, collection: str = DEFAULT_COLLECTION) -> Kept:
        """Store an article, or its next version: see ``LibraryStore.upsert``."""
        self._has_written = True
        with self.database.write() as connection:
            return writing.keep(connection, prepared, encoder, collection)

    def replace(self, prepared: PreparedArticle, *, encoder: str, if_version: int) -> Kept:
        """Store the version after ``if_version``: see ``LibraryStore.replace``."""
        self._has_written = True
        with self.database.write() as connection:
            return writing.keep(connection, prepared, encoder, None, if_version)

    def delete(self, article_id: str) -> None:
        """Take an article out with all its versions: see ``LibraryStore.delete``.

        Its text is overwritten at once (if other processes keep reading, with the next deletion). ``compact`` and
        ``close`` also wipe the copies that SQLite may have left in unused space.
        """
        self._has_written = True
        with self.database.write() as connection:
            writing.remove(connection, article_id)
        self.database.empty_log()

    def compact(self, *, wait_seconds: float | None = None, tell: Callable[[int], None] | None = None) -> None:
        """Write the file anew if something was deleted since: then no byte of that is left.

        ``tell`` is told how many bytes that are: it takes some seconds for each hundred million.

        Raises:
            StoredDataError: another process writes all the while, or the disk is full.
        """
        with self.database.read() as connection:
            before = reading.state(connection)
        if before.untidy:
            if tell is not None:
                tell(self.database.size())
            self.database.write_anew(wait_seconds)
            with self.database.write() as connection:
                writing.tidied(connection, before)

    def get(self, article_id: str, version: int | None = None) -> LibraryArticle:
        """Give an article: see ``LibraryStore.get``."""
        with self.database.read() as connection:
            return reading.get(connection, article_id, version)

    def find_origin(self, origin: str, where: Filter = ALL) -> ArticleSummary | None:
        """Give the article that came from ``origin`` and fits; the one added last, should there be several."""
        with self.database.read() as connection:
            return reading.find_origin(connection, origin, where)

    def near_duplicate(
        self, signature: NDArray[np.uint32], *, but: str | None = None, collection: str = DEFAULT_COLLECTION
    ) -> str | None:
        """Give the id of the original in ``collection`` whose signature is nearest, if it is near."""
        with self.database.read() as connection:
            near = finding.near_duplicate(connection, signature, collection, but)
        return near.id if near else None

    def scan(self, where: Filter = ALL, *, after: str | None = None, limit: int = 100) -> Sequence[ArticleSummary]:
        """Give up to ``limit`` articles in the order of their ids, those behind the id ``after``."""
        with self.database.read() as connection:
            return reading.scan(connection, where, after, limit)

    def versions(self, article_id: str) -> Sequence[ArticleSummary]:
        """Give every version of an article, the oldest first: see ``LibraryStore.versions``."""
        with self.database.read() as connection:
            return reading.versions_of(connection, article_id)

    def collections(self) -> dict[str, int]:
        """Give every collection's name with how many articles it holds, by name."""
        with self.database.read() as connection:
            return reading.collections(connection)

    def count(self, where: Filter = ALL) -> int:
        """Give how many articles fit."""
        with self.database.read() as connection:
            return reading.count(connection, where)

    def passage_ids(self, where: Filter = ALL) -> Ids:
        """Give the ids of all current passages of the articles that fit, ascending."""
        with self.database.read() as connection:
            return finding.passage_ids(connection, where)

    def passages(self, ids: Sequence[int]) -> Iterator[PassageRow]:
        """Give these current passages, in the order of ``ids``: see ``LibraryStore.passages``."""
        for start in range(0, len(ids), _BLOCK):
            block = [int(id) for id in ids[start : start + _BLOCK]]
            with self.database.read() as connection:
                found = list(finding.passage_rows(connection, block))
            yield from found

    def sentence_vectors(self, article_id: str) -> Rows:
        """Give the vectors of the current version's sentences: see ``LibraryStore.sentence_vectors``."""
        with self.database.read() as connection:
            return reading.sentence_vectors(connection, article_id)

    def changes(self, since: int) -> Changes:
        """Give what changed after generation ``since``: see ``LibraryStore.changes``."""
        with self.database.read() as connection:
            return finding.changes_since(connection, since)

    def health(self) -> Health:
        """Give counts, size and versions."""
        with self.database.read() as connection:
            return reading.health(connection, SCHEMA, self.database.size())

    def close(self, tell: Callable[[int], None] | None = None) -> None:
        """Let go of the file; one that has written does ``compact`` before, or leaves it to the next if it cannot."""
        if self._has_written or self.talk.has_deleted or self.shelves.has_written:
            with suppress(StoredDataError):
                self.compact(wait_seconds=1, tell=tell)
        self.database.close()
