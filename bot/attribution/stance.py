"""Whether a sentence says that something is not so, or that it may be so."""

from bot.attribution.text import words
from bot.attribution.words import AUXILIARIES, HEDGE_PHRASES, HEDGES, NEGATORS, PREPOSITIONS

# A negator in a clause that one of these opens says nothing about the main one, up to the next comma.
_ASIDE = frozenset({"who", "which", "whose", "whom", "because", "if", "where", "until", "when", "than", "before"})
_BOUNDS = ("more than", "less than", "fewer than", "later than", "only", "doubt", "matter", "least")
_DENIALS = ("dispute", "deny", "denied", "rule out", "doubt", "reject")
_MARKS = frozenset(",;:—–.!?…")


def is_negated(sentence: str) -> bool:
    """Say whether the sentence's main message is negative: "There was no such warning"."""
    tokens = words(sentence)
    opened = -1  # where the clause on the side began
    for place, word in enumerate(tokens):
        if word in _ASIDE and place:
            opened = place
        elif word in _MARKS or (opened >= 0 and _main_again(tokens, opened, place)):
            opened = -1
        elif word in NEGATORS and opened < 0 and not _harmless(tokens, place):
            return True
    return False


def _main_again(tokens: list[str], opened: int, place: int) -> bool:
    """Say whether the main verb comes: "homeowners who waited through two winters are ..."."""
    return tokens[opened] in {"who", "which"} and place > opened + 2 and tokens[place] in AUXILIARIES


def _harmless(tokens: list[str], place: int) -> bool:
    """Say whether the negator denies no message: "no more than", "pulled, not worn", "did not dispute"."""
    before = tokens[place - 1] if place else ""
    following = tokens[place + 1 : place + 3]
    if " ".join(following).startswith(_BOUNDS) or " ".join(following).startswith(_DENIALS):
        return True
    if tokens[place] == "not":
        return before in {",", "and"}
    return tokens[place] == "no" and before in PREPOSITIONS


def is_hedged(sentence: str) -> bool:
    """Say whether the sentence leaves open that it may be otherwise: "might", "reportedly", "remains to be seen"."""
    tokens = words(sentence)
    text = " ".join(tokens)
    if any(phrase in text for phrase in HEDGE_PHRASES):
        return True
    for place, word in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if word in HEDGES and not (word == "could" and following in {"not", "hardly"}) and not _month(sentence, word):
            return True
    return False


def _month(sentence: str, word: str) -> bool:
    """Say whether "may" is the month: never written small."""
    return word == "may" and "may" not in sentence
