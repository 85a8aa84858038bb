"""Two values for one thing: "The agency put the number of missing at 23." - "The mayor spoke of about 40."

Only values of one kind that cannot both be true count, said by two voices, where the later sentence plainly speaks of
what the earlier one gave. Strict: two figures that merely stand side by side are no conflict.
"""

import re
from collections.abc import Callable, Sequence

from bot.answer import Citation
from bot.attribution import Attribution, speaker_asked_for
from bot.quantities import Kind, Quantity, bounds, quantities, wanted_kinds
from corpus import Sentence
from index.words import terms

NEAR = 2  # sentences between which the later one may speak of the earlier one's figure
SIGHT = 3  # sentences before a far one in which the question's subject must be named
SHORTEST = 8  # words of a reply that says little but its value: "Since June," he said.
# Words by which a sentence gives another figure for what was spoken of.
_CUE = re.compile(
    r"\b(?:put|puts|putting) (?:it|them|this|that) (?:nearer |closer )?(?:at|to)\b"
    r"|\b(?:spoke|speaks|spoken|talked) of\b"
    r"|\b(?:real|true|actual|correct|right) (?:number|figure|cost|sum|toll|count|total|amount|value|age|date)\b"
    r"|\b(?:closer|nearer) to\b|\b(?:accept|disput|doubt|reject|question|contradict|deni|deny)\w* "
    r"(?:that|this|the|the official) (?:number|figure|sum|toll|count|total|estimate|amount)\b"
    r"|\b(?:estimated|estimates|counted|counts|gave|gives) (?:it|them)\b",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:how many|how much|what share|which) of\b", re.IGNORECASE)  # of what has two values itself
_WORDS = re.compile(r"[^\W_]+")


def conflict(
    question: str,
    first: Citation,
    sentences: Sequence[Sentence],
    said: Callable[[Sentence], Attribution | None],
) -> list[Citation]:
    """Give the sentences that answer with different values, ``first`` among them, in text order; none where none do.

    ``sentences`` are the article's, in text order, ``said`` tells who says one. A question that wants one speaker's
    words has one answer.
    """
    kinds = wanted_kinds(question)
    index = first.sentence.index
    if not kinds or _PART.search(question) or speaker_asked_for(question) or not 0 <= index < len(sentences):
        return []
    own = _own_value(first, kinds)
    if own is None or sentences[index].start != first.sentence.start:
        return []
    rivals = [
        Citation(each, first.score, values=(value,))
        for each in sentences
        if each.index != index
        and (value := _only_value(each, own)) is not None
        and _differ(own, value)
        and _of_one_thing(question, first.sentence, each, own.kind, sentences)
        and _two_voices(said(first.sentence), said(each))
    ]
    if not rivals:
        return []
    shown = [Citation(first.sentence, first.score, first.answer, values=(own,)), *rivals]
    return sorted(shown, key=lambda citation: citation.sentence.start)


def _own_value(first: Citation, kinds: Sequence[Kind]) -> Quantity | None:
    """Give the value that the first sentence answers with: the one in its answer, else its only one."""
    found = [value for value in quantities(first.sentence) if value.kind in kinds and not value.time]
    span = first.answer
    if span is not None:
        return next((value for value in found if value.start < span.end and span.start < value.end), None)
    return found[0] if len(found) == 1 else None


def _only_value(sentence: Sentence, own: Quantity) -> Quantity | None:
    """Give the sentence's value of that kind and unit, or of no unit, where it has exactly one."""
    if not any(character.isalnum() for character in sentence.text[:1_000]):
        return None
    found = [value for value in quantities(sentence) if value.kind == own.kind and not value.time]
    fitting = [value for value in found if value.unit == own.unit or not (value.unit and own.unit)]
    return fitting[0] if len(fitting) == 1 else None


def _differ(one: Quantity, other: Quantity) -> bool:
    """Say whether the two values cannot both be true."""
    a, b = bounds(one), bounds(other)
    return a is not None and b is not None and max(a[0], b[0]) > min(a[1], b[1])


def _of_one_thing(question: str, first: Sentence, other: Sentence, kind: Kind, sentences: Sequence[Sentence]) -> bool:
    """Say whether the later of the two sentences gives another value for what the earlier one spoke of."""
    later = max(first, other, key=lambda sentence: sentence.index)
    near = abs(first.index - other.index) <= NEAR
    if kind == "date":
        return near and len(_WORDS.findall(later.text)) <= SHORTEST
    if not _CUE.search(later.text):
        return False
    return near or (other is later and _names_subject(question, other, sentences))


def _names_subject(question: str, other: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Say whether what the question asks about is named shortly before a sentence that speaks of "it" or "them"."""
    subject = set(terms(question)) - set(terms("how many much old long large big high number figure people"))
    around = " ".join(each.text for each in sentences[max(0, other.index - SIGHT) : other.index + 1])
    return bool(subject) and subject <= set(terms(around))


def _two_voices(one: Attribution | None, other: Attribution | None) -> bool:
    return (one.name if one else None) != (other.name if other else None)
