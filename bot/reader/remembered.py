"""What the reader said lately, so that a question asked again is not read again."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from bot.reader.reader import Reader, Reading
from corpus import Passage

KEPT = 256  # passages read; a question reads three to six

_Key = tuple[str, str, str, str, int, int]


class RememberingReader:
    """Reads as ``Reader`` does, with the same result, and keeps the last ``KEPT`` readings. Safe to use from threads.

    A follow-up needs the answers to the questions before it, which clients send without them.
    """

    def __init__(self, reader: Reader) -> None:
        """Read by ``reader``."""
        self._reader = reader
        self._kept: OrderedDict[_Key, list[Reading]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Read each passage, as ``Reader.read`` says, and give the readings of all, passage by passage."""
        keys = [_key(question, passage) for passage in passages]
        known: dict[_Key, list[Reading]] = {}
        with self._lock:
            for key in keys:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    known[key] = self._kept[key]
        missing = {key: passage for key, passage in zip(keys, passages, strict=True) if key not in known}
        if missing:
            made = dict(zip(missing, self._reader.read(question, list(missing.values())), strict=True))
            known |= made
            with self._lock:
                self._kept |= made
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return [reading for key in keys for reading in known[key]]


def _key(question: str, passage: Passage) -> _Key:
    article = passage.article  # all that the reader sees of it is in the key
    return (question, article.id, article.fingerprint, article.title, passage.start, passage.end)
