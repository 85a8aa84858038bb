"""The way to the server: how transactions begin, how long anything may take, and what its errors mean to a reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.errors import OperationalError
from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from corpus.errors import StoredDataError
from corpus.library.postgres import explained

_CONNECT_SECONDS = 5
_READ_SECONDS = 15  # a statement that reads; the server breaks it off then
_WRITE_SECONDS = 120  # one that writes
_LONG_SECONDS = 6 * 3600  # one of a copy
_PATIENCE = 3  # seconds more, for a server that does not even break it off: it hangs, or the line is dead
_LOCK = 0x41736B41  # "AskA": the first half of the writers' lock; the second is the schema's

# The server ends what a lost client left, and the client what a lost server did.
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
_OPTIONS = (
    f"-c statement_timeout={_READ_SECONDS}s -c idle_in_transaction_session_timeout=60s -c tcp_keepalives_idle=30 "
    "-c client_min_messages=error"
)


class _Connection(psycopg.Connection[Any]):
    """A connection that never waits without an end: psycopg itself waits for a server's answer as long as it takes."""

    patience: float = _CONNECT_SECONDS  # seconds

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        """Wait for what the server answers; after ``patience`` the connection is given up."""
        try:
            return super().wait(gen, *arguments, **{"timeout": self.patience, **named})
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise OperationalError(f"no answer within {self.patience:.0f} seconds") from None


class PostgresDatabase:
    """A database of a server: reading and writing transactions, by any number of threads, processes and machines."""

    def __init__(self, address: str, wait_seconds: float) -> None:
        """Say where it is; a connection is made when it is first used.

        Raises:
            StoredDataError: that is no address.
        """
        self._url = _url(address)
        self._wait_seconds = wait_seconds
        self.place = explained.place_of(self._url)
        self._engine = create_engine(
            self._url,
            connect_args={"connect_timeout": _CONNECT_SECONDS, **_KEEPALIVE, "application_name": "askarticle"},
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=8,
            pool_timeout=wait_seconds,
            pool_pre_ping=True,
            use_native_hstore=False,
            hide_parameters=True,
        )
        event.listen(self._engine, "do_connect", _connect)
        event.listen(self._engine, "checkin", _be_brief)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def read(self, *, seconds: float = _READ_SECONDS) -> Iterator[Connection]:
        """Give a connection that sees one state of the database, and whose statements take ``seconds`` at most.

        Raises:
            StoredDataError: it cannot be read.
        """
        with self._explained(), self._reading.connect() as connection:
            limit(connection, seconds)
            yield connection

    @contextmanager
    def read_long(self) -> Iterator[Connection]:
        """Give a connection as ``read`` does, for what takes hours."""
        with self.read(seconds=_LONG_SECONDS) as connection:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            yield connection

    @contextmanager
    def write(self, *, seconds: float = _WRITE_SECONDS) -> Iterator[Connection]:
        """Give a connection whose changes are stored together when the block ends, or not at all when it raises.

        Raises:
            StoredDataError: it cannot be written, or another process writes in it all the while.
        """
        with self._explained(), self._engine.connect() as connection, connection.begin():
            limit(connection, max(seconds, self._wait_seconds))
            connection.execute(_ALONE, {"wait": f"{int(1000 * self._wait_seconds)}ms", "lock": _LOCK})
            yield connection

    def wipe(self) -> None:
        """Do nothing: the server frees the place of deleted rows by itself (autovacuum)."""

    def faults(self) -> Iterator[str]:
        """Give nothing: the server's own checksums are looked at whenever it reads."""
        yield from ()

    def size(self) -> int:
        """Give how many bytes its tables and their indexes take."""
        with self.read() as connection:
            return int(connection.execute(_SIZE).scalar_one())

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise StoredDataError(
                f"The library {self.place} is asked by too many at once. Wait a little and try again."
            ) from error
        except DBAPIError as error:
            raise explained.explain(self._url, error.orig or error) from error
        except (psycopg.Error, SQLAlchemyError) as error:
            raise explained.explain(self._url, error) from error


# READ COMMITTED: what another writer stored while this one waited for the lock is seen by the statements after it.
_ALONE = text(
    "SELECT pg_advisory_xact_lock(:lock, hashtext(current_schema())) FROM set_config('lock_timeout', :wait, true)"
)
_LIMIT = text("SELECT set_config('statement_timeout', :time, true)")
_SIZE = text(
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


def _url(address: str) -> URL:
    try:
        url = make_url(address.strip())
        url = url.set(drivername="postgresql+psycopg")
        options = url.query.get("options", "")
        given = options if isinstance(options, str) else " ".join(options)
        return url.update_query_dict({"options": f"{_OPTIONS} {given}".strip()})
    except (ArgumentError, ValueError):  # whose words may hold the password
        raise StoredDataError(
            "ASKARTICLE_DATABASE is no address of a database. Write it as postgresql+psycopg://USER@HOST/NAME."
        ) from None


def _connect(_: Any, __: Any, positional: Any, named: dict[str, Any]) -> _Connection:
    return _Connection.connect(*positional, **named)


def _be_brief(connection: _Connection | None, _: Any) -> None:
    if connection is not None:
        connection.patience = _CONNECT_SECONDS  # when it is next taken it is first asked whether it still lives


def limit(connection: Connection, seconds: float) -> None:
    """Let no statement of this transaction take longer."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, _Connection)
    driver.patience = seconds + _PATIENCE
    if seconds != _READ_SECONDS:
        connection.execute(_LIMIT, {"time": f"{int(1000 * seconds)}ms"})
