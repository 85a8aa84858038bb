"""The library as a server reads and changes it. What the bot asks follows by itself: it looks before every question."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.bot import Bot
from bot.settings import Settings
from corpus import Article, Sentence
from corpus.errors import BusyError, NoSuchArticleError, StoredDataError
from corpus.library import open_library
from corpus.library.shelves import ShelfStore
from corpus.library.talk import ConversationStore
from corpus.library.types import Filter, LibraryArticle, LibraryStore
from corpus.readers.child import ChildParser
from corpus.readers.types import ReadLimits
from index.filtering import fits
from index.types import ArticleFacts, Encoder

if TYPE_CHECKING:
    from corpus.library.stored_library import StoredLibrary

_LOOK_AGAIN = 0.5  # seconds between two looks whether another process is done


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article as the API gives it; what only the library knows is None for one that is not in it."""

    article: Article
    sentences: Sequence[Sentence] = field(repr=False)
    collection: str | None = None
    added: datetime | None = None  # UTC
    duplicate_of: str | None = None

    @classmethod
    def of(cls, stored: LibraryArticle) -> "ShownArticle":
        """Make one of what the library gives."""
        return cls(stored.article, stored.sentences, stored.collection, stored.added, stored.duplicate_of)


class ServedLibrary:
    """The library of a data folder, opened when it is first needed. Safe to use from many threads."""

    def __init__(self, settings: Settings, encoder: Encoder, limits: ReadLimits | None = None) -> None:
        """Serve the library of ``settings``; what is added is encoded by ``encoder`` and read within ``limits``."""
        self.settings, self.encoder, self.limits = settings, encoder, limits or ReadLimits()
        self._store: StoredLibrary | None = None
        self._parser: ChildParser | None = None
        self._lock = threading.Lock()

    @property
    def salt(self) -> str:
        """What goes into the ids made for articles: see ``Ingest``."""
        return ""

    def collection_for(self, named: str | None) -> str | None:
        """Give the collection that something is to go to, None for where it goes of itself."""
        return named

    def reading(self) -> LibraryStore | None:
        """Give the library; None while there is none.

        Raises:
            StoredDataError: it cannot be opened.
        """
        return self._open() if self._store is not None or self.settings.has_library else None

    def writing(self) -> LibraryStore:
        """Give the library; it is made if there is none.

        Raises:
            StoredDataError: it cannot be opened or made.
        """
        return self._open()

    def talk(self) -> ConversationStore:
        """Give the conversations and the feedback, which lie in the library's file; it is made if there is none.

        Raises:
            StoredDataError: it cannot be opened or made.
        """
        return self._open().talk

    def shelves(self) -> ShelfStore | None:
        """Give the library for browsing; None while there is none. Raises as ``reading``."""
        return self._open().shelves if self.reading() is not None else None

    def _open(self) -> "StoredLibrary":
        with self._lock:
            if self._store is None:
                self._store = open_library(self.settings.library_place)
            return self._store

    @contextmanager
    def alone(self, look: Callable[[], None]) -> Iterator[None]:
        """Wait until no other process adds to the library; ``look`` is called now and then and may raise.

        Raises:
            StoredDataError: the data folder cannot be locked.
        """
        from index.storage import locked

        while True:
            look()
            lock = locked(self.settings.data, wait_seconds=_LOOK_AGAIN)
            with suppress(BusyError):
                lock.__enter__()
                break
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def catch_up(self) -> None:
        """Bring what is derived on disk up to date, so that nothing removed stays there."""
        from index.catch_up import catch_up

        with suppress(OSError, StoredDataError):
            store = self._open()
            if store.search is None:
                catch_up(store, self.settings.library_index)

    @property
    def parser(self) -> ChildParser:
        """What parses files, in a process of its own that is started when first needed: for the jobs' thread alone."""
        if self._parser is None:
            self._parser = ChildParser(self.limits)
        return self._parser

    def close(self) -> None:
        """Let go of the library."""
        if self._parser is not None:
            self._parser.close()
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def find_article(library: ServedLibrary | None, bot: Bot, article_id: str, version: int | None = None) -> ShownArticle:
    """Give an article of the library, by default in its current version, or one that the bot asks without a library.

    Raises:
        NoSuchArticleError: it is not there.
    """
    store = library.reading() if library else None
    if store is not None:
        try:
            return ShownArticle.of(store.get(article_id, version))
        except NoSuchArticleError:
            if store.count():  # else the bot asks the default article
                raise
    sentences = bot.sentences(article_id)
    # Not asked for apart where it need not be: it may have another version by now.
    article = sentences[0].article if sentences else bot.article(article_id)
    if version not in (None, article.version):
        raise NoSuchArticleError(f"The article {article_id!r} has no version {version}. It has {article.version}.")
    return ShownArticle(article, tuple(sentences))


def page_of_articles(
    library: ServedLibrary | None, bot: Bot, where: Filter, after: str | None, limit: int
) -> tuple[Sequence[ArticleFacts], int, str | None]:
    """Give a page of the articles that fit, how many fit in all, and the id to go on after, if more follow."""
    store = library.reading() if library else None
    if store is not None and store.count():
        page = store.scan(where, after=after, limit=limit + 1)
        total = store.count(where)
        return page[:limit], total, page[limit - 1].id if len(page) > limit else None
    # One article or a few; they stay in the order they are shown in.
    listed = [article for article in bot.articles if fits(article, where)]
    start = next((place + 1 for place, article in enumerate(listed) if article.id == after), 0)
    found = listed[start : start + limit]
    return found, len(listed), found[-1].id if start + limit < len(listed) else None
