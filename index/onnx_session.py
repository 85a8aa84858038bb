"""The door to onnxruntime: one exported transformer, run on the CPU."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import EncoderError

# Since 1.29 onnxruntime's Linux builds send what they run to their maker, and keep a device's id under ~/.cache, unless
# this is said before the library is loaded. Nobody is told anything here.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime  # type: ignore[import-untyped]

MOST_THREADS = 4  # a six-layer model on one text gains nothing from more

Ids = NDArray[np.int64]


class OnnxModel:
    """A transformer that takes ``input_ids``, ``attention_mask`` and ``token_type_ids`` and gives float32 arrays.

    Export the weights as external data (``model.onnx.data`` beside ``model.onnx``): they are then mapped into memory,
    not copied, which saves 40 MB of peak memory on a model of 90 MB.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        """Open the model at ``path``.

        Args:
            path: the ``.onnx`` file.
            threads: how many threads one run may use; by default one for each usable core, at most ``MOST_THREADS``.

        Raises:
            EncoderError: there is no such file, or it is not a model that onnxruntime can run.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or min(usable_cores(), MOST_THREADS)
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # every text has another length: an arena keeps the longest for good
        options.enable_mem_pattern = False
        options.log_severity_level = 3  # errors only: warnings would be written to stderr
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises a dozen classes of its own, with no public base
            reason = " ".join(str(error).split())[:200]
            message = f"The model {path} cannot be opened ({reason}). Delete its folder to make it anew."
            raise EncoderError(message) from error
        self._inputs = tuple(node.name for node in self._session.get_inputs())
        self.output_names: tuple[str, ...] = tuple(node.name for node in self._session.get_outputs())

    def run(self, ids: Ids, mask: Ids | None = None, types: Ids | None = None) -> tuple[NDArray[np.float32], ...]:
        """Run the model on one batch.

        Args:
            ids: token ids, ``(n_texts, n_tokens)`` int64.
            mask: 1 for a token, 0 for padding, same shape; by default all ones.
            types: 0 for the first segment, 1 for the second, same shape; by default all zeros.

        Returns:
            One float32 array for each of ``output_names``, in that order. A text's numbers depend on its neighbours
            only through padding: give texts of one length, or one text, and they don't.
        """
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids) if mask is None else mask,
            "token_type_ids": np.zeros_like(ids) if types is None else types,
        }
        # Not every architecture has segments: such a model names no token_type_ids.
        return tuple(self._session.run(None, {name: given[name] for name in self._inputs}))


def usable_cores() -> int:
    """Give how many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
