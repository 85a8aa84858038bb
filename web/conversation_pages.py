"""A conversation that is kept: its page, the next question, what is taken back; and any conversation as a file."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.conversation.export import conversation_to_dict, conversation_to_markdown
from bot.conversation.stored import turn_to_store
from corpus.errors import NoSuchArticleError, QuestionError
from corpus.library.talk import Conversation
from web.access.guard import charge
from web.api.common import address_of, bot_of, library_of, talk_of
from web.api.conversations import request_quotes
from web.asking import MOST_EARLIER, Exchange, ask_address, put_to, start_address
from web.chat_context import chat_context
from web.forms import Form, SentForm
from web.kept_conversation import KeptConversation, only, view_conversation
from web.one_at_a_time import OneAtATime
from web.operations.admission import ADMITTED
from web.problems import Problem
from web.rendering import render
from web.served_talk import quotes_of
from web.talk_schemas import LONGEST_ID

router = APIRouter(include_in_schema=False)

Id = Annotated[str, Path(max_length=LONGEST_ID)]
Format = Literal["markdown", "json"]

MOST_SHOWN = 50  # turns on a page, the last ones
MOST_TURNS = 50  # questions that one form brings, to be kept or exported
_PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_ASKED_IS_GONE = "What is asked here was removed from the library, so that this conversation goes no further."
_NOTHING = "There is no question that could be kept. Ask one first."


@router.post("/conversation", dependencies=[ADMITTED])
def keep(request: Request, form: SentForm) -> Response:
    """Keep the conversation whose questions the form brings, each asked again as its address says."""
    exchanges = _exchanges(request, form)
    talk = talk_of(request)
    id = talk.start(put_to(exchanges[-1]))
    for exchange in exchanges:
        if exchange.answer:
            talk.append(id, exchange.answer)
    return _to(request, f"/conversation/{id}")


@router.get("/conversation/{id}")
def show(request: Request, id: Id) -> Response:
    """Show a kept conversation whole."""
    return _page(request, id)


@router.post("/conversation/{id}", dependencies=[ADMITTED])
def ask_within(request: Request, id: Id, form: SentForm) -> Response:
    """Ask in a kept conversation; ``alone``: without the questions before it."""
    question, talk = form.one("q"), talk_of(request)
    try:
        with _one_at_a_time(request, id):
            if not _is_repeated(talk.get(id, 1), form):
                _ask_within(request, id, question, alone=bool(form.one("alone")))
    except NoSuchArticleError:
        raise Problem("no-such-article", _ASKED_IS_GONE) from None
    except QuestionError as error:
        failed = Exchange(question, only(talk.get(id, 0).where.articles), (), error=str(error))
        if form.part:
            return render(request, "_error.html", {"exchange": failed}, status=422, headers=_PRIVATE)
        return _page(request, id, failed)
    kept = _kept(request, id, MOST_EARLIER + 1)
    if not form.part or not kept.turns:  # taken back from another window, meanwhile
        return _to(request, f"/conversation/{id}" + (f"#t{kept.turns[-1].number}" if kept.turns else ""))
    context = _context(request, kept) | {"shown": form.one("shown"), "turn": kept.turns[-1]}
    return render(request, "_turn.html", context, headers=_PRIVATE)


def _ask_within(request: Request, id: str, question: str, *, alone: bool) -> None:
    talk, bot = talk_of(request), bot_of(request)
    if alone:
        talk.append(id, bot.ask(question, where=talk.get(id, 0).where))
    else:
        talk.ask(id, question, bot=bot, quotes=quotes_of(bot, library_of(request)))


def _is_repeated(conversation: Conversation, form: Form) -> bool:
    """Say whether the very question stands already behind the turn that the form was shown after: it is sent twice."""
    last, after = conversation.turns[-1:], form.one("after")
    return bool(after) and any(str(turn.number - 1) == after and turn.question == form.one("q") for turn in last)


@router.post("/conversation/{id}/undo")
def undo(request: Request, id: Id, form: SentForm) -> Response:
    """Take the last turn off, if it still is the one that the form stands at: not what another window asked since."""
    talk, number = talk_of(request), form.one("number")
    with _one_at_a_time(request, id):
        last = talk.get(id, 1).turns
        if number and not any(str(turn.number) == number for turn in last):
            if form.part:
                raise HTTPException(409, "The conversation went on elsewhere meanwhile. Look at this page anew.")
            return _to(request, f"/conversation/{id}")
        talk.undo(id)
    return Response(status_code=204) if form.part else _to(request, f"/conversation/{id}")


@router.post("/conversation/{id}/delete")
def delete(request: Request, id: Id) -> Response:
    """Delete a conversation and say so where the next one begins."""
    where = talk_of(request).get(id).where
    talk_of(request).delete(id)
    start = start_address(only(where.articles), collection=only(where.collections))
    return _to(request, f"{start}{'&' if '?' in start else '?'}said=deleted")


@router.get("/conversation/{id}/export/{format}")
def export_kept(request: Request, id: Id, format: Format) -> Response:
    """Give a kept conversation as a file."""
    return _file(request, talk_of(request).get(id), format)


@router.post("/export/{format}", dependencies=[ADMITTED])
def export(request: Request, form: SentForm, format: Format) -> Response:
    """Give the conversation whose questions the form brings as a file; nothing of it is stored."""
    exchanges, now = _exchanges(request, form), datetime.now(UTC)
    answers = [exchange.answer for exchange in exchanges if exchange.answer]
    turns = tuple(replace(turn_to_store(answer), number=number) for number, answer in enumerate(answers, start=1))
    return _file(request, Conversation("", put_to(exchanges[-1]), now, now, turns), format)


def _one_at_a_time(request: Request, id: str) -> AbstractContextManager[bool]:
    """Let one request at a time look at a conversation and then change it: a form may be sent twice at once."""
    turns: OneAtATime = request.app.state.one_at_a_time
    return turns.about(id)


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(address_of(request, path), status_code=303, headers=_PRIVATE)


def _file(request: Request, conversation: Conversation, format: Format) -> Response:
    name = f"conversation.{'md' if format == 'markdown' else 'json'}"
    headers = _PRIVATE | {"content-disposition": f'attachment; filename="{name}"'}
    quotes = request_quotes(request)
    if format == "markdown":
        text = conversation_to_markdown(conversation, quotes)
        return Response(text.encode(), media_type="text/markdown; charset=utf-8", headers=headers)
    told = conversation_to_dict(conversation, quotes, 0)
    if not conversation.id:  # it is not kept, so there is nothing by that name, and nothing that expires
        told = {name: value for name, value in told.items() if name not in ("id", "used", "expires")}
    return JSONResponse(told, headers=headers)


def _exchanges(request: Request, form: Form) -> list[Exchange]:
    """Ask the form's questions again; at least one.

    Raises:
        HTTPException: there is none, or there are too many.
    """
    addresses = form.all("turn")
    if len(addresses) > MOST_TURNS:
        raise HTTPException(422, f"At most {MOST_TURNS} questions can be kept or exported at once. Begin anew.")
    charge(request, len(addresses) - 1)
    found = [exchange for each in addresses if (exchange := ask_address(bot_of(request), each)) and exchange.answer]
    if not found:
        raise HTTPException(422, _NOTHING)
    return found


def _page(request: Request, id: str, failed: Exchange | None = None) -> Response:
    kept = _kept(request, id)
    context = _context(request, kept, failed) | {"said": ""}
    return render(request, "chat.html", context, status=422 if failed else 200, headers=_PRIVATE)


def _kept(request: Request, id: str, last: int | None = None) -> KeptConversation:
    talk = talk_of(request)
    return view_conversation(talk.get(id, last or MOST_SHOWN), request_quotes(request), bot_of(request), talk.days)


def _context(request: Request, kept: KeptConversation, failed: Exchange | None = None) -> dict[str, Any]:
    """Give what chat.html shows: beside the chat stands what the last turn quotes."""
    last = kept.turns[-1].exchange if kept.turns else None
    closed = False
    try:
        context = chat_context(request, last, kept.article, kept.collection)
    except NoSuchArticleError:  # what is asked was removed: the conversation outlives it, and goes no further
        context, closed = chat_context(request, last, None) | {"suggestions": (), "awaited": None}, True
    return context | {
        "kept": kept,
        "closed": closed,
        "asked": kept.article,
        "exchange": failed or last,
        "several": kept.article is None,
    }
