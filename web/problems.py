"""Every error as one answer: RFC 9457 problem details for programs, a plain page for readers."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpus.errors import NoSuchArticleError, QuestionError
from web.rendering import render
from web.security import SECURITY_HEADERS

MEDIA_TYPE = "application/problem+json"
NO_ARTICLE = "There is no article to ask yet."
# What lies under these is for programs.
_FOR_PROGRAMS = ("/api", "/healthz", "/readyz", "/openapi.json")
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    500: "Something went wrong on our side. Nothing was kept of the question. Please try again.",
}


class ProblemResponse(JSONResponse):
    """A JSON response that says it is a problem."""

    media_type = MEDIA_TYPE


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error in one of the two shapes."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(QuestionError, _question_error)
    app.add_exception_handler(NoSuchArticleError, _no_such_article)
    app.add_exception_handler(Exception, _server_error)


def error_response(
    request: Request,
    status: int,
    detail: str = "",
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Give the error as problem details, or as a page when the address is a reader's."""
    title = HTTPStatus(status).phrase
    detail = detail or _DETAILS.get(status, title)
    if not is_for_programs(request):
        context = {"status": status, "heading": title, "detail": detail}
        return render(request, "error.html", context, status=status, headers=headers)
    problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors:
        problem["errors"] = errors
    return ProblemResponse(problem, status_code=status, headers=headers)


def is_for_programs(request: Request) -> bool:
    """Say whether what asks at this address is a program, which wants problem details."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _FOR_PROGRAMS)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # Starlette's own detail is the bare phrase; ours says more.
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return error_response(request, error.status_code, detail, headers=dict(error.headers or {}))


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    in_body = any(item["loc"][0] == "body" for item in error.errors())
    if in_body and kind != "application/json" and not kind.endswith("+json"):
        return error_response(
            request, 422, "The body is not said to be JSON: send JSON with Content-Type: application/json."
        )
    # What was sent is not sent back: it may be long, and it may hold what JSON cannot.
    errors = [{"detail": _said(item), "pointer": _pointer(item)} for item in error.errors()]
    said = "; ".join(f"{item['pointer']}: {item['detail']}" for item in errors)
    return error_response(request, 422, f"The request is not valid: {said}.", errors=errors)


def _question_error(request: Request, error: Exception) -> Response:
    return error_response(request, 422, str(error))


def _no_such_article(request: Request, error: Exception) -> Response:
    return error_response(request, 404, _printable(str(error)))


def _server_error(request: Request, _error: Exception) -> Response:
    # Starlette runs this handler outside all other middleware, so the headers are added here.
    return error_response(request, 500, headers=SECURITY_HEADERS | {"cache-control": "no-store"})


def _said(item: dict[str, Any]) -> str:
    # pydantic's own words for a body that is no object speak of Python
    return "Send a JSON object" if item["type"] == "model_attributes_type" else str(item["msg"])


def _pointer(item: dict[str, Any]) -> str:
    """Give an error's place as a JSON pointer (RFC 6901) in a URI fragment; "#" is the whole body."""
    if item["type"] == "json_invalid":  # its place is a character's number, not a member
        return "#"
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in item["loc"][1:]]
    return _printable("#" + "".join(f"/{part}" for part in parts))


def _printable(text: str) -> str:
    """Replace lone surrogates, which UTF-8 has no bytes for."""
    return text.encode("utf-8", "replace").decode()
