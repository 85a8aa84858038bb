"""Jobs: articles are taken in by one thread, one job after the other, while questions are answered beside it."""

import logging
import threading
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from index.ingest import Taken
from web.operations.priority import give_way
from web.problems import RETRY_SECONDS, Problem, problem_of

MOST_WAITING = 32  # jobs; more are refused
MOST_KEPT = 1_000  # jobs that have ended
KEPT_FOR = timedelta(hours=24)
MOST_ARTICLES = 1_000  # of one job that are named; all are counted
OUTCOMES = ("added", "replaced", "moved", "unchanged", "duplicate", "refused")

_LOG = logging.getLogger(__name__)

Kind = Literal["text", "file", "url", "replace", "move"]
Status = Literal["queued", "running", "done", "failed", "cancelled"]
Work = Callable[["Job"], Iterator[Taken]]


class CancelledError(Exception):
    """The job is to stop now."""


class Job:
    """Articles being taken in. Its thread writes it; any may read it."""

    def __init__(self, kind: Kind, work: Work, clean_up: Callable[[], None] | None = None) -> None:
        self.id = uuid.uuid4().hex
        self.kind = kind
        self.status: Status = "queued"
        self.created = datetime.now(UTC)
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self.counts: Counter[str] = Counter()
        self.taken: list[Taken] = []
        self.progress = (0, 0)
        self.reach: frozenset[str] | None = None  # the collections it can touch; None for all
        self.waits = False  # for another program that adds to the library
        self.error: Exception | None = None
        self.finished: Future[None] = Future()
        self._work, self._clean_up = work, clean_up
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Stop before the next article, or within the one at hand; what is stored stays."""
        self._stop.set()

    def look(self) -> None:
        """Raise ``CancelledError`` when the job is to stop."""
        if self._stop.is_set():
            raise CancelledError

    def tell(self, done: int, of: int) -> None:
        """Note how far the article at hand is encoded."""
        self.look()
        self.progress = (done, of)

    def run(self) -> None:
        """Do the work; whatever comes of it stands in the job."""
        self.started = datetime.now(UTC)
        self.status = "running"
        status: Status = "done"
        try:
            for taken in self._work(self):
                self._note(taken)
                self.look()
        except CancelledError:
            status = "cancelled"
        except Exception as error:  # told to whoever asks for the job
            status, self.error = "failed", error
            _LOG.warning("A job (%s) failed: %s", self.kind, error)
        self._end(status)

    def drop(self) -> None:
        """End the job without having begun it."""
        self._end("cancelled")

    def _note(self, taken: Taken) -> None:
        self.counts[taken.outcome] += 1
        if len(self.taken) < MOST_ARTICLES:
            self.taken.append(taken)

    def _end(self, status: Status) -> None:
        if self._clean_up:
            with suppress(OSError):
                self._clean_up()
        self.ended = datetime.now(UTC)
        self.status = status
        self.finished.set_result(None)

    def to_dict(self, *, articles: bool = True) -> dict[str, Any]:
        """Give the job in the shape of ``JobBody``; ``articles``: with what became of each."""
        return {
            "id": self.id,
            "kind": self.kind,
            "status": self.status,
            "created": _moment(self.created),
            "started": self.started and _moment(self.started),
            "ended": self.ended and _moment(self.ended),
            "progress": {"done": self.progress[0], "of": self.progress[1]},
            "counts": {outcome: self.counts[outcome] for outcome in OUTCOMES},
            "articles": [taken_to_dict(taken) for taken in list(self.taken)] if articles else [],
            "problem": problem_of(self.error) if self.error else None,
        }


class Jobs:
    """The jobs of one server, and the thread that does them. In memory: a restart forgets them."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}  # in the order they came
        self._keys: dict[str, tuple[str, str]] = {}  # idempotency key -> (what was asked, the job's id)
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._refusing = False
        self._closed = False

    def submit(self, job: Job, key: str | None = None, asked: str = "") -> Job:
        """Let ``job`` be done in its turn, or give the job that the same request under the same ``key`` led to.

        A job that failed or was cancelled is no hindrance: the request is carried out anew.

        Raises:
            Problem: too many wait, or the key was given to another request than ``asked``.
        """
        with self._changed:
            self._forget()
            known = self._known(key, asked)
            if known is not None:
                return known
            if self._closed or self._refusing or len(self._waiting) >= MOST_WAITING:
                full = f"{len(self._waiting)} additions wait already."
                detail = f"{'The server is stopping.' if self._refusing else full} Try again later."
                raise Problem("busy", detail, headers={"retry-after": RETRY_SECONDS})
            self._jobs[job.id] = job
            if key is not None:
                self._keys[key] = (asked, job.id)
            self._waiting.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()
            self._changed.notify()
        return job

    def _known(self, key: str | None, asked: str) -> Job | None:
        before, id = self._keys.get(key or "", ("", ""))
        job = self._jobs.get(id)
        if job is None:
            return None
        if before != asked:
            detail = "This Idempotency-Key was given to another request before. Give each request a key of its own."
            raise Problem("idempotency-key-reused", detail)
        return None if job.status in ("failed", "cancelled") else job

    def get(self, id: str) -> Job:
        """Give a job.

        Raises:
            Problem: there is none of that id.
        """
        with self._changed:
            self._forget()
            if id not in self._jobs:
                raise Problem("no-such-job", "There is no such job. Jobs are forgotten a day after their end.")
            return self._jobs[id]

    def all(self) -> list[Job]:
        """Give all jobs, the newest first."""
        with self._changed:
            self._forget()
            return list(self._jobs.values())[::-1]

    def cancel(self, id: str) -> Job:
        """Cancel a job; one that has ended stays as it is. Raises as ``get``."""
        job = self.get(id)
        job.cancel()
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                job.drop()
        return job

    def take_no_more(self) -> None:
        """Refuse what is submitted from now on; what was taken on goes on."""
        with self._changed:
            self._refusing = True

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait up to ``seconds`` until every job has ended; give whether they have."""
        return not wait([job.finished for job in self.all()], seconds).not_done

    def close(self, wait_seconds: float = 5) -> None:
        """Stop: the job at hand ends before its next article, those that wait are dropped."""
        with self._changed:
            self._closed = True
            for job in self._jobs.values():
                job.cancel()
            while self._waiting:
                self._waiting.popleft().drop()
            self._changed.notify()
        if self._thread is not None and wait_seconds:
            self._thread.join(wait_seconds)

    def _work(self) -> None:
        give_way()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                job = self._waiting.popleft()
            job.run()

    def _forget(self) -> None:
        """Forget what ended long ago, and the oldest where there is too much. The caller holds the lock."""
        ended = [job for job in self._jobs.values() if job.ended is not None]
        oldest = datetime.now(UTC) - KEPT_FOR
        for number, job in enumerate(ended):
            if job.ended and (job.ended < oldest or len(ended) - number > MOST_KEPT):
                del self._jobs[job.id]
        self._keys = {key: (asked, id) for key, (asked, id) in self._keys.items() if id in self._jobs}


def taken_to_dict(taken: Taken) -> dict[str, Any]:
    """Give what became of an article in the shape of ``TakenBody``."""
    return {
        "outcome": taken.outcome,
        "source": taken.origin,
        "id": taken.id,
        "version": taken.version,
        "title": taken.title,
        "duplicate_of": taken.duplicate_of,
        "reason": taken.reason,
    }


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds")
