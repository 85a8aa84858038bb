"""A library on a server as the bot asks it: searched there, so that nothing is derived, kept or followed here."""

from corpus.library.search import PassageSearch
from corpus.library.types import ALL, Filter, LibraryStore
from index.asked_library import ATTEMPTS, FURTHER, AskedLibrary, Say
from index.filtering import check_named, none_answers
from index.ranking import CANDIDATES, best_of
from index.types import Encoder, Hit, Mode, Vectors


class ServerIndex(AskedLibrary):
    """The articles of a library on a server, found by meaning and by words. Safe to use from many threads.

    Each search sees the library as it is then; a passage that is removed while it is found is not given.
    """

    def __init__(self, store: LibraryStore, search: PassageSearch, encoder: Encoder, say: Say | None = None) -> None:
        """Ask ``store``, whose vectors ``encoder`` made, by its own ``search``; ``say`` is told of damaged articles."""
        super().__init__(store, encoder, search.owners, say)
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
            DamagedArticleError: all that was found is of damaged articles.
        """
        query = (self.encoder.encode([question]) if vector is None else vector).reshape(-1)  # (dim,)
        most = k
        check_named(self.store, where)
        for _ in range(ATTEMPTS):
            wanted = max(most, CANDIDATES) if mode == "hybrid" else most
            found = self._search.candidates(question, query, wanted, encoder=self.encoder.name, mode=mode, where=where)
            ranked = best_of(found.ids, found.cosines, found.words, most, mode)
            hits, damaged = self._hits(ranked)
            if len(hits) >= min(k, len(ranked)):
                break  # after the last attempt some are missing: articles come and go faster than one can ask
            most = FURTHER * most if damaged else most
        if damaged and not hits:
            raise damaged
        if not hits and not where.everything and not len(self.store.passage_ids(where)):
            raise none_answers(self.store, where)
        return hits[: max(k, 0)]

    def close(self) -> None:
        """Do nothing: the library is closed where it was opened."""
