"""The pages a reader sees: the article (or the list of articles) beside the chat, one answer, the API's description."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from bot.bot import Bot
from corpus.errors import NoSuchArticleError
from web.api.common import bot_of
from web.asking import ask
from web.chat_context import chat_context
from web.operations.admission import ADMITTED_IF_ASKED
from web.reference import describe
from web.rendering import render

router = APIRouter(include_in_schema=False)

# The conversation's earlier questions, oldest first.
Earlier = Annotated[list[str], Query(alias="h", default_factory=list)]
# The one collection that is asked; a form sends its field empty for all.
Asked = Annotated[str | None, Query(max_length=200), AfterValidator(lambda name: name or None)]

_SAID = {"deleted": "The conversation is deleted."}  # by a page's address, of what was done just before


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[ADMITTED_IF_ASKED])
def chat(
    request: Request,
    earlier: Earlier,
    q: str | None = None,
    article: str | None = None,
    collection: Asked = None,
    said: str = "",
) -> Response:
    """Show an article, or the list of several, beside the chat and, when a question is asked, its answer."""

    def show(article: str | None) -> Response:
        exchange = None if q is None else ask(bot_of(request), q, article, earlier, collection=collection)
        context = chat_context(request, exchange, article, collection) | {"said": _SAID.get(said, "")}
        return render(request, "chat.html", context, status=422 if exchange and exchange.error else 200)

    return show(article) if collection else _of_the_one_named(bot_of(request), article, show)


@router.api_route("/answer", methods=["GET", "HEAD"], dependencies=[ADMITTED_IF_ASKED])
def answer(
    request: Request,
    earlier: Earlier,
    q: str = "",
    article: str | None = None,
    collection: Asked = None,
    shown: str | None = None,
) -> Response:
    """Show the answer alone: the very part of the whole page, for its script to insert.

    ``shown`` is the article that stands beside the chat, "" for the list: where the answer is about another one, that
    comes with it.
    """

    def show(article: str | None) -> Response:
        exchange = ask(bot_of(request), q, article, earlier, collection=collection)
        context = chat_context(request, exchange, exchange.article, collection) | {"shown": shown}
        template = "_error.html" if exchange.error else "_turn.html"
        return render(request, template, context, status=422 if exchange.error else 200)

    return show(article) if collection else _of_the_one_named(bot_of(request), article, show)


@router.get("/story")
def story(request: Request, article: str = "", collection: Asked = None) -> Response:
    """Show what stands beside the chat alone: an article, or the list."""
    return render(request, "_view.html", chat_context(request, None, article or None, collection))


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> Response:
    """Describe the API, from its OpenAPI document."""
    server = str(request.base_url).rstrip("/")
    return render(request, "docs.html", {"reference": describe(request.app.openapi(), server)})


def _of_the_one_named(bot: Bot, named: str | None, show: Callable[[str | None], Response]) -> Response:
    """Show the article that was named, else the only one; one that goes meanwhile was not chosen: show all."""
    if named is not None:
        return show(named)
    try:
        return show(_only_article(bot))
    except NoSuchArticleError:
        return show(None)


def _only_article(bot: Bot) -> str | None:
    """Give the id of the article when there is just one."""
    if len(bot.articles) != 1:
        return None
    return next((article.id for article in bot.articles), None)
