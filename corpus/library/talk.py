"""Conversations and feedback: their nouns, and the narrow interface that every store of them has.

None of them holds a word of an article: what was quoted is kept as a place, and read from the library when it is shown.
So what is taken out of the library is gone from conversations and feedback too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from corpus.library.types import ALL, Filter

MOST_TURNS = 1_000  # in one conversation

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """Where a sentence stands that was shown: ``corpus.quoted`` reads it. Offsets count code points, end exclusive."""

    article_id: str
    version: int
    fingerprint: str  # of the version's text: the offsets hold for exactly that
    start: int
    end: int
    sentence_index: int  # 0 for the article's first sentence
    score: float = 0.0  # probability, 0 to 1, that it answers
    answer_span: tuple[int, int] | None = None  # the part of the article's text that answers, inside the sentence

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.sentence_index < 0:
            raise ValueError(f"{self.start}-{self.end} is no sentence's place.")


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn of a conversation: a question, and the places of what was shown for it.

    ``citations`` is best first, and empty where nothing was found: then ``nearest`` has the sentences that came
    closest.
    """

    question: str  # in the reader's words
    standalone_question: str  # as it was understood
    found: bool
    confidence: float
    asked: datetime  # UTC
    citations: tuple[CitedPlace, ...] = ()
    nearest: tuple[CitedPlace, ...] = ()
    number: int = 0  # 1 for the first of its conversation; given by the store


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it is kept. Whoever knows its id may read it: the id cannot be guessed."""

    id: str
    where: Filter  # what its questions are put to
    created: datetime  # UTC
    used: datetime  # UTC; when its last turn was added or taken off
    turns: tuple[StoredTurn, ...]  # oldest first


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """What a list shows of a conversation."""

    id: str
    where: Filter
    created: datetime  # UTC
    used: datetime  # UTC
    turns: int
    question: str | None  # the first one; None before there is one


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader says of an answer.

    ``verdict`` is about what was shown: the first citation where ``found``, else that the article does not answer.
    ``history`` holds the questions before it, oldest first, as far as it was understood from them.
    """

    question: str
    standalone_question: str
    verdict: Verdict
    place: CitedPlace | None  # of what was shown first: a citation or, where nothing was found, the nearest sentence
    right: CitedPlace | None = None  # of the sentence that the reader says is the right one; only with "wrong"
    conversation: str | None = None  # its id; None outside of one, and once it is deleted
    found: bool = True
    history: tuple[str, ...] = ()
    id: str = ""  # given by the store, as is the time
    created: datetime | None = None  # UTC

    def __post_init__(self) -> None:
        if self.right is not None and self.verdict == "right":
            raise ValueError("What was right needs no other sentence.")


class ConversationStore(Protocol):
    """Stored conversations and feedback. Every change is one transaction; none raises the library's ``generation``.

    Ids are url-safe, cannot be guessed (128 random bits), and in their order are the order of making. Methods raise
    ``StoredDataError`` when the store cannot be read or written, with what, which and the cure.
    """

    def start(self, where: Filter = ALL) -> str:
        """Begin a conversation about the articles that fit ``where``; give its id."""
        ...

    def append(self, id: str, turn: StoredTurn) -> int:
        """Add a turn; give its number.

        Raises:
            NoSuchConversationError: there is no such conversation.
            ConversationFullError: it has ``MOST_TURNS`` already.
        """
        ...

    def get(self, id: str, last: int | None = None) -> Conversation:
        """Give a conversation, with all its turns or with its ``last`` ones alone.

        Raises:
            NoSuchConversationError: there is none of that id.
        """
        ...

    def undo(self, id: str) -> bool:
        """Take the last turn off; give whether there was one.

        Raises:
            NoSuchConversationError: there is no such conversation.
        """
        ...

    def delete(self, id: str) -> None:
        """Delete a conversation with its turns; feedback from it stays and forgets where it came from.

        Raises:
            NoSuchConversationError: there is no such conversation.
        """
        ...

    def scan(self, after: str | None = None, limit: int = 100) -> Sequence[ConversationSummary]:
        """Give up to ``limit`` conversations, oldest first, those behind the id ``after``."""
        ...

    def expire(self, before: datetime) -> int:
        """Delete the conversations that were last used before that moment (UTC); give how many."""
        ...

    def add_feedback(self, feedback: Feedback) -> str:
        """Store feedback; give its id. A conversation that is not there is left out of it."""
        ...

    def get_feedback(self, id: str) -> Feedback:
        """Give one.

        Raises:
            NoSuchFeedbackError: there is none of that id.
        """
        ...

    def feedback(self, after: str | None = None, limit: int = 100) -> Sequence[Feedback]:
        """Give up to ``limit`` pieces of feedback, oldest first, those behind the id ``after``."""
        ...

    def delete_feedback(self, id: str) -> None:
        """Delete one.

        Raises:
            NoSuchFeedbackError: there is none of that id.
        """
        ...
