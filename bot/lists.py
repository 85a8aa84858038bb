"""Questions that want a list: "Who is quoted?", "What numbers are given?", "What happened when?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.answer import Citation, Group
from bot.attribution import Attribution
from bot.beside import days
from bot.quantities import Kind, Quantity, quantities
from corpus import Sentence

By = Literal["speaker", "number", "date"]
# The share of what such a list holds that is right, on articles the rules were not written on: docs/decisions/0019.
RIGHT: dict[By, float] = {"speaker": 0.9, "number": 0.94, "date": 0.94}
MOST_LISTED = 200  # sentences
NUMBERS: tuple[Kind, ...] = ("count", "money", "percent", "duration", "measure")
_HEADINGS: dict[Kind, str] = {
    "count": "Counts", "money": "Sums of money", "percent": "Shares", "duration": "Durations", "measure": "Measures",
}  # fmt: skip
_NO_DAY = "No day given"

_OPENING = r"^\W*(?:(?:and|so|then|please|ok|now|can you|could you|would you|i want to know|tell me)[\s,]+)*"
_TAIL = (
    r"(?:\s+(?:exactly|altogether|in total|overall|here|there|by name|directly|(?:and )?what (?:do|did) they say|please"
    r"|(?:in|by|from|of|inside|throughout|according to) (?:the |this |these |that |your |all (?:the )?)?"
    r"(?:whole |entire |news )?(?:articles?|story|stories|texts?|reports?|piece|news|interview|library|collection)))*"
    r"[\s?!.]*$"
)
_ARE = r"(?:are|is|were|was|does|do|did|gets?|has been|have been)"
_GIVEN = (
    r"(?:\s+(?:the |this )?(?:article|story|text|report)?\s*(?:given|mentioned|named|stated|cited|quoted|listed"
    r"|reported|used|there|in it|give|mention|name|state|cite|contain|report|have|include|use))"
)
_ASK = r"(?:(?:list|show|give|name|find|enumerate)(?: me| us)?\s+|(?:what|which)\s+(?:are|were)\s+)"
_ALL = r"(?:all|every|each)?\s*(?:of\s+)?(?:the\s+)?(?:different\s+|various\s+|exact\s+|important\s+)?"
_PEOPLE = (
    r"(?:speakers?|voices?|quotes?|quotations?|quoted (?:people|persons|speakers|sources|sentences)"
    r"|(?:people|persons|everyone|everybody|sources|experts|those)(?: who)?(?: are| is| were| was)? (?:quoted|cited))"
)
_NUMBER_WORDS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    (r"(?:numbers|figures|statistics|quantities|data points|numerical (?:facts|values)|numeric values)", NUMBERS),
    (r"(?:percentages|per ?cents|percent values)", ("percent",)),
    (r"(?:sums(?: of money)?|amounts of money|money amounts|prices|costs)", ("money",)),
    (r"(?:durations|periods of time|time spans|timespans)", ("duration",)),
    (r"(?:measurements|measures|distances)", ("measure",)),
)
_DATES = r"(?:dates?(?: and times?)?|days|years|times|events with (?:their )?dates|events in (?:time )?order)"
_TIMELINE = (
    r"(?:what (?:has )?happened(?:,? and)?,? when|when did what happen|what happened in what order"
    r"|(?:what (?:is|was) |(?:give|show|make)(?: me| us)? )?(?:an? |the )?(?:timeline|time line|chronology"
    r"|(?:sequence|order|course) of (?:the )?events)(?: of (?:the )?events)?"
    r"|in (?:what|which) order did (?:things|it|everything|all this|the events|events) happen)"
)


def _words(words: str) -> str:
    """Give the pattern of "list all ...", "what are the ..." and "which ... are given"."""
    return rf"{_ASK}{_ALL}{words}(?: {_ARE})?{_GIVEN}?|(?:what|which) {_ALL}{words} {_ARE}{_GIVEN}"


def _asked(pattern: str) -> re.Pattern[str]:
    return re.compile(_OPENING + f"(?:{pattern})" + _TAIL, re.IGNORECASE)


_QUOTED = _asked(
    rf"who (?:all )?(?:else )?{_ARE} (?:all )?(?:being )?(?:directly )?(?:quoted|cited)"
    rf"|(?:which|what) (?:people|persons|speakers|sources|experts) {_ARE} (?:quoted|cited)"
    rf"|whose (?:words|statements) {_ARE} (?:quoted|cited|given)|{_words('(?:quotes?|quotations?)')}"
    rf"|{_ASK}{_ALL}{_PEOPLE}"
)
_SPEAKERS = _asked(
    rf"who (?:said|says) what|who (?:speaks|talks|is speaking|is talking|spoke)|who has a say"
    rf"|{_words('(?:speakers|voices)')}|who are the (?:speakers|voices|people quoted)"
)
_NUMBERS = tuple((_asked(_words(words)), kinds) for words, kinds in _NUMBER_WORDS)
_TIMES = _asked(f"{_TIMELINE}|{_words(_DATES)}")
_LONGEST = 200  # characters of a question that are read


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """What a list is of: ``kinds`` of number, and whether only what stands in quotation marks counts as said."""

    by: By
    kinds: tuple[Kind, ...] = ()
    quoted: bool = False


def list_asked_for(question: str) -> ListQuestion | None:
    """Give what the question wants a list of; None where it wants none, or one of a narrower topic.

    "Which numbers are given?" wants one, "Which numbers does the mayor give?" is answered as other questions are.
    """
    if len(question) > _LONGEST:
        return None
    text = " ".join(question.split())
    if _SPEAKERS.match(text):
        return ListQuestion("speaker")
    if _QUOTED.match(text):
        return ListQuestion("speaker", quoted=True)
    if _TIMES.match(text):
        return ListQuestion("date", ("date",))
    return next((ListQuestion("number", kinds) for pattern, kinds in _NUMBERS if pattern.match(text)), None)


def list_groups(
    asked: ListQuestion, sentences: Sequence[Sentence], said: Sequence[Attribution | None]
) -> tuple[list[Group], bool]:
    """Give the groups of the list that is asked for, and whether they leave out what comes after ``MOST_LISTED``.

    ``sentences`` are whole articles' in text order, ``said`` who says each. Speakers come in the order of their first
    words, numbers by kind, dates in time order, those of an unknown day last.
    """
    if asked.by == "speaker":
        rows = _by_speaker(asked, sentences, said)
    else:
        rows = _by_date(sentences) if asked.by == "date" else _by_kind(asked.kinds, sentences)
    groups, room = list[Group](), MOST_LISTED
    for kind, heading, listed in rows:
        cited = [Citation(sentence, RIGHT[asked.by], values=values) for sentence, values in listed[:room]]
        room -= len(cited)
        groups += [Group(kind, heading, cited)] if cited else []
    return groups, sum(len(listed) for _, _, listed in rows) > MOST_LISTED


_Row = tuple[str, str, list[tuple[Sentence, tuple[Quantity, ...]]]]


def _by_speaker(asked: ListQuestion, sentences: Sequence[Sentence], said: Sequence[Attribution | None]) -> list[_Row]:
    rows: dict[str, _Row] = {}
    for sentence, found in zip(sentences, said, strict=True):
        if found is None or (asked.quoted and not is_quotation(sentence, found)):
            continue
        key = re.sub(r"^(?:the|an?)\s", "", found.name.casefold())
        rows.setdefault(key, ("speaker", found.name, []))[2].append((sentence, ()))
    return list(rows.values())


def is_quotation(sentence: Sentence, said: Attribution) -> bool:
    """Say whether some of the speaker's words stand in quotation marks."""
    return said.mode == "quoted" or bool(re.search(r"[“\"„«]", sentence.text))


def _by_kind(kinds: Sequence[Kind], sentences: Sequence[Sentence]) -> list[_Row]:
    rows: dict[Kind, _Row] = {kind: (kind, _HEADINGS[kind], []) for kind in kinds}
    for sentence in sentences:
        found = quantities(sentence)
        for kind in kinds:
            if values := tuple(value for value in found if value.kind == kind):
                rows[kind][2].append((sentence, values))
    return [row for row in rows.values() if row[2]]


def _by_date(sentences: Sequence[Sentence]) -> list[_Row]:
    rows: dict[tuple[date, date], _Row] = {}
    unknown: _Row = ("date", _NO_DAY, [])
    for sentence in sentences:
        found = [value for value in quantities(sentence) if value.kind == "date"]
        for value in found:
            if value.first is not None and value.last is not None:
                row = rows.setdefault((value.first, value.last), ("date", days(value), []))
                _put(row, sentence, value)
        if not any(value.first for value in found):  # a time of day belongs to the days of its sentence
            for value in found:
                _put(unknown, sentence, value)
    return [rows[key] for key in sorted(rows)] + ([unknown] if unknown[2] else [])


def _put(row: _Row, sentence: Sentence, value: Quantity) -> None:
    listed = row[2]
    if listed and listed[-1][0] is sentence:
        listed[-1] = (sentence, (*listed[-1][1], value))
    else:
        listed.append((sentence, (value,)))
