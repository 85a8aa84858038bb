"""Forms of follow-ups: "the second one", "no, I meant ...", "how many don't?", "and what does she say?"."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attribution.gender import called
from bot.conversation import Turn, stand_alone, understand
from bot.conversation.correction import what_was_meant
from bot.conversation.ones import name_ones, singular, without_one
from bot.conversation.parse import parse


def after(question: str, *history: str | Turn) -> str:
    return stand_alone(question, history)


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("How many guards were on duty?", "where was the second one?", "where was the second guard?"),
        ("How many guards were on duty?", "what about the other one?", "what about the other guard (guards on duty)?"),
        ("How many guards were on duty?", "and the second?", "what about the second guard (guards on duty)?"),
        ("Was there ever a strike before?", "when was the last one?", "when was the last strike?"),
        ("How is the line in Kolm doing?", "and the one in Port Vell?", "How is the line in Port Vell doing?"),
        ("Why did the first ship turn back?", "and the second one?", "Why did the second ship turn back?"),
    ],
)
def test_one_is_what_the_question_before_was_about(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    "question",
    [
        "Was this album a successful one?",
        "was one of the guards hurt?",
        "Did anyone or no one come?",
        "Did one man win?",
    ],
)
def test_one_stays_where_it_stands_for_nothing_said_before(question: str) -> None:
    assert name_ones(question, parse("How many guards were on duty?")) == question


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("guards", "guard"),
        ("night nurses", "night nurse"),
        ("bosses", "boss"),
        ("buses", "bus"),
        ("ferries", "ferry"),
        ("people", "person"),
        ("class", "class"),
        ("bus", "bus"),
        ("team", "team"),
        ("", ""),
    ],
)
def test_one_of_several(several: str, one: str) -> None:
    assert singular(several) == one


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("Who is Agnes Ruud?", "no, I mean the captain of the ferry", "Who is the captain of the ferry?"),
        ("When was the still life bought?", "actually, the harbour scene", "When was the harbour scene bought?"),
        ("Who painted the harbour scene?", "sorry, I meant the still life", "Who painted the still life?"),
        ("Who is Agnes Ruud?", "no, the other one: what did the mayor say?", "what did the mayor say?"),
        ("How many guards were hurt?", "no, I meant the nurses", "How many nurses were hurt?"),
        ("Who won the race?", "Actually, how many people came?", "how many people came?"),
    ],
)
def test_a_correction_asks_the_question_before_about_something_else(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    "question",
    [
        "No one was hurt?",
        "no more trains?",
        "What did the mayor actually mean?",
        "well",
        "sorry",
        "I meant it when I said so. The article is about something else, and I want to know more of it; tell me.",
    ],
)
def test_what_corrects_nothing_stays(question: str) -> None:
    assert what_was_meant(question) == (question, False)


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("How many people support it?", "how many don't?", "how many people don't support it?"),
        ("What was postponed by the strike?", "what wasn't?", "what wasn't postponed by the strike?"),
        ("Which ships came to Kolm?", "which didn't?", "which ships didn't come to Kolm?"),
        ("Who signed the treaty?", "who didn't?", "who didn't sign the treaty?"),
    ],
)
def test_a_bare_verb_turns_the_question_before(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("What does the union want?", "and the director?", "What does the director want?"),
        ("How was the harbour scene acquired?", "and the still life?", "How was the still life acquired?"),
        ("What did the council vote for?", "when?", "when did the council vote for something?"),
        ("How many stops will there be?", "how many of them are closed?", "how many of the stops are closed?"),
        ("Was a guard hurt?", "how old is he?", "how old is the guard?"),
    ],
)
def test_parts_and_pronouns_take_what_fits(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


ARTICLE = (
    "Joana Pires leads the union. “He is wrong,” Pires said as she left. The clinic's director, Edmund Kray, refused. "
    "Kray offered nine hours, though he had promised ten. Its chairwoman, Sanne Ott, met Kito Bo."
)


@pytest.mark.parametrize(
    ("name", "pronoun"),
    [
        ("Joana Pires", "she"),
        ("Edmund Kray", "he"),
        ("Sanne Ott", "she"),
        ("edmund kray", "he"),
        ("clinic", ""),
        ("Kito Bo", ""),
        ("Nobody", ""),
        (" ", ""),
    ],
)
def test_an_article_tells_who_is_he_or_she(name: str, pronoun: str) -> None:
    assert called(name, ARTICLE) == pronoun


def test_she_is_not_the_man_asked_about_last() -> None:
    history = [Turn(f"Who is {name}?", (ARTICLE[:28],), articles=(ARTICLE,)) for name in ("Joana Pires", "Edmund Kray")]
    assert after("what did she say?", *history) == "what did Joana Pires say?"
    assert after("what did he say?", *history) == "what did Edmund Kray say?"
    unknown = [Turn(turn.question, turn.cited) for turn in history]
    assert after("what did she say?", *unknown) == "what did Edmund Kray say?"


def test_only_the_same_question_once_more_sets_the_quoted_sentence_aside() -> None:
    quoted = ("Ada Lind heads the inquiry, and looked into the loss of the Aurora.",)
    turn = Turn("Who heads the inquiry?", quoted, "Ada Lind")
    assert understand("who else heads it?", [turn]).besides == frozenset(quoted)
    assert understand("anyone else?", [turn]).besides == frozenset(quoted)
    assert understand("what else did she look into?", [turn]).besides == frozenset()


WORDS = re.findall(
    r"\S+", "no sorry actually wait i mean meant the one ones second other in Kolm : , . ? what who guards not that of"
)
TEXT = st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@given(TEXT, TEXT)
def test_any_words_are_a_correction_or_are_left_as_they_are(question: str, earlier: str) -> None:
    meant, part = what_was_meant(question)
    assert meant.strip("?.! ") in question
    assert not part or meant
    assert re.sub(r"\W", "", without_one(question)) in re.sub(r"\W", "", question)
    named = name_ones(question, parse(earlier))
    assert named == question or re.search(r"ones?", question, re.IGNORECASE)
