"""How a library on a server is searched there, against what each worker would derive from it.

``python -m evaluation.server_library ADDRESS [PASSAGES]`` fills the empty library there with made-up passages, whose
vectors lie in clusters, as real ones do, asks it both ways and prints the figures; the library stays as it is.
"""

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from corpus.article import Article
from corpus.library import open_library
from corpus.library.near_duplicates import signature_of
from corpus.library.stored_library import StoredLibrary
from corpus.library.types import Filter, PreparedArticle
from corpus.passages import cut_passages
from corpus.sentences import split_sentences
from index.library_index import LibraryIndex
from index.server_index import ServerIndex
from index.types import Encoder, SearchIndex, Vectors

_DIM, _CLUSTERS, _WORDS, _ASKED = 384, 200, 20_000, 50
_TEN = Filter(collections=frozenset({"c3"}))  # one in ten


class _Made:
    """An encoder of made-up vectors."""

    name, dim = "made-384", _DIM

    def __init__(self) -> None:
        self._dice = np.random.default_rng(7)
        self._centres = self._dice.normal(size=(_CLUSTERS, _DIM))

    def encode(self, texts: object) -> Vectors:
        raise NotImplementedError

    def vectors(self, number: int) -> Vectors:
        near = self._centres[self._dice.integers(_CLUSTERS, size=number)]
        rows = near + 0.7 * self._dice.normal(size=(number, _DIM))
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def main() -> None:
    """Fill and measure."""
    address, wanted = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    encoder, dice = _Made(), np.random.default_rng(3)
    with open_library(address) as store:
        begun, number = time.perf_counter(), 0
        while number < wanted:
            number += _add(store, encoder, dice, number)
        _print("add, passages a second", number / (time.perf_counter() - begun))
        assert store.search is not None
        asked: Encoder = encoder
        ways: dict[str, SearchIndex] = {
            "server": ServerIndex(store, store.search, asked),
            "derived": LibraryIndex(store, asked, None),
        }
        questions = [" ".join(_words(dice, 6)) for _ in range(_ASKED)]
        vectors = encoder.vectors(_ASKED)
        near: dict[str, list[list[int]]] = {}
        for way, index in ways.items():
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            first = _milliseconds(lambda: index.search(questions[0], vector=vectors[0]))  # noqa: B023
            _print(f"{way}: first question, ms", first)
            _print(f"{way}: memory for it, MB", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
            for name, where in (("all", Filter()), ("one in ten", _TEN)):
                times = []
                for question, vector in zip(questions, vectors, strict=True):
                    times.append(_milliseconds(lambda: index.search(question, vector=vector, where=where)))  # noqa: B023
                _print(f"{way}: {name}, p50 ms", float(np.median(times)))
                found = [index.search("x", 10, vector=vector, mode="dense", where=where) for vector in vectors]
                near.setdefault(name, []).append([hash(hit.passage) for hits in found for hit in hits])
        for name, (there, here) in near.items():
            same = sum(len({*there[i : i + 10]} & {*here[i : i + 10]}) for i in range(0, len(here), 10))
            _print(f"{name}: of the ten nearest, found by the server", same / len(here))


def _add(store: StoredLibrary, encoder: _Made, dice: np.random.Generator, number: int) -> int:
    text = " ".join(" ".join(_words(dice, 15)).capitalize() + "." for _ in range(60))
    article = Article.create(text, id=f"made-{number}")
    sentences = split_sentences(article)
    passages = cut_passages(article, sentences)
    prepared = PreparedArticle(
        article,
        sentences,
        passages,
        encoder.vectors(len(sentences)),
        encoder.vectors(len(passages)),
        f"made:{number}",
        signature_of(text),
    )
    store.upsert(prepared, encoder=encoder.name, collection=f"c{dice.integers(10)}")
    return len(passages)


def _words(dice: np.random.Generator, number: int) -> list[str]:
    return [f"w{int(rank)}" for rank in np.minimum(dice.zipf(1.3, number), _WORDS)]


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _print(name: str, value: float) -> None:
    print(f"{name:50} {value:12,.2f}", flush=True)


if __name__ == "__main__":
    main()
