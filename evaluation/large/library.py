"""A library of a million passages, measured: ``python -m evaluation.large.library FILE... --data FOLDER``.

FILEs are gzipped JSON lines (``title``, ``text``, ``questions`` with a ``question`` each), whose words the made-up
texts have; the first few articles of them are in the library too, and are asked their questions. The library in FOLDER
is filled unless it is there, what is derived from it is derived unless it is there, then searching, asking, changing
and starting are timed. A million passages take 6 GB for the library, 3 GB for what is derived and measured, and 5
minutes to make.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import perf_counter, sleep
from typing import Annotated, Any

import numpy as np
import typer

from bot.bot import Bot
from bot.reader.reader import shipped_reader
from corpus import Article
from corpus.library import open_library
from corpus.library.types import Filter, LibraryStore
from evaluation.large.filling import fill
from evaluation.large.measuring import Figures, mapped, memory, nearest, recall, seconds, spread
from evaluation.large.vectors import clustered, questions
from evaluation.library_size import ask_once, documents, show
from index import Encoder, Vectors, open_encoder
from index.derived import Derived
from index.ingest import prepare
from index.library_index import LibraryIndex

ASKED = 200
CHANGED = 40  # articles, of some twenty-five passages each
REAL = 8  # real articles among the made-up ones
_ASKED_BEFORE = 20  # real questions before those that are timed
_WARM = 100  # questions asked before it is timed: what was just mapped is read from the disk at first


class Posing:
    """Takes the time that ``real`` takes, and gives the vectors it was told to: of questions, then of new passages."""

    def __init__(self, real: Encoder, told: Vectors) -> None:
        """Give the rows of ``told`` one after the other."""
        self._real, self._told, self._given = real, told, 0
        self.name, self.dim = real.name, real.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row for each text."""
        if len(texts) == 1:
            self._real.encode(texts)
        rows = self._told[np.arange(self._given, self._given + len(texts)) % len(self._told)]
        self._given += len(texts)
        return rows


def main(
    files: list[Path],
    data: Annotated[Path, typer.Option(help="A folder for the library.")],
    passages: int = 1_000_000,
    cold: Annotated[bool, typer.Option(help="Also time whole processes.")] = True,
) -> None:
    """Measure a library of made-up passages."""
    real = open_encoder(data, on_export=print)
    file, folder, beside = data / "library.sqlite", data / "indexes" / "library", data / "vectors.npy"
    if not file.exists():
        started = perf_counter()
        np.save(beside, fill(file, files, passages, real.name).vectors)
        show({"filling the library, s": perf_counter() - started})
    vectors: Vectors = np.load(beside, mmap_mode="r")
    store, asked = open_library(file), questions(vectors, ASKED)
    index = LibraryIndex(store, Posing(real, asked), folder, print)
    if not folder.exists():
        show(_derive(index, folder))
    show({"opening what is derived, ms": seconds(index.open) * 1e3, **memory()})
    texts = _made_up_questions(store, len(vectors))
    derived = Derived.load(folder, store, encoder=real.name, dim=real.dim)
    show(_search(derived, folder, vectors, asked, texts))
    show(_change(store, index, vectors, asked, texts))
    real_questions = _add_real(store, files, real)
    index = LibraryIndex(store, real, folder, print)
    show(_ask("real question", Bot(index, shipped_reader()), real_questions))
    show(_ask("made-up question", Bot(index, shipped_reader()), texts))
    show(memory())
    index.close()
    store.close()
    if cold:
        ask_once(str(data))
        times = [seconds(lambda: ask_once(str(data))) for _ in range(5)]
        show({"cold start of a question, p50 s": f"{np.median(times):12.2f}"})


def _derive(index: LibraryIndex, folder: Path) -> Figures:
    own, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            own[0] = max(own[0], float(memory()["memory of its own, MB"]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    took = seconds(index.rebuild)
    done.set()
    watcher.join()
    sizes = {
        said: sum(file.stat().st_size for file in folder.rglob(pattern)) / 1e6
        for said, pattern in (
            ("vectors, whole, MB", "dense-*-vectors.npy"),
            ("vectors as bytes in cells, with ids, MB", "dense-*-cells.faiss"),
            ("words, MB", "lexical-*"),
        )
    }
    return {"deriving and saving all, s": took, "memory of its own at most, MB": own[0], **sizes}


def _search(derived: Derived, folder: Path, vectors: Vectors, asked: Vectors, texts: Sequence[str]) -> Figures:
    found: list[list[int]] = []
    dense = _times(lambda turn: found.append(derived.dense.search(asked[turn], 50)))
    words = _times(lambda turn: derived.lexical.search(texts[turn], 50))
    scored = _times(lambda turn: derived.lexical.scores(texts[turn], found[turn + _WARM]))
    own = {f"{said} (searching)": value for said, value in (memory() | mapped(folder)).items()}
    best = [row + 1 for row in nearest(vectors, asked, 50)]  # ids count from 1
    return {
        **own,
        **spread("search by meaning", dense),
        **spread("search by words", words),
        **spread("scoring 50 by words", scored),
        "recall@10 by meaning": f"{recall(found[_WARM:], best, 10):12.4f}",
        "recall@50 by meaning": f"{recall(found[_WARM:], best, 50):12.4f}",
    }


def _ask(said: str, bot: Bot, texts: Sequence[str]) -> Figures:
    for text in texts[:_ASKED_BEFORE]:
        bot.ask(text)
    answers = [bot.ask(text) for text in texts[_ASKED_BEFORE:]]
    figures: Figures = {f"{said}, answered": f"{np.mean([one.found for one in answers]):12.2f}"}
    for part in ("encode", "search", "read", "total"):
        figures |= spread(f"{said}, {part}", [getattr(answer.timing, part) / 1e3 for answer in answers])
    return figures


def _add_real(store: LibraryStore, files: list[Path], encoder: Encoder) -> list[str]:
    """Add the first articles of ``files``, unless they are there; give their questions."""
    asked: list[str] = []
    for number, document in enumerate(islice(documents(files), REAL)):
        article = Article.create(document["text"], title=document["title"], id=f"real-{number}")
        if not store.count(Filter(articles=frozenset({article.id}))):
            store.upsert(prepare(article, article.id, encoder), encoder=encoder.name)
        asked += [question["question"] for question in document["questions"]]
    return asked[:: max(len(asked) // (ASKED + _ASKED_BEFORE), 1)][: ASKED + _ASKED_BEFORE]


def _change(
    store: LibraryStore, index: LibraryIndex, vectors: Vectors, asked: Vectors, texts: Sequence[str]
) -> Figures:
    """Add a thousand passages and take them out again, while somebody asks all the time."""
    new = clustered(12_000, seed=9).vectors
    posing = Posing(index.encoder, new)
    lines = [f"{text.rstrip('?')} and the {number}th heron." for number, text in enumerate([*texts] * 40)]
    prepared = []
    for number in range(CHANGED):
        article = Article.create(" ".join(lines[number * 190 : number * 190 + 190]), id=f"new-{number}")
        made = prepare(article, article.id, posing)
        random = np.random.default_rng(number).integers(2**32, size=made.signature.shape, dtype=np.uint32)
        prepared.append(replace(made, signature=random))
    queries = np.concatenate([asked[:100], questions(np.concatenate([one.passage_vectors for one in prepared]), 100)])
    everything = np.concatenate([one.passage_vectors for one in prepared])
    before = [row + 1 for row in nearest(vectors, queries, 10)]
    unchanged = _recall_now(index, store, queries, before)

    def add() -> None:
        for one in prepared:
            store.upsert(one, encoder=index.encoder.name)

    def take_out() -> None:
        for one in prepared:
            store.delete(one.article.id)

    adding = _meanwhile(index, queries, add)
    firsts = [store.get(one.article.id).first_id for one in prepared]
    runs = [np.arange(len(one.passages)) + first for one, first in zip(prepared, firsts, strict=True)]
    ids = np.concatenate([np.arange(1, len(vectors) + 1), *runs])
    best = [ids[row] for row in nearest(vectors, queries, 10, everything)]
    added = _recall_now(index, store, queries, best)
    taking = _meanwhile(index, queries, take_out)
    taken = _recall_now(index, store, queries, before)
    return {
        "passages added and taken out": len(everything),
        **spread("search by meaning meanwhile, adding", adding),
        **spread("search by meaning meanwhile, taking out", taking),
        "recall@10 of the same questions, before": f"{unchanged:12.4f}",
        "recall@10, added": f"{added:12.4f}",
        "recall@10, taken out again": f"{taken:12.4f}",
    }


def _meanwhile(index: LibraryIndex, queries: Vectors, work: Callable[[], None]) -> list[float]:
    worker = threading.Thread(target=work)
    times: list[float] = []
    worker.start()
    while worker.is_alive():
        query = queries[len(times) % len(queries)]
        times.append(seconds(lambda: index.search("heron", 10, vector=query, mode="dense")))  # noqa: B023
        sleep(0.001)
    worker.join()
    return times


def _recall_now(index: LibraryIndex, store: LibraryStore, queries: Vectors, best: Sequence[Any]) -> float:
    found = []
    for query in queries:
        hits = index.search("heron", 10, vector=query, mode="dense")
        found.append([store.get(hit.passage.article.id).first_id + hit.passage.index for hit in hits])
    index.close()  # a snapshot is written: wait for it
    return recall(found, best, 10)


def _made_up_questions(store: LibraryStore, passages: int) -> list[str]:
    """Give questions of eight words of a passage each."""
    random = np.random.default_rng(6)
    asked = []
    for row in store.passages([int(id) for id in random.integers(1, passages + 1, size=ASKED)]):
        words = row.text.lower().replace(".", "").split()
        asked.append(f"What {' '.join(random.choice(words, 8))}?")
    return asked


def _times(call: Callable[[int], object]) -> list[float]:
    return [seconds(lambda: call(turn)) for turn in [*range(_WARM), *range(ASKED)]][_WARM:]  # noqa: B023


if __name__ == "__main__":
    typer.run(main)
