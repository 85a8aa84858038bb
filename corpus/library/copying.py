"""Copying a whole library from one place to another: every row of every table, compared in the end."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, tuple_

from corpus.errors import StoredDataError
from corpus.library import open_library, reading, schema
from corpus.library.copy_targets import Target, Tell, open_target

_BLOCK = 500  # rows read, written and acknowledged at a time
# Tables with a column that leads on; ``library`` is not among them: its row comes last, and makes the rest a library.
_TABLES = [table for table in schema.metadata.sorted_tables if table is not schema.library]
_WHOLE = schema.articles  # its rows name one another, so that they are stored together


def copy_library(
    source: Path | str,
    target: Path | str,
    tell: Tell | None = None,
    begin: Callable[[dict[str, int]], None] | None = None,
) -> dict[str, int]:
    """Copy the library at ``source`` to ``target``, where none may be; give how many rows each table has.

    Of the passages those are counted that a question can find, as ``health`` does: a duplicate's are not. ``tell`` is
    told of each table how many rows are there, and ``compared`` with 0 before all are compared; ``begin``, how many
    there will be.

    All is kept but for the library's identity: ids, versions, collections, vectors, conversations, feedback. Stopped at
    any moment and run again it goes on: what is there already is compared, and copied anew where it differs. ``target``
    is no library before all of it is there and compared. What is written to ``source`` meanwhile is not copied.

    Raises:
        StoredDataError: there is none at ``source``, there is one at ``target``, or either cannot be used.
    """
    with _read(source) as reader, open_target(target) as writer:
        if not all(_is_begun_rightly(reader, writer, table) for table in _TABLES):
            _empty(writer)
        if begin is not None:
            begin({table.name: _count(reader, table) for table in _TABLES})
        for table in _TABLES:
            _copy(reader, writer, table, tell)
        writer.settle(tell)
        if tell is not None:
            tell("compared", 0)
        counts = {table.name: _compare(reader, writer, table) for table in _TABLES}
        writer.finish(reading.state(reader))
        return counts | {"passages": reading.health(reader, schema=0, size=0).passages}


@contextmanager
def _read(source: Path | str) -> Iterator[Connection]:
    if isinstance(source, Path) and not source.is_file():
        raise StoredDataError(f"There is no library in {source}. Name its file, its data folder or its server.")
    with open_library(source) as library, library.database.read_long() as connection:
        yield connection


def _leads(table: Table) -> list[Any]:
    """Give the columns by which a table's rows are gone through."""
    return [table.c.article, table.c.hash] if table is schema.bands else list(table.primary_key)


def _rows(connection: Connection, table: Table, after: tuple[Any, ...] | None, until: Any = None) -> Iterator[Row[Any]]:
    leads = _leads(table)
    while True:
        query = select(table).order_by(*leads).limit(_BLOCK)
        if after is not None:
            query = query.where(tuple_(*leads) > tuple_(*after))
        if until is not None:
            query = query.where(tuple_(*leads) <= tuple_(*until))
        found = connection.execute(query).all()
        yield from found
        if len(found) < _BLOCK:
            return
        after = tuple(found[-1]._mapping[column] for column in leads)


def _checksum(rows: Iterator[Row[Any]]) -> tuple[int, int]:
    """Give the CRC-32 of rows and how many they are."""
    crc = number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007
        values = [bytes(value) if isinstance(value, (bytes, memoryview)) else value for value in row]
        crc = zlib.crc32(repr(values).encode("utf-8", "backslashreplace"), crc)
    return crc, number


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _last(connection: Connection, table: Table) -> tuple[Any, ...] | None:
    leads = _leads(table)
    row = connection.execute(select(*leads).order_by(*(column.desc() for column in leads)).limit(1)).first()
    return tuple(row) if row else None


def _is_begun_rightly(reader: Connection, writer: Target, table: Table) -> bool:
    with writer.database.read_long() as there:
        last = _last(there, table)
        if last is None:
            return True
        return _checksum(_rows(there, table, None, last)) == _checksum(_rows(reader, table, None, last))


def _empty(writer: Target) -> None:
    with writer.write() as connection:
        for table in reversed(_TABLES):
            connection.execute(delete(table))


def _copy(reader: Connection, writer: Target, table: Table, tell: Tell | None) -> None:
    with writer.database.read() as there:
        last, number = _last(there, table), _count(there, table)
    blocks = _blocks(_rows(reader, table, last))
    while block := next(blocks, None):
        with writer.write() as connection:
            while block:
                connection.execute(insert(table), block)
                number += len(block)
                block = next(blocks, None) if table is _WHOLE else None
        if tell is not None:
            tell(table.name, number)


def _blocks(rows: Iterator[Row[Any]]) -> Iterator[list[dict[str, Any]]]:
    block: list[dict[str, Any]] = []
    for row in rows:
        block.append(dict(row._mapping))
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block


def _compare(reader: Connection, writer: Target, table: Table) -> int:
    with writer.database.read_long() as there:
        copied = _checksum(_rows(there, table, None))
    if copied != _checksum(_rows(reader, table, None)):
        raise StoredDataError(f"The copy differs in {table.name}. Run the same `askarticle migrate` again.")
    return copied[1]
