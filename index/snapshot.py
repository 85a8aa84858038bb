"""What is derived from a library, on disk, so that the next start need not derive it.

manifest.json                    format, encoder, whose library and which generation of it, CRC-32 of each file
generation-7/dense.faiss         vectors of the current passages
generation-7/lexical-*.npy       their words
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from corpus.errors import IndexMismatchError, StoredDataError
from index.dense import DenseIndex
from index.generations import generation_folder, read_manifest, write_generation
from index.lexical import LexicalIndex
from index.postings import Postings
from index.storage import crc32_of

FORMAT = 1
_DENSE = "dense.faiss"
_BUSY_SECONDS = 10.0  # as long as another process may save; its snapshot is as good as ours


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot says of itself."""

    format: int
    encoder: str  # Encoder.name
    dim: int
    generation: int  # of the snapshot
    library: str  # the identity of the library
    library_generation: int
    passages: int
    crc32: dict[str, str]  # file name -> checksum

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of ``folder``.

        Raises:
            StoredDataError: there is none, or it is damaged.
            IndexMismatchError: it is of another format.
        """
        return read_manifest(folder, cls, FORMAT, "snapshot")


def save_snapshot(
    folder: Path, dense: DenseIndex, lexical: LexicalIndex, *, encoder: str, library: str, generation: int
) -> None:
    """Write both indexes as the snapshot of the library's ``generation``.

    Raises:
        OSError, StoredDataError: it cannot be written, or another process writes there.
    """

    def describe(number: int, paths: Mapping[str, Path]) -> dict[str, Any]:
        checksums = {name: crc32_of(path) for name, path in paths.items()}
        return asdict(Snapshot(FORMAT, encoder, dense.dim, number, library, generation, len(dense), checksums))

    files = {_DENSE: dense.write, **lexical.postings().writers()}
    write_generation(folder, files, describe, wait_seconds=_BUSY_SECONDS)


def load_snapshot(folder: Path, *, encoder: str, dim: int, library: str) -> tuple[Snapshot, DenseIndex, LexicalIndex]:
    """Open the snapshot in ``folder``, mapped into memory, checked against its checksums.

    Raises:
        StoredDataError: there is none, or a file is missing or damaged.
        IndexMismatchError: it is of another encoder, library or format.
    """
    snapshot = Snapshot.read(folder)
    if (snapshot.encoder, snapshot.dim, snapshot.library) != (encoder, dim, library):
        raise IndexMismatchError(f"The snapshot in {folder} is of another encoder or of another library.")
    own = generation_folder(folder, snapshot.generation)
    try:
        damaged = [name for name, crc in snapshot.crc32.items() if crc32_of(own / name) != crc]
        if damaged:
            raise StoredDataError(f"The snapshot in {folder} is damaged ({', '.join(damaged)}).")
        dense, lexical = DenseIndex.open(own / _DENSE), LexicalIndex.of(Postings.open(own))
    except (OSError, StoredDataError) as error:
        if Snapshot.read(folder).generation != snapshot.generation:  # saved anew meanwhile, and tidied up
            return load_snapshot(folder, encoder=encoder, dim=dim, library=library)
        if isinstance(error, StoredDataError):
            raise
        raise StoredDataError(f"The snapshot in {folder} cannot be read ({error}).") from error
    if {len(dense), len(lexical), snapshot.passages} != {snapshot.passages} or dense.dim != dim:
        raise StoredDataError(f"The snapshot in {folder} does not hold together.")
    return snapshot, dense, lexical
