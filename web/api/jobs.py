"""Jobs: what became of a long addition, as it goes on, and how to stop it."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Path
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api.common import event_stream, jobs_of, problem, readable
from web.jobs import Job
from web.library_schemas import JobBody, JobListBody

router = APIRouter(tags=["jobs"])

JobId = Annotated[str, Path(max_length=200, description="The job's id.")]
NO_SUCH_JOB = problem("There is no job with that id; it may have been forgotten.")
_EVENTS = event_stream(
    "Server-sent events: progress whenever something has changed, end with what became of all; the data is the job as "
    "JSON, in progress without its articles."
)
_LOOK = 0.2  # seconds between two looks at a job
_QUIET = 15  # seconds after which a silent stream says that it is alive


@readable(router, "/api/v1/jobs", response_model=JobListBody)
def list_jobs(request: Request) -> Response:
    """List the jobs that are known, the newest first."""
    return JSONResponse({"jobs": [job.to_dict(articles=False) for job in jobs_of(request).all()]})


@readable(router, "/api/v1/jobs/{job_id}", response_model=JobBody, responses={404: NO_SUCH_JOB})
def get_job(request: Request, job_id: JobId) -> Response:
    """Say how far a job is, and what became of its articles."""
    return JSONResponse(jobs_of(request).get(job_id).to_dict())


@router.get("/api/v1/jobs/{job_id}/events", response_class=Response, responses={200: _EVENTS, 404: NO_SUCH_JOB})
def follow_job(request: Request, job_id: JobId) -> Response:
    """Follow a job as server-sent events, until it ends."""
    return EventSourceResponse(_events(jobs_of(request).get(job_id)), headers={"x-accel-buffering": "no"})


@router.post("/api/v1/jobs/{job_id}/cancel", response_model=JobBody, responses={404: NO_SUCH_JOB})
def cancel_job(request: Request, job_id: JobId) -> Response:
    """Cancel a job: it stops within the article at hand, and what it has stored stays. An ended one stays as it is."""
    return JSONResponse(jobs_of(request).cancel(job_id).to_dict())


async def _events(job: Job) -> AsyncIterator[bytes]:
    said, quiet = "", 0.0
    while not job.finished.done():
        state = json.dumps(job.to_dict(articles=False))
        if state != said:
            yield format_sse_event(data_str=state, event="progress")
            said, quiet = state, 0.0
        elif quiet >= _QUIET:
            yield format_sse_event(comment="still at work")
            quiet = 0.0
        await anyio.sleep(_LOOK)
        quiet += _LOOK
    yield format_sse_event(data_str=json.dumps(job.to_dict()), event="end")
