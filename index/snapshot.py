"""What is derived from a library, on disk, so that the next start need not derive it.

manifest.json                       format, encoder, whose library and which generation of it, CRC-32 of each file
generation-7/dense.faiss            vectors of the passages in no block
generation-7/lexical-*.npy          words of the texts in no block
generation-7/dense-NAME-*           a block of vectors: their ids, whole, and as bytes in cells
generation-7/lexical-NAME-*.npy     a block of texts

A block that has not changed is linked into the next generation, with the checksum it had.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from corpus.errors import IndexMismatchError, StoredDataError
from index.dense import REST, DenseIndex
from index.generations import generation_folder, read_manifest, write_generation
from index.lexical import LexicalIndex
from index.storage import crc32_of

FORMAT = 2
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
    dense_blocks: list[str]  # names
    lexical_blocks: list[str]
    crc32: dict[str, str]  # file name -> checksum
    sizes: dict[str, int]  # file name -> bytes

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of ``folder``.

        Raises:
            StoredDataError: there is none, or it is damaged.
            IndexMismatchError: it is of another format.
        """
        return read_manifest(folder, cls, FORMAT, "snapshot")

    @property
    def block_files(self) -> list[str]:
        """The files of blocks: too large, together, to be read through at every start."""
        blocks = {*self.dense_blocks, *self.lexical_blocks}
        return [name for name in self.crc32 if not blocks.isdisjoint(name.split("-")[1:2])]

    def damaged(self, folder: Path, names: Iterable[str]) -> list[str]:
        """Give those of the files ``names`` in ``folder`` that are not as they were written.

        Raises:
            OSError: one cannot be read.
        """
        own = generation_folder(folder, self.generation)
        return [name for name in names if crc32_of(own / name) != self.crc32[name]]


def save_snapshot(
    folder: Path,
    dense: DenseIndex,
    lexical: LexicalIndex,
    *,
    encoder: str,
    library: str,
    generation: int,
    known: Mapping[str, str],
) -> None:
    """Write both indexes, tidied, as the snapshot of the library's ``generation``.

    ``known`` are checksums of files of blocks: they are not computed anew, so that damage is not signed for.

    Raises:
        OSError, StoredDataError: it cannot be written, or another process writes there.
    """

    def describe(number: int, paths: Mapping[str, Path]) -> dict[str, Any]:
        checksums = {name: known.get(name) or crc32_of(path) for name, path in paths.items()}
        sizes = {name: path.stat().st_size for name, path in paths.items()}
        blocks = ([*dense.blocks], [block.name for block in lexical.blocks if block.is_full])
        return asdict(
            Snapshot(FORMAT, encoder, dense.dim, number, library, generation, len(dense), *blocks, checksums, sizes)
        )

    write_generation(folder, {**dense.writers(), **lexical.writers()}, describe, wait_seconds=_BUSY_SECONDS)


def load_snapshot(folder: Path, *, encoder: str, dim: int, library: str) -> tuple[Snapshot, DenseIndex, LexicalIndex]:
    """Open the snapshot in ``folder``, mapped into memory.

    It is checked against its checksums; the files of blocks only against their sizes, so that a start takes no longer
    the larger the library is: ``check_blocks`` does the rest.

    Raises:
        StoredDataError: there is none, or a file is missing or damaged.
        IndexMismatchError: it is of another encoder, library or format.
    """
    snapshot = Snapshot.read(folder)
    if (snapshot.encoder, snapshot.dim, snapshot.library) != (encoder, dim, library):
        raise IndexMismatchError(f"The snapshot in {folder} is of another encoder or of another library.")
    own = generation_folder(folder, snapshot.generation)
    try:
        cut = [name for name, size in snapshot.sizes.items() if (own / name).stat().st_size != size]
        small = snapshot.crc32.keys() - set(snapshot.block_files)
        if damaged := cut or snapshot.damaged(folder, sorted(small)):
            raise StoredDataError(f"The snapshot in {folder} is damaged ({', '.join(damaged)}).")
        dense = DenseIndex.open(own / REST, snapshot.dense_blocks)
        lexical = LexicalIndex.open(own, snapshot.lexical_blocks)
    except (OSError, StoredDataError) as error:
        if Snapshot.read(folder).generation != snapshot.generation:  # saved anew meanwhile, and tidied up
            return load_snapshot(folder, encoder=encoder, dim=dim, library=library)
        if isinstance(error, StoredDataError):
            raise
        raise StoredDataError(f"The snapshot in {folder} cannot be read ({error}).") from error
    if {len(dense), len(lexical), snapshot.passages} != {snapshot.passages} or dense.dim != dim:
        raise StoredDataError(f"The snapshot in {folder} does not hold together.")
    return snapshot, dense, lexical


def check_blocks(folder: Path) -> None:
    """Compare the files of the snapshot's blocks in ``folder`` with their checksums: seconds for some gigabytes.

    Raises:
        StoredDataError: one is damaged or missing.
    """
    snapshot = Snapshot.read(folder)
    try:
        damaged = snapshot.damaged(folder, snapshot.block_files)
    except OSError as error:
        if Snapshot.read(folder).generation != snapshot.generation:  # saved anew meanwhile, and tidied up
            return check_blocks(folder)
        raise StoredDataError(f"The snapshot in {folder} cannot be read ({error}).") from error
    if damaged:
        raise StoredDataError(f"The snapshot in {folder} is damaged ({', '.join(damaged)}).")
