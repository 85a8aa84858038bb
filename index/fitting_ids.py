"""The passages that fit the filters asked last, kept until the library changes."""

import threading
from collections import OrderedDict

from corpus.library.types import Filter, LibraryStore
from index.dense import Ids

_MOST = 8  # filters; a million passages that fit one take 8 MB


class FittingIds:
    """The ids that fit a filter, read once for each generation of the library. Safe to use from many threads."""

    def __init__(self, store: LibraryStore) -> None:
        """Keep ids of ``store``."""
        self._store = store
        self._held: OrderedDict[Filter, tuple[int, Ids]] = OrderedDict()  # with the generation; asked last at the end
        self._lock = threading.Lock()

    def of(self, where: Filter) -> Ids:
        """Give the ids of the current passages that fit, ascending.

        Raises:
            StoredDataError: the library cannot be read.
        """
        generation = self._store.generation
        with self._lock:
            held = self._held.get(where)
            if held is not None and held[0] == generation:
                self._held.move_to_end(where)
                return held[1]
        ids = self._store.passage_ids(where)
        if self._store.generation == generation:  # else they may be of a later one
            with self._lock:
                self._held[where] = generation, ids
                self._held.move_to_end(where)
                while len(self._held) > _MOST:
                    self._held.popitem(last=False)
        return ids
