"""The index of passages: what the bot asks for the passages nearest to a question."""

import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus import Article, Passage, Sentence
from corpus.errors import NoSuchArticleError, StoredDataError
from corpus.passages import cut_passages
from corpus.sentences import split_sentences
from index import index_files as files
from index.dense import DenseIndex
from index.fusion import fuse_scores
from index.lexical import LexicalIndex
from index.stored_article import StoredArticle
from index.types import Encoder, Hit, Vectors

Mode = Literal["hybrid", "dense", "lexical"]
CANDIDATES = 50  # taken from each ranking before they are fused; at least k


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
        articles: Collection[str] | None = None,
    ) -> list[Hit]:
        """Find the ``k`` passages that fit ``question`` best, best first; equal scores in the order they were added.

        Args:
            question: the query's words.
            k: how many at most; ``lexical`` gives only passages that share a word with the question.
            vector: the question's vector, ``(1, dim)`` or ``(dim,)``, when the caller has it already.
            mode: both signals, or one alone.
            articles: ids of the articles to search; by default all.

        Raises:
            NoSuchArticleError: an id in ``articles`` is not in the index.
        """
        query = (self.encoder.encode([question]) if vector is None else vector).reshape(-1)  # (dim,)
        with self._lock:
            among = None if articles is None else self._ids_of(articles)
            wanted = max(k, CANDIDATES) if mode == "hybrid" else k
            found: set[int] = set()
            if mode != "lexical":
                found.update(self._dense.search(query, wanted, among=among))
            if mode != "dense":
                found.update(self._lexical.search(question, wanted, among=among))
            ids = sorted(found)
            cosines, bm25 = self._dense.cosines(query, ids), self._lexical.scores(question, ids)
            scores = fuse_scores(cosines, bm25) if mode == "hybrid" else cosines if mode == "dense" else bm25
            best = np.lexsort((np.array(ids), -scores))[: max(k, 0)]
            return [self._hit(ids[i], scores, cosines, bm25, i) for i in best]

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
            known = ", ".join(repr(known) for known in list(self._stored)[:5]) or "none"
            raise NoSuchArticleError(f"No article {id!r}. Give the id of one that is there: {known}.") from None

    def _ids_of(self, articles: Collection[str]) -> list[int]:
        return [id for name in dict.fromkeys(articles) for id in self._find(name).ids]

    def _remember(self, stored: StoredArticle) -> None:
        self._stored[stored.article.id] = stored
        self._by_id |= {id: (stored, place) for place, id in enumerate(stored.ids)}

    def _hit(
        self,
        id: int,
        scores: NDArray[np.floating],
        cosines: NDArray[np.float32],
        bm25: NDArray[np.float32],
        i: int,
    ) -> Hit:
        stored, place = self._by_id[id]
        return Hit(stored.passages[place], float(scores[i]), float(cosines[i]), float(bm25[i]))
