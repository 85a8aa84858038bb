"""What is written to the library's tables: each function is one transaction's work."""

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from corpus.errors import IndexMismatchError, VersionConflictError
from corpus.library import damage, finding, reading, rows
from corpus.library.change import Change
from corpus.library.near_duplicates import Signature, bands_of
from corpus.library.schema import articles, bands, contents, library, passages, vectors, versions
from corpus.library.stored_talk import forget_words
from corpus.library.types import DEFAULT_COLLECTION, Kept, LibraryArticle, PreparedArticle


def keep(
    connection: Connection,
    prepared: PreparedArticle,
    encoder: str,
    collection: str | None,
    if_version: int | None = None,
) -> Kept:
    """Store an article; with ``if_version`` only as the one after that. ``collection`` None leaves it where it is.

    Raises:
        IndexMismatchError: the library holds vectors of another encoder.
        NoSuchArticleError: it should be there by ``if_version`` and is not.
        VersionConflictError: another version is the current one.
        DamagedArticleError: the version that is the current one is lost.
    """
    dim = rows.check(prepared)
    change = Change.begin(connection)
    _match(change, encoder, dim)
    id = prepared.article.id
    old = _current(connection, id)
    if old is not None and old.fingerprint is None:
        raise damage.damaged(id)
    if if_version is not None:
        _expect(id, old, if_version)
    if collection is None:
        collection = old.collection if old else DEFAULT_COLLECTION
    same_text = old is not None and old.fingerprint == prepared.article.fingerprint
    if old is not None and same_text and old.collection == collection:
        return Kept("unchanged", id, old.version, old.original)
    version = 1 if old is None else old.version if same_text else old.version + 1
    near = finding.near_duplicate(connection, prepared.signature, collection, but=id)
    values = _article_values(change, prepared, collection, version, near.key if near else None)
    key = _new_article(change, values) if old is None else _renewed_article(change, old, values)
    if not same_text:
        add_version(connection, key, prepared, version, datetime.now(UTC))
    _add_passages(change, key, prepared, values["first_id"])
    if near is None:
        change.log(key, added=True)
    if old is not None:
        _settle(change, key)
    change.finish()
    if near is not None:
        return Kept("duplicate", id, version, near.id)
    return Kept("added" if old is None else "replaced", id, version)


def remove(connection: Connection, article_id: str) -> None:
    """Take an article out, damaged or not; what hung on it as a duplicate finds another original, or is one.

    Raises:
        NoSuchArticleError: it is not there.
    """
    query = select(articles.c.key, articles.c.duplicate_of).where(articles.c.id == rows.storable(article_id))
    old = connection.execute(query).one_or_none()  # whatever else its rows hold
    if old is None:
        raise reading.no_such(article_id)
    change = Change.begin(connection)
    if old.duplicate_of is None:
        change.log(old.key, added=False)
    _settle(change, old.key, but=article_id)
    connection.execute(delete(articles).where(articles.c.key == old.key))
    forget_words(connection, article_id)
    if connection.execute(select(articles.c.key).limit(1)).first() is None:
        change.encoder = change.dim = None  # an empty library takes any encoder
    change.untidy = True
    change.finish()


def tidied(connection: Connection, before: rows.StoredRow) -> None:
    """Note that the file was written anew, if nothing has been deleted since the library's row was ``before``."""
    same = (library.c.generation == before.generation, library.c.deletions == before.deletions)
    connection.execute(update(library).where(*same).values(untidy=False))


def _match(change: Change, encoder: str, dim: int) -> None:
    if change.encoder is None:
        change.encoder, change.dim = encoder, dim
        if searched := _searched(change.connection):
            searched.forget_index(change.connection)
    elif (change.encoder, change.dim) != (encoder, dim):
        raise IndexMismatchError(
            f"The library holds vectors of {change.encoder} ({change.dim} numbers each), not of {encoder} ({dim}). Use "
            f"that encoder, or make a library of its own for this one."
        )


def _current(connection: Connection, article_id: str) -> rows.StoredRow | None:
    original = articles.alias("original")
    query = (
        select(
            articles.c.key,
            articles.c.version,
            articles.c.collection,
            versions.c.fingerprint,
            original.c.id.label("original"),
        )
        .select_from(
            articles.outerjoin(
                versions, and_(versions.c.article == articles.c.key, versions.c.version == articles.c.version)
            ).outerjoin(original, articles.c.duplicate_of == original.c.key)
        )
        .where(articles.c.id == rows.storable(article_id))
    )
    return connection.execute(query).one_or_none()


def _expect(id: str, old: rows.StoredRow | None, version: int) -> None:
    if old is None:
        raise reading.no_such(id)
    if old.version != version:
        raise VersionConflictError(
            f"The article {id!r} is at version {old.version}, not {version}: somebody changed it meanwhile. Read it "
            f"again, then replace that version."
        )


def _article_values(
    change: Change, prepared: PreparedArticle, collection: str, version: int, original: int | None
) -> dict[str, Any]:
    return {
        "id": prepared.article.id,
        "collection": collection,
        "origin": rows.storable(prepared.origin),
        "version": version,
        "duplicate_of": original,
        "first_id": change.take_ids(len(prepared.passages)),
    }


def _new_article(change: Change, values: dict[str, Any]) -> int:
    made = change.connection.execute(insert(articles).values(values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _renewed_article(change: Change, old: rows.StoredRow, values: dict[str, Any]) -> int:
    """Drop what was cut from the article's version before."""
    if old.original is None:
        change.log(old.key, added=False)
    connection = change.connection
    for table in (passages, bands, vectors):
        connection.execute(delete(table).where(table.c.article == old.key))
    connection.execute(update(articles).where(articles.c.key == old.key).values(values))
    return int(old.key)


def add_version(
    connection: Connection, key: int, cut: PreparedArticle | LibraryArticle, version: int, added: datetime
) -> None:
    """Store a version of the article of that key, with its text; ``added``, in UTC, is when it was stored first."""
    article = cut.article
    row = {
        "article": key,
        "version": version,
        "title": rows.storable(article.title),
        "url": article.url and rows.storable(article.url),
        "source": article.source and rows.storable(article.source),
        "author": article.author and rows.storable(article.author),
        "published": article.published,
        "language": article.language,
        "fingerprint": article.fingerprint,
        "added": added.replace(tzinfo=None),
        "characters": len(article.text),
        "sentences": len(cut.sentences),
    }
    made = connection.execute(insert(versions).values(row)).inserted_primary_key
    assert made is not None
    connection.execute(insert(contents).values({"version": made[0], **rows.content_row(cut)}))


def _add_passages(change: Change, key: int, prepared: PreparedArticle, first_id: int) -> None:
    cut = [
        {
            "id": first_id + position,
            "article": key,
            "position": position,
            "first": passage.sentences[0].index,
            "length": len(passage.sentences),
            "vector": rows.to_bytes(vector, "vectors"),
        }
        for position, (passage, vector) in enumerate(zip(prepared.passages, prepared.passage_vectors, strict=True))
    ]
    if cut:
        change.connection.execute(insert(passages), cut)
        if searched := _searched(change.connection):
            ids, texts = range(first_id, first_id + len(cut)), [passage.text for passage in prepared.passages]
            searched.add_passages(change.connection, key, ids, texts, prepared.passage_vectors)
    change.connection.execute(insert(vectors).values({"article": key, **rows.vectors_row(prepared)}))
    hashes = [{"hash": hash, "article": key} for hash in bands_of(prepared.signature)]
    change.connection.execute(insert(bands), hashes)


def _searched(connection: Connection) -> ModuleType | None:
    """Give what keeps the tables that a server searches; None for a file: what is derived from it follows by itself."""
    if connection.dialect.name != "postgresql":
        return None
    from corpus.library.postgres import tables

    return tables


def _settle(change: Change, key: int, but: str | None = None) -> None:
    """Give every duplicate that hung on an article its nearest original, or make it one, oldest first."""
    connection = change.connection
    query = select(articles.c.key, articles.c.collection, vectors.c.signature).outerjoin_from(articles, vectors)
    for row in connection.execute(query.where(articles.c.duplicate_of == key).order_by(articles.c.key)).all():
        near = None
        if damage.is_signature(row.signature):
            signature: Signature = rows.to_numbers(row.signature, "signature")
            near = finding.near_duplicate(connection, signature, row.collection, but)
        original = near.key if near else None
        connection.execute(update(articles).where(articles.c.key == row.key).values(duplicate_of=original))
        if near is None:
            change.log(row.key, added=True)
