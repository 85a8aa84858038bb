"""What is read from the library's tables: each function is given a connection that sees one state of them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, select, true

from corpus.errors import ArticleError, NoSuchArticleError, StoredDataError
from corpus.library import damage, rows
from corpus.library.schema import articles, contents, library, passages, vectors, versions
from corpus.library.server_text import TextList, each_text
from corpus.library.types import ArticleSummary, Filter, Health, LibraryArticle, Rows

_MOST_VERSIONS = 2**31 - 1  # what a database's whole number holds at the least
_MANY = 1000  # ids from which on a list is sent as one value, not as a variable each

_original = articles.alias("original")
is_current = versions.c.version == articles.c.version
is_answer = and_(is_current, articles.c.duplicate_of.is_(None))
_passage_count = (
    select(func.count()).select_from(passages).where(passages.c.article == articles.c.key).scalar_subquery()
)
_described = articles.join(versions, versions.c.article == articles.c.key).outerjoin(
    _original, articles.c.duplicate_of == _original.c.key
)
_DESCRIPTION = (
    articles.c.id,
    articles.c.collection,
    articles.c.origin,
    versions.c.version,
    versions.c.title,
    versions.c.url,
    versions.c.source,
    versions.c.author,
    versions.c.published,
    versions.c.language,
    versions.c.fingerprint,
    versions.c.added,
    versions.c.characters,
    versions.c.sentences,
    _original.c.id.label("original"),
)
_CONTENT = (contents.c.crc, contents.c.spans, contents.c.pages, contents.c.text)


def no_such(article_id: str, version: int | None = None) -> NoSuchArticleError:
    """Give the error to raise for an article that is not there."""
    which = f"article {article_id!r}" if version is None else f"version {version} of article {article_id!r}"
    return NoSuchArticleError(f"There is no {which} in the library. `askarticle list` shows what there is.")


def state(connection: Connection) -> rows.StoredRow:
    """Give the library's one row: identity, generation, next_id, floor, encoder, dim."""
    row = connection.execute(select(library)).one_or_none()
    if row is None:
        raise StoredDataError("The library is damaged: its first row is missing. Put a copy from before back.")
    return row


def get(connection: Connection, article_id: str, version: int | None) -> LibraryArticle:
    """Give an article, or one of its versions.

    Raises:
        NoSuchArticleError: it is not there.
        DamagedArticleError: it is not as it was stored.
    """
    if version is not None and not 0 < version <= _MOST_VERSIONS:
        raise no_such(article_id, version)
    wanted = is_current if version is None else versions.c.version == version
    query = (
        select(*_DESCRIPTION, articles.c.key, articles.c.first_id, is_answer.label("answers"), *_CONTENT)
        .select_from(_described.join(contents, contents.c.version == versions.c.key))
        .where(articles.c.id == rows.storable(article_id), wanted)
    )
    with damage.naming(article_id):
        row = connection.execute(query).one_or_none()
    if row is None:
        raise _missing(connection, article_id, version)
    cut = passages_of(connection, row.key) if row.answers else []
    article = rows.library_article(row, [(first, length) for _, _, first, length in cut])
    if row.answers:
        damage.check_passages(article_id, row.first_id, cut, len(article.sentences))
    return article


def _missing(connection: Connection, article_id: str, version: int | None) -> ArticleError | StoredDataError:
    """Give the error of a version that cannot be had: it is not there, or a row of it is lost."""
    query = select(articles.c.key).where(articles.c.id == rows.storable(article_id))
    if version is not None:
        query = query.join(versions, versions.c.article == articles.c.key).where(versions.c.version == version)
    is_lost = connection.execute(query).first() is not None
    return damage.damaged(article_id) if is_lost else no_such(article_id, version)


def passages_of(connection: Connection, key: int) -> Sequence[tuple[int, int, int, int]]:
    """Give an article's passages in order: id, position, first sentence and their count, as they are stored."""
    columns = (passages.c.id, passages.c.position, passages.c.first, passages.c.length)
    query = select(*columns).where(passages.c.article == key).order_by(passages.c.position)
    return [(id, position, first, length) for id, position, first, length in connection.execute(query)]


def _summaries(where: ColumnElement[bool]) -> Select[Any]:
    count = case((is_answer, _passage_count), else_=0).label("passages")
    return select(*_DESCRIPTION, count).select_from(_described).where(where)


def find_origin(connection: Connection, origin: str, where: Filter) -> ArticleSummary | None:
    """Give the article that came from ``origin`` and fits (the one added last, should there be several)."""
    query = _summaries(and_(is_current, articles.c.origin == rows.storable(origin), fits(where)))
    row = connection.execute(query.order_by(articles.c.key.desc()).limit(1)).one_or_none()
    return rows.summary(row) if row else None


def scan(connection: Connection, where: Filter, after: str | None, limit: int) -> list[ArticleSummary]:
    """Give up to ``limit`` articles behind ``after``, by id."""
    query = _summaries(and_(is_current, fits(where)))
    if after is not None:
        query = query.where(articles.c.id > rows.storable(after))
    return [rows.summary(row) for row in connection.execute(query.order_by(articles.c.id).limit(limit))]


def versions_of(connection: Connection, article_id: str) -> list[ArticleSummary]:
    """Give an article's versions, the oldest first.

    Raises:
        NoSuchArticleError: it is not there.
    """
    query = _summaries(articles.c.id == rows.storable(article_id)).order_by(versions.c.version)
    found = [rows.summary(row) for row in connection.execute(query)]
    if not found:
        raise no_such(article_id)
    return found


def collections(connection: Connection) -> dict[str, int]:
    """Give how many articles each collection holds."""
    name = articles.c.collection
    query = select(name, func.count()).group_by(name).order_by(name)
    return {row[0]: row[1] for row in connection.execute(query)}


def count(connection: Connection, where: Filter) -> int:
    """Give how many articles fit."""
    query = select(func.count()).select_from(articles)
    if not where.everything:
        query = query.join(versions, versions.c.article == articles.c.key).where(is_current, fits(where))
    return connection.execute(query).scalar_one()


def sentence_vectors(connection: Connection, article_id: str) -> Rows:
    """Give the vectors of the current version's sentences.

    Raises:
        NoSuchArticleError: it is not there.
    """
    query = (
        select(vectors.c.sentences, versions.c.sentences.label("wanted"), library.c.dim)
        .select_from(articles.join(vectors).join(versions, versions.c.article == articles.c.key).join(library, true()))
        .where(articles.c.id == rows.storable(article_id), is_current)
    )
    with damage.naming(article_id):
        row = connection.execute(query).one_or_none()
    if row is None:
        raise _missing(connection, article_id, None)
    return damage.vectors_of(article_id, row.sentences, row.wanted, row.dim)


def health(connection: Connection, schema: int, size: int) -> Health:
    """Give counts and versions; ``size`` is that of the files in bytes."""
    now = state(connection)
    answers = passages.join(articles, passages.c.article == articles.c.key)
    current = select(func.count()).select_from(answers).where(articles.c.duplicate_of.is_(None))
    return Health(
        generation=now.generation,
        schema=schema,
        encoder=now.encoder,
        dim=now.dim,
        articles=count(connection, Filter()),
        versions=connection.execute(select(func.count()).select_from(versions)).scalar_one(),
        passages=connection.execute(current).scalar_one(),
        bytes=size,
    )


def fits(where: Filter) -> ColumnElement[bool]:
    """Give the condition on articles and versions joined that ``where`` is."""
    sets = (
        (articles.c.id, where.articles),
        (articles.c.collection, where.collections),
        (versions.c.source, where.sources),
        (versions.c.language, where.languages),
    )
    parts = [_among(column, values) for column, values in sets if values is not None]
    if where.published_from is not None:
        parts.append(versions.c.published >= where.published_from)
    if where.published_to is not None:
        parts.append(versions.c.published <= where.published_to)
    return and_(true(), *parts)


def _among(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    values = {rows.storable(value) for value in values}
    if len(values) <= _MANY:
        return column.in_(sorted(values))
    listed = each_text(bindparam(None, sorted(values), TextList())).table_valued("value")
    return column.in_(select(listed.c.value))
