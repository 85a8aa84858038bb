"""Light or dark: as the reader's system says, or as chosen; the choice is kept in a cookie, so it needs no script."""

from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CHOICES = ("system", "light", "dark")
COOKIE = "theme"
_YEAR = 365 * 24 * 3600  # seconds

router = APIRouter(include_in_schema=False)


def chosen_theme(request: Request) -> str:
    """Give the reader's choice; "system" when there is none."""
    choice = request.cookies.get(COOKIE, "")
    return choice if choice in CHOICES else "system"


@router.post("/theme")
async def choose(request: Request) -> Response:
    """Keep the choice and go back to the page it was made on; display.js does the same without the way here."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    choice, back = (fields.get(name, [""])[0] for name in ("theme", "back"))
    base = request.scope.get("root_path", "").rstrip("/")
    # Only a path of this site: "//host" and "/\host" are addresses elsewhere.
    here = back.startswith("/") and back[1:2] not in ("/", "\\") and back.isprintable()
    response = RedirectResponse(base + (back if here else "/"), status_code=303)
    if choice in CHOICES:
        response.set_cookie(COOKIE, choice, max_age=_YEAR, path=base or "/", samesite="lax")
    return response
