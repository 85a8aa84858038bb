"""What the library's tables need of a database, whichever it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """A database: reading and writing transactions, by any number of threads and processes."""

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection that sees one state of the database.

        Raises:
            StoredDataError: it cannot be read.
        """
        ...

    def read_long(self) -> AbstractContextManager[Connection]:
        """Give a connection as ``read`` does, for what takes hours."""
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """Give a connection whose changes are stored together when the block ends, or not at all when it raises.

        There is one writer at a time: another one waits before it begins, not half-way.

        Raises:
            StoredDataError: the database cannot be written, or another process writes in it all the while.
        """
        ...

    def wipe(self) -> None:
        """Take what was just deleted off the disk, as far as the database can do that at once."""
        ...

    def faults(self) -> Iterator[str]:
        """Give what is wrong with the database as such, whatever it holds."""
        ...

    def size(self) -> int:
        """Give how many bytes it takes on disk."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
