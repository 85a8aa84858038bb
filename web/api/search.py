"""Searching: the passages nearest to a query, without an answer being looked for in them."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bot import Bot
from bot.question import check_question
from index.types import Hit
from web.api.common import NONE_FITS, TOO_LONG, bot_of, filter_of, problem
from web.article_json import ref_to_dict, sentence_to_dict
from web.library_schemas import SearchBody, SearchResultBody
from web.operations.admission import ADMITTED

router = APIRouter(tags=["search"], dependencies=[ADMITTED])


@router.post(
    "/api/v1/search",
    response_model=SearchResultBody,
    responses={
        404: NONE_FITS,
        413: TOO_LONG,
        422: problem("The query is empty or too long, or the body is not of the described shape."),
    },
)
def search(request: Request, body: SearchBody) -> Response:
    """Search for passages by meaning and by words; to get an answer, ask instead."""
    return JSONResponse(search_to_dict(bot_of(request), body))


def search_to_dict(bot: Bot, body: SearchBody) -> dict[str, Any]:
    """Search, and give what was found in the shape of ``SearchResultBody``.

    Raises:
        EmptyQuestionError, QuestionTooLongError: the query cannot be looked for.
        NoSuchArticleError: an article or a collection that is named is not there, or no article fits.
    """
    query = check_question(body.query)
    hits = bot.index.search(query, body.k, mode=body.mode, where=filter_of(body))
    return {"query": query, "hits": [_hit_to_dict(hit) for hit in hits]}


def _hit_to_dict(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "article": ref_to_dict(passage.article),
        "passage": {"start": passage.start, "end": passage.end},
        "text": passage.text,
        "sentences": [sentence_to_dict(sentence) for sentence in passage.sentences],
        "score": float(hit.score),
        "dense": float(hit.dense),
        "lexical": float(hit.lexical),
    }
