"""A stored conversation as its page shows it: every turn as an answer again, its quotes read from the library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.answer import Answer, Citation, Span, Timing
from bot.bot import Bot
from corpus.library.talk import CitedPlace, Conversation, StoredTurn
from corpus.quoted import Quoted, Quotes
from web.asking import MOST_EARLIER, Exchange


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn of a stored conversation."""

    number: int  # 1 for the first
    exchange: Exchange
    gone: int  # sentences that were quoted and whose articles are no longer there
    changed: Sequence[Quoted]  # those whose articles no longer say them


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A stored conversation and how its page says what it is put to."""

    id: str
    article: str | None  # the one that is asked
    collection: str | None  # the one that is asked
    until: datetime  # UTC; when it is deleted unless it is used again
    turns: Sequence[KeptTurn]

    @property
    def address(self) -> str:
        """Its page, from where the application is mounted."""
        return f"/conversation/{self.id}"

    @property
    def last(self) -> int:
        """The number of the last turn; 0 where there is none."""
        return self.turns[-1].number if self.turns else 0


def view_conversation(conversation: Conversation, quotes: Quotes, bot: Bot, days: int) -> KeptConversation:
    """Make a stored conversation ready to show; it is kept ``days`` after its last use.

    Raises:
        StoredDataError: the library cannot be read.
    """
    article, collection = only(conversation.where.articles), only(conversation.where.collections)
    turns, earlier = [], list[str]()
    for turn in conversation.turns:
        quoted = [quotes.of(place) for place in turn.citations]
        answer = bot.beside(_answer(turn, quoted, [quotes.of(place) for place in turn.nearest]))
        exchange = Exchange(turn.question, article, earlier[-MOST_EARLIER:], answer, collection=collection)
        changed = [one for one in quoted if one.status == "changed"]
        turns.append(KeptTurn(turn.number, exchange, sum(one.status == "gone" for one in quoted), changed))
        earlier.append(turn.question)
    return KeptConversation(conversation.id, article, collection, conversation.used + timedelta(days=days), turns)


def only(names: frozenset[str] | None) -> str | None:
    """Give the name where there is just one."""
    return next(iter(names)) if names is not None and len(names) == 1 else None


def _answer(turn: StoredTurn, citations: Sequence[Quoted], nearest: Sequence[Quoted]) -> Answer:
    return Answer(
        question=turn.question,
        standalone_question=turn.standalone_question,
        found=turn.found,
        confidence=turn.confidence,
        citations=[_citation(one) for one in citations if one.sentence],
        nearest=[_citation(one) for one in nearest if one.sentence],
        timing=Timing(0.0, 0.0, 0.0, 0.0),
    )


def _citation(quoted: Quoted) -> Citation:
    if quoted.sentence is None:
        raise AssertionError("what is gone cannot be cited")
    place: CitedPlace = quoted.place
    return Citation(quoted.sentence, place.score, Span(*place.answer_span) if place.answer_span else None)
