"""A library as the bot asks it, however it is searched: its articles, and what was found read from it."""

from collections.abc import Callable, Sequence

import numpy as np

from corpus import Article, Sentence
from corpus.errors import IndexMismatchError
from corpus.library.types import LibraryStore
from index.library_articles import LibraryArticles
from index.ranking import Ranked
from index.recent_articles import HeldArticle, RecentArticles
from index.types import Encoder, Hit

ATTEMPTS = 3  # searches made anew when something that was found has just been removed

Owners = Callable[[Sequence[int]], dict[int, str]]  # the id of the article of each of these passages that is current


class AskedLibrary:
    """The articles of ``store``, whose vectors ``encoder`` made."""

    def __init__(self, store: LibraryStore, encoder: Encoder, owners: Owners) -> None:
        """Ask ``store``; ``owners`` tells which passages are current."""
        self.store, self.encoder = store, encoder
        self._owners = owners
        self._recent = RecentArticles(store)

    @property
    def articles(self) -> LibraryArticles:
        """The articles, in the order of their ids."""
        return LibraryArticles(self.store)

    def article(self, id: str) -> Article:
        """Give the article of that id in its current version; raises NoSuchArticleError."""
        return self.store.get(id).article

    def sentences(self, article_id: str) -> Sequence[Sentence]:
        """Give the current version's sentences, in order; raises NoSuchArticleError."""
        return self.store.get(article_id).sentences

    def _check_encoder(self) -> None:
        held = self.store.encoder
        if held is not None and held != (self.encoder.name, self.encoder.dim):
            raise IndexMismatchError.of_encoders(held[0], self.encoder.name)

    def _hits(self, ranked: list[Ranked]) -> list[Hit]:
        """Read the passages that were found; those that are gone are left out."""
        owners = self._owners([one.id for one in ranked])
        held = {id: self._recent.of_passage(article_id, id) for id, article_id in owners.items()}
        current = self._owners(list(owners))  # last, after everything was read: what is current now was so all along
        return [_hit(one, found) for one in ranked if one.id in current and (found := held[one.id])]


def _hit(ranked: Ranked, held: HeldArticle) -> Hit:
    passage = held.stored.passages[ranked.id - held.stored.first_id]
    first = passage.sentences[0].index
    vectors = held.vectors[first : first + len(passage.sentences)]
    return Hit(passage, ranked.score, ranked.dense, ranked.lexical, np.asarray(vectors, dtype=np.float32))
