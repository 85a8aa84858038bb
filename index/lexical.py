"""Passages found by their words: BM25 over postings that can grow and shrink."""

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError
from index.words import terms

K1, B = 1.2, 0.75

Ids = NDArray[np.int64]
_Numbers = NDArray[np.int32]


class LexicalIndex:
    """Texts under stable ids, ranked by BM25.

    A text's score is the sum over the question's terms t of ``idf(t) * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length /
    mean length))`` with ``idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))``, N texts, n of them holding t, which it holds tf
    times: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the idf that
    stays above 0 for a term in most texts, as in Lucene. All of it is computed when asked, so it is right after every
    change.
    """

    def __init__(self) -> None:
        """Make an empty index."""
        self._ids: Ids = np.empty(0, dtype=np.int64)  # ascending
        self._lengths: _Numbers = np.empty(0, dtype=np.int32)  # of the same texts, in terms
        self._rows: dict[str, int] = {}  # term -> its row
        # Row r holds the texts with that term: _texts[_starts[r] : _starts[r + 1]], places in _ids, and how often each.
        self._starts: Ids = np.zeros(1, dtype=np.int64)
        self._texts: _Numbers = np.empty(0, dtype=np.int32)
        self._counts: _Numbers = np.empty(0, dtype=np.int32)
        self._waiting: dict[int, Counter[str]] = {}  # added, and merged in when next needed

    def __len__(self) -> int:
        """Give how many texts it holds."""
        return len(self._ids) + len(self._waiting)

    @property
    def ids(self) -> Ids:
        """The ids it holds, ascending."""
        self._merge()
        return self._ids.copy()

    def add(self, ids: Sequence[int], texts: Sequence[str]) -> None:
        """Add ``texts`` under ``ids``, which rise: each is above every id given before it.

        Raises:
            ValueError: they don't rise, or the lengths differ.
        """
        last = next(reversed(self._waiting)) if self._waiting else int(self._ids[-1]) if len(self._ids) else -1
        if len(ids) != len(texts) or not all(low < high for low, high in pairwise([last, *ids])):
            raise ValueError(f"the texts need one id each, rising from above {last}")
        self._waiting |= {id: Counter(terms(text)) for id, text in zip(ids, texts, strict=True)}

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the texts of ``ids``, every trace of them; give how many there were."""
        self._merge()
        kept = ~np.isin(self._ids, list(ids))
        if kept.all():
            return 0
        places = np.cumsum(kept, dtype=np.int32) - np.int32(1)  # old place -> new place, where kept
        postings = kept[self._texts]
        rows = np.repeat(np.arange(len(self._rows)), np.diff(self._starts))[postings]
        self._texts, self._counts = places[self._texts[postings]], self._counts[postings]
        self._ids, self._lengths = self._ids[kept], self._lengths[kept]
        self._keep_rows(np.bincount(rows, minlength=len(self._rows)))
        return int((~kept).sum())

    def search(self, question: str, k: int, *, among: Sequence[int] | None = None) -> list[int]:
        """Give the ids of the ``k`` best texts that share a term with ``question``, best first, ties by id."""
        scores = self._score_all(question)
        found = scores > 0
        if among is not None:
            found &= np.isin(self._ids, np.asarray(among, dtype=np.int64))
        places = np.flatnonzero(found)
        best = places[np.lexsort((places, -scores[places]))][: max(k, 0)]
        return [int(id) for id in self._ids[best]]

    def scores(self, question: str, ids: Sequence[int]) -> NDArray[np.float32]:
        """Give each text's BM25 score, ``(len(ids),)``: 0 where no term is shared.

        Raises:
            KeyError: an id is not there.
        """
        scores = self._score_all(question)
        wanted = np.asarray(ids, dtype=np.int64)
        if not np.isin(wanted, self._ids).all():
            raise KeyError("an id is not in the index")
        found: NDArray[np.float32] = scores[np.searchsorted(self._ids, wanted)].astype(np.float32)
        return found

    def to_bytes(self) -> bytes:
        """Give the whole index as bytes."""
        self._merge()
        words = np.frombuffer("\n".join(self._rows).encode(), dtype=np.uint8)
        buffer = io.BytesIO()
        np.savez(
            buffer,
            allow_pickle=False,
            words=words,
            ids=self._ids,
            lengths=self._lengths,
            starts=self._starts,
            texts=self._texts,
            counts=self._counts,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make the index that ``to_bytes`` gave.

        Raises:
            StoredDataError: these are not the bytes of such an index.
        """
        index = cls()
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                index._ids, index._lengths = stored["ids"], stored["lengths"]
                index._starts, index._texts, index._counts = stored["starts"], stored["texts"], stored["counts"]
                words = stored["words"].tobytes().decode()
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise StoredDataError("The lexical index is damaged. Build the index anew.") from error
        index._rows = {word: row for row, word in enumerate(words.split("\n") if words else [])}
        return index

    def _score_all(self, question: str) -> NDArray[np.float64]:
        """Score every text, ``(len(self),)``, in the order of ``_ids``."""
        self._merge()
        scores = np.zeros(len(self._ids))
        saturation = K1 * (1 - B + B * self._lengths / max(self._lengths.mean(), 1)) if len(self._ids) else scores
        for term in sorted(set(terms(question))):
            row = self._rows.get(term)
            if row is None:
                continue
            part = slice(self._starts[row], self._starts[row + 1])
            texts, counts = self._texts[part], self._counts[part]
            idf = np.log(1 + (len(scores) - len(texts) + 0.5) / (len(texts) + 0.5))
            scores[texts] += idf * counts * (K1 + 1) / (counts + saturation[texts])
        return scores

    def _merge(self) -> None:
        """Take in what waits: behind each term's postings come those of the new texts."""
        if not self._waiting:
            return
        bags, self._waiting = self._waiting, {}
        first = len(self._ids)
        rows: list[int] = []
        texts: list[int] = []
        counts: list[int] = []
        for place, bag in enumerate(bags.values(), start=first):
            rows += [self._rows.setdefault(term, len(self._rows)) for term in bag]
            texts += [place] * len(bag)
            counts += bag.values()
        new = np.array(rows, dtype=np.int64)
        order = np.argsort(new, kind="stable")
        sizes = np.diff(self._starts)
        grown = np.concatenate([sizes, np.zeros(len(self._rows) - len(sizes), dtype=np.int64)])
        where = np.cumsum(grown)[new[order]]  # the end of each one's row
        self._texts = np.insert(self._texts, where, np.array(texts, dtype=np.int32)[order])
        self._counts = np.insert(self._counts, where, np.array(counts, dtype=np.int32)[order])
        self._starts = np.concatenate([[0], np.cumsum(grown + np.bincount(new, minlength=len(grown)))])
        self._ids = np.concatenate([self._ids, np.array(list(bags), dtype=np.int64)])
        lengths = [bag.total() for bag in bags.values()]
        self._lengths = np.concatenate([self._lengths, np.array(lengths, dtype=np.int32)])

    def _keep_rows(self, sizes: Ids) -> None:
        """Number the terms that still have postings, in order, and forget the others."""
        kept = [term for term, size in zip(self._rows, sizes, strict=True) if size]
        self._rows = {term: row for row, term in enumerate(kept)}
        self._starts = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
