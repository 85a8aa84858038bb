"""A sentence as the rules of attribution see it: words outside quotation marks, each quotation one token."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Sentence

LONGEST = 4_000  # characters of one sentence that are read; the splitter makes none that long

# Every alternative starts differently or ends at a fixed mark, so no text makes it go back over itself.
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|(?:Mr|Mrs|Ms|Dr|Prof|Capt|Lt|Sgt|Gen|Col|Maj|Adm|Gov|Sen|Rep|Rev|St|Inc|Corp|Co|Ltd|Jan|Feb|Mar|Apr|Jun|Jul"
    r"|Aug|Sept|Sep|Oct|Nov|Dec|No)\."
    r"|(?<!\w)[^\W\d_]\.(?=\s\w)"  # Robert J. Shiller
    r"|\d+(?:[.,]\d+)+"
    r"|\w+(?:[’'\-]\w+)*(?:(?<=s)['’](?!\w))?"
    r"|[,;:—–()\-.!?…]"
)
_MARKS = re.compile('[“”"‘’«»]')
_CLOSES = {"“": "”", '"': '"', "‘": "’", "«": "»"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a punctuation mark or (``quote``) a whole quotation; offsets into the article's text."""

    text: str
    low: str  # lower case, straight apostrophes
    start: int
    end: int
    quote: bool = False

    @property
    def word(self) -> bool:
        """Whether it is a word outside quotation marks."""
        return not self.quote and (self.text[0].isalnum() or self.text[0] == "_")

    @property
    def capital(self) -> bool:
        """Whether it is a word that starts with a capital."""
        return self.word and self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, parsed."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    starts_inside: bool  # a quotation opened in an earlier sentence still runs
    ends_inside: bool  # a quotation runs on into the next sentence
    continues: bool  # first of its paragraph, and the paragraph before left its quotation open, as long quotations do
    paragraph: int  # counts from the first sentence given

    @property
    def quoted(self) -> int:
        """How many characters stand inside quotation marks."""
        return sum(token.end - token.start for token in self.tokens if token.quote)

    @property
    def all_quoted(self) -> bool:
        """Whether no word stands outside quotation marks."""
        return self.quoted > 0 and not any(token.word for token in self.tokens)


def parse(sentences: Sequence[Sentence]) -> list[Line]:
    """Parse neighbouring sentences of one article, in text order; a quotation never runs over a paragraph's end."""
    lines: list[Line] = []
    mark, paragraph, last_end = "", 0, -1
    for sentence in sentences:
        text = sentence.article.text
        end = min(sentence.end, sentence.start + LONGEST)
        new = last_end >= 0 and "\n" in text[last_end : sentence.start]
        continues = new and bool(mark)
        if new:
            mark, paragraph = "", paragraph + 1
        inside = bool(mark)
        quotes, mark = _quotes(text, sentence.start, end, mark)
        tokens = _tokens(text, sentence.start, end, quotes)
        lines.append(Line(sentence, tokens, inside, bool(mark), continues, paragraph))
        last_end = sentence.end
    return lines


def _quotes(text: str, start: int, end: int, mark: str) -> tuple[list[tuple[int, int]], str]:
    """Give the spans inside quotation marks, marks included, and the mark that is still open at the end."""
    spans: list[tuple[int, int]] = []
    opened = start
    for match in _MARKS.finditer(text, start, end):
        place, found = match.start(), match[0]
        before = text[place - 1] if place > start else " "
        after = text[place + 1] if place + 1 < end else " "
        if mark:
            if found == _CLOSES[mark] and not (found == "’" and after.isalnum()):
                spans.append((opened, place + 1))
                mark = ""
        elif found in _CLOSES and not (found == "‘" and before.isalnum()):
            opened, mark = place, found
    if mark:
        spans.append((opened, end))
    return spans, mark


def _tokens(text: str, start: int, end: int, quotes: list[tuple[int, int]]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    place = start
    for opened, closed in [*quotes, (end, end)]:
        tokens += [_token(match) for match in _TOKEN.finditer(text, place, opened)]
        if opened < closed:
            tokens.append(Token(text[opened:closed], "", opened, closed, quote=True))
        place = closed
    return tuple(tokens)


def _token(match: re.Match[str]) -> Token:
    return Token(match[0], match[0].lower().replace("’", "'"), match.start(), match.end())


def words(text: str) -> list[str]:
    """Give the lower-case words and marks of any text, those in quotation marks too."""
    return [match[0].lower().replace("’", "'") for match in _TOKEN.finditer(text[:LONGEST])]
