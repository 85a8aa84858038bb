"""Whether the article calls a person he or she."""

import re

from bot.attribution.names import Name, head_of
from bot.attribution.words import FEMALE, MALE

_LOOKED_AT = 30  # places of a surname
_SIGHT = 100  # characters after each
_QUOTED = re.compile("“[^“”]*”")
_FEWEST = 2  # places that say so
_PRONOUN = re.compile(r"\b(?:(he|his|him|himself)|(she|her|hers|herself))\b", re.IGNORECASE)


def gender(name: Name, text: str) -> str:
    """Give "he", "she" or "" where the article does not tell: by its roles, else by the pronouns that follow it."""
    role = head_of(name)
    if role.endswith(("woman", "mother", "sister", "widow")):
        return "she"
    if role.endswith(("man", "father", "brother")):
        return "he"
    return _by_pronouns(name.text.split()[-1], text)


def called(name: str, text: str) -> str:
    """Give "he" or "she" as the pronouns after a name tell, be it only once; "" where they do not, or are at odds.

    ``name`` may be in small letters, as readers type it.
    """
    surname = name.split()[-1] if name.split() else ""
    written = re.search(rf"\b{re.escape(surname)}\b", text, re.IGNORECASE) if surname else None
    if not written or not written[0][0].isupper():
        return ""
    whole = re.search(rf"\b{re.escape(name.strip())}\b", text, re.IGNORECASE)
    before = re.search(r"(\w+),?\s+$", text[max(0, whole.start() - _SIGHT) : whole.start()]) if whole else None
    role = before[1].lower() if before else ""
    if role in FEMALE | MALE:
        return "she" if role in FEMALE else "he"
    told = _QUOTED.sub("", text)  # in what somebody says "she" is a third person
    return _by_pronouns(written[0], told, fewest=1)


def _by_pronouns(surname: str, text: str, fewest: int = _FEWEST) -> str:
    votes = {"he": 0, "she": 0}
    place = -1
    for _ in range(_LOOKED_AT):
        place = text.find(surname, place + 1)
        if place < 0:
            break
        match = _PRONOUN.search(text, place + len(surname), place + len(surname) + _SIGHT)
        if match:
            votes["he" if match[1] else "she"] += 1
    best = max(votes, key=lambda key: votes[key])
    other = min(votes.values()) if votes["he"] != votes["she"] else votes[best]
    return best if votes[best] >= fewest and votes[best] >= 2 * other else ""
