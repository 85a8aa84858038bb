"""The reporting verbs of one sentence, each with its subject: "Tarrant said", "said Ferrin", "according to X"."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.attribution.content import has_content, is_last
from bot.attribution.names import Name, head_of, is_source, may_judge, name_of
from bot.attribution.phrases import low_at, phrase_after, run_after, subject_before
from bot.attribution.subjects import subject
from bot.attribution.text import Line, Token
from bot.attribution.words import (
    AUXILIARIES,
    BETWEEN,
    FINDERS,
    FOUND,
    GOING_ON,
    MODALS,
    MODES,
    NEGATORS,
    NOUNS_TOO,
    PASSIVE,
    PREPOSITIONS,
    PRONOUNS,
    PUT,
    SAID,
    STRICT,
    SUBORDINATORS,
)

_NEED_OBJECT = {"say", "tell", "tells", "told", "telling"}
_CONTENT = {"that", "whether", "if", "how", "why"}


@dataclass(frozen=True, slots=True)
class Hit:
    """One reporting verb outside quotation marks."""

    name: Name
    mode: str
    place: int  # the verb's place among the tokens
    start: int  # the place where its subject's clause starts
    tag: bool  # comes after what is said: "..., Brome said"
    nested: bool = False  # stands inside what another voice says, or on the side


def find_hits(line: Line) -> list[Hit]:
    """Give the reporting verbs of a sentence, in text order; those with no clear subject are left out."""
    tokens, text = line.tokens, line.sentence.article.text
    hits: list[Hit] = []
    for place, token in enumerate(tokens):
        if token.low == "according" and low_at(tokens, place + 1) == "to":
            name = _whom(tokens, place + 2) or name_of(phrase_after(tokens, place + 2), text)
            if name and is_source(name):
                hits.append(Hit(name, "reported", place, place, tag=place > 0))
        elif token.word and not token.capital and token.low in MODES and (hit := _hit(line, place)):
            hits.append(hit)
    quoted = _quoted_as_saying(line)
    return sorted([*hits, *quoted], key=lambda hit: hit.place)


def _whom(tokens: Sequence[Token], place: int) -> Name | None:
    """Read "according to him"."""
    pronoun = {"him": "he", "her": "she", "them": "they"}.get(low_at(tokens, place), "")
    if not pronoun or (place + 1 < len(tokens) and tokens[place + 1].word):
        return None
    return Name(tokens[place].text, tokens[place].start, tokens[place].end, pronoun)


def _hit(line: Line, place: int) -> Hit | None:
    """Read the reporting verb at ``place`` with its subject."""
    tokens, text = line.tokens, line.sentence.article.text
    verb = tokens[place]
    if not has_content(tokens, place):
        return None
    mode = _quoted(line, place, MODES[verb.low])
    if _after_quote(tokens, place) and (name := name_of(phrase_after(tokens, place + 1), text)):
        return Hit(name, mode, place, place, tag=True)  # “...,” said Ferrin
    before = _subject_end(tokens, place)
    if before is None:
        return None
    if verb.low.endswith("ing") or tokens[before].low in {"and", "but"}:
        return _going_on(line, place, before, mode)
    found = subject_before(tokens, before, text)
    if found is None or not _suits(tokens, place, found):
        return None
    name, start = found
    return Hit(name, mode, place, start, _is_tag(tokens, start, place), nested=_nested(tokens, start))


def _subject_end(tokens: Sequence[Token], place: int) -> int | None:
    """Give where the subject of the verb at ``place`` ends; None where the verb does not report."""
    put = tokens[place].low in PUT
    before = place - 1
    while before >= 0 and _between(tokens, before):
        low = tokens[before].low
        if low in NEGATORS | PASSIVE or (low in MODALS and not put):
            return None  # did not say, is said, could say
        before -= 1
    if before < 0 or tokens[before].low in PREPOSITIONS - {"to"}:
        return None
    return None if tokens[before].low in {"to", "who"} and not put else before


def _going_on(line: Line, place: int, before: int, mode: str) -> Hit | None:
    """Read "..., saying that" and "but said that": the subject is the sentence's."""
    joined = line.tokens[before].text == "," or line.tokens[before].low in {"but", "and"}
    if line.tokens[place].low.endswith("ing") and not (joined and line.tokens[place].low in GOING_ON):
        return None
    name = _main_subject(line, before)
    return Hit(name, mode, place, place, tag=False) if name and may_judge(name) else None


def _suits(tokens: Sequence[Token], place: int, found: tuple[Name, int]) -> bool:
    """Say whether this subject can do what this verb says."""
    verb, (name, start) = tokens[place].low, found
    if verb in NOUNS_TOO and not _agrees(verb, name):
        return False
    if verb in FOUND and not {token.low for token in tokens[start:place]} & FINDERS:
        return False
    strong = any(token.quote or token.low in {"that", "to"} for token in tokens[place + 1 : place + 5])
    if verb in STRICT and not (strong or _is_tag(tokens, start, place)):
        return False
    return MODES[verb] in {"said", "reported"} or may_judge(name) or (strong and verb in STRICT)


def _agrees(verb: str, name: Name) -> bool:
    """Say whether number fits: "officials estimate", "the ministry estimates", not "one assessment report"."""
    if name.pronoun:
        return (name.pronoun == "they") != verb.endswith("s")
    if verb.endswith("s"):  # "produces reports" is no verb and its subject
        return name.text.split()[-1][0].isupper() or not head_of(name).endswith("s")
    return head_of(name).endswith(("s", "people", "police", "men", "some", "many", "others")) or name.text[0].isupper()


def _between(tokens: Sequence[Token], place: int) -> bool:
    """Say whether the token may stand between a subject and its verb."""
    token = tokens[place]
    return token.word and (
        token.low in BETWEEN | AUXILIARIES | NEGATORS or (token.low.endswith("ly") and not token.capital)
    )


def _after_quote(tokens: Sequence[Token], place: int) -> bool:
    """Say whether the verb follows a quotation or "..., " and its subject comes after it."""
    if place == 0:
        return False
    before, after = tokens[place - 1], tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None or not after.word or after.low in _CONTENT:
        return False
    if before.quote:
        return True
    end = place + 1 + len(run_after(tokens, place + 1))
    ends = end >= len(tokens) or not tokens[end].word
    ends = ends and not (end < len(tokens) and tokens[end].quote)
    return before.text == "," and ends and tokens[place].low in SAID - _NEED_OBJECT and after.low not in PRONOUNS


def _nested(tokens: Sequence[Token], start: int) -> bool:
    """Say whether the clause that starts at ``start`` hangs on "that", "because", "who" and the like."""
    before = tokens[start - 1].low if start else ""
    return before in SUBORDINATORS or tokens[start].low in SUBORDINATORS


def _is_tag(tokens: Sequence[Token], start: int, place: int) -> bool:
    """Say whether subject and verb follow what is said: "..., Brome said." or "..., she added, would last"."""
    if start == 0 or not (tokens[start - 1].text == "," or tokens[start - 1].quote):
        return False
    following = low_at(tokens, place + 1)
    return following in {"", ".", ",", ";", ":", '"', "on", "in", "to", "after", "later", "last", "at"} or is_last(
        tokens, place
    )


def _main_subject(line: Line, before: int) -> Name | None:
    """Give the subject of the sentence for a verb that shares it: "..., saying that", "but added that"."""
    tokens = line.tokens
    opening = max((i for i in range(before) if tokens[i].text == ";" or tokens[i].quote), default=-1)
    start = opening + 1 if opening >= 0 and tokens[opening].text == ";" else 0
    return subject(tokens[start:before], line.sentence.article.text)


def _quoted(line: Line, place: int, mode: str) -> str:
    """Give "quoted" where the verb introduces or closes a whole quotation, not a few quoted words."""
    tokens = line.tokens
    if tokens[0].quote:
        return "quoted"
    for i in range(place + 1, len(tokens)):
        if tokens[i].quote:
            whole = tokens[i - 1].text in {",", ":"} and tokens[i].text[1:2].isupper()
            return "quoted" if whole or (i == place + 1 and tokens[i].text[1:2].isupper()) else mode
    return mode


def _quoted_as_saying(line: Line) -> list[Hit]:
    """Read "X was quoted (by Y) as saying"."""
    tokens, text = line.tokens, line.sentence.article.text
    for place, token in enumerate(tokens):
        if token.low == "quoted" and place > 1 and tokens[place - 1].low in PASSIVE:
            if not any(t.low == "saying" for t in tokens[place : place + 14]):
                continue
            before = place - 1
            while before >= 0 and _between(tokens, before):
                before -= 1
            found = subject_before(tokens, before, text) if before >= 0 else None
            return [Hit(found[0], "quoted", place, found[1], tag=False)] if found else []
    return []
