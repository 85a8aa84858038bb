"""How far a confidence can be trusted: separating, declining, risk against coverage, calibration.

Every function takes one entry a question. ``confidence`` is higher where the system is surer; ``right`` is 1.0 where
the sentence ranked first answers the question (0.0 for every unanswerable question), else 0.0.
"""

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]  # (n_questions,)
BINS = 15


def auroc(confidence: Column, answerable: Column) -> float:
    """Give the probability that an answerable question has the higher confidence (ties count half); NaN if one-sided.

    The area under the ROC curve as the Mann-Whitney statistic (Hanley and McNeil 1982).
    """
    positives = int(answerable.sum())
    negatives = len(answerable) - positives
    if not positives or not negatives:
        return float("nan")
    ranks = _average_ranks(confidence)
    above = float(ranks[answerable == 1].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def decline_scores(found: Column, answerable: Column) -> tuple[float, float, float]:
    """Give precision, recall and F1 of declining, at the threshold the system ships with; declining is positive."""
    declined, unanswerable = found == 0, answerable == 0
    both = float((declined & unanswerable).sum())
    precision = both / declined.sum() if declined.any() else 0.0
    recall = both / unanswerable.sum() if unanswerable.any() else float("nan")
    total = float(declined.sum() + unanswerable.sum())
    return float(precision), float(recall), 2 * both / total if total else float("nan")


def risk_coverage(confidence: Column, right: Column) -> tuple[Column, Column]:
    """Give coverage and risk when only the surest 1, 2, ... n questions are answered.

    Risk is the share of wrong answers among those given (El-Yaniv and Wiener 2010). Questions of equal confidence
    share their mean, so that their order in the file doesn't matter.

    Returns:
        coverage ``(n,)`` from 1/n to 1, and risk ``(n,)``.
    """
    order = np.argsort(-confidence, kind="stable")
    _, group, sizes = np.unique(-confidence[order], return_inverse=True, return_counts=True)
    wrong = 1 - right[order]
    means = np.bincount(group, weights=wrong) / sizes
    answered = np.arange(1, len(order) + 1)
    return answered / len(order), np.cumsum(means[group]) / answered


def risk_coverage_area(confidence: Column, right: Column) -> float:
    """Give the mean risk over all coverages: AURC (Geifman and El-Yaniv 2017); lower is better."""
    return float(risk_coverage(confidence, right)[1].mean()) if len(right) else float("nan")


def reliability(confidence: Column, right: Column, bins: int = BINS) -> list[tuple[float, float, int]]:
    """Give (mean confidence, share right, count) for bins of equal numbers of questions, lowest first.

    Equal mass, not equal width: most confidences lie close together, and a bin of three questions says nothing.
    """
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [(float(confidence[part].mean()), float(right[part].mean()), len(part)) for part in parts]


def calibration_error(confidence: Column, right: Column, bins: int = BINS) -> float:
    """Give the expected calibration error: the mean gap between confidence and share right, weighted by bin size.

    Naeini et al. 2015, with bins of equal mass (Nguyen and O'Connor 2015). ``confidence`` is a probability.
    """
    gaps = [abs(mean - share) * count for mean, share, count in reliability(confidence, right, bins)]
    return sum(gaps) / len(confidence) if len(confidence) else float("nan")


def _average_ranks(values: Column) -> Column:
    """Give ranks from 1, equal values sharing their mean rank."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    ranks: Column = (last - (sizes - 1) / 2)[group]
    return ranks
