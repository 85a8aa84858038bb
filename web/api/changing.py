"""Changing the library: articles are added, replaced and deleted."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, UploadFile
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bot import Bot
from corpus.errors import DamagedArticleError, NoSuchArticleError
from web.adding import add_file, add_text, add_url, keep_upload, replace_text
from web.api.articles import TAG
from web.api.common import (
    BUSY,
    INVALID,
    NO_LIBRARY,
    NO_SUCH_ARTICLE,
    TOO_LONG,
    ArticleId,
    IdempotencyKey,
    Wait,
    address_of,
    bot_of,
    changed_library,
    end_of,
    jobs_of,
    problem,
)
from web.article_json import etag_of, names_tag, tagged
from web.jobs import Job, taken_to_dict
from web.library_schemas import AddArticleBody, AddUrlBody, JobBody, ReplaceArticleBody, TakenBody
from web.problems import Problem
from web.schemas import CollectionName
from web.served_library import ServedLibrary, ShownArticle, find_article

router = APIRouter(tags=["articles"])

_LATER: dict[str, Any] = {"model": JobBody, "description": "It takes longer: the job, to ask for at Location."}
_DONE: dict[str, Any] = {"model": JobBody, "description": "It came to its end within wait."}

IfMatch = Annotated[
    str | None, Header(max_length=2_000, description="The ETag of the state that may be changed; * for any.")
]


@router.post(
    "/api/v1/articles",
    status_code=201,
    response_model=TakenBody,
    responses={
        200: {"model": TakenBody, "headers": TAG, "description": "The text was there already, or it was moved."},
        201: {"headers": TAG},
        202: _LATER,
        409: problem("Another text is there under that id, or there is no library to change."),
        413: TOO_LONG,
        422: problem("The text cannot be taken in, the body is not of the described shape, or the key was reused."),
        503: BUSY,
    },
)
async def add_article(
    request: Request, body: AddArticleBody, wait: Wait = 30, idempotency_key: IdempotencyKey = None
) -> Response:
    """Add an article as text. The same text again changes nothing; to correct an article, replace it."""
    library = changed_library(request)
    asked = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    job = jobs_of(request).submit(Job("text", add_text(library, body)), idempotency_key, asked)
    return await _one_article(request, library, job, wait)


@router.post(
    "/api/v1/imports/file",
    status_code=202,
    response_model=JobBody,
    responses={200: _DONE, 409: NO_LIBRARY, 413: TOO_LONG, 422: INVALID, 503: BUSY},
)
async def import_file(
    request: Request,
    file: Annotated[
        UploadFile,
        File(description="Text, Markdown, HTML, PDF, DOCX, EPUB, a feed, or JSON Lines; told by its content."),
    ],
    collection: Annotated[CollectionName | None, Form(description="Where its articles go.")] = None,
    wait: Wait = 0,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add the articles of a file: the answer is a job, which says of each article what became of it."""
    library, jobs = changed_library(request), jobs_of(request)
    folder = Path(await run_in_threadpool(tempfile.mkdtemp, prefix="askarticle-"))
    job: Job | None = None
    try:
        path, content = await run_in_threadpool(keep_upload, file.file, file.filename or "", folder)
        work = add_file(library, path, f"upload:{path.name}:{content[:16]}", collection)
        new = Job("file", work, lambda: shutil.rmtree(folder, ignore_errors=True))
        job = jobs.submit(new, idempotency_key, f"{content} {path.name} {collection}")
    finally:
        if job is None or job is not new:
            await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return await _job_answer(request, job, wait)


@router.post(
    "/api/v1/imports/url",
    status_code=202,
    response_model=JobBody,
    responses={200: _DONE, 409: NO_LIBRARY, 413: TOO_LONG, 422: INVALID, 503: BUSY},
)
async def import_url(
    request: Request, body: AddUrlBody, wait: Wait = 0, idempotency_key: IdempotencyKey = None
) -> Response:
    """Add what is at a URL: a page, a file or a feed. The answer is a job, as for a file."""
    library = changed_library(request)
    work = add_url(library, body.url, body.collection)
    job = jobs_of(request).submit(Job("url", work), idempotency_key, body.model_dump_json())
    return await _job_answer(request, job, wait)


@router.put(
    "/api/v1/articles/{article_id}",
    response_model=TakenBody,
    responses={
        200: {"headers": TAG},
        202: _LATER,
        404: NO_SUCH_ARTICLE,
        409: problem("The article is not in the library, or there is no library to change."),
        412: problem("The article is in another state than If-Match says: read it again."),
        413: TOO_LONG,
        422: problem("The text cannot be taken in, or the body is not of the described shape."),
        428: problem("If-Match is missing: say which state may be replaced, so that nobody's change is lost."),
        503: BUSY,
    },
)
async def replace_article(
    request: Request, article_id: ArticleId, body: ReplaceArticleBody, if_match: IfMatch = None, wait: Wait = 30
) -> Response:
    """Replace an article's text by its next version. The same text changes nothing."""
    library = changed_library(request)
    if if_match is None:
        raise Problem("precondition-required", "Give the article's ETag as If-Match, so that nobody's change is lost.")
    shown = await run_in_threadpool(_own_article, request, library, article_id, if_match)
    work = replace_text(library, shown.article.id, shown.article.version, body)
    job = jobs_of(request).submit(Job("replace", work))
    return await _one_article(request, library, job, wait)


@router.delete(
    "/api/v1/articles/{article_id}",
    status_code=204,
    responses={
        404: NO_SUCH_ARTICLE,
        409: problem("The article is not in the library, or there is no library to change."),
        412: problem("The article is in another state than If-Match says: read it again."),
        422: INVALID,
        503: BUSY,
    },
)
def delete_article(request: Request, article_id: ArticleId, if_match: IfMatch = None) -> Response:
    """Delete an article with all its versions: no question finds it any more."""
    library = changed_library(request)
    try:
        _own_article(request, library, article_id, if_match)
    except DamagedArticleError:  # it can be got rid of, though its state cannot be told
        if if_match not in (None, "*"):
            raise
    library.writing().delete(article_id)
    return Response(status_code=204, background=BackgroundTask(library.catch_up))


def _own_article(request: Request, library: ServedLibrary, article_id: str, if_match: str | None) -> ShownArticle:
    shown = find_article(library, bot_of(request), article_id)
    if shown.collection is None:
        raise Problem("not-in-library", "This article comes with the program and cannot be changed.")
    if if_match is not None and not names_tag(if_match, etag_of(shown), weak=False):
        raise Problem("version-conflict", "The article is in another state than If-Match says. Read it again.")
    return shown


async def _one_article(request: Request, library: ServedLibrary, job: Job, wait: float) -> Response:
    if not await end_of(job, wait):
        return await _job_answer(request, job, 0)
    if job.error is not None:
        raise job.error
    if not job.taken:
        raise Problem("cancelled", "The addition was cancelled before it came to its end.")
    taken = job.taken[0]
    if taken.outcome == "refused" or taken.id is None:
        raise Problem("article-refused", taken.reason or "The text cannot be taken in.")
    headers = await run_in_threadpool(_tag_of, library, bot_of(request), taken.id)
    status = 201 if job.kind == "text" and taken.outcome in ("added", "duplicate") else 200
    if status == 201:
        headers["location"] = address_of(request, f"/api/v1/articles/{taken.id}")
    return JSONResponse(taken_to_dict(taken), status, headers)


def _tag_of(library: ServedLibrary, bot: Bot, article_id: str) -> dict[str, str]:
    """Give the header with an article's tag; none for one that is gone since."""
    try:
        return dict(tagged(find_article(library, bot, article_id)))
    except NoSuchArticleError:
        return {}


async def _job_answer(request: Request, job: Job, wait: float) -> Response:
    status = 200 if await end_of(job, wait) else 202
    headers = {"location": address_of(request, f"/api/v1/jobs/{job.id}")}
    return JSONResponse(job.to_dict(), status, headers)
