"""Two versions of an article side by side: which sentences went, came and changed, and in these which words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus import Sentence

MOST_COMPARED = 5_000  # sentences of a version; more would take a browser, and difflib, too long
CONTEXT = 1  # unchanged sentences that are shown before and after a change
_LIKE = 0.5  # of their words: sentences that share as much are one that was changed
_LONGEST = 3_000  # characters of a sentence that is compared word by word

Kind = Literal["same", "removed", "added", "changed", "left out"]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words of a changed sentence; ``mark`` is "" where both versions have it."""

    text: str
    mark: Literal["", "removed", "added"] = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence as it was, as it is, or both; ``left out`` stands for ``count`` unchanged ones."""

    kind: Kind
    parts: tuple[Part, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two versions, and how many sentences that are."""

    changes: tuple[Change, ...]
    removed: int
    added: int
    changed: int
    too_long: bool = False


def compare(old: Sequence[Sentence], new: Sequence[Sentence]) -> Comparison:
    """Compare two versions sentence by sentence; blanks between and within them do not count.

    By the longest common runs of sentences (Ratcliff and Obershelp's way, ``difflib``).
    """
    if max(len(old), len(new)) > MOST_COMPARED:
        return Comparison((), 0, 0, 0, too_long=True)
    before, after = ([_plain(sentence) for sentence in version] for version in (old, new))
    found = list(_changes(before, after))
    kinds = [change.kind for change in found]
    removed, added, changed = (kinds.count(kind) for kind in ("removed", "added", "changed"))
    return Comparison(tuple(_shorten(found)), removed, added, changed)


def _plain(sentence: Sentence) -> str:
    return " ".join(sentence.text.split())


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for tag, start, stop, first, last in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield from (Change("same", (Part(text),)) for text in before[start:stop])
            continue
        # Within a run that was replaced, sentences that are alike stand for each other, in order.
        place = first
        for text in before[start:stop]:
            like = next((at for at in range(place, min(last, place + 3)) if _are_alike(text, after[at])), None)
            if like is None:
                yield Change("removed", (Part(text),))
                continue
            yield from (Change("added", (Part(between),)) for between in after[place:like])
            yield Change("changed", tuple(_words(text, after[like])))
            place = like + 1
        yield from (Change("added", (Part(text),)) for text in after[place:last])


def _are_alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > _LONGEST:
        return False
    matcher = SequenceMatcher(None, one.split(), other.split())
    return matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE


def _words(one: str, other: str) -> Iterator[Part]:
    """Give the words of both sentences: those that went before those that came in their place."""
    old, new = re.findall(r"\s*\S+", one), re.findall(r"\s*\S+", other)
    for tag, start, stop, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("".join(old[start:stop]))
            continue
        if stop > start:
            yield Part("".join(old[start:stop]), "removed")
        if last > first:
            yield Part("".join(new[first:last]), "added")


def _shorten(changes: Sequence[Change]) -> Iterator[Change]:
    """Leave out the unchanged sentences that are not beside a change."""
    touched = [place for place, change in enumerate(changes) if change.kind != "same"]
    shown = {near for place in touched for near in range(place - CONTEXT, place + CONTEXT + 1)}
    left_out = 0
    for place, change in enumerate(changes):
        if place not in shown:
            left_out += 1
            continue
        if left_out:
            yield Change("left out", count=left_out)
            left_out = 0
        yield change
    if left_out:
        yield Change("left out", count=left_out)
