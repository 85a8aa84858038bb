"""The index of passages: what the bot asks for the passages nearest to a question."""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from corpus import Article, Passage, Sentence
from corpus.errors import StoredDataError
from corpus.library.types import ALL, Filter
from corpus.passages import cut_passages
from corpus.sentences import split_sentences
from index import index_files as files
from index.dense import DenseIndex
from index.filtering import fits, no_article, no_collection, none_fits
from index.lexical import LexicalIndex
from index.ranking import Ranked, rank
from index.stored_article import StoredArticle
from index.types import Encoder, Hit, Mode, Vectors


class PassageIndex:
    """Articles cut into passages and found by meaning (dense) and by words (lexical). Safe to use from many threads."""

    def __init__(self, encoder: Encoder) -> None:
        """Make an empty index whose vectors ``encoder`` makes."""
        self.encoder = encoder
        self._stored: dict[str, StoredArticle] = {}
        self._by_id: dict[int, tuple[StoredArticle, int]] = {}  # passage id -> its article and place there
        self._next_id = 0
        self._dense = DenseIndex(encoder.dim)
        self._lexical = LexicalIndex()
        self._lock = threading.RLock()

    @classmethod
    def build(cls, articles: Iterable[Article], encoder: Encoder) -> "PassageIndex":
        """Make an index of ``articles``; of two with one id the later stays."""
        index = cls(encoder)
        for article in articles:
            index.add(article)
        return index

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles, in the order they were added."""
        return tuple(stored.article for stored in list(self._stored.values()))

    def article(self, id: str) -> Article:
        """Give the article of that id.

        Raises:
            NoSuchArticleError: there is none.
        """
        return self._find(id).article

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Give the article's sentences, in order.

        Raises:
            NoSuchArticleError: there is no such article.
        """
        return self._find(article_id).sentences

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """Give the article's passages, in order.

        Raises:
            NoSuchArticleError: there is no such article.
        """
        return self._find(article_id).passages

    def sentence_vectors(self, sentences: Sequence[Sentence]) -> Vectors:
        """Give the vectors of ``sentences``, ``(len(sentences), dim)``, as stored when their articles were added.

        Raises:
            NoSuchArticleError: the article of one is not in the index.
        """
        vectors = np.empty((len(sentences), self.encoder.dim), dtype=np.float32)
        for row, sentence in zip(vectors, sentences, strict=True):
            row[:] = self._find(sentence.article.id).sentence_vectors[sentence.index]
        return vectors

    def add(self, article: Article) -> None:
        """Take ``article`` in, encoding its passages and sentences; one of the same id is replaced."""
        sentences = split_sentences(article)
        passages = cut_passages(article, sentences)
        texts = [passage.text for passage in passages]
        passage_vectors = self.encoder.encode(texts)
        sentence_vectors = self.encoder.encode([sentence.text for sentence in sentences])
        with self._lock:
            if article.id in self._stored:
                self.remove(article.id)
            stored = StoredArticle(article, sentences, passages, self._next_id, sentence_vectors)
            self._next_id += len(passages)
            self._dense.add(stored.ids, passage_vectors)
            self._lexical.add(stored.ids, texts)
            self._remember(stored)

    def remove(self, article_id: str) -> None:
        """Take the article out: none of its passages, sentences or vectors remains.

        Raises:
            NoSuchArticleError: there is no such article.
        """
        with self._lock:
            stored = self._find(article_id)
            self._dense.remove(stored.ids)
            self._lexical.remove(stored.ids)
            for id in stored.ids:
                del self._by_id[id]
            del self._stored[article_id]

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
            NoSuchArticleError: an article that ``where`` names is not in the index, or none fits.
        """
        query = (self.encoder.encode([question]) if vector is None else vector).reshape(-1)  # (dim,)
        with self._lock:
            among = None if where.everything else self._ids_of(where)
            ranked = rank(self._dense, self._lexical, question, query, k, mode=mode, among=among)
            return [self._hit(one) for one in ranked]

    def save(self, folder: Path) -> None:
        """Write the index to ``folder`` as its next generation; a kill leaves the old one or the new one, whole."""
        with self._lock:
            stored = list(self._stored.values())
            vectors = [one.sentence_vectors for one in stored]
            data = {
                files.ARTICLES: b"".join(one.to_line() for one in stored),
                files.DENSE: self._dense.to_bytes(),
                files.LEXICAL: self._lexical.to_bytes(),
                files.SENTENCES: files.vectors_to_bytes(
                    np.concatenate([np.empty((0, self.encoder.dim), dtype=np.float32), *vectors])
                ),
            }
            counts = {
                "articles": len(stored),
                "sentences": sum(len(one.sentences) for one in stored),
                "passages": len(self._by_id),
                "next_id": self._next_id,
            }
        files.save_generation(folder, data, encoder=self.encoder.name, dim=self.encoder.dim, counts=counts)

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> "PassageIndex":
        """Open the index saved in ``folder``, splitting and encoding nothing.

        Raises:
            StoredDataError: there is none, or it is damaged.
            IndexMismatchError: another encoder or format made it.
        """
        manifest, paths = files.load_generation(folder, encoder=encoder.name, dim=encoder.dim)
        index = cls(encoder)
        index._next_id = manifest.next_id
        index._dense = DenseIndex.from_bytes(paths[files.DENSE].read_bytes())
        index._lexical = LexicalIndex.from_bytes(paths[files.LEXICAL].read_bytes())
        vectors: Vectors = np.load(paths[files.SENTENCES], mmap_mode="r", allow_pickle=False)
        first = 0
        for line in paths[files.ARTICLES].read_bytes().splitlines():
            stored = StoredArticle.from_line(line, vectors[first:])
            index._remember(stored)
            first += len(stored.sentences)
        sizes = {len(index._dense), len(index._lexical), len(index._by_id), manifest.passages}
        if len(sizes) > 1 or first != len(vectors):
            raise StoredDataError(f"The index in {folder} does not hold together. Delete it and build it anew.")
        return index

    def _find(self, id: str) -> StoredArticle:
        try:
            return self._stored[id]
        except KeyError:
            raise no_article(id, self.articles) from None

    def _ids_of(self, where: Filter) -> list[int]:
        for name in sorted(where.articles or ()):
            self._find(name)
        for name in sorted(where.collections or ()):
            raise no_collection(name, ())
        fitting = [stored for stored in self._stored.values() if fits(stored.article, where)]
        if not fitting:
            raise none_fits(where)
        return [id for stored in fitting for id in stored.ids]

    def _remember(self, stored: StoredArticle) -> None:
        self._stored[stored.article.id] = stored
        self._by_id |= {id: (stored, place) for place, id in enumerate(stored.ids)}

    def _hit(self, ranked: Ranked) -> Hit:
        stored, place = self._by_id[ranked.id]
        passage = stored.passages[place]
        first = passage.sentences[0].index
        vectors = stored.sentence_vectors[first : first + len(passage.sentences)]
        return Hit(passage, ranked.score, ranked.dense, ranked.lexical, vectors)
