"""The OpenAI-compatible chat: the answer is the quoted text, with numbered sources in it and as annotations."""

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.answer import Answer, Citation
from bot.answer_json import answer_to_dict
from bot.question import MAX_CHARACTERS
from corpus.library.types import Filter
from web.api.common import TOO_LONG, bot_of, event_stream, problem
from web.api.models import EVERYTHING, check_model
from web.chat_text import ChatText, chat_text
from web.openai_schemas import ChatBody, CompletionBody, MessageBody
from web.operations.admission import ADMITTED
from web.problems import Problem
from web.schemas import MOST_HISTORY

router = APIRouter(tags=["openai-compatible"], dependencies=[ADMITTED])

_EVENTS = event_stream("The answer; with stream, chunks of it as server-sent events, the last one [DONE].")


@router.post(
    "/v1/chat/completions",
    response_model=CompletionBody,
    responses={
        200: _EVENTS,
        404: problem("The model is no collection of the library, or no article answers under it."),
        413: TOO_LONG,
        422: problem("There is no question among the messages, or the body is not of the described shape."),
    },
)
def complete_chat(request: Request, body: ChatBody) -> Response:
    """Ask as OpenAI's clients do. No model writes anything: the content quotes the articles, or declines in words."""
    check_model(request, body.model)
    asked = [text for message in body.messages if message.role == "user" and (text := _words(message))]
    if not asked:
        raise Problem("bad-question", "No message of the user has words in it. Ask something in words.")
    *earlier, question = asked
    history = [text for text in earlier if len(text) <= MAX_CHARACTERS][-MOST_HISTORY:]
    where = Filter() if body.model == EVERYTHING else Filter(collections=frozenset({body.model}))
    answer = bot_of(request).ask(question, where=where, history=history)
    written = chat_text(answer, lambda citation: _page_of(request, citation), _what(request))
    reply = Reply(body.model, answer, written, sum(len(text.split()) for text in asked), int(time.time()))
    if not body.stream:
        return JSONResponse(reply.completion())
    usage = bool(body.stream_options and body.stream_options.include_usage)
    return StreamingResponse(reply.chunks(usage), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


class Reply:
    """An answer in the shapes of a completion and of its chunks."""

    def __init__(self, model: str, answer: Answer, written: ChatText, words: int, created: int) -> None:
        self._answer, self._written, self._words = answer, written, words
        digest = hashlib.sha256(f"{answer.standalone_question}\0{written.text}".encode()).hexdigest()
        self._facts = {"id": f"chatcmpl-{digest[:24]}", "created": created, "model": model}

    def completion(self) -> dict[str, Any]:
        """Give the whole, in the shape of ``CompletionBody``."""
        message = {
            "role": "assistant",
            "content": self._written.text,
            "refusal": None,
            "annotations": self._annotations(),
        }
        return {
            **self._facts,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": self._usage(),
            "askarticle": answer_to_dict(self._answer),
        }

    def chunks(self, usage: bool) -> Iterator[str]:
        """Give the chunks as server-sent events."""
        # A client that wants the usage finds it in a chunk of its own, and null in the others.
        more = {"usage": None} if usage else {}
        yield self._chunk({"role": "assistant", "content": "", "refusal": None}, **more)
        for piece in self._written.pieces:
            yield self._chunk({"content": piece}, **more)
        yield self._chunk({"annotations": self._annotations()}, **more)
        yield self._chunk({}, "stop", askarticle=answer_to_dict(self._answer), **more)
        if usage:
            yield self._event({"choices": [], "usage": self._usage()})
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        return self._event(
            {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}], **more}
        )

    def _event(self, members: dict[str, Any]) -> str:
        return f"data: {json.dumps({**self._facts, 'object': 'chat.completion.chunk', **members})}\n\n"

    def _annotations(self) -> list[dict[str, Any]]:
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "url": quoted.url,
                    "title": quoted.citation.article.title,
                    "start_index": quoted.start,
                    "end_index": quoted.end,
                },
            }
            for quoted in self._written.quoted
        ]

    def _usage(self) -> dict[str, int]:
        written = len(self._written.text.split())
        return {
            "prompt_tokens": self._words,
            "completion_tokens": written,
            "total_tokens": self._words + written,
        }


def _words(message: MessageBody) -> str:
    if isinstance(message.content, list):
        parts = [part.text for part in message.content if part.type == "text" and part.text]
        return "\n".join(parts).strip()
    return (message.content or "").strip()


def _page_of(request: Request, citation: Citation) -> str:
    base = str(request.base_url).rstrip("/")
    return f"{base}/?article={quote(citation.article.id, safe='')}#s{citation.sentence.index + 1}"


def _what(request: Request) -> str:
    return "the article" if len(bot_of(request).articles) == 1 else "the articles"
