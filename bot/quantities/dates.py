"""Dates and times of day in a text, absolute or relative, as regular expressions and what they mean."""

import re
from datetime import date, timedelta

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})"
DATE = re.compile(
    rf"\b(?P<iso>{_YEAR}-\d\d-\d\d)\b"
    rf"|\b(?P<month1>{_MONTH})\s(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?!,\d)(?:,?\s(?P<year1>{_YEAR})\b)?"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month2>{_MONTH})(?!\w)(?:,?\s(?P<year2>{_YEAR})\b)?"
    rf"|\b(?P<month3>{_MONTH}),?\s(?P<year3>{_YEAR})\b"
    rf"|\b(?P<season>spring|summer|autumn|fall|winter)\s(?:of\s)?(?P<year5>{_YEAR})\b"
    rf"|\b(?i:(?:on\s+)?(?:the\s+|that\s+)(?P<same>same\s+day|following\s+day|day\s+before))\b"
    rf"|\b(?i:(?P<which>last|next|this)\s+(?P<span>week|month|year|night))\b"
    rf"|\b(?i:(?P<count>{_COUNT})\s+(?P<unit>day|week|month|year)s?\s+(?P<way>ago|earlier))\b"
    rf"|\b(?i:(?P<near>yesterday|today|tomorrow|tonight))\b"
    rf"|\b(?:(?i:(?P<which_day>last|next|this))\s)?(?P<weekday>{_DAY})\b"
    r"|(?<![\d:])(?P<time>\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.m\.|[ap]m\b)|(?:[01]\d|2[0-3]):[0-5]\d(?!\d))"
    r"|\b(?i:(?P<clock>noon|midnight))\b"
    rf"|(?i:(?<=\bin\s)|(?<=\bof\s)|(?<=\bby\s)|(?<=\bto\s)|(?<=\band\s)|(?<=\bsince\s)|(?<=\buntil\s)|(?<=\bfrom\s)"
    rf"|(?<=\bafter\s)|(?<=\bbefore\s)|(?<=\blast\s)|(?<=\bnext\s)|(?<=\bearly\s)|(?<=\blate\s)|(?<=\bduring\s)"
    rf"|(?<=\bbetween\s))(?:(?P<month4>{_MONTH})(?!\w)|(?P<year4>{_YEAR})(?![\w,]?\d)(?!\s(?:people|\w{{3,}}s\b)))"
)
_FUTURE = re.compile(
    r"\b(?:will|(?:is|are|was|were) (?:to|due)|expected|due|planned|scheduled|until|before|next|continues?|resumes?"
    r"|opens?|starts|begins|would)\b"
)
Days = tuple[date, date]  # first and last


def days_of(match: re.Match[str], published: date | None, sentence: str) -> tuple[Days | None, bool]:
    """Give the days that a match of ``DATE`` means, and whether they were worked out from ``published``.

    ``sentence`` is the text around it: "on Monday" is the next one where it speaks of what is to come. ``same day`` and
    times of day have no days of their own.
    """
    for number in "12345":
        year = match.groupdict().get(f"year{number}")
        month = match.groupdict().get(f"month{number}")
        if year or month:
            day = match.groupdict().get(f"day{number}")
            return _calendar(year, month, day, published)
    if match["iso"]:
        return _day(*map(int, match["iso"].split("-"))), False
    if published is None:
        return None, False
    if match["weekday"]:
        return _weekday(match, published, sentence), True
    return _relative(match, published), True


def _calendar(year: str | None, month: str | None, day: str | None, published: date | None) -> tuple[Days | None, bool]:
    if month is None:
        return ((date(int(year), 1, 1), date(int(year), 12, 31)), False) if year else (None, False)
    number = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(month[:3].lower()))
    if year:
        return _day(int(year), number, int(day) if day else None), False
    if published is None:
        return None, False
    near = [_day(published.year + shift, number, int(day) if day else None) for shift in (-1, 0, 1)]
    known = [days for days in near if days]
    return (min(known, key=lambda days: _distance(days, published)) if known else None), True


def _day(year: int, month: int, day: int | None) -> Days | None:
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        return date(year, month, 1), _month_end(date(year, month, 1))
    except ValueError:  # February 30
        return None


def _month_end(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return following - timedelta(days=1)


def _distance(days: Days, published: date) -> int:
    if days[0] <= published <= days[1]:
        return 0
    return min(abs((day - published).days) for day in days)


def _weekday(match: re.Match[str], published: date, sentence: str) -> Days:
    wanted = DAYS.index(match["weekday"].lower())
    back = (published.weekday() - wanted) % 7
    which = (match["which_day"] or "").lower()
    if which == "next" or (which != "last" and back and _FUTURE.search(sentence)):
        day = published + timedelta(days=7 - back)
    else:
        day = published - timedelta(days=back or (7 if which == "last" else 0))
    return day, day


def _relative(match: re.Match[str], published: date) -> Days | None:
    if match["near"]:
        shift = {"yesterday": -1, "tomorrow": 1}.get(match["near"].lower(), 0)
        day = published + timedelta(days=shift)
        return day, day
    if match["span"]:
        step = {"last": -1, "next": 1}.get(match["which"].lower(), 0)
        return _span(match["span"].lower(), step, published)
    if match["way"] and match["way"].lower() == "ago":
        return _ago(match["count"].lower(), match["unit"].lower(), published)
    return None


def _span(span: str, step: int, published: date) -> Days | None:
    if span == "night":
        return (published - timedelta(days=1),) * 2 if step < 0 else (published, published)
    if span == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6)
    if not date.min.year < published.year < date.max.year:
        return None
    if span == "year":
        return date(published.year + step, 1, 1), date(published.year + step, 12, 31)
    month = published.year * 12 + published.month - 1 + step
    return _day(month // 12, month % 12 + 1, None)


_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def _ago(count: str, unit: str, published: date) -> Days | None:
    number = int(count) if count.isdecimal() else 1 if count in {"a", "an"} else _WORDS.index(count) + 1
    if unit in {"day", "week"}:
        day = published - timedelta(days=number * (7 if unit == "week" else 1))
        return day, day
    if unit == "year":
        year = published.year - number
        return (date(year, 1, 1), date(year, 12, 31)) if year >= 1 else None
    month = published.year * 12 + published.month - 1 - number
    return _day(month // 12, month % 12 + 1, None) if month >= 12 else None


def clock(match: re.Match[str]) -> str:
    """Give the time of day as HH:MM, "" where the match is none."""
    if match["clock"]:
        return "12:00" if match["clock"].lower() == "noon" else "00:00"
    if not match["time"]:
        return ""
    digits = re.match(r"(\d{1,2})(?:[:.](\d\d))?", match["time"])
    assert digits
    hour, minute = int(digits[1]), int(digits[2] or 0)
    half = match["time"][digits.end() :].strip().lower()[:1]
    if hour > (12 if half else 23) or minute > 59:
        return ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}"
