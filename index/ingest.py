"""Taking articles into the library: what is known is told from what is new, which is cut, encoded and stored."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import numpy as np

from corpus.article import Article, Passage, Sentence
from corpus.errors import ArticleError, NoSuchArticleError
from corpus.library.names import is_article_id
from corpus.library.near_duplicates import signature_of
from corpus.library.types import DEFAULT_COLLECTION, ArticleSummary, LibraryStore, PreparedArticle
from corpus.passages import cut_passages
from corpus.readers.types import LeftOut, Read, ReadArticle, Refused
from corpus.sentences import split_sentences
from index.types import Encoder, Vectors

BLOCK = 256  # texts encoded between two words of how far an article is

Outcome = Literal["added", "replaced", "moved", "unchanged", "duplicate", "refused", "left_out"]
_T = TypeVar("_T")
Tell = Callable[[int, int], None]  # how many of an article's texts are encoded, and of how many


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one article that was given.

    ``added``: it is new. ``replaced``: its text is the next version of an article. ``moved``: the same text, in another
    collection now. ``unchanged``: it is there already. ``duplicate``: stored, and linked to ``duplicate_of``, which it
    repeats. ``refused``: not stored, for ``reason``. ``left_out``: of no format that is read; ``reason`` is its suffix.
    """

    origin: str
    outcome: Outcome
    id: str | None = None  # this and the next two are None where it was not stored
    version: int | None = None
    title: str | None = None
    duplicate_of: str | None = None
    reason: str | None = None


def id_of(origin: str, salt: str = "") -> str:
    """Give the id of the article from ``origin``: the first 16 hex digits of the sha256 of salt and origin."""
    return hashlib.sha256((salt + origin).encode("utf-8", "backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CutArticle:
    """An article that is cut, and not encoded yet. ``read`` is what it was made of."""

    read: ReadArticle
    article: Article = field(repr=False)  # with the id that it will have
    sentences: tuple[Sentence, ...] = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)

    @property
    def texts(self) -> list[str]:
        """What is to be encoded: the passages, then the sentences."""
        return [passage.text for passage in self.passages] + [sentence.text for sentence in self.sentences]

    def with_vectors(self, vectors: Vectors, origin: str) -> PreparedArticle:
        """Give it ready to be stored, ``vectors`` being those of its ``texts``, a row each."""
        return PreparedArticle(
            article=self.article,
            sentences=self.sentences,
            passages=self.passages,
            sentence_vectors=vectors[len(self.passages) :],
            passage_vectors=vectors[: len(self.passages)],
            origin=origin,
            signature=signature_of(self.article.text),
        )


def cut_article(article: Article, read: ReadArticle) -> CutArticle:
    """Cut an article into sentences and passages."""
    sentences = split_sentences(article)
    return CutArticle(read, article, sentences, cut_passages(article, sentences))


def prepare(article: Article, origin: str, encoder: Encoder, tell: Tell | None = None) -> PreparedArticle:
    """Cut and encode an article, ready to be stored."""
    cut = cut_article(article, ReadArticle(article, origin))
    texts = cut.texts
    vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
    for start in range(0, len(texts), BLOCK):
        if tell is not None:
            tell(start, len(texts))
        vectors[start : start + BLOCK] = encoder.encode(texts[start : start + BLOCK])
    return cut.with_vectors(vectors, origin)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an article that was read goes, and what is there."""

    article: Article  # with its id
    origin: str
    collection: str
    known: ArticleSummary | None


class Ingest:
    """One run of taking articles in. Each is stored, wholly, before the next is read: stop it at any moment.

    ``look`` and ``keep`` are its two halves, for who encodes in between (``index/bulk.py``).

    Run again, it goes on: what is stored is told by its origin and fingerprint, before anything is encoded. The
    origin decides which article a text is, but for one with an id of its own (a JSON line's), where the id does.
    """

    def __init__(
        self,
        store: LibraryStore,
        open_encoder: Callable[[], Encoder],
        *,
        collection: str | None = None,
        tell: Tell | None = None,
        salt: str = "",
    ) -> None:
        """Take articles into ``store``.

        Args:
            store: the library.
            open_encoder: called once, when the first article has to be encoded.
            collection: where the articles go; by default where they are or, if they come from an export, were, and new
                ones to ``DEFAULT_COLLECTION``.
            tell: told how far the encoding of an article is, a block at a time.
            salt: goes into the ids that are made of origins, where the same origin may be in the library already
                without being seen: in a collection that ``store`` does not show.
        """
        self._store = store
        self._open_encoder = open_encoder
        self._encoder: Encoder | None = None
        self._collection = collection
        self._tell = tell
        self._salt = salt
        self._given: dict[str, int] = {}  # own ids of this run -> the first 64 bits of their texts' fingerprints

    def take_all(self, reads: Iterable[Read]) -> Iterator[Taken]:
        """Take in what is read, one after the other, and say of each what became of it.

        Raises:
            StoredDataError: the library cannot be written, or holds vectors of another encoder.
            EncoderError: the encoder cannot be opened.
        """
        return map(self.take, reads)

    def take(self, read: Read) -> Taken:
        """Take in one article; raises as ``take_all``."""
        return self._refusing(read, self._take)

    def look(self, read: Read) -> Taken | CutArticle:
        """Cut one article, if it has to be encoded at all; else say what became of it. Raises as ``take_all``."""
        return self._refusing(read, self._look)

    def keep(self, cut: CutArticle, vectors: Vectors) -> Taken:
        """Store what ``look`` gave, ``vectors`` being those of its texts; raises as ``take_all``.

        What the library holds is looked at anew: the article may have come in by another way meanwhile.
        """
        return self._refusing(cut.read, lambda read: self._keep(read, cut, vectors))

    @property
    def encoder(self) -> Encoder:
        """The encoder, opened when it is first asked for; raises as ``take_all``."""
        if self._encoder is None:
            self._encoder = self._open_encoder()
        return self._encoder

    def _refusing(self, read: Read, take: Callable[[ReadArticle], _T]) -> _T | Taken:
        if isinstance(read, LeftOut):
            return Taken(read.origin, "left_out", reason=read.suffix)
        if isinstance(read, Refused):
            return Taken(read.origin, "refused", reason=read.reason)
        try:
            return take(read)
        except ArticleError as error:
            return Taken(read.origin, "refused", reason=str(error))

    def _take(self, read: ReadArticle) -> Taken:
        place = self._place(read)
        if isinstance(place, Taken):
            return place
        return self._store_at(read, place, prepare(place.article, place.origin, self.encoder, self._tell))

    def _look(self, read: ReadArticle) -> Taken | CutArticle:
        place = self._place(read)
        return place if isinstance(place, Taken) else cut_article(place.article, read)

    def _keep(self, read: ReadArticle, cut: CutArticle, vectors: Vectors) -> Taken:
        place = self._place(read)
        if isinstance(place, Taken):
            return place
        if place.article.id != cut.article.id:
            return self._take(read)
        return self._store_at(read, place, cut.with_vectors(vectors, place.origin))

    def _place(self, read: ReadArticle) -> Taken | _Place:
        """Say where an article goes, or what became of it where nothing is to be done."""
        origin, known = self._recognise(read)
        id = read.article.id if read.has_own_id else known.id if known else id_of(origin, self._salt)
        article = replace(read.article, id=id)
        collection = self._collection or read.collection or (known.collection if known else DEFAULT_COLLECTION)
        if known and (known.fingerprint, known.collection) == (article.fingerprint, collection):
            return Taken(read.origin, "unchanged", id, known.version, known.title, known.duplicate_of)
        return _Place(article, origin, collection, known)

    def _store_at(self, read: ReadArticle, place: _Place, prepared: PreparedArticle) -> Taken:
        kept = self._store.upsert(prepared, encoder=self.encoder.name, collection=place.collection)
        moved = kept.outcome == "replaced" and place.known is not None and kept.version == place.known.version
        outcome = "moved" if moved else kept.outcome
        return Taken(read.origin, outcome, kept.id, kept.version, place.article.title, kept.duplicate_of)

    def _recognise(self, read: ReadArticle) -> tuple[str, ArticleSummary | None]:
        """Give the origin to store an article with, and the stored article that it is, if there is one.

        Raises:
            ArticleError: its id cannot be used.
        """
        if read.has_own_id:
            return self._check_own_id(read), self._current(read.article.id)
        known = self._store.find_origin(read.origin)
        if known is None and (other := self._current(id_of(read.origin, self._salt))):
            raise ArticleError(
                f"The id {other.id!r} that goes with it is taken by the article from {other.origin}. Remove that one."
            )
        return read.origin, known

    def _check_own_id(self, read: ReadArticle) -> str:
        """Give the origin to store: a line's number changes when a line is put in above it, the id doesn't."""
        id = read.article.id
        if not is_article_id(id):
            shown = id if len(id) <= 70 else f"{id[:70]}…"
            raise ArticleError(
                f"The id {shown!r} cannot be used. Give 1 to 64 of the letters A-Z and a-z, digits, '.', '_' and '-'."
            )
        fingerprint = int(read.article.fingerprint[:16], 16)
        if self._given.setdefault(id, fingerprint) != fingerprint:
            raise ArticleError(f"The id {id!r} was given to another text just before. Give each text an id of its own.")
        return read.first_origin or f"{read.origin.rpartition('#')[0] or read.origin}#{id}"

    def _current(self, id: str) -> ArticleSummary | None:
        try:
            return self._store.versions(id)[-1]
        except NoSuchArticleError:
            return None
