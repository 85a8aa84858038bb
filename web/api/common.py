"""What the operations have in common: what they find in the request, and how they are described."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Header, Path, Query
from starlette.requests import Request

from bot.bot import Bot
from corpus.library.types import Filter
from web.access.access import access_of
from web.access.confined import bot_for, library_for
from web.access.confined_jobs import jobs_for
from web.access.confined_talk import talk_for
from web.jobs import Job, Jobs
from web.library_schemas import MOST_WAIT
from web.problems import MEDIA_TYPE, Problem
from web.schemas import FilterBody, ScopeBody
from web.served_library import ServedLibrary
from web.served_talk import ServedTalk

Handler = TypeVar("Handler", bound=Callable[..., Any])

ArticleId = Annotated[str, Path(description="The article's id, from the list of articles.", max_length=200)]
VersionNumber = Annotated[int, Path(description="Which version.", ge=1, le=2**31 - 1)]
Wait = Annotated[
    float, Query(ge=0, le=MOST_WAIT, description="Seconds to wait for the end; after them the job is the answer.")
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        description="A name for this request, new for each: sent again under it, it is carried out once. Known for a "
        "day after its job ended, unless the server is started anew.",
    ),
]


def event_stream(description: str) -> dict[str, Any]:
    """Describe an answer of server-sent events."""
    event = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
    return {"description": description, "content": {"text/event-stream": {"schema": event}}}


def problem(description: str) -> dict[str, Any]:
    """Describe an error answer for OpenAPI; a "model" would be described as plain JSON."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {"description": description, "content": content}


NO_SUCH_ARTICLE = problem("There is no article with that id.")
NO_CONVERSATION = problem("The conversation was deleted, has expired, or never was.")
NOT_KEPT = problem("Conversations and feedback cannot be kept now; see Retry-After.")
NONE_FITS = problem("An article, collection or conversation that is named is not there, or no article fits.")
TOO_LONG = problem("The body is too long.")
INVALID = problem("The request is not of the described shape.")
BUSY = problem("Too much waits to be done, or the library cannot be used now; see Retry-After.")
NO_LIBRARY = problem("The server asks one file alone: there is no library to change.")
# "default" also keeps FastAPI from describing its own validation error, which is never sent.
DEFAULT: dict[int | str, dict[str, Any]] = {"default": problem("Any other error.")}


def readable(router: APIRouter, path: str, **described: Any) -> Callable[[Handler], Handler]:
    """Let a function answer GET, and HEAD like it."""

    def register(handler: Handler) -> Handler:
        router.head(path, include_in_schema=False)(handler)
        return router.get(path, **described)(handler)

    return register


def bot_of(request: Request) -> Bot:
    """Give the bot that is asked, as the request's key may ask it."""
    state = request.app.state
    return bot_for(access_of(request), state.bot, state.library)


def library_of(request: Request) -> ServedLibrary | None:
    """Give the library as the request's key sees it, None where the server asks one file alone."""
    return library_for(access_of(request), request.app.state.library)


def changed_library(request: Request) -> ServedLibrary:
    """Give the library to change it.

    Raises:
        Problem: there is none.
    """
    library = library_of(request)
    if library is None:
        raise Problem("no-library", "This server asks one file alone. Start it without --article to keep articles.")
    return library


def talk_of(request: Request) -> ServedTalk:
    """Give the conversations and the feedback, as the request's key may see them.

    Raises:
        Problem: none are kept.
    """
    talk: ServedTalk | None = request.app.state.talk
    if talk is None:
        raise Problem("conversations-unavailable", "This server keeps no conversations and no feedback.")
    return talk_for(access_of(request), talk)


def jobs_of(request: Request) -> Jobs:
    """Give the jobs of this server, as the request's key may see them."""
    return jobs_for(access_of(request), request.app.state.jobs)


def address_of(request: Request, path: str) -> str:
    """Give the path as it is outside, where a proxy may have mounted the application."""
    return str(request.scope.get("root_path", "")).rstrip("/") + path


def filter_of(scope: ScopeBody) -> Filter:
    """Give the filter that a request's scope comes to: what fits all of its parts."""
    where = to_filter(scope.filter) if scope.filter else Filter()
    if scope.article is not None:
        where = replace(where, articles=_both(where.articles, scope.article))
    if scope.collection is not None:
        where = replace(where, collections=_both(where.collections, scope.collection))
    return where


def to_filter(body: FilterBody) -> Filter:
    """Give the filter that is described."""
    return Filter(
        articles=_set(body.articles),
        collections=_set(body.collections),
        sources=_set(body.sources),
        languages=_set(body.languages),
        published_from=date.fromisoformat(body.published_from) if body.published_from else None,
        published_to=date.fromisoformat(body.published_to) if body.published_to else None,
    )


async def end_of(job: Job, wait: float) -> bool:
    """Wait for a job's end up to ``wait`` seconds; give whether it came. No thread is held meanwhile."""
    if not job.finished.done() and wait > 0:
        waiting = asyncio.wrap_future(job.finished)
        await asyncio.wait([waiting], timeout=wait)  # unlike wait_for, it leaves the job alone
    return job.finished.done()


def _set(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _both(allowed: frozenset[str] | None, one: str) -> frozenset[str]:
    return frozenset({one}) if allowed is None else allowed & {one}
