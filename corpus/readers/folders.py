"""Folders: every file in them, below and above, but for what is no article and what is asked to be left out."""

import os
from collections.abc import Iterator
from pathlib import Path

from corpus.readers.files import plain, shown
from corpus.readers.types import Refused

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


def walk(folder: Path, ignore: tuple[str, ...] = ()) -> Iterator[Path | Refused]:
    """Give the paths of the files below ``folder``, sorted, without those that match ``IGNORED`` or ``ignore``.

    Symbolic links to folders are not followed, nor links to files out of the folder: those are refused. ``ignore`` may
    take a pattern of ``IGNORED`` back with ``!``, as .gitignore can.
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
            if spec.match_file(os.path.join(inside, name)):  # noqa: PTH118
                continue
            if not path.is_symlink():
                yield path
            elif refusal := _refuse_link(path, root):
                yield refusal
    yield from refused


def _refuse_link(path: Path, root: Path) -> Refused | None:
    """Refuse a link that leads nowhere or out of the folder; what one inside it leads to is read where it lies."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return Refused(plain(str(path)), f"{shown(path)} is a link to nothing. Mend or remove it.")
    if target.is_relative_to(root):
        return None
    return Refused(plain(str(path)), f"{shown(path)} is a link out of the folder. Give what it leads to.")
