"""An article of the library: its text and facts, its versions, what changed between two of them, another collection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from corpus.errors import DamagedArticleError
from corpus.library.types import ArticleSummary
from web.adding import move_article
from web.api.common import address_of, end_of, jobs_of, library_of, readable
from web.article_view import view_article
from web.jobs import Job
from web.library.access import collections_to_choose, library_to_change, may_change
from web.library.changes import compare
from web.library.forms import CollectionChoice, fields_of, read_collection
from web.library.found import article_of_page
from web.library.listing import originals_of
from web.library.words import language_name, moment
from web.problems import Problem
from web.rendering import render
from web.served_library import ShownArticle

router = APIRouter(include_in_schema=False)

SOON = 2.0  # seconds that a page waits for a short job before it shows how far that is
_NOTICES = {
    "back": "It is back, with all its versions.",
    "moved": "It is in this collection now.",
}


@dataclass(frozen=True, slots=True)
class Whole:
    """An article in one of its versions, with what the library knows of all of them."""

    shown: ShownArticle
    versions: Sequence[ArticleSummary]  # the oldest first; none for an article that is not in a library

    @property
    def is_current(self) -> bool:
        """Whether this version is the one that is asked."""
        return not self.versions or self.shown.article.version == self.versions[-1].version


@readable(router, "/library/articles/{article_id}")
def article_page(request: Request, article_id: str, version: str = "") -> Response:
    """Show an article, by default in its current version; who may remove a damaged one is led there."""
    try:
        return _page(request, _whole(request, article_id, _number(version)))
    except DamagedArticleError:
        if version or not may_change(request):
            raise
        return RedirectResponse(address_of(request, f"/library/articles/{article_id}/remove"), 303)


@readable(router, "/library/articles/{article_id}/changes")
def changes_page(request: Request, article_id: str) -> Response:
    """Show what changed between two versions of an article: by default between the last two."""
    whole = _whole(request, article_id, None)
    current = whole.shown.article.version
    asked = {name: _number(request.query_params.get(name, "")) for name in ("from", "to")}
    new = current if asked["to"] is None else asked["to"]
    old = max(1, new - 1) if asked["from"] is None else asked["from"]
    versions = [article_of_page(request, article_id, number) for number in (old, new)]
    context = {
        "whole": whole,
        "old": versions[0].article,
        "new": versions[1].article,
        "comparison": compare(versions[0].sentences, versions[1].sentences),
        "moment": moment,
    }
    return render(request, "library_changes.html", context)


@router.post("/library/articles/{article_id}/move")
async def move(request: Request, article_id: str) -> Response:
    """Put an article into another collection, which may be a new one."""
    library = library_to_change(request)
    choice = read_collection(await fields_of(request))
    whole = await run_in_threadpool(_whole, request, article_id, None)
    if whole.shown.collection is None:
        raise Problem("not-in-library", "This article comes with the program and is in no collection.")
    if choice.error or choice.name is None:
        return await run_in_threadpool(_page, request, whole, choice, 422)
    if choice.name == whole.shown.collection:
        return _to_article(request, article_id)
    try:
        job = jobs_of(request).submit(Job("move", move_article(library, whole.shown.article.id, choice.name)))
    except Problem as problem:  # too many wait, or the key is not for that collection
        told = replace(choice, error=problem.detail)
        return await run_in_threadpool(_page, request, whole, told, problem.status_code)
    if await end_of(job, SOON) and job.counts["moved"]:
        return _to_article(request, article_id, "moved")
    return RedirectResponse(address_of(request, f"/library/jobs/{job.id}"), 303)


def _page(request: Request, whole: Whole, choice: CollectionChoice | None = None, status: int = 200) -> Response:
    shown, library = whole.shown, library_of(request)
    stored = shown.collection is not None
    store, shelves = (library.reading(), library.shelves()) if library and stored else (None, None)
    context = {
        "whole": whole,
        "shown": shown,
        "article": view_article(shown.article, shown.sentences),
        "original": originals_of(shelves, [shown.duplicate_of]) if shelves else {},
        "collections": store.collections() if store else {},
        "choices": collections_to_choose(request),
        "choice": choice or CollectionChoice(chosen=shown.collection or ""),
        "may_change": stored and may_change(request),
        "has_library": library is not None,
        "notice": _NOTICES.get(request.query_params.get("said", ""), ""),
        "language_name": language_name,
        "moment": moment,
    }
    return render(request, "library_article.html", context, status=status)


def _whole(request: Request, article_id: str, version: int | None) -> Whole:
    """Give an article with its versions; raises as ``article_of_page``."""
    shown, library = article_of_page(request, article_id, version), library_of(request)
    store = library.reading() if library and shown.collection is not None else None
    return Whole(shown, store.versions(article_id) if store else ())


def _to_article(request: Request, article_id: str, said: str = "") -> Response:
    address = address_of(request, f"/library/articles/{article_id}")
    return RedirectResponse(f"{address}?said={said}" if said else address, 303)


def _number(text: str) -> int | None:
    """Give a version's number; 0, which no version has, for what is none."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
