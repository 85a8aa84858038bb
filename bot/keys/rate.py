"""How often something may be done, as ``100/minute``."""

import re
from dataclasses import dataclass

SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_WRITTEN = re.compile(r"([1-9][0-9]{0,6})/(second|minute|hour|day)")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many in any so many seconds."""

    amount: int
    seconds: int


def parse_rate(text: str) -> Rate:
    """Give the rate that is written.

    Raises:
        ValueError: it is none.
    """
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"{text!r} is no rate; write it as 100/minute, by second, minute, hour or day")
    return Rate(int(found[1]), SECONDS[found[2]])
