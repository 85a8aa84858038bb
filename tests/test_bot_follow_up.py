"""Follow-ups through ``Bot.ask``: what they are understood from, what is read for them, how sure the answer is."""

from collections.abc import Sequence

import pytest

from bot import Bot
from bot.bot import SURE, surer
from bot.conversation import Turn
from bot.evidence import Evidence
from bot.reader.reader import Reader, Reading, shipped_reader
from bot.reader.remembered import KEPT, RememberingReader
from corpus import Article, Passage, cut_passages, default_article, split_sentences
from index import PassageIndex, open_encoder
from tests.fakes import FakeEncoder

STRIKE = Article.create(
    "The ministry of transport is led by Ada Lind since May. Dock workers in Port Vell went on strike on Monday. "
    "Ada Lind was born in Kolm and studied law. The strike was called by the dockers' union over pay.\n\n"
    "Rurik Vane said that the strike costs two million crowns a day. Vane said too that no ship has left the port.",
    id="strike",
    title="A strike in the port",
)


class CountingReader(Reader):
    """Finds every sentence that shares a long word with the question a likely answer, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Passage]] = []

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[Reading]]:
        self.asked += [(question, passage) for passage in passages]
        words = [word for word in question.lower().strip("?").split() if len(word) > 3]
        made: list[list[Reading]] = []
        for passage in passages:
            made.append([])
            for s in passage.sentences:
                logit = 4.0 * sum(word in s.text.lower() for word in words) - 6.0
                made[-1].append(Reading(s, logit, logit, 2 * logit, s.start, s.start + 3))
        return made


@pytest.fixture
def reader() -> CountingReader:
    return CountingReader()


@pytest.fixture
def bot(reader: CountingReader) -> Bot:
    return Bot(PassageIndex.build([STRIKE], FakeEncoder()), reader)


def passage() -> Passage:
    return cut_passages(STRIKE, split_sentences(STRIKE))[0]


def test_a_question_asked_before_is_not_read_again_for_a_follow_up(bot: Bot, reader: CountingReader) -> None:
    bot.ask("Who leads the ministry of transport?")
    before = len(reader.asked)
    answer = bot.ask("where was she born?", history=["Who leads the ministry of transport?"])
    assert answer.standalone_question == "where was Ada Lind born?"
    assert {question for question, _ in reader.asked[before:]} == {"where was Ada Lind born?"}


def test_its_own_words_are_read_too_where_the_answer_is_not_sure(bot: Bot, reader: CountingReader) -> None:
    answer = bot.ask("how much does she earn?", history=["Who leads the ministry of transport?"])
    assert answer.confidence < SURE
    assert "how much does she earn?" in {question for question, _ in reader.asked}


def test_the_answer_is_the_same_whether_the_earlier_question_was_asked_or_not(bot: Bot) -> None:
    other = Bot(PassageIndex.build([STRIKE], FakeEncoder()), CountingReader())
    bot.ask("Who leads the ministry of transport?")
    history = ["Who leads the ministry of transport?"]
    warm, cold = (each.ask("where was she born?", history=history) for each in (bot, other))
    assert (warm.standalone_question, warm.confidence) == (cold.standalone_question, cold.confidence)
    assert [c.quote for c in warm.citations] == [c.quote for c in cold.citations]


def test_what_was_quoted_may_come_with_the_history(bot: Bot, reader: CountingReader) -> None:
    turn = Turn("Who was quoted first?", ["Rurik Vane said that the strike costs two million crowns a day."])
    assert bot.ask("what did he say?", history=[turn]).standalone_question == "what did Rurik Vane say?"
    assert all("quoted" not in question for question, _ in reader.asked)


def test_something_else_is_another_sentence(bot: Bot) -> None:
    said = "Rurik Vane said that the strike costs two million crowns a day."
    answer = bot.ask("what else?", history=[Turn("What did Vane say?", [said])])
    shown = [citation.quote for citation in (*answer.citations, *answer.nearest)]
    assert answer.standalone_question == "what else did Vane say?"
    assert shown
    assert said not in shown


def test_a_bare_word_alone_is_not_read(bot: Bot, reader: CountingReader) -> None:
    bot.ask("when?", history=["Why did dock workers strike?"])
    assert {question for question, _ in reader.asked} == {"when did dock workers strike?"}


def test_a_question_of_another_topic_is_answered_as_without_history(bot: Bot) -> None:
    alone = bot.ask("Who called the strike of the dockers?")
    within = bot.ask("Who called the strike of the dockers?", history=["Where is Ada Lind from?"])
    assert within.standalone_question == alone.standalone_question
    assert within.confidence == alone.confidence


def test_surer_keeps_the_order_and_the_larger_probability() -> None:
    first, second, third = split_sentences(STRIKE)[:3]
    ranked = [Evidence(first, 0.5), Evidence(second, 0.4), Evidence(third, 0.1)]
    other = [Evidence(second, 0.9), Evidence(first, 0.7)]
    made = surer(ranked, other)
    assert [(item.sentence.index, item.probability) for item in made] == [(0, 0.7), (1, 0.7), (2, 0.1)]
    assert surer([], other) == []


def test_readings_are_remembered_and_forgotten(reader: CountingReader) -> None:
    remembering = RememberingReader(reader)
    first = remembering.read("who leads?", [passage()])
    assert remembering.read("who leads?", [passage()]) == first
    assert len(reader.asked) == 1
    for number in range(KEPT):
        remembering.read(f"question {number}", [passage()])
    remembering.read("who leads?", [passage()])
    assert len(reader.asked) == KEPT + 2


def test_a_changed_text_or_title_is_read_anew(reader: CountingReader) -> None:
    remembering = RememberingReader(reader)
    remembering.read("who leads?", [passage()])
    for changed in (Article.create(STRIKE.text + " More.", id="strike", title=STRIKE.title),
                    Article.create(STRIKE.text, id="strike", title="Another")):  # fmt: skip
        sentences = split_sentences(changed)
        remembering.read("who leads?", [cut_passages(changed, sentences)[0]])
    assert len(reader.asked) == 3


@pytest.fixture(scope="module")
def real_bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """The product's own models over the article that ships with it."""
    encoder = open_encoder(tmp_path_factory.mktemp("data"))
    return Bot(PassageIndex.build([default_article()], encoder), shipped_reader())


@pytest.mark.model
@pytest.mark.parametrize(
    ("earlier", "question", "quoted"),
    [
        ("Who is Victor Cha?", "where does he work?", "Center for Strategic and International Studies"),
        ("what did Zelensky say?", "when?", "on October 21"),
        ("how many troops?", "who estimates that?", "U.S. officials estimate that around 3,000 troops"),
    ],
)
def test_follow_ups_on_the_default_article(real_bot: Bot, earlier: str, question: str, quoted: str) -> None:
    answer = real_bot.ask(question, history=[earlier])
    assert answer.found
    assert quoted in answer.citations[0].quote


@pytest.mark.model
def test_a_new_topic_that_was_taken_for_a_follow_up_is_answered_by_its_own_words(real_bot: Bot) -> None:
    answer = real_bot.ask("how many troops?", history=["what did Zelensky say?", "when?"])
    assert answer.standalone_question == "how many troops?"
    assert answer.citations[0].quote == "U.S. officials estimate that around 3,000 troops might be involved."
