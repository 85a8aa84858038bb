"""What stands beside a quote never changes it."""

from datetime import date
from functools import partial

import pytest

from bot import Bot
from bot.answer import Citation
from bot.answer_json import answer_to_dict
from bot.attribution import attribute
from bot.beside import beside, days
from bot.quantities import Quantity
from corpus import Article, split_sentences
from index import PassageIndex
from tests.fakes import FakeEncoder

NEWS = Article.create(
    "The harbour master, Ida Brandt, opened the gates last week. She said that eleven ships had come on Monday.",
    id="news",
    title="Ships",
    published=date(2026, 1, 14),  # a Wednesday
)


def day(first: date, last: date | None = None) -> Quantity:
    return Quantity("date", "then", 0, 4, first=first, last=last or first)


def test_the_sentence_that_the_quote_leans_on_comes_along() -> None:
    first, second = split_sentences(NEWS)
    cited = beside(Citation(second, 1.0), (first, second), partial(attribute, sentences=(first, second)))
    assert cited.context == first
    assert cited.quote == second.text
    assert beside(Citation(first, 1.0), (first, second), lambda _: None).context is None


def test_relative_dates_are_worked_out_and_the_quote_keeps_its_words() -> None:
    sentences = split_sentences(NEWS)
    answer = answer_to_dict(Bot(PassageIndex.build([NEWS], FakeEncoder())).ask("When were the gates opened?"))
    shown = (answer["citations"] or answer["nearest"])[0]
    assert shown["quote"] == sentences[0].text
    assert [(v["text"], v["first"], v["last"], v["resolved"]) for v in shown["dates"]] == [
        ("last week", "2026-01-05", "2026-01-11", True)
    ]
    assert NEWS.text[shown["dates"][0]["start"] : shown["dates"][0]["end"]] == "last week"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (day(date(2024, 10, 23)), "23 October 2024"),
        (day(date(2024, 2, 1), date(2024, 2, 29)), "February 2024"),
        (day(date(2023, 2, 1), date(2023, 2, 27)), "1 to 27 February 2023"),
        (day(date(2024, 1, 1), date(2024, 12, 31)), "2024"),
        (day(date(2024, 9, 30), date(2024, 10, 6)), "30 September to 6 October 2024"),
        (day(date(2024, 12, 30), date(2025, 1, 5)), "30 December 2024 to 5 January 2025"),
        (Quantity("date", "then", 0, 4), "then"),
    ],
)
def test_days_in_words(value: Quantity, words: str) -> None:
    assert days(value) == words
