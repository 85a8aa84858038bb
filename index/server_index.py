"""A library on a server as the bot asks it: searched there, so that nothing is derived, kept or followed here."""

from corpus.library.search import PassageSearch
from corpus.library.types import ALL, Filter, LibraryStore
from index.asked_library import ATTEMPTS, AskedLibrary
from index.filtering import check_named, none_answers
from index.ranking import CANDIDATES, best_of
from index.types import Encoder, Hit, Mode, Vectors


class ServerIndex(AskedLibrary):
    """The articles of a library on a server, found by meaning and by words. Safe to use from many threads.

    Each search sees the library as it is then; a passage that is removed while it is found is not given.
    """

    def __init__(self, store: LibraryStore, search: PassageSearch, encoder: Encoder) -> None:
        """Ask ``store``, whose vectors ``encoder`` made, by its own ``search``."""
        super().__init__(store, encoder, search.owners)
        self._search = search

    def open(self) -> None:
        """Look whether the library can be asked.

        Raises:
            IndexMismatchError: it holds vectors of another encoder.
            StoredDataError: it cannot be read.
        """
        self._check_encoder()

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        vector: Vectors | None = None,
        mode: Mode = "hybrid",
        where: Filter = ALL,
    ) -> list[Hit]:
        """Find passages, as ``SearchIndex`` says.

        Raises:
            NoSuchArticleError: an article or a collection that ``where`` names is not there, or no article fits.
            StoredDataError: the library cannot be read.
        """
        query = (self.encoder.encode([question]) if vector is None else vector).reshape(-1)  # (dim,)
        wanted = max(k, CANDIDATES) if mode == "hybrid" else k
        check_named(self.store, where)
        hits: list[Hit] = []
        for _ in range(ATTEMPTS):
            found = self._search.candidates(question, query, wanted, encoder=self.encoder.name, mode=mode, where=where)
            ranked = best_of(found.ids, found.cosines, found.words, k, mode)
            hits = self._hits(ranked)
            if len(hits) == len(ranked):
                break  # after the last attempt some are missing: articles come and go faster than one can ask
        if not hits and not where.everything and not len(self.store.passage_ids(where)):
            raise none_answers(self.store, where)
        return hits

    def close(self) -> None:
        """Do nothing: the library is closed where it was opened."""
