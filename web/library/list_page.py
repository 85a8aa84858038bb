"""The list of the library's articles, with its search."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.api.common import bot_of, library_of, readable
from web.library.access import may_change
from web.library.listing import holdings_of, is_stored, list_articles
from web.library.wanted import read_wanted
from web.library.words import language_name
from web.rendering import render

router = APIRouter(include_in_schema=False)

MOST_CHOICES = 100  # of a menu; a field with suggestions stands in the place of a longer one


@readable(router, "/library")
def library_page(request: Request) -> Response:
    """List the library's articles: all, or those that are searched for."""
    library, bot = library_of(request), bot_of(request)
    wanted = read_wanted(request.query_params)
    holdings = holdings_of(library)
    listed = list_articles(library, bot, wanted)
    context = {
        "wanted": wanted,
        "listed": listed,
        "page": min(wanted.page, listed.pages),
        "holdings": holdings,
        "has_library": library is not None,
        "may_change": may_change(request),
        "most_choices": MOST_CHOICES,
        "is_stored": is_stored,
        "language_name": language_name,
    }
    return render(request, "library.html", context, status=422 if wanted.errors else 200)
