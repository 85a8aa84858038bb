"""Bringing a server's database to this program's tables: new ones are made, older ones moved on, newer ones refused."""

import uuid
from pathlib import Path

from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from corpus.errors import MissingPackageError, StoredDataError
from corpus.library import schema
from corpus.library.postgres.connection import PostgresDatabase

REVISION = "0001"  # the newest of migrations/versions
_FOLDER = Path(__file__).parent / "migrations"
_OTHERS = text(  # what is no extension's
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS "
    "(SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') LIMIT 1"
)
_LEAST_PGVECTOR = (0, 8)  # from which on it goes on looking where a filter lets too few of the nearest through


def prepare(database: PostgresDatabase, *, make_row: bool = True) -> None:
    """Make the tables, or move those of an older version on: wholly or not at all.

    Without ``make_row`` the library is left for ``askarticle migrate`` to fill: nobody else takes it for one.

    Raises:
        StoredDataError: the database holds something else, the server is no use, a newer version of the program made
            the library, or it is not yet wholly copied.
    """
    with database.read() as connection:
        revision, is_whole = _state(connection)
    if revision != REVISION or not (is_whole or not make_row):
        with database.write() as connection:
            revision, is_whole = _state(connection)  # again: another process may have been quicker
            if revision is None:
                _make(connection, database)
                if make_row:
                    add_row(connection)
                    is_whole = True
            elif revision != REVISION:
                _move_on(connection, database, revision)
    if make_row and not is_whole:
        raise StoredDataError(
            f"The library {database.place} is not wholly copied. Run the same `askarticle migrate` again: it goes on."
        )


def add_row(connection: Connection) -> None:
    """Make the tables an empty library."""
    row = {"key": 1, "identity": uuid.uuid4().hex, "generation": 0, "next_id": 0, "floor": 0, "untidy": False}
    connection.execute(insert(schema.library).values(row))


def _state(connection: Connection) -> tuple[str | None, bool]:
    """Give the version of the tables, None where there are none, and whether a library is in them."""
    if connection.execute(text("SELECT to_regclass('askarticle_version')")).scalar_one() is None:
        return None, False
    revision = connection.execute(text("SELECT version_num FROM askarticle_version")).scalar_one_or_none()
    return revision, connection.execute(text("SELECT 1 FROM library")).first() is not None


def _make(connection: Connection, database: PostgresDatabase) -> None:
    if connection.execute(text("SHOW server_encoding")).scalar_one() != "UTF8":
        raise StoredDataError(f"The database {database.place} is not in UTF-8. Make one that is: ENCODING 'UTF8'.")
    others = (
        f"The database {database.place} holds another program's tables. Name a database of its own for the library."
    )
    if connection.execute(_OTHERS).first() is not None:
        raise StoredDataError(others)
    _have_vectors(connection, database)
    try:
        _upgrade(connection)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") not in ("42P07", "42710"):
            raise
        raise StoredDataError(others) from error


def _have_vectors(connection: Connection, database: PostgresDatabase) -> None:
    cure = "Install pgvector 0.8 or newer on the server, or let its administrator run CREATE EXTENSION vector."
    try:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as error:
        raise StoredDataError(f"The server of {database.place} has no pgvector. {cure}") from error
    found = connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")).scalar_one()
    if tuple(int(part) for part in found.split(".")[:2]) < _LEAST_PGVECTOR:
        raise StoredDataError(f"The server of {database.place} has pgvector {found}. {cure}")


def _move_on(connection: Connection, database: PostgresDatabase, revision: str) -> None:
    if revision > REVISION:
        raise StoredDataError(
            f"The library {database.place} was made by a newer version of this program (its tables are {revision}, "
            f"this one knows {REVISION}). Install that version."
        )
    _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    try:
        from alembic import command
        from alembic.config import Config
    except ImportError as error:
        raise MissingPackageError("A library on a server needs packages: pip install 'askarticle[postgres]'") from error
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
