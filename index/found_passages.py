"""What was found, read from the library: passages in articles, or nothing where they are gone by now."""

import numpy as np

from corpus.library.search import PassageSearch
from corpus.library.types import LibraryStore
from index.ranking import Ranked
from index.recent_articles import HeldArticle, RecentArticles
from index.types import Hit


class FoundPassages:
    """Reads of a library what was found in it. Safe to use from many threads."""

    def __init__(self, store: LibraryStore, search: PassageSearch) -> None:
        """Read from ``store``, in which ``search`` searches."""
        self._search = search
        self._recent = RecentArticles(store)

    def hits(self, ranked: list[Ranked]) -> list[Hit]:
        """Give the passages that were found; those that are gone are left out."""
        owners = self._search.owners([one.id for one in ranked])
        held = {id: self._recent.of_passage(article_id, id) for id, article_id in owners.items()}
        current = self._search.owners(
            list(owners)
        )  # last, after everything was read: what is current now was so all along
        return [_hit(one, found) for one in ranked if one.id in current and (found := held[one.id])]


def _hit(ranked: Ranked, held: HeldArticle) -> Hit:
    passage = held.stored.passages[ranked.id - held.stored.first_id]
    first = passage.sentences[0].index
    vectors = held.vectors[first : first + len(passage.sentences)]
    return Hit(passage, ranked.score, ranked.dense, ranked.lexical, np.asarray(vectors, dtype=np.float32))
