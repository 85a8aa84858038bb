"""What a server's errors mean to a reader. No message holds a password, nor a word of what is stored."""

import re

from sqlalchemy import URL

from corpus.errors import StoredDataError

_LONGEST_REASON = 200  # characters of what the server says
_CURES = {  # by SQLSTATE; Appendix A of PostgreSQL's manual
    "55P03": "is being written by another process. Wait for it, or stop it, and try again.",
    "57014": "did not answer in time. Nothing of a change was stored; try again, or look at the server's load.",
    "53100": "cannot grow: the server's disk is full. Nothing of this change was stored; make room and try again.",
    "53300": "takes no more connections. Wait a little, or raise the server's max_connections.",
    "25006": "cannot be written: the server takes no changes. Name the one that does in ASKARTICLE_DATABASE.",
    "42501": "may not be used so by this user. Let the server's administrator grant it.",
    "40P01": "is being written by another process. Wait for it, or stop it, and try again.",
    "XX001": "is damaged. Put a backup of the server's back.",
    "XX002": "is damaged: an index of the server's. Let its administrator run REINDEX.",
}
_NO_DATABASE = re.compile(r'database ".*" does not exist')  # while a connection is made, errors carry no SQLSTATE
_LOST = ("08", "57P")  # the classes of a connection that broke, and of a server that stops


def place_of(url: URL) -> str:
    """Give where the library is, for showing: no user, no password."""
    port = f":{url.port}" if url.port else ""
    return f"{url.host or 'localhost'}{port}/{url.database or ''}"


def explain(url: URL, error: BaseException) -> StoredDataError:
    """Give the error to raise for one of the driver's or of SQLAlchemy's."""
    state = getattr(error, "sqlstate", None)
    if state in _CURES:
        return StoredDataError(f"The library {place_of(url)} {_CURES[state]}")
    reason = _reason(url, error)
    if state == "3D000" or (state is None and _NO_DATABASE.search(reason)):
        cure = f"is not there ({reason}). Make it with createdb, or mend ASKARTICLE_DATABASE."
    elif state is None or state.startswith(_LOST):  # libpq's own errors carry no state
        cure = f"cannot be reached ({reason}). Start the server, or mend ASKARTICLE_DATABASE."
    else:
        cure = f"cannot be used ({reason}). `askarticle verify` says more."
    return StoredDataError(f"The library {place_of(url)} {cure}")


def _reason(url: URL, error: BaseException) -> str:
    """Give what the server says in one line: its detail may quote what is stored, and is left out."""
    diagnosis = getattr(error, "diag", None)
    said = (diagnosis and diagnosis.message_primary) or str(error)
    line = " ".join(said.split())
    if url.password and str(url.password) in line:
        line = type(error).__name__
    return line[:_LONGEST_REASON]
