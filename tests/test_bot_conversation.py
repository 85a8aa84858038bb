import pytest

from bot.conversation import stand_alone


def test_a_pronoun_gives_way_to_the_last_name() -> None:
    history = ["How many troops were sent?", "Who is Victor Cha?"]
    assert stand_alone("where does he work?", history) == "where does Victor Cha work?"


def test_a_new_topic_is_not_glued_to_the_old_one() -> None:
    assert stand_alone("How many ships sailed?", ["Who is Victor Cha?"]) == "How many ships sailed?"


@pytest.mark.parametrize("history", [[], ["word " * 200], ["", " "]])
def test_nothing_to_lean_on_leaves_the_question(history: list[str]) -> None:
    assert stand_alone("why?", history) == "why?"
