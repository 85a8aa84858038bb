"""What is taken of a search: how much of the nearest it finds, how long it takes, what memory it has."""

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from index import Vectors

Figures = dict[str, float | str]


def nearest(vectors: Vectors, asked: Vectors, k: int, more: Vectors | None = None) -> list[Any]:
    """Give the places of the ``k`` nearest to each question, every vector compared; ``more`` come after the others."""
    best = [(np.empty(0, np.float32), np.empty(0, np.int64))] * len(asked)
    blocks = [vectors[first : first + 65_536] for first in range(0, len(vectors), 65_536)]
    start = 0
    for block in [*blocks, *([] if more is None else [more])]:
        products = np.asarray(block) @ asked.T
        for turn in range(len(asked)):
            cosines = np.concatenate([best[turn][0], products[:, turn]])
            places = np.concatenate([best[turn][1], np.arange(start, start + len(block))])
            order = np.lexsort((places, -cosines))[:k] if len(cosines) < 4 * k else np.argpartition(-cosines, k)[:k]
            best[turn] = cosines[order], places[order]
        start += len(block)
    return [places[np.lexsort((places, -cosines))] for cosines, places in best]


def recall(found: Sequence[Sequence[int]], best: Sequence[Any], k: int) -> float:
    """Give which share of the ``k`` nearest was found, on average."""
    shares = [len(set(one[:k]) & {int(id) for id in true[:k]}) / k for one, true in zip(found, best, strict=True)]
    return float(np.mean(shares))


def spread(said: str, times: Sequence[float]) -> Figures:
    """Give two percentiles, in milliseconds."""
    p50, p95 = np.percentile(np.array(times) * 1e3, [50, 95])
    return {f"{said}, p50 / p95 ms": f"{p50:9.2f} / {p95:.2f}"}


def seconds(call: Callable[[], object]) -> float:
    """Give how long ``call`` takes."""
    started = perf_counter()
    call()
    return perf_counter() - started


def mapped(folder: Path) -> Figures:
    """Give what of the files in ``folder`` is in memory for this process, by kind (Linux)."""
    totals = dict.fromkeys(("cells.faiss", "vectors.npy", "lexical"), 0.0)
    name = ""
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if line.startswith("Rss:"):
            for kind in totals:
                totals[kind] += int(line.split()[1]) / 1e3 if kind in name else 0
        elif "-" in line.split(" ")[0]:
            name = line if str(folder) in line else ""
    return {f"mapped of {kind}, MB": size for kind, size in totals.items()}


def memory() -> Figures:
    """Give what the process has in memory (Linux)."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    named = (("RssAnon", "memory of its own, MB"), ("RssFile", "memory of mapped files, MB"))
    return {said: int(status[name].split()[0]) / 1e3 for name, said in named}
