"""Whether a verb reports: some do only with what is said after them."""

from collections.abc import Sequence

from bot.attribution.text import Token
from bot.attribution.words import (
    CLAIMED,
    DENIED,
    ESTIMATED,
    FOUND,
    PUT,
    REPORTED,
    SAID,
    SAID_WITH_QUOTE,
    SHORT,
    STRICT,
)

_ALONE = SAID | CLAIMED | DENIED | ESTIMATED
_CONTENT = {"that", "whether", "if", "how", "why"}


def has_content(tokens: Sequence[Token], place: int) -> bool:
    """Say whether the verb at ``place`` reports here: some do only with what is said after them."""
    verb, rest = tokens[place].low, tokens[place + 1 : place + 14]
    if verb in PUT:
        numbers = [i for i, t in enumerate(rest[:9]) if t.low == "at"]
        return any(any(c.isdigit() for t in rest[i : i + 5] for c in t.text) for i in numbers)
    if verb in {"view", "views"}:
        return any(token.low == "as" for token in rest)
    if verb in SAID_WITH_QUOTE and verb.startswith(("desc", "char")) and any(t.low == "as" for t in rest):
        return True
    if verb in SAID_WITH_QUOTE:
        return any(token.quote for token in tokens[place + 1 :])
    if verb in FOUND:
        return bool(rest) and rest[0].low == "that"
    following = rest[0].low if rest else ""
    if verb in SHORT:
        return following == "that" or (following in {",", ":"} and len(rest) > 1 and rest[1].quote)
    if verb in REPORTED:
        return any(t.quote or t.low == "that" for t in rest[:5]) or following[:1].isdigit() or is_last(tokens, place)
    if verb in STRICT:
        return (
            following in {",", "."}
            or any(t.quote or t.low in {"that", "to"} for t in rest[:4])
            or is_last(tokens, place)
        )
    if verb.startswith("add"):
        return following != "to"
    if verb in _ALONE:
        return True
    after_quote = any(token.quote for token in tokens[max(0, place - 6) : place])
    return after_quote or any(t.quote or t.low in _CONTENT for t in rest[:6])


def is_last(tokens: Sequence[Token], place: int) -> bool:
    """Say whether only "on Wednesday" or the like follows."""
    return sum(token.word for token in tokens[place + 1 :]) <= 3
