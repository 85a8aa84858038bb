"""A library as somebody sees it who may use some of its collections: the others are as if they were not there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from corpus.errors import NoSuchArticleError, OutOfReachError
from corpus.library.types import (
    ALL,
    DEFAULT_COLLECTION,
    ArticleSummary,
    Changes,
    Filter,
    Health,
    Ids,
    Kept,
    LibraryArticle,
    LibraryStore,
    PassageRow,
    PreparedArticle,
    Rows,
)


class ConfinedLibrary:
    """A ``LibraryStore`` of the articles of ``collections`` alone.

    An article of another collection is told just as one that is not there. Ids are the whole library's, though: one
    that another collection has taken cannot be given again.
    """

    def __init__(self, store: LibraryStore, collections: frozenset[str]) -> None:
        """See of ``store`` what is in ``collections``, which need not be there yet."""
        self._store, self._allowed = store, collections

    @property
    def identity(self) -> str:
        """A random name given to the library when it was made."""
        return self._store.identity

    @property
    def generation(self) -> int:
        """How many changes the whole library has seen."""
        return self._store.generation

    @property
    def encoder(self) -> tuple[str, int] | None:
        """Whose vectors the whole library holds, and of how many numbers each is."""
        return self._store.encoder

    def upsert(self, prepared: PreparedArticle, *, encoder: str, collection: str = DEFAULT_COLLECTION) -> Kept:
        """Store an article: see ``LibraryStore.upsert``.

        Raises:
            OutOfReachError: the collection is another, or the id is taken there.
        """
        if collection not in self._allowed:
            raise OutOfReachError(f"The collection {collection!r} may not be used. Name one of {self._named()}.")
        id = prepared.article.id
        if not self._holds(id) and self._store.count(Filter(articles=frozenset({id}))):
            raise OutOfReachError(f"The id {id!r} is taken. Give another one.")
        return self._store.upsert(prepared, encoder=encoder, collection=collection)

    def replace(self, prepared: PreparedArticle, *, encoder: str, if_version: int) -> Kept:
        """Store the next version of an article: see ``LibraryStore.replace``."""
        self._look_for(prepared.article.id)
        return self._store.replace(prepared, encoder=encoder, if_version=if_version)

    def delete(self, article_id: str) -> None:
        """Take an article out: see ``LibraryStore.delete``."""
        self._look_for(article_id)
        self._store.delete(article_id)

    def get(self, article_id: str, version: int | None = None) -> LibraryArticle:
        """Give an article: see ``LibraryStore.get``."""
        self._look_for(article_id, version)  # first, so that of another one's versions nothing is said
        found = self._store.get(article_id, version)
        if found.collection not in self._allowed:  # moved since
            raise _no_such(article_id, version)
        return found

    def find_origin(self, origin: str, where: Filter = ALL) -> ArticleSummary | None:
        """Give the article that came from ``origin``, if one that fits did."""
        return self._store.find_origin(origin, self._confine(where))

    def near_duplicate(
        self, signature: NDArray[np.uint32], *, but: str | None = None, collection: str = DEFAULT_COLLECTION
    ) -> str | None:
        """Give the id of the original whose signature is nearly ``signature``: see ``LibraryStore.near_duplicate``."""
        if collection not in self._allowed:
            return None
        return self._store.near_duplicate(signature, but=but, collection=collection)

    def scan(self, where: Filter = ALL, *, after: str | None = None, limit: int = 100) -> Sequence[ArticleSummary]:
        """Give up to ``limit`` articles in the order of their ids, those behind the id ``after``."""
        return self._store.scan(self._confine(where), after=after, limit=limit)

    def versions(self, article_id: str) -> Sequence[ArticleSummary]:
        """Give every version of an article: see ``LibraryStore.versions``."""
        found = self._store.versions(article_id) if self._holds(article_id) else ()
        if not found or found[-1].collection not in self._allowed:
            raise _no_such(article_id)
        return found

    def collections(self) -> dict[str, int]:
        """Give the names of the collections that may be used with how many articles each holds."""
        return {name: number for name, number in self._store.collections().items() if name in self._allowed}

    def count(self, where: Filter = ALL) -> int:
        """Give how many articles fit."""
        return self._store.count(self._confine(where))

    def passage_ids(self, where: Filter = ALL) -> Ids:
        """Give the ids of all current passages of the articles that fit, ascending."""
        return self._store.passage_ids(self._confine(where))

    def passages(self, ids: Sequence[int]) -> Iterator[PassageRow]:
        """Give these current passages: see ``LibraryStore.passages``."""
        own = frozenset(self.passage_ids().tolist())
        for id in ids:
            if id not in own:
                raise KeyError(id)
        yield from self._store.passages(ids)

    def owners(self, ids: Sequence[int]) -> dict[int, str]:
        """Give the article of each of these passages that is current and can be seen."""
        own = frozenset(self.passage_ids().tolist())
        return self._store.owners([id for id in ids if id in own])

    def sentence_vectors(self, article_id: str) -> Rows:
        """Give the vectors of the current version's sentences: see ``LibraryStore.sentence_vectors``."""
        self._look_for(article_id)
        return self._store.sentence_vectors(article_id)

    def changes(self, since: int) -> Changes:
        """Raise ValueError: what left a collection is known of the whole library alone. Build from ``passage_ids``."""
        raise ValueError(f"What changed since generation {since} is not known of some collections alone.")

    def health(self) -> Health:
        """Give counts of what can be seen; generation, schema, encoder and bytes are the whole library's."""
        health = self._store.health()
        versions = sum(summary.version for page in self._pages() for summary in page)
        return replace(health, articles=self.count(), versions=versions, passages=len(self.passage_ids()))

    def close(self) -> None:
        """Do nothing: the library is closed where it was opened."""

    def _confine(self, where: Filter) -> Filter:
        named = self._allowed if where.collections is None else where.collections & self._allowed
        return replace(where, collections=named)

    def _holds(self, article_id: str) -> bool:
        return self.count(Filter(articles=frozenset({article_id}))) > 0

    def _look_for(self, article_id: str, version: int | None = None) -> None:
        if not self._holds(article_id):
            raise _no_such(article_id, version)

    def _pages(self) -> Iterator[Sequence[ArticleSummary]]:
        page = self.scan(limit=1_000)
        while page:
            yield page
            page = self.scan(after=page[-1].id, limit=1_000)

    def _named(self) -> str:
        return ", ".join(repr(name) for name in sorted(self._allowed))


def _no_such(article_id: str, version: int | None = None) -> NoSuchArticleError:
    from corpus.library.reading import no_such

    return no_such(article_id, version)
