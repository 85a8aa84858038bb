"""Responses are compressed with gzip for clients that take it."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEAST = 1000  # bytes; below, compressing saves nothing worth having
_LEVEL = 6


class Compression:
    """Starlette's layer, which would hide from the test client which template a page was made of."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and compress its response."""

        async def app(scope: Scope, receive: Receive, compress: Send) -> None:
            async def sort(message: Message) -> None:
                await (send if message["type"] == "http.response.debug" else compress)(message)

            await self.app(scope, receive, sort)

        await GZipMiddleware(app, minimum_size=_LEAST, compresslevel=_LEVEL)(scope, receive, send)
