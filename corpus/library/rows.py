"""Between the library's nouns and the rows they are stored as; every number little-endian, whatever the machine."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage, Sentence
from corpus.errors import StoredDataError
from corpus.library.damage import are_unit, check_description, check_spans, damaged, spans_of
from corpus.library.types import ArticleSummary, LibraryArticle, PreparedArticle
from corpus.made_when_asked import MadeWhenAsked

StoredRow = Any  # a Row of SQLAlchemy's: its type's parameters are others in 2.0 than in 2.1

_SPANS = np.dtype("<u4")  # (sentences, 2): start, end
_PAGES = np.dtype("<u4")  # (pages,)
_VECTORS = np.dtype("<f4")  # (n, dim)
_SIGNATURE = np.dtype("<u4")


def storable(text: str) -> str:
    """Give ``text`` as the database can hold it: a file name may hold bytes that are no text.

    Raises:
        StoredDataError: it is none, but what a damaged row held in the place of one.
    """
    if not isinstance(text, str):
        raise damaged(text)
    return text.encode("utf-8", "backslashreplace").decode()


def to_bytes(numbers: Any, kind: str) -> bytes:
    """Give the numbers as stored: ``spans``, ``pages``, ``vectors`` or ``signature``."""
    return np.ascontiguousarray(numbers, dtype=_kind(kind)).tobytes()


def to_numbers(data: bytes, kind: str) -> NDArray[Any]:
    """Give back what ``to_bytes`` was given, flat and writable, in the machine's own order.

    Raises:
        StoredDataError: the length is not that of whole numbers.
    """
    stored = _kind(kind)
    try:
        return np.frombuffer(data, dtype=stored).astype(stored.newbyteorder("="))
    except ValueError as error:
        raise StoredDataError(f"Stored {kind} are damaged ({error}). Run `askarticle verify`.") from error


def _kind(kind: str) -> np.dtype[Any]:
    return {"spans": _SPANS, "pages": _PAGES, "vectors": _VECTORS, "signature": _SIGNATURE}[kind]


def crc_of(parts: Iterable[bytes]) -> int:
    """Give the CRC-32 of the parts in a row: it finds damage, not forgery."""
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    return crc


def check(prepared: PreparedArticle) -> int:
    """Give the vectors' dimension, once everything fits together.

    Raises:
        ValueError: it does not: a mistake of the program, not of the reader.
    """
    count, dim = prepared.sentence_vectors.shape
    if count != len(prepared.sentences) or prepared.passage_vectors.shape != (len(prepared.passages), dim):
        raise ValueError(f"{prepared.article.id!r}: vectors do not match its sentences and passages.")
    if any(sentence.index != index for index, sentence in enumerate(prepared.sentences)):
        raise ValueError(f"{prepared.article.id!r}: sentences are not numbered from 0.")
    for passage in prepared.passages:
        first = passage.sentences[0].index
        if passage.sentences != prepared.sentences[first : first + len(passage.sentences)]:
            raise ValueError(f"{prepared.article.id!r}: passage {passage.index} is no run of its sentences.")
    if not are_unit(prepared.sentence_vectors) or not are_unit(prepared.passage_vectors):
        raise ValueError(f"{prepared.article.id!r}: a vector is not of length 1.")
    return int(dim)


def content_row(cut: PreparedArticle | LibraryArticle) -> dict[str, Any]:
    """Give the row of ``contents``, but for its version."""
    article = cut.article
    spans = to_bytes([(sentence.start, sentence.end) for sentence in cut.sentences], "spans")
    pages = to_bytes(article.pages, "pages")
    return {
        "crc": content_crc(article.text, spans, pages),
        "spans": spans,
        "pages": pages,
        "text": article.text,
    }


def vectors_row(prepared: PreparedArticle) -> dict[str, Any]:
    """Give the row of ``vectors``, but for its article."""
    signature = to_bytes(prepared.signature, "signature")
    sentences = to_bytes(prepared.sentence_vectors, "vectors")
    crc = crc_of((signature, sentences, to_bytes(prepared.passage_vectors, "vectors")))
    return {"signature": signature, "sentences": sentences, "crc": crc}


def content_crc(text: str, spans: bytes, pages: bytes) -> int:
    """Give the checksum that a row of ``contents`` carries."""
    return crc_of((text.encode(), spans, pages))


def article_of(row: StoredRow) -> Article:
    """Give the article in a row of articles, versions and contents joined.

    Raises:
        DamagedArticleError: it is not as it was stored.
    """
    check_description(row)
    are_bytes = isinstance(row.spans, bytes) and isinstance(row.pages, bytes)
    if not isinstance(row.text, str) or not are_bytes or content_crc(row.text, row.spans, row.pages) != row.crc:
        raise damaged(row.id)
    return Article(
        id=row.id,
        title=row.title,
        text=row.text,
        fingerprint=row.fingerprint,
        url=row.url,
        source=row.source,
        author=row.author,
        published=row.published,
        language=row.language,
        version=row.version,
        pages=tuple(to_numbers(row.pages, "pages").tolist()),
    )


def sentences_of(article: Article, spans: bytes) -> Sequence[Sentence]:
    """Give the article's sentences, each made when it is asked for; raises DamagedArticleError."""
    pairs = spans_of(article.id, article.text, spans)
    check_spans(article.id, article.text, pairs)
    return MadeWhenAsked(len(pairs), lambda index: Sentence(article, index, *map(int, pairs[index])))


def library_article(row: StoredRow, runs: Sequence[tuple[int, int]]) -> LibraryArticle:
    """Give the article in a joined row; ``runs`` are its passages, each its first sentence and their count."""
    article = article_of(row)
    sentences = sentences_of(article, row.spans)

    def passage(position: int) -> Passage:
        first, count = runs[position]
        return Passage(article, position, tuple(sentences[first : first + count]))

    passages = MadeWhenAsked(len(runs), passage)
    return LibraryArticle(
        article=article,
        sentences=sentences,
        passages=passages,
        first_id=row.first_id if passages else -1,
        collection=row.collection,
        origin=row.origin,
        added=row.added.replace(tzinfo=UTC),
        duplicate_of=row.original,
    )


def summary(row: StoredRow) -> ArticleSummary:
    """Give what a list shows of a row of articles and versions joined; raises DamagedArticleError."""
    check_description(row)
    return ArticleSummary(
        id=row.id,
        title=row.title,
        url=row.url,
        source=row.source,
        author=row.author,
        published=row.published,
        language=row.language,
        version=row.version,
        fingerprint=row.fingerprint,
        characters=row.characters,
        sentences=row.sentences,
        passages=row.passages,
        collection=row.collection,
        origin=row.origin,
        added=row.added.replace(tzinfo=UTC),
        duplicate_of=row.original,
    )
