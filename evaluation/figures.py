"""The figures: each has a name, a direction, and a way from the questions' scores to one number.

They need nothing but the per-question records of a report, so that a stored report can be compared with a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.confidence import Column, auroc, calibration_error, decline_scores, risk_coverage_area
from evaluation.ranking import MEASURES
from evaluation.statistics import Difference, Interval, Statistic, difference, interval, mean

Record = Mapping[str, Any]  # one question of a report
HEADLINE = {"sentence": "P@1", "corpus": "P@1", "passage": "P@1", "abstain": "handled", "conversation": "P@1"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report; ``better`` is +1 when higher is better, -1 when lower is, 0 when neither."""

    name: str
    says: str
    better: int
    keys: tuple[str, ...]  # what it needs of a record: under "scores", or beside it
    statistic: Statistic


def _mean(name: str, says: str) -> Figure:
    return Figure(name, says, 1, (name,), mean)


_RANKED = {
    "P@1": "the first is right; of a declined question, the first of the nearest",
    "Success@3": "one of the first 3 is right",
    "Success@5": "one of the first 5 is right",
    "R@3": "share of the right ones among the first 3",
    "R@10": "share of the right ones among the first 10",
    "RR": "1 / rank of the first right one (its mean is MRR)",
    "AP": "average precision (its mean is MAP)",
    "nDCG@10": "discounted gain of the first 10, of the best possible",
}
FIGURES = (
    _mean("P@1", _RANKED["P@1"]),
    _mean("answered right", "share of the answerable that were answered, with a gold sentence first"),
    *(_mean(name, _RANKED[name]) for name in MEASURES if name != "P@1"),
    _mean("citation P", "share of the cited sentences that are gold"),
    _mean("citation R", "share of the needed gold sentences that are cited"),
    _mean("citation F1", "harmonic mean of both, question by question"),
    _mean("EM", "the answer span is a gold answer (SQuAD's rules)"),
    _mean("F1", "words the answer span shares with a gold answer (SQuAD's rules)"),
    Figure("found", "share of the questions that were answered, not declined", 0, ("found",), mean),
    _mean("handled", "answered with a gold sentence first, or declined when unanswerable"),
    Figure(
        "AUROC", "confidence tells answerable from not", 1, ("confidence", "answerable"), lambda c: auroc(c[0], c[1])
    ),
    Figure(
        "decline P",
        "share of the declined that are unanswerable",
        1,
        ("found", "answerable"),
        lambda c: decline_scores(c[0], c[1])[0],
    ),
    Figure(
        "decline R",
        "share of the unanswerable that are declined",
        1,
        ("found", "answerable"),
        lambda c: decline_scores(c[0], c[1])[1],
    ),
    Figure(
        "decline F1",
        "harmonic mean of both, at the shipped threshold",
        1,
        ("found", "answerable"),
        lambda c: decline_scores(c[0], c[1])[2],
    ),
    Figure(
        "AURC",
        "mean share of wrong answers over all coverages",
        -1,
        ("confidence", "right"),
        lambda c: risk_coverage_area(c[0], c[1]),
    ),
    Figure(
        "ECE",
        "gap between confidence and share right, 15 bins of equal size",
        -1,
        ("probability", "right"),
        lambda c: calibration_error(c[0], c[1]),
    ),
)
BY_NAME = {figure.name: figure for figure in FIGURES}


def columns(figure: Figure, records: Sequence[Record]) -> list[Column] | None:
    """Give the figure's columns over the records that have all of its keys, or None where none has."""
    rows = [values for record in records if (values := _values(figure, record)) is not None]
    return _turned(rows) if rows else None


def all_figures(records: Sequence[Record], names: Sequence[str]) -> dict[str, Interval]:
    """Give every figure of ``names`` that the records can tell, with its interval."""
    found = {}
    for name in names:
        given = columns(BY_NAME[name], records)
        if given is not None and not np.isnan(BY_NAME[name].statistic(given)):
            found[name] = interval(BY_NAME[name].statistic, given)
    return found


def compare(name: str, before: Sequence[Record], after: Sequence[Record]) -> Difference | None:
    """Compare one figure of two runs over the same questions, in the same order; None where either can't tell it."""
    figure = BY_NAME[name]
    both = [
        (old, new)
        for first, second in zip(before, after, strict=True)
        if (old := _values(figure, first)) is not None and (new := _values(figure, second)) is not None
    ]
    if not both:
        return None
    olds, news = (_turned(rows) for rows in zip(*both, strict=True))
    if np.isnan(figure.statistic(olds)) or np.isnan(figure.statistic(news)):
        return None
    return difference(figure.statistic, olds, news)


def _values(figure: Figure, record: Record) -> list[float] | None:
    values = [record["scores"].get(key, record.get(key)) for key in figure.keys]
    return None if any(value is None for value in values) else [float(value) for value in values]


def _turned(rows: Sequence[Sequence[float]]) -> list[Column]:
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]
