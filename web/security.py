"""What every response says to the browser, and what a request may not do. Plain ASGI, no buffering."""

from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.access.cors import may_ask

Refuse = Callable[..., Response]  # (request, status, detail, name=...) -> what is answered

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # A question stands in the address and is nobody else's business; and a form here must name its origin.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class SecurityHeaders:
    """Adds ``SECURITY_HEADERS`` to every response that passes through it.

    What is made for pages of other origins says so by ``cross-origin-resource-policy`` itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with the headers added to its response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                said = headers.get("cross-origin-resource-policy")
                headers.update(SECURITY_HEADERS | ({"cross-origin-resource-policy": said} if said else {}))
                headers.setdefault("cache-control", "private, no-cache")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Answers 413 to a request whose body is, or says that it is, longer than ``limit`` bytes.

    ``larger`` holds the limits of addresses that take more, by what their paths begin with; the first that fits counts.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int]) -> None:
        self.app = app
        self.limit, self.larger = limit, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; reading too long a body raises, so that the error handlers word the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        limit = next((most for prefix, most in self.larger.items() if path.startswith(prefix)), self.limit)
        declared = Headers(scope=scope).get("content-length", "")
        taken = int(declared) if declared.isascii() and declared.isdecimal() else 0
        counted = 0

        async def receive_limited() -> Message:
            nonlocal counted
            if taken <= limit:
                message = await receive()
                counted += len(message.get("body", b""))
                if counted <= limit:
                    return message
            raise HTTPException(413, f"The body is longer than {limit:,} bytes. Send a shorter one.")

        await self.app(scope, receive_limited, send)


class OriginCheck:
    """Answers 403 to a request that changes something, or may, from a web page of another origin.

    A form on a foreign page can send a file to a server on the reader's own machine without asking. Programs name no
    origin, and a page of this server names its own. Pages of ``allowed`` origins may ask.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse, allowed: Collection[str] = ()) -> None:
        self.app = app
        self.refuse, self.allowed = refuse, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            headers = Headers(scope=scope)
            origin, host = headers.get("origin"), headers.get("host", "")
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            own = origin is None or origin.partition("://")[2].lower() == host.lower()
            if origin is not None and not own and not may_ask(origin, path, self.allowed):
                response = self.refuse(Request(scope), 403, "Web pages of another origin may not use this server.")
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)


class HostCheck:
    """Answers 400 to a request for a host name that is not one of ``trusted``; against DNS rebinding."""

    def __init__(self, app: ASGIApp, trusted: tuple[str, ...], refuse: Refuse) -> None:
        self.app = app
        self.trusted = {host.lower() for host in trusted}
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        if scope["type"] == "http" and _host_name(Headers(scope=scope).get("host", "")) not in self.trusted:
            response = self.refuse(Request(scope), 400, "This host name is not served here.", name="unknown-host")
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _host_name(header: str) -> str | None:
    """Give the host of a Host header without its port and without an IPv6 address's brackets, in lower case."""
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None
