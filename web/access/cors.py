"""What pages of other origins may do: ask, where their origin is named. Nothing they may ask for changes anything."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

ANY = "*"  # as an origin: every page
# What such pages may call. The pages for readers are not among it: what they show is for the reader.
_FOR_FOREIGN_PAGES = ("/api/v1/", "/v1/", "/healthz")
# What they may post to; all of it only reads.
ASKING = frozenset(
    {
        "/api/v1/ask",
        "/api/v1/ask/batch",
        "/api/v1/search",
        "/api/v1/citations/verify",
        "/v1/chat/completions",
        "/v1/embeddings",
    }
)
_EXPOSED = ("ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID")


class ForeignPages:
    """Tells browsers that pages of ``origins`` may read what the API answers (CORS, by Starlette's layer).

    No cookie is ever taken from them: a page that needs a right brings a key.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.told = CORSMiddleware(
            app,
            allow_origins=tuple(origins),
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=("*",),  # OpenAI's client, in a page, sends many of its own
            expose_headers=_EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with the headers where the address is the API's."""
        path = str(scope.get("path", "")).removeprefix(scope.get("root_path", ""))
        told = scope["type"] == "http" and path.startswith(_FOR_FOREIGN_PAGES)
        await (self.told if told else self.app)(scope, receive, send)


def may_ask(origin: str, path: str, origins: Collection[str]) -> bool:
    """Say whether a page of ``origin`` may post to ``path``, when ``origins`` are allowed."""
    return path in ASKING and (origin.lower() in origins or ANY in origins)
