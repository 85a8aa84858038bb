"""Asking one collection: what a page says of it in place of what it says of all articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from corpus.library.types import Filter
from index.filtering import no_collection
from index.types import ArticleFacts
from web.api.common import library_of
from web.asking import Exchange

MOST_LISTED = 50  # articles on the first page


@dataclass(frozen=True, slots=True)
class Listing:
    """The articles that can be asked: how many there are, and the first of them."""

    count: int
    articles: Sequence[ArticleFacts]


def asked_collection(
    request: Request, collection: str | None, article: str | None, exchange: Exchange | None
) -> dict[str, Any]:
    """Give what a page shows of the collection that is asked, to be put over ``chat_context``; nothing without one.

    Raises:
        NoSuchArticleError: there is no such collection.
    """
    if collection is None:
        return {}
    library = library_of(request)
    store = library.reading() if library else None
    known = store.collections() if store else {}
    if store is None or collection not in known:
        raise no_collection(collection, known)
    shown = article is not None or bool(exchange and exchange.answer and exchange.answer.citations)
    where = Filter(collections=frozenset({collection}))
    articles = [] if shown else store.scan(where, limit=MOST_LISTED)
    return {
        "collection": collection,
        "listing": Listing(known[collection], articles),
        "several": article is None and known[collection] > 1,
    }
