"""What a library holds, as a collection to walk through."""

from collections.abc import Collection, Iterator

from corpus.errors import DamagedArticleError
from corpus.library.types import ArticleSummary, LibraryStore

_PAGE = 200  # articles read at a time


class LibraryArticles(Collection[ArticleSummary]):
    """The articles of a library, in the order of their ids: counted at once, read page by page.

    One that is damaged, so that it cannot be told what it is called or of what day it is, is passed over.
    """

    def __init__(self, store: LibraryStore) -> None:
        """List the articles of ``store``."""
        self._store = store

    def __len__(self) -> int:
        return self._store.count()

    def __bool__(self) -> bool:
        try:
            return bool(self._store.scan(limit=1))  # counting takes longer the more there are
        except DamagedArticleError:
            return True

    def __iter__(self) -> Iterator[ArticleSummary]:
        after: str | None = None
        limit = _PAGE
        while True:
            try:
                page = self._store.scan(after=after, limit=limit)
            except DamagedArticleError as error:
                if limit > 1:
                    limit //= 2  # until it stands alone
                    continue
                if not isinstance(error.article_id, str):
                    return  # an id that is no text: these come last
                after, limit = error.article_id, _PAGE
                continue
            if not page:
                return
            yield from page
            after, limit = page[-1].id, _PAGE

    def __contains__(self, article: object) -> bool:
        return any(known == article for known in self)
