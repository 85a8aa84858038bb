"""A question cut short takes the rest from the one before: "and in Kursk?", "what about Japan?", "a year earlier?"."""

import re
from collections.abc import Sequence

from bot.conversation.mentions import Mention, mentions
from bot.conversation.ones import name_ones, without_one
from bot.conversation.parse import joined, parse, without_opening, words_of
from bot.conversation.words import AUXILIARIES, DETERMINERS, ORDINALS, PREPOSITIONS, TIMES, WH, is_verb

MOST_WORDS = 8  # of what is left of the question
_ABOUT = re.compile(r"^\W*(?:(?:and|but|so|or|ok|okay)\W+)?(?:what|how) about\s+", re.IGNORECASE)
_OPENED = re.compile(r"^\W*(?:and|or|but)\b", re.IGNORECASE)
_PLACE_PREPOSITIONS = frozenset(["in", "at", "near", "from", "to", "into", "inside", "outside", "across", "around"])
_ACTORS = frozenset({"person", "group", "name"})  # who may do what the other did: "and the director?"
_FEW = 4  # words of "the very last"; "the year before last" is a time
_ASKED_OF = ("how many", "how much", "which", "what")  # no "the" follows these
_ELSE = re.compile(
    r"^\W*(?:and |but )?(?:is there |are there |was there |were there )?"
    r"(?:anything|anyone|anybody|something|someone|any|some)?\s*(?:else|others?|more)\W*$",
    re.IGNORECASE,
)


def asks_for_more(question: str) -> bool:
    """Say whether it is only "anything else?", "any others?"."""
    return bool(_ELSE.match(question))


def more_of(earlier_text: str) -> str:
    """Give the earlier question with "else" in it."""
    earlier = parse(earlier_text)
    if not earlier.wh:
        return earlier_text
    head = earlier.word.split()[0]
    wh = f"what other {earlier.noun}" if earlier.noun else f"{head} else" if head in {"who", "where"} else "what else"
    parts = [wh, earlier.auxiliary.low if earlier.auxiliary else "", joined(earlier.rest, earlier.text)]
    return earlier_text if "else" in earlier_text.lower().split() else " ".join(part for part in parts if part)


def fragment_of(question: str) -> str:
    """Give the part that replaces another one; empty where the question is whole."""
    match = _ABOUT.match(question)
    words = without_opening(words_of(question[match.end() :] if match else question))
    text = question[match.end() :] if match else question
    if not words or len(words) > MOST_WORDS:
        return ""
    if match:
        whole = words[0].low in WH | AUXILIARIES
        return "" if whole else joined(words, text)
    lows = [word.low for word in words]
    asks = words[0].low in WH | AUXILIARIES or (lows[0] in PREPOSITIONS and len(words) > 1 and lows[1] in WH)
    if asks or any(is_verb(low) and i and words[i - 1].low not in DETERMINERS for i, low in enumerate(lows)):
        return ""
    opened = bool(_OPENED.match(question)) and len(words) <= 5
    begins = lows[0] in PREPOSITIONS | {"compared"} or _is_time(lows)
    return joined(words, text) if opened or begins else ""


def _is_time(lows: list[str]) -> bool:
    return all(low in TIMES or low in DETERMINERS or low in PREPOSITIONS or low.isdigit() for low in lows)


def fill(fragment: str, earlier: str, instead: bool = False) -> str:
    """Put ``fragment`` in the place of the part of ``earlier`` that is of its kind, or after it.

    ``instead`` says that it takes the place of something, be it of another kind.
    """
    base = earlier.strip().rstrip("?.! ")
    which = words_of(without_one(fragment))
    if which[-1].low in ORDINALS and (ordinals := [word for word in words_of(base) if word.low in ORDINALS]):
        return f"{base[: ordinals[0].start]}{which[-1].text}{base[ordinals[0].end :]}"  # and the second?
    fragment = without_one(fragment)
    if which[-1].low in ORDINALS and which[0].low in DETERMINERS and len(which) < _FEW:
        return f"what about {name_ones(f'{fragment} one', parse(base))} ({_topic(base)})"  # the second guard
    words = words_of(fragment)
    lows = [word.low for word in words]
    theirs = mentions(base)
    if _is_time(lows):
        old = next((m for m in reversed(theirs) if m.kind == "time"), None)
        return _swap(base, _with_preposition(base, old), fragment) if old else f"{base} {fragment}"
    if lows[0] in PREPOSITIONS:
        for old in reversed(theirs):
            start = _with_preposition(base, old).start
            preposition = base[start : old.start].strip().lower()
            same = preposition == lows[0] or {preposition, lows[0]} <= _PLACE_PREPOSITIONS
            if same and old.kind != "time":
                return _swap(base, _with_preposition(base, old), fragment)
        return f"{base} {fragment}"
    mine = mentions(fragment) or mentions(f"the {fragment}")
    old = _like(mine[0], theirs) if mine else None
    if instead and not old:
        old = next((m for m in reversed(theirs) if m.kind != "time"), None)
    if old:
        counted = base[: old.start].lower().rstrip().endswith(_ASKED_OF) and lows[0] in DETERMINERS
        return _swap(base, old, joined(words[1:], fragment) or fragment if counted else fragment)
    return f"{base} {fragment}" if lows[0] == "compared" else f"what about {fragment} ({_topic(base)})"


def _topic(base: str) -> str:
    asked = parse(base)
    return " ".join(part for part in (asked.noun, joined(asked.rest, base)) if part)


def _like(new: Mention, theirs: Sequence[Mention]) -> Mention | None:
    def alike(old: Mention) -> float:
        named = new.named == old.named
        same = (
            3.0 if new.kind == old.kind and named else 2.0 if new.kind == old.kind or (new.named and old.named) else 0.0
        )
        if ("name" in {new.kind, old.kind} and named) or {new.kind, old.kind} <= _ACTORS:
            same = max(same, 2.0)
        return same + 0.5 * (new.plural == old.plural) + 0.25 * old.subject if same else 0.0

    best = max(theirs, key=alike, default=None)
    return best if best and alike(best) >= 2 else None


def _with_preposition(text: str, old: Mention) -> Mention:
    before = text[: old.start].rstrip()
    word = before.rsplit(maxsplit=1)[-1].lower() if before else ""
    start = len(before) - len(word) if word in PREPOSITIONS else old.start
    return Mention(text[start : old.end], old.kind, start, old.end)


def _swap(text: str, old: Mention | None, new: str) -> str:
    return f"{text[: old.start]}{new}{text[old.end :]}" if old else text
