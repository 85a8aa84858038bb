"""The library in one SQLite file."""

import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from corpus.errors import StoredDataError
from corpus.library import reading, writing
from corpus.library.connection import SqliteDatabase, unfinished
from corpus.library.migrations import prepare
from corpus.library.stored_library import StoredLibrary


class SqliteLibrary(StoredLibrary):
    """A ``StoredLibrary`` in one file.

    What is deleted is overwritten at once (if other processes keep reading, with the next deletion). ``compact`` and
    ``close`` also wipe the copies that SQLite may have left in unused space.
    """

    database: SqliteDatabase

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
        if not path.exists():
            _make(path, wait_seconds)
        elif not path.stat().st_size:
            raise StoredDataError(
                f"The library {path} is an empty file: it was cut. Put a copy of it back, or remove it to begin anew."
            )
        super().__init__(SqliteDatabase(path, wait_seconds))
        try:
            prepare(self.database)
        except BaseException:
            self.database.close()
            raise

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

    def close(self, tell: Callable[[int], None] | None = None) -> None:
        """Let go of the file; one that has written does ``compact`` before, or leaves it to the next if it cannot."""
        if self._has_written or self.talk.has_deleted or self.shelves.has_written:
            with suppress(StoredDataError):
                self.compact(wait_seconds=1, tell=tell)
        self.database.close()


def _make(path: Path, wait_seconds: float) -> None:
    """Make an empty library under another name and give it its own at the end, so that no half of one is ever met.

    Raises:
        StoredDataError: it cannot be made, or the changes of another one lie there still.
    """
    if unfinished(path):
        raise StoredDataError(
            f"The library {path} is gone, but {path.name}-wal beside it holds its latest changes. Put it back; or move "
            "that away too, to begin anew."
        )
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}")
    database = SqliteDatabase(part, wait_seconds, make=True)
    try:
        prepare(database)
        database.close()  # SQLite brings the log into the file, and removes it
        with suppress(FileExistsError):  # another process was quicker
            _put(part, path)
    except StoredDataError as error:
        raise StoredDataError(str(error).replace(str(part), str(path))) from error
    except OSError as error:
        raise StoredDataError(
            f"The library {path} cannot be made ({error.strerror}). Check that you may write in its folder."
        ) from error
    finally:
        database.close()
        for left in ("", "-wal", "-shm"):
            part.with_name(part.name + left).unlink(missing_ok=True)


def _put(part: Path, path: Path) -> None:
    """Give the file ``part`` the name ``path``, unless there is one of that name; raises FileExistsError, OSError."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)
    if hasattr(os, "O_DIRECTORY"):  # the name outlives a loss of power
        folder = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
