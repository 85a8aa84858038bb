"""The neighbour that a quoted sentence leans on: "He added that ..." says little without the one before it."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from bot.attribution import Attribution
from bot.quantities import quantities
from corpus import Sentence

FARTHEST = 4  # sentences back that "he" may mean somebody in
SAME_DAY = 12  # sentences back that "the same day" may mean the day of
_LONGEST = 4_000  # characters of a sentence that are read
_OPENERS = r"^[\W_]*(?:(?:and|but|so|or|however|yet|then|still|also|instead|meanwhile|moreover|later|if|when)[,\s]+)*"
# "It is clear that" means nothing said before.
_PERSON = re.compile(
    _OPENERS + r"(?:he|she|they|his|her|their|both|neither|(?:some|none|one|two|three|most) of them|others"
    r"|its?\b(?!\s+(?:is|was|remains?|will be|has been|had been)\s+(?:\w+\s+)?(?:unclear|clear|possible|likely|unlikely"
    r"|early|late|known|unknown|hoped|expected|thought|believed|said|reported|true|important|difficult|easy|to be)\b"
    r"|\s+(?:rained|snowed)))\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"[”\"’»,]\s+(?:he|she|they|it)\s+(?:\w+ly\s+|also\s+)?(?:said|says|added|told|asked|wrote|noted|joked|replied)\b"
)
# "This year" means no sentence, "this is why" does.
_THING = re.compile(
    _OPENERS + r"(?:(?:this|that|these|those|such)\b(?!\s+(?:year|week|month|morning|afternoon|evening|spring|summer"
    r"|autumn|winter|season)\b)|the (?:same|latter|former|others?)\b)"
    r"|\b(?:the latter|the former|for that reason|in that case|(?:denie[sd]|rejects?|rejected|disputes?|disputed"
    r"|confirmed|dismissed|doubt) (?:this|that|it)(?=\s*(?:[.,;]|and\b|but\b)))",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(r"\b(?:the same|that) day\b", re.IGNORECASE)


def leans(sentence: Sentence) -> bool:
    """Say whether ``sentence`` can't be understood without one before it."""
    text = sentence.text[:_LONGEST]
    return _on_person(text) or bool(_THING.search(text) or _SAME_DAY.search(text))


def _on_person(text: str) -> bool:
    # Who speaks is what a quotation needs; whom "he" inside it means, its speaker knew.
    return bool(_TAG.search(text) if text[:1] in '“"‘«' else _PERSON.match(text))


def context_for(sentence: Sentence, sentences: Sequence[Sentence], by: Attribution | None) -> Sentence | None:
    """Give the sentence that ``sentence`` leans on; None where it stands alone, or nothing before it helps.

    ``sentences`` are the article's, in text order; ``by`` is who says ``sentence``. For "the same day" it is the one
    that names the day, for "he said" the nearest that names the speaker, for another "he" the nearest that starts with
    no pronoun, else the one before. It is shown beside the quote, never in it.
    """
    text = sentence.text[:_LONGEST]
    place = bisect_left(sentences, sentence.start, key=lambda other: other.start)
    if not leans(sentence) or place == len(sentences) or sentences[place].start != sentence.start:
        return None
    before = list(reversed(sentences[max(0, place - SAME_DAY) : place]))
    if _on_person(text):
        near = before[:FARTHEST]
        return _naming_speaker(sentence, by, near) or _standing_alone(near)
    if _THING.search(text):
        return before[0] if before else None
    return next((other for other in before if _names_a_day(other)), None)


def _naming_speaker(sentence: Sentence, by: Attribution | None, near: Sequence[Sentence]) -> Sentence | None:
    if by is None or sentence.start <= by.start < sentence.end:
        return None
    surname = re.compile(rf"(?<!\w){re.escape(by.name.split()[-1])}(?!\w)")
    return next((other for other in near if surname.search(other.text[:_LONGEST])), None)


def _standing_alone(near: Sequence[Sentence]) -> Sentence | None:
    alone = (other for other in near if not _on_person(other.text[:_LONGEST]) and other.text[:1] not in '“"‘«')
    return next(alone, near[0] if near else None)


def _names_a_day(sentence: Sentence) -> bool:
    days = [value for value in quantities(sentence) if value.kind == "date" and not value.time]
    # Without the article's date "May 3" is a day of an unknown year.
    return any(day.first == day.last if day.first else re.search(r"\d", day.text) for day in days)
