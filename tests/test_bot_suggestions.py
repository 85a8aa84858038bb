"""Questions that are suggested for an article."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from bot.answer import Answer, Citation, Timing
from bot.attribution import attribute_all
from bot.made_questions import Made, made_questions
from bot.suggestions import MOST, MOST_ASKED, Suggestions, answers, suggest
from corpus import Article, default_article, split_sentences
from corpus.errors import NoSuchArticleError
from index import PassageIndex
from tests.fakes import FakeEncoder


def made(text: str) -> dict[str, str]:
    sentences = split_sentences(Article.create(text, published=date(2026, 1, 14)))
    return {one.question: one.sentence.text for one in made_questions(sentences, attribute_all(sentences))}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Nineteen people drowned when the ship went over.", "How many people drowned?"),
        ("U.S. officials estimate that around 3,000 troops might be involved.", "How many troops might be involved?"),
        ("The army sent 600 soldiers and eight helicopters.", "How many soldiers did the army send?"),
        ("The inquiry has heard 31 witnesses.", "How many witnesses has the inquiry heard?"),
        ("The school has 11 pupils.", "How many pupils does the school have?"),
        ("HALVERN, Dec. 12 (Wire) — At least nine people died on Tuesday.", "How many people died on Tuesday?"),
        ("Elm Ridge was built in 1961.", "When was Elm Ridge built?"),
        ("The cave was discovered by chance in 2019.", "When was the cave discovered?"),
        ("The strike began on Sept. 15.", "When did the strike begin?"),
        ("Victor Cha, a former official, was silent.", "Who is Victor Cha?"),
        ("Theo Calloway said the damage was large.", "What did Theo Calloway say about the damage?"),
        ("Judge Ida Brandt said it was late.", "What did Ida Brandt say?"),
    ],
)
def test_templates(text: str, question: str) -> None:
    assert question in made(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bridge built in 1961 is old.",
        "Nine people killed in the flood were old.",
        "He sent 600 soldiers.",
        "Two of the soldiers died.",
        "But Ferrin, a striker, scored.",
        "Mission Street, a busy road, is shut.",
        "The tanker was last seen on Thursday.",  # a reader would have to know which
        "That was in 1961.",
        "The number was large.",
        "Whoever was first was built in 1961.",
        "At 35,000 feet there is no stepping outside.",
    ],
)
def test_better_none_than_a_bad_one(text: str) -> None:
    assert made(text) == {}


def test_the_default_article() -> None:
    sentences = split_sentences(default_article())
    found = [one.question for one in made_questions(sentences, attribute_all(sentences))]
    assert found == [
        "How many troops might be involved?",
        "How many Russian soldiers have been killed or wounded in the Ukraine conflict?",
        "Who is Victor Cha?",
        "What did Victor Cha say?",
    ]


NEWS = Article.create(
    "The army sent 600 soldiers. The school has 11 pupils. The inquiry has heard 31 witnesses. Elm Ridge was built in "
    "1961. Victor Cha, a former official, was silent.",
    id="news",
    title="News",
)
SENTENCES = split_sentences(NEWS)


def sure_of(
    place: int | None, asked: list[str] | None = None, confidence: float = 0.9, conflict: bool = False
) -> Answer:
    citations = [] if place is None else [Citation(SENTENCES[place], confidence)]
    clash = citations * 2 if conflict else []
    return Answer("", "", bool(citations), confidence, citations, [], Timing(0, 0, 0, 0), conflict=clash)


def test_only_what_is_answered_surely_with_its_own_sentence() -> None:
    one = Made("When was Elm Ridge built?", SENTENCES[3], "date")
    assert answers(sure_of(3), one)
    assert not answers(sure_of(2), one)
    assert not answers(sure_of(None), one)
    assert not answers(sure_of(3, confidence=0.6), one)
    assert not answers(sure_of(3, conflict=True), one)
    assert not answers(replace(sure_of(3), found=False), one)


def test_kinds_take_turns_and_none_comes_more_than_twice() -> None:
    own = {one.question: one.sentence.index for one in made_questions(SENTENCES, [None] * 5)}
    found = suggest(lambda question: sure_of(own[question]), SENTENCES, [None] * 5)
    assert found == (
        "How many soldiers did the army send?",
        "When was Elm Ridge built?",
        "Who is Victor Cha?",
        "How many pupils does the school have?",
    )


def test_they_are_worked_out_once_for_a_text_and_few_questions_are_asked() -> None:
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return sure_of(None)

    many = Article.create(" ".join(f"Anna B{'a' * n}, a sailor, came." for n in range(1, 60)))
    sentences, kept = split_sentences(many), Suggestions()
    assert kept.of(ask, sentences, lambda: attribute_all(sentences)) == ()
    assert len(asked) == MOST_ASKED
    assert kept.of(ask, sentences, lambda: attribute_all(sentences)) == ()
    assert len(asked) == MOST_ASKED


def test_the_bot_suggests_and_knows_its_articles() -> None:
    bot = Bot(PassageIndex.build([NEWS], FakeEncoder()))
    found = bot.suggestions("news")
    assert found == bot.suggestions("news")
    assert len(found) <= MOST
    for question in found:
        assert bot.ask(question).found
    with pytest.raises(NoSuchArticleError):
        bot.suggestions("none")


WORDS = st.sampled_from(
    ["The", "army", "sent", "600", "soldiers", "was", "built", "in", "1961", ".", "Anna Berg", ", a sailor,", "said",
     "“", "”", "that", "the damage", "has", "heard", "people", "died", "—", "\n", "at least", "and", "He", "\u202e",
     "😀"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=400))
def test_any_text(text: str) -> None:
    article = Article.create(f"{text} .a")
    sentences = split_sentences(article)
    for one in made_questions(sentences, attribute_all(sentences)):
        assert one.question.endswith("?")
        assert one.question[0].isupper()
        assert "\n" not in one.question
