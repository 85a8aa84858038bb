"""Bodies that cannot be read, and disks that are full: both would else be told in others' words, or as our fault."""

import errno
import logging

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from web.problems import RETRY_SECONDS, error_response

_LOG = logging.getLogger(__name__)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM = "There is no room on the server's disk to take this in. Nothing of it was stored; try again later."
_NO_JSON = (
    "The body cannot be read as JSON. Send it in UTF-8 and not compressed, nested no deeper than the description says, "
    "and its numbers with no more digits than they need."
)
_FASTAPIS = "There was an error parsing the body"  # its words for whatever went wrong while it read one


def install(app: FastAPI) -> None:
    """Let ``app``, whose errors ``web.problems`` words, tell these too."""
    known = app.exception_handlers[HTTPException]
    app.add_exception_handler(OSError, _system_error)
    app.add_exception_handler(HTTPException, _reworded(known))


def _system_error(request: Request, error: Exception) -> Response:
    if not (isinstance(error, OSError) and error.errno in _FULL):
        raise error
    _LOG.warning("The disk is full: a request's body could not be kept. Make room where temporary files go.")
    return error_response(request, 503, _NO_ROOM, name="library-unavailable", headers={"retry-after": RETRY_SECONDS})


def _reworded(known: ExceptionHandler) -> ExceptionHandler:
    async def tell(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.detail == _FASTAPIS:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL:
                return _system_error(request, error.__cause__)
            error.detail = _NO_JSON
        return await run_in_threadpool(known, request, error)  # type: ignore[arg-type]

    return tell
