"""The MCP server beside the pages and the API: at /mcp, by streamable HTTP, where the package ``mcp`` is installed."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import anyio
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.bot import Bot
from bot.settings import Settings
from corpus.errors import MissingPackageError
from web.access.access import access_of
from web.access.confined import bot_for, library_for
from web.operations.passing_on import ROUTE
from web.problems import Problem
from web.served_library import ServedLibrary

PATH = "/mcp"
_NOT_INSTALLED = "MCP is not installed here. Install it: pip install 'askarticle[mcp]'."
_MOST_KEPT = 16  # servers
# By GET a client would wait for messages and by DELETE end a session; without sessions there are none of either.
_METHODS = ["POST"]


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
        self._servers: OrderedDict[frozenset[str] | None, Any] = OrderedDict()  # by what a key is for
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[ROUTE] = PATH  # which Starlette does not tell
        if find_spec("mcp") is None:
            raise Problem("not-installed", _NOT_INSTALLED)
        # Read before the SDK starts tasks of its own, out of which the error of too long a body would not come whole.
        request = Request(scope, receive)
        body = await request.body()
        from web.mcp_server import answer_http

        server = await run_in_threadpool(self._server, scope)
        gate = self._app.state.operations.gate
        async with gate.admitted(request):
            await answer_http(server, scope, _replay(body, receive), send)

    def _server(self, scope: Scope) -> Any:
        """Give the server for what the request may see; those of the last few kinds of keys are kept."""
        from web.mcp_server import make_server

        access, state = access_of(Request(scope)), self._app.state
        with self._lock:
            known = self._servers.pop(access.collections, None)
            library = library_for(access, state.library)
            server = known or make_server(bot_for(access, state.bot, state.library), library)
            self._servers[access.collections] = server
            if len(self._servers) > _MOST_KEPT:
                self._servers.popitem(last=False)
        return server


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body once more; then only the end of the connection is still to come."""
    sent = anyio.Event()

    async def again() -> Message:
        if not sent.is_set():
            sent.set()
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
