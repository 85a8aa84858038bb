"""The page of a job: how far it is, live by server-sent events or by loading again, and what became of each article."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.api.common import address_of, jobs_of, library_of, readable
from web.jobs import MOST_ARTICLES, Job
from web.library.access import library_to_change, may_change
from web.library.listing import originals_of
from web.library.words import counts_words, given_as, problem_words, state_words
from web.rendering import render, render_part

router = APIRouter(include_in_schema=False)

SHOWN_MEANWHILE = 20  # articles that a running job shows, the last ones; in the end all are
_LOOK = 0.25  # seconds between two looks at a job
_QUIET = 15  # seconds after which a silent stream says that it is alive


@readable(router, "/library/jobs/{job_id}")
def job_page(request: Request, job_id: str, still: str = "") -> Response:
    """Show how far a job is; without script the page loads itself again, unless it is to keep ``still``."""
    library_to_change(request)
    job = jobs_of(request).get(job_id)
    context = _context(request, job) | {"still": bool(still), "may_change": may_change(request)}
    return render(request, "library_job.html", context)


@router.get("/library/jobs/{job_id}/events")
def follow_job_page(request: Request, job_id: str) -> Response:
    """Follow a job: the page's changing part, rendered anew whenever something has changed."""
    library_to_change(request)
    stream = _events(request, jobs_of(request).get(job_id))
    return EventSourceResponse(stream, headers={"x-accel-buffering": "no"})


@router.post("/library/jobs/{job_id}/cancel")
def cancel_job_page(request: Request, job_id: str) -> Response:
    """Cancel a job and go back to its page."""
    library_to_change(request)
    jobs_of(request).cancel(job_id)
    return RedirectResponse(address_of(request, f"/library/jobs/{job_id}"), 303)


async def _events(request: Request, job: Job) -> AsyncIterator[bytes]:
    said: object = None
    quiet = 0.0
    while not job.finished.done():
        state = (job.status, job.progress, job.waits, sum(job.counts.values()))
        if state != said:
            yield format_sse_event(data_str=await run_in_threadpool(_part, request, job), event="progress")
            said, quiet = state, 0.0
        elif quiet >= _QUIET:
            yield format_sse_event(comment="still at work")
            quiet = 0.0
        await anyio.sleep(_LOOK)
        quiet += _LOOK
    yield format_sse_event(data_str=await run_in_threadpool(_part, request, job), event="end")


def _part(request: Request, job: Job) -> str:
    return render_part(request, "_library_job.html", _context(request, job))


def _context(request: Request, job: Job) -> dict[str, Any]:
    ended = job.finished.done()
    taken = list(job.taken)
    library = library_of(request)
    shelves = library.shelves() if library else None
    shown = taken if ended else taken[-SHOWN_MEANWHILE:]
    total = sum(job.counts.values())
    added = [one.id for one in taken if one.id and one.outcome in ("added", "replaced", "duplicate")]
    return {
        "job": job,
        "ended": ended,
        "shown": shown,
        "before": 0 if ended else len(taken) - len(shown),
        "unnamed": max(0, total - MOST_ARTICLES),
        "state": state_words(job),
        "counts": counts_words(job),
        "problem": problem_words(job),
        "given_as": given_as,
        "only": added[0] if len(added) == 1 and total == 1 else None,
        "originals": originals_of(shelves, (one.duplicate_of for one in shown)) if shelves else {},
    }
