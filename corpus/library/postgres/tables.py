"""What is searched on a server: a row for each passage, beside the tables that every library has."""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Select, Table, delete, func, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from corpus.library import finding
from corpus.library.postgres.connection import limit
from corpus.library.schema import articles, passages

LONGEST = 200_000  # characters of a passage whose words are searched: a tsvector holds a megabyte
INDEXED_FROM = 20_000  # passages from which on an index finds the nearest; fewer are compared one by one
_LOOK_EVERY = 1_000  # passages added
_BLOCK = 512  # passages at a time
SECONDS = 6 * 3600  # an index of many millions takes hours

passage_search = Table(
    "passage_search",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("article", BigInteger, nullable=False),
    Column("embedding", HALFVEC, nullable=False),
    Column("words", TSVECTOR, nullable=False),  # by the configuration 'english', as lexical search stems elsewhere too
    Column("length", Integer, nullable=False),  # in words that carry meaning
)

_ADD = text(
    "INSERT INTO passage_search SELECT given.id, given.article, CAST(given.embedding AS halfvec), counted.words, "
    "(SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(counted.words)) "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:articles AS bigint[]), CAST(:embeddings AS text[]), "
    "CAST(:texts AS text[])) AS given (id, article, embedding, body), "
    "LATERAL (SELECT to_tsvector('english', given.body) AS words) AS counted ON CONFLICT (id) DO NOTHING"
)


def plain_words(body: str) -> str:
    """Give a text as its words are looked for: without accents, and with plain apostrophes."""
    body = body[:LONGEST].replace("\0", " ")
    if body.isascii():
        return body
    body = unicodedata.normalize("NFKD", body.replace("’", "'"))
    return "".join(character for character in body if not unicodedata.combining(character))


def add_passages(
    connection: Connection, article: int, ids: Sequence[int], texts: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    """Let the passages ``ids`` of the article of that key be found."""
    _add(connection, [article] * len(ids), ids, texts, vectors)
    if ids[0] // _LOOK_EVERY != (ids[-1] + 1) // _LOOK_EVERY:
        settle_index(connection, vectors.shape[1])


def _add(
    connection: Connection, keys: Sequence[int], ids: Sequence[int], texts: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    values = {
        "ids": list(ids),
        "articles": list(keys),
        "embeddings": [HalfVector(vector).to_text() for vector in vectors],
        "texts": [plain_words(one) for one in texts],
    }
    connection.execute(_ADD, values)


def add_missing(connection: Connection, most: int | None = None) -> int:
    """Let every passage be found that cannot be, or about ``most`` of them; give how many these were."""
    missing = (
        select(passages.c.id, passages.c.article, passages.c.vector)
        .outerjoin(passage_search, passage_search.c.id == passages.c.id)
        .where(passage_search.c.id.is_(None))
        .order_by(passages.c.id)
        .limit(_BLOCK)
    )
    added = 0
    while (most is None or added < most) and (found := connection.execute(missing).all()):
        texts = finding.texts_of(connection, [row.id for row in found])
        vectors = np.stack([np.frombuffer(row.vector, dtype="<f4") for row in found])
        _add(connection, [row.article for row in found], [row.id for row in found], texts, vectors)
        added += len(found)
    return added


def has_index(connection: Connection) -> bool:
    """Whether an index of the vectors is there."""
    return bool(connection.execute(text("SELECT to_regclass('passage_search_nearest') IS NOT NULL")).scalar_one())


def settle_index(connection: Connection, dim: int | None) -> None:
    """Make the index of the vectors once there are many passages; ``dim`` is None where there are none."""
    if dim is None or has_index(connection) or not are_many(connection, select(passage_search.c.id)):
        return
    limit(connection, SECONDS)
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    connection.execute(
        text(
            "CREATE INDEX passage_search_nearest ON passage_search "
            f"USING hnsw ((embedding::halfvec({int(dim)})) halfvec_ip_ops) WITH (m = 16, ef_construction = 64)"
        )
    )


def forget_index(connection: Connection) -> None:
    """Drop the index of the vectors: those that come may be of another dimension."""
    if has_index(connection):
        connection.execute(text("DROP INDEX passage_search_nearest"))


def are_many(connection: Connection, found: Select[tuple[int]]) -> bool:
    """Whether ``found`` gives ``INDEXED_FROM`` passages or more; they are not counted further."""
    some = found.limit(INDEXED_FROM).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) == INDEXED_FROM


_ODD = (passage_search.c.article != passages.c.article) | (
    func.vector_dims(passage_search.c.embedding) * 4 != func.octet_length(passages.c.vector)
)


def faults(connection: Connection) -> list[str]:
    """Give what is searched otherwise than it is stored."""
    joined = passages.join(articles, passages.c.article == articles.c.key).outerjoin(
        passage_search, passage_search.c.id == passages.c.id
    )
    odd = select(articles.c.id).select_from(joined).where(passage_search.c.id.is_(None) | _ODD).distinct().limit(20)
    return [f"A passage of {id!r} is not searched as it is stored." for id in connection.execute(odd).scalars()]


def drop_odd(connection: Connection) -> None:
    """Drop what is searched otherwise than it is stored."""
    connection.execute(delete(passage_search).where(passage_search.c.id == passages.c.id, _ODD))
