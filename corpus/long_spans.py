"""Cutting what is too long to quote as one sentence."""

import unicodedata

from corpus.lines import Span

_JOINER = "\u200d"


def cut_long(text: str, span: Span, limit: int) -> list[Span]:
    """Cut ``span`` into pieces of at most ``limit`` characters, at blanks where there are any.

    A word longer than the limit is cut between two characters as a reader sees them (not before a combining mark, nor
    inside an emoji sequence), unless more than half the limit is one such character.
    """
    start, end = span
    pieces: list[Span] = []
    while end - start > limit:
        cut = _last_blank(text, start + limit // 2, start + limit) or _between_characters(text, start, start + limit)
        pieces.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        pieces.append((start, end))
    return [(a, a + len(text[a:b].rstrip())) for a, b in pieces]


def _last_blank(text: str, low: int, high: int) -> int | None:
    for cut in range(high, low, -1):
        if text[cut].isspace():
            return cut
    return None


def _between_characters(text: str, start: int, high: int) -> int:
    for cut in range(high, start + (high - start) // 2, -1):
        if not _joins(text, start, cut):
            return cut
    return high


def _joins(text: str, start: int, at: int) -> bool:
    """Say whether ``text[at]`` belongs to the same visible character as ``text[at - 1]``; one begins at ``start``.

    A short form of the grapheme cluster rules of Unicode Standard Annex 29.
    """
    before, after = text[at - 1], text[at]
    if before == _JOINER or after in "\u200c\u200d" or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if _is_flag_half(before) and _is_flag_half(after):
        run = at
        while run > start and _is_flag_half(text[run - 1]):
            run -= 1
        return (at - run) % 2 == 1
    return False


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
