""" "The second one", "which ones", "the one in Kolm": what the one is, from the question before."""

import re
from collections.abc import Sequence

from bot.conversation.mentions import mentions
from bot.conversation.parse import Asked, Word, joined, words_of
from bot.conversation.words import DETERMINERS, ORDINALS, POINTERS

# "One" after these stands for a thing; in "one of them" and "no one" it does not.
_BEFORE = ORDINALS | POINTERS | DETERMINERS - {"no", "any", "every", "some"}
_IRREGULAR = {"men": "man", "women": "woman", "people": "person", "children": "child", "wives": "wife", "buses": "bus"}
_SIBILANT = re.compile(r"(?:ss|x|zz|ch|sh)es$", re.IGNORECASE)


def name_ones(question: str, earlier: Asked) -> str:
    """Put the noun that ``earlier`` is about in the place of "one" and "ones"; as it is where there is none."""
    words = words_of(question)
    place = next((i for i in range(1, len(words)) if _stands_for_a_thing(words, i)), None)
    noun = place is not None and _noun(earlier)
    if place is None or not noun:
        return question
    own = any(m.kind != "time" and m.end <= words[place - 1].start for m in mentions(question))
    if own or any(word.low in POINTERS for word in words[: place - 1]):
        return question  # was this album a successful one?
    several = words[place].low == "ones"
    shown = noun if several else singular(noun)
    return f"{question[: words[place].start]}{shown}{question[words[place].end :]}"


def without_one(fragment: str) -> str:
    """Give "in Kolm" for "the one in Kolm", "the second" for "the second one": the part that says which."""
    words = words_of(fragment)
    if len(words) > 1 and words[-1].low in {"one", "ones"} and words[-2].low in ORDINALS:
        return joined(words[:-1], fragment)
    if len(words) > 2 and words[0].low in DETERMINERS and words[1].low in {"one", "ones"}:
        return joined(words[2:], fragment)
    return fragment


def _stands_for_a_thing(words: Sequence[Word], place: int) -> bool:
    after = words[place + 1].low if place + 1 < len(words) else ""
    if words[place].low not in {"one", "ones"} or after == "of":
        return False
    phrase = [word.low for word in words[max(0, place - 4) : place]]
    return phrase[-1] in _BEFORE or (words[place - 1].is_word and bool(_BEFORE.intersection(phrase)))


def _noun(earlier: Asked) -> str:
    """Give the noun of what is asked for or about, without a name in it: "guards" of "how many guards were there?"."""
    if earlier.noun:
        return earlier.noun
    held = [m for m in mentions(earlier.text) if not m.named and m.kind != "time"]
    if not held:
        return ""
    best = min(held, key=lambda m: (not m.plural, not m.subject))
    content = [word for word in words_of(best.text.split(" of ")[0]) if word.low not in DETERMINERS | ORDINALS]
    return joined(content, best.text)


def singular(noun: str) -> str:
    """Give one of several: "guard" for "guards"; a noun that is none of several as it is."""
    head, _, last = noun.rpartition(" ")
    low = last.lower()
    if low in _IRREGULAR:
        last = _IRREGULAR[low]
    elif low.endswith("ies") and len(low) > 4:
        last = f"{last[:-3]}y"
    elif _SIBILANT.search(low):
        last = last[:-2]
    elif low.endswith("s") and not low.endswith(("ss", "us", "is")):
        last = last[:-1]
    return f"{head} {last}".strip()
