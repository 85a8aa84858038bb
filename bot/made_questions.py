"""Questions made from an article's sentences by a few strict templates: better none than one in bad English."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.attribution import Attribution
from bot.attribution.words import (
    AUXILIARIES,
    DETERMINERS,
    JOINERS,
    NOT_SPEAKERS,
    ORGANISATIONS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    SOURCES,
    SUBORDINATORS,
    TIMES,
    TITLES,
)
from bot.context import leans
from bot.conversation.words import PARTICIPLES, PAST, VERBS, base_form
from bot.quantities import Quantity, quantities
from corpus import Sentence

LONGEST = 300  # characters of a sentence that a question is made from
MOST_WORDS = 14  # of a question

_NAME = r"[A-Z][\w’'\-]+(?: [A-Z][\w’'\-]*\.?){1,3}"
_THE = r"[Tt]he [a-z][\w’'\-]*(?: [a-z][\w’'\-]*){0,2}?"
_SUBJECT = rf"(?P<subject>{_NAME}|{_THE})"
_AUXILIARY = r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should)"
# "STENNFORD, Nov. 18 (Regional Press) — " before a first sentence.
_DATELINE = re.compile(r"^[A-Z][A-Z’'.\- ]{2,}[^—–]{0,50}\s[—–-]\s")
_MANY = r"(?P<noun>(?:[A-Za-z][\w’\-]* ){0,2}?(?:[a-z][\w\-]{2,}s|people|men|women|children|police))"
_STOP = (
    r"(?=[,.;:!?—–”\"]|$| (?:but|because|when|while|after|before|as|until|since|although|though|so|than) "
    r"| (?:who|which|that) "
    r"| and (?:more|over|about|at|some|the|an?|his|her|its|their|he|she|it|they|\d))"
)
_SUBJECT_COUNT = re.compile(
    rf" {_MANY} (?P<rest>(?:still |also |already |now )?(?:{_AUXILIARY}|(?P<verb>[a-z]+))\b"
    rf"[^,.;:!?—–“”\"()]{{0,70}}?){_STOP}"
)
_OBJECT_COUNT = re.compile(rf" {_MANY}(?P<rest> (?:in|from|to|at|for|on) [^,.;:!?—–“”\"()]{{3,40}}?)?(?:{_STOP}| and )")
_BEFORE_COUNT = re.compile(rf"^{_SUBJECT} (?:(?P<has>has|have) )?(?P<verb>[a-z]+) $")
_PASSIVE = re.compile(
    rf"^{_SUBJECT} (?P<be>was|were) (?P<verb>[a-z]+)(?P<rest>(?: [\w’'\-]+){{0,5}}?) (?:in|on) (?:early |late )?$"
)
_ACTIVE = re.compile(rf"^{_SUBJECT} (?P<verb>[a-z]+)(?P<rest>(?: [\w’'\-]+){{0,6}}?) (?:in|on) (?:early |late )?$")
_ALONE = frozenset(
    ["began", "started", "ended", "opened", "closed", "died", "arrived", "resumed", "collapsed", "sank", "crashed"]
)
# Forms that are no participles after a noun: "people killed in the flood" has no verb yet.
_FINITE = frozenset(
    [
        "died",
        "drowned",
        "fled",
        "came",
        "left",
        "attended",
        "voted",
        "marched",
        "gathered",
        "fell",
        "went",
        "saw",
        "took",
    ]
)
_WHO = re.compile(rf"(?P<name>{_NAME}), (?:an?|the|former|who) ")
_ABOUT = re.compile(
    rf"(?:^|\b(?:that|said|says|added|believes?|thinks?|insisted|warned) )(?P<topic>{_THE}) {_AUXILIARY}\b"
)
_NO_TOPIC = re.compile(
    r"\b(?:same|first|last|other|others|rest|number|whole|reason|only|most|more|best|worst|idea|fact|way|thing|man|woman"
    r"|latter|former|company|group|agency|article|report|people)\b"
)


# Words that neither open a name nor stand in a plain noun phrase after "the".
_NO_OPENING = DETERMINERS | PREPOSITIONS | PRONOUNS | NOT_SPEAKERS | JOINERS | SUBORDINATORS | TIMES


@dataclass(frozen=True, slots=True)
class Made:
    """A question and the sentence that it was made from; ``kind`` says by which template."""

    question: str
    sentence: Sentence
    kind: str


def made_questions(sentences: Sequence[Sentence], said: Sequence[Attribution | None]) -> list[Made]:
    """Make questions from an article's ``sentences``, in text order, each question once; ``said`` is who says each."""
    found: dict[str, Made] = {}
    once = {name for name, times in Counter(by.name for by in said if by).items() if times == 1}
    for sentence, by in zip(sentences, said, strict=True):
        text = _plain(sentence)
        if not text:
            continue
        for kind, make in _TEMPLATES.items():
            for question in make(text, sentence, by):
                if len(question.split()) <= MOST_WORDS:
                    found.setdefault(question.casefold(), Made(question, sentence, kind))
        if by and by.name in once and _person(by.name):
            found.setdefault(f"what {by.name}", Made(f"What did {_person(by.name)} say?", sentence, "said"))
    return list(found.values())


def _plain(sentence: Sentence) -> str:
    """Give the sentence without a dateline; "" where it is long, broken over lines, or leans on another."""
    text = sentence.text
    if len(text) > LONGEST or "\n" in text or leans(sentence) or not text[:1].isupper():
        return ""
    return _DATELINE.sub("", text, count=1)


def _how_many(text: str, sentence: Sentence, by: Attribution | None) -> Iterator[str]:
    for value in _counts(text, sentence):
        start, end = value
        before, after = text[:start], text[end:]
        opens = not before or before.endswith((" that ", "; "))
        if opens and (match := _SUBJECT_COUNT.match(after)) and _verb_fits(match["verb"]):
            yield f"How many {match['noun']} {match['rest']}?"
        elif (owner := _BEFORE_COUNT.match(before)) and (match := _OBJECT_COUNT.match(after)):
            yield from _with_object(owner, match["noun"] + (match["rest"] or ""))


def _with_object(owner: re.Match[str], noun: str) -> Iterator[str]:
    subject, verb = _subject(owner["subject"]), owner["verb"]
    if not subject:
        return
    if owner["has"]:
        if verb in PARTICIPLES or (verb.endswith("ed") and verb in VERBS):
            yield f"How many {noun} {owner['has']} {subject} {verb}?"
    elif verb in {"has", "have"}:
        yield f"How many {noun} {'does' if verb == 'has' else 'do'} {subject} have?"
    elif _is_past(verb):
        yield f"How many {noun} did {subject} {base_form(verb)}?"


def _counts(text: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Give the places in ``text`` of the counts that stand before what is counted."""
    shift = len(sentence.text) - len(text)
    for value in quantities(sentence):
        start, end = value.start - sentence.start - shift, value.end - sentence.start - shift
        if value.kind == "count" and start >= 0 and value.unit:
            yield start, end


def _when(text: str, sentence: Sentence, by: Attribution | None) -> Iterator[str]:
    shift = len(sentence.text) - len(text)
    for value in quantities(sentence):
        before = text[: max(0, value.start - sentence.start - shift)]
        if value.kind != "date" or value.time or not before or _is_relative(value):
            continue
        if match := _PASSIVE.match(before):
            subject = _subject(match["subject"])
            if subject and (match["verb"] in PARTICIPLES or match["verb"].endswith("ed")):
                yield f"When {match['be']} {subject} {match['verb']}{_kept(match['rest'])}?"
        elif match := _ACTIVE.match(before):
            subject, rest = _subject(match["subject"]), match["rest"]
            takes = _is_past(match["verb"]) and rest.split()[:1] and rest.split()[0] in DETERMINERS
            if subject and (takes or (match["verb"] in _ALONE and not rest)):
                yield f"When did {subject} {base_form(match['verb'])}{rest}?"


def _is_relative(value: Quantity) -> bool:
    """Say whether the article's reader must know its date: such a date is a poor answer by itself."""
    return not any(character.isdigit() for character in value.text)


def _kept(rest: str) -> str:
    return "" if re.match(r" by [a-z]+$", rest) else rest


def _who_is(text: str, sentence: Sentence, by: Attribution | None) -> Iterator[str]:
    for match in _WHO.finditer(text):
        name = _person(match["name"])
        if name:
            yield f"Who is {name}?"


def _what_said(text: str, sentence: Sentence, by: Attribution | None) -> Iterator[str]:
    name = _person(by.name) if by else ""
    match = _ABOUT.search(text) if name and '"' not in text and "“" not in text else None
    if match and not _NO_TOPIC.search(match["topic"]) and _noun_phrase(match["topic"]):
        yield f"What did {name} say about {_small(match['topic'])}?"


_TEMPLATES: dict[str, Callable[[str, Sentence, Attribution | None], Iterator[str]]] = {
    "number": _how_many,
    "said": _what_said,
    "who": _who_is,
    "date": _when,
}


def _person(name: str) -> str:
    """Give a person's name without titles; "" where it may be something else."""
    parts = name.split()
    while parts and parts[0].lower() in TITLES | ROLES:
        parts.pop(0)
    fits = 2 <= len(parts) <= 3 and all(part[0].isupper() and part.lower() not in SOURCES | TITLES for part in parts)
    fits = fits and not any(part.lower() in ORGANISATIONS for part in parts)
    return " ".join(parts) if fits and parts[0].lower() not in _NO_OPENING else ""


def _subject(phrase: str) -> str:
    """Give a subject as it stands inside a sentence; "" where it is no plain noun phrase."""
    if phrase[:4] in {"The ", "the "}:
        return _small(phrase) if _noun_phrase(phrase) else ""
    return "" if phrase.split()[0].lower() in _NO_OPENING else phrase


def _noun_phrase(phrase: str) -> bool:
    """Say whether no word after "the" is a verb, a preposition or the like."""
    words = [word.lower() for word in phrase.split()[1:]]
    return bool(words) and not any(word in _NO_OPENING | AUXILIARIES | {"not"} or _is_past(word) for word in words)


def _small(phrase: str) -> str:
    return phrase[0].lower() + phrase[1:]


def _is_past(verb: str) -> bool:
    return (verb in PAST and base_form(verb) != verb) or (verb.endswith("ed") and verb in VERBS)


def _verb_fits(verb: str | None) -> bool:
    return verb is None or verb in _FINITE
