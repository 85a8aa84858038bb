import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Standalone, Turn, stand_alone, understand
from bot.conversation.mentions import mentions
from bot.conversation.parse import parse
from bot.question import MAX_CHARACTERS


def after(question: str, *history: str | Turn) -> str:
    return stand_alone(question, history)


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("What did Vane say about the bridge?", "when?", "when did Vane say something about the bridge?"),
        ("How many ships did Norland send to Port Vell?", "and why?", "why did Norland send ships to Port Vell?"),
        ("Which company bought the port?", "when was that?", "when did the company buy the port?"),
        ("When was the bridge closed?", "by whom?", "by whom was the bridge closed?"),
        ("Who was sentenced?", "for what?", "for what was someone sentenced?"),
        ("Did Norland send ships?", "how many?", "how many ships did Norland send?"),
        ("Was anyone arrested?", "who?", "who was arrested?"),
        ("Why did the mill cut jobs?", "which ones?", "which jobs did the mill cut?"),
        ("When did the river burst its banks?", "which river?", "which river did burst its banks?"),
        ("Is the dam safe?", "why not?", "why isn't the dam safe?"),
        ("Has Vane signed the treaty?", "who has?", "who has signed the treaty?"),
        ("Tell me about the strike", "when?", "when was the strike?"),
        ("How many houses burnt?", "how many people?", "how many people burnt?"),
    ],
)
def test_a_bare_question_word_takes_the_earlier_ones_place(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("how many ships?", "who estimates that?", "who estimates the number of ships?"),
        ("Is the dam safe?", "who says so?", "who said whether the dam is safe?"),
        ("When was the bridge closed?", "according to whom?", "who said when the bridge was closed?"),
    ],
)
def test_who_says_so_asks_who_says_what_was_asked(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("Who is Rurik Vane?", "where does he work?", "where does Rurik Vane work?"),
        ("who is rurik vane", "where does he work", "where does rurik vane work"),
        ("Who is the mayor of Kolm?", "when was she elected?", "when was the mayor of Kolm elected?"),
        ("Where is Port Vell?", "what happened there?", "what happened in Port Vell?"),
        ("What did Norland officials promise?", "did they keep it?", "did Norland officials keep it?"),
        ("Who leads the team?", "how old is she?", "how old is the person who leads the team?"),
        ("Who is Rurik Vane?", "what is his salary?", "what is Rurik Vane's salary?"),
        ("What did Kavala Shipping announce?", "where is the company based?", "where is Kavala Shipping based?"),
        ("How many ships were sent?", "where are they now?", "where are the ships that were sent now?"),
    ],
)
def test_pronouns_give_way_to_what_they_mean(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("How many people died in the flood?", "and in Port Vell?", "How many people died in Port Vell?"),
        ("What did Vane say in Kolm?", "what about Holm?", "What did Holm say in Kolm?"),
        ("What was the profit in 2020?", "and a year earlier?", "What was the profit a year earlier?"),
        ("How many houses burnt?", "what about cars?", "How many cars burnt?"),
        ("Who scored the first goal?", "and the second?", "Who scored the second goal?"),
        ("What did Vane say?", "anything else?", "what else did Vane say?"),
    ],
)
def test_a_question_cut_short_takes_the_rest(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    "question",
    [
        "How many ships sailed to Norland?",
        "Who is Beatrix Holm?",
        "austin date rome",
        "Is there any interesting fact in this article about whales?",
        "What did the mayor say about her own salary?",
    ],
)
def test_a_new_topic_is_not_glued_to_the_old_one(question: str) -> None:
    assert after(question, "Where does Rurik Vane work?") == question


def test_what_was_quoted_tells_whom_a_pronoun_means() -> None:
    turn = Turn("Who leads the ministry?", ("The ministry has been led by Ada Lind since May.",))
    assert after("how old is she?", turn) == "how old is Ada Lind?"


def test_a_womans_name_is_not_his() -> None:
    turn = Turn("Who came?", ("Mary Lind and John Holm came by ship.",))
    assert after("where does he live?", turn) == "where does John Holm live?"


def test_the_answer_fills_what_was_asked_for() -> None:
    turn = Turn("Who won the match?", ("Kolm United won the match in May.",), "Kolm United")
    assert after("when?", turn) == "when did Kolm United win the match?"


def test_earlier_questions_are_answered_again_only_where_that_is_needed() -> None:
    asked: list[tuple[str, str]] = []

    def ask(question: str, standalone: str) -> Turn:
        asked.append((question, standalone))
        return Turn(question, ("Ada Lind leads the ministry.",), "Ada Lind")

    history = ["Where is Kolm?", "Who leads the ministry?"]
    assert stand_alone("When was Rurik Vane born?", history, ask) == "When was Rurik Vane born?"
    assert asked == []
    assert stand_alone("and how old is she?", history, ask) == "and how old is Ada Lind?"
    assert asked == [("Who leads the ministry?", "Who leads the ministry?")]


def test_a_chain_is_understood_link_by_link() -> None:
    assert after("and where?", "Who is Ada Lind?", "when was she elected?") == "where was Ada Lind elected?"


def test_what_was_quoted_is_set_aside_where_something_else_is_asked_for() -> None:
    turn = Turn("What did Vane say?", ("Vane said no.",))
    assert understand("what else?", [turn]) == Standalone("what else did Vane say?", frozenset({"Vane said no."}))
    assert understand("when?", [turn]).besides == frozenset()


@pytest.mark.parametrize("history", [[], ["", " "], ["the of and"], ["?!"]])
def test_nothing_to_lean_on_leaves_the_question(history: list[str]) -> None:
    assert stand_alone("why?", history) == "why?"


def test_a_question_never_becomes_too_long() -> None:
    assert len(after("why?", "Why did " + "word " * 400 + "happen?")) <= MAX_CHARACTERS


WORDS = re.findall(
    r"\S+",
    """who what when where why how many much did does was were is the a of in to and that he she it they his their there
    this Vane Ada Lind Kolm ships say said send closed , ? ! . “ ” 's else another first 2020 other ones""",
)
TEXT = st.text(max_size=200) | st.lists(
    st.sampled_from(WORDS),
    max_size=25,
).map(" ".join)  # fmt: skip


@given(TEXT, st.lists(TEXT | st.builds(Turn, TEXT, st.lists(TEXT, max_size=2), TEXT), max_size=7))
def test_any_text_is_understood_or_left_alone(question: str, history: list[str | Turn]) -> None:
    whole = stand_alone(question, history)
    assert len(whole) <= max(MAX_CHARACTERS, len(question))
    assert whole == stand_alone(question, history)
    assert bool(whole) == bool(question)
    assert stand_alone(question, []) == question


@given(TEXT)
def test_mentions_and_parts_are_the_texts_own(text: str) -> None:
    for mention in mentions(text):
        assert text[mention.start : mention.end] == mention.text
    asked = parse(text)
    words = [*asked.wh, *([asked.auxiliary] if asked.auxiliary else []), *asked.rest]
    assert all(before.end <= after.start for before, after in pairwise(words))
    assert all(text[word.start : word.end] == word.text for word in words)


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("Who is Rurik Vane?", "where does he work?"),
        ("What did Vane say about the bridge?", "when?"),
        ("How many ships did Norland send?", "and Kolm?"),
    ],
)
def test_a_question_understood_once_stands_alone(earlier: str, question: str) -> None:
    whole = after(question, earlier)
    assert after(whole, "What did Ada Lind find in Port Vell?") == whole
    assert not re.search(r"\b(?:he|she|it)\b", whole)
