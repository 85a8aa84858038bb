"""What a request may do: everything where no key is needed, else what its key allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection

from bot.keys.key import Scope, includes


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, and what they may do.

    ``owner`` tells apart whose things are whose: the key's public id, None where no key is needed. ``scope`` None may
    only use what is open to all. ``collections`` None means all articles, those outside collections too.
    """

    owner: str | None
    scope: Scope | None
    collections: frozenset[str] | None = None
    key_name: str | None = None
    signed_in: bool = False  # by a page's form, not by a key that came with the request
    rate: str | None = None  # the key's own, such as "100/minute"

    def may(self, scope: Scope) -> bool:
        """Say whether it covers ``scope``."""
        return self.scope is not None and includes(self.scope, scope)

    def may_use(self, collection: str) -> bool:
        """Say whether articles of ``collection`` are within its reach."""
        return self.collections is None or collection in self.collections


FREE = Access(owner=None, scope="admin")  # on a server that needs no keys
NOBODY = Access(owner=None, scope=None, collections=frozenset())


def access_of(connection: HTTPConnection) -> Access:
    """Give what the request may do; ``NOBODY`` where keys are needed and nothing has let it in."""
    state: Mapping[str, Any] = connection.scope.get("state", {})
    known = state.get("access")
    if isinstance(known, Access):
        return known
    entry = getattr(connection.app.state, "entry", None)
    return FREE if entry is None or entry.keyring is None else NOBODY


def may_change(connection: HTTPConnection) -> bool:
    """Say whether the request may add, replace and remove articles."""
    return access_of(connection).may("write")


def may_administer(connection: HTTPConnection) -> bool:
    """Say whether the request may see what concerns the server as a whole, such as its metrics."""
    return access_of(connection).may("admin")
