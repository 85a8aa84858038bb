"""Jobs as a key sees them: each its own, and a key for some collections those of such keys alone."""

from typing import NoReturn

from web.access.access import Access
from web.jobs import Job, Jobs
from web.problems import Problem


class ConfinedJobs(Jobs):
    """The jobs of a server, for one key. What other keys named by an ``Idempotency-Key`` is not confused with its own.

    A key for some collections sees the jobs that can touch nothing else.
    """

    def __init__(self, whole: Jobs, access: Access) -> None:
        """Show of ``whole`` what ``access`` may see."""
        self._whole, self._access = whole, access

    def submit(self, job: Job, key: str | None = None, asked: str = "") -> Job:
        """Let ``job`` be done in its turn: see ``Jobs.submit``."""
        job.reach = self._access.collections
        return self._whole.submit(job, None if key is None else f"{self._access.owner} {key}", asked)

    def get(self, id: str) -> Job:
        """Give a job; raises ``Problem`` as ``Jobs.get``."""
        job = self._whole.get(id)
        return job if self._sees(job) else self._none()

    def all(self) -> list[Job]:
        """Give all jobs that it may see, the newest first."""
        return [job for job in self._whole.all() if self._sees(job)]

    def cancel(self, id: str) -> Job:
        """Cancel a job; raises ``Problem`` as ``Jobs.get``."""
        self.get(id)
        return self._whole.cancel(id)

    def close(self, wait_seconds: float = 5) -> None:
        """Do nothing: the jobs go on for others."""

    def _sees(self, job: Job) -> bool:
        allowed = self._access.collections
        return allowed is None or (job.reach is not None and job.reach <= allowed)

    def _none(self) -> NoReturn:
        self._whole.get("")  # which is no job's id, and says so as of any other
        raise Problem("no-such-job", "There is no such job.")


def jobs_for(access: Access, jobs: Jobs) -> Jobs:
    """Give the jobs as ``access`` sees them."""
    return jobs if access.owner is None else ConfinedJobs(jobs, access)
