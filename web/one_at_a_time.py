"""Requests about the same thing that look first and then change it: one after the other."""

import threading
from contextlib import AbstractContextManager

_LOCKS = 64


class OneAtATime:
    """Locks by name, within this process; a few names may share one."""

    def __init__(self) -> None:
        """Make the locks."""
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))

    def about(self, name: str) -> AbstractContextManager[bool]:
        """Give the lock to hold while looking at and changing what has that name."""
        return self._locks[hash(name) % _LOCKS]
