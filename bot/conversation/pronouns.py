"""Pronouns, "there" and "the company" give way to what they most likely mean."""

import re
from collections.abc import Sequence

from bot.conversation.antecedents import Understood, antecedents
from bot.conversation.mentions import Mention, gender_of, mentions
from bot.conversation.nouns import CLASSES
from bot.conversation.parse import Word, parse, words_of
from bot.conversation.words import (
    ADVERBS,
    AUXILIARIES,
    BE,
    DETERMINERS,
    EMPTY_IT,
    HE,
    IT,
    JOINERS,
    POSSESSIVE,
    PREPOSITIONS,
    PRONOUNS,
    SHE,
    THEY,
    is_verb,
)
from index.words import terms

_CLAUSES = frozenset({"if", "when", "because", "although", "while", "after", "before", "since", "until", "that"})
_ANY_NAME = frozenset({"company", "firm", "group", "club", "band", "team"})  # whose names look like anybody's
_OBJECTS = frozenset({"him", "them", "it", "there"})
_MANY_TERMS = 4  # words that carry meaning in a question that is likely to stand alone
_REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves"})


def resolve(question: str, turns: Sequence[Understood]) -> tuple[str, bool]:
    """Put names in the place of pronouns.

    Returns:
        The question, and whether something in it still points to what was said before.
    """
    words = words_of(question)
    own = _own(question)
    edits: list[tuple[int, int, str]] = []
    done: set[str] = set()
    left = False
    for place, word in enumerate(words):
        low = word.stem if word.stem in PRONOUNS else word.low
        family = _family(low)
        if not family or low in _REFLEXIVE or family in done or not _points(words, place):
            continue
        done.add(family)
        before = _before(own, words, place)
        if _names_its_own(before, own, question, low):
            continue
        meant = antecedents(low, turns, before, acts=_acts(words, place))
        held = question.lower()  # "the conductor" is no answer to where he played as a conductor
        meant = (m for m in meant if m.named or _head(m) not in held)
        found = next(meant, None)
        if found and found.text.lower() not in question.lower():
            edits.append((word.start, word.end, _form(_determined(found), words, place) + word.text[len(low) :]))
        elif not found and not before:
            left = True
    edits += _definite(words, turns, question)
    for start, end, text in sorted(edits, reverse=True):
        question = question[:start] + text + question[end:]
    return question, left


def _family(low: str) -> str:
    for name, family in (("he", HE), ("she", SHE), ("it", IT), ("they", THEY)):
        if low in family:
            return name
    return low if low == "there" else ""


def _acts(words: Sequence[Word], place: int) -> bool:
    """Say whether "they" do something: "did they send", not "where are they"."""
    before = words[place - 1].low if place else ""
    after = words[place + 1].low if place + 1 < len(words) else ""
    return words[place].low != "them" and before not in BE and after not in BE


def _names_its_own(before: Sequence[Mention], own: Sequence[Mention], question: str, low: str) -> bool:
    """Say whether a name before the pronoun is what it means: "when did Victoria enact its constitution"."""
    wanted = gender_of(low)
    if low in _OBJECTS:  # "why did Putin meet him?" means somebody else; a long question may well mean its own
        before = own if len(set(terms(question))) >= _MANY_TERMS else before
    return any(
        m.named and m.kind != "time" and m.gender in {"", wanted} and (not wanted or m.kind in {"person", "name"})
        for m in before
        if m.start < question.lower().find(low, m.start)
    )


def _before(own: Sequence[Mention], words: Sequence[Word], place: int) -> list[Mention]:
    """Give the question's own mentions that may be meant: for "him" and "it" only those of another clause."""
    before = [mention for mention in own if mention.end <= words[place].start]
    if words[place].low not in _OBJECTS:
        return before
    breaks = [word.start for word in words[:place] if not word.is_word or word.low in _CLAUSES]
    return [mention for mention in before if breaks and mention.end <= breaks[-1]]


def _own(question: str) -> list[Mention]:
    """Give the question's own mentions that a pronoun after them may mean: none of "how many troops did they send"."""
    asked = parse(question)
    first = asked.rest[0].start if asked.rest and asked.wh else 0
    return [mention for mention in mentions(question) if mention.named or mention.start >= first]


def _points(words: Sequence[Word], place: int) -> bool:
    """Say whether a pronoun stands for something: not in "is there a plan", "is it true"."""
    low = words[place].low
    after = [word.low for word in words[place + 1 : place + 4]]
    if low == "there":
        before = words[place - 1].low if place else ""
        existential = before in BE | {"has", "have", "be", "been", "will", "would"} and bool(after)
        return not (existential or (after and after[0] in BE | {"has", "have", "been", "will", "would", "be"}))
    if low == "it":
        return not EMPTY_IT.intersection(after) and after[1:2] != ["to"] and after[2:3] != ["to"]
    return True


def _head(mention: Mention) -> str:
    return mention.text.split(" of ")[0].split()[-1].lower()


def _determined(mention: Mention) -> str:
    """Give "the stops" for "stops"."""
    bare = mention.plural and not mention.named and words_of(mention.text)[0].low not in DETERMINERS
    return f"the {mention.text}" if bare and mention.kind == "thing" else mention.text


def _form(name: str, words: Sequence[Word], place: int) -> str:
    """Give the name as it stands there: with 's where "his" or "their" was."""
    low = words[place].low
    article = re.match(r"(?:an?|the)\b", name, re.IGNORECASE)
    name = f"the{name[article.end() :]}" if article and article[0] != "the" else name
    if low == "there":
        return name if place and words[place - 1].low in PREPOSITIONS else f"in {name}"
    if low not in POSSESSIVE:
        return name
    after = words[place + 1] if place + 1 < len(words) else None
    functional = DETERMINERS | PREPOSITIONS | JOINERS | AUXILIARIES | ADVERBS
    owns = after is not None and after.is_word and after.low not in functional
    if low == "her" and not owns:
        return name
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _definite(words: Sequence[Word], turns: Sequence[Understood], question: str) -> list[tuple[int, int, str]]:
    """Put the name in the place of "the company" or "that country", where one was named before."""
    looked: dict[tuple[str, bool], Mention | None] = {}
    for place in range(len(words) - 1):
        if words[place].low not in {"the", "that", "this"}:
            continue
        noun = words[place + 1]
        kind = CLASSES.get(noun.stem)
        after = words[place + 2] if place + 2 < len(words) else None
        if not kind or (after and (after.low in {"of", "that", "who", "which"} or _goes_on(after))):
            continue
        wanted = (kind, noun.stem in _ANY_NAME)
        if wanted not in looked:
            looked[wanted] = _named(*wanted, turns)
        found = looked[wanted]
        if found and found.text.lower() not in question.lower():
            tail = "'s" if noun.low.endswith("'s") else ""
            return [(words[place].start, noun.end, found.text + tail)]
    return []


def _goes_on(word: Word) -> bool:
    """Say whether the noun phrase goes on: "the company town"."""
    functional = DETERMINERS | PREPOSITIONS | JOINERS | AUXILIARIES | ADVERBS | PRONOUNS
    return word.is_word and word.low not in functional and not is_verb(word.low)


def _named(kind: str, any_name: bool, turns: Sequence[Understood]) -> Mention | None:
    for turn in reversed(list(turns)):
        for mention in mentions(turn.question):
            unknown = any_name and mention.subject and mention.kind in {"name", "person"} and not mention.gender
            if mention.named and (mention.kind == kind or unknown):
                return mention
    return None


def points_back(question: str) -> re.Match[str] | None:
    """Find "that", "this", "then" and the like where they stand for what was said before."""
    return _EVENT.search(question)


_EVENT = re.compile(
    r"\b(?:(?:after|before|since|about|of|for|by|with|from|on|like|than|to) (?:that|this|these|those)"
    r"|(?:is|was|are|were|did|does|do|will|would|can|could|has|had|said|say|says|mean|caused?|know) "
    r"(?:that|this|these|those|so)"
    r"(?= \w+ing\b|\W*$| (?:mean|happen|affect|change|surprise|help|matter|cause|include|work|true|right|correct"
    r"|confirmed|successful|important|new|legal|possible|controversial|popular|a|the|because)\b)"
    r"|(?:that|this|those|these|so)(?=\W*$)|what else|who else|(?:what )?happened (?:next|then|after(?:wards)?)(?=\W*$)"
    r"|next(?=\W*$)|the (?:same|others?|latter|former)\b"
    r"|(?:these|those|this|that) (?!article|story|section|text|page|report|news|passage|piece)\w+)",
    re.IGNORECASE,
)
