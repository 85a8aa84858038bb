"""Run systems over a data set's tasks and gather what a report needs."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from bot import Bot
from bot.reader.reader import Reader
from corpus import Article
from corpus.errors import EvaluationError
from evaluation.baselines import Baseline, KnownVectors
from evaluation.gold import DataSet
from evaluation.outcome import Outcome
from evaluation.scoring import score_all
from evaluation.systems import BotSystem, PassageSearch, System
from evaluation.tasks import TASKS, Job
from index import Encoder, PassageIndex

SYSTEMS = ("bot", "hybrid", "dense", "bm25")
Item = TypeVar("Item")
Progress = Callable[[Sequence[Item], str], Iterable[Item]]  # shows how far a loop has come


@dataclass(frozen=True, slots=True)
class Run:
    """One system on one task: its outcomes, its scored records, and how long it took."""

    job: Job
    system: str
    calibrated: bool
    outcomes: list[Outcome] = field(repr=False)
    records: list[dict[str, Any]] = field(repr=False)  # as evaluation.scoring makes them
    seconds: float  # asking all the questions, one after the other

    def latency(self) -> dict[str, float]:
        """Give the milliseconds of one question: median and 95th percentile; nothing for stored answers."""
        times = [outcome.milliseconds for outcome in self.outcomes if outcome.milliseconds is not None]
        if not times:
            return {}
        median, slow = np.quantile(times, [0.5, 0.95])
        return {"p50_ms": round(float(median), 2), "p95_ms": round(float(slow), 2)}

    def rankings(self) -> list[tuple[str, list[tuple[str, float]]]]:
        """Give each question's units with their scores, best first, as they were scored; unanswerable ones left out."""
        answerable = {question.id for question in self.job.questions if question.answerable}
        return [(o.question_id, self._ranking(o)) for o in self.outcomes if o.question_id in answerable]

    def _ranking(self, outcome: Outcome) -> list[tuple[str, float]]:
        scores: dict[str, float] = {}
        for rank, ranked in enumerate(outcome.ranked):
            for unit in self.job.units_at(outcome, rank):
                scores.setdefault(unit, ranked.score)
        return list(scores.items())


def run_system(job: Job, system: System, progress: Progress[Any]) -> Run:
    """Ask a system every question of a job, one by one as readers do, and score what it gave."""
    started = time.perf_counter()
    outcomes = [
        system.answer(question, question.article_id if job.task.one_article else None)
        for question in progress(job.questions, f"{job.task.name}: {system.name}")
    ]
    seconds = time.perf_counter() - started
    records = score_all(job, outcomes, system.calibrated)
    return Run(job, system.name, system.calibrated, outcomes, records, seconds)


def run_all(
    data_set: DataSet,
    tasks: Sequence[str],
    systems: Sequence[str],
    encoder: Encoder,
    progress: Progress[Any],
    depth: int,
    reader: Reader | None = None,
) -> list[Run]:
    """Run each system on each task; the bot with ``reader``. Tasks that see the same articles share one index."""
    runs = []
    vectors = KnownVectors(encoder)
    indexes: dict[tuple[str, ...], PassageIndex] = {}
    for name in tasks:
        job = Job(TASKS[name], data_set)
        seen = tuple(job.data_set.articles)
        if seen not in indexes:
            indexes[seen] = _index(list(job.data_set.articles.values()), encoder, progress)
        for system in systems:
            runs.append(run_system(job, make_system(job, system, indexes[seen], vectors, depth, reader), progress))
    return runs


def make_system(
    job: Job, name: str, index: PassageIndex, vectors: KnownVectors, depth: int, reader: Reader | None = None
) -> System:
    """Give the system of that name, ready for the job.

    Raises:
        EvaluationError: there is none of that name, or it can't do the job.
    """
    if name not in SYSTEMS:
        raise EvaluationError(f"No system {name!r}. Choose from: {', '.join(SYSTEMS)}.")
    if job.task.unit == "passage":
        return PassageSearch(index, name, vectors, depth)
    if name != "bot":
        return Baseline(index, name, vectors, depth)
    return BotSystem(Bot(index, reader))


def _index(articles: Sequence[Article], encoder: Encoder, progress: Progress[Any]) -> PassageIndex:
    index = PassageIndex(encoder)
    for article in progress(articles, "indexing articles"):
        index.add(article)
    return index
