"""An index as somebody sees it who may ask some of the library's collections: the others are as if not there."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from corpus import Article, Sentence
from corpus.errors import NoSuchArticleError
from corpus.library.types import ALL, Filter, LibraryStore
from index.filtering import no_article, no_collection, none_answers, none_fits
from index.library_articles import LibraryArticles
from index.types import ArticleFacts, Encoder, Hit, Mode, SearchIndex, Vectors


class ConfinedIndex:
    """A ``SearchIndex`` of the articles that a confined library shows. What is in no collection is not in it.

    A passage's lexical score goes on to count how common its words are in the whole library.
    """

    def __init__(
        self, index: SearchIndex, reading: Callable[[], LibraryStore | None], collections: frozenset[str]
    ) -> None:
        """Ask ``index`` for what is in ``collections``; ``reading`` gives the library that shows these alone."""
        self._index, self._reading, self._allowed = index, reading, collections

    @property
    def encoder(self) -> Encoder:
        """Whose vectors it holds."""
        return self._index.encoder

    @property
    def articles(self) -> Collection[ArticleFacts]:
        """The articles, in the order of their ids."""
        store = self._reading()
        return LibraryArticles(store) if store else ()

    def article(self, id: str) -> Article:
        """Give the article of that id; raises NoSuchArticleError."""
        return self._store_with(id).get(id).article

    def sentences(self, article_id: str) -> Sequence[Sentence]:
        """Give the article's sentences, in order; raises NoSuchArticleError."""
        return self._store_with(article_id).get(article_id).sentences

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        vector: Vectors | None = None,
        mode: Mode = "hybrid",
        where: Filter = ALL,
    ) -> list[Hit]:
        """Find passages, as ``SearchIndex`` says."""
        store = self._reading()
        if store is None:
            raise none_fits(where)
        self._check(store, where)
        named = self._allowed if where.collections is None else where.collections & self._allowed
        confined = replace(where, collections=named.intersection(store.collections()))
        try:
            return self._index.search(question, k, vector=vector, mode=mode, where=confined)
        except NoSuchArticleError:  # whose words may tell of other collections
            self._check(store, where)
            raise none_answers(store, where) from None

    def _store_with(self, article_id: str) -> LibraryStore:
        store = self._reading()
        if store is None:
            raise no_article(article_id, ())
        return store

    def _check(self, store: LibraryStore, where: Filter) -> None:
        """Raise for what ``where`` names and cannot be seen, as the index does for what is not there."""
        for id in sorted(where.articles or ()):
            if not store.count(Filter(articles=frozenset({id}))):
                raise no_article(id, self.articles)
        known = store.collections()
        for name in sorted((where.collections or frozenset()) - known.keys()):
            raise no_collection(name, known)
