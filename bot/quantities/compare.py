"""What a value can mean, so that two can be told to exclude each other."""

from bot.quantities.quantity import Quantity


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
