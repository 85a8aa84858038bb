"""Removing an article: asked first, done at once and wholly, and undone within some minutes by whoever did it."""

import logging
from contextlib import suppress

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from corpus.errors import ArticleError, DamagedArticleError, NoSuchArticleError, StoredDataError, VersionConflictError
from web.access.access import access_of
from web.api.common import address_of, readable
from web.library.access import library_to_change
from web.library.forms import fields_of
from web.library.found import article_of_page
from web.library.removed import KEPT_FOR, Removed, RemovedArticles
from web.problems import Problem
from web.rendering import render
from web.served_library import ServedLibrary, ShownArticle

router = APIRouter(include_in_schema=False)

_LOG = logging.getLogger(__name__)
_CANNOT_WRITE = (
    "The library cannot be changed now: another program is writing it, or its disk is full or may not be written. "
    "Nothing was changed. The server's log says which; try again."
)


@readable(router, "/library/articles/{article_id}/remove")
def remove_page(request: Request, article_id: str) -> Response:
    """Ask whether an article is to be removed."""
    library_to_change(request)
    try:
        return _ask(request, _own_article(request, article_id))
    except DamagedArticleError as error:
        return _ask_of_damaged(request, article_id, error)


@router.post("/library/articles/{article_id}/remove")
async def remove(request: Request, article_id: str) -> Response:
    """Remove an article, if it still is in the version that was looked at; a damaged one goes for good."""
    library = library_to_change(request)
    fields = await fields_of(request)
    try:
        return await run_in_threadpool(_remove, request, library, article_id, fields.get("version", ""))
    except DamagedArticleError as error:  # it could not be put back
        if "for-good" in fields:
            return await run_in_threadpool(_remove_for_good, request, library, article_id)
        return await run_in_threadpool(_ask_of_damaged, request, article_id, error, 409)


@readable(router, "/library/removed/{token}")
def removed_page(request: Request, token: str) -> Response:
    """Say that an article was removed, and offer to undo that while it can be."""
    library_to_change(request)
    return _removed(request, token)


@router.post("/library/removed/{token}/undo")
def undo_removal(request: Request, token: str) -> Response:
    """Put a removed article back, with all its versions."""
    library = library_to_change(request)
    kept, shelves = _kept(request), library.shelves()
    removed = kept.take(token) if _look(request, token) else None
    if removed is None or shelves is None:
        return _removed(request, token)
    try:
        shelves.put_back(removed.article)
    except (ArticleError, StoredDataError) as error:
        kept.hold_again(token, removed)
        said = str(error) if isinstance(error, ArticleError) else _said_of(error)
        return _removed(request, token, f"It could not be put back. {said}", 409)
    except BaseException:
        kept.hold_again(token, removed)
        raise
    address = address_of(request, f"/library/articles/{removed.article.current.article.id}")
    return RedirectResponse(f"{address}?said=back", 303)


def _remove(request: Request, library: ServedLibrary, article_id: str, version: str) -> Response:
    shown = _own_article(request, article_id)
    shelves = library.shelves()
    if shelves is None or not version.isascii() or not version.isdecimal():
        return _ask(request, shown)
    try:
        withdrawn = shelves.withdraw(article_id, if_version=int(version[:10]))
    except VersionConflictError:
        said = "Somebody has changed the article meanwhile: it has a new version. Look at it, then decide."
        return _ask(request, shown, said, 409)
    except NoSuchArticleError:  # somebody was quicker
        return RedirectResponse(address_of(request, "/library"), 303)
    except DamagedArticleError:
        raise
    except StoredDataError as error:
        return _ask(request, shown, _said_of(error), 503)
    token = _kept(request).hold(withdrawn)
    address = address_of(request, f"/library/removed/{token}")
    return RedirectResponse(address, 303, background=BackgroundTask(library.catch_up))


def _remove_for_good(request: Request, library: ServedLibrary, article_id: str) -> Response:
    with suppress(NoSuchArticleError):  # somebody was quicker
        library.writing().delete(article_id)
    return RedirectResponse(address_of(request, "/library"), 303, background=BackgroundTask(library.catch_up))


def _ask_of_damaged(request: Request, article_id: str, error: DamagedArticleError, status: int = 200) -> Response:
    """Ask whether an article that cannot be put back is to be removed all the same."""
    _LOG.warning("%s", error)
    return render(request, "library_remove_damaged.html", {"id": article_id}, status=status)


def _ask(request: Request, shown: ShownArticle, error: str = "", status: int = 200) -> Response:
    context = {"shown": shown, "error": error, "minutes": round(KEPT_FOR / 60)}
    return render(request, "library_remove.html", context, status=status)


def _removed(request: Request, token: str, error: str = "", status: int = 200) -> Response:
    kept = _kept(request)
    removed = _look(request, token)
    minutes = round(kept.seconds_left(removed) / 60) if removed else 0
    context = {"removed": removed, "token": token, "minutes": minutes, "error": error}
    return render(request, "library_removed.html", context, status=status if removed else 410)


def _own_article(request: Request, article_id: str) -> ShownArticle:
    """Give an article of the library's own.

    Raises:
        Problem: it is not there, or comes with the program.
    """
    shown = article_of_page(request, article_id)
    if shown.collection is None:
        raise Problem("not-in-library", "This article comes with the program and cannot be removed.")
    return shown


def _look(request: Request, token: str) -> Removed | None:
    """Give what is held under the token, if whoever asks may see its collection."""
    removed = _kept(request).look(token)
    return removed if removed and access_of(request).may_use(removed.article.collection) else None


def _kept(request: Request) -> RemovedArticles:
    removed: RemovedArticles = request.app.state.removed
    return removed


def _said_of(error: StoredDataError) -> str:
    _LOG.warning("%s", error)  # its own words name files of the server's
    return _CANNOT_WRITE
