"""Where a library is: in a file, or on a server."""

import re
from pathlib import Path

_SERVER = re.compile(r"postgres(ql)?(\+psycopg)?://", re.IGNORECASE)
_ANY = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_server(place: Path | str) -> bool:
    """Whether ``place`` is a server's address, and not a file's."""
    return isinstance(place, str) and _SERVER.match(place.strip()) is not None


def is_address(place: str) -> bool:
    """Whether ``place`` looks like an address of any kind."""
    return _ANY.match(place.strip()) is not None
