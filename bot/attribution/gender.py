"""Whether the article calls a person he or she."""

import re

from bot.attribution.names import Name, head_of

_LOOKED_AT = 30  # places of a surname
_SIGHT = 100  # characters after each
_PRONOUN = re.compile(r"\b(?:(he|his|him|himself)|(she|her|hers|herself))\b", re.IGNORECASE)


def gender(name: Name, text: str) -> str:
    """Give "he", "she" or "" where the article does not tell: by its roles, else by the pronouns that follow it."""
    role = head_of(name)
    if role.endswith(("woman", "mother", "sister", "widow")):
        return "she"
    if role.endswith(("man", "father", "brother")):
        return "he"
    return _by_pronouns(name.text.split()[-1], text)


def _by_pronouns(surname: str, text: str) -> str:
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
    return best if votes[best] >= 2 and votes[best] >= 2 * other else ""
