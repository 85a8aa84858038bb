"""Asking: one question, or several at once."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.answer import Answer
from bot.answer_json import answer_to_dict
from bot.bot import Bot
from corpus.errors import ArticleError, QuestionError
from web.answer_schemas import AnswerBatchBody, AnswerBody
from web.api.common import INVALID, NONE_FITS, TOO_LONG, bot_of, filter_of, problem
from web.problems import problem_of
from web.schemas import AskBatchBody, AskBody

router = APIRouter(tags=["questions"])


@router.post(
    "/api/v1/ask",
    response_model=AnswerBody,
    responses={
        404: NONE_FITS,
        413: TOO_LONG,
        422: problem("The question is empty or too long, or the body is not of the described shape."),
    },
)
def ask(request: Request, body: AskBody) -> Response:
    """Ask a question: the sentences that answer it, verbatim and cited, or found=false."""
    # Sent as it is, not through the model: the contract's one writer is answer_to_dict, and a test holds them equal.
    return JSONResponse(answer_to_dict(answer_of(bot_of(request), body)))


@router.post("/api/v1/ask/batch", response_model=AnswerBatchBody, responses={413: TOO_LONG, 422: INVALID})
def ask_batch(request: Request, body: AskBatchBody) -> Response:
    """Ask several questions: each gets its answer, or the problem that it would get alone."""
    bot = bot_of(request)
    return JSONResponse({"answers": [_answer_or_problem(bot, question) for question in body.questions]})


def answer_of(bot: Bot, body: AskBody) -> Answer:
    """Ask what the body says; raises as ``Bot.ask``."""
    return likeliest(bot.ask(body.question, where=filter_of(body), history=body.history), body.k)


def likeliest(answer: Answer, k: int) -> Answer:
    """Give the answer with its ``k`` likeliest citations in the order they had: the best, then as in the text."""
    kept = sorted(answer.citations[1:], key=lambda citation: -citation.score)[: k - 1]
    citations = [citation for citation in answer.citations[1:] if citation in kept]
    return replace(answer, citations=[*answer.citations[:1], *citations], nearest=answer.nearest[:k])


def _answer_or_problem(bot: Bot, body: AskBody) -> dict[str, Any]:
    try:
        return {"answer": answer_to_dict(answer_of(bot, body)), "problem": None}
    except (QuestionError, ArticleError) as error:
        return {"answer": None, "problem": problem_of(error)}
