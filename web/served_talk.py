"""The conversations and the feedback of a server: kept in the library's file, whatever articles are asked."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.answer import Answer
from bot.bot import Bot
from bot.conversation.stored import MOST_HISTORY, history_of, turn_to_store
from bot.settings import Settings
from corpus.citation_check import Version
from corpus.errors import NoSuchArticleError, NoSuchConversationError, NoSuchFeedbackError, StoredDataError
from corpus.library import open_library
from corpus.library.talk import Conversation, ConversationStore, ConversationSummary, Feedback
from corpus.library.types import ALL, Filter
from corpus.quoted import Quotes
from web.problems import RETRY_SECONDS, Problem
from web.served_library import ServedLibrary

if TYPE_CHECKING:
    from corpus.library.stored_library import StoredLibrary

_LOG = logging.getLogger(__name__)
_BETWEEN_LOOKS = 3600  # seconds: expired conversations are looked for no more often
_NONE = "There is no such conversation: it was deleted, or it has expired. Begin a new one."
_NO_FEEDBACK = "There is no such feedback: it was taken back, or it never was."
_UNKEPT = "Conversations and feedback cannot be kept now. Questions are answered all the same, without a conversation."


class ServedTalk:
    """What a server keeps of talks. Safe to use from many threads.

    A library that cannot be read or written keeps none: every method then raises the problem
    ``conversations-unavailable``, and asking goes on without them.
    """

    def __init__(self, settings: Settings, library: ServedLibrary | None = None) -> None:
        """Keep them in the file of ``settings``, opened by ``library`` where articles of it are asked too."""
        self._settings, self._library = settings, library
        self.days = settings.conversation_days
        self._own: StoredLibrary | None = None
        self._looked = 0.0  # by time.monotonic; 0 for never
        self._lock = threading.Lock()

    def start(self, where: Filter = ALL) -> str:
        """Begin a conversation; give its id, which is all that is needed to read it."""
        with self._kept():
            id = self._store().start(where)
        self.expire()
        return id

    def get(self, id: str, last: int | None = None) -> Conversation:
        """Give a conversation, or its ``last`` turns; raises NoSuchConversationError, also for one that has expired."""
        with self._kept():
            conversation = self._known(NoSuchConversationError(_NONE)).get(id, last)
        if conversation.used < self._oldest():
            raise NoSuchConversationError(_NONE)
        return conversation

    def ask(
        self,
        id: str,
        question: str,
        *,
        bot: Bot,
        quotes: Quotes,
        where: Filter | None = None,
        shown: Callable[[Answer], Answer] = lambda answer: answer,
    ) -> Answer:
        """Ask ``bot`` within a conversation, and keep the turn.

        ``where`` holds for this question in place of the conversation's own; ``shown`` makes of the answer what the
        reader gets, which is what is kept.

        Raises:
            NoSuchConversationError, ConversationFullError: as it says.
            QuestionError, NoSuchArticleError: as ``Bot.ask``; nothing is kept then.
        """
        conversation = self.get(id, MOST_HISTORY)
        history = history_of(conversation.turns, quotes)
        answer = shown(bot.ask(question, where=conversation.where if where is None else where, history=history))
        with self._kept():
            self._store().append(id, turn_to_store(answer))
        return answer

    def append(self, id: str, answer: Answer) -> int:
        """Keep a turn that was answered before; give its number.

        Raises:
            NoSuchConversationError, ConversationFullError: as it says.
        """
        self.get(id, 0)
        with self._kept():
            return self._store().append(id, turn_to_store(answer))

    def undo(self, id: str) -> bool:
        """Take a conversation's last turn off; give whether there was one. Raises NoSuchConversationError."""
        self.get(id, 0)
        with self._kept():
            return self._store().undo(id)

    def delete(self, id: str) -> None:
        """Delete a conversation; raises NoSuchConversationError."""
        with self._kept():
            self._known(NoSuchConversationError(_NONE)).delete(id)

    def scan(self, after: str | None = None, limit: int = 100) -> Sequence[ConversationSummary]:
        """Give up to ``limit`` conversations behind the id ``after``, oldest first."""
        with self._kept():
            found = self._store().scan(after, limit) if self._settings.has_library else ()
        return found

    def expire(self) -> None:
        """Delete the conversations that have expired, if nobody looked for them within the last hour."""
        with self._lock:
            now = time.monotonic()
            if self._looked and now - self._looked < _BETWEEN_LOOKS:
                return
            self._looked = now
        if not self._settings.has_library:
            return
        try:
            self._store().expire(self._oldest())
        except StoredDataError as error:  # the next hour will do
            _LOG.warning("%s", error)

    def add_feedback(self, feedback: Feedback) -> str:
        """Store feedback; give its id, which is all that is needed to take it back."""
        with self._kept():
            return self._store().add_feedback(feedback)

    def feedback(self, after: str | None = None, limit: int = 100) -> Sequence[Feedback]:
        """Give up to ``limit`` pieces of feedback behind the id ``after``, oldest first."""
        with self._kept():
            return self._store().feedback(after, limit) if self._settings.has_library else ()

    def get_feedback(self, id: str) -> Feedback:
        """Give one piece of feedback; raises NoSuchFeedbackError."""
        with self._kept():
            return self._known(NoSuchFeedbackError(_NO_FEEDBACK)).get_feedback(id)

    def delete_feedback(self, id: str) -> None:
        """Take feedback back; raises NoSuchFeedbackError."""
        with self._kept():
            self._known(NoSuchFeedbackError(_NO_FEEDBACK)).delete_feedback(id)

    def close(self) -> None:
        """Let go of the file, where no library of the server holds it."""
        if self._own is not None:
            self._own.close()

    def _oldest(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=self.days)

    def _store(self) -> ConversationStore:
        if self._library is not None:
            return self._library.talk()
        with self._lock:
            self._own = self._own or open_library(self._settings.library_place)
            return self._own.talk

    def _known(self, missing: Exception) -> ConversationStore:
        """Give the store; raise ``missing`` where there is none yet, rather than make one."""
        if not self._settings.has_library:
            raise missing
        return self._store()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except StoredDataError as error:
            _LOG.warning("%s", error)
            raise Problem("conversations-unavailable", _UNKEPT, headers={"retry-after": RETRY_SECONDS}) from error


def quotes_of(bot: Bot, library: ServedLibrary | None) -> Quotes:
    """Give what reads cited places as ``bot`` and ``library`` show them; without a library, what the bot asks.

    Raises:
        StoredDataError: the library cannot be read.
    """

    def asked(article_id: str) -> Version | None:
        try:
            sentences = bot.sentences(article_id)
        except NoSuchArticleError:
            return None
        return Version(sentences[0].article, sentences) if sentences else None

    return Quotes(library.reading()) if library else Quotes(None, asked)
