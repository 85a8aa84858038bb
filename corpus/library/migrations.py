"""Bringing a database to this program's tables: a new one is made, an older one moved on, a newer one refused."""

import uuid
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, insert

from corpus.errors import StoredDataError
from corpus.library import migration_steps, schema
from corpus.library.connection import SqliteDatabase

APPLICATION_ID = 0x41736B41  # "AskA", in the file's header

# From the version that is the key to the next.
STEPS: dict[int, Callable[[Connection], None]] = {1: migration_steps.to_2}


def prepare(database: SqliteDatabase) -> None:
    """Make the tables, or move those of an older version on: wholly or not at all.

    Raises:
        StoredDataError: the file is no library, or a newer version of the program made it.
    """
    with database.read() as connection:
        if _version(connection, database.path) == schema.SCHEMA:
            return
    with database.driver() as driver:
        driver.execute("PRAGMA journal_mode = WAL")  # kept in the file; cannot be set within a transaction
    with database.write() as connection:
        version = _version(connection, database.path)  # again: another process may have been quicker
        if version == 0:
            _make(connection)
        else:
            for step in range(version, schema.SCHEMA):
                STEPS[step](connection)
        mark(connection)


def mark(connection: Connection) -> None:
    """Say in the file's header that it is a library, and which version its tables are."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {schema.SCHEMA}")


def _version(connection: Connection, path: Path) -> int:
    """Give the version of the tables, 0 in an empty file."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if (application != APPLICATION_ID or version < 1) and (tables or version or application):
        raise StoredDataError(f"{path} is another program's database. Name another file, or move this one away.")
    if version > schema.SCHEMA:
        raise StoredDataError(
            f"The library {path} was made by a newer version of this program (its format is {version}, this one knows "
            f"{schema.SCHEMA}). Install that version."
        )
    return int(version)


def _make(connection: Connection) -> None:
    schema.metadata.create_all(connection, checkfirst=False)
    row = {"key": 1, "identity": uuid.uuid4().hex, "generation": 0, "next_id": 0, "floor": 0, "untidy": False}
    connection.execute(insert(schema.library).values(row))
