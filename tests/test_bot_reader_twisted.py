"""Near-misses made by rule: one thing in the question changes, and the passage no longer answers it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.twisted import ANTONYMS, twisted

PASSAGE = (
    "In 1820 the ferry from Aldby to Morven carried 300 people a week. Captain Ruth Arden built a higher pier at "
    "Morven, and the mayor, Tomas Brek, opened the first school in Selwick. Brek and Arden met in Aldby in 1834."
)


def changes(question: str, answer: str, tries: int = 60) -> set[str]:
    made = (twisted(question, PASSAGE, answer, np.random.default_rng(seed)) for seed in range(tries))
    return {question for question in made if question is not None}


def test_a_name_gives_way_to_another_name_of_the_passage() -> None:
    made = changes("What did Ruth Arden build?", "a higher pier")
    assert made == {"What did Tomas Brek build?"}


def test_the_answers_own_name_is_never_put_in() -> None:
    made = changes("Who met Arden in Selwick?", "Tomas Brek")
    assert made
    assert not any("Brek" in question or "Tomas" in question for question in made)


def test_names_that_stand_side_by_side_are_not_exchanged() -> None:
    assert "Where did Brek meet in 1834?" not in changes("Where did Arden meet in 1834?", "Aldby")


def test_a_number_becomes_another_one_of_as_many_digits() -> None:
    made = changes("How many people did the ferry carry in 1820?", "300")
    assert "How many people did the ferry carry in 1834?" in made
    assert len(made) > 5
    for question in made:
        year = question.removeprefix("How many people did the ferry carry in ").removesuffix("?")
        assert year.isdigit()
        assert len(year) == 4
        assert year != "1820"


def test_a_word_becomes_its_antonym_unless_the_passage_speaks_of_that() -> None:
    assert changes("Who opened the first school?", "Tomas Brek") == {
        "Who opened the last school?",
        "Who closed the first school?",
    }
    assert not changes("Who asked for a lower pier?", "Ruth Arden")


@pytest.mark.parametrize("question", ["Why did the ferry stop?", "", "   ", "???", "who is he"])
def test_what_has_nothing_to_change_is_left(question: str) -> None:
    assert not changes(question, "Aldby")


def test_antonyms_go_both_ways() -> None:
    assert all(ANTONYMS[other] for other in ANTONYMS.values())
    assert not any(word == other for word, other in ANTONYMS.items())


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=20), st.integers(0, 1000))
def test_any_text_gives_another_question_or_none(question: str, passage: str, answer: str, seed: int) -> None:
    made = twisted(question, passage, answer, np.random.default_rng(seed))
    assert made is None or made != question
    assert made == twisted(question, passage, answer, np.random.default_rng(seed))
