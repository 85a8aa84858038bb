"""What stands beside a quote: who says it, what it leans on, and the days that its relative dates mean."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answer import Citation, Speaker
from bot.attribution import Attribution
from bot.context import context_for
from bot.quantities import Quantity, quantities
from corpus import Sentence


def beside(
    citation: Citation, sentences: Sequence[Sentence], said: Callable[[Sentence], Attribution | None]
) -> Citation:
    """Give the citation with speaker, context and dates.

    ``sentences`` are its article's, in text order; ``said`` tells who says one, everywhere in an answer the same.
    """
    sentence = citation.sentence
    by = said(sentence)
    return replace(
        citation,
        speaker=Speaker(by.name, by.mode) if by else None,
        context=context_for(sentence, sentences, by),
        dates=resolved_dates(sentence),
    )


def resolved_dates(sentence: Sentence) -> tuple[Quantity, ...]:
    """Give the dates in the sentence that were worked out from the article's date or a date before them."""
    return tuple(value for value in quantities(sentence) if value.resolved)


def days(value: Quantity) -> str:
    """Say which days a date means: "23 October 2024", "October 2024", "14 to 20 October 2024", or "2024"."""
    first, last = value.first, value.last
    if first is None or last is None:
        return value.text
    if first == last:
        return f"{first.day} {first:%B} {first.year}"
    if (first.day, first.month, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    if (first.year, first.month) == (last.year, last.month):
        whole = (first.day, last.day) == (1, monthrange(last.year, last.month)[1])
        return f"{first:%B} {first.year}" if whole else f"{first.day} to {last.day} {last:%B} {last.year}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {last.day} {last:%B} {last.year}"
    return f"{first.day} {first:%B} {first.year} to {last.day} {last:%B} {last.year}"
