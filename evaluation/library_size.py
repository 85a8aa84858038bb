"""How large a library may grow: ``python -m evaluation.library_size FILE... --data FOLDER``.

Makes articles of the paragraphs of gzipped JSON lines (``title``, ``text``, ``paras``, ``questions``), adds them to
the library in FOLDER until it holds ``--articles``, and prints what adding, opening, asking and changing it cost. Run
again, it goes on and measures anew.
"""

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer

from bot.bot import Bot
from bot.reader.reader import shipped_reader
from bot.settings import Settings
from corpus import Article
from corpus.library import open_library
from corpus.library.types import Filter, LibraryStore
from index import Encoder, Vectors, open_encoder
from index.ingest import prepare
from index.library_index import LibraryIndex

PARAGRAPHS = 4  # in an article, half of them in the next one too
CHANGED = 20  # articles that are added, one by one, to time it


@dataclass(frozen=True, slots=True)
class RandomEncoder:
    """Gives each text a direction of its own, at once: searching costs what it costs with meaningful vectors."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row for each text."""
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.dim) for text in texts]
        matrix = np.array(rows, dtype=np.float32).reshape(len(texts), self.dim)
        unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit


def main(
    files: list[Path],
    data: Annotated[Path, typer.Option(help="A folder for the library.")],
    articles: int = 10_000,
    questions: int = 200,
    random_vectors: Annotated[bool, typer.Option(help="Don't encode: quick, and as slow to search.")] = False,
) -> None:
    """Measure a library of ``articles`` articles made of the paragraphs of FILES."""
    real = open_encoder(data, on_export=print)
    encoder: Encoder = RandomEncoder(real.name, real.dim) if random_vectors else real
    settings = Settings(data=data)
    store = open_library(settings.library)
    show(_add(store, encoder, files, articles))
    index = LibraryIndex(store, encoder, data / "indexes" / "library", print)
    show(_derive(store, index, data))
    show(_ask(Bot(index, shipped_reader()), list(islice(_questions(files), questions))))
    show(_change(store, encoder, index))
    show(_cold(data))


def show(figures: dict[str, float | str]) -> None:
    """Print figures, one a line."""
    for name, value in figures.items():
        print(f"{name:44} {value if isinstance(value, str) else f'{value:12,.1f}'}", flush=True)


def _add(store: LibraryStore, encoder: Encoder, files: list[Path], wanted: int) -> dict[str, float | str]:
    before, started = store.count(), perf_counter()
    for article in _articles(files):
        if store.count() >= wanted:
            break
        if not store.count(Filter(articles=frozenset({article.id}))):
            store.upsert(prepare(article, article.id, encoder), encoder=encoder.name)
    seconds, health = perf_counter() - started, store.health()
    return {
        "articles": health.articles,
        "passages": health.passages,
        "library, KB an article": health.bytes / max(health.articles, 1) / 1e3,
        "added a second": (health.articles - before) / seconds,
    }


def _derive(store: LibraryStore, index: LibraryIndex, data: Path) -> dict[str, float | str]:
    figures: dict[str, float | str] = {"deriving all, s": _seconds(index.rebuild)}  # with the snapshot
    figures["writing the snapshot, s"] = _seconds(index.save)
    folder = data / "indexes" / "library"
    figures["snapshot, KB an article"] = sum(f.stat().st_size for f in folder.rglob("*")) / 1e3 / max(store.count(), 1)
    again = LibraryIndex(store, index.encoder, folder)
    figures["opening the snapshot, ms"] = _seconds(again.open) * 1e3
    return figures


def _ask(bot: Bot, questions: Sequence[str]) -> dict[str, float | str]:
    bot.ask(questions[0])  # the first brings the models and the vectors into memory
    timings = [bot.ask(question).timing for question in questions]
    figures: dict[str, float | str] = {"questions": len(timings)}
    for part in ("total", "encode", "search", "read"):
        figures[f"{part}, p50 ms"] = statistics.median(getattr(timing, part) for timing in timings)
    figures["total, p95 ms"] = float(np.percentile([timing.total for timing in timings], 95))
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    for name, said in (("RssAnon", "memory of its own, MB"), ("RssFile", "memory of mapped files, MB")):
        figures[said] = int(status[name].split()[0]) / 1e3
    return figures


def _change(store: LibraryStore, encoder: Encoder, index: LibraryIndex) -> dict[str, float | str]:
    """Time storing one encoded article, in the library and in an empty one, until a search has followed."""
    with tempfile.TemporaryDirectory() as name:
        empty = open_library(Path(name) / "library.sqlite")
        beside = LibraryIndex(empty, encoder, Path(name) / "index")
        to_empty, to_full = _add_one_by_one(empty, beside, encoder), _add_one_by_one(store, index, encoder)
        empty.close()
    for number in range(CHANGED):
        store.delete(_changed(number).id)
    removed = _seconds(lambda: index.search("heron", 5))
    index.close()
    return {
        "adding one to an empty library, ms": to_empty * 1e3,
        "adding one to the library, ms": to_full * 1e3,
        f"taking out {CHANGED} in the next search, ms": removed * 1e3,
    }


def _add_one_by_one(store: LibraryStore, index: LibraryIndex, encoder: Encoder) -> float:
    """Give the median in seconds; the first, which opens the index, is left out."""
    times = []
    for number in range(CHANGED):
        prepared = prepare(_changed(number), f"changed-{number}", encoder)
        # They are much alike: as near-duplicates they would not be searched.
        random = np.random.default_rng(number).integers(2**32, size=prepared.signature.shape, dtype=np.uint32)
        started = perf_counter()
        store.upsert(replace(prepared, signature=random), encoder=encoder.name)
        index.search("heron", 5)
        times.append(perf_counter() - started)
    return statistics.median(times[1:])


def _changed(number: int) -> Article:
    lines = [f"The heron number {number * 20 + line} flew over the marsh and was counted there." for line in range(20)]
    return Article.create(" ".join(lines), id=f"changed-{number}")


def _cold(data: Path, rounds: int = 5) -> dict[str, float | str]:
    """Time whole processes that ask the library, and the default article."""
    figures: dict[str, float | str] = {}
    with tempfile.TemporaryDirectory() as without:
        (Path(without) / "encoders").symlink_to((data / "encoders").absolute())
        for said, folder in (("the default article", without), ("the library", str(data))):
            ask_once(folder)
            times = [_seconds(partial(ask_once, folder)) for _ in range(rounds)]
            figures[f"cold start, {said}, s"] = f"{statistics.median(times):12.2f}"
    return figures


def ask_once(folder: str) -> None:
    """Ask the library in ``folder`` in a process of its own."""
    command = [sys.executable, "-m", "askarticle", "ask", "How many troops?", "--data", folder]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own command)


def _seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def documents(files: list[Path]) -> Iterator[dict[str, Any]]:
    """Give what the lines of ``files`` hold."""
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _articles(files: list[Path]) -> Iterator[Article]:
    for document in documents(files):
        paragraphs = [document["text"][start:end] for start, end in document["paras"]]
        for first in range(0, max(len(paragraphs) - PARAGRAPHS, 0) + 1, PARAGRAPHS // 2):
            text = "\n\n".join(paragraphs[first : first + PARAGRAPHS])
            if text.strip():
                yield Article.create(text, title=f"{document['title']} {first}", id=f"{document['id']}-{first}")


def _questions(files: list[Path]) -> Iterator[str]:
    """Give questions, one of each document in turn, so that they are about all of them."""
    asked = [[question["question"] for question in document["questions"]] for document in documents(files)]
    for turn in range(max(map(len, asked))):
        yield from (questions[turn] for questions in asked if len(questions) > turn)


if __name__ == "__main__":
    typer.run(main)
