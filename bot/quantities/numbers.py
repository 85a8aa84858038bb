"""Numbers in a text, in digits or words: 3,000; 3.5 million; $1.2bn; three thousand; two thirds; a dozen."""

import re
from dataclasses import dataclass

from text_to_num import text2num  # type: ignore[import-untyped]

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety zero"
)
_WORD = f"(?:{'|'.join(_SMALL.split())}|hundred|thousand|million|billion|trillion)"
_SCALES = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9,
    "tn": 1e12, "hundred": 1e2,
}  # fmt: skip
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
# Digits with or without a scale; words with or without; a share; dozens and halves of a scale.
NUMBER = re.compile(
    r"(?<![\w.,/+\-])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion)\b|(?P<short>bn|mn|tn|m|k)\b)?"
    r"(?![.,]?\d|[/+])(?!(?!(?:km|kg|cm|mm|mph|ft)\b)\w)"
    rf"|\b(?P<part_count>an?|one|two|three|four|five|six|seven|eight|nine)[\s-](?P<part>{'|'.join(_PARTS)})s?"
    r"(?=\s+(?:of|less|more|in|from|since|to|and|but|on|by)\b|\s*[,.;:)!?—]|\s*$)"
    r"|\b(?P<half>half)\s+(?:an?\s+(?P<half_scale>million|billion|thousand)|(?=of\b))"
    r"|\b(?:(?P<dozens>an?|two|three|several)\s+)dozen\b"
    rf"|\b(?P<words>(?:an?\s+(?=hundred|thousand|million|billion))?{_WORD}(?:(?:-|\s+(?:and\s+)?){_WORD})*)\b",
    re.IGNORECASE,
)
_LONGEST = 120  # characters of a number in words


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``start`` to ``end``; ``share`` is set for a part of a whole, its value then in per cent."""

    start: int
    end: int
    value: float
    share: bool = False
    words: bool = False


def find_numbers(text: str, start: int, end: int) -> list[Number]:
    """Give the numbers in ``text[start:end]``, in order."""
    found = (_number(match) for match in NUMBER.finditer(text, start, end))
    return [number for number in found if number is not None]


def _number(match: re.Match[str]) -> Number | None:
    start, end = match.span()
    if match["digits"]:
        scale = _SCALES[(match["scale"] or match["short"] or "").lower()] if match["scale"] or match["short"] else 1
        return Number(start, end, round(float(match["digits"].replace(",", "")) * scale, 6))
    if match["part"]:
        count = 1 if match["part_count"].lower() in {"a", "an"} else text2num(match["part_count"].lower(), "en")
        value = 100 * count / _PARTS[match["part"].lower()]
        return Number(start, end, value, share=True, words=True) if count < _PARTS[match["part"].lower()] else None
    if match["half"]:
        scaled = match["half_scale"]
        return Number(start, end, 0.5 * _SCALES[scaled.lower()] if scaled else 50.0, share=not scaled, words=True)
    if match["dozens"]:
        dozens = {"a": 12.0, "an": 12.0, "two": 24.0, "three": 36.0}.get(match["dozens"].lower())
        return Number(start, end, dozens, words=True) if dozens else None
    return _in_words(match)


def _in_words(match: re.Match[str]) -> Number | None:
    words = match["words"].lower().replace("-", " ")
    if words == "one" or len(words) > _LONGEST or words.split()[0] in {"hundred", "thousand", "million", "billion"}:
        return None  # "one" is mostly no number; "hundreds", "a million" of
    opening = words.split()[0]
    words = words.removeprefix("a ").removeprefix("an ") if opening in {"a", "an"} else words
    try:
        return Number(match.start(), match.end(), float(text2num(words, "en")), words=True)
    except ValueError:  # "two three": no number
        return None
