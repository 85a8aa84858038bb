"""What the chat's pages and their parts show: the article, the list of several, the questions to suggest."""

from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.answer import Answer
from bot.bot import Bot
from corpus import Article, Sentence, split_sentences
from corpus.errors import NoSuchArticleError
from web.api.common import bot_of
from web.article_view import ArticleView, view_article
from web.asked_articles import MOST_LISTED, asked_articles
from web.asking import Exchange
from web.problems import NO_ARTICLE
from web.suggested import NEWEST, Suggested


def chat_context(
    request: Request, exchange: Exchange | None, asked: str | None, collection: str | None = None
) -> dict[str, Any]:
    """Give what chat.html and its parts show; ``asked`` is the id of the one article that questions go to.

    Raises:
        NoSuchArticleError: the article or the collection is not there.
    """
    bot = bot_of(request)
    found = exchange.answer if exchange else None
    shown = _article_to_show(bot, found, asked)
    listing = asked_articles(request, collection, NEWEST if shown else MOST_LISTED)
    suggested: Suggested = request.app.state.suggested
    suggestions = suggested.known(shown) if shown and asked else suggested.known_of_list(listing.articles)
    talk = request.app.state.talk
    return {
        "article": shown and _view(bot, shown, found),
        "listing": listing,
        "asked": asked,
        "exchange": exchange,
        "answer": found,
        "several": asked is None and listing.count > 1,
        "suggestions": suggestions or (),
        "awaited": None if suggestions else _what_is_asked(asked, collection),
        "collection": collection,
        "keeps": talk is not None,
        "days_kept": talk.days if talk else 0,
        "kept": None,
        "closed": False,
        "turn": None,
    }


def _what_is_asked(article: str | None, collection: str | None) -> dict[str, str]:
    """Give what an address says of it."""
    named = {"collection": collection, "article": article}
    return {name: value for name, value in named.items() if value is not None}


def view_of(request: Request, article_id: str) -> ArticleView:
    """Give an article as it is now; raises NoSuchArticleError."""
    bot = bot_of(request)
    return _view(bot, bot.article(article_id), None)


def _view(bot: Bot, article: Article, answer: Answer | None) -> ArticleView:
    """Lay out the article with what the answer cites of it."""
    citations = answer.citations if answer else ()
    cited = {
        citation.sentence.index: number
        for number, citation in enumerate(citations, start=1)
        if citation.article.fingerprint == article.fingerprint and citation.article.id == article.id
    }
    return view_article(article, _sentences(bot, article), cited)


def _sentences(bot: Bot, article: Article) -> Sequence[Sentence]:
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
