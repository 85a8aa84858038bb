"""An article's sentences: the boundaries come from sentencex, their exact places and a few repairs from here."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

import sentencex  # type: ignore[import-untyped]

from corpus.article import Article, Sentence
from corpus.lines import LIST_MARK, Span, cut_blocks
from corpus.long_spans import cut_long

LONGEST_SENTENCE = 800  # characters; what is longer is a table or has no full stops, and is cut at a blank

# Finds the ends of sentences in one block without line breaks; ends may lie before or after the blank that follows.
FindEnds = Callable[[str], Iterable[int]]

_STOPS = ".!?…。！？｡．؟۔।॥։።"
_CLOSERS = '"”’»)]}」』）】'
# What may follow a stop and still belongs to its sentence: closing quotes and brackets, footnote marks.
_TAIL = re.compile(rf"[{re.escape(_CLOSERS)}]*(?:\[\d{{1,3}}\])*")
_ENDS_WITH_STOP = re.compile(rf"[{_STOPS}][{re.escape(_CLOSERS)}]*(?:\[\d{{1,3}}\])*$")
_EMOJI = re.compile("\\s*[\u2600-\u27bf\U0001f000-\U0001faff][\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\\s]*")
# sentencex ends no sentence inside quotation marks or brackets; who quotes wants the sentences of a long quote one by
# one, and one mark that is never closed would swallow a paragraph. So it is shown blanks instead.
_HIDDEN = str.maketrans(dict.fromkeys("\"“”„«»‘’'()[]{}\n\t", " "))
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_TITLES = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|St|Lt|Gen|Maj|Col|Capt|Sgt|Cpl|Adm|Brig|Cmdr|Gov|Sen|Rep|Rev|Hon|approx|No|vs)\.$"
)
_WORD = re.compile(r"[^\W_]")
_SIGHT = 200  # characters looked at on either side of an end, so that the time taken grows with the text's length only
# sentencex takes time by the square of the sentences in a text: a longer one is shown to it in parts.
_AT_ONCE = 5_000  # characters
_TIME_OF_DAY = re.compile(r"\b[ap]\.m\.$")
_DAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|E[SD]T|GMT|UTC|local")
# Ends that sentencex leaves open: "…” Her", and a whole sentence in brackets.
_MORE_ENDS = re.compile(
    r"(?:…|\.\.\.)[”\"’](?=\s+[A-Z“\"])|^\([^()]*[.!?]\)(?=\s+\S)|(?<=[.!?]\s)\([^()]*[.!?]\)(?=\s+\S)"
)


def split_sentences(article: Article) -> tuple[Sentence, ...]:
    """Split an article into its sentences, in text order.

    No sentence has a blank at either end, no two overlap, none crosses a paragraph break, none is longer than
    ``LONGEST_SENTENCE``, and every character of the text that is not blank lies in one.
    """
    language = article.language.partition("-")[0].lower() or "en"
    spans = sentence_spans(article.text, lambda block: sentencex_ends(block, language))
    return tuple(Sentence(article, index, start, end) for index, (start, end) in enumerate(spans))


def sentence_spans(text: str, find_ends: FindEnds) -> list[Span]:
    """Give the spans of ``split_sentences`` with any finder of sentence ends."""
    spans: list[Span] = []
    for start, end in cut_blocks(text):
        block = text[start:end]
        hidden = _APOSTROPHE.sub("n", block).translate(_HIDDEN)
        ends = [_before_blanks(hidden, end) for end in find_ends(hidden)]
        for a, b in _block_spans(block, ends):
            spans.extend(cut_long(text, (start + a, start + b), LONGEST_SENTENCE))
    return spans


def sentencex_ends(block: str, language: str = "en") -> list[int]:
    """Give the ends of sentences that sentencex finds in ``block``, in order."""
    ends: list[int] = []
    start = 0
    while start < len(block):
        part = block[start : start + _AT_ONCE]
        found = [boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, part)]
        if start + _AT_ONCE < len(block):  # what follows an end is part of telling it: leave the last ones to the next
            found = [end for end in found if end <= _AT_ONCE - _SIGHT]
        ends += [start + end for end in found]
        start += found[-1] if found else _AT_ONCE - _SIGHT
    return ends


def _block_spans(block: str, ends: Iterable[int]) -> list[Span]:
    """Give the trimmed spans between the ends that are believed."""
    more = [match.end() for match in _MORE_ENDS.finditer(block)]
    quotes = [match.start() for match in re.finditer('"', block)]
    spans, start = [], _after_blanks(block, 0)
    for end in sorted({_with_tail(block, end, quotes) for end in [*ends, *more]}):
        if start < end < len(block) and _is_end(block, start, end):
            spans.append((start, end))
            start = _after_blanks(block, end)
    end = _before_blanks(block, len(block))
    return [*spans, (start, end)] if start < end else spans


def _before_blanks(text: str, end: int) -> int:
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _after_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _with_tail(block: str, end: int, quotes: Sequence[int]) -> int:
    """Move an end over the closing quotes, brackets, footnote marks and emoji that belong before it.

    ``quotes`` are the places of the block's straight quotation marks, in order.
    """
    tail = _TAIL.match(block, end)
    if tail and _closes(block, end, tail.end(), quotes):
        end = tail.end()
    emoji = _EMOJI.match(block, end)
    return _before_blanks(block, emoji.end() if emoji else end)


def _closes(block: str, start: int, end: int, quotes: Sequence[int]) -> bool:
    """Say whether ``block[start:end]`` closes: a straight quote glued to a word may as well open the next sentence."""
    if '"' not in block[start:end] or end == len(block) or block[end].isspace():
        return True
    return bisect_left(quotes, start) % 2 == 1


def _is_end(block: str, start: int, end: int) -> bool:
    """Say whether the sentence that begins at ``start`` ends at ``end``, before more text."""
    if not _WORD.search(block, max(start, end - _SIGHT), end) or not _WORD.search(block, end, end + _SIGHT):
        return False
    before = block[max(start, end - _SIGHT) : end]
    after = block[end : end + _SIGHT].lstrip()
    if not _ENDS_WITH_STOP.search(_EMOJI.sub("", before)) or LIST_MARK.fullmatch(before + " "):
        return False
    if _TITLES.search(before) or (_TIME_OF_DAY.search(before) and _DAY.match(after)):
        return False
    # “Who pays?” he asked; “No.” — the minister's only word.
    return not (before[-1] in _CLOSERS and after and (after[0].islower() or after[0] in ",;:–—-"))
