"""Articles that were removed a short while ago, held in memory alone so that a removal can be undone."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.library.shelves import Withdrawn

KEPT_FOR = 10 * 60.0  # seconds
# Of all that is held, with vectors about 20 bytes each; the oldest go first, and one that is longer alone is not held.
MOST_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Removed:
    """An article that was removed, and until when that can be undone, by the clock of ``RemovedArticles``."""

    article: Withdrawn = field(repr=False)
    until: float


class RemovedArticles:
    """What was removed from the library by its pages, each under a token that nobody can guess.

    Nothing is written to disk, and nothing is held longer than ``kept_for`` seconds: a thread forgets it then, also
    when nobody asks. Safe to use from many threads.
    """

    def __init__(
        self,
        *,
        kept_for: float = KEPT_FOR,
        most_characters: int = MOST_CHARACTERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kept_for = kept_for
        self._most, self._clock = most_characters, clock
        self._held: dict[str, Removed] = {}  # by token, the oldest first
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False

    def hold(self, article: Withdrawn) -> str:
        """Hold an article; give the token to get it back by, which leads nowhere if the article is too long to hold."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            if not self._closed and article.characters <= self._most:
                self._held[token] = Removed(article, self._clock() + self.kept_for)
                self._forget()
        return token

    def look(self, token: str) -> Removed | None:
        """Give what is held under the token, which stays; None for what is no more."""
        with self._lock:
            self._forget()
            return self._held.get(token)

    def take(self, token: str) -> Removed | None:
        """Give what is held under the token, and hold it no more: of two who ask at once one gets it."""
        with self._lock:
            self._forget()
            return self._held.pop(token, None)

    def hold_again(self, token: str, removed: Removed) -> None:
        """Hold what was taken as before, because it could not be put back."""
        with self._lock:
            if not self._closed:
                self._held = {token: removed} | self._held
                self._forget()

    def seconds_left(self, removed: Removed) -> float:
        """Give how long it is held still."""
        return max(0.0, removed.until - self._clock())

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._closed = True
            self._held.clear()
            if self._timer is not None:
                self._timer.cancel()

    def _forget(self) -> None:
        """Forget what is due, and the oldest where there is too much. The caller holds the lock."""
        now = self._clock()
        self._held = {token: removed for token, removed in self._held.items() if removed.until > now}
        while sum(removed.article.characters for removed in self._held.values()) > self._most:
            del self._held[next(iter(self._held))]
        if self._held and self._timer is None:
            next_due = min(removed.until for removed in self._held.values())
            self._timer = threading.Timer(max(0.05, next_due - now), self._when_due)
            self._timer.daemon = True
            self._timer.start()

    def _when_due(self) -> None:
        with self._lock:
            self._timer = None
            self._forget()
