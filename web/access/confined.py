"""The bot and the library as a request may see them: those of a key for some collections hold nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.bot import Bot
from corpus.library.confined import ConfinedLibrary
from corpus.library.shelves import ConfinedShelves, ShelfStore
from corpus.library.talk import ConversationStore
from corpus.library.types import DEFAULT_COLLECTION, LibraryStore
from corpus.readers.child import ChildParser
from index.confined import ConfinedIndex
from web.access.access import Access
from web.problems import Problem
from web.served_library import ServedLibrary


class ConfinedServedLibrary(ServedLibrary):
    """A ``ServedLibrary`` that shows and changes some collections alone; what it opens is the whole one's."""

    def __init__(self, whole: ServedLibrary, collections: frozenset[str]) -> None:
        """Show of ``whole`` what is in ``collections``."""
        super().__init__(whole.settings, whole.encoder, whole.limits)
        self._whole, self.collections = whole, collections

    @property
    def salt(self) -> str:
        """What goes into the ids made for articles, so that they meet none that cannot be seen."""
        return "\0".join(sorted(self.collections)) + "\0"

    def collection_for(self, named: str | None) -> str:
        """Give where something goes: the collection that is named, else the only one, else the default one.

        Raises:
            Problem: it may not go there, or none is named where it has to be.
        """
        there = ", ".join(repr(name) for name in sorted(self.collections))
        if named is None and len(self.collections) == 1:
            return next(iter(self.collections))
        if named is None and DEFAULT_COLLECTION not in self.collections:
            raise Problem("invalid-request", f"Name the collection: one of {there}.")
        if named is not None and named not in self.collections:
            raise Problem("not-allowed", f"This key is not for the collection {named!r} but for {there}.")
        return named or DEFAULT_COLLECTION

    def reading(self) -> LibraryStore | None:
        """Give the library; None while there is none."""
        store = self._whole.reading()
        return ConfinedLibrary(store, self.collections) if store else None

    def shelves(self) -> ShelfStore | None:
        """Give the library for browsing; None while there is none."""
        shelves = self._whole.shelves()
        return ConfinedShelves(shelves, self.collections) if shelves else None

    def talk(self) -> ConversationStore:
        """Give the conversations and the feedback of the whole library; ``ConfinedTalk`` shows some of them."""
        return self._whole.talk()

    def writing(self) -> LibraryStore:
        """Give the library; it is made if there is none."""
        return ConfinedLibrary(self._whole.writing(), self.collections)

    @contextmanager
    def alone(self, look: Callable[[], None]) -> Iterator[None]:
        """Wait until no other process adds to the library."""
        with self._whole.alone(look):
            yield

    def catch_up(self) -> None:
        """Bring what is derived on disk up to date."""
        self._whole.catch_up()

    @property
    def parser(self) -> ChildParser:
        """What parses files."""
        return self._whole.parser

    def close(self) -> None:
        """Do nothing: the library is closed where it was opened."""


def library_for(access: Access, library: ServedLibrary | None) -> ServedLibrary | None:
    """Give the library as ``access`` sees it."""
    if access.collections is None or library is None:
        return library
    return ConfinedServedLibrary(library, access.collections)


def bot_for(access: Access, bot: Bot, library: ServedLibrary | None) -> Bot:
    """Give the bot as ``access`` may ask it."""
    if access.collections is None:
        return bot
    seen = library_for(access, library)
    return bot.asking(ConfinedIndex(bot.index, seen.reading if seen else lambda: None, access.collections))
