"""The server's log on stderr: plain lines for a terminal, or a JSON object a line for programs.

No word of a question goes into it unless asked for: of errors nobody foresaw it gives the kind and where they were
raised, not their message, which may quote what was typed.
"""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from web.operations.request_facts import current

Form = Literal["plain", "json"]

_OWN = ("askarticle", "web", "bot", "index", "corpus")  # whose messages are written without readers' words
_REQUESTS = logging.getLogger("web.requests")


def set_up_logs(form: Form, *, messages: bool = False, to: TextIO | None = None) -> None:
    """Let all logs of this process go to stderr, or ``to``, in ``form``.

    ``json`` has a line for each request; ``plain`` has warnings and worse alone. ``messages``: with the messages of
    errors nobody foresaw and of other libraries, which may quote a question.
    """
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(JsonLines(messages) if form == "json" else PlainLines(messages))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in ("askarticle", _REQUESTS.name):
        logging.getLogger(name).setLevel(logging.INFO if form == "json" else logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # which may have been set up by its own defaults
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
    threading.excepthook = _log_thread_error


def log_request(facts: dict[str, Any]) -> None:
    """Write a request's line."""
    _REQUESTS.info("request", extra={"facts": facts})


class PlainLines(logging.Formatter):
    """A line of words for each record."""

    def __init__(self, messages: bool) -> None:
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, and below it where an error was raised."""
        lines = [f"{record.levelname.lower()}: {_message(record, self._messages)}"]
        if error := _error(record, self._messages):
            kind = error["error"] + (f": {error['error_message']}" if "error_message" in error else "")
            lines += [f"  {kind}", *(f"    {place}" for place in error["raised_in"])]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """A JSON object for each record, on one line."""

    def __init__(self, messages: bool) -> None:
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        """Give the object."""
        request = current()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": _message(record, self._messages),
            **({"request_id": request.id} if request else {}),
            **getattr(record, "facts", {}),
            **_error(record, self._messages),
        }
        return json.dumps(line, default=str)  # ASCII: no line separator of any alphabet can break it


def _message(record: logging.LogRecord, messages: bool) -> str:
    """Give the message; of other libraries, unless wanted, what stands in their code alone."""
    own = record.name.partition(".")[0] in _OWN
    text = record.getMessage() if own or messages else str(record.msg)
    return " ".join(text.split()) if own or messages else text.partition("\n")[0]


def _error(record: logging.LogRecord, messages: bool) -> dict[str, Any]:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)
    said: dict[str, Any] = {"error_message": " ".join(str(error).split())} if messages else {}
    return {
        "error": type(error).__name__,
        **said,
        "raised_in": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _log_thread_error(error: threading.ExceptHookArgs) -> None:
    if error.exc_value is not None and not isinstance(error.exc_value, SystemExit):
        known = (error.exc_type, error.exc_value, error.exc_traceback)
        logging.getLogger("askarticle").error("a thread ended by an error", exc_info=known)
