"""What people who keep a library need beside asking it: browsing in an order of theirs, and taking an article out so
that it can be put back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from corpus.errors import OutOfReachError
from corpus.library.types import ALL, ArticleSummary, Filter, Kept, LibraryArticle, PreparedArticle

Order = Literal["added", "published", "title"]  # stored last first; newest first, those without a date last; A to Z


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All that a library held of an article that was taken out of it, ready to be put back."""

    current: PreparedArticle
    earlier: tuple[LibraryArticle, ...]  # the versions before the current one, oldest first
    collection: str
    added: datetime = field(repr=False)  # UTC; when the current version was stored
    encoder: str = field(repr=False)

    @property
    def characters(self) -> int:
        """How long the texts of all its versions are together, in code points."""
        return len(self.current.article.text) + sum(len(one.article.text) for one in self.earlier)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and how long the list is."""

    total: int
    articles: Sequence[ArticleSummary]


class ShelfStore(Protocol):
    """A library for browsing. Methods raise ``StoredDataError`` when it cannot be read or written."""

    def page(self, where: Filter = ALL, *, order: Order = "added", skip: int = 0, limit: int = 50) -> Page:
        """Give up to ``limit`` of the articles that fit, behind the first ``skip`` in that order."""
        ...

    def titles(self, where: Filter = ALL) -> Sequence[tuple[str, str]]:
        """Give the id and the title of every article that fits, in no order."""
        ...

    def sources(self, where: Filter = ALL) -> Mapping[str, int]:
        """Give every source with how many of the articles that fit are from it, by name."""
        ...

    def languages(self, where: Filter = ALL) -> Mapping[str, int]:
        """Give every language's code with how many of the articles that fit are in it, by code."""
        ...

    def withdraw(self, article_id: str, *, if_version: int | None = None, where: Filter = ALL) -> Withdrawn:
        """Take an article out with all its versions, as ``LibraryStore.delete`` does, and give all that was held.

        Raises:
            NoSuchArticleError: it is not there, or does not fit ``where``.
            VersionConflictError: ``if_version`` is given, and another version is the current one.
            DamagedArticleError: it could not be put back, as it is not as it was stored; it stays. ``delete`` takes it.
        """
        ...

    def put_back(self, withdrawn: Withdrawn) -> Kept:
        """Put an article back with all its versions, as they were; nothing is encoded.

        If a near-duplicate answers by now, the article comes back as that one's duplicate.

        Raises:
            ArticleError: an article of that id is there again.
            IndexMismatchError: the library holds vectors of another encoder by now.
        """
        ...


class ConfinedShelves:
    """A ``ShelfStore`` of the articles of some collections alone, the others being as if they were not there."""

    def __init__(self, shelves: ShelfStore, collections: frozenset[str]) -> None:
        """See of ``shelves`` what is in ``collections``."""
        self._shelves, self._allowed = shelves, collections

    def page(self, where: Filter = ALL, *, order: Order = "added", skip: int = 0, limit: int = 50) -> Page:
        """Give a page: see ``ShelfStore.page``."""
        return self._shelves.page(self._confine(where), order=order, skip=skip, limit=limit)

    def titles(self, where: Filter = ALL) -> Sequence[tuple[str, str]]:
        """Give ids and titles: see ``ShelfStore.titles``."""
        return self._shelves.titles(self._confine(where))

    def sources(self, where: Filter = ALL) -> Mapping[str, int]:
        """Give the sources: see ``ShelfStore.sources``."""
        return self._shelves.sources(self._confine(where))

    def languages(self, where: Filter = ALL) -> Mapping[str, int]:
        """Give the languages: see ``ShelfStore.languages``."""
        return self._shelves.languages(self._confine(where))

    def withdraw(self, article_id: str, *, if_version: int | None = None, where: Filter = ALL) -> Withdrawn:
        """Take an article out: see ``ShelfStore.withdraw``."""
        return self._shelves.withdraw(article_id, if_version=if_version, where=self._confine(where))

    def put_back(self, withdrawn: Withdrawn) -> Kept:
        """Put an article back: see ``ShelfStore.put_back``.

        Raises:
            OutOfReachError: it was in a collection that may not be used.
        """
        if withdrawn.collection not in self._allowed:
            raise OutOfReachError(f"The collection {withdrawn.collection!r} may not be used.")
        return self._shelves.put_back(withdrawn)

    def _confine(self, where: Filter) -> Filter:
        named = self._allowed if where.collections is None else where.collections & self._allowed
        return replace(where, collections=named)
