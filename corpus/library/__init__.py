"""The library: the stored articles, the one source of truth. FAISS and BM25 are derived from it."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.library.sqlite_store import SqliteLibrary


def open_library(path: Path, *, wait_seconds: float = 30) -> "SqliteLibrary":
    """Open the library in the file ``path``; it is made, with its folder, if there is none.

    A writer waits for another one up to ``wait_seconds``.

    Raises:
        StoredDataError: it cannot be opened, is no library, or was made by a newer version of the program.
    """
    from corpus.library.sqlite_store import SqliteLibrary  # loads SQLAlchemy: a fifth of a second

    return SqliteLibrary(path, wait_seconds=wait_seconds)
