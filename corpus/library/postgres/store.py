"""The library on a server, for any number of web workers and machines."""

from corpus.library.postgres.connection import PostgresDatabase
from corpus.library.postgres.preparing import prepare
from corpus.library.postgres.search import PostgresSearch
from corpus.library.stored_library import StoredLibrary


class PostgresLibrary(StoredLibrary):
    """A ``StoredLibrary`` in a PostgreSQL database, which is searched there too."""

    database: PostgresDatabase
    search: PostgresSearch

    def __init__(self, address: str, *, wait_seconds: float = 30) -> None:
        """Open the library at ``address``; its tables are made if there are none. The database must be there.

        Raises:
            StoredDataError: it cannot be reached or used, or was made by a newer version of the program.
        """
        super().__init__(PostgresDatabase(address, wait_seconds))
        self.search = PostgresSearch(self.database)
        try:
            prepare(self.database)
        except BaseException:
            self.database.close()
            raise
