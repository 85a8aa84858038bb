import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question import MAX_CHARACTERS, check_question
from corpus.errors import EmptyQuestionError, QuestionTooLongError


def test_the_users_words_stay_unchanged() -> None:
    assert check_question("  How MANY troops?\n") == "How MANY troops?"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "?!…", "“”", "\u200b"])
def test_a_question_without_words_is_refused(text: str) -> None:
    with pytest.raises(EmptyQuestionError, match="empty"):
        check_question(text)


def test_the_limit_is_exact() -> None:
    assert len(check_question("a" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(QuestionTooLongError, match=r"3,000 characters; at most 1,000"):
        check_question("a" * 3_000)


@given(st.text(max_size=50).map(lambda text: text + "\ud800a"))
def test_whatever_comes_in_can_be_encoded(text: str) -> None:
    check_question(text).encode("utf-8")
