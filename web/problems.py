"""Every error as one answer: RFC 9457 problem details for programs, a plain page for readers."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from corpus.errors import (
    ArticleError,
    ArticleTooLargeError,
    AskArticleError,
    BusyError,
    CitationError,
    ConversationFullError,
    NoSuchArticleError,
    NoSuchConversationError,
    NoSuchFeedbackError,
    QuestionError,
    VersionConflictError,
)
from web.error_page import GONE, error_page
from web.problem_types import BY_STATUS, PROBLEM_TYPES
from web.security import SECURITY_HEADERS

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
NO_ARTICLE = "There is no article to ask yet."
RETRY_SECONDS = "5"
# Their own words name files of the server's, which are for its log.
_UNAVAILABLE = "The library cannot be read or written now. The server's log says why; try again later."
# What lies under these is for programs.
_FOR_PROGRAMS = ("/api", "/v1", "/mcp", "/healthz", "/readyz", "/metrics", "/openapi.json")
# What is wrong where no place in the body is told: the name that OpenAI's clients know it by.
_PARAMS = {"no-such-model": "model", "bad-question": "messages"}
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    500: "Something went wrong on our side. Nothing was kept of the question. Please try again.",
}
# The first that fits counts: a class stands before those it is one of.
_TYPES: tuple[tuple[type[AskArticleError], str], ...] = (
    (QuestionError, "bad-question"),
    (NoSuchArticleError, "no-such-article"),
    (VersionConflictError, "version-conflict"),
    (ArticleTooLargeError, "too-large"),
    (ArticleError, "article-refused"),
    (CitationError, "bad-citation"),
    (NoSuchConversationError, "no-such-conversation"),
    (NoSuchFeedbackError, "no-such-feedback"),
    (ConversationFullError, "conversation-full"),
    (BusyError, "busy"),
    (AskArticleError, "library-unavailable"),
)


class ProblemResponse(JSONResponse):
    """A JSON response that says it is a problem."""

    media_type = MEDIA_TYPE


class Problem(HTTPException):
    """A problem of a named type, to be raised where it is seen; the name is a key of ``PROBLEM_TYPES``."""

    def __init__(self, name: str, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(PROBLEM_TYPES[name].status, detail, headers)
        self.name = name


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error in one of the two shapes."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(AskArticleError, _own_error)
    app.add_exception_handler(Exception, _server_error)


def problem_of(error: Exception) -> dict[str, Any]:
    """Give the problem details of an error; what no reader can mend is a fault of the server's."""
    if isinstance(error, Problem):
        return _details(error.status_code, error.detail, error.name)
    for kind, name in _TYPES:
        if isinstance(error, kind):
            status = PROBLEM_TYPES[name].status
            return _details(status, _UNAVAILABLE if status == 503 else printable(str(error)), name)
    return _details(500, "")


def error_response(
    request: Request,
    status: int,
    detail: str = "",
    *,
    name: str | None = None,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Give the error as problem details, or as a page when the address is a reader's.

    ``name`` is a key of ``PROBLEM_TYPES``; without one the status says which it is.
    """
    if not is_for_programs(request):
        return error_page(request, status, detail or _DETAILS.get(status, HTTPStatus(status).phrase), headers)
    problem = _details(status, detail, name)
    if errors:
        problem["errors"] = errors
    if _path(request).startswith("/v1/"):  # what the clients of that API look for; RFC 9457 allows more members
        problem["error"] = _openai_error(problem, errors or [])
    return ProblemResponse(problem, status_code=status, headers=headers)


def is_for_programs(request: Request) -> bool:
    """Say whether what asks at this address is a program, which wants problem details."""
    path = _path(request)
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _FOR_PROGRAMS)


def printable(text: str) -> str:
    """Replace lone surrogates, which UTF-8 has no bytes for."""
    return text.encode("utf-8", "replace").decode()


def _path(request: Request) -> str:
    return str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))


def _details(status: int, detail: str, name: str | None = None) -> dict[str, Any]:
    known = PROBLEM_TYPES.get(name or BY_STATUS.get(status, ""))
    title = known.title if known else HTTPStatus(status).phrase
    return {
        "type": known.uri if known else "about:blank",
        "title": title,
        "status": status,
        "detail": detail or _DETAILS.get(status, title),
    }


def _openai_error(problem: dict[str, Any], errors: Sequence[dict[str, str]]) -> dict[str, Any]:
    # The one farthest in: a member that may be this or that is told to be neither, too.
    pointer = max((error.get("pointer", "#") for error in errors), key=lambda place: place.count("/"), default="#")
    members = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    code = str(problem["type"]).rpartition(":")[2]
    named = "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in members).removeprefix(".")
    return {
        "message": problem["detail"],
        "type": "server_error" if problem["status"] >= 500 else "invalid_request_error",
        "param": named or _PARAMS.get(code),
        "code": code,
    }


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # Starlette's own detail is the bare phrase; ours says more.
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    name = error.name if isinstance(error, Problem) else None
    headers = dict(error.headers or {})
    if error.status_code == 405:  # a path's methods are spread over several routes, and Starlette names the first's
        headers = {"allow": ", ".join(_methods(request))}
    return error_response(request, error.status_code, printable(detail), name=name, headers=headers)


def _methods(request: Request) -> list[str]:
    """Give the methods that the request's address takes."""
    routes = request.app.router.routes
    found = [
        method
        for method in ("DELETE", "GET", "HEAD", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    # A path with a name of its own may fit another one's {parameter}, whose methods mean nothing for it.
    described = request.app.openapi()["paths"].get(_path(request))
    return [method for method in found if described is None or method == "HEAD" or method.lower() in described]


def _own_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem["status"] >= 500:
        _LOG.warning("%s", error)
    name = str(problem["type"]).rpartition(":")[2]
    if isinstance(error, NoSuchArticleError) and not is_for_programs(request):
        problem["detail"] = GONE  # its own words name ids and what else is there
    headers = {"retry-after": RETRY_SECONDS} if problem["status"] == 503 else None
    return error_response(request, problem["status"], problem["detail"], name=name, headers=headers)


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = "multipart/form-data" if _takes_a_form(request) else "application/json"
    in_body = any(item["loc"][0] == "body" for item in error.errors())
    if in_body and kind != wanted and not (wanted == "application/json" and kind.endswith("+json")):
        what = "JSON" if wanted == "application/json" else "a form with a file"
        detail = f"The body is not said to be {what}: send {what} with Content-Type: {wanted}."
        return error_response(request, 422, detail)
    # What was sent is not sent back: it may be long, and it may hold what JSON cannot.
    errors = [{"detail": _said(item), **_place(item, error.body)} for item in error.errors()]
    said = "; ".join(f"{item.get('pointer') or item.get('parameter')}: {item['detail']}" for item in errors)
    return error_response(request, 422, f"The request is not valid: {said}.", errors=errors)


def _takes_a_form(request: Request) -> bool:
    field = getattr(request.scope.get("route"), "body_field", None)
    return field is not None and field.field_info.__class__.__name__ in ("Form", "File")


def _server_error(request: Request, _error: Exception) -> Response:
    # Starlette runs this handler outside all other middleware, so the headers are added here.
    return error_response(request, 500, headers=SECURITY_HEADERS | {"cache-control": "no-store"})


def _said(item: dict[str, Any]) -> str:
    # pydantic's own words for a body that is no object speak of Python
    return "Send a JSON object" if item["type"] == "model_attributes_type" else printable(str(item["msg"]))


def _place(item: dict[str, Any], body: Any) -> dict[str, str]:
    """Say where an error is: in the body by a JSON pointer (RFC 6901) in a URI fragment, "#" being all of it."""
    kind, *rest = item["loc"]
    if kind != "body":
        return {"parameter": printable(".".join(str(part) for part in rest))}
    if item["type"] == "json_invalid":  # its place is a character's number, not a member
        return {"pointer": "#"}
    members = _members(rest, body, missing=item["type"] == "missing")
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in members]
    return {"pointer": printable("#" + "".join(f"/{part}" for part in parts))}


def _members(place: Sequence[int | str], body: Any, *, missing: bool) -> Iterator[int | str]:
    """Give the members that lead to a place in the body; pydantic puts the names of a union's types among them."""
    for number, part in enumerate(place, start=1):
        inside = part < len(body) if isinstance(part, int) and isinstance(body, list) else False
        if inside or (isinstance(body, Mapping) and part in body):
            body = body[part]
        elif not missing or number < len(place):
            continue
        yield part
