"""From the words before or after a reporting verb to a speaker's name, as it stands in the article."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.attribution.text import Token
from bot.attribution.words import (
    ALL_VERBS,
    AUXILIARIES,
    BETWEEN,
    DETERMINERS,
    JOINERS,
    NOT_SPEAKERS,
    NOUNS_TOO,
    ORGANISATIONS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    SOURCES,
    SUBORDINATORS,
    TIMES,
    TITLES,
)

MOST_WORDS = 16  # words of a speaker, with all that describes them
LOOKED_AT = 40  # places of a surname that are looked at for the full name


@dataclass(frozen=True, slots=True)
class Name:
    """Who speaks: a span of the article's text. ``pronoun`` is set while it is only he, she, it or they."""

    text: str
    start: int
    end: int
    pronoun: str = ""

    @property
    def person(self) -> bool:
        """Whether it may be a person's name: capitals throughout, and no word of an organisation."""
        parts = self.text.split()
        return all(part[0].isupper() for part in parts) and not any(part.lower() in ORGANISATIONS for part in parts)


def name_of(tokens: Sequence[Token], text: str) -> Name | None:
    """Give the speaker that a noun phrase names, or None if it is none.

    A personal name loses its titles and roles: "Finance chief Desmond Achterberg" is "Desmond Achterberg".
    """
    phrase = _without_opening(tokens)
    if not phrase or len(phrase) > MOST_WORDS or not all(token.word for token in phrase):
        return None
    if len(phrase) == 1 and phrase[0].low in PRONOUNS:
        return Name(phrase[0].text, phrase[0].start, phrase[0].end, phrase[0].low)
    if (phrase[0].low in NOT_SPEAKERS and len(phrase) < 2) or phrase[0].low in {"neither", "none", "nobody", "no"}:
        return None
    if any(t.low in AUXILIARIES or (t.low in ALL_VERBS and t.low not in NOUNS_TOO) for t in phrase):
        return None
    if any(t.low in DETERMINERS and i and phrase[i - 1].low not in PREPOSITIONS | JOINERS | {"all", "both"}
           for i, t in enumerate(phrase)):  # fmt: skip
        return None  # "raised its forecast"
    cut = next((i for i, t in enumerate(phrase) if t.low in PREPOSITIONS and i), len(phrase))
    head = phrase[:cut]
    if any(token.low == "and" for token in head):  # "Australia and France"
        return Name(text[phrase[0].start : phrase[-1].end], phrase[0].start, phrase[-1].end)
    run = last_run(head)
    common = len(run) == 1 and run[0] is phrase[0] and cut < len(phrase) and not name_elsewhere(run[0], text)
    if run and not common and run[-1] is head[-1]:
        return in_full(run, text)
    if head[0].low in PREPOSITIONS or head[-1].low in DETERMINERS or head[-1].low in TIMES:
        return None
    return Name(text[phrase[0].start : phrase[-1].end], phrase[0].start, phrase[-1].end)


def _without_opening(tokens: Sequence[Token]) -> list[Token]:
    """Drop "But", "On Monday" and the like before a noun phrase, and "himself" after it."""
    phrase = list(tokens)
    while phrase and (phrase[-1].low in BETWEEN or phrase[-1].low in TIMES or phrase[-1].low.endswith("ly")):
        phrase.pop()
    while phrase and (phrase[0].low in JOINERS or phrase[0].low in {"however", "then", "also", "still", "meanwhile"}):
        phrase.pop(0)
    if phrase and (phrase[0].low in PREPOSITIONS or phrase[0].low in {"last", "next", "asked"}):
        place = len(phrase) - 1
        if phrase[place].low in PRONOUNS:
            return phrase[place:]
        after = [i for i, t in enumerate(phrase) if i > 1 and (t.low in DETERMINERS or phrase[i - 1].low in TIMES)]
        phrase = phrase[after[0] :] if after else []
    return phrase


def last_run(tokens: Sequence[Token]) -> list[Token]:
    """Give the last unbroken run of capitalised words, without titles before them."""
    run: list[Token] = []
    for token in reversed(tokens):
        if not token.capital or token.low in TIMES or token.low in DETERMINERS:
            if run:
                break
            continue
        if token.low in TITLES | ROLES and run:
            break
        run.insert(0, token)
    return run


def in_full(run: Sequence[Token], text: str) -> Name:
    """Give the name in full, from an earlier place of the article where only the surname stands here."""
    start, end = run[0].start, run[-1].end
    name = Name(text[start:end], start, end)
    if len(run) > 1 or not name.person or name.text.isupper():
        return name
    return full_name(name, text) or name


_NO_GIVEN_NAME = (
    TITLES
    | ROLES
    | DETERMINERS
    | NOT_SPEAKERS
    | BETWEEN
    | ORGANISATIONS
    | PREPOSITIONS
    | JOINERS
    | SUBORDINATORS
    | TIMES
)
_CAPITALISED = re.compile(r"((?:[^\W\d_][\w’'\-]*|(?<![\w.])[^\W\d_]\.)) $")
_PLACES = ("University", "College", "Inc", "Corp", "Group", "Company", "Street", "County", "Island")


def full_name(name: Name, text: str) -> Name | None:
    """Find the first place before ``name`` where a given name stands before the surname."""
    surname, place = name.text, -1
    if any(f"{surname} {word}" in text for word in _PLACES):
        return None
    for _ in range(LOOKED_AT):
        place = text.find(surname, place + 1, name.start)
        if place < 0:
            return None
        end = place + len(surname)
        if text[end : end + 1].isalnum() or text[place - 1 : place].isalnum():
            continue
        start = place
        while match := _CAPITALISED.search(text, max(0, start - 30), start):
            word = match[1]
            cut = word.lower() in _NO_GIVEN_NAME or (len(word) > 1 and word.isupper())
            if cut or not word[0].isupper() or place - start > 40:
                break
            start = match.start(1)
        if start < place:
            return Name(text[start:end], start, end)
    return None


def head_of(name: Name) -> str:
    """Give the name's head noun, small: "economists" of "Economists at the Bank of the Vale"."""
    parts = name.text.split()
    head = next((parts[i - 1] for i, part in enumerate(parts) if i and part.lower() in PREPOSITIONS), parts[-1])
    return head.lower().replace("’", "'").removesuffix("'s").rstrip("'")


def is_source(name: Name) -> bool:
    """Say whether something can be according to it: a name with capitals, a role or an institution."""
    low = head_of(name)
    proper = all(part[0].isupper() for part in name.text.split())
    voices = ROLES | SOURCES | ORGANISATIONS
    return bool(name.pronoun) or proper or low in voices or low.removesuffix("s") in voices or low == "media"


def may_judge(name: Name) -> bool:
    """Say whether the name can hold a view: capitals, a role, an institution or a plural; no "technique"."""
    low = head_of(name)
    proper = all(part[0].isupper() for part in name.text.split())
    return (
        bool(name.pronoun) or proper or low in ROLES | SOURCES | ORGANISATIONS or low.endswith(("s", "people", "men"))
    )


def name_elsewhere(token: Token, text: str) -> bool:
    """Say whether a capitalised first word is a name: it stands with its capital inside some sentence too."""
    place = -1
    for _ in range(LOOKED_AT):
        place = text.find(token.text, place + 1)
        if place < 0:
            return False
        inside = place > 1 and text[place - 1] == " " and (text[place - 2].isalnum() or text[place - 2] == ",")
        if inside and not text[place + len(token.text) : place + len(token.text) + 1].isalnum():
            return True
    return False
