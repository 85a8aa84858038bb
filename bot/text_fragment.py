"""Links that open the publisher's page at a sentence: the shortest ``#:~:text=`` that can mean no other place.

After the WICG draft "URL Fragment Text Directives": ``text=[prefix-,]start[,end][,-suffix]``, where a browser takes
the first match of whole words, whatever their case and accents; only blanks stand between prefix, text and suffix.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from corpus import Article, Sentence

_FEWEST_WORDS = 3  # of a range's first and last words: a page holds more than its article, such as menus and teasers
_MOST_CONTEXT = 12  # words of a prefix or suffix; a place that takes more to tell apart gets no fragment
_NEAR = 500  # characters in which these words are looked for
_ACCENTS = re.compile("[\u0300-\u036f]")
_BLANKS = re.compile(r"\s+")


def text_fragment_link(sentence: Sentence) -> str | None:
    """Give the address of the publisher's page at ``sentence``, or None when its article has no web address.

    The fragment highlights the whole sentence. It is tried on the article's title and text, so that it is no other
    sentence's; where nothing short tells the place apart, the link opens the page without a fragment.
    """
    url = sentence.article.url
    if url is None or not url.startswith(("https://", "http://")):
        return None
    directive = text_directive(sentence)
    if directive is None:
        return url
    return f"{url}{':~:' if '#' in url else '#:~:'}text={directive}"


def text_directive(sentence: Sentence) -> str | None:
    """Give the shortest directive that means ``sentence`` alone, percent-escaped; None without one.

    One with a prefix or suffix is given only when none without is there.
    """
    page = _Page.of(sentence)
    if page is None:
        return None
    return min(_directives(page), key=lambda directive: (_has_context(directive), len(directive)), default=None)


@dataclass(frozen=True, slots=True)
class _Page:
    """A sentence on its page; all texts folded as a browser compares them, blanks and line ends single spaces."""

    text: str  # the title and the text
    start: int  # of the sentence
    end: int
    words: list[str]  # of the sentence, as they are written
    first: int  # how many of the words stand on its first line
    last: int  # how many on its last line
    before: list[str]  # the words before it, the nearest last
    after: list[str]  # the words behind it, the nearest first

    @classmethod
    def of(cls, sentence: Sentence) -> "_Page | None":
        article, written = sentence.article, sentence.text
        text = _folded_page(article)
        folded = _fold(written)
        start = text.find(folded)
        if text.rfind(folded) != start:  # which of several it is takes folding all that stands before it
            start = len(_fold(f"{article.title}\n{article.text[: sentence.start]}"))
        end = start + len(folded)
        if start < 0 or text[start:end] != folded:  # marks that change their order at its edges
            return None
        lines = written.split("\n")
        return cls(
            text=text,
            start=start,
            end=end,
            words=written.split(),
            first=len(lines[0].split()),
            last=len(lines[-1].split()),
            before=_near(article.text, sentence.start, back=True),
            after=_near(article.text, sentence.end),
        )

    def only(self, text: str, place: int) -> bool:
        """Whether ``text`` stands at ``place`` and nowhere else, not even as a part of other words."""
        return self.text.startswith(text, place) and self.text.find(text) == place == self.text.rfind(text)


def _directives(page: _Page) -> Iterator[str]:
    """Give directives that mean the sentence alone: the shortest of each form."""
    if len(page.words) == page.first == page.last:
        yield from _whole(page)
    yield from _ranges(page)


def _has_context(directive: str) -> bool:
    return "-" in directive  # those of the words are escaped


def _whole(page: _Page) -> Iterator[str]:
    """Give the sentence itself, if it must be with a prefix or a suffix."""
    words = _escape(" ".join(page.words))
    sentence = page.text[page.start : page.end]
    if page.only(sentence, page.start):
        yield words
        return
    prefix = _prefix(page, sentence)
    if prefix:
        yield f"{prefix}-,{words}"
    for n in range(1, len(page.after) + 1):
        if page.only(f"{sentence} {_fold(' '.join(page.after[:n]))}", page.start):
            yield f"{words},-{_escape(' '.join(page.after[:n]))}"
            return


def _ranges(page: _Page) -> Iterator[str]:
    """Give the sentence's first and last words, if it must be with a prefix."""
    for n in range(_FEWEST_WORDS, min(page.first, len(page.words) - _FEWEST_WORDS) + 1):
        start = _fold(" ".join(page.words[:n]))
        alone = page.only(start, page.start)
        prefix = "" if alone else _prefix(page, start)
        end = _range_end(page, n)
        if end is None:
            return  # more words before leave fewer behind
        if alone or prefix:
            yield f"{prefix}{'-,' if prefix else ''}{_escape(' '.join(page.words[:n]))},{end}"
        if alone:
            return


def _range_end(page: _Page, used: int) -> str | None:
    """Give the fewest last words that first follow the first ``used`` ones at the sentence's end."""
    begin = page.start + len(_fold(" ".join(page.words[:used])))
    for n in range(_FEWEST_WORDS, min(page.last, len(page.words) - used) + 1):
        end = _fold(" ".join(page.words[-n:]))
        if page.text.find(end, begin) == page.end - len(end):
            return _escape(" ".join(page.words[-n:]))
    return None


def _prefix(page: _Page, start: str) -> str | None:
    """Give the fewest words, escaped, that stand before ``start`` here and nowhere else."""
    for n in range(1, len(page.before) + 1):
        prefix = _fold(" ".join(page.before[-n:]))
        if page.only(f"{prefix} {start}", page.start - len(prefix) - 1):
            return _escape(" ".join(page.before[-n:]))
    return None


def _near(text: str, place: int, *, back: bool = False) -> list[str]:
    """Give the words of the line next to ``place``: a prefix or suffix lies within one line of the page.

    No words where no blank parts them from the sentence: what is put together may be one word.
    """
    part = text[max(0, place - _NEAR) : place] if back else text[place : place + _NEAR]
    if not part or not part[-1 if back else 0].isspace():
        return []
    line = part.rstrip().rpartition("\n")[2] if back else part.lstrip().partition("\n")[0]
    words = line.split()
    if len(part) == _NEAR:  # the farthest may be a piece of a word
        words = words[1:] if back else words[:-1]
    return words[-_MOST_CONTEXT:] if back else words[:_MOST_CONTEXT]


def _folded_page(article: Article) -> str:
    return _fold_page(article.title, article.text)


@lru_cache(maxsize=4)
def _fold_page(title: str, text: str) -> str:
    return _fold(f"{title}\n{text}")


def _fold(text: str) -> str:
    """Give ``text`` without case, accents and forms of letters; what folds alike may match in a browser."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", _BLANKS.sub(" ", text).casefold()))


def _escape(text: str) -> str:
    """Escape all that is not unreserved in an address; a hyphen too, which is a mark of the directive's own."""
    return quote(text, safe="").replace("-", "%2D")
