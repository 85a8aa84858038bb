"""Taking the bench's figures: the bot, the scripts it is compared with, and the machine, in one run."""

import gzip
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bot import Bot, Settings, open_bot
from corpus import Article, cut_passages, default_article, split_sentences
from evaluation.bench import limits, processes, warm
from index.onnx_encoder import MODEL, OnnxEncoder

QUESTION = "how many troops?"
# What it is compared with: the script's name here, and the package that it needs.
RIVALS = {"plain": "sentence_transformers", "txtai": "txtai", "haystack": "haystack_integrations"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure."""

    rounds: int  # of questions, and of cold starts
    rivals: tuple[str, ...]  # of RIVALS; those whose package is missing are left out
    passages: tuple[int, ...]  # sizes of made-up libraries


def measure(wanted: Wanted, settings: Settings) -> dict[str, Any]:
    """Take every figure: of ``machine``, ``bot``, each rival, their ``ratios`` to it, and of each size."""
    bot = open_bot(settings)  # makes what a first start makes: cold starts below are those after it
    rivals = [name for name in wanted.rivals if find_spec(RIVALS[name])]
    texts = _texts()
    figures: dict[str, Any] = {"article_characters": len(default_article().text), "texts": len(texts)}
    with tempfile.TemporaryDirectory() as name:
        article = Path(name) / "article.txt"
        article.write_text(default_article().text, "utf-8")
        figures["bot"] = _of_bot(bot, wanted.rounds)
        commands = {"bot": _asking(settings), **{rival: _script(rival, article) for rival in rivals}}
        _compare(figures, commands, bot, texts, wanted.rounds)
        figures["machine"] = _machine(bot, texts, figures["bot"])
        figures["adding"] = _adding(bot, Path(name) / "added")
        figures["sizes"] = {
            str(size): _of_size(size, Path(name) / str(size), settings, "plain" in rivals) for size in wanted.passages
        }
    return figures


def _questions() -> list[str]:
    lines = (files("evaluation") / "questions" / "default.jsonl").read_text("utf-8").splitlines()
    asked = [question for line in lines for question in json.loads(line)["questions"]]
    return [question["question"] for question in asked if "history" not in question]


def articles() -> list[Article]:
    """Give the articles of the product's own questions."""
    folder = files("evaluation") / "questions"
    found = (json.loads(line) for file in _jsonl(folder) for line in file.read_text("utf-8").splitlines())
    return [Article.create(article["text"], title=article.get("title")) for article in found if article.get("text")]


def _jsonl(folder: Any) -> list[Any]:
    return sorted((file for file in folder.iterdir() if file.name.endswith(".jsonl")), key=lambda file: file.name)


def _texts() -> list[str]:
    """Give what is encoded when the articles are added: their passages and sentences, each once."""
    texts: dict[str, None] = {}
    for article in articles():
        sentences = split_sentences(article)
        texts |= dict.fromkeys(passage.text for passage in cut_passages(article, sentences))
        texts |= dict.fromkeys(sentence.text for sentence in sentences)
    return list(texts)


def _of_bot(bot: Bot, rounds: int) -> dict[str, Any]:
    questions = _questions()
    rates = {str(n): round(warm.throughput(bot, questions, rounds, n), 1) for n in (1, 2, 8)}
    return {"warm_ms": warm.latency(bot, questions, rounds), "questions_per_s": rates}


def _asking(settings: Settings) -> list[str]:
    return [sys.executable, "-m", "askarticle", "ask", QUESTION, "--json", "--data", str(settings.data)]


def _script(rival: str, article: Path, *more: str) -> list[str]:
    from index.default_model import default_model

    script = "plain.py" if rival == "plain" else f"plain_{rival}.py"
    return [sys.executable, str(Path(__file__).with_name(script)), str(default_model()), str(article), *more]


def _given(questions: Sequence[str], texts: Sequence[str] = ()) -> str:
    return json.dumps({"questions": list(questions), "texts": list(texts)})


def _compare(
    figures: dict[str, Any], commands: dict[str, list[str]], bot: Bot, texts: Sequence[str], rounds: int
) -> None:
    """Run the bot and its rivals in turn: whole processes cold, then warm questions and encoding."""
    inputs = {name: "" if name == "bot" else _given([QUESTION]) for name in commands}
    cold = processes.alternately([(command, inputs[name]) for name, command in commands.items()], rounds)
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in commands}
    for _ in range(max(1, rounds // 2)):
        for name, command in commands.items():
            if name == "bot":
                told[name].append({"texts_per_s": warm.encoding_rate(bot, texts)})
            else:
                told[name].append(json.loads(processes.run(command, _given(_questions(), texts)).output))
    for name, ended in zip(commands, cold, strict=True):
        found = figures.setdefault(name, {})
        found |= {"cold_s": round(ended.seconds, 3), "cold_mb": round(ended.megabytes)}
        found["texts_per_s"] = round(max(one["texts_per_s"] for one in told[name]), 1)
        if name != "bot":
            found["warm_ms"] = {"total": {"p50": round(median(one["p50_ms"] for one in told[name]), 2)}}
            figures.setdefault("ratios", {})[name] = _ratios(figures["bot"], found)


def _ratios(bot: dict[str, Any], rival: dict[str, Any]) -> dict[str, float]:
    """How many times the rival's figure ours is; below 1 we are faster or smaller, but for rates."""
    return {
        "cold_s": round(bot["cold_s"] / rival["cold_s"], 3),
        "cold_mb": round(bot["cold_mb"] / rival["cold_mb"], 3),
        "warm_ms": round(bot["warm_ms"]["total"]["p50"] / rival["warm_ms"]["total"]["p50"], 2),
        "texts_per_s": round(bot["texts_per_s"] / rival["texts_per_s"], 2),
    }


def _machine(bot: Bot, texts: Sequence[str], found: dict[str, Any]) -> dict[str, Any]:
    """Measure the machine's limits, and how near encoding comes to them."""
    rates = limits.matrix_rates()
    machine: dict[str, Any] = {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "matrix_gflops": {name: round(rate / 1e9) for name, rate in rates.items()},
        "memory_gb_per_s": round(limits.memory_rate() / 1e9, 1),
    }
    encoder = bot.index.encoder
    if isinstance(encoder, OnnxEncoder):
        lengths = [len(ids) for ids in encoder.tokenise(texts)]
        needed = limits.operations(encoder.folder / MODEL, encoder.dim, lengths)
        rate = needed / len(texts) * found["texts_per_s"]
        machine |= {"tokens": sum(lengths), "encoding_gflops": round(rate / 1e9)}
        machine["encoding_of_limit"] = round(rate / max(rates.values()), 3)
    return machine


def _adding(bot: Bot, folder: Path) -> dict[str, float]:
    """Time adding the articles to an empty library, until they are stored."""
    from corpus.library import open_library
    from corpus.readers.types import ReadArticle
    from index.bulk import LocalEngine, take_in_bulk
    from index.ingest import Ingest

    reads = [ReadArticle(article, f"/{number}.txt") for number, article in enumerate(articles())]
    folder.mkdir()
    with open_library(folder / "library.sqlite") as store:
        started = perf_counter()
        added = sum(1 for _ in take_in_bulk(Ingest(store, lambda: bot.index.encoder), reads, LocalEngine))
        seconds = perf_counter() - started
        return {
            "articles_per_s": round(added / seconds, 2),
            "passages_per_s": round(store.health().passages / seconds, 1),
        }


def _of_size(size: int, folder: Path, settings: Settings, plain: bool) -> dict[str, Any]:
    """Fill a library with made-up passages and ask it, in a process of its own; and the plain script with as many."""
    from evaluation.large.filling import fill
    from index import open_encoder

    folder.mkdir()
    (folder / "encoders").symlink_to((settings.data / "encoders").absolute())
    words = folder / "words.jsonl.gz"
    with gzip.open(words, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": article.text}) + "\n" for article in articles())
    fill(folder / "library.sqlite", [words], size, open_encoder(settings.data).name)
    module = [sys.executable, "-m", "evaluation.bench.sized", str(folder)]
    processes.run(module, json.dumps(_questions()[:2]))  # derives the index
    asked = processes.run(module, json.dumps(_questions()))
    asking = _asking(settings.model_copy(update={"data": folder}))
    cold = processes.alternately([(asking, "")], 3)[0]
    found: dict[str, Any] = json.loads(asked.output)
    found |= {"mb": round(asked.megabytes), "cold_s": round(cold.seconds, 3), "cold_mb": round(cold.megabytes)}
    if plain:
        article = folder / "article.txt"
        article.write_text(default_article().text, "utf-8")
        ended = processes.run(_script("plain", article, str(size)), _given(_questions()))
        found["plain"] = {"p50_ms": round(json.loads(ended.output)["p50_ms"], 2), "mb": round(ended.megabytes)}
    return found
