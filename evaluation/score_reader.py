"""Measure a reader alone: `python -m evaluation.score_reader WEIGHTS --base FOLDER --paragraphs FILE --articles FILE`.

WEIGHTS is a training checkpoint (its averaged weights are read) or an exported `.onnx` file.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.reader.examples import load_tokenizer, read_articles
from bot.reader.layout import Input, lay_out
from corpus import Article, Sentence, cut_passages, split_sentences
from evaluation.citing import answer_scores
from evaluation.confidence import auroc

LONGEST_ANSWER = 30
Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Read = Callable[[Ids, Ids, Ids], tuple[Floats, ...]]  # ids, mask, types -> start, end, relevance, answerable


@dataclass(frozen=True)
class Reading:
    """What the reader says about one input: the best span, and a score for every sentence."""

    span: tuple[int, int]
    span_score: float  # over "no answer"
    answerable: float
    spans: Floats  # the best span of each sentence, over "no answer"
    relevance: Floats


def interpret(made: Input, start: Floats, end: Floats, relevance: Floats, answerable: float) -> Reading:
    """Turn one input's logits into the best span and the sentences' scores."""
    tokens = slice(made.passage_at, made.passage_at + len(made.offsets))
    none = float(start[0] + end[0])
    pairs = start[tokens][:, None] + end[tokens][None, :]
    length = np.arange(len(made.offsets))
    distance = length[None, :] - length[:, None]
    pairs = np.where((distance >= 0) & (distance < LONGEST_ANSWER), pairs, -np.inf)
    first, last = (int(place) for place in np.unravel_index(int(pairs.argmax()), pairs.shape))
    ends = np.array([sentence.end for sentence in made.sentences])
    owner = np.searchsorted(ends, made.offsets[:, 0], side="right")
    spans = np.full(len(ends), -30.0, dtype=np.float32)
    pooled = np.full(len(ends), -30.0, dtype=np.float32)
    for number in range(len(ends)):
        mine = np.flatnonzero(owner == number)
        if len(mine):
            spans[number] = pairs[mine[0] : mine[-1] + 1, mine[0] : mine[-1] + 1].max() - none
            pooled[number] = relevance[tokens][mine].mean()
    where = (int(made.offsets[first, 0]), int(made.offsets[last, 1]))
    return Reading(where, float(pairs[first, last]) - none, answerable, spans, pooled)


def read_all(read: Read, inputs: Sequence[Input], batch: int = 16) -> list[Reading]:
    """Read inputs in batches of like length; readings in the order of the inputs."""
    order = sorted(range(len(inputs)), key=lambda number: len(inputs[number].ids))
    readings: dict[int, Reading] = {}
    for at in range(0, len(order), batch):
        numbers = order[at : at + batch]
        shape = (len(numbers), -(-len(inputs[numbers[-1]].ids) // 16) * 16)
        ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for row, number in enumerate(numbers):
            made = inputs[number]
            ids[row, : len(made.ids)] = made.ids
            mask[row, : len(made.ids)] = 1
            types[row, made.second_at : len(made.ids)] = 1
        start, end, relevance, answerable = read(ids, mask, types)
        for row, number in enumerate(numbers):
            readings[number] = interpret(inputs[number], start[row], end[row], relevance[row], float(answerable[row]))
    return [readings[number] for number in range(len(inputs))]


def best_f1(scores: NDArray[Any], positive: NDArray[Any], f1: NDArray[Any]) -> float:
    """The mean F1 at the best threshold: below it nothing is answered, which is right where there is no answer."""
    order = np.argsort(-scores, kind="stable")
    answered = np.concatenate([[0.0], np.cumsum(f1[order] * positive[order])])
    declined = np.concatenate([[0.0], np.cumsum(~positive[order])])
    return float((answered + declined[-1] - declined).max() / len(scores))


def score_paragraphs(
    read: Read, tokenizer: Tokenizer, articles: Sequence[dict[str, Any]], limit: int
) -> dict[str, Any]:
    """Each question on its own paragraph: is there an answer, where, and in which sentence."""
    asked = _sampled(articles, limit)
    inputs: list[Input] = []
    for article, sentences, question in asked:
        start, end = question["para"]
        own = [sentence for sentence in sentences if start <= sentence.start < end]
        inputs.append(lay_out(tokenizer, question["question"], article.title, own))
    readings = read_all(read, inputs)
    has_answer = np.array([question["answerable"] for _, _, question in asked])
    f1 = np.zeros(len(asked))
    right: list[list[bool]] = []
    for number, ((article, _, question), reading) in enumerate(zip(asked, readings, strict=True)):
        golds = [answer["text"] for answer in question["answers"]]
        f1[number] = answer_scores(article.text[slice(*reading.span)], golds)["F1"] if golds else 0.0
        if golds and all(answer.get("exact", True) for answer in question["answers"]):
            read_ones = inputs[number].sentences
            right.append([_holds(read_ones[int(s.argmax())], question) for s in (reading.spans, reading.relevance)])
    none = {
        "span": np.array([reading.span_score for reading in readings]),
        "answerable": np.array([reading.answerable for reading in readings]),
        "relevance": np.array([reading.relevance.max() for reading in readings]),
    }
    none["sum"] = none["span"] + 2 * none["answerable"] + none["relevance"]
    return {
        "questions": len(asked),
        "auroc": {name: round(auroc(scores, has_answer), 4) for name, scores in none.items()},
        "best_f1": {name: round(best_f1(scores, has_answer, f1), 4) for name, scores in none.items()},
        "answerable_f1": round(float(f1[has_answer].mean()), 4),
        "sentence": dict(zip(("span", "relevance"), np.mean(right, axis=0).round(4).tolist(), strict=True)),
    }


def score_articles(read: Read, tokenizer: Tokenizer, articles: Sequence[dict[str, Any]], limit: int) -> dict[str, Any]:
    """Each answerable question on all passages of its article: does the best sentence hold a gold answer."""
    asked = [row for row in _sampled(articles, limit) if row[2]["answerable"]]
    inputs: list[Input] = []
    owners: list[int] = []
    for number, (article, sentences, question) in enumerate(asked):
        for passage in cut_passages(article, sentences):
            inputs.append(lay_out(tokenizer, question["question"], article.title, passage.sentences))
            owners.append(number)
    readings = read_all(read, inputs)
    hits: dict[str, float] = {}
    ways: dict[str, Callable[[Reading], Floats]] = {
        "span": lambda reading: reading.spans,
        "relevance": lambda reading: reading.relevance,
        "span + relevance": lambda reading: reading.spans + reading.relevance,
        "span + 2 relevance + answerable": lambda reading: (
            reading.spans + 2 * reading.relevance + np.float32(reading.answerable)
        ),
    }
    for name, way in ways.items():
        best: dict[int, tuple[float, Sentence]] = {}
        for owner, made, reading in zip(owners, inputs, readings, strict=True):
            scores = way(reading)
            top = int(scores.argmax())
            if owner not in best or scores[top] > best[owner][0]:
                best[owner] = (float(scores[top]), made.sentences[top])
        hits[name] = round(sum(_holds(best[n][1], asked[n][2]) for n in best) / len(best), 4)
    return {"questions": len(asked), "passages": len(inputs), "P@1": hits}


def _holds(sentence: Sentence, question: dict[str, Any]) -> bool:
    return any(
        sentence.start < answer["start"] + len(answer["text"]) and answer["start"] < sentence.end
        for answer in question["answers"]
    )


Asked = tuple[Article, tuple[Sentence, ...], dict[str, Any]]


def _sampled(articles: Sequence[dict[str, Any]], limit: int) -> list[Asked]:
    """`limit` questions spread evenly over all of them (0: every one), with their articles."""
    asked: list[Asked] = []
    for stored in articles:
        # Not `Article.create`, which normalises the text and would shift the answers' offsets.
        article = Article(id=stored["id"], title=stored["title"], text=stored["text"], fingerprint="")
        sentences = split_sentences(article)
        asked += [(article, sentences, question) for question in stored["questions"]]
    if not limit or limit >= len(asked):
        return asked
    return [asked[int(place)] for place in np.linspace(0, len(asked) - 1, limit)]


def load(weights: Path, threads: int) -> Read:
    """The reader in a training checkpoint or an ONNX file."""
    if weights.suffix == ".onnx":
        from index.onnx_session import OnnxModel

        return OnnxModel(weights, threads=threads).run
    from bot.reader.network import load_averaged, numpy_reader

    return numpy_reader(load_averaged(weights), threads)


def main(given: Sequence[str] | None = None) -> None:
    """Measure from the command line; one JSON object on the standard output."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.score_reader", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder with the tokenizer")
    parser.add_argument("--paragraphs", type=Path, nargs="*", default=[], help="questions to ask of their paragraph")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="questions to ask of their whole article")
    parser.add_argument("--limit", type=int, default=0, help="questions of each file, 0 for all")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(given)
    read, tokenizer = load(options.weights, options.threads), load_tokenizer(options.base)
    began = time.monotonic()
    scores: dict[str, Any] = {"weights": options.weights.name}
    for score, paths in ((score_paragraphs, options.paragraphs), (score_articles, options.articles)):
        for path in paths:
            scores[path.name] = score(read, tokenizer, list(read_articles(path)), options.limit)
    scores["seconds"] = round(time.monotonic() - began)
    print(json.dumps(scores, indent=1))


if __name__ == "__main__":
    main()
