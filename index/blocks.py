"""Blocks of passages on disk: written once and never changed, so that one snapshot takes them over from the last.

Many passages lie in blocks of some ten thousands, each with files of its own. What changes rewrites the blocks that it
touches, not the others, however large the library is.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

Write = Callable[[Path], None]  # writes a file at that path

BUILDING = ".building-"  # how the names of folders begin in which blocks are made


def new_name() -> str:
    """Give a name that no other block has."""
    return uuid4().hex[:12]


def taken_over(home: Path | None, name: str, write: Write) -> Write:
    """Give what puts the file ``name`` of ``home`` at a path: linked where that can be, else written by ``write``."""

    def put(path: Path) -> None:
        try:
            if home is not None:
                os.link(home / name, path)
                return
        except OSError:  # a file system without links, or another process has tidied up
            path.unlink(missing_ok=True)
        write(path)

    return put


@contextmanager
def building(folder: Path | None) -> Iterator[Path]:
    """Give a folder in ``folder`` to write files in that are opened before it goes: mapped, they last until let go.

    So nothing is left over, and what is made needs no memory of its own.

    Raises:
        OSError: it cannot be made there.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    # Windows keeps what is mapped: the next snapshot tidies it up.
    with TemporaryDirectory(dir=folder, prefix=BUILDING, ignore_cleanup_errors=True) as name:
        yield Path(name)
