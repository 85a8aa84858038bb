"""Try a server out under load, and print the tables of docs/performance.md: python -m evaluation.load."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings
from corpus.errors import AskArticleError
from evaluation.load.phases import (
    Outcome,
    ask_beside_an_addition,
    ask_for,
    ask_many,
    new_questions,
    percentile,
    stop_under_load,
)
from evaluation.load.served import fill, served

_HEAD = "| clients | answers/s | p50 ms | p95 ms | p99 ms | answered | refused (503) | p95 ms to a 503 | other |"
_RULE = "|---" * 9 + "|"


def main(
    workers: Annotated[int, typer.Option(help="Processes of the server.", min=1)] = 1,
    clients: Annotated[str, typer.Option(help="Numbers of clients, with commas between them.")] = "1,8,32,128",
    seconds: Annotated[float, typer.Option(help="How long each number of clients asks.", min=1)] = 20,
    requests: Annotated[int, typer.Option(help="Requests in a row for the memory; 0 leaves it out.", min=0)] = 20_000,
    addition: Annotated[bool, typer.Option(help="Also ask beside a long addition.")] = True,
    stop: Annotated[bool, typer.Option(help="Also stop the server under load.")] = True,
    data: Annotated[Path | None, typer.Option(help="A data folder whose exported encoder is used.")] = None,
) -> None:
    """Start a server, ask it in several ways, and print what came of it as Markdown."""
    counts = [int(count) for count in clients.split(",") if count]
    asyncio.run(_run(workers, counts, seconds, requests, addition, stop, data or Settings().data))


async def _run(
    workers: int, counts: list[int], seconds: float, requests: int, addition: bool, stop: bool, data: Path
) -> None:
    load = f"; load average before: {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {workers} worker(s){load}", flush=True)
    with served(workers, data) as server:
        await fill(server)
        asked = new_questions()
        await ask_for(server, 2, min(seconds, 5), asked)  # warms up
        if counts:
            print(f"\nQuestions that were never asked before, {seconds:g} s each:\n\n{_HEAD}\n{_RULE}")
        for count in counts:
            print(_row(str(count), await ask_for(server, count, seconds, asked)), flush=True)
        if addition:
            before, during = await ask_beside_an_addition(server, 2, seconds)
            print(f"\nTwo clients, without and with a long addition at work:\n\n{_HEAD}\n{_RULE}")
            print(_row("2", before))
            print(_row("2, adding", during), flush=True)
        if requests:
            memory: list[tuple[int, float]] = [(0, server.megabytes())]
            outcome = await ask_many(server, 8, requests, lambda done: memory.append((done, server.megabytes())))
            print(f"\n{requests:,} requests, the same 20 questions over and over:\n\n{_HEAD}\n{_RULE}")
            print(_row("8", outcome))
            print("\nMemory in MB after so many of them: " + ", ".join(f"{done:,}: {mb:.0f}" for done, mb in memory))
        if stop:
            outcome = await stop_under_load(server, 16, min(seconds, 5))
            print(f"\nStopped by SIGTERM under load (lost: taken on, and not answered):\n\n{_HEAD}\n{_RULE}")
            print(_row("16", outcome), flush=True)


def _row(name: str, outcome: Outcome) -> str:
    times = " | ".join(f"{percentile(outcome.answered, share):,.0f}" for share in (0.5, 0.95, 0.99))
    others = ", ".join(f"{what}: {count}" for what, count in sorted(outcome.others.items())) or "none"
    refusal = f"{percentile(outcome.refused, 0.95):,.0f}" if outcome.refused else ""
    counts = f"{len(outcome.answered):,} | {len(outcome.refused):,} | {refusal}"
    return f"| {name} | {outcome.rate:.1f} | {times} | {counts} | {others} |"


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command()(main)
    try:
        app(prog_name="python -m evaluation.load")
    except AskArticleError as error:
        sys.exit(str(error))
