"""What every response says to the browser, and what a request may not do. Plain ASGI, no buffering."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # a question stands in the address and is nobody else's business
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class SecurityHeaders:
    """Adds ``SECURITY_HEADERS`` to every response that passes through it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with the headers added to its response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("cache-control", "private, no-cache")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Answers 413 to a request whose body is, or says that it is, longer than ``limit`` bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; reading too long a body raises, so that the error handlers word the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        taken = int(declared) if declared.isdecimal() else 0
        counted = 0

        async def receive_limited() -> Message:
            nonlocal counted
            if taken <= self.limit:
                message = await receive()
                counted += len(message.get("body", b""))
                if counted <= self.limit:
                    return message
            raise HTTPException(413, f"The body is longer than {self.limit:,} bytes. Send a shorter one.")

        await self.app(scope, receive_limited, send)


class HostCheck:
    """Answers 400 to a request for a host name that is not one of ``trusted``; against DNS rebinding."""

    def __init__(self, app: ASGIApp, trusted: tuple[str, ...], refuse: Callable[[Request, int, str], Response]) -> None:
        self.app = app
        self.trusted = {host.lower() for host in trusted}
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        if scope["type"] == "http" and _host_name(Headers(scope=scope).get("host", "")) not in self.trusted:
            response = self.refuse(Request(scope), 400, "This host name is not served here.")
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _host_name(header: str) -> str | None:
    """Give the host of a Host header without its port and without an IPv6 address's brackets, in lower case."""
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None
