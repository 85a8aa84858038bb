"""The library in the tables of a database: all of it but what concerns one kind of database alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.library import finding, reading, writing
from corpus.library.database import Database
from corpus.library.schema import SCHEMA
from corpus.library.search import PassageSearch
from corpus.library.stored_shelves import StoredShelves
from corpus.library.stored_talk import StoredTalk
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


class StoredLibrary:
    """A ``LibraryStore`` in the tables of a database, for any number of threads and processes.

    Each reading method sees one state of the library and is never kept waiting; a writer waits for another one.
    ``talk`` holds the conversations and the feedback: a ``ConversationStore`` in the same database. ``shelves`` is the
    library for browsing, a ``ShelfStore``.
    """

    database: Database
    search: PassageSearch | None = None  # None where it is what is derived from it that is searched

    def __init__(self, database: Database) -> None:
        """Keep the library in ``database``, whose tables are there."""
        self.database = database
        self.talk = StoredTalk(database)
        self.shelves = StoredShelves(database)
        self._has_written = False

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

    @property
    def encoder(self) -> tuple[str, int] | None:
        """Whose vectors it holds, and of how many numbers each is; None while it is empty."""
        with self.database.read() as connection:
            now = reading.state(connection)
        return None if now.encoder is None else (now.encoder, now.dim)

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
        """Take an article out with all its versions: see ``LibraryStore.delete``."""
        self._has_written = True
        with self.database.write() as connection:
            writing.remove(connection, article_id)
        self.database.wipe()

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

    def owners(self, ids: Sequence[int]) -> dict[int, str]:
        """Give the id of the article of each of these passages that is current."""
        with self.database.read() as connection:
            return finding.owners(connection, ids)

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

    def compact(self, *, wait_seconds: float | None = None, tell: Callable[[int], None] | None = None) -> None:
        """Take what was deleted off the disk, where that is the library's to do; here it is the server's.

        ``tell`` is told how many bytes are written anew, if some are.
        """

    def close(self, tell: Callable[[int], None] | None = None) -> None:
        """Let go of the database."""
        self.database.close()
