"""Where a library is copied to: it is no library before the last step."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select, text

from corpus.errors import StoredDataError
from corpus.library import schema
from corpus.library.address import is_server
from corpus.library.connection import SqliteDatabase
from corpus.library.database import Database
from corpus.library.migrations import mark
from corpus.library.rows import StoredRow

if TYPE_CHECKING:
    from corpus.library.postgres.connection import PostgresDatabase

Tell = Callable[[str, int], None]  # a table's name, and how many of its rows are there

_SEARCHED = 5_000  # passages made ready for searching and acknowledged at a time


class Target(ABC):
    """Tables to be filled."""

    database: Database

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose rows may name others that come later in the block."""
        with self.database.write() as connection:
            connection.execute(text(self._deferral))
            yield connection

    _deferral: str

    @abstractmethod
    def settle(self, tell: Tell | None) -> None:
        """Make what goes with the rows, once they are all there."""

    @abstractmethod
    def finish(self, state: StoredRow) -> None:
        """Make it a library in the state of the copied one, under a name of its own."""

    def _add_row(self, connection: Connection, state: StoredRow) -> None:
        row = {column.name: getattr(state, column.name) for column in schema.library.columns}
        connection.execute(insert(schema.library).values(row | {"identity": uuid.uuid4().hex}))


@contextmanager
def open_target(place: Path | str) -> Iterator[Target]:
    """Open the tables at ``place``, made if they are not there yet.

    Raises:
        StoredDataError: a library is there, or the place cannot be used.
    """
    target: Target = _Server(str(place)) if is_server(place) else _File(Path(place))
    try:
        yield target
    finally:
        target.database.close()


class _File(Target):
    """A file that gets its name last."""

    database: SqliteDatabase
    _deferral = "PRAGMA defer_foreign_keys = ON"

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        if self._path.exists():
            raise StoredDataError(f"{path} is there already. Name a file that is not, or move it away.")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoredDataError(
                f"The library {path} cannot be made ({error.strerror}). Check that you may write in its folder."
            ) from error
        self._part = self._path.with_name(self._path.name + ".part")
        self.database = SqliteDatabase(self._part, 30, make=True)
        with self.database.write() as connection:
            if not inspect(connection).get_table_names():
                schema.metadata.create_all(connection, checkfirst=False)

    def settle(self, tell: Tell | None) -> None:
        pass

    def finish(self, state: StoredRow) -> None:
        with self.database.write() as connection:
            self._add_row(connection, state)
            mark(connection)
        with self.database.driver() as driver:
            driver.execute("PRAGMA journal_mode = WAL")
        self.database.wipe()
        self.database.close()
        self._part.rename(self._path)


class _Server(Target):
    """A database whose row of the library is missing."""

    database: "PostgresDatabase"
    _deferral = "SET CONSTRAINTS ALL DEFERRED"

    def __init__(self, address: str) -> None:
        from corpus.library.postgres.connection import PostgresDatabase
        from corpus.library.postgres.preparing import prepare

        self.database = PostgresDatabase(address, 30)
        try:
            prepare(self.database, make_row=False)
            with self.database.read() as connection:
                if connection.execute(select(schema.library.c.key)).first() is not None:
                    raise StoredDataError(
                        f"There is a library at {self.database.place} already. Name a database that is empty."
                    )
        except BaseException:
            self.database.close()
            raise

    def settle(self, tell: Tell | None) -> None:
        from corpus.library.postgres import tables

        number = 0
        while True:
            with self.database.write() as connection:
                added = tables.add_missing(connection, _SEARCHED)
            if not added:
                break
            number += added
            if tell is not None:
                tell("passage_search", number)

    def finish(self, state: StoredRow) -> None:
        from corpus.library.postgres import tables

        with self.database.write(seconds=tables.SECONDS) as connection:
            tables.settle_index(connection, state.dim)
            for table in schema.metadata.sorted_tables:
                if table is not schema.library and table.c.get("key") is not None:
                    connection.execute(text(_NEXT_KEY.format(table=table.name)))
            connection.execute(text("ANALYZE"))
            self._add_row(connection, state)


_NEXT_KEY = (
    "SELECT setval(pg_get_serial_sequence('{table}', 'key'), (SELECT coalesce(max(key), 0) + 1 FROM {table}), false)"
)
