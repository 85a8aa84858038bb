"""The way to the database file: how it is opened, how transactions begin, and what its errors mean to a reader."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from corpus.errors import StoredDataError

_WRITES = "library_writes"  # the execution option of a connection that is about to write
_LONGEST_REASON = 200  # characters of what SQLite or SQLAlchemy says
_SHORT_WAIT = 0.2  # seconds: for what can as well be done later
_CURES = {
    sqlite3.SQLITE_BUSY: "is being written by another process. Wait for it, or stop it, and try again.",
    sqlite3.SQLITE_LOCKED: "is being written by another process. Wait for it, or stop it, and try again.",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full. Nothing of this change was stored; make room and try again.",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk is full or fails. Nothing of a change was stored; make "
    "room and try again.",
    sqlite3.SQLITE_READONLY: "cannot be written. Make its file and its folder writable, then try again.",
    sqlite3.SQLITE_PERM: "cannot be written. Make its file and its folder writable, then try again.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that its folder is there and that you may write in it.",
    sqlite3.SQLITE_TOOBIG: "cannot hold an article of this size. Divide it and add its parts.",
    sqlite3.SQLITE_NOTADB: "is no library: the file is no database. Name another file, or move this one away.",
    sqlite3.SQLITE_CORRUPT: "is damaged. Put a copy of it from before back, or move it away and add the articles anew.",
}


class SqliteDatabase:
    """A database file: reading and writing transactions, by any number of threads.

    SQLAlchemy begins the transactions, not the driver: a reader sees one state all through, and a writer waits for
    another one before it begins, not half-way.
    """

    def __init__(self, path: Path, wait_seconds: float, *, make: bool = False) -> None:
        """Say where the file is; it is opened when it is first used, and made then where ``make`` is set.

        Else a file that is gone is never made anew: SQLite takes the log beside an empty one for a leftover, and
        removes it with all that it holds.
        """
        self.path = path
        self._wait_seconds = wait_seconds
        self._engine = create_engine(
            _address(path, make),
            connect_args={"timeout": wait_seconds, "isolation_level": None, "check_same_thread": False},
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=-1,
        )
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "checkout", self._check_file)
        event.listen(self._engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database.

        Raises:
            StoredDataError: it cannot be read.
        """
        with self._explained(), self._engine.connect() as connection:
            yield connection

    def read_long(self) -> AbstractContextManager[Connection]:
        """Give a connection as ``read`` does: it may always take as long as it takes."""
        return self.read()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are stored together when the block ends, or not at all when it raises.

        Raises:
            StoredDataError: the database cannot be written, or another process writes in it all the while.
        """
        with self._explained(), self._engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def driver(self, wait_seconds: float | None = None) -> Iterator[sqlite3.Connection]:
        """Give the driver's connection, outside of any transaction, for what SQLite does by itself.

        Raises:
            StoredDataError: the database cannot be used, or others use it for longer than ``wait_seconds``.
        """
        with self._explained(), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            if wait_seconds is not None:
                driver.execute(f"PRAGMA busy_timeout = {int(1000 * wait_seconds)}")
            try:
                yield driver
            finally:
                driver.execute(f"PRAGMA busy_timeout = {int(1000 * self._wait_seconds)}")

    def wipe(self) -> None:
        """Bring what the write-ahead log holds into the database and empty it, unless a reader still needs it.

        Only then are deleted texts off the disk: until then the file or the log holds them.
        """
        with self.driver(_SHORT_WAIT) as driver:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def write_anew(self, wait_seconds: float | None = None) -> None:
        """Write the whole file anew, without its unused space, and empty the log.

        SQLite overwrites what it deletes; but when it moves rows between its pages it leaves copies of them behind in
        unused space, and these are no longer known when the row is deleted.

        Raises:
            StoredDataError: another process writes for longer than ``wait_seconds``, or the disk is full.
        """
        with self.driver(wait_seconds) as driver:
            driver.execute("VACUUM")
        self.wipe()

    def faults(self) -> Iterator[str]:
        """Give what SQLite finds damaged, and rows that belong to nothing."""
        try:
            with self.driver() as driver:
                for (message,) in driver.execute("PRAGMA integrity_check").fetchall():
                    if message != "ok":
                        yield f"the database is damaged: {message}"
                for table, row, parent, _ in driver.execute("PRAGMA foreign_key_check").fetchall():
                    yield f"row {row} of {table} belongs to nothing in {parent}"
        except StoredDataError as error:
            yield str(error)

    def size(self) -> int:
        """Give how many bytes its files take."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _check_file(self, _: Any, record: Any, __: Any) -> None:
        """Open the file again where another one lies in its place: else the old one would be read without an end."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise StoredDataError(f"The library {self.path} is gone ({error.strerror}). Put it back.") from error
        here = (status.st_dev, status.st_ino)
        if record.info.setdefault("file", here) != here:
            raise DisconnectionError

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _explain(self.path, error.orig or error) from error
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise _explain(self.path, error) from error


def _address(path: Path, make: bool) -> URL:
    """Give the file's address; one in a folder that cannot be written is read as it lies there.

    SQLite needs files of its own beside it otherwise. Where one of them is left, it holds the latest changes: then the
    reader is told that the folder must be writable.
    """
    how = {"mode": "rwc" if make else "rw", "uri": "true"}
    if not os.access(path.parent, os.W_OK) and path.exists() and not unfinished(path):
        how = {"mode": "ro", "immutable": "1", "uri": "true"}
    return URL.create("sqlite+pysqlite", database=path.absolute().as_uri(), query=how)


def unfinished(path: Path) -> int:
    """Give the bytes of changes that lie beside the file ``path``, in its log, and not yet in it."""
    log = path.with_name(path.name + "-wal")
    return log.stat().st_size if log.exists() else 0


def _set_up(connection: sqlite3.Connection, _: Any) -> None:
    for pragma in (
        "foreign_keys = ON",
        "secure_delete = ON",  # what is deleted is overwritten
        "synchronous = FULL",  # what was acknowledged outlives a loss of power
        "journal_size_limit = 0",  # and what was deleted does not linger at the end of the log
        "cache_size = -16000",  # KiB
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explain(path: Path, error: BaseException) -> StoredDataError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN and path.parent.exists() and not path.exists():
        return StoredDataError(f"The library {path} is gone. Put it back.")
    if "decode to UTF-8" in str(error):  # the error holds the whole text
        cure = "is damaged: a text in it is none any more. `askarticle verify` says which; remove that and add it anew."
    else:
        reason = " ".join(str(error).split())[:_LONGEST_REASON]
        cure = _CURES.get(code, f"cannot be used ({reason}). `askarticle verify` says more.")
    return StoredDataError(f"The library {path} {cure}")
