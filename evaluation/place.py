"""Where a span of raw text stands in the normalised article, and which sentences it touches."""

from collections.abc import Sequence

from bot.answer import Span
from corpus import Sentence
from corpus.normalise import normalise


class Placement:
    """Carries spans of one raw text over to its normalised form."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._text = normalise(raw)
        self._same = self._text == raw

    def place(self, start: int, end: int) -> Span | None:
        """Give where ``raw[start:end]`` stands in the normalised text, or None when it has no clean place there.

        A span has none when normalising joined characters across its border (a letter inside, its accent outside).
        """
        if not 0 <= start < end <= len(self._raw):
            return None
        if self._same:
            return Span(start, end)
        span = Span(len(normalise(self._raw[:start])), len(normalise(self._raw[:end])))
        moved = normalise(self._raw[start:end])
        return span if moved.strip() and self._text[span.start : span.end] == moved else None


def touched(span: Span, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Give the sentences that share a letter or digit with ``span``, in text order.

    A blank, a closing quote or a full stop that hangs over a border does not make the next sentence gold. A span
    without any letter or digit ("?!") touches the sentences that share any non-blank character with it.
    """
    found = []
    for sentence in sentences:
        start, end = max(span.start, sentence.start), min(span.end, sentence.end)
        if start < end:
            found.append((sentence, sentence.article.text[start:end]))
    lettered = [sentence for sentence, shared in found if any(map(str.isalnum, shared))]
    return lettered or [sentence for sentence, shared in found if shared.strip()]


def covered(span: Span, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Give the sentences that a cited span stands for, in text order.

    Other systems cut text elsewhere: a span stands for every sentence of which it holds half or more, or, when it
    lies inside one sentence, for that one; so a long span pays in precision and a short one is not lost.
    """
    shares = []
    for sentence in sentences:
        shared = min(span.end, sentence.end) - max(span.start, sentence.start)
        if shared > 0:
            shares.append((sentence, shared))
    halves = [sentence for sentence, shared in shares if 2 * shared >= sentence.end - sentence.start]
    if halves or not shares:
        return halves
    return [max(shares, key=lambda pair: pair[1])[0]]
