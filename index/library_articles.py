"""What a library holds, as a collection to walk through."""

from collections.abc import Collection, Iterator

from corpus.library.types import ArticleSummary, LibraryStore

_PAGE = 200  # articles read at a time


class LibraryArticles(Collection[ArticleSummary]):
    """The articles of a library, in the order of their ids: counted at once, read page by page."""

    def __init__(self, store: LibraryStore) -> None:
        """List the articles of ``store``."""
        self._store = store

    def __len__(self) -> int:
        return self._store.count()

    def __bool__(self) -> bool:
        return bool(self._store.scan(limit=1))  # counting takes longer the more there are

    def __iter__(self) -> Iterator[ArticleSummary]:
        after: str | None = None
        while page := self._store.scan(after=after, limit=_PAGE):
            yield from page
            after = page[-1].id

    def __contains__(self, article: object) -> bool:
        return any(known == article for known in self)
