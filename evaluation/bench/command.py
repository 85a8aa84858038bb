"""``askarticle bench``: how fast a question is answered here, beside the script a user would write instead."""

import json
import os
import platform
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.shared import DataOption, settings_from

QUESTION = "how many troops?"

RoundsOption = Annotated[int, typer.Option(help="How often each question is asked, and each cold start taken.", min=1)]
PlainOption = Annotated[bool, typer.Option("--plain/--no-plain", help="Also run the script to compare with.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the figures as JSON and nothing else.")]


def bench_command(
    rounds: RoundsOption = 3, plain: PlainOption = True, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """Time the bot on the default article, and print it beside plain sentence-transformers with FAISS.

    Times differ from machine to machine, and with what else runs on it: compare the ratios, which are of one run.

    Raises:
        AskArticleError: the model or the data folder can't be used, or a timed process failed; exit status 2.
    """
    from rich.console import Console

    figures = measure(rounds, plain, data)
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
    else:
        _print(Console(), figures)


def measure(rounds: int, plain: bool, data: Path | None) -> dict[str, Any]:
    """Take every figure: ``bot``, ``plain`` where asked for, and ``ratios`` of the two."""
    from bot import open_bot
    from corpus import default_article
    from evaluation.bench import processes, warm

    settings = settings_from(data)
    bot = open_bot(settings)  # makes what a first start makes: cold starts below are those after it
    questions = _questions()
    ours = [sys.executable, "-m", "askarticle", "ask", QUESTION, "--json", "--data", str(settings.data)]
    figures: dict[str, Any] = {"machine": _machine(), "article_characters": len(default_article().text)}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "article.txt"
        text.write_text(default_article().text, "utf-8")
        theirs = _plain_command(text)
        commands = [(ours, ""), *([(theirs, json.dumps([QUESTION]))] if plain else [])]
        cold = processes.alternately(commands, rounds)
        figures["bot"] = {
            "cold_s": round(cold[0].seconds, 3),
            "cold_mb": round(cold[0].megabytes),
            "warm_ms": warm.latency(bot, questions, rounds),
            "questions_per_s": {str(n): round(warm.throughput(bot, questions, rounds, n), 1) for n in (1, 2, 8)},
            "sentences_per_s": round(warm.encoding_rate(bot), 1),
        }
        if plain:
            told = json.loads(processes.run(theirs, json.dumps(questions)).output)
            figures["plain"] = {
                "cold_s": round(cold[1].seconds, 3),
                "cold_mb": round(cold[1].megabytes),
                "warm_ms": {"total": {"p50": round(told["p50_ms"], 2)}},
                "sentences_per_s": round(told["sentences_per_s"], 1),
            }
            figures["ratios"] = _ratios(figures["bot"], figures["plain"])
    return figures


def _questions() -> list[str]:
    lines = (files("evaluation") / "questions" / "default.jsonl").read_text("utf-8").splitlines()
    asked = [question for line in lines for question in json.loads(line)["questions"]]
    return [question["question"] for question in asked if "history" not in question]


def _plain_command(article: Path) -> list[str]:
    from index.default_model import default_model

    return [sys.executable, str(Path(__file__).with_name("plain.py")), str(default_model()), str(article)]


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "processors": os.cpu_count(), "python": platform.python_version()}


def _ratios(bot: dict[str, Any], plain: dict[str, Any]) -> dict[str, float]:
    """How many times the script's figure ours is; below 1 we are faster or smaller."""
    return {
        "cold_s": round(bot["cold_s"] / plain["cold_s"], 3),
        "cold_mb": round(bot["cold_mb"] / plain["cold_mb"], 3),
        "warm_ms": round(bot["warm_ms"]["total"]["p50"] / plain["warm_ms"]["total"]["p50"], 2),
        "sentences_per_s": round(bot["sentences_per_s"] / plain["sentences_per_s"], 2),
    }


def _print(console: Any, figures: dict[str, Any]) -> None:
    from rich.table import Table

    bot, plain, ratios = figures["bot"], figures.get("plain"), figures.get("ratios", {})
    table = Table("", "askarticle", *(["plain script", "ratio"] if plain else []))
    rows = [
        ("whole process, one question (s)", bot["cold_s"], "cold_s"),
        ("its peak memory (MB)", bot["cold_mb"], "cold_mb"),
        ("warm question, p50 (ms)", bot["warm_ms"]["total"]["p50"], "warm_ms"),
        ("sentences encoded a second", bot["sentences_per_s"], "sentences_per_s"),
    ]
    for says, value, name in rows:
        other = None if plain is None else plain["warm_ms"]["total"]["p50"] if name == "warm_ms" else plain[name]
        table.add_row(says, str(value), *([str(other), str(ratios[name])] if plain else []))
    for stage, spread in bot["warm_ms"].items():
        says = f"warm, {stage}: p50 / p95 / longest (ms)"
        table.add_row(says, " / ".join(map(str, spread.values())))
    for clients, rate in bot["questions_per_s"].items():
        table.add_row(f"questions a second, {clients} at once", str(rate))
    console.print(table)
    console.print("The plain script finds the nearest sentence; it does not read, decline or cite.", highlight=False)
