"""Compare ways to find passages by their words: quality, speed, size. Prints the tables of docs/decisions/0003.

    python -m evaluation.compare_lexical dev_squad2.jsonl.gz dev_xquad_en.jsonl.gz --more train_squad2_linked.jsonl.gz

Needs bm25s and tantivy besides what the product needs. ``--more`` gives passages enough to time 20,000.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from evaluation.lexical_engines import ENGINES, Engine
from evaluation.passage_pools import DEPTH, Pool, article_pools, ask_all, found_scores, library_pool

SIZES = (1_000, 20_000)
TIMED = 300  # questions


def main(
    paths: Annotated[list[Path] | None, typer.Argument(help="Data sets: quality.")] = None,
    more: Annotated[Path | None, typer.Option(help="A data set with passages enough to time 20,000.")] = None,
    engine: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Measure every engine, each in a process of its own."""
    if engine is not None:
        print(json.dumps(time_engine(engine, json.load(sys.stdin))))
        return
    for path in paths or []:
        library, articles = [library_pool(path)], article_pools(path)
        for name in ENGINES:
            print(path.name, "library", f"{name:14}", rounded(quality(name, library)))
            print(path.name, "article", f"{name:14}", rounded(quality(name, articles)))
    if more is None:
        return
    timed = library_pool(more)
    questions = [asked.question for asked in timed.asked[:: max(1, len(timed.asked) // TIMED)]]
    for size in SIZES:
        texts = [timed.texts[i % len(timed.texts)] for i in range(size + 5)]
        for name in ENGINES:
            command = [sys.executable, "-m", "evaluation.compare_lexical", "--engine", name]
            given = json.dumps({"texts": texts, "questions": questions})
            done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603
            print(size, f"{name:14}", rounded(json.loads(done.stdout)))


def quality(name: str, pools: list[Pool]) -> dict[str, float]:
    """Score the ranks of the gold passages over all pools."""
    ranks: list[int | None] = []
    for pool in pools:
        with tempfile.TemporaryDirectory() as folder:
            index = ENGINES[name](Path(folder))
            index.add(pool.texts)
            ranks += ask_all(pool, lambda question, index=index: index.search(question, DEPTH))  # type: ignore[misc]
    return {"questions": len(ranks), **found_scores(ranks)}


def time_engine(name: str, given: dict[str, Any]) -> dict[str, float]:
    """Time one engine on ``texts``, the last five of which are added one by one; milliseconds and megabytes."""
    texts, questions = given["texts"], given["questions"]
    before = resident()
    with tempfile.TemporaryDirectory() as folder:
        index: Engine
        index = ENGINES[name](Path(folder))
        build = timed(lambda: add_and_search(index, texts[:-5], questions[0]))
        search = [timed(lambda one=one: index.search(one, DEPTH)) for one in questions]  # type: ignore[misc]
        add = [timed(lambda one=one: add_and_search(index, [one], questions[0])) for one in texts[-5:]]  # type: ignore[misc]
        index.save()
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        memory = resident() - before
    return {
        "build and first search ms": build,
        "search p50 ms": statistics.median(search),
        "add one and search ms": statistics.median(add),
        "disk MB": disk / 1e6,
        "memory MB": memory,
    }


def add_and_search(index: Engine, texts: list[str], question: str) -> None:
    """Add and search once, so that work put off until the search is counted."""
    index.add(texts)
    index.search(question, DEPTH)


def timed(call: Callable[[], object]) -> float:
    """Give the milliseconds ``call`` took."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def resident() -> float:
    """Give the process's resident memory in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def rounded(values: dict[str, float]) -> str:
    """Give the numbers in one line."""
    return "  ".join(f"{name} {value:.3g}" for name, value in values.items())


if __name__ == "__main__":
    typer.run(main)
