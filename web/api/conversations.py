"""Conversations: kept in the library's file, read and deleted by whoever knows their ids."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversation.export import conversation_to_dict, conversation_to_markdown, summary_to_dict
from corpus.quoted import Quotes
from web.api.common import (
    INVALID,
    NO_CONVERSATION,
    NOT_KEPT,
    address_of,
    bot_of,
    filter_of,
    library_of,
    problem,
    readable,
    talk_of,
)
from web.problems import Problem
from web.served_talk import quotes_of
from web.talk_schemas import LONGEST_ID, ConversationBody, ConversationListBody, StartBody

router = APIRouter(tags=["conversations"])
listing = APIRouter(tags=["conversations"])  # for those who may change the library: it tells every id

ConversationId = Annotated[str, Path(description="The conversation's id.", max_length=LONGEST_ID)]
After = Annotated[str | None, Query(max_length=LONGEST_ID, description="The id that the page before said is next.")]
Limit = Annotated[int, Query(ge=1, le=500, description="At most so many.")]
Format = Annotated[Literal["markdown", "json"], Query(description="Markdown to read, or the same as JSON.")]

_CONVERSATIONS = "/api/v1/conversations"
_ONE = f"{_CONVERSATIONS}/{{conversation_id}}"
_PRIVATE = {"cache-control": "no-store"}
_TEXT: dict[str, Any] = {
    "description": "The conversation, as a file to keep.",
    "content": {"text/markdown": {"schema": {"type": "string"}}},
}


@router.post(
    _CONVERSATIONS,
    status_code=201,
    response_model=ConversationBody,
    responses={422: INVALID, 503: NOT_KEPT},
)
def start_conversation(request: Request, body: StartBody) -> Response:
    """Begin a conversation. Ask in it with its id: a follow-up is then understood from the questions before it."""
    id = talk_of(request).start(filter_of(body))
    location = {"location": address_of(request, f"{_CONVERSATIONS}/{id}")}
    return JSONResponse(_given(request, id), 201, _PRIVATE | location)


@readable(
    router,
    _ONE,
    response_model=ConversationBody,
    responses={404: NO_CONVERSATION, 422: INVALID, 503: NOT_KEPT},
)
def get_conversation(request: Request, conversation_id: ConversationId) -> Response:
    """Get a conversation. Its quotes are read from the library now: of a removed article there are none."""
    return JSONResponse(_given(request, conversation_id), headers=_PRIVATE)


@router.delete(_ONE, status_code=204, responses={404: NO_CONVERSATION, 422: INVALID, 503: NOT_KEPT})
def delete_conversation(request: Request, conversation_id: ConversationId) -> Response:
    """Delete a conversation with its turns."""
    talk_of(request).delete(conversation_id)
    return Response(status_code=204)


@router.delete(
    f"{_ONE}/turns/last",
    response_model=ConversationBody,
    responses={404: NO_CONVERSATION, 409: problem("The conversation has no turn."), 422: INVALID, 503: NOT_KEPT},
)
def undo_turn(request: Request, conversation_id: ConversationId) -> Response:
    """Take the last turn off: the next question is understood as if it had not been asked."""
    if not talk_of(request).undo(conversation_id):
        raise Problem("nothing-to-undo", "The conversation has no turn that could be taken off.")
    return JSONResponse(_given(request, conversation_id), headers=_PRIVATE)


@readable(
    router,
    f"{_ONE}/export",
    response_model=ConversationBody,
    responses={200: _TEXT, 404: NO_CONVERSATION, 422: INVALID, 503: NOT_KEPT},
)
def export_conversation(request: Request, conversation_id: ConversationId, format: Format = "markdown") -> Response:
    """Get a conversation as a file."""
    name = f"conversation.{'md' if format == 'markdown' else 'json'}"
    headers = _PRIVATE | {"content-disposition": f'attachment; filename="{name}"'}
    if format == "json":
        return JSONResponse(_given(request, conversation_id), headers=headers)
    text = conversation_to_markdown(talk_of(request).get(conversation_id), request_quotes(request))
    return Response(text.encode(), media_type="text/markdown; charset=utf-8", headers=headers)


@readable(
    listing,
    _CONVERSATIONS,
    response_model=ConversationListBody,
    responses={422: INVALID, 503: NOT_KEPT},
)
def list_conversations(request: Request, after: After = None, limit: Limit = 100) -> Response:
    """List the conversations. A key for some collections sees those that were begun about them alone."""
    page = talk_of(request).scan(after, limit + 1)
    listed = [summary_to_dict(one) for one in page[:limit]]
    following = page[limit - 1].id if len(page) > limit else None
    return JSONResponse({"conversations": listed, "next": following}, headers=_PRIVATE)


def request_quotes(request: Request) -> Quotes:
    """Give what reads cited places as the request may see them."""
    return quotes_of(bot_of(request), library_of(request))


def _given(request: Request, id: str) -> dict[str, Any]:
    talk = talk_of(request)
    return conversation_to_dict(talk.get(id), request_quotes(request), talk.days)
