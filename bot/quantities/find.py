"""The typed values in a sentence."""

import re
from collections.abc import Sequence
from datetime import date

from bot.quantities.dates import DATE, Days, clock, days_of
from bot.quantities.numbers import Number, find_numbers
from bot.quantities.quantity import Kind, Quantity
from bot.quantities.units import BOUNDS, DURATION, MEASURE, MONEY, NO_UNIT, PERCENT, SIGNS
from corpus import Sentence

LONGEST = 4_000  # characters of a sentence that are read
_BEFORE = re.compile(rf"(?:{'|'.join(BOUNDS)})\s+$", re.IGNORECASE)
_WORD = re.compile(r"[\s-]{0,3}([^\W\d_]+(?:['’][^\W\d_]+)?)")
_AGE = re.compile(r"[A-Z][\w’'\-]*, $")  # Owen Tallis, 34, ...
_NAMED = re.compile(r"(?:\bNo\.|[^\W\d_]\w*)\s$")
_SIGHT = 3_000  # characters before a sentence in which "the same day" looks for its day


def quantities(sentence: Sentence) -> list[Quantity]:
    """Give the typed values of a sentence, in text order; no two overlap.

    Dates without a year, weekdays and relative dates are worked out from the article's ``published``.
    """
    text, start = sentence.article.text, sentence.start
    end = min(sentence.end, start + LONGEST)
    dates = _dates(sentence, start, end)
    taken = [(found.start, found.end) for found in dates]
    numbers = _outside(find_numbers(text, start, end), taken)
    found = [_typed(text, number, start, end) for number in numbers]
    values = _joined([value for value in found if value], text)
    return sorted([*dates, *values], key=lambda value: value.start)


def _outside(numbers: Sequence[Number], taken: Sequence[tuple[int, int]]) -> list[Number]:
    """Give the numbers that lie in none of the ``taken`` spans; both are in text order."""
    kept, place = [], 0
    for number in numbers:
        while place < len(taken) and taken[place][1] <= number.start:
            place += 1
        if place == len(taken) or number.end <= taken[place][0]:
            kept.append(number)
    return kept


def _dates(sentence: Sentence, start: int, end: int) -> list[Quantity]:
    text, published = sentence.article.text, sentence.article.published
    found: list[Quantity] = []
    named: Days | None = None  # the last single day, for "the same day"
    searched = False
    for match in DATE.finditer(text, start, end):
        time = clock(match)
        if match["time"] and not time:
            continue
        if match["same"] and not named and not searched:
            named, searched = _last_day(text, start, published), True
        if match["same"]:
            days, resolved = named if match["same"].lower() == "same day" else None, True
        else:
            days, resolved = (None, False) if time else days_of(match, published, text[start:end])
        if days and days[0] == days[1]:
            named = days
        found.append(_dated(match, days, time, resolved and days is not None))
    return found


def _dated(match: re.Match[str], days: Days | None, time: str, resolved: bool) -> Quantity:
    first, last = days or (None, None)
    return Quantity("date", match[0], match.start(), match.end(), first=first, last=last, time=time, resolved=resolved)


def _last_day(text: str, place: int, published: date | None) -> Days | None:
    """Give the last single day named before ``place``."""
    named = None
    for match in DATE.finditer(text, max(0, place - _SIGHT), place):
        days, _ = days_of(match, published, "")
        if days and days[0] == days[1]:
            named = days
    return named


def _typed(text: str, number: Number, start: int, end: int) -> Quantity | None:
    """Give a number its kind, unit and bound from the words around it; None for one that names ("Arc 7")."""
    first, last = number.start, number.end
    kind: Kind = "percent" if number.share else "count"
    unit = ""
    sign = SIGNS.get(text[first - 1 : first]) if first > start else None
    if sign:
        kind, unit, first = "money", sign, first - 1
    elif not number.share:
        kind, unit, last = _unit(text, last, end)
        if kind == "count" and _names(text, number, start):
            return None
        if (
            kind == "count"
            and not unit
            and _AGE.search(text, max(start, first - 20), first)
            and text[last : last + 1] in {",", ";", "."}
        ):
            kind, unit = "duration", "year"
    bound = ""
    if match := _BEFORE.search(text, max(start, first - 20), first):
        first, bound = match.start(), BOUNDS[" ".join(match[0].lower().split())]
    return Quantity(kind, text[first:last], first, last, number.value, number.value, bound, unit)


def _names(text: str, number: Number, start: int) -> bool:
    """Say whether the number is a name's ("Arc 7", "No. 6") or a score's ("3-2")."""
    match = _NAMED.search(text, max(start, number.start - 30), number.start)
    named = bool(match) and not number.words and match is not None and match[0][0].isupper() and match.start() > start
    score = text[number.end : number.end + 1] in {"-", "–"} and text[number.end + 1 : number.end + 2].isdigit()
    return named or score or text[number.start - 1 : number.start] in {"#", "@"}


def _unit(text: str, place: int, end: int) -> tuple[Kind, str, int]:
    """Read what follows a number: its kind, its unit and where it ends."""
    for sign in PERCENT:
        match = re.compile(rf"\s?{re.escape(sign)}(?!\w)(?!age)", re.IGNORECASE).match(text, place, end)
        if match:
            return "percent", "", match.end()
    words: list[tuple[str, int]] = []
    at = place
    while len(words) < 3 and (match := _WORD.match(text, at, end)):
        words.append((match[1].lower(), match.end()))
        at = match.end()
    if not words:
        return "count", "", place
    word, after = words[0]
    if len(words) > 1 and word in {"percentage", "basis"}:
        return "count", f"{word} point", words[1][1]
    kinds: tuple[tuple[Kind, dict[str, str]], ...] = (("money", MONEY), ("duration", DURATION), ("measure", MEASURE))
    for kind, units in kinds:
        if word in units:
            return kind, units[word], after
    return "count", _counted([word for word, _ in words]), place


def _counted(words: Sequence[str]) -> str:
    """Give what is counted: the first plural among the next words, singular."""
    for word in words:
        if word in NO_UNIT:
            return ""
        if word in {"people", "men", "women", "children"}:
            return {"people": "person", "men": "man", "women": "woman", "children": "child"}[word]
        if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
            return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return ""


def _joined(values: Sequence[Quantity], text: str) -> list[Quantity]:
    """Join "between 3,000 and 5,000" and "12 to 15 million" to ranges."""
    joined: list[Quantity] = []
    for value in values:
        whole = _range(joined[-1], value, text) if joined else None
        if whole is None:
            joined.append(value)
        else:
            joined[-1] = whole
    return joined


def _range(first: Quantity, second: Quantity, text: str) -> Quantity | None:
    """Give the range that two neighbouring values make, or None."""
    link = text[first.end : second.start]
    if first.low is None or second.high is None or len(link) > 7 or first.kind not in {second.kind, "count"}:
        return None
    between = text[max(0, first.start - 8) : first.start].lower() == "between "
    low = first.low * _missing_scale(first, second)
    if (
        link.strip().lower() not in ({"and"} if between else {"to", "–"})
        or low > second.high
        or first.low != first.high
    ):
        return None
    start = first.start - (len("between ") if between else 0)
    unit = second.unit or first.unit
    text = text[start : second.end]
    return Quantity(second.kind, text, start, second.end, low, second.high, first.bound, unit)


def _missing_scale(first: Quantity, second: Quantity) -> float:
    """Give 1e6 for "12 to 15 million", else 1."""
    for word, scale in (("million", 1e6), ("billion", 1e9), ("thousand", 1e3)):
        if word in second.text and word not in first.text and (first.low or 0) < 1_000:
            return scale
    return 1.0
