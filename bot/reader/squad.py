"""SQuAD's measures for answers that may not be there."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
Values = NDArray[Any]


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def answer_f1(given: str, gold: str) -> float:
    """How far two answers share their words, 0 to 1."""
    mine, theirs = _words(given), _words(gold)
    shared = sum((Counter(mine) & Counter(theirs)).values())
    if not mine or not theirs:
        return float(mine == theirs)
    return 2 * shared / (len(mine) + len(theirs))


def auroc(scores: Values, positive: Values) -> float:
    """The chance that a positive is scored above a negative; ties count half."""
    if positive.all() or not positive.any():
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    many = int(positive.sum())
    return float((ranks[positive].sum() - many * (many + 1) / 2) / (many * (len(scores) - many)))


def best_f1(scores: Values, positive: Values, f1: Values) -> float:
    """The mean F1 at the best threshold: below it nothing is answered, which is right where there is no answer."""
    order = np.argsort(-scores, kind="stable")
    answered = np.concatenate([[0.0], np.cumsum(f1[order] * positive[order])])
    declined = np.concatenate([[0.0], np.cumsum(~positive[order])])
    return float((answered + declined[-1] - declined).max() / len(scores))
