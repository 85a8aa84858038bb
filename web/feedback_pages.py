"""What a reader says of an answer: right, or wrong, and then which sentence is right; it can be taken back."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.conversation.stored import MOST_HISTORY, place_of
from corpus.article import Sentence
from corpus.errors import NoSuchArticleError
from corpus.library.talk import CitedPlace, Feedback, StoredTurn, Verdict
from web.api.common import address_of, bot_of, talk_of
from web.api.conversations import request_quotes
from web.asking import ask_address, shown_first
from web.chat_context import chat_context, view_of
from web.forms import Form, SentForm, own_path
from web.operations.admission import ADMITTED
from web.rendering import render
from web.talk_schemas import LONGEST_ID

router = APIRouter(include_in_schema=False)

Id = Annotated[str, Path(max_length=LONGEST_ID)]

_PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_CHANGED = "The answer is another one by now: what it quoted was changed. Ask again, and judge that answer."


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the reader speaks of: a question, and what was shown first."""

    question: str
    standalone: str
    found: bool
    place: CitedPlace | None
    history: tuple[str, ...] = ()
    conversation: str | None = None


@router.post("/feedback", dependencies=[ADMITTED])
def give(request: Request, form: SentForm) -> Response:
    """Keep whether an answer is right; what was shown first is found again, never taken from the form."""
    shown = _of_conversation(request, form) if form.one("conversation") else _of_address(request, form)
    verdict: Verdict = "right" if form.one("verdict") == "right" else "wrong"
    id = talk_of(request).add_feedback(
        Feedback(
            question=shown.question,
            standalone_question=shown.standalone,
            verdict=verdict,
            place=shown.place,
            conversation=shown.conversation,
            found=shown.found,
            history=shown.history,
        )
    )
    return _thank(request, id, form)


@router.get("/feedback/{id}")
def show(request: Request, id: Id, back: str = "/", article: str | None = None, every: bool = False) -> Response:
    """Thank for feedback; where it is wrong, ask for the right sentence: of the article quoted, or of ``every`` one."""
    context = _context(request, id, back)
    feedback: Feedback = context["feedback"]
    asks = feedback.verdict == "wrong" and feedback.right is None
    chosen = None if every else article or (feedback.place and feedback.place.article_id)
    view = listing = None
    if asks and chosen:
        with suppress(NoSuchArticleError):  # then another one may have the sentence
            view = view_of(request, chosen)
    if asks and view is None:
        listing = chat_context(request, None, None)["listing"]
    others = len(bot_of(request).articles) > 1
    context |= {"article": view, "listing": listing, "others": others, "collection": None}
    return render(request, "feedback.html", context, headers=_PRIVATE)


@router.post("/feedback/{id}/right")
def point_out(request: Request, id: Id, form: SentForm) -> Response:
    """Keep which sentence is right, in place of the feedback that said only that the answer is wrong."""
    talk = talk_of(request)
    before = talk.get_feedback(id)
    right = _sentence(request, form)
    place = CitedPlace(
        article_id=right.article.id,
        version=right.article.version,
        fingerprint=right.article.fingerprint,
        start=right.start,
        end=right.end,
        sentence_index=right.index,
    )
    kept = talk.add_feedback(replace(before, verdict="wrong", right=place, id="", created=None))
    talk.delete_feedback(id)
    return _thank(request, kept, form)


@router.post("/feedback/{id}/withdraw")
def withdraw(request: Request, id: Id, form: SentForm) -> Response:
    """Take feedback back."""
    talk_of(request).delete_feedback(id)
    back = own_path(form.one("back"))
    return Response(status_code=204) if form.part else RedirectResponse(address_of(request, back), status_code=303)


def _thank(request: Request, id: str, form: Form) -> Response:
    back = own_path(form.one("back"))
    if form.part:
        return render(request, "_thanks.html", _context(request, id, back), headers=_PRIVATE)
    page = address_of(request, f"/feedback/{id}")
    return RedirectResponse(f"{page}?{urlencode({'back': back}, errors='replace')}", status_code=303)


def _context(request: Request, id: str, back: str) -> dict[str, Any]:
    feedback = talk_of(request).get_feedback(id)
    quotes = request_quotes(request)
    return {
        "feedback": feedback,
        "back": own_path(back),
        "quoted": feedback.place and quotes.of(feedback.place),
        "right": feedback.right and quotes.of(feedback.right),
    }


def _of_address(request: Request, form: Form) -> _Shown:
    """Ask again what the turn's address asks.

    Raises:
        HTTPException: it asks nothing, or another sentence answers by now.
    """
    exchange = ask_address(bot_of(request), form.one("turn"))
    if exchange is None or exchange.answer is None:
        raise HTTPException(422, "The form names no question that was answered.")
    answer = exchange.answer
    if shown_first(answer) != form.one("shown"):
        raise HTTPException(409, _CHANGED)
    first = (*answer.citations, *answer.nearest)[:1]
    history = tuple(exchange.earlier) if exchange.leans else ()
    place = place_of(first[0]) if first else None
    return _Shown(answer.question, answer.standalone_question, answer.found, place, history)


def _of_conversation(request: Request, form: Form) -> _Shown:
    """Give what a turn of a kept conversation showed.

    Raises:
        NoSuchConversationError: it is not there.
        HTTPException: it has no such turn.
    """
    conversation = talk_of(request).get(form.one("conversation"))
    number = form.one("number")
    turn: StoredTurn | None = next((one for one in conversation.turns if str(one.number) == number), None)
    if turn is None:
        raise HTTPException(409, "This question was taken back meanwhile.")
    leans = turn.standalone_question != turn.question
    before = (
        tuple(one.question for one in conversation.turns if one.number < turn.number)[-MOST_HISTORY:] if leans else ()
    )
    place = next(iter((*turn.citations, *turn.nearest)), None)
    return _Shown(turn.question, turn.standalone_question, turn.found, place, before, conversation.id)


def _sentence(request: Request, form: Form) -> Sentence:
    """Give the sentence that was chosen.

    Raises:
        NoSuchArticleError: the article is not there.
        HTTPException: it has no such sentence, or another text by now.
    """
    number = form.one("sentence")
    sentences = bot_of(request).sentences(form.one("article"))
    chosen = next((each for each in sentences if str(each.index + 1) == number), None)
    if chosen is None or chosen.article.fingerprint[:12] != form.one("print"):
        raise HTTPException(409, "The article was changed meanwhile. Open it again and choose once more.")
    return chosen
