"""Questions that a passage answered until one thing in them was changed for another: near-misses made by rule.

The kinds are three of those that people wrote when asked for questions a passage does not answer (Rajpurkar et al.
2018, "Know What You Don't Know", table 2): another name, another number, an antonym.
"""

from __future__ import annotations

import re

from numpy.random import Generator

from bot.reader.augment import STOP_WORDS

_PAIRS = (
    "first last, largest smallest, biggest smallest, highest lowest, longest shortest, earliest latest, "
    "oldest youngest, more less, more fewer, best worst, before after, above below, north south, northern southern, "
    "east west, eastern western, increased decreased, rise fall, rose fell, gain lose, gained lost, "
    "win lose, won lost, maximum minimum, major minor, old new, early late, high low, men women, male female, "
    "accepted rejected, supported opposed, support oppose, began ended, begin end, opened closed, "
    "arrived left, built destroyed, internal external, larger smaller, "
    "higher lower, faster slower, older younger, urban rural, modern ancient, strong weak, import export, "
    "winter summer, richest poorest, agreed refused, admitted denied, hired dismissed"
)
ANTONYMS: dict[str, str] = {}
for _one, _other in (pair.split() for pair in _PAIRS.split(", ")):
    ANTONYMS.setdefault(_one, _other)
    ANTONYMS.setdefault(_other, _one)

_NAME = re.compile(r"(?<![\w'’-])[A-Z][\w'’-]+(?:\s(?:(?:of|the|de|von|van)\s)*[A-Z][\w'’-]*\w)*(?![\w-])")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w.,]*\d)")
_WORD = re.compile(r"\w+")


def twisted(question: str, passage: str, answer: str, rng: Generator) -> str | None:
    """Give the question with a name, a number or a word changed so that `passage` no longer answers it, or None."""
    ways = [_other_name, _other_number, _opposite]
    for number in rng.permutation(len(ways)):
        changed = ways[int(number)](question, passage, answer, rng)
        if changed is not None:
            return changed
    return None


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)} - STOP_WORDS


def _names(text: str) -> list[tuple[int, str]]:
    """Names and where they begin; a word that begins a sentence is none."""
    found = []
    for match in _NAME.finditer(text):
        name, at = match.group().removesuffix("'s").removesuffix("’s"), match.start()
        first, _, rest = name.partition(" ")
        if first.lower() in STOP_WORDS or not text[:at].rstrip() or text[:at].rstrip()[-1] in '.!?:;"“(\n':
            name, at = rest, at + len(first) + 1
        if name and _words(name):
            found.append((at, name))
    return found


def _beside(name: str, text: str) -> set[tuple[str, str]]:
    """The words before and after the name wherever it stands: names of one kind share some."""
    found = set()
    for match in re.finditer(rf"(\w+)?\s?(?<!\w){re.escape(name)}(?!\w)\s?(\w+)?", text):
        found |= {(side, word) for side, word in zip("<>", match.groups(), strict=True) if word and word.islower()}
    return found - {("<", "the"), ("<", "and"), (">", "and")}


def _other_name(question: str, passage: str, answer: str, rng: Generator) -> str | None:
    """A name of the question gives way to one of the passage that stands in like places, but not beside it."""
    asked = [(at, name) for at, name in _names(question) if at > 0 and name in passage]
    if not asked:
        return None
    at, name = asked[int(rng.integers(len(asked)))]
    taboo = _words(question) | _words(answer)
    starts = {word[:4] for word in taboo}
    places = _beside(name, passage)
    others = [
        other
        for other in sorted({other for _, other in _names(passage)})
        if not {word[:4] for word in _words(other)} & starts and len(other) < 40 and not _listed(name, other, passage)
    ]
    alike = [other for other in others if _beside(other, passage) & places]
    others = alike or [other for other in others if other.count(" ") == name.count(" ")]
    if not others:
        return None
    return question[:at] + others[int(rng.integers(len(others)))] + question[at + len(name) :]


def _listed(one: str, other: str, passage: str) -> bool:
    """Whether the two stand side by side, as what is said of one is then mostly said of the other."""
    link = r"(?:,|\s+and|\s+or|,\s+and|,\s+or|\s+\(|/)\s*(?:the\s+|in\s+|of\s+)?"
    first, second = re.escape(one), re.escape(other)
    return bool(re.search(f"{first}{link}{second}|{second}{link}{first}", passage))


def _other_number(question: str, passage: str, answer: str, rng: Generator) -> str | None:
    """A number or year of the question becomes another of as many digits, often one of the passage's own."""
    asked = list(_NUMBER.finditer(question))
    if not asked:
        return None
    match = asked[int(rng.integers(len(asked)))]
    old = match.group()
    taken = set(_NUMBER.findall(answer)) | set(_NUMBER.findall(question))
    near: list[str] = sorted({other for other in _NUMBER.findall(passage) if len(other) == len(old)} - taken)
    if near and rng.random() < 0.5:
        new = near[int(rng.integers(len(near)))]
    else:
        value, sign = int(old.replace(",", "")), 1 if rng.random() < 0.5 else -1
        new = str(max(1, value + sign * int(rng.integers(1, max(3, min(40, value // 3 + 2))))))
        if new in passage or new == old:
            return None
    return question[: match.start()] + new + question[match.end() :]


def _opposite(question: str, passage: str, answer: str, rng: Generator) -> str | None:
    """A word of the question becomes its antonym, where the passage says nothing of that."""
    there = _words(passage)
    if rng.random() < 0.5:  # or there would be too many of these
        return None
    words = [
        match for match in _WORD.finditer(question) if (other := ANTONYMS.get(match.group())) and other not in there
    ]
    if not words:
        return None
    match = words[int(rng.integers(len(words)))]
    return question[: match.start()] + ANTONYMS[match.group()] + question[match.end() :]
