"""The encoder that answers questions: a sentence-transformers model, exported, without torch."""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import EncoderError, StoredDataError
from index.onnx_session import OnnxModel, usable_cores
from index.storage import crc32_of, read_json, seal, unseal
from index.types import Vectors

FORMAT = 1
MANIFEST = "manifest.json"
MODEL, WEIGHTS, TOKENIZER = "model.onnx", "model.onnx.data", "tokenizer.json"

Pooling = Literal["mean", "cls"]
# So many texts, over all calls of several, before the model is opened a second time for them: that takes 0.2 s.
_MANY = 64
# Tokens in one run of several texts: with more, a core does no more a second, and memory grows.
_TOKENS = 512
_TRIAL = (
    "The ferry sank on a stormy Friday, half a mile from the pier of the island; nobody was hurt, and seven were saved."
)


@dataclass(frozen=True, slots=True)
class EncoderManifest:
    """What an exported encoder says of itself."""

    format: int
    name: str  # the model's name and the first digits of its weights' hash
    weights_sha256: str  # of the original's model.safetensors
    dim: int  # numbers in a vector
    max_tokens: int  # a longer text is cut here, special tokens included
    pooling: Pooling  # how token vectors become the text's: their mean, or the first one
    crc32: dict[str, str]  # file name -> checksum

    def to_dict(self) -> dict[str, Any]:
        """Give it as a JSON object, sealed with its checksum."""
        return seal(asdict(self))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of ``folder`` and check every file against it.

        Raises:
            FileNotFoundError: there is none.
            StoredDataError: it is of another format, or a file is damaged.
        """
        try:
            manifest = cls(**unseal(read_json(folder / MANIFEST), folder / MANIFEST))
            known = manifest.format == FORMAT and manifest.pooling in get_args(Pooling)
            whole = known and set(manifest.crc32) == {MODEL, WEIGHTS, TOKENIZER}
        except (TypeError, AttributeError):
            whole = False
        if not whole or any(_damaged(folder / name, crc) for name, crc in manifest.crc32.items()):
            raise StoredDataError(f"The exported encoder in {folder} is damaged. Delete the folder to export it anew.")
        return manifest


class OnnxEncoder:
    """An exported sentence-transformers model. The same text gives the same bytes, whatever else is in the call."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Open the export in ``folder``; one call takes ``threads`` threads, by default one for each usable core.

        Raises:
            FileNotFoundError: there is none.
            StoredDataError: it is damaged.
            EncoderError: onnxruntime or tokenizers cannot read it.
        """
        manifest = EncoderManifest.read(folder)
        self.name = manifest.name
        self.dim = manifest.dim
        self.folder = folder
        self._pooling = manifest.pooling
        self._model = OnnxModel(folder / MODEL, threads=threads)
        self._path = folder / MODEL
        self._workers = threads or usable_cores()
        self._single: OnnxModel | None = None  # one thread a run, for many texts side by side
        self._side_by_side = 1  # tokens that may be in one run of several texts, where there is more than one text
        self._seen = 0  # texts in calls of several
        self._lock = threading.Lock()
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # tokenizers raises plain Exception
            message = f"{folder / TOKENIZER} cannot be read ({error}). Delete {folder} to export anew."
            raise EncoderError(message) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(manifest.max_tokens)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row for each text: ``(len(texts), dim)`` float32.

        No text is padded: that would change the last bits of its vector. Many texts are run on all cores, one thread a
        run, and those of one length side by side in a run: see ``docs/decisions/0030-encoding-in-bulk.md``.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        ids = self.tokenise(places)
        rows_of = list(places.values())
        single = self._model_for_many(len(texts))

        def encode_run(members: Sequence[int], model: OnnxModel) -> None:
            found = self._encode_run(np.array([ids[member] for member in members], dtype=np.int64), model)
            for member, vector in zip(members, found, strict=True):
                vectors[rows_of[member]] = vector

        if single is None:
            for member in range(len(ids)):
                encode_run([member], self._model)
        else:
            runs = runs_of_one_length([len(one) for one in ids], self._side_by_side)
            with ThreadPoolExecutor(self._workers) as pool:
                list(pool.map(encode_run, runs, repeat(single)))
        return vectors

    def tokenise(self, texts: Iterable[str]) -> list[list[int]]:
        """Give each text's token ids, cut where the model's window ends."""
        return [self._tokenizer.encode(text).ids for text in texts]

    def _model_for_many(self, n_texts: int) -> OnnxModel | None:
        """Give the model on one thread where so many texts are encoded that opening it is worth while."""
        if n_texts < 2:
            return None
        with self._lock:
            self._seen += n_texts
            if self._single is None and self._seen >= _MANY:
                single = self._model if self._workers == 1 else OnnxModel(self._path, threads=1)
                self._side_by_side = _TOKENS if self._alike_side_by_side(single) else 1
                self._single = single
            return self._single

    def _alike_side_by_side(self, model: OnnxModel) -> bool:
        """Whether texts of one length, side by side, get the bytes that each gets alone; they do where it was tried.

        Nothing but this machine's arithmetic decides it: kernels that treat a row by how many rows there are would
        break the promise that a text's vector is the same whatever else is in the call.
        """
        ids = self._tokenizer.encode(_TRIAL).ids
        for n_tokens in (3, 10, 33):
            rows = np.array([np.roll(ids, shift)[:n_tokens] for shift in range(4)], dtype=np.int64)
            alone = [self._encode_run(row[None], model).tobytes() for row in rows]
            if [vector.tobytes() for vector in self._encode_run(rows, model)] != alone:
                return False
        return True

    def _encode_run(self, ids: NDArray[np.int64], model: OnnxModel) -> Vectors:
        """Give the unit rows of texts of one length: ids ``(n_texts, n_tokens)``, rows ``(n_texts, dim)``."""
        if not ids.size:
            return np.stack([self._nowhere()] * len(ids))
        vectors = np.empty((len(ids), self.dim), dtype=np.float32)
        for place, token_vectors in enumerate(model.run(ids)[0]):  # (n_tokens, dim)
            vector = token_vectors.mean(axis=0) if self._pooling == "mean" else token_vectors[0]
            norm = np.linalg.norm(vector)
            vectors[place] = vector / norm if norm > 0 else self._nowhere()
        return vectors

    def _nowhere(self) -> NDArray[np.float32]:
        """Give the row of a text that has no direction: along the first axis, so that it is a unit row all the same."""
        row = np.zeros(self.dim, dtype=np.float32)
        row[0] = 1
        return row


def runs_of_one_length(lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Part texts into runs of texts with as many tokens, at most ``most_tokens`` in a run of several.

    Args:
        lengths: tokens of each text.
        most_tokens: the tokens of all texts of a run, unless it has one text alone.

    Returns:
        The texts of each run, by their places in ``lengths``; every place once. The run with the most tokens comes
        first: one that came last would keep the other threads waiting.
    """
    alike: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        alike.setdefault(length, []).append(place)
    runs = []
    for length, places in alike.items():
        most = max(1, most_tokens // max(1, length))
        n_runs = -(-len(places) // most)  # as even as can be: 9 texts of which 8 may be in one run go as 5 and 4
        bounds = [len(places) * at // n_runs for at in range(n_runs + 1)]
        runs += [places[first:end] for first, end in pairwise(bounds)]
    return sorted(runs, key=lambda run: len(run) * lengths[run[0]], reverse=True)


def _damaged(path: Path, crc: str) -> bool:
    return not path.is_file() or crc32_of(path) != crc
