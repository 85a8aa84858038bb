"""Files as they lie: only plain files, read whole and unchanged, never more than allowed."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from corpus.errors import ArticleTooLargeError, NoSuchArticleError, UnreadableArticleError
from corpus.readers.drafts import megabytes

_TRIES = 3  # at a file that changes while it is read
# Never wait for a pipe's writer or for a terminal; Windows has neither flag, nor pipes among its files.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_whole(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Read a file as it was at one instant; ``follow``: its path may be a symbolic link.

    Raises:
        NoSuchArticleError: nothing is there, it is no plain file, or it may not be read.
        ArticleTooLargeError: it holds more than ``most`` bytes.
        UnreadableArticleError: it keeps changing.
    """
    for _ in range(_TRIES):
        with open_plain(path, follow=follow) as file:
            before = os.fstat(file.fileno())
            data = file.read(most + 1)
            after = os.fstat(file.fileno())
        if len(data) > most:
            raise ArticleTooLargeError(f"{shown(path)} is larger than {megabytes(most)}. Split it into several files.")
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return data
    raise UnreadableArticleError(f"{shown(path)} changes while it is read. Try again when it is whole.")


@contextmanager
def open_plain(path: Path, *, follow: bool = True) -> Iterator[BinaryIO]:
    """Open a plain file for reading.

    Raises:
        NoSuchArticleError: nothing is there, it is no plain file, or it may not be read.
    """
    try:
        _check(path, path.stat() if follow else path.lstat())  # opening some devices already does something
        handle = os.open(path, _FLAGS | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
        with os.fdopen(handle, "rb") as file:
            _check(path, os.fstat(handle))
            yield file
    except FileNotFoundError:
        broken = path.is_symlink()
        raise NoSuchArticleError(
            f"{shown(path)} is a link to nothing. Mend or remove it."
            if broken
            else f"There is no file {shown(path)}. Check the path."
        ) from None
    except PermissionError:
        raise NoSuchArticleError(f"{shown(path)} may not be read. Check its permissions.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise NoSuchArticleError(f"{shown(path)} cannot be read: {reason}. Check the path.") from None


def shown(path: Path, limit: int = 200) -> str:
    """Write a path for a message: quoted, on one line, not too long."""
    name = repr(str(path))
    return name if len(name) <= limit else f"{name[:limit]}…'"


def plain(path: str) -> str:
    """Write a path so that it can be stored and shown: what is no character, and line ends, as escapes."""
    text = path.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _check(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise NoSuchArticleError(f"{shown(path)} is a folder. Give the path of a file.")
    if not stat.S_ISREG(status.st_mode):
        raise NoSuchArticleError(f"{shown(path)} is a pipe, link or device, not a file. Give the path of a file.")
