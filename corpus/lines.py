"""Where a line of text was ended on purpose, and where it was only wrapped to fit a page."""

import re
from itertools import pairwise
from statistics import median

Span = tuple[int, int]  # start and end in the text, end exclusive

# A list item: a bullet, "12." or "12)", "a." or "(a)", then a blank.
LIST_MARK = re.compile(r"\s*(?:[-*+•‣◦▪●·–—]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s+")

_WIDEST_PAGE = 120  # a text with longer lines was not wrapped by hand or by a mail program
_NARROWEST_PAGE = 40  # shorter lines are a list, a table or a poem
_LEAST_EVIDENCE = 3  # so many line ends before a width is believed


def cut_blocks(text: str) -> list[Span]:
    """Cut ``text`` into stretches that no sentence crosses: paragraphs, headings and list items.

    Every character that is not blank lies in exactly one block. A line was ended on purpose when the next line's first
    word would still have fitted on it; otherwise the lines are one wrapped paragraph.
    """
    lines = _line_spans(text)
    width = _page_width(text, lines)
    blocks: list[Span] = []
    above = ""  # the line above, empty after a blank line
    for start, end in lines:
        line = text[start:end].rstrip()
        if above and line and _is_wrapped(above, line, width):
            blocks[-1] = (blocks[-1][0], end)
        elif line:
            blocks.append((start, end))
        above = line
    return blocks


def _line_spans(text: str) -> list[Span]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _page_width(text: str, lines: list[Span]) -> int | None:
    """Give the width the text was wrapped to, or None when it does not look wrapped."""
    lengths = [len(text[start:end].rstrip()) for start, end in lines]
    inner = [a for a, b in pairwise(lengths) if a and b]
    widest = max((n for n, (s, e) in zip(lengths, lines, strict=True) if " " in text[s:e].strip()), default=0)
    if len(inner) < _LEAST_EVIDENCE or median(inner) < _NARROWEST_PAGE or widest > _WIDEST_PAGE:
        return None
    return max(inner)


def _is_wrapped(line: str, following: str, width: int | None) -> bool:
    """Say whether ``following`` goes on with the sentence of ``line``; neither ends with a blank."""
    if LIST_MARK.match(following):
        return False
    word = following.split(maxsplit=1)[0]
    if word[0].islower() and len(line) >= _NARROWEST_PAGE:
        return True
    return width is not None and len(line) + 1 + len(word) > width
