"""``askarticle bench``: how fast a question is answered here, beside the scripts a user would write instead."""

import json
from typing import Annotated, Any

import typer

from bot.commands.shared import DataOption, settings_from

_LARGEST = 10_000_000
_BESIDE = 3  # sizes in a table
_NAMES = {"plain": "plain script", "txtai": "txtai", "haystack": "Haystack"}

RoundsOption = Annotated[int, typer.Option(help="How often each question is asked, and each cold start taken.", min=1)]
PlainOption = Annotated[
    bool,
    typer.Option("--plain/--no-plain", help="Also run scripts to compare with, those whose packages are installed."),
]
PassagesOption = Annotated[
    str, typer.Option(metavar="N,N...", help="Also ask made-up libraries of so many passages, such as 1000,100000.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the figures as JSON and nothing else.")]


def bench_command(
    rounds: RoundsOption = 3,
    plain: PlainOption = True,
    passages: PassagesOption = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Time the bot on the default article, and print it beside plain sentence-transformers with FAISS.

    Times differ from machine to machine, and with what else runs on it: compare the ratios, which are of one run.

    Raises:
        AskArticleError: the model or the data folder can't be used, or a timed process failed; exit status 2.
    """
    sizes = _sizes(passages)
    settings = settings_from(data)
    from rich.console import Console

    from evaluation.bench.measuring import RIVALS, Wanted, measure

    figures = measure(Wanted(rounds, tuple(RIVALS) if plain else (), sizes), settings)
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
    else:
        _print(Console(), figures)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in text.replace("_", "").split(",") if part.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no list of numbers; write it as 1000,100000") from None
    if any(not 1 <= size <= _LARGEST for size in sizes):
        raise typer.BadParameter(f"a library to bench has 1 to {_LARGEST:,} passages")
    return tuple(dict.fromkeys(sizes))


def _print(console: Any, figures: dict[str, Any]) -> None:
    from rich.table import Table

    ratios = figures.get("ratios", {})
    table = Table("", "askarticle", *(f"{_NAMES[rival]} (ratio)" for rival in ratios))
    for says, name in (
        ("whole process, one question (s)", "cold_s"),
        ("its peak memory (MB)", "cold_mb"),
        ("warm question, p50 (ms)", "warm_ms"),
        ("texts encoded a second", "texts_per_s"),
    ):
        others = (f"{_value(figures[rival], name)} ({ratios[rival][name]})" for rival in ratios)
        table.add_row(says, _value(figures["bot"], name), *others)
    for stage, spread in figures["bot"]["warm_ms"].items():
        table.add_row(f"warm, {stage}: p50 / p95 / longest (ms)", " / ".join(map(str, spread.values())))
    for clients, rate in figures["bot"]["questions_per_s"].items():
        table.add_row(f"questions a second, {clients} at once", str(rate))
    table.add_row("added a second: articles / passages", " / ".join(map(str, figures["adding"].values())))
    console.print(table)
    _print_limits(console, figures["machine"])
    if figures["sizes"]:
        _print_sizes(console, figures["sizes"], figures["machine"])
    console.print("The scripts find the nearest sentence; they do not read, decline or cite.", highlight=False)


def _value(found: dict[str, Any], name: str) -> str:
    return str(found["warm_ms"]["total"]["p50"] if name == "warm_ms" else found[name])


def _print_limits(console: Any, machine: dict[str, Any]) -> None:
    rates = ", ".join(f"{rate:,} ({name})" for name, rate in machine["matrix_gflops"].items())
    lines = [f"This machine multiplies matrices at {rates} GFLOP/s and reads {machine['memory_gb_per_s']} GB/s."]
    if "encoding_gflops" in machine:
        share = f"{machine['encoding_of_limit']:.0%} of the higher"
        lines.append(f"Encoding runs at {machine['encoding_gflops']:,} GFLOP/s, {share}.")
    console.print("\n".join(lines), highlight=False)


def _print_sizes(console: Any, sizes: dict[str, Any], machine: dict[str, Any]) -> None:
    """Print a column for each library: its headings stay short, so that three fit beside the names in 80 characters."""
    from rich.table import Table

    names = list(sizes)
    for start in range(0, len(names), _BESIDE):
        beside = names[start : start + _BESIDE]
        table = Table("passages", *(f"{int(size):,}" for size in beside))
        for row in zip(*(_sized(int(size), sizes[size], machine) for size in beside), strict=True):
            says = row[0][0]
            if any(value for _, value in row):
                table.add_row(says, *(value for _, value in row))
        console.print(table)


def _sized(size: int, found: dict[str, Any], machine: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the names and figures of one made-up library."""
    total, search = found["warm_ms"]["total"], found["warm_ms"]["search"]
    once = size * 384 * 4 / machine["memory_gb_per_s"] / 1e6
    plain = found.get("plain")
    return [
        ("question p50 / p95 (ms)", f"{total['p50']} / {total['p95']}"),
        ("search p50 / p95 (ms)", f"{search['p50']} / {search['p95']}"),
        ("vectors read once (ms)", f"{once:.2f}"),
        ("memory (MB)", str(found["mb"])),
        ("cold start (s)", str(found["cold_s"])),
        ("cold start memory (MB)", str(found["cold_mb"])),
        ("plain script p50 (ms)", str(plain["p50_ms"]) if plain else ""),
        ("plain script memory (MB)", str(plain["mb"]) if plain else ""),
    ]
