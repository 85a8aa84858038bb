"""The web application: one bot behind pages and an API, nothing global."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from bot.bot import Bot
from web import (
    api,
    assets,
    components,
    conversation_pages,
    examples,
    feedback_pages,
    mcp_mount,
    pages,
    problems,
    suggested,
    theme,
    unreadable,
    widget,
)
from web.access import sign_in
from web.access.cors import ForeignPages
from web.access.describe import add_security
from web.access.entry import Entry
from web.access.guard import Guard
from web.compression import Compression
from web.jobs import Jobs
from web.library import router as library_router
from web.library.forms import MOST_TEXT_BYTES, MOST_UPLOAD_BYTES
from web.library.removed import RemovedArticles
from web.one_at_a_time import OneAtATime
from web.operations import metrics_page
from web.operations.observed_bot import observed
from web.operations.observing import Observing
from web.operations.operations import Operations
from web.operations.server import finish
from web.rendering import make_templates
from web.security import BodyLimit, HostCheck, OriginCheck, SecurityHeaders
from web.served_library import ServedLibrary
from web.served_talk import ServedTalk

MAX_BODY = 256 * 1024  # bytes; the longest question and history, escaped, in a JSON body are just below it
# Where more is taken: a file, a text, a client's whole conversation, many texts to embed.
_LARGER = {
    "/api/v1/imports/file": 51_000_000,
    "/api/v1/articles": 12_000_000,
    "/v1/chat/completions": 2_000_000,
    "/v1/embeddings": 6_000_000,
    "/library/add/text": MOST_TEXT_BYTES,
    "/library/add/files": MOST_UPLOAD_BYTES,
}


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        openapi = super().openapi()
        api.add_problem_shape(openapi)
        add_security(openapi)
        examples.add_examples(openapi)
        return openapi

    def build_middleware_stack(self) -> ASGIApp:
        operations: Operations = self.state.operations
        return Observing(operations.within(super().build_middleware_stack()), operations)


def create_app(
    bot: Bot,
    *,
    library: ServedLibrary | None = None,
    talk: ServedTalk | None = None,
    trusted_hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    entry: Entry | None = None,
    operations: Operations | None = None,
    develop: bool = False,
) -> FastAPI:
    """Make the application that asks ``bot``.

    ``library`` is the one that ``bot`` asks, to read and change it; without one nothing can be changed.
    ``talk`` keeps conversations and feedback, by default in the file of ``library``; without either none are kept.
    ``trusted_hosts``, when given, are the only host names it answers to; a server on a private address should name
    them, or a foreign page can reach it by DNS rebinding. ``origins`` are those whose pages may ask by the API, as the
    widget does; "*" means all. ``entry`` says who may come in, by default everybody. Where a reverse proxy mounts it is
    the server's to say (uvicorn's ``root_path``). ``develop`` serves /components too, a page of every part of the pages
    in every state.
    """
    app = _App(
        title="Ask the Article",
        summary="Ask an article a question and get its own sentences back, verbatim and cited.",
        version=_version(),
        docs_url=None,  # the default pages load scripts from a CDN; /docs is a page of our own
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        lifespan=_closing,
    )
    app.state.operations = operations = operations or Operations()
    app.state.suggested = suggested.Suggested(bot)  # which asks no reader's questions: they are not counted
    app.state.bot = bot = observed(bot, operations)
    app.state.library = library
    app.state.talk = talk or (ServedTalk(library.settings, library) if library else None)
    app.state.entry = entry or Entry()
    app.state.jobs = Jobs()
    app.state.one_at_a_time = OneAtATime()
    app.state.removed = RemovedArticles()
    app.state.assets = assets.load_assets()
    app.state.widget = widget.load_widget()
    app.state.templates = make_templates(app.state.assets)
    for shown in (pages, conversation_pages, feedback_pages, suggested):
        app.include_router(shown.router)
    app.include_router(library_router)
    app.include_router(api.router)
    app.include_router(metrics_page.router)
    app.include_router(assets.router)
    app.include_router(theme.router)
    app.include_router(sign_in.router)
    app.include_router(widget.router)
    if develop:
        app.include_router(components.router)
    mcp_mount.mount(app)
    problems.install(app)
    unreadable.install(app)
    # The one added last is the outermost.
    app.add_middleware(BodyLimit, limit=MAX_BODY, larger=_LARGER)
    if entry is not None:
        app.add_middleware(Guard, entry=entry, refuse=sign_in.refuse)
    app.add_middleware(OriginCheck, refuse=problems.error_response, allowed=tuple(origins))
    if trusted_hosts:
        app.add_middleware(HostCheck, trusted=tuple(trusted_hosts), refuse=problems.error_response)
    if origins:
        app.add_middleware(ForeignPages, origins=tuple(origins))  # outside the checks, so that a refusal can be read
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Compression)
    return app


@asynccontextmanager
async def _closing(app: FastAPI) -> AsyncIterator[None]:
    if app.state.talk is not None:
        await run_in_threadpool(app.state.talk.expire)
    yield
    app.state.removed.close()
    await finish(app)
    await run_in_threadpool(app.state.operations.tracing.close)
    await run_in_threadpool(app.state.suggested.close)
    for opened in (app.state.talk, app.state.library, app.state.entry.keyring):
        if opened is not None:
            await run_in_threadpool(opened.close)


def _operation_id(route: APIRoute) -> str:
    return route.name


def _version() -> str:
    try:
        return version("askarticle")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"
