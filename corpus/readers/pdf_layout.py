"""From the lines of printed pages to paragraphs: which lines belong together, and which are not the article's."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import quantiles

from corpus.normalise import normalise

_SAME_PLACE = 0.02  # of the page's height: running heads stand still
_MARGIN = 0.12  # of the page's height, at the top and at the bottom: where running heads stand
_LEAST_PAGES = 3  # so many pages must repeat a line before it is a running head
_EDGE_LINES = 2  # at the top and at the bottom of a page
_LIST_ITEM = re.compile(r"(?:[•‣◦▪●·–—*]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_BROKEN_WORD = re.compile(r"(\w+)[-‐\u00ad\x02\ufffe]$")
_WORD = re.compile(r"\w[\w‐-]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. Lengths are points (1/72 inch); ``baseline`` counts from the foot of the page."""

    text: str
    left: float
    right: float
    baseline: float
    size: float  # of its letters, from the lowest to the highest they may reach

    @property
    def letter(self) -> float:
        """How wide its letters are, on average."""
        return (self.right - self.left) / max(len(self.text), 1)


@dataclass(frozen=True, slots=True)
class Page:
    """A printed page."""

    lines: tuple[Line, ...] = field(repr=False)  # in reading order
    height: float


def lay_out(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    """Give the text, normalised, a blank line between paragraphs, and where in it every page starts.

    Running heads and page numbers are dropped, words broken at a line's end are mended, and a paragraph goes on over
    the end of a page.
    """
    words = Counter(word for page in pages for line in page.lines for word in _WORD.findall(line.text))
    heads = _running_heads(pages)
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    last: list[Line] = []  # the paragraph that the page before ended with
    for page in pages:
        blocks = [block for block in _paragraphs(_without(page, heads)) if normalise(_join(block, words)).strip()]
        for number, block in enumerate(blocks):
            text = normalise(_join(block, words)).strip()
            glue = "\n\n" if parts else ""
            if number == 0 and last and _goes_on_over_page(last, block):
                whole, glue = _glue(parts[-1], text, words)
                length += len(whole) - len(parts[-1])
                parts[-1] = whole
            if number == 0:
                starts.append(length + len(glue))
            parts += [glue, text]
            length += len(glue) + len(text)
        if not blocks:
            starts.append(length)
        last = blocks[-1] if blocks else last
    return "".join(parts), tuple(starts)


def _goes_on_over_page(last: Sequence[Line], block: Sequence[Line]) -> bool:
    above, line = last[-1], block[0]
    if _SENTENCE_END.search(above.text) or not _same_size(above, line) or _LIST_ITEM.match(line.text):
        return False
    return line.text[:1].islower() or not _is_short(last, line)


def _without(page: Page, heads: set[str]) -> list[Line]:
    edges = {id(line) for line in _edges(page)}
    return [line for line in page.lines if id(line) not in edges or _place(line, page) not in heads]


def _edges(page: Page) -> list[Line]:
    by_height = sorted(page.lines, key=lambda line: line.baseline)
    outer = (*by_height[:_EDGE_LINES], *by_height[_EDGE_LINES:][-_EDGE_LINES:])
    margin = _MARGIN * page.height
    return [line for line in outer if not margin <= line.baseline <= page.height - margin]


def _place(line: Line, page: Page) -> str:
    where = round(line.baseline / max(page.height, 1.0) / _SAME_PLACE)
    return f"{where} " + re.sub(r"\d+|\b[ivxlc]+\b", "#", " ".join(line.text.split()))


def _running_heads(pages: Sequence[Page]) -> set[str]:
    """Lines that stand at the same place of the page's edge on a third of the pages, whatever their number says."""
    seen = Counter(place for page in pages for place in {_place(line, page) for line in _edges(page)})
    least = max(_LEAST_PAGES, len(pages) / 3)
    return {place for place, count in seen.items() if count >= least}


def _paragraphs(lines: Sequence[Line]) -> Iterable[list[Line]]:
    block: list[Line] = []
    step = _usual_step(lines)
    for line in lines:
        if block and not _goes_on(block, line, step):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _usual_step(lines: Sequence[Line]) -> float:
    """How far apart the baselines of a paragraph stand, in sizes of their letters."""
    steps = [
        (above.baseline - line.baseline) / above.size
        for above, line in pairwise(lines)
        if 0.5 * above.size < above.baseline - line.baseline < 3 * above.size
    ]
    return quantiles(steps, n=4)[0] if len(steps) > 1 else 1.2


def _goes_on(block: Sequence[Line], line: Line, step: float) -> bool:
    """Whether ``line`` belongs to the paragraph that ``block`` began."""
    above = block[-1]
    fall = above.baseline - line.baseline
    if abs(fall) < 0.4 * above.size:  # beside it: a line in several pieces, or a table's cell
        return line.left - above.right < 3 * above.size
    if not _same_size(above, line) or _LIST_ITEM.match(line.text):
        return False
    if _breaks_word(above, line) and line.text.strip()[0].islower():  # no paragraph ends there, whatever lies between
        return True
    if fall < 0:  # up again: the next column
        return not _SENTENCE_END.search(above.text) and not _is_short(block, line)
    return fall <= (step + 0.3) * above.size and not _is_short(block, line) and not _is_indented(block, line)


def _same_size(above: Line, line: Line) -> bool:
    return abs(line.size - above.size) <= 0.15 * above.size


def _is_short(block: Sequence[Line], line: Line) -> bool:
    """Whether the block's last line was ended on purpose: the next word would have fitted on it."""
    above = block[-1]
    if _breaks_word(above, line):
        return False
    if line.left > above.right:  # in the next column
        room = max(part.right - part.left for part in (*block, line)) - (above.right - above.left)
    else:
        room = max(part.right for part in (*block, line)) - above.right
    first_word = (line.text.split() or [""])[0]
    return room > (1.3 * len(first_word) + 1.5) * max(above.letter, line.letter)


def _breaks_word(above: Line, line: Line) -> bool:
    """Whether a word that ``above`` ends with goes on in ``line``; figures may end with a dash of their own."""
    broken = _BROKEN_WORD.search(above.text.strip())
    return broken is not None and broken[1][-1].isalpha() and _WORD.match(line.text.strip()) is not None


def _is_indented(block: Sequence[Line], line: Line) -> bool:
    left = min(part.left for part in block[1:] or block)
    return line.left - left > 0.7 * line.size and bool(_SENTENCE_END.search(block[-1].text))


def _join(block: Sequence[Line], words: Counter[str]) -> str:
    text = block[0].text.strip()
    for line in block[1:]:
        tail, glue = _glue(text, line.text.strip(), words)
        text = tail + glue + line.text.strip()
    return text


def _glue(text: str, below: str, words: Counter[str]) -> tuple[str, str]:
    """What ``text`` is and what stands between it and ``below``, once the line's end between them is gone.

    A hyphen before a small letter is the printer's, unless the article writes that very word with it elsewhere.
    """
    broken = _BROKEN_WORD.search(text)
    rest = _WORD.match(below)
    if not broken or not rest:
        return text, " "
    first, second = broken[1], rest[0]
    if below[0].islower() and (words[first + second] or not words[f"{first}-{second}"]):
        return text[:-1], ""
    return text[:-1] + "-", ""
