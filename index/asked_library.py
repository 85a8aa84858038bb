"""A library as the bot asks it, however it is searched: its articles, and what was found read from it."""

from collections.abc import Callable, Sequence

import numpy as np

from corpus import Article, Sentence
from corpus.errors import DamagedArticleError, IndexMismatchError
from corpus.library.types import LibraryStore
from index.library_articles import LibraryArticles
from index.ranking import Ranked
from index.recent_articles import HeldArticle, RecentArticles
from index.types import Encoder, Hit

ATTEMPTS = 3  # searches made anew when something that was found has just been removed, or is damaged
FURTHER = 4  # times as many passages are looked for when some that were found are of a damaged article

Say = Callable[[str], None]
Owners = Callable[[Sequence[int]], dict[int, str]]  # the id of the article of each of these passages that is current


class AskedLibrary:
    """The articles of ``store``, whose vectors ``encoder`` made."""

    def __init__(self, store: LibraryStore, encoder: Encoder, owners: Owners, say: Say | None = None) -> None:
        """Ask ``store``; ``owners`` tells which passages are current. ``say`` gets a line for each damaged article."""
        self.store, self.encoder = store, encoder
        self._owners, self._say = owners, say or (lambda _: None)
        self._damaged: set[str] = set()  # ids of articles that were told of
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

    def _hits(self, ranked: list[Ranked]) -> tuple[list[Hit], DamagedArticleError | None]:
        """Read the passages that were found; those that are gone, or of a damaged article, are left out.

        Of damaged articles the first one's error is given, too.
        """
        owners = self._owners([one.id for one in ranked])
        held: dict[int, HeldArticle | None] = {}
        damaged: dict[str, DamagedArticleError] = {}
        for id, article_id in owners.items():
            if article_id not in damaged:
                try:
                    held[id] = self._recent.of_passage(article_id, id)
                except DamagedArticleError as error:
                    damaged[article_id] = error
                    self._tell(error)
        current = self._owners(list(owners))  # last, after everything was read: what is current now was so all along
        hits = [_hit(one, found) for one in ranked if one.id in current and (found := held.get(one.id))]
        return hits, next(iter(damaged.values()), None)

    def _tell(self, error: DamagedArticleError) -> None:
        """Say once of a damaged article that it is."""
        if error.article_id not in self._damaged:
            self._damaged.add(error.article_id)
            self._say(f"{error} Until then it does not answer as it should.")


def _hit(ranked: Ranked, held: HeldArticle) -> Hit:
    passage = held.stored.passages[ranked.id - held.stored.first_id]
    first = passage.sentences[0].index
    vectors = held.vectors[first : first + len(passage.sentences)]
    return Hit(passage, ranked.score, ranked.dense, ranked.lexical, np.asarray(vectors, dtype=np.float32))
