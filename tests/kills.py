"""What a process that was killed had said of its changes, compared with what the library holds after each kill."""

import random
from collections import Counter
from multiprocessing.connection import Connection

from corpus.library.types import LibraryStore
from tests.library_articles import assert_whole, prepare
from tests.library_worker import IDS, text_of

Message = tuple[str, str, int | None]  # "opened", "will" or "did"; an article's id; the seed of its text


def received(pipe: Connection) -> list[Message]:
    """What has come through a pipe whose other end may be dead."""
    messages = []
    try:
        while pipe.poll():
            messages.append(pipe.recv())
    except (EOFError, OSError):  # it died while it spoke
        pass
    return messages


def whole_texts(store: LibraryStore) -> dict[str, str]:
    """What the library holds, each article found whole."""
    found = {}
    for summary in store.scan():
        article = store.get(summary.id).article
        assert_whole(store, prepare(summary.id, article.text), summary.version)
        found[summary.id] = article.text
    return found


class Acknowledged:
    """What the library must hold: every change that was acknowledged, and of the one under way all or nothing."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.met: Counter[str] = Counter()
        self._seeds: dict[str, int | None] = dict.fromkeys(IDS)  # of each article's text; None: not there

    def check(self, messages: list[Message], found: dict[str, str], kill: int) -> None:
        """Take in what was said before a kill, and compare it with what was ``found`` after."""
        underway: dict[str, int | None] = {}
        for what, id, told in messages:
            if what == "will":
                underway = {id: told}
            elif what == "did":
                self._seeds[id], underway = told, {}
                self.met["acknowledged"] += 1
        for id in IDS:
            if id in underway and found.get(id) != self._text(id):
                assert found.get(id) == _as_text(underway[id]), f"{id} is neither as before nor as after, kill {kill}"
                self._seeds[id] = underway[id]
                self.met["done, not acknowledged"] += 1
            elif id in underway:
                self.met["not done"] += 1
            assert found.get(id) == self._text(id), f"{id} was lost at kill {kill}"

    def _text(self, id: str) -> str | None:
        return _as_text(self._seeds[id])


def _as_text(seed: int | None) -> str | None:
    return None if seed is None else text_of(seed)
