"""Between an Answer and what a stored conversation keeps of it, and back to the turns that a follow-up leans on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.conversation.turn import Turn

if TYPE_CHECKING:
    from bot.answer import Answer, Citation
    from corpus.library.talk import CitedPlace, StoredTurn
    from corpus.quoted import Quotes

MOST_HISTORY = 20  # turns; a follow-up leans on the last few of them that ask something


def place_of(citation: "Citation") -> "CitedPlace":
    """Give where a citation's sentence stands, without its words."""
    from corpus.library.talk import CitedPlace

    sentence, article, answer = citation.sentence, citation.article, citation.answer
    return CitedPlace(
        article_id=article.id,
        version=article.version,
        fingerprint=article.fingerprint,
        start=sentence.start,
        end=sentence.end,
        sentence_index=sentence.index,
        score=citation.score,
        answer_span=(answer.start, answer.end) if answer else None,
    )


def turn_to_store(answer: "Answer") -> "StoredTurn":
    """Give what is kept of an answer that was just given: the questions and the places of what was shown."""
    from corpus.library.talk import StoredTurn

    return StoredTurn(
        question=answer.question,
        standalone_question=answer.standalone_question,
        found=answer.found,
        confidence=answer.confidence,
        asked=datetime.now(UTC),
        citations=tuple(place_of(citation) for citation in answer.citations),
        nearest=tuple(place_of(citation) for citation in answer.nearest),
    )


def history_of(turns: "Sequence[StoredTurn]", quotes: "Quotes") -> Sequence[Turn]:
    """Give the last turns as the next question's history, with what was quoted for them.

    Sentences that their articles no longer say are left out: a turn without any is asked again where it matters.

    Raises:
        StoredDataError: the library cannot be read.
    """
    history = []
    for turn in turns[-MOST_HISTORY:]:
        quoted = [quotes.of(place) for place in turn.citations]
        held = [one for one in quoted if one.holds]
        cited = [one.sentence.text for one in held if one.sentence]
        answer = held[0].answer if held and held[0] is quoted[0] else ""
        texts = {one.sentence.article.id: one.sentence.article.text for one in held if one.sentence}
        history.append(Turn(turn.question, cited, answer, list(texts.values())))
    return history
