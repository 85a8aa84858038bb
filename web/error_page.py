"""An error as a page for readers: what happened, in their words, and the way on; no question is lost by it."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from web.rendering import render

GONE = "What is asked here is not in the library: it was removed, or it was never there."

_HEADINGS = {
    400: "This was not understood",
    403: "Not allowed",
    404: "Not there",
    405: "Not possible here",
    409: "Changed meanwhile",
    410: "No longer there",
    413: "Too long",
    422: "This cannot be done",
    429: "Too many requests",
    500: "A fault of ours",
    503: "Not now",
}
_PASSING = (429, 500, 503)  # asked for again later, the page may come
_CHAT = ("/", "/answer")


def error_page(request: Request, status: int, detail: str, headers: Mapping[str, str] | None) -> Response:
    """Give the page of an error; a question that its address holds can be put to all articles instead."""
    wait = (headers or {}).get("retry-after")
    path = str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
    asked = request.query_params.get("q", "") if status == 404 and path in _CHAT else ""
    context = {
        "heading": _HEADINGS.get(status, HTTPStatus(status).phrase),
        "detail": detail.replace("Retry-After seconds", f"{wait} seconds" if wait else "some seconds"),
        "passing": status in _PASSING and request.method == "GET" and path != "/answer",
        "question": asked.strip(),
    }
    return render(request, "error.html", context, status=status, headers=headers)
