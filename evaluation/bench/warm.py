"""Questions asked of an open bot: milliseconds by stage, and questions a second."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import numpy as np

from bot import Bot

STAGES = ("total", "encode", "search", "read")


def latency(bot: Bot, questions: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """Ask every question ``rounds`` times, one after the other; milliseconds by stage as p50, p95 and longest.

    Each round asks a bot that has read nothing yet: what was read lately is remembered, and would cost nothing.
    """
    _forgetful(bot).ask(questions[0])  # the first question pays for memory that the next ones find ready
    timings = [fresh.ask(question).timing for fresh in map(_forgetful, [bot] * rounds) for question in questions]
    return {stage: _spread([getattr(timing, stage) for timing in timings]) for stage in STAGES}


def throughput(bot: Bot, questions: Sequence[str], rounds: int, clients: int) -> float:
    """Questions a second when ``clients`` ask at once; a new bot for each round, as in ``latency``."""
    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        asked = sum(1 for fresh in map(_forgetful, [bot] * rounds) for _ in pool.map(fresh.ask, questions))
    return asked / (perf_counter() - started)


def encoding_rate(bot: Bot, texts: Sequence[str], rounds: int = 3) -> float:
    """Texts encoded a second: the best of some rounds, after one that opens what many texts need."""
    bot.index.encoder.encode(texts)
    seconds = []
    for _ in range(rounds):
        started = perf_counter()
        bot.index.encoder.encode(texts)
        seconds.append(perf_counter() - started)
    return len(texts) / min(seconds)


def _forgetful(bot: Bot) -> Bot:
    return Bot(bot.index, bot.reader, bot.model)


def _spread(values: Sequence[float]) -> dict[str, Any]:
    p50, p95, longest = np.percentile(values, [50, 95, 100])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "longest": round(float(longest), 2)}
