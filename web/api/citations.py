"""Checking citations: does the article still say it?"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bot import Bot
from bot.commands.citations import check_to_dict
from corpus import default_article, split_sentences
from corpus.citation_check import CitationCheck, CitedQuote, Version, check_against, check_citation
from corpus.errors import CitationError, NoSuchArticleError
from web.api.common import TOO_LONG, bot_of, library_of, problem
from web.citation_schemas import ChecksBody, CitedBody, VerifyBody
from web.served_library import ServedLibrary

router = APIRouter(tags=["citations"])


@router.post(
    "/api/v1/citations/verify",
    response_model=ChecksBody,
    responses={413: TOO_LONG, 422: problem("What should be checked is no citation as an answer has it.")},
)
def verify_citations(request: Request, body: VerifyBody) -> Response:
    """Check citations of answers: does the article still say it, at that place, or did it, in an earlier version?"""
    return JSONResponse(checks_to_dict(library_of(request), bot_of(request), body.citations))


def checks_to_dict(library: ServedLibrary | None, bot: Bot, citations: Sequence[CitedBody]) -> dict[str, Any]:
    """Check citations, and give what became of them in the shape of ``ChecksBody``.

    Raises:
        CitationError: one of them cannot be one.
        StoredDataError: the library cannot be read.
    """
    checks = [_check(library, bot, _cited(citation)) for citation in citations]
    return {"holds": all(check.holds for check in checks), "citations": [check_to_dict(check) for check in checks]}


def _cited(body: CitedBody) -> CitedQuote:
    if not body.quote.strip():
        raise CitationError("The citation's quote is empty. Give one as an answer has it.")
    if body.sentence.start >= body.sentence.end:
        raise CitationError("The citation's sentence must end behind its start.")
    article, sentence = body.article, body.sentence
    return CitedQuote(article.id, article.fingerprint, article.version, sentence.start, sentence.end, body.quote)


def _check(library: ServedLibrary | None, bot: Bot, cited: CitedQuote) -> CitationCheck:
    store = library.reading() if library else None
    check = check_citation(store, cited) if store else CitationCheck(cited, "gone")
    if check.status not in ("gone", "unknown"):
        return check
    elsewhere = _outside_the_library(bot, cited.article_id) if check.status == "gone" else None
    return check_against([elsewhere], cited) if elsewhere else check


def _outside_the_library(bot: Bot, article_id: str) -> Version | None:
    """Give an article that is asked or comes with the program without being in the library."""
    article = default_article()
    if article.id == article_id:
        return Version(article, split_sentences(article))
    try:
        return Version(bot.article(article_id), bot.sentences(article_id))
    except NoSuchArticleError:
        return None
