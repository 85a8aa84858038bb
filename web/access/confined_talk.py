"""Conversations as a key for some collections sees them: those that were begun about these alone."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from corpus.errors import NoSuchConversationError
from corpus.library.talk import Conversation, ConversationStore, ConversationSummary
from corpus.library.types import ALL, Filter
from web.access.access import Access
from web.served_talk import ServedTalk

_PAGE = 200


class ConfinedTalk(ServedTalk):
    """The conversations of a server, for a key that is for some collections."""

    def __init__(self, whole: ServedTalk, collections: frozenset[str]) -> None:
        """Show of ``whole`` what is about ``collections``."""
        self.__dict__.update(copy(whole).__dict__)
        self._whole, self._allowed = whole, collections

    def start(self, where: Filter = ALL) -> str:
        """Begin a conversation; give its id."""
        named = self._allowed if where.collections is None else where.collections & self._allowed
        return self._whole.start(replace(where, collections=named))

    def get(self, id: str, last: int | None = None) -> Conversation:
        """Give a conversation, or its ``last`` turns; raises NoSuchConversationError."""
        found = self._whole.get(id, last)
        if not self._sees(found.where):
            self._whole.get("")  # which is no conversation's id, and says so as of any other
            raise NoSuchConversationError("There is no such conversation.")
        return found

    def delete(self, id: str) -> None:
        """Delete a conversation; raises NoSuchConversationError."""
        self.get(id)
        self._whole.delete(id)

    def scan(self, after: str | None = None, limit: int = 100) -> Sequence[ConversationSummary]:
        """Give up to ``limit`` conversations behind the id ``after``, oldest first."""
        seen: list[ConversationSummary] = []
        while len(seen) < limit and (page := self._whole.scan(after, _PAGE)):
            seen += [one for one in page if self._sees(one.where)]
            after = page[-1].id
        return seen[:limit]

    def expire(self) -> None:
        """Delete the conversations that have expired, now and then."""
        self._whole.expire()

    def close(self) -> None:
        """Do nothing: what is kept is kept for others."""

    def _store(self) -> ConversationStore:
        return self._whole._store()

    def _sees(self, where: Filter) -> bool:
        return where.collections is not None and where.collections <= self._allowed


def talk_for(access: Access, talk: ServedTalk) -> ServedTalk:
    """Give the conversations as ``access`` sees them."""
    return talk if access.collections is None else ConfinedTalk(talk, access.collections)
