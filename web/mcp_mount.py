"""The MCP server beside the pages and the API: at /mcp, by streamable HTTP, where the package ``mcp`` is installed."""

from collections.abc import Callable
from contextlib import nullcontext
from importlib.util import find_spec

import anyio
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.bot import Bot
from bot.settings import Settings
from corpus.errors import MissingPackageError
from web.problems import Problem
from web.served_library import ServedLibrary

PATH = "/mcp"
_NOT_INSTALLED = "MCP is not installed here. Install it: pip install 'askarticle[mcp]'."
_METHODS = ["GET", "POST", "DELETE"]


def serve_stdio(open_bot: Callable[[], Bot], settings: Settings | None) -> None:
    """Serve one client on stdin and stdout until it goes; ``settings`` name the library that the bot asks, if any.

    Raises:
        MissingPackageError: the package ``mcp`` is not installed.
        AskArticleError: the bot cannot be opened.
    """
    if find_spec("mcp") is None:
        raise MissingPackageError(_NOT_INSTALLED)
    bot = open_bot()
    from web.mcp_server import make_server

    library = ServedLibrary(settings, bot.index.encoder) if settings else None
    make_server(bot, library).run("stdio")


def mount(app: FastAPI) -> None:
    """Let ``app`` answer at ``PATH``; the SDK is loaded with the first request there."""
    app.router.routes.append(Route(PATH, _Endpoint(app), methods=_METHODS, include_in_schema=False))


class _Endpoint:
    """Answers each request on its own, without sessions: so any of several server processes can."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if find_spec("mcp") is None:
            raise Problem("not-installed", _NOT_INSTALLED)
        # Read before the SDK starts tasks of its own, out of which the error of too long a body would not come whole.
        request = Request(scope, receive)
        body = await request.body()
        from web.mcp_server import answer_http

        state = self._app.state
        server = getattr(state, "mcp_server", None)
        if server is None:
            server = state.mcp_server = await run_in_threadpool(_make, state)
        # A GET would stream, and has nothing to tell without sessions; what works comes by POST.
        gate = self._app.state.operations.gate
        async with gate.admitted(request) if request.method == "POST" else nullcontext():
            await answer_http(server, scope, _replay(body, receive), send)


def _make(state: object) -> object:
    from web.mcp_server import make_server

    return make_server(state.bot, state.library)  # type: ignore[attr-defined]


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body once more; then only the end of the connection is still to come."""
    sent = anyio.Event()

    async def again() -> Message:
        if not sent.is_set():
            sent.set()
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
