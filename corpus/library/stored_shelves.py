"""Browsing the library's tables, and taking articles out of them so that they can be put back."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, and_, func, select, update

from corpus.article import Passage
from corpus.errors import ArticleError, VersionConflictError
from corpus.library import damage, reading, rows, writing
from corpus.library.database import Database
from corpus.library.schema import articles, library, passages, vectors, versions
from corpus.library.shelves import Order, Page, Withdrawn
from corpus.library.types import ALL, Filter, Kept, LibraryArticle, PreparedArticle

_current = articles.join(versions, versions.c.article == articles.c.key)
_ORDERS: dict[Order, tuple[ColumnElement[object], ...]] = {
    "added": (versions.c.added.desc(), articles.c.key.desc()),
    "published": (versions.c.published.desc().nulls_last(), articles.c.key.desc()),
    "title": (func.lower(versions.c.title), articles.c.key),
}


class StoredShelves:
    """A ``ShelfStore`` over the tables of a library."""

    def __init__(self, database: Database) -> None:
        """Browse ``database``, which holds a library."""
        self._database = database
        self.has_written = False

    def page(self, where: Filter = ALL, *, order: Order = "added", skip: int = 0, limit: int = 50) -> Page:
        """Give a page of a list: see ``ShelfStore.page``."""
        # Sorted by ids alone: with the columns that are counted, SQLite would work these out for every article.
        query = select(articles.c.id).select_from(_current).where(reading.is_current, reading.fits(where))
        with self._database.read() as connection:
            ids = list(connection.execute(query.order_by(*_ORDERS[order]).limit(limit).offset(skip)).scalars())
            found = reading.scan(connection, Filter(articles=frozenset(ids)), None, limit) if ids else []
            total = reading.count(connection, where)
        by_id = {article.id: article for article in found}
        return Page(total, [by_id[id] for id in ids])

    def titles(self, where: Filter = ALL) -> Sequence[tuple[str, str]]:
        """Give ids and titles: see ``ShelfStore.titles``."""
        query = select(articles.c.id, versions.c.title).select_from(_current)
        with self._database.read() as connection:
            return [(id, title) for id, title in connection.execute(query.where(_fits(where)))]

    def sources(self, where: Filter = ALL) -> dict[str, int]:
        """Give the sources: see ``ShelfStore.sources``."""
        return self._counted(versions.c.source, where)

    def languages(self, where: Filter = ALL) -> dict[str, int]:
        """Give the languages: see ``ShelfStore.languages``."""
        return self._counted(versions.c.language, where)

    def withdraw(self, article_id: str, *, if_version: int | None = None, where: Filter = ALL) -> Withdrawn:
        """Take an article out: see ``ShelfStore.withdraw``."""
        self.has_written = True
        with self._database.write() as connection:
            if not reading.count(connection, _both(where, article_id)):
                raise reading.no_such(article_id)
            withdrawn = _all_of(connection, article_id)
            version = withdrawn.current.article.version
            if if_version not in (None, version):
                raise VersionConflictError(
                    f"The article {article_id!r} is at version {version} by now, not {if_version}."
                )
            writing.remove(connection, article_id)
        self._database.wipe()
        return withdrawn

    def put_back(self, withdrawn: Withdrawn) -> Kept:
        """Put an article back: see ``ShelfStore.put_back``."""
        self.has_written = True
        article = withdrawn.current.article
        with self._database.write() as connection:
            if reading.count(connection, Filter(articles=frozenset({article.id}))):
                raise ArticleError(f"The article {article.id!r} is there again: it was added anew meanwhile.")
            kept = writing.keep(connection, withdrawn.current, withdrawn.encoder, withdrawn.collection)
            key = connection.execute(
                select(articles.c.key).where(articles.c.id == rows.storable(article.id))
            ).scalar_one()
            connection.execute(update(articles).where(articles.c.key == key).values(version=article.version))
            stored = {"version": article.version, "added": withdrawn.added.replace(tzinfo=None)}
            connection.execute(update(versions).where(versions.c.article == key).values(stored))
            for earlier in withdrawn.earlier:
                writing.add_version(connection, key, earlier, earlier.article.version, earlier.added)
        return Kept(kept.outcome, kept.id, article.version, kept.duplicate_of)

    def _counted(self, column: Column[str | None], where: Filter) -> dict[str, int]:
        query = select(column, func.count()).select_from(_current).where(_fits(where), column.is_not(None))
        with self._database.read() as connection:
            found = connection.execute(query.group_by(column).order_by(column))
            return {value: number for value, number in found if value}


def _fits(where: Filter) -> ColumnElement[bool]:
    return and_(reading.is_current, reading.fits(where))


def _both(where: Filter, article_id: str) -> Filter:
    ids = frozenset({article_id}) if where.articles is None else where.articles & {article_id}
    return replace(where, articles=ids)


def _all_of(connection: Connection, article_id: str) -> Withdrawn:
    """Read everything that is held of an article which is there, and make sure that it can be stored again.

    Raises:
        DamagedArticleError: it cannot: something of it is not as it was stored.
    """
    *numbers, _ = [summary.version for summary in reading.versions_of(connection, article_id)]
    stored = reading.get(connection, article_id, None)
    return Withdrawn(
        current=_prepared(connection, stored),
        earlier=tuple(reading.get(connection, article_id, number) for number in numbers),
        collection=stored.collection,
        added=stored.added,
        encoder=connection.execute(select(library.c.encoder)).scalar_one(),
    )


def _prepared(connection: Connection, stored: LibraryArticle) -> PreparedArticle:
    """Give an article as it was stored, with its vectors; ``get`` leaves out the passages of a duplicate."""
    id = stored.article.id
    held = connection.execute(
        select(vectors.c.signature, vectors.c.crc, vectors.c.article, articles.c.first_id)
        .join_from(articles, vectors)
        .where(articles.c.id == rows.storable(id))
    ).one_or_none()
    if held is None or not damage.is_signature(held.signature):
        raise damage.damaged(id)
    runs = reading.passages_of(connection, held.article)
    damage.check_passages(id, held.first_id, runs, len(stored.sentences))
    of_passages = select(passages.c.vector).where(passages.c.article == held.article).order_by(passages.c.position)
    cut = list(connection.execute(of_passages).scalars())
    dim = connection.execute(select(library.c.dim)).scalar_one()
    empty = np.empty((0, dim or 0), dtype=np.float32)
    prepared = PreparedArticle(
        article=stored.article,
        sentences=stored.sentences,
        passages=tuple(
            Passage(stored.article, place, tuple(stored.sentences[first : first + length]))
            for place, (_, _, first, length) in enumerate(runs)
        ),
        sentence_vectors=reading.sentence_vectors(connection, id),
        passage_vectors=np.concatenate([empty, *(damage.vectors_of(id, one, 1, dim) for one in cut)]),
        origin=stored.origin,
        signature=rows.to_numbers(held.signature, "signature"),
    )
    if rows.vectors_row(prepared)["crc"] != held.crc:
        raise damage.damaged(id)
    return prepared
