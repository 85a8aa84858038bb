"""Export a training checkpoint: `python -m bot.reader.export CHECKPOINT --base FOLDER --out FOLDER`.

Writes `reader.onnx` (int8 weights and activations, the word table int4) and `tokenizer.json`, and prints how far its
logits are from the checkpoint's. `--float32` keeps the weights as they are.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.reader.examples import load_tokenizer
from bot.reader.layout import MAX_TOKENS, lay_out
from bot.reader.network import ReaderNetwork, load_averaged, numpy_reader
from bot.reader.onnx_graph import onnx_model
from corpus import cut_passages, default_article, split_sentences
from index.onnx_session import OnnxModel

OUTPUTS = ("start", "end", "relevance", "answerable")
Read = Callable[..., tuple[NDArray[np.float32], ...]]


def export(network: ReaderNetwork, path: Path, *, compressed: bool = True) -> None:
    """Write the network as an ONNX file."""
    weights = {name: weight.detach().float().numpy() for name, weight in network.state_dict().items()}
    weights["positions.weight"] = weights["positions.weight"][:MAX_TOKENS]
    config = network.config
    model = onnx_model(
        weights, config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps, compressed=compressed
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def sample_inputs(vocabulary: int, count: int, tokens: int, seed: int = 7) -> list[tuple[NDArray[np.int64], ...]]:
    """Random inputs of one text each, of different lengths."""
    rng = np.random.default_rng(seed)
    inputs: list[tuple[NDArray[np.int64], ...]] = []
    for _ in range(count):
        length = int(rng.integers(max(4, tokens // 2), tokens + 1))
        ids = rng.integers(0, vocabulary, size=(1, length))
        inputs.append((ids, np.ones_like(ids), (np.arange(length)[None] >= length // 8).astype(np.int64)))
    return inputs


def largest_differences(one: Read, other: Read, inputs: Sequence[tuple[NDArray[np.int64], ...]]) -> dict[str, float]:
    """The largest difference between two readers, for every output."""
    largest = dict.fromkeys(OUTPUTS, 0.0)
    for given in inputs:
        for name, mine, theirs in zip(OUTPUTS, one(*given), other(*given), strict=True):
            largest[name] = max(largest[name], float(np.abs(mine - theirs).max()))
    return {name: round(value, 5) for name, value in largest.items()}


def article_inputs(tokenizer: Tokenizer) -> list[tuple[NDArray[np.int64], ...]]:
    """The default article's passages, each asked with the first words of the passage before it."""
    article = default_article()
    passages = cut_passages(article, split_sentences(article))
    inputs: list[tuple[NDArray[np.int64], ...]] = []
    for before, passage in pairwise(passages):
        question = " ".join(before.sentences[0].text.split()[:10]) + "?"
        made = lay_out(tokenizer, question, article.title, passage.sentences)
        ids = np.array([made.ids], dtype=np.int64)
        inputs.append((ids, np.ones_like(ids), (np.arange(ids.shape[1])[None] >= made.second_at).astype(np.int64)))
    return inputs


def report(network: ReaderNetwork, path: Path, threads: int) -> dict[str, Any]:
    """Size, distance to the original and time of an exported file, on the default article."""
    began = time.perf_counter()
    model = OnnxModel(path, threads=threads)
    opened = time.perf_counter() - began
    inputs = article_inputs(load_tokenizer(path.parent))
    differences = largest_differences(numpy_reader(network, threads), model.run, inputs)
    times = []
    for given in inputs:
        began = time.perf_counter()
        model.run(*given)
        times.append(time.perf_counter() - began)
    return {
        "file": path.name,
        "megabytes": round(path.stat().st_size / 1e6, 2),
        "largest_difference": differences,
        "inputs": len(inputs),
        "median_tokens": int(np.median([given[0].size for given in inputs])),
        "open_ms": round(opened * 1e3, 1),
        "median_ms": round(float(np.median(times)) * 1e3, 1),
    }


def main(given: Sequence[str] | None = None) -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder with the tokenizer")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--float32", action="store_true", help="keep the weights in float32")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(given)
    network = load_averaged(options.checkpoint)
    path = options.out / "reader.onnx"
    export(network, path, compressed=not options.float32)
    shutil.copyfile(options.base / "tokenizer.json", options.out / "tokenizer.json")
    print(json.dumps(report(network, path, options.threads), indent=1))


if __name__ == "__main__":
    main()
