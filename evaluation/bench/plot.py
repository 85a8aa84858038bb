"""Draw what ``askarticle bench --json --passages N,N`` printed: ``python -m evaluation.bench.plot FIGURES PLOT``."""

import json
from pathlib import Path
from typing import Any

import typer

_BYTES = 384 * 4  # of a vector


def main(figures: Path, plot: Path) -> None:
    """Draw a question's time and memory by the library's size, beside the plain script's and the machine's limit."""
    draw(json.loads(figures.read_text("utf-8")), plot)


def draw(figures: dict[str, Any], plot: Path) -> None:
    """Draw the sizes in ``figures``; the same figures give the same file.

    Raises:
        ValueError: no library was measured.
    """
    sizes = {int(size): found for size, found in sorted(figures["sizes"].items(), key=lambda item: int(item[0]))}
    if not sizes:
        raise ValueError("these figures have no sizes: run askarticle bench with --passages")
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "bench"
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for axes, lines, says in (
        (left, times(sizes, figures["machine"]["memory_gb_per_s"]), "ms, p50"),
        (right, memories(sizes), "MB"),
    ):
        for number, (name, values) in enumerate(lines.items()):
            axes.loglog(list(values), list(values.values()), marker="os^Dv"[number % 5], label=name)
        axes.set_xlabel("passages")
        axes.set_ylabel(says)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize="x-small")
    figure.savefig(plot, metadata={"Date": None})
    plt.close(figure)


def times(sizes: dict[int, Any], gigabytes_a_second: float) -> dict[str, dict[int, float]]:
    """Give each line's milliseconds by size: the stages, the plain script, and reading every vector once."""
    stages = {"a question": "total", "reading": "read", "searching": "search"}
    lines = {name: {n: found["warm_ms"][stage]["p50"] for n, found in sizes.items()} for name, stage in stages.items()}
    lines["the plain script's question"] = {
        n: found["plain"]["p50_ms"] for n, found in sizes.items() if "plain" in found
    }
    lines["reading all vectors once"] = {n: n * _BYTES / gigabytes_a_second / 1e6 for n in sizes if n >= 1_000}
    return {name: values for name, values in lines.items() if values}


def memories(sizes: dict[int, Any]) -> dict[str, dict[int, float]]:
    """Give each line's megabytes by size: the process that was asked, one asked once, and the plain script."""
    lines = {
        "asked on": {n: found["mb"] for n, found in sizes.items()},
        "asked once": {n: found["cold_mb"] for n, found in sizes.items()},
        "the plain script": {n: found["plain"]["mb"] for n, found in sizes.items() if "plain" in found},
        "the vectors themselves": {n: n * _BYTES / 1e6 for n in sizes if n >= 1_000},
    }
    return {name: values for name, values in lines.items() if values}


if __name__ == "__main__":
    typer.run(main)
