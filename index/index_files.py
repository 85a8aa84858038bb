"""A passage index on disk: one folder for each generation, and a manifest that names the one that counts.

manifest.json               format, encoder, dim, generation, counts, sha256 of each file
generation-7/articles.jsonl articles, spans and ids
generation-7/dense.faiss    passage vectors
generation-7/lexical.npz    passage words
generation-7/sentences.npy  sentence vectors, in the articles' order
"""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np

from corpus.errors import IndexMismatchError, StoredDataError
from index.generations import generation_folder, read_manifest, write_generation
from index.storage import sha256_of, write_file
from index.types import Vectors

FORMAT = 2
ARTICLES, DENSE, LEXICAL, SENTENCES = "articles.jsonl", "dense.faiss", "lexical.npz", "sentences.npy"
_CURE = "Delete that folder and build the index anew."


@dataclass(frozen=True, slots=True)
class IndexManifest:
    """What a saved index says of itself."""

    format: int
    encoder: str  # Encoder.name
    dim: int
    generation: int
    articles: int
    sentences: int
    passages: int
    next_id: int  # the id the next passage gets: ids are never given twice
    sha256: dict[str, str]  # file name -> hash

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of ``folder``.

        Raises:
            StoredDataError: there is none, or it is damaged.
            IndexMismatchError: it is of another format.
        """
        return read_manifest(folder, cls, FORMAT, "index", _CURE)


def save_generation(
    folder: Path, files: Mapping[str, bytes], *, encoder: str, dim: int, counts: Mapping[str, int]
) -> IndexManifest:
    """Write ``files`` as the next generation of the index in ``folder``; ``counts`` are the manifest's numbers.

    Raises:
        StoredDataError: another process has been writing there for minutes.
    """

    def describe(number: int, paths: Mapping[str, Path]) -> dict[str, Any]:
        hashes = {name: sha256_of(path) for name, path in paths.items()}
        return asdict(IndexManifest(FORMAT, encoder, dim, number, sha256=hashes, **counts))

    writers = {name: partial(write_file, data=data) for name, data in files.items()}
    return IndexManifest(**write_generation(folder, writers, describe))


def load_generation(folder: Path, *, encoder: str, dim: int) -> tuple[IndexManifest, dict[str, Path]]:
    """Find the files of the saved index in ``folder``, whole and made by ``encoder``.

    Raises:
        StoredDataError: there is no index, or a file is missing or damaged.
        IndexMismatchError: another encoder or format made it.
    """
    manifest = IndexManifest.read(folder)
    if (manifest.encoder, manifest.dim) != (encoder, dim):
        message = f"The index in {folder} was made by the encoder {manifest.encoder}, not {encoder}. {_CURE}"
        raise IndexMismatchError(message)
    paths = {name: generation_folder(folder, manifest.generation) / name for name in manifest.sha256}
    damaged = [name for name, path in paths.items() if not path.is_file() or sha256_of(path) != manifest.sha256[name]]
    if damaged or set(paths) != {ARTICLES, DENSE, LEXICAL, SENTENCES}:
        if IndexManifest.read(folder).generation != manifest.generation:  # saved anew meanwhile, and tidied up
            return load_generation(folder, encoder=encoder, dim=dim)
        raise StoredDataError(f"The index in {folder} is damaged ({', '.join(damaged) or 'files missing'}). {_CURE}")
    return manifest, paths


def vectors_to_bytes(vectors: Vectors) -> bytes:
    """Give ``vectors`` in NumPy's file format, which can be mapped into memory."""
    buffer = io.BytesIO()
    np.save(buffer, vectors, allow_pickle=False)
    return buffer.getvalue()
