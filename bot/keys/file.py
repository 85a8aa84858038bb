"""The file that keys are kept in: SQLite, made and opened when it is needed."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.errors import StoredDataError

_SCHEMA = 1
_TABLES = (
    """
    CREATE TABLE keys (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        scope TEXT NOT NULL,
        collections TEXT,           -- JSON, NULL for all
        hash TEXT NOT NULL,
        created INTEGER NOT NULL,   -- seconds since 1970, as the others
        expires INTEGER,
        rate TEXT
    ) STRICT
    """,
    """
    CREATE TABLE sessions (         -- of readers who signed in with a key
        hash TEXT PRIMARY KEY,      -- sha256 of the cookie, which is random: nothing to guess, so nothing slower
        key TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
        expires INTEGER NOT NULL
    ) STRICT
    """,
)


class KeyFile:
    """A connection to the file, for any number of threads, one after the other.

    A file that was put in the place of the one that was opened is taken for it.
    """

    def __init__(self, path: Path) -> None:
        """Use the file ``path``; it is made when something is first written, for its owner alone to read."""
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None  # which file that is
        self._lock = threading.Lock()

    def read(self, query: str, *values: str) -> list[sqlite3.Row]:
        """Give the rows that a query finds; none while there is no file.

        Raises:
            StoredDataError: it cannot be read.
        """
        with self._lock, self._told("read"):
            connection = self._open(make=False)
            return connection.execute(query, values).fetchall() if connection else []

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction.

        Raises:
            StoredDataError: the file cannot be written.
        """
        with self._lock, self._told("written"):
            connection = self._open(make=True)
            assert connection is not None
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._opened = None

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self._close()
            reason = getattr(error, "strerror", None) or error
            raise StoredDataError(
                f"The keys in {self.path} cannot be {done} ({reason}). Check that the file is whole and yours."
            ) from error

    def _open(self, *, make: bool) -> sqlite3.Connection | None:
        """Give the connection to the file that is there now; None where there is none and ``make`` is not set."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            self._close()
            if not make:
                return None
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # before SQLite would make it readable to all
            there = self.path.stat()
        if self._connection is None or self._opened != (there.st_dev, there.st_ino):
            self._close()
            if there.st_mode & 0o077:
                with suppress(OSError):  # it may be somebody else's, who lets this user read it
                    self.path.chmod(0o600)
            self._connection = self._connect()
            self._opened = (there.st_dev, there.st_ino)
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            if _version(connection) == 0:
                self._make_tables(connection)
            if _version(connection) != _SCHEMA:
                raise sqlite3.DatabaseError("made by another version of the program")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    @staticmethod
    def _make_tables(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")  # so that who reads never waits for who writes
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection) == 0:  # else another process was first
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_SCHEMA}")
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
