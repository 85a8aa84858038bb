"""What a supervisor asks."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api.common import problem, readable
from web.problems import NO_ARTICLE, error_response
from web.schemas import HealthBody, ReadinessBody

router = APIRouter(tags=["health"])

_STOPPING = "The server is stopping and takes no more questions."
_NOT_READY = problem("The library cannot be read, there is no article to ask, or the server is stopping.")


@readable(router, "/healthz", response_model=HealthBody)
async def healthz() -> Response:
    """Say that the process is alive."""
    return JSONResponse({"status": "ok"})  # in the event loop: it waits for no thread


@readable(router, "/readyz", response_model=ReadinessBody, responses={503: _NOT_READY})
def readyz(request: Request) -> Response:
    """Say whether questions can be answered: the index is open, the library is readable and there is an article."""
    if request.app.state.operations.stopping:
        return error_response(request, 503, _STOPPING, name="busy", headers={"retry-after": "5"})
    # The whole server's, whatever a key may see. Raises where the index cannot be opened or the library not be read.
    articles = len(request.app.state.bot.articles)
    library = request.app.state.library
    if library is not None and (store := library.reading()) is not None:
        store.collections()  # by what is stored of articles, not their number alone
    if not articles:
        return error_response(request, 503, NO_ARTICLE, name="no-article")
    return JSONResponse({"status": "ready", "articles": articles})
