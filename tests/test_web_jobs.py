"""Jobs by themselves: in turn, forgotten in time, stopped when the server stops."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from corpus.errors import StoredDataError
from index.ingest import Taken
from web import jobs as module
from web.jobs import Job, Jobs
from web.problems import Problem


def nothing(_: Job) -> Iterator[Taken]:
    return iter(())


def of(*outcomes: str):
    return lambda _: (Taken("x", outcome) for outcome in outcomes)


def test_jobs_are_done_in_turn_and_count_what_they_take():
    jobs, order = Jobs(), []

    def work(name: str):
        def run(_: Job) -> Iterator[Taken]:
            order.append(name)
            yield Taken(name, "added")

        return run

    submitted = [jobs.submit(Job("text", work(str(number)))) for number in range(5)]
    for job in submitted:
        job.finished.result(60)
    assert order == ["0", "1", "2", "3", "4"]
    assert [job.id for job in jobs.all()] == [job.id for job in submitted][::-1]
    job = jobs.submit(Job("file", of("added", "refused", "refused")))
    job.finished.result(60)
    assert (job.status, job.counts["added"], job.counts["refused"]) == ("done", 1, 2)
    jobs.close()


def test_a_job_names_the_first_articles_and_counts_all(monkeypatch):
    monkeypatch.setattr(module, "MOST_ARTICLES", 2)
    job = Job("file", of(*["added"] * 5))
    job.run()
    assert (len(job.to_dict()["articles"]), job.to_dict()["counts"]["added"]) == (2, 5)
    assert job.to_dict(articles=False)["articles"] == []


def test_a_fault_fails_the_job_and_not_the_next_one():
    def fault(_: Job) -> Iterator[Taken]:
        yield Taken("x", "added")
        raise StoredDataError("The disk is full.")

    jobs, cleaned = Jobs(), []
    failed = jobs.submit(Job("file", fault, lambda: cleaned.append(1)))
    done = jobs.submit(Job("file", nothing))
    done.finished.result(60)
    assert (failed.status, failed.counts["added"], done.status, cleaned) == ("failed", 1, "done", [1])
    assert failed.to_dict()["problem"]["status"] == 503
    jobs.close()


def test_ended_jobs_are_forgotten_in_time_with_their_keys(monkeypatch):
    jobs = Jobs()
    old = jobs.submit(Job("text", nothing), "key", "asked")
    old.finished.result(60)
    assert jobs.submit(Job("text", nothing), "key", "asked") is old
    with pytest.raises(Problem):
        jobs.submit(Job("text", nothing), "key", "something else")
    old.ended -= module.KEPT_FOR + timedelta(seconds=1)
    with pytest.raises(Problem):
        jobs.get(old.id)
    new = jobs.submit(Job("text", nothing), "key", "something else")
    assert new is not old
    new.finished.result(60)
    monkeypatch.setattr(module, "MOST_KEPT", 1)
    last = jobs.submit(Job("text", nothing))
    last.finished.result(60)
    assert [job.id for job in jobs.all()] == [last.id]
    jobs.close()


def test_when_the_server_stops_the_job_at_hand_ends_and_the_others_never_begin():
    jobs, at_work = Jobs(), threading.Event()

    def endless(job: Job) -> Iterator[Taken]:
        while True:
            at_work.set()
            yield Taken("x", "added")

    running = jobs.submit(Job("file", endless))
    waiting = jobs.submit(Job("file", nothing))
    assert at_work.wait(60)
    jobs.close(60)
    assert (running.status, waiting.status) == ("cancelled", "cancelled")
    assert waiting.started is None
    with pytest.raises(Problem):
        jobs.submit(Job("file", nothing))
