"""The outermost layer: each request gets an id, and leaves one log line, its metrics and its trace."""

from time import perf_counter
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.operations.logs import log_request
from web.operations.passing_on import PASSED_ON, ROUTE
from web.operations.request_facts import HEADER, RequestFacts, begin, id_from

if TYPE_CHECKING:
    from web.operations.operations import Operations
    from web.operations.tracing import Span

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # any other word is a client's own


class Observing:
    """Wraps an application, the layer that turns errors into answers included."""

    def __init__(self, app: ASGIApp, operations: "Operations") -> None:
        self._app, self._operations = app, operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, and tell of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        facts = RequestFacts(id_from(headers.get(HEADER)), scope["method"] if scope["method"] in _METHODS else "other")
        begin(facts)
        told = _Told(facts, scope, self._operations)
        with self._operations.tracing.request(facts.method, headers) as span:
            try:
                await self._app(scope, receive, told.sending(send))
            finally:
                told.end(span)


class _Told:
    """What is told of one request."""

    def __init__(self, facts: RequestFacts, scope: Scope, operations: "Operations") -> None:
        self._facts, self._scope, self._operations = facts, scope, operations
        self._began = perf_counter()
        self._status: int | None = None  # None: the client went away before there was an answer
        self._bytes = 0

    def sending(self, send: Send) -> Send:
        async def send_and_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = self._facts.id
                if PASSED_ON in self._scope and self._route:
                    headers[ROUTE] = self._route
                if self._operations.stopping:
                    headers["connection"] = "close"  # so that no next request comes on a connection about to end
            elif message["type"] == "http.response.body":
                self._bytes += len(message.get("body", b""))
            await send(message)

        return send_and_count

    @property
    def _route(self) -> str | None:
        """The pattern, not the path: in a path stand ids that are secrets, and whatever somebody typed."""
        route: str | None = self._scope.get(ROUTE) or getattr(self._scope.get("route"), "path", None)
        return route

    def end(self, span: "Span") -> None:
        seconds = perf_counter() - self._began
        route = self._route
        span.rename(f"{self._facts.method} {route}" if route else self._facts.method)
        span.tell(
            http__request__method=self._facts.method,
            http__route=route,
            http__response__status_code=self._status,
            askarticle__request_id=self._facts.id,
        )
        if PASSED_ON in self._scope:  # the worker that passed it on tells of it
            return
        metrics = self._operations.metrics
        metrics.requests.labels(self._facts.method, route or "none", str(self._status or "none")).inc()
        metrics.request_seconds.labels(route or "none").observe(seconds)
        line: dict[str, Any] = {
            "request_id": self._facts.id,
            "method": self._facts.method,
            "route": route,
            "status": self._status,
            "ms": round(seconds * 1e3, 1),
            "bytes": self._bytes,
        }
        log_request(line | self._facts.noted)
