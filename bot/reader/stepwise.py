"""Which passages are read: two at a time, and no more once one of them holds a sure answer."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.reader.reader import Reading

READ = 4  # of the passages found for one question, how many are read at most
AT_ONCE = 2  # so many before it is looked whether they hold a sure answer: one for each of two cores
SURE_SPAN = 2.0  # logit by which a sure answer's span beats "no answer here"

Item = TypeVar("Item")


def read_stepwise(
    read: Callable[[Sequence[Item]], list[Reading]],
    passages: Sequence[Item],
    at_once: int = AT_ONCE,
    most: int = READ,
) -> list[Reading]:
    """Read the first ``most`` of ``passages``, best first, ``at_once`` together, until one holds a sure answer."""
    readings: list[Reading] = []
    for start in range(0, min(most, len(passages)), at_once):
        part = read(passages[start : min(start + at_once, most)])
        readings += part
        if enough(part):
            break
    return readings


def enough(readings: Sequence[Reading]) -> bool:
    """Whether one of the sentences read is a sure answer, so that what is farther away need not be read."""
    return any(reading.span >= SURE_SPAN for reading in readings)
