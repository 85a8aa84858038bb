"""Files that are wholly there or not at all: write beside, fsync, rename."""

import hashlib
import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from corpus.errors import BusyError, StoredDataError

_BLOCK = 1 << 20


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until the disk has ``path``: a file's bytes, or a folder's list of names."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder, and orders its renames itself
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: a kill at any moment leaves the old file or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    write_file(temporary, data)
    temporary.replace(path)
    sync(path.parent)


def install_folder(temporary: Path, target: Path) -> None:
    """Move the finished ``temporary`` to ``target``, in place of what may be there. The caller holds the lock."""
    for file in temporary.iterdir():
        sync(file)
    sync(temporary)
    if target.exists():
        retired = target.with_name(f".{target.name}.retired.{os.getpid()}")
        target.rename(retired)
        temporary.rename(target)
        shutil.rmtree(retired, ignore_errors=True)
    else:
        temporary.rename(target)
    sync(target.parent)


@contextmanager
def locked(folder: Path, *, wait_seconds: float = 300) -> Iterator[None]:
    """Let one process at a time write in ``folder``; a killed one frees it.

    SQLite's file lock serves, because the operating system drops it with the process, on every platform.

    Raises:
        BusyError: another process has held it for ``wait_seconds``.
        StoredDataError: the lock file can't be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(_lock(folder / ".lock", wait_seconds)):
        yield


def _lock(file: Path, wait_seconds: float) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(file, timeout=wait_seconds, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            message = f"Another process is writing in {file.parent}. Wait for it, or stop it, and try again."
            raise BusyError(message) from error
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise StoredDataError(f"The disk of {file.parent} is full. Make room and try again.") from error
        message = f"Cannot lock {file.parent} ({error}). Make the folder writable and delete {file.name} in it."
        raise StoredDataError(message) from error
    return connection


def sha256_of(path: Path) -> str:
    """Give the file's sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def crc32_of(path: Path) -> str:
    """Give the file's CRC-32 in hex: finds damage, not forgery, several times faster than sha256."""
    crc = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            crc = zlib.crc32(block, crc)
    return f"{crc:08x}"


def to_json(value: dict[str, Any]) -> bytes:
    """Give ``value`` as readable JSON bytes."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def seal(value: dict[str, Any]) -> dict[str, Any]:
    """Give ``value`` with a checksum of itself under ``seal``."""
    return {**value, "seal": _checksum(value)}


def unseal(value: dict[str, Any], path: Path) -> dict[str, Any]:
    """Give what ``seal`` was given.

    Raises:
        StoredDataError: it has been changed since; ``path`` is where it lies.
    """
    content = {key: item for key, item in value.items() if key != "seal"}
    if value.get("seal") != _checksum(content):
        raise StoredDataError(f"{path} is damaged (its checksum differs). Delete its folder to make it anew.")
    return content


def _checksum(value: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(value, sort_keys=True).encode()):08x}"


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        FileNotFoundError: there is no such file.
        StoredDataError: it is not a JSON object.
    """
    try:
        value = json.loads(path.read_bytes())
    except (IsADirectoryError, NotADirectoryError, ValueError, RecursionError) as error:
        raise StoredDataError(f"{path} is damaged ({error}). Delete its folder to make it anew.") from error
    if not isinstance(value, dict):
        raise StoredDataError(f"{path} is damaged (not a JSON object). Delete its folder to make it anew.")
    return value
