"""The pages a reader sees: the article beside the chat, one answer, the API's description."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.answer import Answer
from bot.bot import Bot
from bot.question import MAX_CHARACTERS
from corpus import Article, Sentence, split_sentences
from corpus.errors import NoSuchArticleError, QuestionError
from web.article_view import ArticleView, view_article
from web.problems import NO_ARTICLE
from web.reference import describe
from web.rendering import render

router = APIRouter(include_in_schema=False)

_CONFIDENCE_WORDS = ((0.9, "Very likely the answer"), (0.7, "Likely the answer"), (0.5, "Possibly the answer"))
MOST_EARLIER = 5  # questions an address carries; chat.js keeps as many
_UNSURE = "Perhaps the answer; check it in the article"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer, or why it could not be asked."""

    question: str  # as typed
    earlier: Sequence[str]  # the questions before it, oldest first
    answer: Answer | None = None
    error: str | None = None


# The conversation's earlier questions, oldest first.
Earlier = Annotated[list[str], Query(alias="h", default_factory=list)]


@router.api_route("/", methods=["GET", "HEAD"])
def chat(request: Request, earlier: Earlier, q: str | None = None, article: str | None = None) -> Response:
    """Show an article beside the chat and, when a question is asked, its answer."""
    bot: Bot = request.app.state.bot
    exchange = None if q is None else ask(bot, q, article, earlier)
    context = _context(bot, exchange, article)
    return render(request, "chat.html", context, status=422 if exchange and exchange.error else 200)


@router.api_route("/answer", methods=["GET", "HEAD"])
def answer(request: Request, earlier: Earlier, q: str = "", article: str | None = None) -> Response:
    """Show the answer alone: the very part of the whole page, for its script to insert."""
    bot: Bot = request.app.state.bot
    exchange = ask(bot, q, article, earlier)
    template = "_error.html" if exchange.error else "_answer.html"
    return render(request, template, _context(bot, exchange, article), status=422 if exchange.error else 200)


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> Response:
    """Describe the API, from its OpenAPI document."""
    server = str(request.base_url).rstrip("/")
    return render(request, "docs.html", {"reference": describe(request.app.openapi(), server)})


def ask(bot: Bot, question: str, article_id: str | None, earlier: Sequence[str] = ()) -> Exchange:
    """Ask the article with that id, or all; a question that cannot be asked becomes an error to show.

    Of ``earlier``, as an address gives them, the last few that could be questions count.
    """
    earlier = [each for each in earlier if each.strip() and len(each) <= MAX_CHARACTERS][-MOST_EARLIER:]
    try:
        return Exchange(question, earlier, answer=bot.ask(question, article=article_id, history=earlier))
    except QuestionError as error:
        return Exchange(question, earlier, error=str(error))


def confidence_words(confidence: float) -> str:
    """Say a confidence in words; the figure stands beside them."""
    return next((words for least, words in _CONFIDENCE_WORDS if confidence >= least), _UNSURE)


def _context(bot: Bot, exchange: Exchange | None, article_id: str | None) -> dict[str, Any]:
    answer = exchange.answer if exchange else None
    shown = _article_to_show(bot, answer, article_id)
    cited = [item.sentence.index for item in answer.citations if item.article.id == shown.id] if answer else []
    return {
        "article": _view(bot, shown, cited),
        "asked": article_id,
        "exchange": exchange,
        "answer": answer,
        "history": _history(exchange),
        "confidence_words": confidence_words,
    }


def _history(exchange: Exchange | None) -> list[str]:
    """Give the questions that the next one may lean on."""
    if exchange is None:
        return []
    return [*exchange.earlier, *([exchange.question] if exchange.answer else [])][-MOST_EARLIER:]


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


def _article_to_show(bot: Bot, answer: Answer | None, article_id: str | None) -> Article:
    """Give the article that was asked, else the one the answer quotes first, else the first of all."""
    if article_id is not None:
        return bot.article(article_id)
    if answer and answer.citations:
        return answer.citations[0].article
    for listed in bot.articles:
        try:
            return bot.article(listed.id)
        except NoSuchArticleError:  # removed meanwhile
            continue
    raise HTTPException(503, NO_ARTICLE)
