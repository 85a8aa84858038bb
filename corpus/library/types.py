"""The library's nouns, and the narrow interface that every store of it has: SQLite, or PostgreSQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage, Sentence

DEFAULT_COLLECTION = "default"

Rows = NDArray[np.float32]  # (n, dim), unit rows
Ids = NDArray[np.int64]  # (n,), ids of passages, ascending


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """An article cut and encoded, ready to be stored whole, in one transaction.

    ``origin`` says where it came from (an absolute path, a URL, a feed entry's id): the same origin with another text
    is a new version of the same article. ``signature`` is the text's MinHash, ``(n_permutations,)`` uint32, by which
    near-duplicates are recognised.
    """

    article: Article  # its id is the library's key; its version is set by the store
    sentences: Sequence[Sentence] = field(repr=False)
    passages: Sequence[Passage] = field(repr=False)
    sentence_vectors: Rows = field(repr=False)  # (len(sentences), dim)
    passage_vectors: Rows = field(repr=False)  # (len(passages), dim)
    origin: str
    signature: NDArray[np.uint32] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LibraryArticle:
    """A version of a stored article, with what was cut from it."""

    article: Article
    sentences: Sequence[Sentence] = field(repr=False)
    passages: Sequence[Passage] = field(repr=False)
    first_id: int  # of its first passage, the others follow; -1 for a version that is no longer the current one
    collection: str
    origin: str
    added: datetime  # UTC; when this version was stored
    duplicate_of: str | None  # the id of the article it nearly repeats: then it has no passages to be found by


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What a list shows of an article: everything but its text."""

    id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published: date | None
    language: str
    version: int
    fingerprint: str
    characters: int
    sentences: int
    passages: int
    collection: str
    origin: str
    added: datetime
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles: those that fit every part that is given; none given means all."""

    articles: frozenset[str] | None = None  # ids
    collections: frozenset[str] | None = None  # names
    sources: frozenset[str] | None = None
    languages: frozenset[str] | None = None  # ISO 639-1 codes
    published_from: date | None = None  # inclusive; an article without a date fits no date range
    published_to: date | None = None  # inclusive

    @property
    def everything(self) -> bool:
        """Whether every article fits."""
        return self == Filter()


ALL = Filter()


@dataclass(frozen=True, slots=True)
class Kept:
    """What ``upsert`` or ``replace`` did.

    ``duplicate``: stored and linked to its original, but no answer while that is there. ``replaced`` with the version
    unchanged: the same text was put into another collection.
    """

    outcome: Literal["added", "replaced", "unchanged", "duplicate"]
    id: str
    version: int
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What derived structures must do to go from one generation of the library to another: remove, then add."""

    generation: int  # where they stand afterwards
    removed: Ids
    added: Ids


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A current passage as derived structures need it."""

    id: int
    article_id: str
    index: int  # in its article
    text: str = field(repr=False)
    vector: NDArray[np.float32] = field(repr=False)  # (dim,)


@dataclass(frozen=True, slots=True)
class Health:
    """What the library says of itself."""

    generation: int
    schema: int
    encoder: str | None  # whose vectors it holds; None while it is empty
    dim: int | None
    articles: int
    versions: int
    passages: int
    bytes: int  # on disk


class LibraryStore(Protocol):
    """Stored articles. Every change is one transaction and raises ``generation``; what is deleted is gone.

    A passage's id is given once and never again. Only the current version of an article has passages that can be found.
    Methods raise ``StoredDataError`` when the store cannot be read or written, with what, which and the cure: where a
    row of an article holds what cannot have been stored, ``DamagedArticleError``, which names it.
    """

    @property
    def identity(self) -> str:
        """A random name given to the library when it was made: derived structures keep it beside the generation."""

    @property
    def generation(self) -> int:
        """How many changes the library has seen."""

    @property
    def encoder(self) -> tuple[str, int] | None:
        """Whose vectors it holds, and of how many numbers each is; None while it is empty. Told at once."""

    def upsert(self, prepared: PreparedArticle, *, encoder: str, collection: str = DEFAULT_COLLECTION) -> Kept:
        """Store an article; one of the same id with another fingerprint becomes its next version.

        The same fingerprint changes nothing, unless ``collection`` is another: then the article moves there. One that
        nearly repeats an original of the same collection is kept as that one's duplicate.

        Raises:
            IndexMismatchError: the library holds vectors of another encoder.
        """

    def replace(self, prepared: PreparedArticle, *, encoder: str, if_version: int) -> Kept:
        """Store the next version of an article that is there, if ``if_version`` is still its current one.

        Raises:
            NoSuchArticleError: it is not there.
            VersionConflictError: another version is current.
        """

    def delete(self, article_id: str) -> None:
        """Take an article out with all its versions; nearest duplicates that hung on it become answers again.

        Raises:
            NoSuchArticleError: it is not there.
        """

    def get(self, article_id: str, version: int | None = None) -> LibraryArticle:
        """Give an article, by default in its current version.

        Raises:
            NoSuchArticleError: the article or the version is not there.
        """

    def find_origin(self, origin: str, where: Filter = ALL) -> ArticleSummary | None:
        """Give the article that came from ``origin``, if one that fits did."""

    def near_duplicate(
        self, signature: NDArray[np.uint32], *, but: str | None = None, collection: str = DEFAULT_COLLECTION
    ) -> str | None:
        """Give the id of the original in ``collection`` whose signature is nearly ``signature`` (not ``but``)."""

    def scan(self, where: Filter = ALL, *, after: str | None = None, limit: int = 100) -> Sequence[ArticleSummary]:
        """Give up to ``limit`` articles in the order of their ids, those behind the id ``after``."""

    def versions(self, article_id: str) -> Sequence[ArticleSummary]:
        """Give every version of an article, the oldest first.

        Raises:
            NoSuchArticleError: it is not there.
        """

    def collections(self) -> dict[str, int]:
        """Give every collection's name with how many articles it holds, by name."""

    def count(self, where: Filter = ALL) -> int:
        """Give how many articles fit."""

    def passage_ids(self, where: Filter = ALL) -> Ids:
        """Give the ids of all current passages of the articles that fit, ascending."""

    def passages(self, ids: Sequence[int]) -> Iterator[PassageRow]:
        """Give these current passages, in the order of ``ids``, read in blocks.

        Raises:
            KeyError: an id is no current passage.
        """

    def owners(self, ids: Sequence[int]) -> dict[int, str]:
        """Give the id of the article of each of these passages that is current: nothing else of them is read."""

    def sentence_vectors(self, article_id: str) -> Rows:
        """Give the vectors of the current version's sentences.

        Raises:
            NoSuchArticleError: it is not there.
        """

    def changes(self, since: int) -> Changes:
        """Give what changed after generation ``since``: an id both added and removed meanwhile is in neither.

        Raises:
            ValueError: the library never had that generation (it was restored from an older copy, say), or what
                changed since is no longer known: then build anew from ``passage_ids``.
        """

    def health(self) -> Health:
        """Give counts, size and versions."""

    def close(self) -> None:
        """Let go of the store."""
