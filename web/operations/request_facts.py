"""What is known of the request at hand: for its log line, its metrics and its trace."""

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

HEADER = "x-request-id"
_PLAIN = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}", re.ASCII)  # nothing that could end a header or a line

_CURRENT: ContextVar["RequestFacts | None"] = ContextVar("request_facts", default=None)


@dataclass(slots=True)
class RequestFacts:
    """One request: its id, and what was noted of it while it was answered. No text of a question or an article."""

    id: str
    method: str
    noted: dict[str, Any] = field(default_factory=dict)


def id_from(given: str | None) -> str:
    """Give the request id that a client or a proxy gave, where it is a plain word, else a new one."""
    return given if given is not None and _PLAIN.fullmatch(given) else uuid.uuid4().hex


def begin(facts: RequestFacts) -> None:
    """Let ``facts`` be those of whatever this task does from now on, and of the threads and tasks that it starts."""
    _CURRENT.set(facts)


def current() -> RequestFacts | None:
    """Give the facts of the request at hand; None outside of one."""
    return _CURRENT.get()


def note(**facts: Any) -> None:
    """Put facts into the request's log line. Never words that a reader typed or that an article holds."""
    known = _CURRENT.get()
    if known is not None:
        known.noted |= facts
