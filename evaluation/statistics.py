"""How sure a figure is: bootstrap intervals over questions, paired comparisons, McNemar's test. All seeded."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.confidence import Column

RESAMPLES = 1_000
SEED = 20_240_229
LEVEL = 0.95
FEW = 5  # questions; an interval from fewer says nothing: two right of two gives 1 to 1

Statistic = Callable[[Sequence[Column]], float]  # columns of the same questions -> one figure


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the bounds of its 95 % interval (percentiles of the bootstrap, Efron and Tibshirani 1993)."""

    value: float
    low: float
    high: float
    n: int  # questions


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one run to another on the same questions.

    ``p`` is the two-sided bootstrap p-value: twice the share of resamples in which the difference has the other sign
    or is nothing, at most 1.
    """

    value: float  # after - before
    low: float
    high: float
    p: float


def mean(columns: Sequence[Column]) -> float:
    """Give the mean of the one column."""
    return float(columns[0].mean())


def interval(statistic: Statistic, columns: Sequence[Column]) -> Interval:
    """Give the figure on all questions, and its interval from resampling questions with replacement."""
    value = statistic(columns)
    low, high = _bounds(_resampled(statistic, columns))
    return Interval(value, low, high, len(columns[0]))


def difference(statistic: Statistic, before: Sequence[Column], after: Sequence[Column]) -> Difference:
    """Compare two runs: each resample draws the same questions for both, so that hard questions cancel out."""
    value = statistic(after) - statistic(before)
    drawn = _resampled(statistic, after) - _resampled(statistic, before)
    low, high = _bounds(drawn)
    drawn = drawn[~np.isnan(drawn)]
    tail = min(float((drawn <= 0).mean()), float((drawn >= 0).mean())) if len(drawn) else 1.0
    return Difference(value, low, high, min(1.0, 2 * tail))


def mcnemar(before: Column, after: Column) -> tuple[int, int, float]:
    """Compare right and wrong on the same questions, by the exact two-sided binomial test (McNemar 1947).

    Returns:
        how many were won (wrong before, right after), how many lost, and the p-value.
    """
    won, lost = int(((before == 0) & (after == 1)).sum()), int(((before == 1) & (after == 0)).sum())
    changed = won + lost
    tail = sum(math.comb(changed, count) for count in range(min(won, lost) + 1))
    return won, lost, min(1.0, 2 * tail / 2**changed)


def _resampled(statistic: Statistic, columns: Sequence[Column]) -> Column:
    """Give the figure on each resample: ``(RESAMPLES,)``. The same number of questions draws the same ones."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    n = len(columns[0])
    drawn: NDArray[np.float64] = np.empty(RESAMPLES)
    for resample in range(RESAMPLES):
        rows = generator.integers(0, n, size=n)
        drawn[resample] = statistic([column[rows] for column in columns])
    return drawn


def _bounds(drawn: Column) -> tuple[float, float]:
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return float("nan"), float("nan")
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
