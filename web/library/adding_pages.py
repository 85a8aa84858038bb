"""Adding articles: a text that is pasted, files, an address on the web; each becomes a job with a page of its own."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.adding import add_files, add_text, add_url, keep_upload
from web.api.common import address_of, end_of, jobs_of, library_of, readable
from web.jobs import Job
from web.library.access import collections_to_choose, library_to_change, may_change
from web.library.forms import (
    MOST_FILE_BYTES,
    MOST_FILES,
    MOST_TEXT_BYTES,
    MOST_UPLOAD_BYTES,
    CollectionChoice,
    Typed,
    files_of,
    key_of,
    read_address,
    read_files,
    read_text,
    texts_of,
)
from web.library.words import LANGUAGES, counts_words, moment, state_words
from web.problems import Problem
from web.rendering import render
from web.served_library import ServedLibrary

router = APIRouter(include_in_schema=False)

SOON = 1.0  # seconds that a form waits for a short job, whose page then shows its end at once
_FORMS = ("text", "files", "address")
_SHOWN_JOBS = 10


@readable(router, "/library/add")
def add_page(request: Request) -> Response:
    """Show the forms; an address's query fills them in, as a link of a job's page does."""
    query = request.query_params
    known = {name: query[name][:2_000] for name in ("address", "title", "source") if name in query}
    choice = CollectionChoice(chosen=query.get("collection", "")[:200])
    return _page(request, {form: Typed(known, choice) for form in _FORMS})


for _name in _FORMS:

    @readable(router, f"/library/add/{_name}")
    def to_the_forms(request: Request) -> Response:
        """Show the forms to whoever comes by the address that they are sent to."""
        return RedirectResponse(address_of(request, "/library/add"), 303)


@router.post("/library/add/text")
async def send_text(request: Request) -> Response:
    """Take in a text."""
    library = library_to_change(request)
    async with _form(request, "text", max_part_size=MOST_TEXT_BYTES) as form:
        if isinstance(form, Response):
            return form
        fields = texts_of(form)
    typed, body = await run_in_threadpool(read_text, fields)
    if body is None:
        return await run_in_threadpool(_page, request, {"text": typed}, 422)
    return await _submit(request, "text", typed, lambda: Job("text", add_text(library, body)), key_of(fields))


@router.post("/library/add/address")
async def send_address(request: Request) -> Response:
    """Take in what is at an address on the web."""
    library = library_to_change(request)
    async with _form(request, "address") as form:
        if isinstance(form, Response):
            return form
        fields = texts_of(form)
    typed, body = read_address(fields)
    if body is None:
        return await run_in_threadpool(_page, request, {"address": typed}, 422)
    make = partial(add_url, library, body.url, body.collection)
    return await _submit(request, "address", typed, lambda: Job("url", make()), key_of(fields))


@router.post("/library/add/files")
async def send_files(request: Request) -> Response:
    """Take in what files hold."""
    library = library_to_change(request)
    async with _form(request, "files", max_files=MOST_FILES) as form:
        if isinstance(form, Response):
            return form
        fields, files = texts_of(form), files_of(form)
        typed = read_files(fields, files)
        if typed.is_wrong:
            return await run_in_threadpool(_page, request, {"files": typed}, 422)
        return await _submit_files(request, library, typed, files)


async def _submit_files(
    request: Request, library: ServedLibrary, typed: Typed, files: Sequence[UploadFile]
) -> Response:
    folder = Path(await run_in_threadpool(tempfile.mkdtemp, prefix="askarticle-"))
    clean_up = partial(shutil.rmtree, folder, ignore_errors=True)
    taken_on = False
    try:
        kept = await run_in_threadpool(_keep, files, folder)
        made: list[Job] = []

        def make() -> Job:
            made.append(Job("file", add_files(library, kept, typed.collection.name), clean_up))
            return made[0]

        response = await _submit(request, "files", typed, make, key_of(typed.fields, *(label for _, label in kept)))
        taken_on = bool(made) and response.headers.get("location", "").endswith(made[0].id)
        return response
    finally:
        if not taken_on:  # refused, or the same form sent again
            await run_in_threadpool(clean_up)


@asynccontextmanager
async def _form(request: Request, form: str, **limits: int) -> AsyncIterator[FormData | Response]:
    """Read a form and let go of its files in the end; one that cannot be read is told in its place on the page."""
    try:
        try:
            read: FormData | Response = await request.form(**limits)
        except HTTPException as error:
            said = _unread(form) if error.status_code == 413 else f"The form could not be read: {error.detail}"
            typed = Typed(errors={"form": said})
            read = await run_in_threadpool(_page, request, {form: typed}, error.status_code)
        yield read
    finally:
        await request.close()


def _unread(form: str) -> str:
    if form == "files":
        most = MOST_UPLOAD_BYTES // 1_000_000 - 1
        return f"The files are larger than {most} MB together. Nothing was taken in; choose fewer at a time."
    most = MOST_TEXT_BYTES // 1_000_000
    return f"The text is larger than {most} MB and was not read. Your browser's Back brings it back: split it."


async def _submit(request: Request, form: str, typed: Typed, make: Callable[[], Job], key: str) -> Response:
    """Let the job be done and go to its page; the same form sent twice leads to the same job."""
    try:
        submitted = jobs_of(request).submit(make(), key, key)
    except Problem as problem:  # too many wait, or the key is not for that collection
        again = Typed(typed.fields, typed.collection, {"form": problem.detail})
        return await run_in_threadpool(_page, request, {form: again}, problem.status_code)
    await end_of(submitted, SOON)
    return RedirectResponse(address_of(request, f"/library/jobs/{submitted.id}"), 303)


def _keep(files: Sequence[UploadFile], folder: Path) -> list[tuple[Path, str]]:
    """Write uploads to disk, each in a folder of its own; give each one's path and label."""
    kept = []
    for number, upload in enumerate(files):
        place = folder / str(number)
        place.mkdir()
        path, content = keep_upload(upload.file, upload.filename or "", place)
        kept.append((path, f"upload:{path.name}:{content[:16]}"))
    return kept


def _page(request: Request, typed: dict[str, Typed], status: int = 200) -> Response:
    """Show the forms with what was typed, and what is wrong with it."""
    allowed = may_change(request)
    context = {
        "typed": {form: typed.get(form, Typed()) for form in _FORMS},
        "wrong_forms": [form for form in _FORMS if form in typed and typed[form].is_wrong],
        "choices": collections_to_choose(request),
        "languages": LANGUAGES,
        "once": secrets.token_urlsafe(12),
        "has_library": library_of(request) is not None,
        "may_change": allowed,
        "jobs": jobs_of(request).all()[:_SHOWN_JOBS] if allowed else [],
        "state_words": state_words,
        "counts_words": counts_words,
        "moment": moment,
        "most_files": MOST_FILES,
        "most_file_bytes": MOST_FILE_BYTES,
        "most_upload_bytes": MOST_UPLOAD_BYTES - 1_000_000,
    }
    return render(request, "library_add.html", context, status=status)
