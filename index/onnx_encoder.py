"""The encoder that answers questions: a sentence-transformers model, exported, without torch."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
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
        self._pooling = manifest.pooling
        self._model = OnnxModel(folder / MODEL, threads=threads)
        self._path = folder / MODEL
        self._workers = threads or usable_cores()
        self._single: OnnxModel | None = None  # one thread a run, for many texts side by side
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

        One text a run: padding, and even equal lengths side by side, change the last bits of a vector. Many texts are
        run side by side, each on one thread, which is quicker than one after the other on all of them.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        model = self._model_for(len(texts))

        def encode_one(text: str) -> None:
            vectors[places[text]] = self._encode_one(text, model)

        if model is self._model:
            for text in places:
                encode_one(text)
        else:  # the longest first: one that came last would keep the others waiting
            with ThreadPoolExecutor(self._workers) as pool:
                list(pool.map(encode_one, sorted(places, key=len, reverse=True)))
        return vectors

    def _model_for(self, n_texts: int) -> OnnxModel:
        """Give the model on one thread where so many texts are encoded that opening it is worth while."""
        if n_texts < 2:
            return self._model
        with self._lock:
            self._seen += n_texts
            if self._single is None and self._seen >= _MANY:
                self._single = OnnxModel(self._path, threads=1)
            return self._single or self._model

    def _encode_one(self, text: str, model: OnnxModel) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)  # (1, n_tokens)
        if not ids.size:
            return self._nowhere()
        token_vectors = model.run(ids)[0][0]  # (n_tokens, dim)
        vector: NDArray[np.float32] = token_vectors.mean(axis=0) if self._pooling == "mean" else token_vectors[0]
        norm = np.linalg.norm(vector)
        return vector / norm if norm > 0 else self._nowhere()

    def _nowhere(self) -> NDArray[np.float32]:
        """Give the row of a text that has no direction: along the first axis, so that it is a unit row all the same."""
        row = np.zeros(self.dim, dtype=np.float32)
        row[0] = 1
        return row


def _damaged(path: Path, crc: str) -> bool:
    return not path.is_file() or crc32_of(path) != crc
