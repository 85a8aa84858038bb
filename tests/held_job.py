"""A job that stands still until a test lets it go."""

import threading
from collections.abc import Iterator

from index.ingest import Taken
from web.jobs import Job


class Held:
    """A job that stands still until it is let go."""

    def __init__(self, *taken: Taken, error: Exception | None = None) -> None:
        self.taken, self.error = taken, error
        self.stands, self.go = threading.Event(), threading.Event()
        self.job = Job("file", self.work)

    def work(self, job: Job) -> Iterator[Taken]:
        yield from self.taken
        job.tell(3, 12)
        self.stands.set()
        while not self.go.wait(0.01):
            job.look()
        if self.error:
            raise self.error
