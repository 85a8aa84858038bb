"""The articles that were asked last, kept in memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from corpus.errors import NoSuchArticleError
from corpus.library.types import LibraryArticle, LibraryStore
from index.types import Vectors

_MOST = 128  # articles; a long one takes some hundred kilobytes, most of it vectors


@dataclass(frozen=True, slots=True)
class HeldArticle:
    """A version of an article with its sentences' vectors, ``(len(sentences), dim)``."""

    stored: LibraryArticle
    vectors: Vectors

    def place_of(self, id: int) -> int | None:
        """Give which of its passages has that id; None where it is another version's."""
        place = id - self.stored.first_id
        return place if 0 <= place < len(self.stored.passages) else None


class RecentArticles:
    """The articles of passages, read from the library; those asked last stay. Safe to use from many threads."""

    def __init__(self, store: LibraryStore) -> None:
        """Keep articles of ``store``."""
        self._store = store
        self._held: OrderedDict[str, HeldArticle] = OrderedDict()  # by id, the one asked last at the end
        self._lock = threading.Lock()

    def of_passage(self, article_id: str, id: int) -> HeldArticle | None:
        """Give the version of the article that the passage ``id`` belongs to; None where another is current.

        Whether the passage still is current is the caller's to ask, afterwards: ids are given once, so what is current
        then was current all the while.
        """
        with self._lock:
            held = self._held.get(article_id)
            if held is not None and held.place_of(id) is not None:
                self._held.move_to_end(article_id)
                return held
        try:
            stored = self._store.get(article_id)
            held = HeldArticle(stored, self._store.sentence_vectors(article_id))
        except NoSuchArticleError:
            return None
        if held.place_of(id) is None or len(held.vectors) != len(stored.sentences):
            return None
        with self._lock:
            self._held[article_id] = held
            self._held.move_to_end(article_id)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return held
