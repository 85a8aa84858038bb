"""What this machine can do at most: floating-point operations a second, bytes read a second; and what a model needs."""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from index.onnx_session import OnnxModel, usable_cores

_SIZE = 2048  # of square matrices: large enough that their products take nearly all of the time
_PRODUCTS = 4
_BYTES = 256_000_000  # more than any cache holds


def matrix_rates(times: int = 5) -> dict[str, float]:
    """Measure float32 operations a second on all cores, in large matrix products, by numpy and by onnxruntime.

    Libraries differ in how well they know a processor. The highest is the limit: a lower one could be surpassed.
    """
    one, other = np.random.default_rng(0).random((2, _SIZE, _SIZE), dtype=np.float32)
    numpy = 2 * _SIZE**3 / _best(lambda: one @ other, times)
    with tempfile.TemporaryDirectory() as folder:
        model = OnnxModel(_chain(Path(folder) / "chain.onnx", other), threads=usable_cores())
        ids = np.ones((_SIZE, 1), dtype=np.int64)
        chain = 2 * _SIZE**3 * _PRODUCTS / _best(lambda: model.run(ids), times)
    return {"numpy": numpy, "onnxruntime": chain}


def memory_rate(times: int = 5) -> float:
    """Measure bytes a second that all cores together read from memory."""
    parts = np.array_split(np.ones(_BYTES // 4, dtype=np.float32), usable_cores())
    with ThreadPoolExecutor(len(parts)) as pool:
        return _BYTES / _best(lambda: list(pool.map(lambda part: np.dot(part, part), parts)), times)


def operations(model: Path, dim: int, lengths: Sequence[int]) -> int:
    """Count the float32 operations in an exported transformer's matrix products, a multiply-add being two.

    Args:
        model: the ``.onnx`` file.
        dim: numbers in a token's vector.
        lengths: tokens of each text.
    """
    graph = onnx.load(model, load_external_data=False).graph
    shapes = {weight.name: list(weight.dims) for weight in graph.initializer}
    products = [node for node in graph.node if node.op_type in ("MatMul", "Gemm")]
    weights = [shapes[name] for node in products for name in node.input[:2] if len(shapes.get(name, [])) == 2]
    a_token = 2 * sum(rows * columns for rows, columns in weights)
    a_pair = 2 * dim * (len(products) - len(weights))  # attention: tokens with tokens, over all heads
    return sum(length * a_token + length**2 * a_pair for length in lengths)


def _chain(path: Path, matrix: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Path:
    """Write a model that multiplies by the matrix several times, so that making the first factor counts for little."""
    first = numpy_helper.from_array(matrix[:1], "first")
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["column"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["column", "first"], ["x0"]),
        *(helper.make_node("MatMul", [f"x{n}", "matrix"], [f"x{n + 1}"]) for n in range(_PRODUCTS)),
    ]
    rows = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [_SIZE, 1])
    found = helper.make_tensor_value_info(f"x{_PRODUCTS}", TensorProto.FLOAT, [_SIZE, _SIZE])
    graph = helper.make_graph(nodes, "chain", [rows], [found], [first, numpy_helper.from_array(matrix, "matrix")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def _best(call: Callable[[], object], times: int) -> float:
    """Give the shortest of some runs, in seconds; one before them brings everything into memory."""
    call()
    seconds = []
    for _ in range(times):
        started = perf_counter()
        call()
        seconds.append(perf_counter() - started)
    return min(seconds)
