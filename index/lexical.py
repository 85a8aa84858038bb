"""Passages found by their words: BM25 in SQLite's full-text index."""

import re
import sqlite3
import threading
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError

_WORD = re.compile(r"\w+")
_STOP_WORDS = frozenset(
    _WORD.findall(
        """a about an and any are as at be been but by can could did do does for from had has have he her his how i in
        into is it its may me my of on or our she should so some than that the their them then there these they this
        those to was we were what when where which who whom whose why will with would you your s"""
    )
)
_TABLE = "CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')"


class LexicalIndex:
    """Texts under stable ids, ranked by BM25."""

    def __init__(self) -> None:
        """Make an empty index."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.execute(_TABLE)

    def __len__(self) -> int:
        """Give how many texts it holds."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids it holds, ascending."""
        with self._lock:
            rows = self._connection.execute("SELECT rowid FROM passages ORDER BY rowid").fetchall()
        return np.array([row[0] for row in rows], dtype=np.int64)

    def add(self, ids: Sequence[int], texts: Sequence[str]) -> None:
        """Add ``texts`` under ``ids``.

        Raises:
            ValueError: an id is there already, or the lengths differ.
        """
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                rows = zip(ids, texts, strict=True)
                self._connection.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", rows)
            except (sqlite3.IntegrityError, ValueError) as error:
                self._connection.execute("ROLLBACK")
                raise ValueError(f"the texts cannot be added: {error}") from error
            self._connection.execute("COMMIT")

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the texts of ``ids``; give how many there were."""
        with self._lock:
            before = self._connection.total_changes
            self._connection.executemany("DELETE FROM passages WHERE rowid = ?", [(id,) for id in ids])
            return self._connection.total_changes - before

    def search(self, question: str, k: int, *, among: Sequence[int] | None = None) -> list[int]:
        """Give the ids of the ``k`` best texts that share a word with ``question``, best first, ties by id."""
        scores = self._match(question, among)
        return sorted(scores, key=lambda id: (-scores[id], id))[: max(k, 0)]

    def scores(self, question: str, ids: Sequence[int]) -> NDArray[np.float32]:
        """Give each text's BM25 score, ``(len(ids),)``: 0 where no word is shared."""
        found = self._match(question, ids)
        return np.array([found.get(id, 0.0) for id in ids], dtype=np.float32)

    def to_bytes(self) -> bytes:
        """Give the whole index as bytes."""
        with self._lock:
            return self._connection.serialize()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make the index that ``to_bytes`` gave.

        Raises:
            StoredDataError: these are not the bytes of such an index.
        """
        index = cls()
        try:
            index._connection.deserialize(data)
            index._connection.execute("SELECT count(*) FROM passages").fetchone()
        except sqlite3.Error as error:
            raise StoredDataError("The lexical index is damaged. Build the index anew.") from error
        return index

    def _match(self, question: str, among: Sequence[int] | None) -> dict[int, float]:
        words = _WORD.findall(question.lower())
        words = [word for word in words if word not in _STOP_WORDS] or words
        if not words:
            return {}
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        with self._lock:
            rows = self._connection.execute("SELECT rowid, -rank FROM passages WHERE passages MATCH ?", (query,))
            wanted = None if among is None else set(among)
            return {id: score for id, score in rows if wanted is None or id in wanted}
