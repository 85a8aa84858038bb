"""What a supervisor asks."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api.common import bot_of, problem, readable
from web.problems import NO_ARTICLE, error_response
from web.schemas import HealthBody, ReadinessBody

router = APIRouter(tags=["health"])


@readable(router, "/healthz", response_model=HealthBody)
def healthz() -> Response:
    """Say that the process is alive."""
    return JSONResponse({"status": "ok"})


@readable(router, "/readyz", response_model=ReadinessBody, responses={503: problem(NO_ARTICLE)})
def readyz(request: Request) -> Response:
    """Say whether questions can be answered: the index is loaded and holds an article."""
    articles = len(bot_of(request).articles)
    if not articles:
        return error_response(request, 503, NO_ARTICLE, name="no-article")
    return JSONResponse({"status": "ready", "articles": articles})
