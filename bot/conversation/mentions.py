"""What a question or a quoted sentence speaks of: people, places, organisations and things, by rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.attribution.words import FEMALE, MALE, ORGANISATIONS, SOURCES, TITLES
from bot.conversation.nouns import (
    ADJECTIVE_ENDS,
    ADJECTIVES,
    LOCAL,
    MANY,
    NAMED_PLACES,
    NO_ANTECEDENT,
    PEOPLE,
)
from bot.conversation.parse import OPENERS, Word, joined, parse, words_of
from bot.conversation.words import (
    ADVERBS,
    AUXILIARIES,
    COMPASS,
    DETERMINERS,
    DO,
    HE,
    INDEFINITE,
    JOINERS,
    MEN,
    PLACES,
    POINTERS,
    PREPOSITIONS,
    PRONOUNS,
    SHE,
    TIMES,
    WH,
    WOMEN,
    is_demonym,
    is_verb,
)

LONGEST_PHRASE = 7  # words of a noun phrase
_OPEN = DETERMINERS - POINTERS - {"no", "many", "much", "any", "some", "every", "each", "most", "all", "both"}
_LINKS = frozenset({"of", "de", "von", "van", "du", "al", "bin", "der", "la"})

# Words that are no part of a noun phrase.
_NO_PART = (
    PREPOSITIONS | JOINERS | PRONOUNS | POINTERS | INDEFINITE | ADVERBS | WH
    | {"i", "we", "you", "me", "us", "don't", "be", "been", "being", "said", "tell", "same", "other", "one", "about"}
    | {"i'm", "else"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """One noun phrase: ``text`` as it stands, ``kind`` person, place, group (an organisation), time, name or thing.

    A ``name`` may be anything that has one. ``gender`` is he, she or "" for unknown.
    """

    text: str
    kind: str
    start: int
    end: int
    plural: bool = False
    gender: str = ""
    named: bool = False
    subject: bool = False


@lru_cache(maxsize=64)  # one question's rules look at the same few texts again and again
def mentions(text: str) -> tuple[Mention, ...]:
    """Give the noun phrases of ``text`` that something later may point to, in order."""
    words = words_of(text)
    asked = parse(text)
    verb_after = asked.auxiliary is not None and asked.auxiliary.low in DO
    subject_at = asked.rest[0].start if asked.rest and asked.auxiliary else -1
    capitals = not text.isupper() and not text.islower()
    asked_at = {word.start for word in asked.noun_words}
    found: list[Mention] = []
    place = 0
    while place < len(words):
        inverted = verb_after and words[place].start >= subject_at
        end = _phrase_end(words, place, inverted, capitals, words[place].start in asked_at)
        if end > place:
            asked_for = words[place].start in asked_at
            mention = _mention(words, place, end, text, subject_at, capitals, asked_for)
            if mention:
                found.append(_extended(mention, words, end, text, capitals))
        place = max(end, place + 1)
    return tuple(found)


def _extended(mention: Mention, words: Sequence[Word], end: int, text: str, capitals: bool) -> Mention:
    """Give "the mayor of Kolm" for "the mayor" where that follows."""
    if mention.named or end + 1 >= len(words) or words[end].low != "of":
        return mention
    last = _phrase_end(words, end + 1, False, capitals)
    if last == end + 1:
        return mention
    whole = text[mention.start : words[last - 1].end]
    return replace(mention, text=whole, end=mention.start + len(whole))


def _phrase_end(words: Sequence[Word], place: int, inverted: bool, capitals: bool, noun: bool = False) -> int:
    """Give the place after the noun phrase that starts at ``place``; ``place`` where none does.

    ``noun`` says that the word there is one, though it looks like a verb: "stops" of "how many stops".
    """
    end = place
    determined = words[place].low in _OPEN
    if determined:
        end += 1
    first = end
    while end < len(words) and end - place < LONGEST_PHRASE:
        word = words[end]
        capital = capitals and word.text[0].isupper() and (end > 0 or word.low not in WH) and word.is_word
        if _links(words, end, first):
            end += 1
            continue
        described = determined and end == first and word.low in {"still", "then"}  # the still life
        if (_function(word, end == 0) and not described) or (word.low in DETERMINERS):
            break
        if not capital and is_verb(word.low) and (end > first or not (determined or noun)):
            break
        if not capital and end > first and inverted and _last_content(words, end):
            break  # did the company | rally
        name = capitals and words[end - 1].text[0].isupper() and not is_demonym(words[end - 1].low)
        if not capital and end > first and inverted and name and not word.low.endswith("s"):
            break  # did Vane | place, but not: did Norland officials
        if end > first and (word.low in ADJECTIVES or word.low.endswith(ADJECTIVE_ENDS)) and _last_content(words, end):
            break  # was the album | successful
        if capital and end > first and _opens_clause(words, end):
            break
        end += 1
        if word.text.endswith(("'s", "’s")):
            break
    return end if end > first else place


def _opens_clause(words: Sequence[Word], place: int) -> bool:
    """Say whether the name at ``place`` begins a clause of its own after a noun: "the first thing Ada Lind wrote"."""
    before = words[place - 1]
    if not before.text[0].islower() or before.low in PEOPLE | TITLES | _LINKS:
        return False
    after = next((word for word in words[place:] if not word.text[0].isupper()), None)
    return after is not None and is_verb(after.low)


def _links(words: Sequence[Word], place: int, first: int) -> bool:
    """Say whether "of" joins two names: "the Bank of England"."""
    if not first < place < len(words) - 1 or words[place].low not in _LINKS:
        return False
    return words[place - 1].text[0].isupper() and words[place + 1].text[0].isupper()


def _function(word: Word, opening: bool) -> bool:
    if not word.is_word or word.low in _NO_PART:
        return True
    return word.low in AUXILIARIES and (opening or word.low not in {"may", "will"} or word.text[0].islower())


def _last_content(words: Sequence[Word], place: int) -> bool:
    """Say whether a new phrase or the end follows: then the word at ``place`` is the verb after the subject."""
    after = words[place + 1] if place + 1 < len(words) else None
    return after is None or not after.is_word or after.low in PREPOSITIONS | DETERMINERS | PRONOUNS | JOINERS


def _mention(
    words: Sequence[Word], place: int, end: int, text: str, subject_at: int, capitals: bool, asked_for: bool
) -> Mention | None:
    phrase = list(words[place:end])
    shown = joined(phrase, text).removesuffix("'s").removesuffix("’s")
    content = [word for word in phrase if word.low not in DETERMINERS]
    head = content[-1]
    capital = [word for word in content if capitals and word.text[0].isupper()]
    opening = place == 0 and len(capital) == 1 and len(content) == 1 and not _known(head.stem)
    named = bool(capital) and capital[-1] is head and not (opening and subject_at >= 0)
    before = words[place - 1].low if place else ""
    kind = _kind(content, named, before, phrase != content)
    if head.stem in NO_ANTECEDENT | OPENERS or (head.stem.isdigit() and kind != "time"):
        return None
    whole = named or phrase != content or asked_for or kind in {"time", "place"}
    plural = head.stem in MANY or (not named and head.stem.endswith("s") and not head.stem.endswith(("ss", "us", "is")))
    subject = phrase[0].start == subject_at
    if not whole and not plural and not subject:
        return None  # "worked as cook and driver": nobody in particular
    if not capitals and head.stem in MEN | WOMEN:
        kind, named = "person", True
    if not capitals and subject and not plural and content == phrase and kind in {"thing", "name"}:
        kind, named = "name", True  # who is victor cha
    return Mention(
        text=shown,
        kind=kind,
        start=phrase[0].start,
        end=phrase[0].start + len(shown),
        plural=plural,
        gender=_gender(content, before) if kind in {"person", "name"} else "",
        named=named,
        subject=subject,
    )


def _known(low: str) -> bool:
    return low in PLACES | MEN | WOMEN | ORGANISATIONS


def _kind(content: Sequence[Word], named: bool, before: str, determined: bool) -> str:
    """Tell people, places, organisations, times and things apart."""
    lows = [word.stem for word in content]
    head = lows[-1]
    if all(low in TIMES or low.isdigit() for low in lows):
        return "time"
    if head in PEOPLE or (not named and head.removesuffix("s") in PEOPLE):
        return "person"
    if head in PLACES or (head in LOCAL and not named) or (named and NAMED_PLACES.intersection(lows)):
        return "place"
    if any(low in ORGANISATIONS or low in SOURCES for low in lows) or head in SOURCES:
        return "group"
    if not named:
        return "thing"
    if head in MEN | WOMEN:
        return "person"
    if any(low in TITLES | MEN | WOMEN or low.rstrip(".") in TITLES for low in lows[:-1]):
        return "person"
    if lows[0] in COMPASS and len(lows) > 1:
        return "place"
    if any(word.text.isupper() and len(word.text) > 1 for word in content):
        return "group"
    if before in {"in", "near", "at", "across", "throughout"} and len(lows) <= 3:
        return "place"
    if determined:
        return "name"  # the Utah Territory
    if len(lows) in {2, 3} and all(word.text[0].isupper() for word in content):
        return "person" if not is_demonym(head) and not is_demonym(lows[0]) else "name"
    return "name"


def _gender(content: Sequence[Word], before: str) -> str:
    lows = {word.stem for word in content} | {before}
    given = content[0].stem
    if lows & MALE or (len(content) > 1 and given in MEN):
        return "he"
    if lows & FEMALE or (len(content) > 1 and given in WOMEN):
        return "she"
    return ""


def gender_of(pronoun: str) -> str:
    """Give "he" or "she" for one of their forms, else ""."""
    return "he" if pronoun in HE else "she" if pronoun in SHE else ""
