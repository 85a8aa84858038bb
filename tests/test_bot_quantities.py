"""Typed values: cases, and what holds of any text."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quantities import Quantity, quantities, wanted_kinds
from corpus import Article, Sentence, split_sentences

TUESDAY = date(2025, 11, 18)


def values(text: str, published: date | None = TUESDAY) -> list[Quantity]:
    return [v for s in split_sentences(Article.create(text, published=published)) for v in quantities(s)]


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "unit", "bound"),
    [
        ("3,000 troops came.", "count", 3_000, 3_000, "troop", ""),
        ("three thousand troops came.", "count", 3_000, 3_000, "troop", ""),
        ("Some 3.5 million people fled.", "count", 3_500_000, 3_500_000, "person", "about"),
        ("It cost $1.2bn.", "money", 1.2e9, 1.2e9, "dollar", ""),
        ("It cost 35 million crowns.", "money", 35e6, 35e6, "crown", ""),
        ("It rose by 4.6%.", "percent", 4.6, 4.6, "", ""),
        ("It rose by 40 per cent.", "percent", 40, 40, "", ""),
        ("Two thirds of them left.", "percent", 200 / 3, 200 / 3, "", ""),
        ("Profit rose by almost a third.", "percent", 100 / 3, 100 / 3, "", "about"),
        ("At least 10 villages were cut off.", "count", 10, 10, "village", "at least"),
        ("There were no more than twenty-two of them.", "count", 22, 22, "", "at most"),
        ("They expect between 3,000 and 5,000 visitors.", "count", 3_000, 5_000, "visitor", ""),
        ("It costs 12 to 15 million euros.", "money", 12e6, 15e6, "euro", ""),
        ("He got nine years in prison.", "duration", 9, 9, "year", ""),
        ("The river reached 8.7 metres.", "measure", 8.7, 8.7, "metre", ""),
        ("It sank off a dozen villages.", "count", 12, 12, "village", ""),
        ("Half a million people watched.", "count", 500_000, 500_000, "person", ""),
        ("Tallis, 34, was there.", "duration", 34, 34, "year", ""),
    ],
)
def test_numbers(text: str, kind: str, low: float, high: float, unit: str, bound: str) -> None:
    (value,) = values(text)
    assert (value.kind, value.unit, value.bound) == (kind, unit, bound)
    assert (value.low, value.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "first", "last", "resolved"),
    [
        ("It ended on Feb. 3, 2023.", date(2023, 2, 3), date(2023, 2, 3), False),
        ("It ended on 3 February 2023.", date(2023, 2, 3), date(2023, 2, 3), False),
        ("It ended in August 2023.", date(2023, 8, 1), date(2023, 8, 31), False),
        ("It began in 2016.", date(2016, 1, 1), date(2016, 12, 31), False),
        ("It ends on Jan. 31.", date(2026, 1, 31), date(2026, 1, 31), True),
        ("It began in December.", date(2025, 12, 1), date(2025, 12, 31), True),
        ("It fell on Monday.", date(2025, 11, 17), date(2025, 11, 17), True),
        ("It will open on Monday.", date(2025, 11, 24), date(2025, 11, 24), True),
        ("It fell on Tuesday.", TUESDAY, TUESDAY, True),
        ("It fell last week.", date(2025, 11, 10), date(2025, 11, 16), True),
        ("It falls next month.", date(2025, 12, 1), date(2025, 12, 31), True),
        ("It fell yesterday.", date(2025, 11, 17), date(2025, 11, 17), True),
        ("It fell two years ago.", date(2023, 1, 1), date(2023, 12, 31), True),
    ],
)
def test_dates(text: str, first: date, last: date, resolved: bool) -> None:
    (value,) = values(text)
    assert (value.kind, value.first, value.last, value.resolved) == ("date", first, last, resolved)


def test_a_relative_date_of_an_article_without_date_stays_open() -> None:
    (value,) = values("It fell last week.", published=None)
    assert (value.kind, value.text, value.first, value.resolved) == ("date", "last week", None, False)


def test_the_same_day_is_the_last_one_named() -> None:
    (named, same) = values("He came on October 23. She left on the same day.")
    assert (same.first, same.resolved) == (named.first, True)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("It began at 10:40 a.m.", "10:40"),
        ("It began at noon.", "12:00"),
        ("It began at 11:20 p.m. there.", "23:20"),
        ("It began at 18:05.", "18:05"),
    ],
)
def test_times_of_day(text: str, time: str) -> None:
    (value,) = values(text)
    assert (value.kind, value.time) == ("date", time)


@pytest.mark.parametrize(
    "text",
    [
        "The Aria 9 model is sold.",
        "They won 3-2.",
        "It stands in courtroom No. 6.",
        "One of them left.",
        "It is the first one.",
        "They may march on.",
        "Take the A6 road.",
    ],
)
def test_no_value(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many troops?", "count"),
        ("how much did it cost?", "money"),
        ("What percentage was insured?", "percent"),
        ("When did it end?", "date"),
        ("and when?", "date"),
        ("In what year did it begin?", "date"),
        ("How long is the sentence?", "duration"),
        ("How old is he?", "duration"),
        ("How high was the river?", "measure"),
        ("Who came?", None),
        ("What happened when the dam broke?", None),
    ],
)
def test_the_kind_that_is_wanted(question: str, kind: str | None) -> None:
    assert next(iter(wanted_kinds(question)), None) == kind


# fmt: off
PIECES = st.sampled_from([
    "3,000", "3.5", "million", "$", "£", "1.2bn", "two", "thirds", "a", "third", "of", "at least", "between",
    "and", "to", "5,000", "%", "per cent", "years", "metres", "people", "Oct.", "October", "23", "2024", ",",
    ".", "Monday", "last", "week", "on the same day", "10:40 a.m.", "99:99", "noon", "hundred", "dozen", "half",
    "May", "-", "–", "in", "\n\n", "2024-02-31", "February 30", "ago", "999999999", "½", "٣", "𝟛",
])
# fmt: on
TEXTS = st.one_of(st.lists(PIECES, min_size=1, max_size=80).map(" ".join), st.text(max_size=300)).map(
    lambda t: "x " + t
)


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.one_of(st.none(), st.dates()))
def test_whatever_the_text_every_span_is_its_text(text: str, published: date | None) -> None:
    article = Article.create(text, published=published)
    for sentence in split_sentences(article):
        quote, place = sentence.text, sentence.start
        for value in quantities(sentence):
            assert place <= value.start < value.end <= sentence.end
            assert article.text[value.start : value.end] == value.text
            assert (value.low is None) == (value.kind == "date")
            assert value.first is None or (value.last is not None and value.first <= value.last)
            place = value.end
        assert sentence.text == quote


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "1" * 100_000, "1," * 50_000, "1,000" * 20_000, "two " * 25_000, "one hundred and " * 6_000,
     "between 3 and " * 7_000, "on the same day " * 6_000, "in May " * 15_000, " " * 50_000 + "x", "more than " * 9_000,
     "3 million to " * 8_000],
    ids=range(12),
)  # fmt: skip
def test_hostile_text_is_read_through(text: str) -> None:
    article = Article.create(text, published=TUESDAY)
    for sentence in split_sentences(article)[:40]:
        quantities(sentence)
    quantities(Sentence(article, 0, 0, len(article.text)))
    wanted_kinds(text)
