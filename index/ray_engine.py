"""The door to Ray: batches of texts are encoded by Ray Data, on as many machines as its cluster has.

Ray keeps the work going when a machine is lost: what ran there runs again elsewhere. Nothing of the library leaves this
machine but texts, and the encoder itself, so that every machine has the same one; the workers write nothing.
"""

import logging
import os
import re
import socket
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import EncoderError, EngineError, MissingPackageError
from index.onnx_encoder import MANIFEST, MODEL, TOKENIZER, WEIGHTS, OnnxEncoder
from index.storage import crc32_of, write_file
from index.types import Encoder, Vectors

# Texts in one run of Ray Data. What it costs to begin one (about a second) must be little beside it.
RAY_BATCH = 8192
_TASK = 256  # texts of one task: seconds of one core, which is what a lost machine costs
_PATIENCE = 10  # seconds
_AT_ONCE = 2  # runs: while the last tasks of one end, those of the next keep the cores at work

OpenEncoder = Callable[[], Encoder]


@dataclass(frozen=True, slots=True)
class SentEncoder:
    """An exported encoder that travels to the workers; called there, it opens. Equal ones are opened once a worker."""

    key: str
    files: Any = field(compare=False)  # a reference into Ray's object store: file name -> bytes

    def __call__(self) -> Encoder:
        """Open it, on one thread: a task has one core."""
        import ray

        with tempfile.TemporaryDirectory(prefix="askarticle-") as name:
            folder = Path(name)
            for file, data in ray.get(self.files).items():
                write_file(folder / file, data)
            return OnnxEncoder(folder, threads=1)  # what it needs is open by now: the files may go


def encode_batch(batch: dict[str, Any], open_encoder: OpenEncoder) -> dict[str, Any]:
    """Encode one batch: columns ``place`` and ``text`` (UTF-8 bytes) become ``place`` and ``vector``."""
    texts = [text.decode("utf-8", "surrogatepass") for text in batch["text"]]
    return {"place": batch["place"], "vector": _opened(open_encoder).encode(texts)}


@lru_cache(maxsize=1)
def _opened(open_encoder: OpenEncoder) -> Encoder:
    return open_encoder()


class RayEngine:
    """Encodes on the Ray cluster at ``RAY_ADDRESS``; without that, on a cluster of this machine alone."""

    def __init__(self, encoder: Encoder, *, open_encoder: OpenEncoder | None = None, batch: int = RAY_BATCH) -> None:
        """Connect, or start.

        Args:
            encoder: the encoder; an exported one is sent to the workers.
            open_encoder: opens, in a worker, an encoder that gives the same vectors; by default what was sent.
            batch: how many texts are given to Ray Data at a time.

        Raises:
            MissingPackageError: Ray is not installed.
            EngineError: the cluster cannot be reached.
        """
        self.batch = batch
        self._dim = encoder.dim
        self._ray = _start()
        self._open_encoder = open_encoder or self._send(encoder)
        self._runs = ThreadPoolExecutor(_AT_ONCE)
        self._under_way: list[Future[Vectors]] = []
        self._closing = False

    def submit(self, texts: Sequence[str]) -> "Future[Vectors]":
        """Begin to encode; the future raises ``EngineError`` where Ray gave up."""
        self._under_way = [run for run in self._under_way if not run.done()]
        self._under_way.append(self._runs.submit(self._encode, texts))
        return self._under_way[-1]

    def close(self) -> None:
        """Drop what is under way, and leave the cluster; at most ten seconds later, should that not answer."""
        self._closing = True
        self._runs.shutdown(wait=False, cancel_futures=True)
        wait(self._under_way, _PATIENCE)
        self._ray.shutdown()

    def _send(self, encoder: Encoder) -> SentEncoder:
        if not isinstance(encoder, OnnxEncoder):
            raise EncoderError(f"The encoder {encoder.name} cannot be sent to other machines. Use --engine local.")
        files = {name: (encoder.folder / name).read_bytes() for name in (MANIFEST, MODEL, WEIGHTS, TOKENIZER)}
        return SentEncoder(f"{encoder.name} {crc32_of(encoder.folder / MANIFEST)}", self._ray.put(files))

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self._dim), dtype=np.float32)
        came = np.zeros(len(texts), dtype=np.int64)
        # Those of one length in one task, where they are run side by side.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        rows = [{"place": place, "text": texts[place].encode("utf-8", "surrogatepass")} for place in order]
        try:
            given = self._ray.data.from_items(rows, override_num_blocks=-(-len(rows) // _TASK))
            encoded = given.map_batches(
                encode_batch, batch_size=_TASK, fn_kwargs={"open_encoder": self._open_encoder}, num_cpus=1
            )
            for batch in encoded.iter_batches(batch_size=None, batch_format="numpy"):
                if self._closing:
                    raise EngineError("Stopped.")
                vectors[batch["place"]] = batch["vector"]
                np.add.at(came, batch["place"], 1)
        except EngineError:
            raise
        except Exception as error:  # of many kinds: a worker's, the cluster's, the connection's
            reason = " ".join(str(error).split())[-200:]
            raise EngineError(
                f"Ray could not encode ({reason}). Run it again to go on, or use --engine local."
            ) from error
        if (came != 1).any():
            raise EngineError(
                f"Ray gave {int((came == 1).sum())} of {len(texts)} vectors once. Run it again, or use --engine local."
            )
        return vectors


def _start() -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nobody is told anything
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # a run that outlives ``close`` does not start it all again
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # the warning about GPUs that it is about
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingPackageError("--engine ray needs a package: pip install 'askarticle[ray]'") from error
    address = os.environ.get("RAY_ADDRESS")
    alone = {} if address else {"include_dashboard": False}
    try:
        if address and (place := re.fullmatch(r"(?:ray://)?\[?([^/\]]+)\]?:(\d+)", address)):
            # Ray itself goes on trying for minutes.
            socket.create_connection((place[1], int(place[2])), _PATIENCE).close()
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **alone)
    except Exception as error:
        reason = " ".join(str(error).split())[-200:]
        where = f"at RAY_ADDRESS={address}" if address else "on this machine"
        raise EngineError(
            f"Ray cannot be had {where} ({reason}). Start it (ray start), or use --engine local."
        ) from error
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray
