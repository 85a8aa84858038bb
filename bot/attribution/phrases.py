"""The noun phrases around a reporting verb: the one after it, and the subject before it."""

from collections.abc import Sequence

from bot.attribution.names import MOST_WORDS, Name, name_of
from bot.attribution.text import Token
from bot.attribution.words import AUXILIARIES, DETERMINERS, JOINERS, PRONOUNS, ROLES, SUBORDINATORS


def phrase_after(tokens: Sequence[Token], place: int) -> list[Token]:
    """Give the noun phrase that starts at ``place``; "its general secretary, Marguerite Fenn" gives the name."""
    phrase = run_after(tokens, place)
    end = place + len(phrase)
    if phrase and phrase[0].low in DETERMINERS and low_at(tokens, end) == ",":
        more = run_after(tokens, end + 1)
        if more and all(token.capital for token in more):
            return more
    return phrase


def run_after(tokens: Sequence[Token], place: int) -> list[Token]:
    """Give the words from ``place`` to a mark, a joining word or an auxiliary."""
    phrase: list[Token] = []
    for token in tokens[place : place + MOST_WORDS]:
        stop = {"who", "whose", "on", "after", "when", "while", "about", "last", "in", "at", "by", "this", "during"}
        if not token.word or (phrase and token.low in JOINERS | SUBORDINATORS | AUXILIARIES | stop):
            break
        phrase.append(token)
    return phrase


def low_at(tokens: Sequence[Token], place: int) -> str:
    """Give the small word at ``place``, a quotation mark for a quotation, "" outside the sentence."""
    return (tokens[place].low or '"') if 0 <= place < len(tokens) else ""


def subject_before(tokens: Sequence[Token], last: int, text: str) -> tuple[Name, int] | None:
    """Give the subject that ends at ``last`` and the place where it starts."""
    if tokens[last].low in PRONOUNS:
        return (name, last) if (name := name_of(tokens[last : last + 1], text)) else None
    if not _comma(tokens[last]):
        start = _boundary(tokens, last)
        if start > 1 and tokens[start - 1].text == "," and tokens[start].low in ROLES and tokens[start - 2].capital:
            return _described(tokens, start - 1, text)  # Paul Stallsworth, president of the board said
        name = name_of(tokens[start : last + 1], text)
        return (name, start) if name else None
    return _described(tokens, last, text)


def _described(tokens: Sequence[Token], comma: int, text: str) -> tuple[Name, int] | None:
    """Read "Victor Cha, a scholar, said" and "The captain, Rurik Vane, said": the verb follows ``comma``."""
    opening = max((i for i in range(comma) if _parts(tokens, i)), default=-1) + 1
    pieces: list[tuple[int, int]] = []
    start = opening
    for place in range(opening, comma + 1):
        if _comma(tokens[place]):
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
            single = not {token.low for token in other} & {"who", "which", "and"}
            apposed = name_of(other, text) if single else None
            if apposed and (apposed.person or _proper(apposed)) and other[0].low not in {"a", "an"}:
                return apposed, begin
        return name, begin
    return None


def _parts(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a new clause, with its own subject, begins after ``place``."""
    token = tokens[place]
    return token.text in ";:" or _whole(token) or (token.quote and low_at(tokens, place + 1) in JOINERS)


def _comma(token: Token) -> bool:
    """Say whether it is a comma, or a few quoted words that end with one: 'to "sell," noted'."""
    return token.text == "," or (token.quote and not _whole(token) and token.text[-2:-1] == ",")


def _whole(token: Token) -> bool:
    """Say whether it quotes a sentence, not a few words."""
    return token.quote and not token.text[1:2].islower()


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
