"""Feedback on answers: given and taken back by readers, listed and exported for those who may change the library."""

from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversation.export import feedback_to_dict
from bot.feedback_export import all_feedback, export_feedback
from bot.question import check_question
from corpus.errors import CitationError, NoSuchConversationError
from corpus.library.talk import CitedPlace, Feedback
from corpus.quoted import Quotes
from web.access.access import access_of
from web.api.common import INVALID, NOT_KEPT, problem, readable, talk_of
from web.api.conversations import After, Limit, request_quotes
from web.schemas import MOST_HISTORY
from web.served_talk import ServedTalk
from web.talk_schemas import LONGEST_ID, FeedbackBody, FeedbackListBody, GiveFeedbackBody, ShownPlaceBody

router = APIRouter(tags=["feedback"])
listing = APIRouter(tags=["feedback"])  # for those who may change the library

FeedbackId = Annotated[str, Path(description="The feedback's id.", max_length=LONGEST_ID)]

LEFT_OUT = "askarticle-left-out"  # a header: how many pieces of feedback an export has no question for
_FEEDBACK = "/api/v1/feedback"
_PRIVATE = {"cache-control": "no-store"}
_LINES: dict[str, Any] = {
    "description": "JSON lines, an article a line, in the form that `askarticle evaluate` reads.",
    "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    "headers": {
        "AskArticle-Left-Out": {
            "description": "How many pieces of feedback are left out, because their sentence is gone or changed, or "
            "because they don't say what is right.",
            "schema": {"type": "integer"},
        }
    },
}


@router.post(
    _FEEDBACK,
    status_code=201,
    response_model=FeedbackBody,
    responses={
        422: problem("The question cannot be one, a sentence is not there, or the body is not of the described shape."),
        503: NOT_KEPT,
    },
)
def give_feedback(request: Request, body: GiveFeedbackBody) -> Response:
    """Say whether an answer was right; where it was wrong, which sentence is right. Only places are kept."""
    talk, quotes = talk_of(request), request_quotes(request)
    question = check_question(body.question)
    feedback = Feedback(
        question=question,
        standalone_question=body.standalone_question or question,
        verdict=body.verdict,
        place=_place(quotes, body.place, "place"),
        right=_place(quotes, body.right, "right"),
        conversation=body.conversation,
        found=body.found,
        history=tuple(body.history) or _before(talk, body.conversation, question),
    )
    kept = talk.get_feedback(talk.add_feedback(feedback))
    return JSONResponse(feedback_to_dict(kept, quotes), 201, _PRIVATE)


@router.delete(
    f"{_FEEDBACK}/{{feedback_id}}",
    status_code=204,
    responses={404: problem("There is no feedback of that id."), 422: INVALID, 503: NOT_KEPT},
)
def take_feedback_back(request: Request, feedback_id: FeedbackId) -> Response:
    """Take feedback back."""
    talk_of(request).delete_feedback(feedback_id)
    return Response(status_code=204)


@readable(listing, _FEEDBACK, response_model=FeedbackListBody, responses={422: INVALID, 503: NOT_KEPT})
def list_feedback(request: Request, after: After = None, limit: Limit = 100) -> Response:
    """List the feedback. A key for some collections sees what is about their articles alone."""
    quotes = request_quotes(request)
    seen = (one for one in all_feedback(talk_of(request), after) if _may_see(request, one, quotes))
    page = list(islice(seen, limit + 1))  # an id is enough to take feedback back: next, too, is one that may be seen
    listed = [feedback_to_dict(one, quotes) for one in page[:limit]]
    following = page[limit - 1].id if len(page) > limit else None
    return JSONResponse({"feedback": listed, "next": following}, headers=_PRIVATE)


@readable(listing, f"{_FEEDBACK}/export", response_class=Response, responses={200: _LINES, 503: NOT_KEPT})
def get_feedback_export(request: Request) -> Response:
    """Get the feedback as gold questions: a confirmed sentence, or the one that was named instead, is the gold."""
    quotes = request_quotes(request)
    seen = (one for one in all_feedback(talk_of(request)) if _may_see(request, one, quotes))
    export = export_feedback(seen, quotes)
    headers = {
        LEFT_OUT: str(export.left_out.total()),
        "content-disposition": 'attachment; filename="feedback.jsonl"',
    }
    return Response("".join(export.lines()).encode(), media_type="application/x-ndjson", headers=_PRIVATE | headers)


def _place(quotes: Quotes, body: ShownPlaceBody | None, name: str) -> CitedPlace | None:
    """Give the place that is described.

    Raises:
        CitationError: no version of that article has a sentence there.
    """
    if body is None:
        return None
    article, span = body.article, body.sentence
    sentence = quotes.find(article.id, article.fingerprint, span.start, span.end)
    if sentence is None:
        raise CitationError(
            f"{name}: no version of that article has a sentence at {span.start}-{span.end}. Give article and sentence "
            f"as an Answer has them."
        )
    version = sentence.article.version
    return CitedPlace(article.id, version, article.fingerprint, span.start, span.end, sentence.index, body.score)


def _before(talk: ServedTalk, conversation: str | None, question: str) -> tuple[str, ...]:
    """Give the questions of a conversation before this one; none where it is not in it."""
    if conversation is None:
        return ()
    try:
        asked = [turn.question for turn in talk.get(conversation).turns]
    except NoSuchConversationError:  # what a reader says of an answer counts without it
        return ()
    last = next((place for place in reversed(range(len(asked))) if asked[place] == question), 0)
    return tuple(asked[max(last - MOST_HISTORY, 0) : last])


def _may_see(request: Request, feedback: Feedback, quotes: Quotes) -> bool:
    if access_of(request).collections is None:
        return True
    places = [place for place in (feedback.place, feedback.right) if place is not None]
    return bool(places) and all(quotes.of(place).status != "gone" for place in places)
