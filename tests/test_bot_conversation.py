import pytest

from bot.conversation import leans, stand_alone


@pytest.mark.parametrize(
    "question", ["and when?", "where does he work?", "who said that?", "why?", "What about the ships in the port?"]
)
def test_follow_ups_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", ["Who is Victor Cha?", "how many troops were sent?", "austin date rome"])
def test_whole_questions_stand(question: str) -> None:
    assert not leans(question)


def test_a_follow_up_takes_the_question_before_it() -> None:
    history = ["How many troops were sent?", "Who is Victor Cha?"]
    assert stand_alone("where does he work?", history) == "Who is Victor Cha? where does he work?"


def test_a_new_topic_is_not_glued_to_the_old_one() -> None:
    assert stand_alone("How many ships sailed?", ["Who is Victor Cha?"]) == "How many ships sailed?"


@pytest.mark.parametrize("history", [[], ["word " * 200], ["", " "]])
def test_nothing_to_lean_on_leaves_the_question(history: list[str]) -> None:
    assert stand_alone("why?", history) == "why?"
