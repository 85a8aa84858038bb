"""The API a program uses. The answer's shape is the contract of ``bot.answer_json``."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.answer_json import answer_to_dict
from bot.bot import Bot
from web.examples import article_to_dict
from web.problems import MEDIA_TYPE, NO_ARTICLE, error_response
from web.schemas import (
    AnswerBody,
    ArticleListBody,
    AskBody,
    HealthBody,
    ProblemBody,
    ReadinessBody,
    WholeArticleBody,
)


def _problem(description: str) -> dict[str, Any]:
    """Describe an error answer for OpenAPI; a "model" would be described as plain JSON."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {"description": description, "content": content}


_NO_SUCH_ARTICLE = _problem("There is no article with that id.")
# "default" also keeps FastAPI from describing its own validation error, which is never sent.
router = APIRouter(responses={"default": _problem("Any other error.")})


def add_problem_shape(openapi: dict[str, Any]) -> None:
    """Put the shape that ``_problem`` points to among the components of an OpenAPI document."""
    _, shapes = models_json_schema([(ProblemBody, "serialization")], ref_template="#/components/schemas/{model}")
    openapi["components"]["schemas"].update(shapes["$defs"])


@router.post(
    "/api/v1/ask",
    response_model=AnswerBody,
    responses={
        404: _NO_SUCH_ARTICLE,
        413: _problem("The body is too long."),
        422: _problem("The question is empty or too long, or the body is not of the described shape."),
    },
    tags=["questions"],
)
def ask(request: Request, body: AskBody) -> Response:
    """Ask a question: the sentences that answer it, verbatim and cited, or found=false."""
    bot: Bot = request.app.state.bot
    # Sent as it is, not through the model: the contract's one writer is answer_to_dict, and a test holds them equal.
    return JSONResponse(answer_to_dict(bot.ask(body.question, article=body.article, history=body.history)))


@router.head("/api/v1/articles", include_in_schema=False)
@router.get("/api/v1/articles", response_model=ArticleListBody, tags=["articles"])
def list_articles(request: Request) -> Response:
    """List the articles that are asked, without their text."""
    bot: Bot = request.app.state.bot
    return JSONResponse({"articles": [article_to_dict(article) for article in bot.articles]})


@router.head("/api/v1/articles/{article_id}", include_in_schema=False)
@router.get(
    "/api/v1/articles/{article_id}",
    response_model=WholeArticleBody,
    responses={404: _NO_SUCH_ARTICLE},
    tags=["articles"],
)
def get_article(
    request: Request, article_id: Annotated[str, Path(description="The article's id, from the list of articles.")]
) -> Response:
    """Give one article: its text, and where each of its sentences stands in it (code points, end exclusive)."""
    bot: Bot = request.app.state.bot
    sentences = bot.sentences(article_id)
    # Not asked for apart where it need not be: it may have another version by now.
    article = sentences[0].article if sentences else bot.article(article_id)
    spans = [{"index": sentence.index, "start": sentence.start, "end": sentence.end} for sentence in sentences]
    return JSONResponse(article_to_dict(article) | {"text": article.text, "sentences": spans})


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", response_model=HealthBody, tags=["health"])
def healthz() -> Response:
    """Say that the process is alive."""
    return JSONResponse({"status": "ok"})


@router.head("/readyz", include_in_schema=False)
@router.get(
    "/readyz",
    response_model=ReadinessBody,
    responses={503: _problem(NO_ARTICLE)},
    tags=["health"],
)
def readyz(request: Request) -> Response:
    """Say whether questions can be answered: the index is loaded and holds an article."""
    bot: Bot = request.app.state.bot
    articles = len(bot.articles)
    if not articles:
        return error_response(request, 503, NO_ARTICLE)
    return JSONResponse({"status": "ready", "articles": articles})
