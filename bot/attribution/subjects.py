"""Whom a sentence is about: its grammatical subject and the people it names, by rule."""

from collections.abc import Sequence

from bot.attribution.names import MOST_WORDS, Name, in_full, last_run, name_elsewhere, name_of
from bot.attribution.text import Token
from bot.attribution.words import (
    ALL_VERBS,
    AUXILIARIES,
    DETERMINERS,
    JOINERS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    SUBORDINATORS,
    TIMES,
    TITLES,
)


def persons(tokens: Sequence[Token], text: str) -> list[Name]:
    """Give the personal names of two words or more in a sentence that no preposition governs."""
    found: list[Name] = []
    place = _opening(tokens)
    while place < len(tokens):
        end = place
        while end < len(tokens) and tokens[end].capital and tokens[end].low not in TIMES | DETERMINERS:
            end += 1
        run = last_run(tokens[place:end])
        governed = place > 0 and tokens[place - 1].low in PREPOSITIONS | DETERMINERS | {"journal", "magazine"}
        if len(run) > 1 and not governed and in_full(run, text).person:
            found.append(in_full(run, text))
        place = max(end, place + 1)
    return found


def subject(tokens: Sequence[Token], text: str) -> Name | None:
    """Give the sentence's grammatical subject, where it is a name, a pronoun or "the officials": a guess by rule."""
    place = _opening(tokens)
    if name := _after_was(tokens, text):
        return name
    first = tokens[place : place + MOST_WORDS]
    stop = next((i for i in range(len(first)) if _stops(first, i)), len(first))
    if stop and first[0].low in PRONOUNS:
        return name_of(first[:1], text)
    comma = stop < len(first) and first[stop].text == ","
    run = _first_run(first[:stop], text)
    if comma and (not run or first[0].low in DETERMINERS):  # The captain, Rurik Vane, ...
        rest = first[stop + 1 :]
        second = next((i for i, t in enumerate(rest) if not t.word), 0)
        apposed = name_of(rest[:second], text) if second and rest[0].low not in SUBORDINATORS | {"who"} else None
        if apposed and (apposed.person or not run):
            return apposed if apposed.person or first[0].low in DETERMINERS else None
    if run and not text.startswith(("’s", "'s"), run[-1].end - 2):
        return in_full(run, text)
    return name_of(first[:stop], text) if stop < len(first) and first[stop].word else None


def _after_was(tokens: Sequence[Token], text: str) -> Name | None:
    """Read "Among those waiting was Beatrix Holm, 74, who ..."."""
    if not tokens or tokens[0].low not in PREPOSITIONS | {"among"}:
        return None
    was = next((i for i, t in enumerate(tokens[:MOST_WORDS]) if t.low in {"was", "were", "is", "are"}), len(tokens))
    end = next((i for i, t in enumerate(tokens[was + 1 :], was + 1) if not t.capital), len(tokens))
    return name_of(tokens[was + 1 : end], text) if end > was + 2 else None


def _stops(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a subject ends before ``place``: at a mark, an auxiliary or what looks like a verb."""
    token, before = tokens[place], tokens[place - 1].low if place else "the"
    verb = token.low in AUXILIARIES | ALL_VERBS | {"who"}
    past = token.low.endswith("ed") and not token.capital and before not in DETERMINERS | PREPOSITIONS | JOINERS
    return not token.word or verb or past


def _opening(tokens: Sequence[Token]) -> int:
    """Give the place after a dateline, a joining word, or an opening such as "In July," or "When asked ...,"."""
    dash = next((i for i, t in enumerate(tokens[:14]) if t.text in "—–-" and not t.quote), -1)
    place = dash + 1 if dash > 0 and tokens[0].text.isupper() else 0
    while place < len(tokens) and tokens[place].low in JOINERS | {"however", ","}:
        place += 1
    if place < len(tokens) and tokens[place].low in PREPOSITIONS | SUBORDINATORS | {"last", "asked", "to", "next"}:
        comma = next((i for i, t in enumerate(tokens[place:], place) if t.text == ","), -1)
        place = comma + 1 if comma > 0 else place
    return place


def _first_run(tokens: Sequence[Token], text: str) -> list[Token]:
    """Give the first unbroken run of capitalised words that no preposition governs, without titles."""
    run: list[Token] = []
    for token in tokens:
        if token.low in PREPOSITIONS:
            break
        if token.capital and token.low not in TIMES | DETERMINERS | JOINERS:
            run.append(token)
        elif run and token.low in ROLES:
            run = []  # "Upland Water spokesman Gideon Sparrow": the name comes later
        elif run:
            break
    while run and run[0].low in TITLES:
        run.pop(0)
    for place in range(len(run) - 1, -1, -1):
        if run[place].low in TITLES:
            return run[place + 1 :]
    alone = len(run) == 1 and run[0] is tokens[0]
    return [] if alone and not name_elsewhere(run[0], text) else run
