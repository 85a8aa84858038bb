"""Whether what a row holds can be what was stored. Looked at whenever one is read, so no more than some comparisons."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from corpus.errors import DamagedArticleError
from corpus.library.near_duplicates import PERMUTATIONS

Spans = NDArray[np.uint32]  # (sentences, 2): start, end
_UNIT_TOLERANCE = 1e-3  # of a vector's length


def damaged(article_id: str) -> DamagedArticleError:
    """Give the error to raise for an article that is not as it was stored."""
    cure = "Remove it and add it anew; `askarticle verify` finds others."
    return DamagedArticleError(f"The stored article {article_id!r} is damaged. {cure}", article_id)


@contextmanager
def naming(article_id: str) -> Iterator[None]:
    """Name the article where a text that is read of it is none any more: the database tells it without a name."""
    try:
        yield
    except DBAPIError as error:
        if not is_no_text(error):
            raise
        raise damaged(article_id) from error


def is_no_text(error: DBAPIError) -> bool:
    """Whether SQLite could not give a text because its bytes are not text."""
    return "decode to UTF-8" in str(error.orig)


def are_unit(vectors: NDArray[np.float32]) -> bool:
    """Whether every row is of length 1, and so without infinities and not-a-numbers."""
    with np.errstate(all="ignore"):
        squares = np.einsum("ij,ij->i", vectors, vectors)
        return bool((np.abs(np.sqrt(squares) - 1) < _UNIT_TOLERANCE).all())


def check_description(row: Any) -> None:
    """Raise DamagedArticleError where a field of a row of articles and versions joined is not of its kind.

    SQLite keeps whatever it is given, and a date that is none is handed on as it is (see ``schema``).
    """
    texts = (row.id, row.collection, row.origin, row.title, row.language, row.fingerprint)
    maybe = (row.url, row.source, row.author, row.original)
    sound = (
        all(type(value) is str for value in texts)
        and all(value is None or type(value) is str for value in maybe)
        and type(row.version) is type(row.characters) is type(row.sentences) is int
        and isinstance(row.added, datetime)
        and (row.published is None or isinstance(row.published, date))
    )
    if not sound:
        raise damaged(row.id)


def spans_of(article_id: str, text: Any, spans: Any) -> Spans:
    """Give the sentences' spans as they are stored; raises DamagedArticleError where these can be none of ``text``."""
    if type(text) is not str or type(spans) is not bytes or len(spans) % 8:
        raise damaged(article_id)
    return np.frombuffer(spans, dtype="<u4").reshape(-1, 2).astype(np.uint32)


def check_spans(article_id: str, text: str, spans: Spans) -> None:
    """Raise DamagedArticleError unless the spans lie in the text, in order, apart, and none of them is empty."""
    ends = spans[:, 1]
    apart = (spans[:, 0] < ends).all() and (spans[1:, 0] >= ends[:-1]).all()
    if not apart or (len(ends) and ends[-1] > len(text)):
        raise damaged(article_id)


def cut(article_id: str, text: str, spans: Spans, first: Any, length: Any) -> str:
    """Give the text of a run of sentences; raises DamagedArticleError where there is no such run."""
    if type(first) is not int or type(length) is not int or not 0 <= first < first + length <= len(spans):
        raise damaged(article_id)
    start, end = int(spans[first, 0]), int(spans[first + length - 1, 1])
    if not start < end <= len(text):
        raise damaged(article_id)
    return text[start:end]


def check_passages(article_id: str, first_id: Any, cut: Sequence[Any], sentences: int) -> None:
    """Raise DamagedArticleError unless the rows of passages are numbered in a row and are runs of the sentences."""
    if type(first_id) is not int or (sentences and not cut):
        raise damaged(article_id)
    for place, (id, position, first, length) in enumerate(cut):
        if type(first) is not int or type(length) is not int or (id, position) != (first_id + place, place):
            raise damaged(article_id)
        if not 0 <= first < first + length <= sentences:
            raise damaged(article_id)


def is_signature(data: Any) -> bool:
    """Whether ``data`` can be a stored signature."""
    return type(data) is bytes and len(data) == 4 * PERMUTATIONS


def vectors_of(article_id: str, data: Any, count: int, dim: Any) -> NDArray[np.float32]:
    """Give ``count`` unit vectors, ``(count, dim)``; raises DamagedArticleError where these are none."""
    if type(data) is not bytes or not type(count) is type(dim) is int or len(data) != 4 * count * dim:
        raise damaged(article_id)
    vectors = np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(count, dim)
    if not are_unit(vectors):
        raise damaged(article_id)
    return vectors


def vectors_of_each(rows: Sequence[Any]) -> NDArray[np.float32]:
    """Give the unit vector of each row of passages, ``(len(rows), dim)``; raises DamagedArticleError where one is none.

    They are looked at together, which is quicker than one by one.
    """
    if not rows:
        return np.empty((0, 0), dtype=np.float32)
    dim = rows[0].dim  # the library's
    data = [row.vector for row in rows]
    if type(dim) is int and all(type(one) is bytes and len(one) == 4 * dim for one in data):
        vectors = np.frombuffer(b"".join(data), dtype="<f4").astype(np.float32).reshape(len(rows), dim)
        if are_unit(vectors):
            return vectors
    return np.concatenate([vectors_of(row.article_id, row.vector, 1, dim) for row in rows])
