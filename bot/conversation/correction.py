"""A correction asks the question before once more, about something else: "no, I meant the other minister"."""

import re

from bot.conversation.parse import parse, words_of
from bot.conversation.words import AUXILIARIES, WH

MOST_WORDS = 10  # of what was meant
_NOT = r"not (?:that|this|him|her|them|it)(?: one)?"
_PARDON = rf"(?:no|nope|sorry|actually|wait|oops|oh|ah|well|but|excuse me|pardon|{_NOT})"
_MEANT = (
    r"(?:(?:what )?i (?:really |actually |just )?(?:mean|meant)(?: was| is)?"
    r"|i(?: was|'m|’m| am) (?:asking|talking) (?:about|for)|make that|i wanted)"
)
_CORRECTS = re.compile(rf"^\W*(?:(?:{_PARDON}\b\W+)+(?:{_MEANT}\b\W*)?|{_MEANT}\b\W*)", re.IGNORECASE)
_SURELY = re.compile(rf"\b{_MEANT}\b|^\W*(?:sorry|actually|wait|oops|{_NOT})\b|^\W*no\W*,", re.IGNORECASE)


def what_was_meant(question: str) -> tuple[str, bool]:
    """Take "no, I meant" from ``question``.

    Returns:
        What is left, and whether that is only a part that takes the place of another one in the question before. A
        question that corrects nothing comes back as it is.
    """
    match = _CORRECTS.match(question)
    if not match or not _SURELY.search(question[: match.end()]):
        return question, False
    meant = question[match.end() :].strip()
    asked = meant.rpartition(":")[2].strip()
    if asked != meant and _asks(asked):
        return asked, False
    if not meant or _asks(meant):
        return meant or question, False
    whole = len(words_of(meant)) > MOST_WORDS or re.search(r"[.!;]\s+\w", meant)
    return (question, False) if whole else (meant.rstrip("?.! "), True)


def _asks(text: str) -> bool:
    words = words_of(text)
    return bool(words) and (words[0].low in WH | AUXILIARIES or bool(parse(text).wh))
