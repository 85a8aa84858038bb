"""The article that a page is about."""

from starlette.requests import Request

from corpus.errors import NoSuchArticleError
from web.api.common import bot_of, library_of
from web.problems import Problem
from web.served_library import ShownArticle, find_article


def article_of_page(request: Request, article_id: str, version: int | None = None) -> ShownArticle:
    """Give an article, by default in its current version.

    Raises:
        Problem: the article or the version is not there, in words for who reads a page.
    """
    try:
        return find_article(library_of(request), bot_of(request), article_id, version)
    except NoSuchArticleError:
        what = "article" if version is None else f"version {version} of an article"
        raise Problem(
            "no-such-article",
            f"There is no {what} at this address: it was removed, or never there. The library lists what is there.",
        ) from None
