"""The articles that a page asks where it asks no single one: all of them, or those of one collection."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from starlette.requests import Request

from corpus.library.types import ALL, Filter
from index.filtering import no_collection
from index.types import ArticleFacts
from web.api.common import bot_of, library_of

MOST_LISTED = 50  # articles on the first page


@dataclass(frozen=True, slots=True)
class Listing:
    """The articles that can be asked: how many there are, and the newest of them."""

    count: int
    articles: Sequence[ArticleFacts]


def asked_articles(request: Request, collection: str | None, limit: int) -> Listing:
    """Give the articles that are asked, of one collection or all: the first ``limit``, those published last first.

    Raises:
        NoSuchArticleError: there is no such collection.
    """
    library = library_of(request)
    store, shelves = (library.reading(), library.shelves()) if library else (None, None)
    known = store.collections() if store else {}
    if collection is not None and collection not in known:
        raise no_collection(collection, known)
    if shelves is None or not known:  # the bot asks one article, or a few, in an order of their own
        articles = bot_of(request).articles
        return Listing(len(articles), list(islice(articles, limit)))
    where = ALL if collection is None else Filter(collections=frozenset({collection}))
    page = shelves.page(where, order="published", limit=limit)
    return Listing(page.total, page.articles)
