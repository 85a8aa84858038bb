"""Requests about what lies in one worker's memory are passed on to that worker, whichever took them.

Jobs, idempotency keys and removals that can be undone are known to the first worker alone, which also does all the
changing: one writer, as with one process. Everything else any worker answers.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.operations.passing_on import PASSED_ON, ROUTE
from web.operations.request_facts import HEADER, current
from web.problems import RETRY_SECONDS, error_response

if TYPE_CHECKING:
    import httpx2

_ANY_METHOD = re.compile(r"/api/v1/jobs(/.*)?|/library/(jobs|removed)(/.*)?|/suggestions")
_CHANGING = re.compile(r"/api/v1/(articles|imports)(/.*)?|/library(/.*)?")
_READING = ("GET", "HEAD", "OPTIONS")
# What holds for one connection alone, or is written anew.
_OF_A_CONNECTION = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "date", "server"}
_AWAY = "What changes the library is being started anew. Try again after Retry-After seconds."


class Forwarding:
    """Passes some requests on to the first worker, and all others to the application of this one."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        """Pass on to the Unix socket at ``address``."""
        self._app, self._address = app, address
        self._client: httpx2.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, to the one or the other."""
        if scope["type"] == "http" and is_of_the_first(scope["method"], _path(scope)):
            await self._pass_on(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        import httpx2

        if self._client is None:
            # A connection kept open may be closed by the other side just when it is used again.
            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
            transport = httpx2.AsyncHTTPTransport(uds=self._address, limits=limits)
            self._client = httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False)
        content = None if _bodyless(scope) else _body(receive)
        # Made here, for the client would add headers of its own that nobody sent.
        request = httpx2.Request(scope["method"], _url(scope), headers=_headers(scope), content=content)
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.TransportError:
            busy = error_response(Request(scope), 503, _AWAY, name="busy", headers={"retry-after": RETRY_SECONDS})
            await busy(scope, receive, send)
            return
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
                scope[ROUTE] = response.headers.get(ROUTE)
                await _relay(response, send)
                tasks.cancel_scope.cancel()
        finally:
            await response.aclose()


class Received:
    """Gives requests that were passed on the sender that they came from."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on. Only what came by the socket of the workers has no client's address; others cannot lie."""
        if scope["type"] == "http":
            told = Headers(scope=scope).get(PASSED_ON)
            if told is not None and scope.get("client") is None:
                known = json.loads(told)
                client = tuple(known["client"]) if known["client"] else None
                scope = {**scope, "client": client, "scheme": known["scheme"], PASSED_ON: True}
        await self._app(scope, receive, send)


def is_of_the_first(method: str, path: str) -> bool:
    """Say whether a request is about what the first worker alone knows or does."""
    return bool(_ANY_METHOD.fullmatch(path) or (method not in _READING and _CHANGING.fullmatch(path)))


async def _relay(response: "httpx2.Response", send: Send) -> None:
    headers = [(name.lower(), value) for name, value in response.headers.raw]
    kept = [(name, value) for name, value in headers if name.decode("latin-1") not in {*_OF_A_CONNECTION, ROUTE}]
    await send({"type": "http.response.start", "status": response.status_code, "headers": kept})
    async for block in response.aiter_raw():
        await send({"type": "http.response.body", "body": block, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    """End the relaying of an answer that nobody reads any more."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        if block := message.get("body", b""):
            yield block
        more = message.get("more_body", False)


def _bodyless(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" not in headers and headers.get("content-length", "0") == "0"


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    own = {*_OF_A_CONNECTION, PASSED_ON, HEADER}
    kept = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in own]
    request, client = current(), scope.get("client")
    told = json.dumps({"client": list(client) if client else None, "scheme": scope.get("scheme", "http")})
    kept.append((PASSED_ON.encode(), told.encode()))
    if request is not None:
        kept.append((HEADER.encode(), request.id.encode()))
    return kept


def _url(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return "http://first" + (raw + (b"?" + query if query else b"")).decode("latin-1")


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path[len(root) :] if root and path.startswith(root) else path
