"""Two runs of one task on the same questions: what was won and lost, and whether it can be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import EvaluationError
from evaluation.figures import BY_NAME, compare
from evaluation.statistics import Difference, mcnemar

Runs = dict[str, Any]  # one entry of a report's "runs"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``after`` against ``before``; the question ids that were won (wrong, then right), lost, and left as they were."""

    task: str
    before: str
    after: str
    figures: dict[str, Difference]
    won: list[str]
    lost: list[str]
    unchanged: int
    p: float  # McNemar's exact test on won and lost

    def worse(self, by: float) -> list[tuple[str, Difference]]:
        """Give the figures that are worse by more than ``by``, and significantly so.

        Significant: the 95 % interval of the paired difference lies wholly on the worse side of nothing.
        """
        found = []
        for name, change in self.figures.items():
            better = BY_NAME[name].better
            farthest = change.high if better > 0 else -change.low
            if better * change.value < -by and farthest < 0:
                found.append((name, change))
        return found


def compare_runs(before: Runs, after: Runs, before_name: str, after_name: str) -> Comparison:
    """Compare two entries of reports that asked the same questions in the same order."""
    old, new = before["questions"], after["questions"]
    names = [name for name in after["figures"] if name in before["figures"]]
    changes = {name: change for name in names if (change := compare(name, old, new)) is not None}
    first, second = (np.array([_right(record) for record in records]) for records in (old, new))
    won, lost, p = mcnemar(first, second)
    return Comparison(
        task=after["task"],
        before=before_name,
        after=after_name,
        figures=changes,
        won=[record["id"] for record, a, b in zip(new, first, second, strict=True) if b > a],
        lost=[record["id"] for record, a, b in zip(new, first, second, strict=True) if b < a],
        unchanged=len(new) - won - lost,
        p=p,
    )


def against_baseline(document: dict[str, Any], baseline: dict[str, Any], path: Path) -> list[Comparison]:
    """Compare every run of a report with the stored run of the same task and system.

    Where a task has one run here and one there, they are compared whatever the systems are called: stored answers are
    called after their file.

    Raises:
        EvaluationError: the stored report is about other articles, questions or gold, or has none of these runs.
    """
    here, there = document["data_set"], baseline["data_set"]
    if here["fingerprint"] != there["fingerprint"]:
        raise EvaluationError(
            f"{path} was made on other data ({there.get('name')}, {there.get('questions')} questions; this is "
            f"{here['name']}, {here['questions']}): articles, questions or gold differ. Make the baseline anew."
        )
    pairs = _pairs(document["runs"], baseline["runs"])
    if not pairs:
        known, these = (
            ", ".join("/".join(_key(run)) for run in found["runs"]) or "none" for found in (baseline, document)
        )
        raise EvaluationError(
            f"{path} holds none of these runs ({these}); it holds: {known}. Choose the same with --task and --system, "
            "name the file of --run after the stored system, or make the baseline anew."
        )
    for before, after in pairs:
        if [record["id"] for record in before["questions"]] != [record["id"] for record in after["questions"]]:
            raise EvaluationError(f"{path} asked other questions for the task {after['task']}. Make the baseline anew.")
    return [compare_runs(before, after, f"{before['system']} (baseline)", after["system"]) for before, after in pairs]


def _pairs(here: Sequence[Runs], there: Sequence[Runs]) -> list[tuple[Runs, Runs]]:
    """Give (stored run, run) of the same task and system, or of the same task where both have one run of it."""
    stored = {_key(run): run for run in there}
    pairs = []
    for run in here:
        alone = [other for other in there if other["task"] == run["task"]]
        if _key(run) in stored:
            pairs.append((stored[_key(run)], run))
        elif len(alone) == 1 and sum(other["task"] == run["task"] for other in here) == 1:
            pairs.append((alone[0], run))
    return pairs


def among_systems(document: dict[str, Any]) -> list[Comparison]:
    """Compare, task by task, the first system of a report with each of the others: it is what changed, they were."""
    comparisons = []
    for task in dict.fromkeys(run["task"] for run in document["runs"]):
        first, *others = (run for run in document["runs"] if run["task"] == task)
        comparisons += [compare_runs(other, first, other["system"], first["system"]) for other in others]
    return comparisons


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Give a comparison as plain JSON values."""
    return {
        "task": comparison.task,
        "before": comparison.before,
        "after": comparison.after,
        "won": comparison.won,
        "lost": comparison.lost,
        "unchanged": comparison.unchanged,
        "mcnemar_p": round(comparison.p, 6),
        "figures": {
            name: {
                "difference": round(change.value, 6),
                "low": round(change.low, 6),
                "high": round(change.high, 6),
                "p": round(change.p, 6),
            }
            for name, change in comparison.figures.items()
        },
    }


def _right(record: dict[str, Any]) -> float:
    """Say whether a question went well: in a task with abstaining, handled; otherwise the first is right."""
    return float(record["scores"].get("handled", record["right"]))


def _key(run: Runs) -> tuple[str, str]:
    return run["task"], run["system"]


def verdict(name: str, change: Difference) -> str:
    """Say "better" or "worse" when the interval of a figure's difference leaves nothing out, else ""."""
    better = BY_NAME[name].better
    if not better or change.low <= 0 <= change.high:
        return ""
    return "better" if change.value * better > 0 else "worse"


def find_run(document: dict[str, Any], task: str, system: str) -> Runs | None:
    """Give the run of a task and system, if the report has it."""
    runs: Sequence[Runs] = document["runs"]
    return next((run for run in runs if _key(run) == (task, system)), None)
