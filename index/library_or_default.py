"""What is asked where no file is named: the library while it holds articles, else the default article."""

import threading
from collections.abc import Callable, Collection, Sequence

from corpus import Article, Sentence
from corpus.library.types import ALL, Filter
from index.types import ArticleFacts, Encoder, Hit, Mode, SearchIndex, Vectors


class LibraryOrDefault:
    """Both as one index: a server that was started before the first article was added asks it all the same."""

    def __init__(
        self, encoder: Encoder, open_library: Callable[[], SearchIndex | None], open_default: Callable[[], SearchIndex]
    ) -> None:
        """Ask what ``open_library`` gives, if it gives something (it is called until it does), else the default."""
        self.encoder = encoder
        self._open_library, self._open_default = open_library, open_default
        self._library: SearchIndex | None = None
        self._default: SearchIndex | None = None
        self._lock = threading.Lock()

    @property
    def asked(self) -> SearchIndex:
        """Which of the two is asked now."""
        with self._lock:
            self._library = self._library or self._open_library()
            if self._library is not None and self._library.articles:
                return self._library
            self._default = self._default or self._open_default()
            return self._default

    @property
    def articles(self) -> Collection[ArticleFacts]:
        """The articles."""
        return self.asked.articles

    def article(self, id: str) -> Article:
        """Give the article of that id; raises NoSuchArticleError."""
        return self.asked.article(id)

    def sentences(self, article_id: str) -> Sequence[Sentence]:
        """Give the article's sentences, in order; raises NoSuchArticleError."""
        return self.asked.sentences(article_id)

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
        return self.asked.search(question, k, vector=vector, mode=mode, where=where)
