"""Whether the library is what was stored: everything in it is read and compared with everything else."""

import hashlib
import reprlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Table, exists, func, or_, select

from corpus.errors import StoredDataError
from corpus.library import damage, finding, reading, rows
from corpus.library.near_duplicates import PERMUTATIONS, bands_of
from corpus.library.schema import (
    articles,
    bands,
    changes,
    contents,
    conversations,
    passages,
    turns,
    vectors,
    versions,
)
from corpus.library.stored_library import StoredLibrary
from corpus.library.types import Filter, LibraryStore

_MISNUMBERED = (
    select(conversations.c.id)
    .join_from(conversations, turns)
    .group_by(conversations.c.id)
    .having(or_(func.min(turns.c.number) != 1, func.max(turns.c.number) != func.count()))
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the library that is not as it was stored."""

    article: str | None  # its id; None where it is the library's as a whole
    message: str

    def __str__(self) -> str:
        return self.message if self.article is None else f"article {self.article!r}: {self.message}"


def verify_library(store: LibraryStore) -> list[Problem]:
    """Give everything that is wrong with the library; nothing is changed.

    Raises:
        TypeError: ``store`` is of a kind whose tables this cannot read.
    """
    if not isinstance(store, StoredLibrary):
        raise TypeError(f"A {type(store).__name__} cannot be verified.")
    problems = [Problem(None, message) for message in store.database.faults()]
    if problems:
        return problems  # what lies in a damaged database is not worth reading
    try:
        with store.database.read() as connection:
            keys = [(row.key, row.id) for row in connection.execute(select(articles.c.key, articles.c.id))]
            reading.state(connection)  # without it there is nothing to compare with
    except StoredDataError as error:
        return [Problem(None, str(error))]
    problems += [Problem(None, message) for message in _of_whole(store)]
    for key, id in keys:
        problems += [Problem(id if isinstance(id, str) else repr(id), message) for message in _of_one(store, key)]
    return problems


def _of_whole(store: StoredLibrary) -> list[str]:
    try:
        with store.database.read() as connection:
            return list(_of_library(connection))
    except (StoredDataError, TypeError, ValueError) as error:  # numbers that are none cannot be compared
        return [f"the library as a whole cannot be compared ({error})"]


def _of_one(store: StoredLibrary, key: int) -> list[str]:
    """Verify one article in a transaction of its own, so that one that cannot be read hides no other."""
    try:
        with store.database.read() as connection:
            if connection.execute(select(articles.c.key).where(articles.c.key == key)).first() is None:
                return []  # deleted meanwhile
            if odd := list(_of_kinds(connection, key)):
                return odd  # what is of another kind cannot be compared
            return [*_of_versions(connection, key), *_of_passages(connection, key), *_of_link(connection, key)]
    except (StoredDataError, ValueError) as error:
        return [str(error)]


def _of_kinds(connection: Connection, key: int) -> Iterator[str]:
    """Give what is of another kind than its column: SQLite keeps whatever it is given."""
    own = select(versions.c.key).where(versions.c.article == key)
    of_article = {table: table.c.article == key for table in (versions, vectors, passages, bands)}
    for table, its in {articles: articles.c.key == key, contents: contents.c.version.in_(own), **of_article}.items():
        for row in connection.execute(select(table).where(its)).mappings():
            for name, kind in _kinds(table).items():
                if row[name] is not None and type(row[name]) is not kind:
                    yield f"the {name} of a row of {table.name} is no {kind.__name__}, but {reprlib.repr(row[name])}"


def _kinds(table: Table) -> dict[str, type]:
    return {column.name: column.type.python_type for column in table.c}


def _of_library(connection: Connection) -> Iterator[str]:
    now = reading.state(connection)
    highest = [
        connection.execute(select(func.max(column))).scalar_one()
        for column in (passages.c.id + 1, changes.c.stop_id, articles.c.first_id)
    ]
    if any(top is not None and top > now.next_id for top in highest):
        yield f"the next passage's id is {now.next_id}, which one has had already"
    newest = connection.execute(select(func.max(changes.c.generation))).scalar_one()
    if newest is not None and not now.floor < newest <= now.generation:
        yield f"a change of generation {newest} is on record; the library is at {now.generation}"
    if (now.encoder is None) != (reading.count(connection, Filter()) == 0):
        yield "the encoder is not on record" if now.encoder is None else "an encoder is on record without articles"
    for id in connection.execute(_MISNUMBERED).scalars():
        yield f"the turns of conversation {id} are not numbered from 1 on"
    if now.floor == 0:
        known = finding.changes_since(connection, 0)
        if len(known.removed) or not np.array_equal(known.added, finding.passage_ids(connection, Filter())):
            yield "the changes on record do not lead to the passages that are there"


def _of_versions(connection: Connection, key: int) -> Iterator[str]:
    current = connection.execute(select(articles.c.version).where(articles.c.key == key)).scalar_one()
    query = select(versions, contents).join_from(versions, contents, isouter=True).where(versions.c.article == key)
    found = connection.execute(query.order_by(versions.c.version)).mappings().all()
    numbers = [row[versions.c.version] for row in found]
    if len(numbers) != current or numbers != list(range(1, current + 1)):
        yield f"version {current} is current, but the versions are {numbers}"
    for row in found:
        text, which = row[contents.c.text], f"version {row[versions.c.version]}"
        if text is None:
            yield f"{which} has no text"
            continue
        spans, pages = row[contents.c.spans], row[contents.c.pages]
        if rows.content_crc(text, spans, pages) != row[contents.c.crc]:
            yield f"{which}: the checksum of its text and sentences differs"
        if hashlib.sha256(text.encode()).hexdigest() != row[versions.c.fingerprint]:
            yield f"{which}: the fingerprint is not that of its text"
        if len(spans) % 8:
            yield f"{which}: its sentences are no pairs of numbers"
            continue
        pairs = rows.to_numbers(spans, "spans").reshape(-1, 2).tolist()
        if (len(text), len(pairs)) != (row[versions.c.characters], row[versions.c.sentences]):
            yield f"{which}: it has {len(text)} characters and {len(pairs)} sentences, other than on record"
        if not _are_sentences(text, pairs):
            yield f"{which}: its sentences are no spans of its text"


def _are_sentences(text: str, spans: list[list[int]]) -> bool:
    """Whether the spans lie in the text, in order, apart, and with no blank at either end."""
    reached = 0
    for start, end in spans:
        sentence = text[start:end]
        if not reached <= start < end <= len(text) or sentence != sentence.strip():
            return False
        reached = end
    return True


def _of_passages(connection: Connection, key: int) -> Iterator[str]:
    now = reading.state(connection)
    query = (
        select(vectors, articles.c.first_id, versions.c.sentences.label("count"))
        .select_from(articles.join(vectors).join(versions, versions.c.article == articles.c.key))
        .where(articles.c.key == key, reading.is_current)
    )
    kept = connection.execute(query).mappings().one_or_none()
    if kept is None:
        yield "its vectors, or its current version, are missing"
        return
    cut = connection.execute(select(passages).where(passages.c.article == key).order_by(passages.c.position)).all()
    for place, row in enumerate(cut):
        if (row.position, row.id) != (place, kept[articles.c.first_id] + place):
            yield f"passage {row.id} is out of order"
        if not 0 <= row.first < row.first + row.length <= kept["count"]:
            yield f"passage {row.id} is no run of its sentences"
    signature = kept[vectors.c.signature]
    data = [kept[vectors.c.sentences], *(row.vector for row in cut)]
    if rows.crc_of((signature, *data)) != kept[vectors.c.crc]:
        yield "the checksum of its vectors differs"
    lengths = [kept["count"], *([1] * len(cut))]
    for vector, length in zip(data, lengths, strict=True):
        numbers = rows.to_numbers(vector, "vectors")
        if len(numbers) != length * (now.dim or 0) or not damage.are_unit(numbers.reshape(length, -1)):
            yield "a vector is missing, of another dimension, or not of length 1"
            break
    yield from _of_signature(connection, key, signature)


def _of_signature(connection: Connection, key: int, signature: bytes) -> Iterator[str]:
    numbers = rows.to_numbers(signature, "signature")
    query = select(bands.c.hash).where(bands.c.article == key).order_by(bands.c.hash)
    stored = list(connection.execute(query).scalars())
    if len(numbers) != PERMUTATIONS or stored != bands_of(numbers):
        yield "its signature does not match what near-duplicates are looked up by"


def _of_link(connection: Connection, key: int) -> Iterator[str]:
    original = articles.alias("original")
    fits = (original.c.duplicate_of.is_(None), original.c.collection == articles.c.collection)
    linked = exists().where(original.c.key == articles.c.duplicate_of, *fits)
    query = select(articles.c.key).where(articles.c.key == key, articles.c.duplicate_of.is_not(None), ~linked)
    if connection.execute(query).first() is not None:
        yield "it is linked to an article that is no original of its collection"
