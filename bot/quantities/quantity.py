"""What a typed value is."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["count", "money", "percent", "duration", "measure", "date"]
KINDS: tuple[Kind, ...] = ("count", "money", "percent", "duration", "measure", "date")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A typed value in a sentence; ``text`` is ``article.text[start:end]``.

    A number has ``low`` and ``high``, equal unless it is a range ("between 3,000 and 5,000"), and ``bound`` says how it
    is meant: "about", "at least", "at most" or "". Its ``unit`` is what is counted or measured in, singular and small
    ("soldier", "dollar", "year"), or "". A date has ``first`` and ``last`` day, equal for a day; ``time`` is the time
    of day. ``resolved`` says that the year, or the whole date, was worked out from the article's date or from a date
    before it; both are None where that can't be done.
    """

    kind: Kind
    text: str
    start: int
    end: int
    low: float | None = None
    high: float | None = None
    bound: str = ""
    unit: str = ""
    first: date | None = None
    last: date | None = None
    time: str = ""
    resolved: bool = False
