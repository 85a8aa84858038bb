"""Between conversations and feedback and the rows they are stored as."""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from corpus.errors import StoredDataError
from corpus.library.rows import StoredRow, storable
from corpus.library.talk import CitedPlace, Feedback, StoredTurn
from corpus.library.types import Filter

P = ParamSpec("P")
T = TypeVar("T")

_SETS = ("articles", "collections", "sources", "languages")
_DAYS = ("published_from", "published_to")

Places = Mapping[str, Sequence[CitedPlace]]  # by kind


def _undamaged(give: Callable[P, T]) -> Callable[P, T]:
    """Let a function that gives back what was stored say so where it is that no more."""

    @wraps(give)
    def given(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return give(*arguments, **named)
        except (ValueError, TypeError, AttributeError) as error:
            message = "A stored conversation or feedback is damaged. Delete it, or put a copy of the library back."
            raise StoredDataError(message) from error

    return given


def new_id() -> str:
    """Give an id: the time in milliseconds, so that ids are in the order of making, then 128 random bits.

    It begins with a digit, so that a command does not take it for an option.
    """
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_urlsafe(16)}"


def now() -> datetime:
    """Give the moment as it is stored: UTC, without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)


def moment(value: datetime) -> datetime:
    """Give a moment as it is stored, from one that says its zone."""
    return value.astimezone(UTC).replace(tzinfo=None)


def to_scope(where: Filter) -> str:
    """Give the filter as JSON."""
    sets = {name: sorted(getattr(where, name)) for name in _SETS if getattr(where, name) is not None}
    days = {name: getattr(where, name).isoformat() for name in _DAYS if getattr(where, name) is not None}
    return json.dumps({**sets, **days})


@_undamaged
def of_scope(scope: str) -> Filter:
    """Give the filter back."""
    given = json.loads(scope)
    sets: dict[str, Any] = {name: frozenset(given[name]) for name in _SETS if name in given}
    days: dict[str, Any] = {name: date.fromisoformat(given[name]) for name in _DAYS if name in given}
    return Filter(**sets, **days)


def turn_row(turn: StoredTurn) -> dict[str, Any]:
    """Give the row of ``turns``, but for its conversation and number."""
    return {
        "question": storable(turn.question),
        "standalone": storable(turn.standalone_question),
        "found": turn.found,
        "confidence": turn.confidence,
        "asked": moment(turn.asked),
    }


@_undamaged
def turn_of(row: StoredRow, places: Places) -> StoredTurn:
    """Give the turn back, with its places."""
    return StoredTurn(
        question=row.question,
        standalone_question=row.standalone,
        found=row.found,
        confidence=row.confidence,
        asked=row.asked.replace(tzinfo=UTC),
        citations=tuple(places.get("citation", ())),
        nearest=tuple(places.get("nearest", ())),
        number=row.number,
    )


def feedback_row(feedback: Feedback) -> dict[str, Any]:
    """Give the row of ``feedback``, but for its id, time and conversation."""
    return {
        "question": storable(feedback.question),
        "standalone": storable(feedback.standalone_question),
        "history": json.dumps([storable(question) for question in feedback.history]),
        "verdict": feedback.verdict,
        "found": feedback.found,
    }


@_undamaged
def feedback_of(row: StoredRow, places: Places) -> Feedback:
    """Give the feedback in a row joined with its conversation's id, ``talk``, and with its places."""
    return Feedback(
        question=row.question,
        standalone_question=row.standalone,
        verdict=row.verdict,
        place=next(iter(places.get("shown", ())), None),
        right=next(iter(places.get("right", ())), None),
        conversation=row.talk,
        found=row.found,
        history=tuple(json.loads(row.history)),
        id=row.id,
        created=row.created.replace(tzinfo=UTC),
    )


def place_rows(owner: str, key: int, places: Iterable[tuple[str, CitedPlace]]) -> list[dict[str, Any]]:
    """Give the rows of ``places``: each with its kind, all of the turn or feedback of that key."""
    return [
        {
            owner: key,
            "kind": kind,
            "article": storable(place.article_id),
            "version": place.version,
            "fingerprint": storable(place.fingerprint),
            "start": place.start,
            "end": place.end,
            "sentence": place.sentence_index,
            "score": place.score,
            "answer_start": place.answer_span and place.answer_span[0],
            "answer_end": place.answer_span and place.answer_span[1],
        }
        for kind, place in places
    ]


@_undamaged
def place_of(row: StoredRow) -> CitedPlace:
    """Give the place back."""
    return CitedPlace(
        article_id=row.article,
        version=row.version,
        fingerprint=row.fingerprint,
        start=row.start,
        end=row.end,
        sentence_index=row.sentence,
        score=row.score,
        answer_span=None if row.answer_start is None else (row.answer_start, row.answer_end),
    )
