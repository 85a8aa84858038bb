"""The nouns of searching: an encoder, and a hit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import Article, Passage, Sentence
from corpus.library.search import Mode as Mode
from corpus.library.types import ALL, Filter

Vectors = NDArray[np.float32]  # (n, dim), unit rows


class Encoder(Protocol):
    """Turns texts into unit rows; the same text gives the same row, whatever else is in the call."""

    @property
    def name(self) -> str:
        """Which model this is: its name and the hash of its weights; stored with every index."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in a row."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row for each text: ``(len(texts), dim)`` float32."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    ``score`` is the fused score: higher is nearer, comparable within one search only. ``dense`` is the cosine of
    question and passage, -1 to 1; ``lexical`` the passage's BM25 score, at least 0 (0 where no word is shared).
    ``vectors`` are those of its sentences: with them a hit is all that answering needs, whatever is removed meanwhile.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    vectors: Vectors = field(repr=False, compare=False)  # (len(passage.sentences), dim)


class ArticleFacts(Protocol):
    """What a list says of an article: all but its text. An ``Article`` has it, and so has an ``ArticleSummary``."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def source(self) -> str | None: ...  # noqa: D102
    @property
    def author(self) -> str | None: ...  # noqa: D102
    @property
    def published(self) -> date | None: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102


class SearchIndex(Protocol):
    """What the bot asks: articles, and the passages nearest to a question."""

    @property
    def encoder(self) -> Encoder:
        """Whose vectors it holds."""
        ...

    @property
    def articles(self) -> Collection[ArticleFacts]:
        """The articles; how many is known at once, the facts of each when the collection is walked through."""
        ...

    def article(self, id: str) -> Article:
        """Give the article of that id; raises NoSuchArticleError."""
        ...

    def sentences(self, article_id: str) -> Sequence[Sentence]:
        """Give the article's sentences, in order; raises NoSuchArticleError."""
        ...

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        vector: Vectors | None = None,
        mode: Mode = "hybrid",
        where: Filter = ALL,
    ) -> list[Hit]:
        """Find the ``k`` passages that fit ``question`` best, best first; equal scores in the order they were added.

        Args:
            question: the query's words.
            k: how many at most; ``lexical`` gives only passages that share a word with the question.
            vector: the question's vector, ``(1, dim)`` or ``(dim,)``, when the caller has it already.
            mode: both signals, or one alone.
            where: the articles to search; by default all. The filter is exact: nothing is lost to it.

        Raises:
            NoSuchArticleError: an article or a collection that ``where`` names is not there, or no article fits.
        """
        ...
