"""The reader as an ONNX graph, written node by node: the file holds what is needed, in the precision that is chosen.

Compressed, the layers' weights are int8 with a scale for every 64 of an output's weights, and onnxruntime's MatMulNBits
multiplies them with activations rounded to int8 in blocks of the same size: three quarters of the time and a quarter of
the memory of float32. Every token's row is rounded by itself, so that a result does not depend on what is read beside
it. The word table is int4, looked up first and made float32 after.
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
CONTRIB = "com.microsoft"  # onnxruntime's own operators
INT8, INT4 = 127, 7
MIDDLE8, MIDDLE4 = 128, 8  # what zero is stored as
BLOCK = 64  # weights of an output that share a scale
TABLE_BLOCK = 32  # numbers of a word's row that share one
# Positions and segments save 0.6 MB as int8 and are in every token, as the heads are: they stay float32.
SMALL_TABLE, SMALL_LAYER = 1000, 16
INT8_ACTIVATIONS = 4  # MatMulNBits' accuracy_level; 0 would be float32
Floats = NDArray[np.float32]


def whole_blocks(weights: Floats, block: int, most: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Round the rows of ``weights``, (n, width), to whole numbers from -``most`` to ``most``, with a scale a block.

    Returns:
        Whole numbers, (n, width // block, block), and what they were divided by, (n, width // block, 1).
    """
    blocks = weights.reshape(len(weights), -1, block)
    scales = (np.maximum(np.abs(blocks).max(axis=2, keepdims=True), 1e-6) / most).astype(np.float16)
    whole = np.clip(np.rint(blocks / scales.astype(np.float32)), -most, most)
    return whole.astype(np.int8), scales


def rounded_table(table: Floats) -> Floats:
    """Give a word table as a reader of the compressed file will see it: so it can be trained with from the start."""
    whole, scales = whole_blocks(table, math.gcd(table.shape[1], TABLE_BLOCK), INT4)
    rounded = whole.astype(np.float32) * scales.astype(np.float32)
    return rounded.reshape(table.shape)


class GraphWriter:
    """Collects the nodes and the stored tensors of a graph."""

    def __init__(self, weights: Mapping[str, Floats], compressed: bool) -> None:
        self.weights, self.compressed = weights, compressed
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

    def linear(self, states: str, name: str) -> str:
        """`states` times a layer's weight, stored as (outputs, inputs), plus its bias."""
        weight = self.weights[f"{name}.weight"]
        small = len(weight) < SMALL_LAYER or math.gcd(weight.shape[1], BLOCK) < SMALL_LAYER
        if self.compressed and not small:
            product = self._whole_product(states, weight, name)
        else:
            product = self.node("MatMul", states, self.stored(weight.T, f"{name}.weight"))
        return self.node("Add", product, self.stored(self.weights[f"{name}.bias"], f"{name}.bias"))

    def _whole_product(self, states: str, weight: Floats, name: str) -> str:
        outputs, inputs = weight.shape
        block = math.gcd(inputs, BLOCK)
        whole, scales = whole_blocks(weight, block, INT8)
        stored = (whole.astype(np.int16) + MIDDLE8).astype(np.uint8)
        # Half precision in the file; folded to float32 once, when it is opened.
        scale = self.node("Cast", self.stored(scales.reshape(outputs, -1), f"{name}.scale"), to=TensorProto.FLOAT)
        sizes = {"K": inputs, "N": outputs, "bits": 8, "block_size": block, "accuracy_level": INT8_ACTIVATIONS}
        return self.node("MatMulNBits", states, self.stored(stored, f"{name}.weight"), scale, domain=CONTRIB, **sizes)

    def embedded(self, ids: str, name: str) -> str:
        """Rows of an embedding."""
        table = self.weights[f"{name}.weight"]
        if not self.compressed or len(table) < SMALL_TABLE:
            return self.node("Gather", self.stored(table, f"{name}.weight"), ids)
        rows, width = table.shape
        whole, scales = whole_blocks(table, math.gcd(width, TABLE_BLOCK), INT4)
        flat = (whole.reshape(rows, width) + MIDDLE4).astype(np.uint8)
        # Two numbers to a byte: the first half of a row in the low four bits, the second in the high ones.
        packed = flat[:, : width // 2] | (flat[:, width // 2 :] << 4)
        found = self.node("Gather", self.stored(packed, f"{name}.weight"), ids)
        low = self.node("BitwiseAnd", found, self.stored(np.array(15, dtype=np.uint8)))
        high = self.node("BitShift", found, self.stored(np.array(4, dtype=np.uint8)), direction="RIGHT")
        numbers = self.node("Cast", self.node("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
        centred = self.node("Sub", numbers, self.stored(np.array(MIDDLE4, dtype=np.float32)))
        blocked = self.node("Reshape", centred, self.stored(np.array([0, 0, *whole.shape[1:]], dtype=np.int64)))
        scale = self.node("Cast", self.node("Gather", self.stored(scales, f"{name}.scale"), ids), to=TensorProto.FLOAT)
        together = self.stored(np.array([0, 0, width], dtype=np.int64))
        return self.node("Reshape", self.node("Mul", blocked, scale), together)

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
    weights: Mapping[str, Floats], layers: int, heads: int, epsilon: float, *, compressed: bool
) -> onnx.ModelProto:
    """The graph of a network's weights; `weights` are named as in `network.py`."""
    writer = GraphWriter(weights, compressed)
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
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)], ir_version=IR
    )
    onnx.checker.check_model(model, full_check=True)
    return model
