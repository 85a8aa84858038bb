"""Asking: one question, or several at once."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.answer import Answer
from bot.answer_json import answer_to_dict
from bot.bot import Bot
from corpus.errors import ArticleError, ConversationError, QuestionError
from web.access.guard import charge
from web.answer_schemas import AnswerBatchBody, AnswerBody
from web.api.common import INVALID, NONE_FITS, NOT_KEPT, TOO_LONG, bot_of, filter_of, library_of, problem, talk_of
from web.operations.admission import ADMITTED
from web.problems import Problem, problem_of
from web.schemas import AskBatchBody, AskBody
from web.served_talk import quotes_of

router = APIRouter(tags=["questions"], dependencies=[ADMITTED])


@router.post(
    "/api/v1/ask",
    response_model=AnswerBody,
    responses={
        404: NONE_FITS,
        409: problem("The conversation has as many turns as one may have."),
        413: TOO_LONG,
        422: problem("The question is empty or too long, or the body is not of the described shape."),
        503: NOT_KEPT,
    },
)
def ask(request: Request, body: AskBody) -> Response:
    """Ask a question: the sentences that answer it, verbatim and cited, or found=false."""
    # Sent as it is, not through the model: the contract's one writer is answer_to_dict, and a test holds them equal.
    return JSONResponse(answer_to_dict(_answer(request, body)))


@router.post("/api/v1/ask/batch", response_model=AnswerBatchBody, responses={413: TOO_LONG, 422: INVALID})
def ask_batch(request: Request, body: AskBatchBody) -> Response:
    """Ask several questions: each gets its answer, or the problem that it would get alone. Each counts as a request."""
    charge(request, len(body.questions) - 1)
    return JSONResponse({"answers": [_answer_or_problem(request, question) for question in body.questions]})


def answer_of(bot: Bot, body: AskBody) -> Answer:
    """Ask what the body says; raises as ``Bot.ask``."""
    return likeliest(bot.ask(body.question, where=filter_of(body), history=body.history), body.k)


def _answer(request: Request, body: AskBody) -> Answer:
    """Ask what the body says, in its conversation if it names one."""
    bot = bot_of(request)
    if body.conversation is None:
        return answer_of(bot, body)
    scoped = (body.article, body.collection, body.filter) != (None, None, None)
    return talk_of(request).ask(
        body.conversation,
        body.question,
        bot=bot,
        quotes=quotes_of(bot, library_of(request)),
        where=filter_of(body) if scoped else None,
        shown=lambda answer: likeliest(answer, body.k),
    )


def likeliest(answer: Answer, k: int) -> Answer:
    """Give the answer with its ``k`` likeliest citations in the order they had: the best, then as in the text."""
    kept = sorted(answer.citations[1:], key=lambda citation: -citation.score)[: k - 1]
    citations = [citation for citation in answer.citations[1:] if citation in kept]
    return replace(answer, citations=[*answer.citations[:1], *citations], nearest=answer.nearest[:k])


def _answer_or_problem(request: Request, body: AskBody) -> dict[str, Any]:
    try:
        return {"answer": answer_to_dict(_answer(request, body)), "problem": None}
    except (QuestionError, ArticleError, ConversationError, Problem) as error:
        return {"answer": None, "problem": problem_of(error)}
