"""Citations say who says the quote; that changes nothing in it."""

import pytest

from bot import Bot
from bot.answer import Speaker
from bot.answer_json import answer_to_dict
from corpus import Article, Sentence
from corpus.errors import NoSuchArticleError
from index import PassageIndex
from tests.fakes import FakeEncoder

NEWS = Article.create(
    "The harbour master, Ida Brandt, said that eleven ships had come. She denied that anybody was hurt.\n\n"
    "A storm is on its way from the western islands.",
    id="news",
    title="Ships",
)


def ask(bot: Bot, question: str) -> tuple[str, Speaker | None]:
    answer = bot.ask(question)
    first = (answer.citations or answer.nearest)[0]
    assert first.article.text[first.sentence.start : first.sentence.end] == first.quote
    return first.quote, first.speaker


@pytest.fixture
def bot() -> Bot:
    return Bot(PassageIndex.build([NEWS], FakeEncoder()))


def test_the_speaker_stands_beside_the_quote(bot: Bot) -> None:
    quote, speaker = ask(bot, "How many ships had come, said the harbour master?")
    assert quote == "The harbour master, Ida Brandt, said that eleven ships had come."
    assert speaker == Speaker("Ida Brandt", "said")


def test_a_pronoun_is_told_by_name(bot: Bot) -> None:
    quote, speaker = ask(bot, "Was anybody hurt? She denied it.")
    assert quote == "She denied that anybody was hurt."
    assert speaker == Speaker("Ida Brandt", "denied")


def test_what_the_article_says_itself_has_no_speaker(bot: Bot) -> None:
    quote, speaker = ask(bot, "Is a storm on its way from the western islands?")
    assert quote.startswith("A storm")
    assert speaker is None


def test_every_citation_and_nearest_sentence_carries_it_in_the_json(bot: Bot) -> None:
    answer = answer_to_dict(bot.ask("How many ships had come, said the harbour master?"))
    shown = answer["citations"] + answer["nearest"]
    assert {"name": "Ida Brandt", "mode": "said"} in [citation["speaker"] for citation in shown]


def test_an_article_deleted_or_changed_meanwhile_is_answered_without(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def deleted(article_id: str) -> tuple[Sentence, ...]:
        raise NoSuchArticleError("gone")

    def changed(article_id: str) -> tuple[Sentence, ...]:
        other = Article.create("Anna Berg said that eleven ships had come, and all of them were empty.", id="news")
        return (Sentence(other, 0, 0, len(other.text)),)

    question = "How many ships had come, said the harbour master?"
    for sentences in (deleted, changed):
        monkeypatch.setattr(bot, "sentences", sentences)
        quote, speaker = ask(bot, question)
        assert quote.startswith("The harbour master")
        assert speaker is None
