"""Searching on the server: pgvector finds by meaning, tsvector by words, and a filter is part of the question."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ColumnElement, Connection, Float, Integer, Select, and_, cast, literal, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from corpus.errors import IndexMismatchError
from corpus.library import reading, rows
from corpus.library.postgres import tables
from corpus.library.postgres.connection import PostgresDatabase
from corpus.library.postgres.tables import are_many, has_index, passage_search, plain_words
from corpus.library.postgres.words import Terms, WordCounts, any_of
from corpus.library.schema import articles, passages, versions
from corpus.library.search import Candidates, Mode
from corpus.library.types import ALL, Filter

K1, B = 1.2, 0.75  # of BM25, as in lexical search elsewhere
_LOOKED_AT = 100  # of the index's candidates: hnsw.ef_search
_MOST_SCANNED = 40_000  # of them where a filter lets few through: hnsw.max_scan_tuples
_RESCORED = 2  # times as many passages are told apart by all the words as are given

_found = passage_search.join(articles, articles.c.key == passage_search.c.article).join(
    versions, versions.c.article == articles.c.key
)
_SCORES = text(
    "SELECT s.id, p.vector, coalesce((SELECT sum(t.idf * cardinality(u.positions) * :more / "
    "(cardinality(u.positions) + :k1 * (1 - :b + :b * s.length / :mean))) "
    "FROM unnest(s.words) u JOIN unnest(CAST(:lexemes AS text[]), CAST(:idfs AS float8[])) t (lexeme, idf) "
    "ON t.lexeme = u.lexeme), 0) AS score "
    "FROM passage_search s JOIN passages p ON p.id = s.id WHERE s.id = ANY(:ids) ORDER BY s.id"
)


class PostgresSearch:
    """A ``PassageSearch`` of a library on a server.

    Few passages (those of a small library, or of a filter that lets few through) are all compared with the question's
    vector; of many an index gives the nearest, nearly always the same. Every cosine that is given is of whole vectors.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        """Search ``database``."""
        self._database = database
        self._counts = WordCounts()
        self._lock = threading.Lock()  # over _counts

    def candidates(
        self,
        question: str,
        vector: NDArray[np.float32],
        k: int,
        *,
        encoder: str,
        mode: Mode = "hybrid",
        where: Filter = ALL,
    ) -> Candidates:
        """Give what is near and what shares words: see ``PassageSearch.candidates``."""
        with self._database.read() as connection:
            now = reading.state(connection)
            if now.encoder is None or k <= 0:
                return Candidates([], np.empty(0, np.float32), np.empty(0, np.float32))
            if (now.encoder, now.dim) != (encoder, len(vector)):
                raise IndexMismatchError.of_encoders(now.encoder, encoder)
            with self._lock:
                terms = self._counts.terms_of(connection, now.generation, plain_words(question))
            near = [] if mode == "lexical" else _nearest(connection, vector, k, where)
            worded = [] if mode == "dense" else _worded(connection, terms, k, where)
            return _scored(connection, terms, vector, near, worded, k)

    def owners(self, ids: Sequence[int]) -> dict[int, str]:
        """Give the article of each passage that is current: see ``PassageSearch.owners``."""
        if not ids:
            return {}
        joined = passages.join(articles, passages.c.article == articles.c.key)
        query = select(passages.c.id, articles.c.id).select_from(joined)
        with self._database.read() as connection:
            found = connection.execute(query.where(passages.c.id.in_(ids), articles.c.duplicate_of.is_(None)))
            return {row[0]: row[1] for row in found}

    def problems(self) -> list[str]:
        """Give what is searched otherwise than it is stored: see ``PassageSearch.problems``."""
        with self._database.read(seconds=tables.SECONDS) as connection:
            return tables.faults(connection)

    def repair(self) -> None:
        """Make anew what differs: see ``PassageSearch.repair``."""
        with self._database.write(seconds=tables.SECONDS) as connection:
            tables.drop_odd(connection)
            tables.add_missing(connection)
            tables.settle_index(connection, reading.state(connection).dim)


def _fits(where: Filter) -> ColumnElement[bool]:
    return and_(reading.is_answer, reading.fits(where))


def _nearest(connection: Connection, vector: NDArray[np.float32], k: int, where: Filter) -> list[int]:
    """Give the ids of the passages nearest to ``vector``: all of those that fit are compared where they are few."""
    halves = literal(HalfVector(vector).to_text()).cast(HALFVEC(len(vector)))
    distance = cast(passage_search.c.embedding, HALFVEC(len(vector))).op("<#>", return_type=Float())(halves)
    query = select(passage_search.c.id).select_from(_found).where(_fits(where))
    if not has_index(connection) or not are_many(connection, query):
        return _exactly(connection, query, distance, k)
    for name, value in (("ef_search", max(_LOOKED_AT, k)), ("max_scan_tuples", _MOST_SCANNED)):
        connection.execute(text(f"SET LOCAL hnsw.{name} = {int(value)}"))
    connection.execute(text("SET LOCAL hnsw.iterative_scan = strict_order"))
    found = list(connection.execute(query.order_by(distance).limit(k)).scalars())
    return found if len(found) == k else _exactly(connection, query, distance, k)


def _exactly(connection: Connection, query: Select[tuple[int]], distance: ColumnElement[float], k: int) -> list[int]:
    all_of_them = query.add_columns(distance.label("distance")).cte("fitting").prefix_with("MATERIALIZED")
    best = select(all_of_them.c.id).order_by(all_of_them.c.distance, all_of_them.c.id).limit(k)
    return list(connection.execute(best).scalars())


def _worded(connection: Connection, terms: Terms, k: int, where: Filter) -> list[int]:
    """Give the ids of the passages that share the rarest words, those first that share most."""
    if not terms.rare:
        return []
    shared: ColumnElement[float] = literal(0.0)
    for lexeme, weight in zip(terms.lexemes, terms.weights, strict=True):
        has = passage_search.c.words.op("@@")(cast(any_of([lexeme]), TSQUERY))
        shared = shared + cast(cast(has, Integer), Float) * weight
    query = (
        select(passage_search.c.id)
        .select_from(_found)
        .where(_fits(where), passage_search.c.words.op("@@")(cast(any_of(terms.rare), TSQUERY)))
        .order_by(shared.desc(), passage_search.c.length, passage_search.c.id)
        .limit(_RESCORED * k)
    )
    return list(connection.execute(query).scalars())


def _scored(
    connection: Connection,
    terms: Terms,
    vector: NDArray[np.float32],
    near: Sequence[int],
    worded: Sequence[int],
    k: int,
) -> Candidates:
    """Give both scores of all that was found; of what shares words the best ``k`` stay."""
    values = {
        "ids": sorted({*near, *worded}),
        "lexemes": list(terms.lexemes),
        "idfs": list(terms.weights),
        "mean": terms.mean_length,
        "k1": K1,
        "b": B,
        "more": K1 + 1,
    }
    found = connection.execute(_SCORES, values).all()
    scores = {row.id: float(row.score) for row in found}
    kept = {*near, *sorted(worded, key=lambda id: (-scores[id], id))[:k]}
    # A vector that was cut compares with nothing: `verify` names its article.
    left = [row for row in found if row.id in kept and len(row.vector) == 4 * len(vector)]
    matrix = np.array([rows.to_numbers(row.vector, "vectors") for row in left], dtype=np.float32).reshape(
        -1, len(vector)
    )
    return Candidates(
        ids=[row.id for row in left],
        cosines=(matrix @ vector).astype(np.float32),
        words=np.array([row.score for row in left], dtype=np.float32),
    )
