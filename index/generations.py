"""A folder of generations: each is written whole, and a manifest names the one that counts.

A generation is written and synced before the manifest, in one rename, begins to name it: whatever moment a kill comes
at, the manifest names a whole generation, the old one or the new.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import IndexMismatchError, StoredDataError
from index.storage import locked, read_json, replace_file, seal, sync, to_json, unseal

MANIFEST = "manifest.json"
Manifest = TypeVar("Manifest")

Write = Callable[[Path], None]  # writes a file at that path
Describe = Callable[[int, Mapping[str, Path]], dict[str, Any]]  # number and files of a generation -> its manifest


def write_generation(
    folder: Path, files: Mapping[str, Write], describe: Describe, *, wait_seconds: float = 300
) -> dict[str, Any]:
    """Write ``files`` as the next generation in ``folder``; give its manifest, made by ``describe``.

    Raises:
        StoredDataError: another process has been writing there for ``wait_seconds``.
    """
    with locked(folder, wait_seconds=wait_seconds):
        number = 1 + max((int(path.name.split("-")[1]) for path in _generations(folder)), default=0)
        target = generation_folder(folder, number)
        target.mkdir()
        for name, write in files.items():
            write(target / name)
            sync(target / name)
        sync(target)
        sync(folder)
        manifest = describe(number, {name: target / name for name in files})
        if (folder / MANIFEST).is_dir():  # only a file can be put in a file's place
            shutil.rmtree(folder / MANIFEST)
        replace_file(folder / MANIFEST, to_json(seal(manifest)))
        for old in _generations(folder):
            if old != target:
                shutil.rmtree(old, ignore_errors=True)
        return manifest


def read_manifest(folder: Path, make: Callable[..., Manifest], format: int, what: str, cure: str = "") -> Manifest:
    """Read the manifest of ``folder``, a ``what`` of that ``format``, as ``make`` takes its members by name.

    Raises:
        StoredDataError: there is none, or it is damaged; the message ends with ``cure``.
        IndexMismatchError: it is of another format.
    """
    path = folder / MANIFEST
    try:
        value = read_json(path)
    except FileNotFoundError:
        raise StoredDataError(f"There is no {what} in {folder}.") from None
    if value.get("format") != format:
        raise IndexMismatchError(f"The {what} in {folder} has format {value.get('format')}, not {format}. {cure}")
    try:
        return make(**unseal(value, path))
    except TypeError as error:
        raise StoredDataError(f"{path} is damaged ({error}). {cure}") from error


def remove_generations(folder: Path) -> None:
    """Remove every generation in ``folder``: those that a kill left unfinished, say, where no manifest names one.

    Raises:
        StoredDataError: another process has been writing there for minutes.
    """
    if not any(_generations(folder)):
        return
    with locked(folder):
        for old in _generations(folder):
            shutil.rmtree(old, ignore_errors=True)


def generation_folder(folder: Path, number: int) -> Path:
    """Give where generation ``number`` lies."""
    return folder / f"generation-{number}"


def _generations(folder: Path) -> list[Path]:
    return [path for path in folder.glob("generation-*") if path.name.removeprefix("generation-").isdecimal()]
