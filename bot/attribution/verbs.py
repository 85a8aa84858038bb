"""The reporting verbs of one sentence, each with its subject: "Tarrant said", "said Ferrin", "according to X"."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.attribution.names import MOST_WORDS, Name, head_of, may_judge, name_of, subject
from bot.attribution.text import Line, Token
from bot.attribution.words import (
    AUXILIARIES,
    BETWEEN,
    CLAIMED,
    DENIED,
    DETERMINERS,
    ESTIMATED,
    FINDERS,
    FOUND,
    GOING_ON,
    JOINERS,
    MODALS,
    MODES,
    NEGATORS,
    NOUNS_TOO,
    PASSIVE,
    PRONOUNS,
    PUT,
    REPORTED,
    ROLES,
    SAID,
    SAID_WITH_CONTENT,
    SAID_WITH_QUOTE,
    SHORT,
    STRICT,
    SUBORDINATORS,
)

_ALONE = SAID | CLAIMED | DENIED | ESTIMATED
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
        if token.low == "according" and _low(tokens, place + 1) == "to":
            name = name_of(_phrase_after(tokens, place + 2), text)
            if name and not name.pronoun and may_judge(name):
                hits.append(Hit(name, "reported", place, place, tag=place > 0))
        elif token.word and not token.capital and token.low in MODES and (hit := _hit(line, place)):
            hits.append(hit)
    quoted = _quoted_as_saying(line)
    return sorted([*hits, *quoted], key=lambda hit: hit.place)


def _hit(line: Line, place: int) -> Hit | None:
    tokens, text = line.tokens, line.sentence.article.text
    verb = tokens[place]
    mode = MODES[verb.low]
    if not _has_content(tokens, place):
        return None
    if _after_quote(tokens, place) and (name := name_of(_phrase_after(tokens, place + 1), text)):
        return Hit(name, _quoted(line, place, mode), place, place, tag=True)  # “...,” said Ferrin
    before = place - 1
    while before >= 0 and _between(tokens, before):
        low = tokens[before].low
        if low in NEGATORS | PASSIVE or (low in MODALS and verb.low not in PUT):
            return None  # did not say, is said, could say
        before -= 1
    direct = tokens[place - 1] if place else None
    if direct is not None and (direct.low in PASSIVE or direct.low in {"to", "who", *NEGATORS} and verb.low not in PUT):
        return None
    if before < 0:
        return None
    participle = verb.low.endswith("ing") or tokens[before].low in {"and", "but"}
    if participle:
        joined = tokens[before].text == "," or tokens[before].low in {"but", "and"}
        if verb.low.endswith("ing") and not (joined and verb.low in GOING_ON):
            return None
        name = _main_subject(line, before)
        if name and not may_judge(name):
            return None
        return Hit(name, _quoted(line, place, mode), place, place, tag=False) if name else None
    if verb.low in NOUNS_TOO and tokens[before].low in DETERMINERS:
        return None
    found = _subject_before(tokens, before, text)
    if found is None:
        return None
    name, start = found
    if verb.low in NOUNS_TOO and not _agrees(verb, name):
        return None
    if verb.low in FOUND and not {t.low for t in tokens[start : before + 1]} & FINDERS:
        return None
    if mode in {"estimated", "claimed", "denied"} and not may_judge(name):
        return None
    tag = _is_tag(tokens, start, place)
    return Hit(name, _quoted(line, place, mode), place, start, tag, nested=_nested(tokens, start))


def _agrees(verb: Token, name: Name) -> bool:
    """Say whether number fits: "officials estimate", "the ministry estimates", not "one assessment report"."""
    if name.pronoun:
        return (name.pronoun == "they") != verb.low.endswith("s")
    if verb.low.endswith("s"):  # "produces reports" is no verb and its subject
        return name.text.split()[-1][0].isupper() or not head_of(name).endswith("s")
    return head_of(name).endswith(("s", "people", "police", "men", "some", "many", "others")) or name.text[0].isupper()


def _between(tokens: Sequence[Token], place: int) -> bool:
    """Say whether the token may stand between a subject and its verb."""
    token = tokens[place]
    return token.word and (
        token.low in BETWEEN | AUXILIARIES | NEGATORS or (token.low.endswith("ly") and not token.capital)
    )


def _has_content(tokens: Sequence[Token], place: int) -> bool:
    """Say whether the verb at ``place`` reports here: some do only with what is said after them."""
    verb, rest = tokens[place].low, tokens[place + 1 : place + 14]
    if verb in PUT:
        numbers = [i for i, t in enumerate(rest[:9]) if t.low == "at"]
        return any(any(c.isdigit() for t in rest[i : i + 5] for c in t.text) for i in numbers)
    if verb in {"view", "views"}:
        return any(token.low == "as" for token in rest)
    if verb in SAID_WITH_QUOTE:
        return any(token.quote for token in tokens[place + 1 :])
    if verb in FOUND:
        return bool(rest) and rest[0].low == "that"
    following = rest[0].low if rest else ""
    if verb in SHORT:
        return following == "that" or (following in {",", ":"} and len(rest) > 1 and rest[1].quote)
    if verb in REPORTED:
        return any(t.quote or t.low == "that" for t in rest[:5]) or _is_last(tokens, place)
    if verb in STRICT:
        return any(t.quote or t.low in {"that", "to"} for t in rest[:4]) or _is_last(tokens, place)
    if verb.startswith("add"):
        return following != "to"
    if verb in _ALONE:
        return True
    after_quote = any(token.quote for token in tokens[max(0, place - 6) : place])
    return after_quote or any(t.quote or t.low in _CONTENT for t in rest[:6])


def _is_last(tokens: Sequence[Token], place: int) -> bool:
    """Say whether only "on Wednesday" or the like follows."""
    return sum(token.word for token in tokens[place + 1 :]) <= 3


def _after_quote(tokens: Sequence[Token], place: int) -> bool:
    """Say whether the verb follows a quotation or "..., " and its subject comes after it."""
    if place == 0:
        return False
    before, after = tokens[place - 1], tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None or not after.word or after.low in _CONTENT:
        return False
    if before.quote:
        return True
    end = place + 1 + len(_run(tokens, place + 1))
    ends = end >= len(tokens) or not tokens[end].word
    ends = ends and not (end < len(tokens) and tokens[end].quote)
    return before.text == "," and ends and tokens[place].low in SAID - {"say"} and after.low not in PRONOUNS


def _phrase_after(tokens: Sequence[Token], place: int) -> list[Token]:
    """Give the noun phrase that starts at ``place``; "its general secretary, Marguerite Fenn" gives the name."""
    phrase = _run(tokens, place)
    end = place + len(phrase)
    if phrase and phrase[0].low in DETERMINERS and _low(tokens, end) == ",":
        more = _run(tokens, end + 1)
        if more and all(token.capital for token in more):
            return more
    return phrase


def _run(tokens: Sequence[Token], place: int) -> list[Token]:
    phrase: list[Token] = []
    for token in tokens[place : place + MOST_WORDS]:
        stop = {"who", "whose", "on", "after", "when", "while", "about", "last", "in", "at", "by", "this", "during"}
        if not token.word or (phrase and token.low in JOINERS | SUBORDINATORS | AUXILIARIES | stop):
            break
        phrase.append(token)
    return phrase


def _low(tokens: Sequence[Token], place: int) -> str:
    return (tokens[place].low or '"') if 0 <= place < len(tokens) else ""


def _subject_before(tokens: Sequence[Token], last: int, text: str) -> tuple[Name, int] | None:
    """Give the subject that ends at ``last`` and the place where it starts."""
    if tokens[last].low in PRONOUNS:
        return (name, last) if (name := name_of(tokens[last : last + 1], text)) else None
    if tokens[last].text != ",":
        start = _boundary(tokens, last)
        if start > 1 and tokens[start - 1].text == "," and tokens[start].low in ROLES and tokens[start - 2].capital:
            return _described(tokens, start - 1, text)  # Paul Stallsworth, president of the board said
        name = name_of(tokens[start : last + 1], text)
        return (name, start) if name else None
    return _described(tokens, last, text)


def _described(tokens: Sequence[Token], comma: int, text: str) -> tuple[Name, int] | None:
    """Read "Victor Cha, a scholar, said" and "The captain, Rurik Vane, said": the verb follows ``comma``."""
    opening = max((i for i in range(comma) if tokens[i].text in ";:" or tokens[i].quote), default=-1) + 1
    pieces: list[tuple[int, int]] = []
    start = opening
    for place in range(opening, comma + 1):
        if tokens[place].text == ",":
            pieces.append((start, place))
            start = place + 1
    for first, second in zip(pieces[-4:], [*pieces[-4:][1:], (comma, comma)], strict=True):
        head = list(tokens[slice(*first)])
        begin = first[0]
        while head and head[0].low in JOINERS:
            head, begin = head[1:], begin + 1
        who = next((i for i, t in enumerate(head) if t.low in {"who", "which"} and i), len(head))
        name = name_of(head[:who], text)
        if name is None or name.pronoun:
            continue
        if second[0] < second[1] and head[0].low in DETERMINERS | {"counsel"}:
            other = list(tokens[slice(*second)])
            apposed = name_of(other, text) if other[0].low not in {"who", "which"} else None
            if apposed and (apposed.person or _proper(apposed)) and other[0].low not in {"a", "an"}:
                return apposed, begin
        return name, begin
    return None


def _proper(name: Name) -> bool:
    return all(part[0].isupper() for part in name.text.split())


def _boundary(tokens: Sequence[Token], last: int) -> int:
    """Give where the clause that holds ``last`` starts."""
    for place in range(last, -1, -1):
        token = tokens[place]
        if not token.word or token.low in SUBORDINATORS or (token.low in JOINERS and not _joins_names(tokens, place)):
            return place + 1
    return 0


def _joins_names(tokens: Sequence[Token], place: int) -> bool:
    return tokens[place].low == "and" and 0 < place < len(tokens) - 1 and tokens[place + 1].capital


def _nested(tokens: Sequence[Token], start: int) -> bool:
    """Say whether the clause that starts at ``start`` hangs on "that", "because", "who" and the like."""
    before = tokens[start - 1].low if start else ""
    return before in SUBORDINATORS or tokens[start].low in SUBORDINATORS


def _is_tag(tokens: Sequence[Token], start: int, place: int) -> bool:
    """Say whether subject and verb follow what is said: "..., Brome said." or "..., she added, would last"."""
    if start == 0 or not (tokens[start - 1].text == "," or tokens[start - 1].quote):
        return False
    following = _low(tokens, place + 1)
    return following in {"", ".", ",", ";", ":", '"', "on", "in", "to", "after", "later", "last", "at"} or _is_last(
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
            return "quoted" if whole or i == place + 1 and tokens[i].text[1:2].isupper() else mode
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
            found = _subject_before(tokens, before, text) if before >= 0 else None
            return [Hit(found[0], "quoted", place, found[1], tag=False)] if found else []
    return []
