"""Signing in to the pages of a server that asks for keys: a key typed once stands for a session, without script."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from corpus.errors import StoredDataError
from web.access.access import access_of
from web.access.entry import Entry
from web.access.guard import COOKIE, check_key, path_of, place_of_request
from web.problems import Problem, error_response, is_for_programs
from web.rendering import render

HOURS = 12  # that a session lasts
_LONGEST = 2_000  # characters of what is sent back
_NO_KEYS = "This server asks for no keys."

router = APIRouter(include_in_schema=False)


def refuse(request: Request, problem: Problem) -> Response:
    """Answer with a problem; a reader who is not signed in gets the form to do so in its place."""
    headers = dict(problem.headers or {})
    if problem.status_code == 401 and not is_for_programs(request):
        return _page(request, _here(request), headers=headers)
    return error_response(request, problem.status_code, problem.detail, name=problem.name, headers=headers)


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def show(request: Request) -> Response:
    """Show the form."""
    if _entry(request).keyring is None:
        return error_response(request, 404, _NO_KEYS)
    return _page(request, "/", status=200)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    key: Annotated[str, Form(max_length=_LONGEST)] = "",
    back: Annotated[str, Form(max_length=_LONGEST)] = "/",
) -> Response:
    """Open a session for a key, and go back to the page that asked for one."""
    entry = _entry(request)
    if entry.keyring is None:
        return error_response(request, 404, _NO_KEYS)
    try:
        known = await check_key(entry.keyring, entry.limits, key.strip(), place_of_request(request))
        token = await run_in_threadpool(entry.keyring.store.open_session, known.id, HOURS * 3600)
    except Problem as problem:
        headers = {name: value for name, value in (problem.headers or {}).items() if name == "retry-after"}
        status = 422 if problem.status_code == 401 else problem.status_code  # it is the form that was filled in wrong
        return _page(request, _safe(back), error=problem.detail, status=status, headers=headers)
    except StoredDataError:
        return _page(request, _safe(back), error="Nobody can be signed in now. Try again later.", status=503)
    base = str(request.scope.get("root_path", "")).rstrip("/")
    response = RedirectResponse(base + _safe(back), status_code=303)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, token, max_age=HOURS * 3600, path=base or "/", httponly=True, samesite="strict", secure=secure
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session: its cookie is worth nothing any more."""
    entry, token = _entry(request), request.cookies.get(COOKIE)
    if entry.keyring is not None and token:
        await run_in_threadpool(entry.keyring.store.end_session, token)
    base = str(request.scope.get("root_path", "")).rstrip("/")
    response = RedirectResponse(f"{base}/sign-in", status_code=303)
    response.delete_cookie(COOKIE, path=base or "/", httponly=True, samesite="strict")
    return response


def _page(
    request: Request, back: str, *, error: str = "", status: int = 401, headers: dict[str, str] | None = None
) -> Response:
    # A link from elsewhere comes without the cookie of whoever is signed in (SameSite=Strict); asked for again by this
    # page, the address comes with it.
    again = not error and request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site"
    signed_in = access_of(request).signed_in
    context = {"back": back, "error": error, "hours": HOURS, "again": again and status == 401, "already": signed_in}
    headers = {"cache-control": "no-store"} | (headers or {})
    return render(request, "sign_in.html", context, status=status, headers=headers)


def _here(request: Request) -> str:
    """Give the address to come back to: the page's own, where it can be asked for again."""
    if request.method not in ("GET", "HEAD") or request.url.path.endswith("/answer"):
        return "/"
    query = request.scope.get("query_string", b"").decode("latin-1")
    return _safe(path_of(request) + (f"?{query}" if query else ""))


def _safe(back: str) -> str:
    """Give a path of this site: ``//host`` and ``/\\host`` are addresses elsewhere."""
    inside = back.startswith("/") and back[1:2] not in ("/", "\\") and back.isprintable() and len(back) <= _LONGEST
    return back if inside else "/"


def _entry(request: Request) -> Entry:
    entry: Entry = request.app.state.entry
    return entry
