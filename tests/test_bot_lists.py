"""Questions that want a list."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from bot.answer import Answer
from bot.answer_json import answer_to_dict
from bot.attribution import PART, Attribution, attribute_all, attribute_part
from bot.lists import MOST_LISTED, ListQuestion, list_asked_for, list_groups
from bot.quantities import Kind
from bot.voices import Voices
from corpus import Article, Sentence, split_sentences
from index import PassageIndex
from tests.fakes import FakeEncoder

ALL: tuple[Kind, ...] = ("count", "money", "percent", "duration", "measure")
NEWS = Article.create(
    "The harbour master, Ida Brandt, said on Monday that eleven ships had come. “They were late,” she said.\n\n"
    "The harbour opened in 1968. Otto Lind, a sailor, estimated that the storm cost 5 million dollars. A tenth of "
    "the ships left at 4 p.m. without a word.",
    id="news",
    title="Ships",
    published=date(2026, 1, 14),  # a Wednesday
)


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot(PassageIndex.build([NEWS], FakeEncoder()))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who is quoted?", ListQuestion("speaker", quoted=True)),
        ("who is being quoted in this article", ListQuestion("speaker", quoted=True)),
        ("List all the quotes.", ListQuestion("speaker", quoted=True)),
        ("list all speakers", ListQuestion("speaker")),
        ("Who said what?", ListQuestion("speaker")),
        ("What numbers are given?", ListQuestion("number", ALL)),
        ("which figures does the article mention?", ListQuestion("number", ALL)),
        ("Which percentages are mentioned?", ListQuestion("number", ("percent",))),
        ("please show me all sums of money", ListQuestion("number", ("money",))),
        ("What happened when?", ListQuestion("date", ("date",))),
        ("list all dates in the story", ListQuestion("date", ("date",))),
        ("Give me a timeline of events", ListQuestion("date", ("date",))),
        ("Who said that?", None),
        ("Who was quoted as saying that it rained?", None),
        ("Which numbers does the mayor give?", None),
        ("What figures are given for the number of missing people?", None),
        ("What happened when the dam broke?", None),
        ("What happened?", None),
        ("Which day was it?", None),
        ("what time?", None),
    ],
)
def test_what_asks_for_a_list(question: str, asked: ListQuestion | None) -> None:
    assert list_asked_for(question) == asked


def listed(answer: Answer) -> dict[str, list[int]]:
    return {group.heading: [citation.sentence.index for citation in group.citations] for group in answer.groups}


def test_speakers_in_the_order_of_their_first_words(bot: Bot) -> None:
    assert listed(bot.ask("Who said what?")) == {"Ida Brandt": [0, 1], "Otto Lind": [3]}


def test_who_is_quoted_has_words_in_quotation_marks(bot: Bot) -> None:
    assert listed(bot.ask("Who is quoted?")) == {"Ida Brandt": [1]}


def test_numbers_by_kind(bot: Bot) -> None:
    answer = bot.ask("What numbers are given?")
    assert listed(answer) == {"Counts": [0], "Sums of money": [3], "Shares": [4]}
    assert [v.text for g in answer.groups for c in g.citations for v in c.values] == [
        "eleven", "5 million dollars", "A tenth",
    ]  # fmt: skip


def test_dates_in_time_order_and_those_of_no_day_last(bot: Bot) -> None:
    assert list(listed(bot.ask("What happened when?")).items()) == [
        ("1968", [2]), ("12 January 2026", [0]), ("No day given", [4]),
    ]  # fmt: skip


def test_a_list_is_an_answer_that_cites_the_first_of_each_group(bot: Bot) -> None:
    answer = bot.ask("Who said what?", history=["How many ships?"])
    assert answer.found
    assert answer.standalone_question == answer.question
    assert [citation.sentence.index for citation in answer.citations] == [0, 3]
    assert not answer.nearest
    assert not answer.partial
    assert 0.5 < answer.confidence < 1
    assert answer.citations[0].speaker is not None
    assert answer_to_dict(answer)["groups"][0]["heading"] == "Ida Brandt"


def test_a_list_of_nothing_is_asked_as_another_question() -> None:
    bot = Bot(PassageIndex.build([Article.create("A storm is on its way.", id="a", title="A")], FakeEncoder()))
    answer = bot.ask("Who is quoted?")
    assert not answer.groups
    assert [citation.quote for citation in (*answer.citations, *answer.nearest)] == ["A storm is on its way."]


def test_a_long_list_says_that_it_is_a_part() -> None:
    article = Article.create(" ".join(f"It had {number} ships." for number in range(2, MOST_LISTED + 12)))
    sentences = split_sentences(article)
    groups, partial = list_groups(ListQuestion("number", ALL), sentences, [None] * len(sentences))
    assert partial
    assert sum(len(group.citations) for group in groups) == MOST_LISTED


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(
        ["who", "what", "which", "list", "all", "the", "of", "are", "is", "given", "in", "article", "numbers", "dates",
         "quoted", "happened", "when,", "and", "people", "time"]
    ), max_size=60).map(" ".join) | st.text(max_size=300)
)  # fmt: skip
def test_any_question(question: str) -> None:
    asked = list_asked_for(question)
    assert asked is None or asked.by in {"speaker", "number", "date"}


def test_voices_are_worked_out_once_for_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[int] = []

    def counted(sentences: Sequence[Sentence], part: int) -> list[Attribution | None]:
        worked_out.append(part)
        return attribute_part(sentences, part)

    monkeypatch.setattr("bot.voices.attribute_part", counted)
    sentences, voices = split_sentences(NEWS), Voices()
    first = voices.of(sentences)
    assert voices.of(split_sentences(NEWS)) == first
    assert [said and said.name for said in first] == ["Ida Brandt", "Ida Brandt", None, "Otto Lind", None]
    assert voices.of_one(sentences[3], sentences) == first[3]
    assert worked_out == [0]
    other = split_sentences(Article.create("“It rains,” said Anna Berg."))
    assert [said and said.name for said in voices.of(other)] == ["Anna Berg"]
    assert worked_out == [0, 0]


def test_one_sentence_of_a_long_article_takes_its_neighbours_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = " ".join(f"The {n}th bridge is closed, said Anna Berg. It rains. She left." for n in range(100))
    sentences = split_sentences(Article.create(text))
    whole = attribute_all(sentences)
    assert any(whole)
    voices, worked_out = Voices(), list[int]()

    def counted(given: Sequence[Sentence], part: int) -> list[Attribution | None]:
        worked_out.append(part)
        return attribute_part(given, part)

    monkeypatch.setattr("bot.voices.attribute_part", counted)
    assert voices.of_one(sentences[150], sentences) == whole[150]
    assert worked_out == [150 // PART]
    assert [voices.of_one(each, sentences) for each in sentences] == whole == list(voices.of(sentences))
    assert sorted(worked_out) == list(range(-(-len(sentences) // PART)))


def test_in_an_answer_a_sentence_has_one_speaker() -> None:
    """Whoever is meant by "she" many sentences on: the heading and what stands beside the quote say the same."""
    parts = ["Anna Berg opened the talks.", "The mayor, Eva Stone, came late."]
    parts += [f"“We will rebuild house {n},” she said." for n in range(100)]
    answer = Bot(PassageIndex.build([Article.create(" ".join(parts))], FakeEncoder())).ask("Who is quoted?")
    assert answer.groups
    for group in answer.groups:
        assert {cited.speaker.name if cited.speaker else None for cited in group.citations} == {group.heading}
