"""The pages a reader sees: the article (or the list of articles) beside the chat, one answer, the API's description."""

from collections.abc import Callable
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.answer import Answer
from bot.bot import Bot
from corpus import Article, Sentence, split_sentences
from corpus.errors import NoSuchArticleError
from web.api.common import bot_of
from web.article_view import ArticleView, view_article
from web.asked_collection import MOST_LISTED, Listing, asked_collection
from web.asking import Exchange, ask
from web.operations.admission import ADMITTED_IF_ASKED
from web.problems import NO_ARTICLE
from web.reference import describe
from web.rendering import render
from web.suggested import suggested_questions

router = APIRouter(include_in_schema=False)


# The conversation's earlier questions, oldest first.
Earlier = Annotated[list[str], Query(alias="h", default_factory=list)]
# The one collection that is asked; a form sends its field empty for all.
Asked = Annotated[str | None, Query(max_length=200), AfterValidator(lambda name: name or None)]


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[ADMITTED_IF_ASKED])
def chat(
    request: Request, earlier: Earlier, q: str | None = None, article: str | None = None, collection: Asked = None
) -> Response:
    """Show an article, or the list of several, beside the chat and, when a question is asked, its answer."""
    bot = bot_of(request)

    def show(article: str | None) -> Response:
        exchange = None if q is None else ask(bot, q, article, earlier, collection=collection)
        context = chat_context(bot, exchange, article) | asked_collection(request, collection, article, exchange)
        return render(request, "chat.html", context, status=422 if exchange and exchange.error else 200)

    return show(article) if collection else _of_the_one_named(bot, article, show)


@router.api_route("/answer", methods=["GET", "HEAD"], dependencies=[ADMITTED_IF_ASKED])
def answer(
    request: Request, earlier: Earlier, q: str = "", article: str | None = None, collection: Asked = None
) -> Response:
    """Show the answer alone: the very part of the whole page, for its script to insert."""
    bot = bot_of(request)

    def show(article: str | None) -> Response:
        exchange = ask(bot, q, article, earlier, collection=collection)
        template = "_error.html" if exchange.error else "_answer.html"
        context = chat_context(bot, exchange, exchange.article)
        context |= asked_collection(request, collection, exchange.article, exchange)
        return render(request, template, context, status=422 if exchange.error else 200)

    return show(article) if collection else _of_the_one_named(bot, article, show)


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> Response:
    """Describe the API, from its OpenAPI document."""
    server = str(request.base_url).rstrip("/")
    return render(request, "docs.html", {"reference": describe(request.app.openapi(), server)})


def chat_context(bot: Bot, exchange: Exchange | None, asked: str | None) -> dict[str, Any]:
    """Give what chat.html and its parts show; ``asked`` is the id of the one article that questions go to."""
    found = exchange.answer if exchange else None
    shown = _article_to_show(bot, found, asked)
    cited = [item.sentence.index for item in found.citations if shown and item.article.id == shown.id] if found else []
    count = len(bot.articles)
    return {
        "article": shown and _view(bot, shown, cited),
        "listing": Listing(count, [] if shown else list(islice(bot.articles, MOST_LISTED))),
        "asked": asked,
        "exchange": exchange,
        "answer": found,
        "several": asked is None and count > 1,
        "suggestions": suggested_questions(shown) if shown else (),
    }


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


def _view(bot: Bot, article: Article, cited: list[int]) -> ArticleView:
    return view_article(article, _sentences(bot, article), cited)


def _sentences(bot: Bot, article: Article) -> tuple[Sentence, ...]:
    """Give the sentences of this very text: since it was asked it may have been corrected or removed."""
    try:
        sentences = bot.sentences(article.id)
    except NoSuchArticleError:
        sentences = ()
    same = sentences and sentences[0].article.fingerprint == article.fingerprint
    return sentences if same else split_sentences(article)


def _article_to_show(bot: Bot, answer: Answer | None, asked: str | None) -> Article | None:
    """Give the article the answer quotes first, else the one that was asked; None to show the list of all."""
    if answer and answer.citations:
        return answer.citations[0].article
    if asked is not None:
        return bot.article(asked)
    if not len(bot.articles):
        raise HTTPException(503, NO_ARTICLE)
    return None
