"""What derived structures read: current passages, near-duplicates, and what changed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select
from sqlalchemy.exc import DBAPIError

from corpus.library import damage, reading, rows
from corpus.library.near_duplicates import NEAR, Signature, bands_of, similarity
from corpus.library.reading import is_answer
from corpus.library.schema import articles, bands, changes, contents, library, passages, vectors, versions
from corpus.library.types import Changes, Filter, Ids, PassageRow


def passage_ids(connection: Connection, where: Filter) -> Ids:
    """Give the ids of the current passages of the articles that fit, ascending."""
    joined: FromClause = passages.join(articles, passages.c.article == articles.c.key)
    fits: ColumnElement[bool] = articles.c.duplicate_of.is_(None)
    if not where.everything:
        joined = joined.join(versions, versions.c.article == articles.c.key)
        fits = and_(is_answer, reading.fits(where))
    first = func.min(passages.c.id)
    runs = select(first, func.max(passages.c.id), func.count()).select_from(joined).where(fits)
    rows = connection.execute(runs.group_by(passages.c.article).order_by(first)).all()
    firsts, lasts, counts = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 3).T
    if (lasts - firsts + 1 == counts).all():  # an article's are given in a row: a million ids in some thousand rows
        before = np.cumsum(counts) - counts
        return np.repeat(firsts - before, counts) + np.arange(counts.sum(), dtype=np.int64)
    query = select(passages.c.id).select_from(joined).where(fits).order_by(passages.c.id)
    return np.fromiter(connection.execute(query).scalars(), dtype=np.int64)


def passage_rows(connection: Connection, ids: Sequence[int]) -> Iterator[PassageRow]:
    """Give these current passages in the order of ``ids``.

    Raises:
        KeyError: an id is no current passage.
        DamagedArticleError: one is not as it was stored.
    """
    query = (
        select(
            passages,
            articles.c.id.label("article_id"),
            versions.c.key.label("version"),
            select(library.c.dim).scalar_subquery().label("dim"),
        )
        .select_from(
            passages.join(articles, passages.c.article == articles.c.key).join(
                versions, versions.c.article == articles.c.key
            )
        )
        .where(is_answer, passages.c.id.in_(ids))
    )
    found = {row.id: row for row in connection.execute(query)}
    texts = _contents(connection, found.values())
    asked = [found[id] for id in ids]
    for row, vector in zip(asked, damage.vectors_of_each(asked), strict=True):
        text = damage.cut(row.article_id, *texts[row.version], row.first, row.length)
        yield PassageRow(row.id, row.article_id, row.position, text, vector)


def owners(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Give the id of the article of each of these passages that is current."""
    joined = passages.join(articles, passages.c.article == articles.c.key)
    query = select(passages.c.id, articles.c.id).select_from(joined)
    found = connection.execute(query.where(passages.c.id.in_(ids), articles.c.duplicate_of.is_(None)))
    return {row[0]: row[1] for row in found}


def texts_of(connection: Connection, ids: Sequence[int]) -> list[str]:
    """Give the texts of these passages, those of duplicates too, in the order of ``ids``; as ``passage_rows``."""
    key, article_id = versions.c.key.label("version"), articles.c.id.label("article_id")
    query = (
        select(passages.c.id, passages.c.first, passages.c.length, key, article_id)
        .select_from(
            passages.join(articles, passages.c.article == articles.c.key).join(
                versions, versions.c.article == articles.c.key
            )
        )
        .where(reading.is_current, passages.c.id.in_(ids))
    )
    found = {row.id: row for row in connection.execute(query)}
    texts = _contents(connection, found.values())
    asked = [found[id] for id in ids]
    return [damage.cut(row.article_id, *texts[row.version], row.first, row.length) for row in asked]


def _contents(connection: Connection, found: Iterable[rows.StoredRow]) -> dict[int, tuple[str, damage.Spans]]:
    """Give the text and the sentences' spans of each version that the passages ``found`` are of, by its key."""
    owner = {row.version: row.article_id for row in found}
    query = select(contents.c.version, contents.c.text, contents.c.spans)
    try:
        held = connection.execute(query.where(contents.c.version.in_(owner))).all()
    except DBAPIError as error:
        if not damage.is_no_text(error):
            raise
        for version, article_id in owner.items():  # one of them: which?
            with damage.naming(article_id):
                connection.execute(query.where(contents.c.version == version)).all()
        raise
    texts = {row.version: (row.text, damage.spans_of(owner[row.version], row.text, row.spans)) for row in held}
    for lost in owner.keys() - texts.keys():
        raise damage.damaged(owner[lost])
    return texts


class Near(NamedTuple):
    """An original, and how alike it is to what was looked for."""

    key: int
    id: str
    alike: float


def near_duplicate(connection: Connection, signature: Signature, collection: str, but: str | None) -> Near | None:
    """Give the original in ``collection`` that is most like ``signature``, if one is like enough."""
    meets = bands.c.hash.in_(bands_of(signature))
    candidates = (
        select(articles.c.key, articles.c.id, vectors.c.signature)
        .join_from(articles, vectors)
        .where(
            articles.c.key.in_(select(bands.c.article).where(meets)),
            articles.c.duplicate_of.is_(None),
            articles.c.collection == collection,
        )
        .order_by(articles.c.key)
    )
    best: Near | None = None
    for row in connection.execute(candidates):
        if not damage.is_signature(row.signature):
            continue  # what is damaged is like nothing, and keeps no other article out
        alike = similarity(signature, rows.to_numbers(row.signature, "signature"))
        if row.id != but and alike >= NEAR and (best is None or alike > best.alike):
            best = Near(row.key, row.id, alike)
    return best


def changes_since(connection: Connection, since: int) -> Changes:
    """Give what became and ceased to be current after generation ``since``.

    Raises:
        ValueError: it lies ahead of the library, or before what the log still tells.
    """
    now = reading.state(connection)
    if since == 0 and now.floor > 0:
        return Changes(now.generation, np.empty(0, np.int64), passage_ids(connection, Filter()))
    if not now.floor <= since <= now.generation:
        raise ValueError(f"The library's changes are known from generation {now.floor} to {now.generation}: no {since}")
    query = select(changes.c.added, changes.c.first_id, changes.c.stop_id).where(changes.c.generation > since)
    runs: dict[bool, list[Ids]] = {True: [], False: []}
    for added, first, stop in connection.execute(query):
        runs[added].append(np.arange(first, stop, dtype=np.int64))
    added, removed = (np.unique(np.concatenate([np.empty(0, np.int64), *runs[kind]])) for kind in (True, False))
    # An id becomes current once and ceases to be once.
    return Changes(
        now.generation,
        removed=np.setdiff1d(removed, added, assume_unique=True),
        added=np.setdiff1d(added, removed, assume_unique=True),
    )
