"""What a library of N passages takes: the model behind docs/scaling.md, as a table and a plot.

    python -m evaluation.scaling [PLOT.svg]

The figures that it starts from were measured; what follows from them beyond the sizes that were measured is reckoning.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

_PRICE = "USD a month"
SIZES = tuple(10**exponent for exponent in range(5, 10))


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the model starts from: cores like those of the machine that was measured; bytes of disk or memory."""

    # An article's text is encoded twice, as passages and as sentences.
    passages_a_core_second: float = (
        23.5  # 12,700 tokens a second on two cores; 270 tokens a passage, sentences included
    )
    library_bytes: float = 6_000  # of a passage: text, its vector, its sentences' vectors
    node_bytes: float = 5_900  # of a passage in PostgreSQL: row, vector and HNSW graph (409-585 MB for 100,000)
    index_seconds: float = 6.8e-4  # to put a passage into the HNSW graph (56-81 s for 100,000), on two cores
    walk_ms: float = 2.4  # through the graph of one server with 100,000 passages, p50
    found_ms: float = 63.0  # to rank by words and to read what was found, whatever the size: 66 ms with the walk
    read_core_ms: float = 200.0  # of one core, to read what was found: two cores answer ten new questions a second
    read_ms: float = 60.0  # the same, as a reader waits for it when nobody else asks
    hop_ms: float = 6.0  # through a coordinator: two servers answered in 8-9 ms where one took 2.4
    # How a server is cut.
    server_bytes: float = 64e9
    server_passages: float = 1e7  # 59 GB of the 64
    # Prices in USD by the month: round numbers, to compare rows with.
    core_month: float = 25.0
    gigabyte_month: float = 3.0
    disk_gigabyte_month: float = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What a library takes. Times in seconds or milliseconds as named; money by the month, for one copy."""

    passages: int
    servers: int
    encode_core_hours: float
    index_hours: float
    memory_gb: float
    disk_gb: float
    answer_ms: float
    price: float


def plan(passages: int, given: Assumptions = Assumptions()) -> Plan:
    """Reckon what ``passages`` take.

    A server's search grows with the logarithm of what it holds, as walking an HNSW graph does; of many servers asked at
    once the slowest decides, and that is taken as one and a half times the median at a hundred of them.
    """
    servers = max(1, math.ceil(passages / given.server_passages))
    held = passages / servers
    walk = given.walk_ms * max(1.0, math.log(held) / math.log(1e5))
    slowest = 1 + 0.25 * math.log10(servers)
    memory, disk = passages * given.node_bytes / 1e9, passages * (given.library_bytes + given.node_bytes) / 1e9
    cores = 2.0 * servers
    return Plan(
        passages=passages,
        servers=servers,
        encode_core_hours=passages / given.passages_a_core_second / 3600,
        index_hours=held * given.index_seconds / 3600,
        memory_gb=memory,
        disk_gb=disk,
        answer_ms=(walk + given.found_ms) * slowest + (given.hop_ms if servers > 1 else 0) + given.read_ms,
        price=cores * given.core_month + memory * given.gigabyte_month + disk * given.disk_gigabyte_month,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """One machine with the library in a file, as measured: ``evaluation.large.library`` prints these."""

    passages: int
    derive_s: float
    by_meaning_ms: float
    by_words_ms: float
    found_ms: float  # the rest of searching: reading what was found from the library
    library_gb: float
    derived_gb: float  # files: whole vectors, cells and words
    mapped_gb: float  # what a search wants in memory: cells and words


MEASURED = (
    Measured(100_000, 13.1, 1.48, 0.53, 5.9, 0.57, 0.243, 0.092),
    Measured(1_000_000, 138.6, 7.58, 3.28, 10.0, 5.61, 2.42, 0.913),
)
LOCAL_SIZES = (100_000, 1_000_000, 3_000_000, 10_000_000)


def local(passages: int, given: Assumptions = Assumptions()) -> dict[str, float]:
    """Reckon what ``passages`` take on one machine: each figure on the straight line through the two measured ones."""
    low, high = MEASURED

    def on_line(name: str) -> float:
        one, other = getattr(low, name), getattr(high, name)
        return float(one + (other - one) * (passages - low.passages) / (high.passages - low.passages))

    search = on_line("by_meaning_ms") + on_line("by_words_ms") + on_line("found_ms")
    return {
        "encoding, core-hours": passages / given.passages_a_core_second / 3600,
        "deriving, minutes": on_line("derive_s") / 60,
        "disk, GB": on_line("library_gb") + on_line("derived_gb"),
        "memory for cells and words, GB": on_line("mapped_gb"),
        "search, ms": search,
        "answer, ms": search + given.read_ms,
    }


def local_table() -> str:
    """Give the plans for one machine as a Markdown table."""
    heads = ["passages", *local(1)]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for size in LOCAL_SIZES:
        figures = [f"{value:,.0f}" if value >= 10 else f"{value:,.1f}" for value in local(size).values()]
        lines.append(f"| {size:,} | {' | '.join(figures)} |")
    return "\n".join(lines)


def cores_for(questions_a_second: float, given: Assumptions = Assumptions()) -> int:
    """Give the cores that read for so many new questions a second, whatever the library's size."""
    return math.ceil(questions_a_second * given.read_core_ms / 1000)


def table(plans: list[Plan]) -> str:
    """Give the plans as a Markdown table."""
    heads = (
        "passages",
        "servers",
        "encoding, core-hours",
        "index, hours",
        "memory, GB",
        "disk, GB",
        "answer, ms",
        _PRICE,
    )
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for one in plans:
        lines.append(
            f"| {one.passages:,} | {one.servers:,} | {one.encode_core_hours:,.0f} | {one.index_hours:,.2f} | "
            f"{one.memory_gb:,.1f} | {one.disk_gb:,.0f} | {one.answer_ms:,.0f} | {one.price:,.0f} |"
        )
    return "\n".join(lines)


def draw(plans: list[Plan], path: Path) -> None:
    """Draw what grows with a library (core-hours, memory) and what hardly does (the time of an answer)."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "scaling"  # the same plot is the same file
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    sizes = [one.passages for one in plans]
    left.loglog(sizes, [one.encode_core_hours for one in plans], marker="o", label="encoding, core-hours")
    left.loglog(sizes, [one.memory_gb for one in plans], marker="s", label="memory of the servers, GB")
    right.semilogx(sizes, [one.answer_ms for one in plans], marker="o", label="an answer, ms")
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_xlabel("passages")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main(plot: Annotated[Path | None, typer.Argument(help="Where to draw it.")] = None) -> None:
    """Print the tables; draw the plot."""
    plans = [plan(size) for size in SIZES]
    print(local_table(), table(plans), sep="\n\n")
    if plot is not None:
        draw(plans, plot)


if __name__ == "__main__":
    typer.run(main)
