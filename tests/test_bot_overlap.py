import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.overlap import K1, B, overlap, terms


def test_terms_are_stems_without_stop_words() -> None:
    assert terms("How many troops were deployed?") == ["mani", "troop", "deploy"]


def test_numbers_stay_whole() -> None:
    assert terms("3,000 of 2.5 million, 600,000.") == ["3,000", "2.5", "million", "600,000"]


def test_possessives_and_curly_apostrophes_are_one_word() -> None:
    assert terms("Putin’s war") == terms("Putin's war") == ["putin", "war"]


def test_score_by_hand() -> None:
    # Two texts of two terms each, so that the length factor is 1. "troop" is in one of two texts.
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    frequency = 1 * (K1 + 1) / (1 + K1 * (1 - B + B * 1))
    scores = overlap("troops", ["Troops arrived.", "Ships sailed."])
    assert scores.tolist() == pytest.approx([frequency * idf / (idf * (K1 + 1)), 0.0])


def test_a_word_no_text_holds_lowers_every_score() -> None:
    texts = ["Troops arrived.", "Ships sailed."]
    assert overlap("troops France", texts)[0] < overlap("troops", texts)[0]


def test_no_shared_word_scores_nothing() -> None:
    assert overlap("What is the capital of France?", ["Troops arrived."]).tolist() == [0.0]


@pytest.mark.parametrize(("question", "texts"), [("", ["a text"]), ("who is it?", ["a text"]), ("troops", [])])
def test_nothing_to_compare_scores_nothing(question: str, texts: list[str]) -> None:
    assert overlap(question, texts).tolist() == [0.0] * len(texts)


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=5))
def test_scores_are_shares(question: str, texts: list[str]) -> None:
    assert all(0 <= score < 1 for score in overlap(question, texts))
