"""The model the reader starts from, out of an int8 ONNX file: every tensor in its place."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import onnx  # noqa: E402
from onnx import helper, numpy_helper  # noqa: E402

from bot.reader import cross_encoder  # noqa: E402
from bot.reader.network import from_bert_folder  # noqa: E402
from bot.reader.onnx_graph import rounded_table  # noqa: E402

SIZE, WIDE, LAYERS, WORDS = 24, 48, 2, 30
SHAPES = [(SIZE, SIZE)] * 4 + [(WIDE, SIZE), (SIZE, WIDE)]  # (outputs, inputs)


def stored() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The tensors of a small int8 file, and what the matrices in it mean."""
    rng = np.random.default_rng(1)
    tensors: dict[str, np.ndarray] = {}
    meant: dict[str, np.ndarray] = {}

    def add(stored_name: str, name: str, shape: tuple[int, int], *, turned: bool) -> None:
        numbers = rng.integers(0, 256, size=shape).astype(np.uint8)
        scale, zero = np.float32(rng.uniform(0.01, 0.02)), np.uint8(rng.integers(120, 136))
        held = numbers.T if turned else numbers
        for part, array in (("quantized", held), ("scale", np.asarray(scale)), ("zero_point", np.asarray(zero))):
            tensors[f"{stored_name}_{part}"] = array
        meant[name] = (numbers.astype(np.float32) - np.float32(zero)) * scale

    for kind, rows in (("word", WORDS), ("position", 16), ("token_type", 2)):
        name = f"embeddings.{kind}_embeddings.weight"
        add(f"bert.{name}", name, (rows, SIZE), turned=False)
    number = 95  # so that sorting as text would go wrong at 100
    for layer in range(LAYERS):
        for part, shape in zip(cross_encoder.MATRICES, SHAPES, strict=True):
            add(f"onnx::MatMul_{number}", f"encoder.layer.{layer}.{part}.weight", shape, turned=True)
            tensors[f"bert.encoder.layer.{layer}.{part}.bias"] = rng.normal(size=shape[0]).astype(np.float32)
            number += 1
        for norm in cross_encoder.NORMS:
            for kind in ("weight", "bias"):
                tensors[f"bert.encoder.layer.{layer}.{norm}.{kind}"] = rng.normal(size=SIZE).astype(np.float32)
    for kind in ("weight", "bias"):
        tensors[f"bert.embeddings.LayerNorm.{kind}"] = rng.normal(size=SIZE).astype(np.float32)
    return tensors, meant


def test_every_tensor_arrives_in_its_place(tmp_path: Path) -> None:
    tensors, meant = stored()
    initial = [numpy_helper.from_array(np.asarray(array), name) for name, array in tensors.items()]
    onnx.save(helper.make_model(helper.make_graph([], "reranker", [], [], initial)), tmp_path / "model.onnx")
    (tmp_path / "tokenizer.json").write_text("{}")
    cross_encoder.main(
        [str(tmp_path / "model.onnx"), "--tokenizer", str(tmp_path / "tokenizer.json"), "--out", str(tmp_path / "out")]
    )
    network = from_bert_folder(tmp_path / "out")
    assert network.config.num_hidden_layers == LAYERS
    words = meant["embeddings.word_embeddings.weight"]
    assert np.array_equal(network.words.weight.numpy(), rounded_table(words))
    learned = {name: weight.numpy() for name, weight in network.state_dict().items()}
    for layer in range(LAYERS):
        old, new = f"encoder.layer.{layer}", f"layers.{layer}"
        parts = [meant[f"{old}.attention.self.{part}.weight"] for part in ("query", "key", "value")]
        assert np.allclose(learned[f"{new}.qkv.weight"], np.concatenate(parts))
        assert np.allclose(learned[f"{new}.narrow.weight"], meant[f"{old}.output.dense.weight"])
        assert np.allclose(learned[f"{new}.widen.bias"], tensors[f"bert.{old}.intermediate.dense.bias"])
    assert (tmp_path / "out" / "tokenizer.json").read_text() == "{}"


def test_a_file_that_is_no_such_model_is_refused() -> None:
    tensors, _ = stored()
    del tensors["onnx::MatMul_95_quantized"]
    with pytest.raises(ValueError, match="no whole number of layers"):
        cross_encoder.bert_tensors(tensors)
