"""The metrics for Prometheus. With several workers each writes to files of its own, and a scrape adds them up."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from corpus.errors import AskArticleError

if TYPE_CHECKING:
    from fastapi import FastAPI

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own variable: where workers keep their numbers
disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, which nobody looks at
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The numbers of one server. Each has a fixed set of labels: nothing that a client sends makes a new one."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "askarticle_http_requests",
            "Requests answered, by method, by the pattern of the address, and by status.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.request_seconds = Histogram(
            "askarticle_http_request_seconds",
            "Seconds from a request's arrival to the end of its response.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.questions = Counter(
            "askarticle_questions",
            "Questions answered, by outcome: found, or declined.",
            ["outcome"],
            registry=registry,
        )
        self.stage_seconds = Histogram(
            "askarticle_question_stage_seconds",
            "Seconds a question took, by stage: encode, search, read; and total.",
            ["stage"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.wait_seconds = Histogram(
            "askarticle_question_wait_seconds",
            "Seconds a request waited until its question was taken up.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.refused = Counter(
            "askarticle_questions_refused",
            "Requests refused with 503: the line was full, or the wait too long.",
            ["reason"],
            registry=registry,
        )
        self.at_work = _gauge("askarticle_questions_at_work", "Requests whose questions are being answered.", registry)
        self.waiting = _gauge("askarticle_questions_waiting", "Requests that wait to be taken up.", registry)
        for outcome in ("found", "declined"):
            self.questions.labels(outcome)
        for stage in ("encode", "search", "read", "total"):
            self.stage_seconds.labels(stage)
        for reason in ("full", "waited"):
            self.refused.labels(reason)

    def exposition(self, app: "FastAPI") -> bytes:
        """Give all numbers in Prometheus' text format."""
        registry = self._registry
        if SHARED_FOLDER in os.environ:
            from prometheus_client.multiprocess import MultiProcessCollector

            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(_OfTheMoment(lambda: _measured_now(app)))
        ProcessCollector(registry=now)
        return generate_latest(registry) + generate_latest(now)


class _OfTheMoment(Collector):
    """What is looked up when it is asked for."""

    def __init__(self, measure: Callable[[], Iterable[Metric]]) -> None:
        self._measure = measure

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        return self._measure()


def _measured_now(app: "FastAPI") -> Iterator[Metric]:
    library = app.state.library
    readable, sizes = 1, {}
    try:
        sizes["articles"] = len(app.state.bot.articles)
        store = library.reading() if library is not None else None
        if store is not None:
            health = store.health()
            sizes |= {"versions": health.versions, "passages": health.passages, "bytes": health.bytes}
    except (AskArticleError, OSError):
        readable = 0
    yield GaugeMetricFamily("askarticle_library_readable", "Whether the library can be read (1) or not (0).", readable)
    for what, size in sizes.items():
        name = "askarticle_articles" if what == "articles" else f"askarticle_library_{what}"
        yield GaugeMetricFamily(name, f"{what.capitalize()} of what is asked.", size)
    jobs = GaugeMetricFamily("askarticle_jobs", "Jobs that wait or are at work.", labels=["status"])
    known = [job.status for job in app.state.jobs.all()]
    for status in ("queued", "running"):
        jobs.add_metric([status], known.count(status))
    yield jobs


def _gauge(name: str, help_: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, help_, multiprocess_mode="livesum", registry=registry)


def forget_worker(pid: int) -> None:
    """Take a dead worker's momentary numbers out of the sum; what it counted stays."""
    if SHARED_FOLDER in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        with suppress(OSError):
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
