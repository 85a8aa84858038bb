"""Folders: the files of the formats that are read, below and above, but for what is asked to be left out."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from corpus.errors import ArticleError
from corpus.readers.files import open_plain, plain, shown
from corpus.readers.kinds import LOOKED_AT, is_of_format, suffix_of
from corpus.readers.types import LeftOut, Refused

# Patterns as in .gitignore: hidden files, other programs' folders, what editors and systems leave behind.
IGNORED = (
    ".*",
    "node_modules/",
    "__pycache__/",
    "__MACOSX/",
    "*~",
    "~$*",
    "*.tmp",
    "*.part",
    "*.crdownload",
    "*.swp",
    "Thumbs.db",
    "desktop.ini",
)


def walk(folder: Path, ignore: tuple[str, ...] = ()) -> Iterator[Path | Refused | LeftOut]:
    """Give the paths of the files below ``folder``, sorted, without those that match ``IGNORED`` or ``ignore``.

    Symbolic links to folders are not followed, nor links to files out of the folder: those are refused. ``ignore`` may
    take a pattern of ``IGNORED`` back with ``!``, as .gitignore can; a file that was taken back is given whatever its
    name. Another's name must be that of a format that is read, or it is left out.
    """
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines((*IGNORED, *ignore))
    root = folder.resolve()
    refused: list[Refused] = []

    def refuse(error: OSError) -> None:
        where = Path(error.filename or folder)
        reason = f"The folder {shown(where)} cannot be read: {error.strerror}. Check its permissions."
        refused.append(Refused(plain(str(where)), reason))

    for here, folders, files in os.walk(folder, onerror=refuse):
        yield from refused
        refused.clear()
        inside = os.path.relpath(here, folder)
        kept = [name for name in folders if not spec.match_file(os.path.join(inside, name) + "/")]  # noqa: PTH118
        folders[:] = sorted(name for name in kept if not os.path.islink(os.path.join(here, name)))  # noqa: PTH114, PTH118
        for name in sorted({*files, *kept} - set(folders)):
            path = Path(here, name)
            ignored = spec.check_file(os.path.join(inside, name)).include  # noqa: PTH118 (False: taken back)
            if ignored:
                continue
            refusal = _refuse_link(path, root) if path.is_symlink() else None
            if path.is_symlink() and refusal is None:
                continue
            if ignored is None and not path.is_dir() and not is_of_format(name, partial(_start, path)):
                yield LeftOut(plain(str(path)), plain(suffix_of(name)))
            else:
                yield refusal or path
    yield from refused


def _start(path: Path) -> bytes:
    try:
        with open_plain(path, follow=False) as file:
            return file.read(LOOKED_AT)
    except ArticleError:
        return b""


def _refuse_link(path: Path, root: Path) -> Refused | None:
    """Refuse a link that leads nowhere or out of the folder; what one inside it leads to is read where it lies."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return Refused(plain(str(path)), f"{shown(path)} is a link to nothing. Mend or remove it.")
    if target.is_relative_to(root):
        return None
    return Refused(plain(str(path)), f"{shown(path)} is a link out of the folder. Give what it leads to.")
