"""Light or dark: as the reader's system says, or as chosen; the choice is kept in a cookie, so it needs no script."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.forms import SentForm, own_path

CHOICES = ("system", "light", "dark")
COOKIE = "theme"
_YEAR = 365 * 24 * 3600  # seconds

router = APIRouter(include_in_schema=False)


def chosen_theme(request: Request) -> str:
    """Give the reader's choice; "system" when there is none."""
    choice = request.cookies.get(COOKIE, "")
    return choice if choice in CHOICES else "system"


@router.post("/theme")
def choose(request: Request, form: SentForm) -> Response:
    """Keep the choice and go back to the page it was made on; display.js does the same without the way here."""
    choice = form.one("theme")
    base = request.scope.get("root_path", "").rstrip("/")
    response = RedirectResponse(base + own_path(form.one("back")), status_code=303)
    if choice in CHOICES:
        response.set_cookie(COOKIE, choice, max_age=_YEAR, path=base or "/", samesite="lax")
    return response
