"""Nothing that a sense for news adds changes a quote, whatever the article and the question."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from bot.answer import Answer
from bot.answer_json import answer_to_dict
from corpus import Article
from corpus.errors import NoSuchArticleError
from index import PassageIndex
from tests.fakes import FakeEncoder

PIECES = st.sampled_from(
    [
        "Anna Berg", "Otto Lind", "The agency", "said", "denied", "put it at", "spoke of", "“", "”", '"', "he said",
        "She added that", "23", "about 40", "3,000 troops", "600 soldiers", "5 million dollars", "18 percent",
        "last week", "on Monday", "the same day", "in 1961", "at 4 p.m.", "October 23", ".", ". ", ",", "\n\n", "—",
        "it rained", "people are missing", "was built", "😀", "\u202e", "9" * 40,
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=50).map(" ".join)
QUESTIONS = st.sampled_from(
    [
        "Who is quoted?", "What numbers are given?", "What happened when?", "Who said what?", "How many are missing?",
        "What did Anna Berg say about it?", "Who said “it rained”?", "When was it built?", "list all dates",
    ]
) | st.text(max_size=60).map("why {}".format)  # fmt: skip


def bot_of(text: str) -> Bot:
    article = Article.create(f"{text} End.", id="a", title="A", published=date(2026, 1, 14))
    return Bot(PassageIndex.build([article], FakeEncoder()))


def quotes_of(text: str, document: Any) -> int:
    """Check every place in the JSON that has its words beside it, and count them."""
    if isinstance(document, list):
        return sum(quotes_of(text, each) for each in document)
    if not isinstance(document, dict):
        return 0
    found = 0
    if "quote" in document:
        assert text[document["sentence"]["start"] : document["sentence"]["end"]] == document["quote"]
        found += 1
    if "text" in document and "start" in document:
        assert text[document["start"] : document["end"]] == document["text"]
        found += 1
    return found + sum(quotes_of(text, each) for each in document.values())


@settings(max_examples=60, deadline=None)
@given(TEXTS, QUESTIONS)
def test_every_quote_is_the_article_s(text: str, question: str) -> None:
    bot = bot_of(text)
    answer = bot.ask(question)
    document = answer_to_dict(answer)
    assert quotes_of(bot.article("a").text, document) >= len(answer.citations) + len(answer.nearest)
    for citation in [
        *answer.citations,
        *answer.nearest,
        *answer.conflict,
        *[c for g in answer.groups for c in g.citations],
    ]:
        for value in (*citation.dates, *citation.values):
            assert citation.sentence.start <= value.start < value.end <= citation.sentence.end
        if citation.context is not None:
            assert citation.context.end <= citation.sentence.start
    assert len(answer.conflict) != 1
    assert answer.found == bool(answer.citations)


@settings(max_examples=15, deadline=None)
@given(TEXTS, QUESTIONS)
def test_the_same_question_gives_the_same_answer(text: str, question: str) -> None:
    def plain(answer: Answer) -> dict[str, Any]:
        return {key: value for key, value in answer_to_dict(answer).items() if key != "timing_ms"}

    bot = bot_of(text)
    first = plain(bot.ask(question))
    bot.suggestions("a")
    assert plain(bot.ask(question)) == first
    assert plain(bot_of(text).ask(question)) == first


def test_a_list_of_an_article_that_was_deleted_meanwhile(monkeypatch: Any) -> None:
    bot = bot_of("Anna Berg said that it rained.")

    def gone(article_id: str) -> Any:
        raise NoSuchArticleError("gone")

    monkeypatch.setattr(bot, "sentences", gone)
    answer = bot.ask("Who said what?")
    assert not answer.groups
    assert not answer.conflict


def test_a_number_too_large_for_json_is_null() -> None:
    answer = answer_to_dict(bot_of(f"It has {'9' * 400} ships.").ask("What numbers are given?"))
    for group in answer["groups"]:
        for citation in group["citations"]:
            assert [value["low"] for value in citation["values"]] == [None]
