"""The library: the stored articles, the one source of truth. FAISS and BM25 are derived from it."""

from pathlib import Path
from typing import TYPE_CHECKING, overload

from corpus.errors import MissingPackageError, StoredDataError
from corpus.library.address import is_address, is_server

if TYPE_CHECKING:
    from corpus.library.sqlite_store import SqliteLibrary
    from corpus.library.stored_library import StoredLibrary


@overload
def open_library(place: Path, *, wait_seconds: float = 30) -> "SqliteLibrary": ...
@overload
def open_library(place: Path | str, *, wait_seconds: float = 30) -> "StoredLibrary": ...
def open_library(place: Path | str, *, wait_seconds: float = 30) -> "StoredLibrary":
    """Open the library in the file ``place``, or on the server of that address.

    A file is made, with its folder, if there is none, and so are a server's tables. A writer waits for another one up
    to ``wait_seconds``.

    Raises:
        StoredDataError: it cannot be opened, is no library, or was made by a newer version of the program.
        MissingPackageError: it is on a server, and the packages for that are not installed.
    """
    if not is_server(place):
        if isinstance(place, str) and is_address(place):  # not shown: a password may be in it
            raise StoredDataError("A library's address begins with postgresql+psycopg:// or postgresql://.")
        from corpus.library.sqlite_store import SqliteLibrary  # loads SQLAlchemy: a fifth of a second

        return SqliteLibrary(Path(place), wait_seconds=wait_seconds)
    try:
        from corpus.library.postgres.store import PostgresLibrary
    except ImportError as error:
        raise MissingPackageError("A library on a server needs packages: pip install 'askarticle[postgres]'") from error
    return PostgresLibrary(str(place), wait_seconds=wait_seconds)
