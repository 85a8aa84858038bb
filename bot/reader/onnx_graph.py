"""The reader as an ONNX graph, written node by node: the file holds what is needed, in the precision that is chosen.

Weights are stored as int8 with a scale for every 96 of an output's weights, and turned to float32 once, when the file
is opened: Cast and Mul of constants are folded then, which DequantizeLinear is not. Activations stay float32, so that
the result of an input does not depend on what is read beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, IR = 20, 10
INT8 = 127
# One scale for all of an output's 384 or 1536 weights costs twice the error in the logits.
BLOCK = 96
# Positions and segments save 0.6 MB as int8 and are in every token: they stay float32.
SMALL_TABLE = 1000
Floats = NDArray[np.float32]


def _whole(weights: Floats, axis: int) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers and the scales they were divided by, one for each line along `axis`."""
    scale = (np.maximum(np.abs(weights).max(axis=axis, keepdims=True), 1e-9) / INT8).astype(np.float32)
    return np.rint(weights / scale).astype(np.int8), scale


class GraphWriter:
    """Collects the nodes and the stored tensors of a graph."""

    def __init__(self, weights: Mapping[str, Floats], int8: bool) -> None:
        self.weights, self.int8 = weights, int8
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def node(self, kind: str, *inputs: str, outputs: Sequence[str] = (), **attributes: Any) -> str:
        """Add a node; its (first) output's name."""
        names = list(outputs) or [f"{kind}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0]

    def stored(self, array: NDArray[Any], name: str = "") -> str:
        """Add a stored tensor; its name."""
        name = name or f"constant_{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def matrix(self, name: str) -> str:
        """A linear layer's weight, laid out for MatMul: (inputs, outputs)."""
        weight = self.weights[f"{name}.weight"].T
        if not self.int8:
            return self.stored(weight, f"{name}.weight")
        rows, columns = weight.shape
        blocks = weight.reshape(-1, math.gcd(rows, BLOCK), columns)
        whole, scale = _whole(blocks, axis=1)
        cast = self.node("Cast", self.stored(whole, f"{name}.weight"), to=TensorProto.FLOAT)
        scaled = self.node("Mul", cast, self.stored(scale, f"{name}.scale"))
        return self.node("Reshape", scaled, self.stored(np.array([rows, columns], dtype=np.int64)))

    def linear(self, states: str, name: str) -> str:
        """`states` times a layer's weight plus its bias."""
        product = self.node("MatMul", states, self.matrix(name))
        return self.node("Add", product, self.stored(self.weights[f"{name}.bias"], f"{name}.bias"))

    def embedded(self, ids: str, name: str) -> str:
        """Rows of an embedding; those of an int8 one are looked up first and made float32 after."""
        table = self.weights[f"{name}.weight"]
        if not self.int8 or len(table) < SMALL_TABLE:
            return self.node("Gather", self.stored(table, f"{name}.weight"), ids)
        whole, scale = _whole(table, axis=1)
        rows = self.node("Gather", self.stored(whole, f"{name}.weight"), ids)
        scales = self.node("Gather", self.stored(scale, f"{name}.scale"), ids)
        return self.node("Mul", self.node("Cast", rows, to=TensorProto.FLOAT), scales)

    def normed(self, states: str, name: str, epsilon: float) -> str:
        """Layer normalisation over the features."""
        scale, bias = (self.stored(self.weights[f"{name}.{kind}"], f"{name}.{kind}") for kind in ("weight", "bias"))
        return self.node("LayerNormalization", states, scale, bias, axis=-1, epsilon=epsilon)

    def layer(self, states: str, mask: str, name: str, heads: int, epsilon: float) -> str:
        """One transformer layer."""
        qkv = self.linear(states, f"{name}.qkv")
        size = self.weights[f"{name}.attended.weight"].shape[0]
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        self.node("Split", qkv, outputs=parts, axis=-1, num_outputs=3)
        shape = self.stored(np.array([0, 0, heads, size // heads], dtype=np.int64))
        apart = [self.node("Reshape", part, shape) for part in parts]
        query, key, value = (
            self.node("Transpose", part, perm=order)
            for part, order in zip(apart, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True)
        )
        factor = self.stored(np.array((size // heads) ** -0.5, dtype=np.float32))
        scores = self.node("Add", self.node("MatMul", self.node("Mul", query, factor), key), mask)
        mixed = self.node("MatMul", self.node("Softmax", scores, axis=-1), value)
        together = self.stored(np.array([0, 0, size], dtype=np.int64))
        mixed = self.node("Reshape", self.node("Transpose", mixed, perm=[0, 2, 1, 3]), together)
        states = self.normed(
            self.node("Add", self.linear(mixed, f"{name}.attended"), states), f"{name}.attended_norm", epsilon
        )
        wide = self.node("Gelu", self.linear(states, f"{name}.widen"))
        return self.normed(self.node("Add", self.linear(wide, f"{name}.narrow"), states), f"{name}.norm", epsilon)

    def inputs(self, epsilon: float) -> tuple[str, str]:
        """The embedded tokens, and what is added to the attention scores of padding."""
        tokens = self.node("Shape", "input_ids", start=1, end=2)
        zero, one = (self.stored(np.array(number, dtype=np.int64)) for number in (0, 1))
        scalar = self.node("Squeeze", tokens)
        places = self.node("Range", zero, scalar, one)
        words = self.node("Add", self.embedded("input_ids", "words"), self.embedded("token_type_ids", "types"))
        states = self.node("Add", words, self.embedded(places, "positions"))
        mask = self.node("Cast", "attention_mask", to=TensorProto.FLOAT)
        axes = self.stored(np.array([1, 2], dtype=np.int64))
        absent = self.node("Sub", self.stored(np.array(1.0, dtype=np.float32)), self.node("Unsqueeze", mask, axes))
        added = self.node("Mul", absent, self.stored(np.array(-1e4, dtype=np.float32)))
        return self.normed(states, "embedded_norm", epsilon), added

    def heads(self, states: str) -> None:
        """The graph's outputs."""
        last = self.stored(np.array([-1], dtype=np.int64))
        parts = ["start_column", "end_column", "relevance_column"]
        self.node("Split", self.linear(states, "token_heads"), outputs=parts, axis=-1, num_outputs=3)
        for part in parts:
            self.node("Squeeze", part, last, outputs=[part.removesuffix("_column")])
        first = self.node("Gather", states, self.stored(np.array(0, dtype=np.int64)), axis=1)
        self.node("Squeeze", self.linear(first, "answerable_head"), last, outputs=["answerable"])


def onnx_model(
    weights: Mapping[str, Floats], layers: int, heads: int, epsilon: float, *, int8: bool
) -> onnx.ModelProto:
    """The graph of a network's weights; `weights` are named as in `network.py`."""
    writer = GraphWriter(weights, int8)
    states, mask = writer.inputs(epsilon)
    for number in range(layers):
        states = writer.layer(states, mask, f"layers.{number}", heads, epsilon)
    writer.heads(states)
    given = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in given]
    shapes = {"start": 2, "end": 2, "relevance": 2, "answerable": 1}
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "tokens"][:rank])
        for name, rank in shapes.items()
    ]
    graph = helper.make_graph(writer.nodes, "reader", inputs, outputs, writer.tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    onnx.checker.check_model(model, full_check=True)
    return model
