from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Answer, Bot
from bot.answer_json import answer_to_dict
from bot.bot import NEAREST
from bot.reader.reader import Reader, Reading
from bot.reader.stepwise import AT_ONCE, READ, SURE_SPAN
from corpus import Article, Passage
from corpus.errors import EmptyQuestionError, NoSuchArticleError, QuestionTooLongError
from index import PassageIndex
from tests.fakes import FakeEncoder

NEWS = Article.create(
    "Three thousand troops arrived in the port on Monday. The harbour master, Ida Brandt, counted eleven ships.\n\n"
    "Nobody was hurt. The minister called the arrival a routine visit, and left for the capital at noon.",
    id="news",
    title="Troops in the port",
)
MATCH = Article.create("Northfield beat Southgate by two goals. The keeper saved a penalty.", id="match", title="Match")


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot(PassageIndex.build([NEWS, MATCH], FakeEncoder()))


def without_timing(answer: Answer) -> dict[str, object]:
    return {**answer_to_dict(answer), "timing_ms": None}


def test_the_matching_sentence_is_cited(bot: Bot) -> None:
    answer = bot.ask("Which harbour master counted the eleven ships?")
    assert answer.found
    assert answer.citations[0].quote == "The harbour master, Ida Brandt, counted eleven ships."
    assert answer.citations[0].score == answer.confidence
    assert not answer.nearest


@pytest.mark.parametrize("question", ["What is the capital of France?", "asdf qwer", "hello", "42"])
def test_what_the_articles_do_not_say_is_declined_with_the_nearest(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert not answer.found
    assert not answer.citations
    assert len(answer.nearest) == NEAREST


def test_one_article_can_be_asked_alone(bot: Bot) -> None:
    answer = bot.ask("Who saved the penalty?", article="news")
    assert {citation.article.id for citation in answer.nearest or answer.citations} == {"news"}
    assert bot.ask("Who saved the penalty?").citations[0].article.id == "match"


def test_a_follow_up_is_understood_from_the_questions_before_it(bot: Bot) -> None:
    answer = bot.ask("and how many did she count?", history=["Who is the harbour master?"])
    assert answer.question == "and how many did she count?"
    assert answer.standalone_question == "and how many did Ida Brandt count?"
    assert (answer.citations or answer.nearest)[0].quote == "The harbour master, Ida Brandt, counted eleven ships."


def test_errors(bot: Bot) -> None:
    with pytest.raises(EmptyQuestionError):
        bot.ask("   ")
    with pytest.raises(QuestionTooLongError):
        bot.ask("why " * 750)
    with pytest.raises(NoSuchArticleError, match="nope"):
        bot.ask("why?", article="nope")


def test_the_same_question_gives_the_same_answer(bot: Bot) -> None:
    assert without_timing(bot.ask("How many troops?")) == without_timing(bot.ask("How many troops?"))


def test_an_empty_index_finds_nothing() -> None:
    answer = Bot(PassageIndex.build([], FakeEncoder())).ask("How many troops?")
    assert (answer.found, answer.confidence, list(answer.nearest)) == (False, 0.0, [])


@given(st.text(min_size=1, max_size=300), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_every_quote_is_the_articles_own_text(text: str, question: str) -> None:
    article = Article.create("A troop. " + text, id="any")
    answer = Bot(PassageIndex.build([article], FakeEncoder())).ask("troop " + question)
    for citation in (*answer.citations, *answer.nearest):
        sentence = citation.sentence
        assert citation.quote == article.text[sentence.start : sentence.end] != ""
        assert 0 <= citation.score <= 1
    assert answer.found == bool(answer.citations)


class SureReader(Reader):
    """Says of every sentence that holds ``word`` that it surely answers, and counts what it reads."""

    def __init__(self, word: str) -> None:
        self.word, self.passages = word, 0

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[Reading]]:
        self.passages += len(passages)
        return [
            [
                Reading(s, SURE_SPAN if self.word in s.text else -5.0, 0.0, 0.0, s.start, s.end)
                for s in passage.sentences
            ]
            for passage in passages
        ]


@pytest.mark.parametrize(("word", "read"), [("Ferry", AT_ONCE), ("nowhere", READ)])
def test_what_is_farther_away_is_read_only_where_no_sure_answer_is_near(word: str, read: int) -> None:
    lines = [f"Ferry number {number} sailed at {number} past noon. " + "It was late. " * 50 for number in range(12)]
    reader = SureReader(word)
    bot = Bot(PassageIndex.build([Article.create("\n".join(lines))], FakeEncoder()), reader)
    bot.ask("when did ferry number 3 sail?")
    assert reader.passages == read
