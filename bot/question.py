"""What may be asked: a question has words in it and a length one can read."""

from corpus.errors import EmptyQuestionError, QuestionTooLongError

MAX_CHARACTERS = 1_000


def check_question(text: str) -> str:
    """Give the question without blanks around it, otherwise in the user's own words.

    Characters that no encoding can carry (lone surrogates) become U+FFFD.

    Raises:
        EmptyQuestionError: there is no letter or digit in it.
        QuestionTooLongError: it has more than ``MAX_CHARACTERS`` characters.
    """
    question = well_formed(text.strip())
    if len(question) > MAX_CHARACTERS:
        raise QuestionTooLongError(
            f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are read. Ask a shorter one."
        )
    if not any(character.isalnum() for character in question):
        raise EmptyQuestionError("The question is empty. Ask something in words, such as: how many troops?")
    return question


def well_formed(text: str) -> str:
    """Give ``text`` with U+FFFD in the place of characters that no encoding can carry (lone surrogates)."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
