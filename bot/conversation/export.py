"""A stored conversation, shown: as JSON and as Markdown, its quotes read from the library at that moment."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.answer_json import utf16_offset
from bot.text_fragment import text_fragment_link
from corpus.article import Sentence
from corpus.library.talk import Conversation, ConversationSummary, Feedback, StoredTurn
from corpus.library.types import Filter
from corpus.quoted import Quoted, Quotes

GONE = "The article was removed, and its words with it."
_MARKED = re.compile(r"([\\`*_\[\]<~&#])")  # what Markdown reads as more than itself, wherever it stands
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # what a terminal may heed
_LEADING = re.compile(r"^([-+=>|]|\d+(?=[.)]))")  # and what it does so at a line's start


def conversation_to_dict(conversation: Conversation, quotes: Quotes, days: int) -> dict[str, Any]:
    """Give a conversation, ready for ``json.dumps``; it is kept ``days`` after its last use.

    Raises:
        StoredDataError: the library cannot be read.
    """
    return {
        "id": conversation.id,
        "scope": scope_to_dict(conversation.where),
        "created": conversation.created.isoformat(timespec="seconds"),
        "used": conversation.used.isoformat(timespec="seconds"),
        "expires": (conversation.used + timedelta(days=days)).isoformat(timespec="seconds"),
        "turns": [_turn_to_dict(turn, quotes) for turn in conversation.turns],
    }


def scope_to_dict(where: Filter) -> dict[str, Any]:
    """Give what a conversation's questions are put to; what is not narrowed is null."""
    sets = {name: getattr(where, name) for name in ("articles", "collections", "sources", "languages")}
    return {
        **{name: None if names is None else sorted(names) for name, names in sets.items()},
        "published_from": where.published_from and where.published_from.isoformat(),
        "published_to": where.published_to and where.published_to.isoformat(),
    }


def summary_to_dict(summary: ConversationSummary) -> dict[str, Any]:
    """Give what a list shows of a conversation, ready for ``json.dumps``."""
    return {
        "id": summary.id,
        "scope": scope_to_dict(summary.where),
        "created": summary.created.isoformat(timespec="seconds"),
        "used": summary.used.isoformat(timespec="seconds"),
        "turns": summary.turns,
        "question": summary.question,
    }


def feedback_to_dict(feedback: Feedback, quotes: Quotes) -> dict[str, Any]:
    """Give feedback, ready for ``json.dumps``; raises StoredDataError."""
    return {
        "id": feedback.id,
        "created": feedback.created and feedback.created.isoformat(timespec="seconds"),
        "question": feedback.question,
        "standalone_question": feedback.standalone_question,
        "history": list(feedback.history),
        "verdict": feedback.verdict,
        "found": feedback.found,
        "place": feedback.place and quoted_to_dict(quotes.of(feedback.place)),
        "right": feedback.right and quoted_to_dict(quotes.of(feedback.right)),
        "conversation": feedback.conversation,
    }


def quoted_to_dict(quoted: Quoted) -> dict[str, Any]:
    """Give a cited place and what the library has there; offsets are code points unless said."""
    place, article, sentence = quoted.place, quoted.article, quoted.sentence
    span = place.answer_span
    return {
        "status": quoted.status,
        "article": {
            "id": place.article_id,
            "title": article and article.title,
            "url": article and article.url,
            "fingerprint": place.fingerprint,
            "version": place.version,
        },
        "sentence": {"index": place.sentence_index, "start": place.start, "end": place.end},
        "quote": quoted.quote,
        "answer": {"start": span[0], "end": span[1], "text": quoted.answer} if span and sentence else None,
        "utf16": sentence and _utf16(sentence),
        "score": round(place.score, 4),
        "link": text_fragment_link(quoted.now) if quoted.now and quoted.holds else None,
        "now": _now_to_dict(quoted.now) if quoted.now and quoted.status != "valid" else None,
    }


def conversation_to_markdown(conversation: Conversation, quotes: Quotes) -> str:
    """Give a conversation as a Markdown document: questions as headings, quotes as quotes with where they stand.

    Raises:
        StoredDataError: the library cannot be read.
    """
    blocks = [f"# Conversation of {conversation.created.date().isoformat()}"]
    for turn in conversation.turns:
        blocks += _turn_blocks(turn, quotes)
    if not conversation.turns:
        blocks.append("Nothing was asked yet.")
    return "\n\n".join(blocks) + "\n"


def _turn_to_dict(turn: StoredTurn, quotes: Quotes) -> dict[str, Any]:
    return {
        "number": turn.number,
        "question": turn.question,
        "standalone_question": turn.standalone_question,
        "found": turn.found,
        "confidence": round(turn.confidence, 4),
        "asked": turn.asked.isoformat(timespec="seconds"),
        "citations": [quoted_to_dict(quotes.of(place)) for place in turn.citations],
        "nearest": [quoted_to_dict(quotes.of(place)) for place in turn.nearest],
    }


def _utf16(sentence: Sentence) -> dict[str, int]:
    text = sentence.article.text
    return {"start": utf16_offset(text, sentence.start), "end": utf16_offset(text, sentence.end)}


def _now_to_dict(sentence: Sentence) -> dict[str, Any]:
    place = {"index": sentence.index, "start": sentence.start, "end": sentence.end}
    return {"version": sentence.article.version, **place, "text": sentence.text}


def _turn_blocks(turn: StoredTurn, quotes: Quotes) -> Iterator[str]:
    yield f"## {turn.number}. {_escaped(turn.question)}"
    if turn.standalone_question != turn.question:
        yield f"Understood as: {_escaped(turn.standalone_question)}"
    if not turn.found:
        yield "No sure answer was found."
        if turn.nearest:
            yield "The nearest sentences, probably not an answer:"
    for place in turn.citations or turn.nearest:
        yield from _quote_blocks(quotes.of(place))
    if turn.found:
        yield f"Confidence {turn.confidence:.2f}, asked {turn.asked.isoformat(timespec='seconds')}"


def _quote_blocks(quoted: Quoted) -> Iterator[str]:
    if quoted.sentence is None or quoted.article is None:
        yield f"*{GONE}*"
        return
    yield f"> {_escaped(quoted.sentence.text)}"
    title = _escaped(quoted.article.title)
    link = text_fragment_link(quoted.now) if quoted.now and quoted.holds else None
    named = f"[{title}](<{link}>)" if link and not set(link) & set("<>\n ") else title
    place = quoted.place
    where = f"{named}, sentence {place.sentence_index + 1}, characters {place.start}-{place.end}"
    yield f"{where}, version {place.version}, fingerprint {place.fingerprint[:12]}"
    if quoted.status == "changed":
        now = f" Now it says: {_escaped(quoted.now.text)}" if quoted.now else " It no longer says this."
        yield f"*The article has changed since.*{now}"


def _escape_first(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"  # "1\." and "\-"


def _escaped(text: str) -> str:
    """Give ``text`` as Markdown that shows it: on one line, and no character of it meaning anything."""
    line = _CONTROL.sub("\ufffd", " ".join(text.split()))
    return _LEADING.sub(_escape_first, _MARKED.sub(r"\\\1", line))
