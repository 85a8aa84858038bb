"""Values of several sentences side by side: all of a kind, and those that contradict each other."""

from collections.abc import Sequence

from bot.quantities.find import quantities
from bot.quantities.quantity import Kind, Quantity
from corpus import Sentence

Valued = tuple[Sentence, Quantity]


def values_of_kind(sentences: Sequence[Sentence], kind: Kind) -> list[Valued]:
    """Give every value of a kind in the sentences: numbers in text order; dates in time order, those unknown last."""
    found = [(sentence, value) for sentence in sentences for value in quantities(sentence) if value.kind == kind]
    if kind == "date":
        return sorted(found, key=lambda pair: (pair[1].first is None, pair[1].first or 0, pair[1].last or 0))
    return found


def conflicting_values(sentences: Sequence[Sentence], kind: Kind, unit: str | None = None) -> list[list[Valued]]:
    """Give the groups of values that can't all be true of one thing: same kind and unit, no value common to all.

    Only sentences that answer the same question should be given. A group has at least two different values, in text
    order; a value without a unit joins no group but that of its like. ``unit`` keeps to one unit.
    """
    groups: dict[str, list[Valued]] = {}
    for sentence, value in values_of_kind(sentences, kind):
        if unit is None or value.unit == unit:
            groups.setdefault(value.unit if kind != "date" else "", []).append((sentence, value))
    return [
        sorted(group, key=lambda pair: (pair[0].article.id, pair[1].start))
        for group in groups.values()
        if len(group) > 1 and _differ([value for _, value in group])
    ]


def _differ(values: Sequence[Quantity]) -> bool:
    """Say whether no value agrees with all: their ranges have nothing in common."""
    known = [bounds(value) for value in values]
    ranges = [pair for pair in known if pair is not None]
    return len(ranges) > 1 and max(low for low, _ in ranges) > min(high for _, high in ranges)


def bounds(value: Quantity) -> tuple[float, float] | None:
    """Give the least and the most that a value can mean: "at least 10" has no most, "about 10" is within a tenth."""
    if value.first is not None and value.last is not None:
        return float(value.first.toordinal()), float(value.last.toordinal())
    if value.low is None or value.high is None:
        return None
    low, high = value.low, value.high
    if value.bound == "at least":
        return low, float("inf")
    if value.bound == "at most":
        return float("-inf"), high
    return (low * 0.9, high * 1.1) if value.bound == "about" else (low, high)
