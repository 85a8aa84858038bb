"""What was cited and answered, scored exactly: sentences by place, answer strings by SQuAD's rules."""

import re
import string
from collections import Counter
from collections.abc import Sequence, Set

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def citation_scores(cited: Set[str], answers: Sequence[Set[str]], needs_all: bool) -> dict[str, float]:
    """Score the set of cited sentences of one answerable question.

    Args:
        cited: ids of the sentences cited; empty when the system declined.
        answers: for each gold answer, the ids of the sentences that it touches; none empty.
        needs_all: every answer is needed; otherwise they are alternatives, and the one best covered counts.

    Returns:
        ``citation P``: share of the cited sentences that are gold (0 when nothing is cited); ``citation R``: share of
        the needed gold sentences that are cited; ``citation F1``: their harmonic mean.
    """
    gold = frozenset().union(*answers)
    precision = len(cited & gold) / len(cited) if cited else 0.0
    needed = [gold] if needs_all else answers
    recall = max(len(cited & group) / len(group) for group in needed)
    f1 = 2 * precision * recall / (precision + recall) if precision else 0.0
    return {"citation P": precision, "citation R": recall, "citation F1": f1}


def normalise_answer(text: str) -> str:
    """Give ``text`` as SQuAD compares it: lower case, without punctuation and a/an/the, single blanks.

    Rajpurkar et al. 2016, section 6.1; the order of the steps is that of the published evaluation.
    """
    text = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", text).split())


def answer_scores(predicted: str, golds: Sequence[str]) -> dict[str, float]:
    """Score an answer string against the gold strings, the best match counting; no golds: "" is right.

    Golds that hold nothing but punctuation and articles are passed over, as in SQuAD 2.0's evaluation.

    Returns:
        ``EM``: 1 when equal once normalised; ``F1``: harmonic mean of the shares of words in common.
    """
    kept = [gold for gold in golds if normalise_answer(gold)] or [""]
    return {
        "EM": max(float(normalise_answer(predicted) == normalise_answer(gold)) for gold in kept),
        "F1": max(_word_f1(predicted, gold) for gold in kept),
    }


def _word_f1(predicted: str, gold: str) -> float:
    said, wanted = normalise_answer(predicted).split(), normalise_answer(gold).split()
    if not said or not wanted:
        return float(said == wanted)
    common = (Counter(said) & Counter(wanted)).total()
    return 2 * common / (len(said) + len(wanted))
