"""What kind of value a question wants."""

import re

from bot.quantities.quantity import Kind

# First match wins. A question may be content with several kinds, the likeliest first.
_WANTED: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    (r"what percentage|what per ?cent|how many per ?cent|what (?:share|proportion|part|fraction)", ("percent",)),
    (r"how long|for how many (?:years|months|weeks|days|hours|minutes)|how old|at what age", ("duration",)),
    (r"how many (?:years|months|weeks|days|hours|minutes|seconds|decades)", ("duration",)),
    (r"how many (?:dollars|euros|pounds|crowns)|how (?:expensive|costly)", ("money",)),
    (r"how many (?:metres|meters|kilometres|kilometers|miles|feet|tonnes|tons|litres|degrees)", ("measure",)),
    (r"how (?:far|high|deep|tall|heavy|wide|fast|hot|cold|thick)|how much (?:rain|snow|water|does \w+ weigh)",
     ("measure",)),
    (r"how (?:many|often|large (?:a |the )?(?:number|crowd)|big (?:is|was) the crowd)|what (?:is|was) the number",
     ("count",)),
    (r"how much|what (?:is|was|were) [^?]{0,40}?(?:price|cost|profit|revenue|dividend|salary|fine|debt|damage)\b",
     ("money", "percent", "measure", "count")),
    (r"death toll|number of|what number|which number|how large|how big", ("count", "money", "measure", "percent")),
    (r"^\W*(?:and |but |so )?(?:since |until |by |from )?when\b|(?:what|which|in what|on what|on which|in which) "
     r"(?:date|day|year|month|week|weekday|time|hour|century|season)|at what time|what time|how soon", ("date",)),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), kinds) for pattern, kinds in _WANTED)
_LONGEST = 1_000  # characters of a question that are read


def wanted_kinds(question: str) -> tuple[Kind, ...]:
    """Give the kinds of value that answer the question, the likeliest first; empty where it wants none."""
    for pattern, kinds in _PATTERNS:
        if pattern.search(question[:_LONGEST]):
            return kinds
    return ()
