"""What a key is, and how one is written: ``aa_<id>_<secret>``."""

import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Scope = Literal["read", "write", "admin"]  # each includes those before it
SCOPES: tuple[Scope, ...] = get_args(Scope)

_LETTERS = string.ascii_letters + string.digits
_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH, _SECRET_LENGTH = 10, 43  # letters: 51 and 256 bits
_WRITTEN = re.compile(rf"aa_([a-z0-9]{{{_ID_LENGTH}}})_([A-Za-z0-9]{{{_SECRET_LENGTH}}})")


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; its secret is not."""

    id: str  # stands in the key and is no secret: by it the key is found, listed and revoked
    name: str
    scope: Scope
    collections: frozenset[str] | None  # None for all, and for articles in none
    created: datetime  # UTC
    expires: datetime | None = None  # UTC
    rate: str | None = None  # in place of the server's limit for a key, such as "100/minute"


def includes(scope: Scope, other: Scope) -> bool:
    """Say whether ``scope`` covers ``other``."""
    return SCOPES.index(scope) >= SCOPES.index(other)


def new_id() -> str:
    """Make up a key's public id."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


def new_secret() -> str:
    """Make up a key's secret part: 256 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_SECRET_LENGTH))


def written(id: str, secret: str) -> str:
    """Give a key as its holder gets it."""
    return f"aa_{id}_{secret}"


def parse(text: str) -> tuple[str, str] | None:
    """Give a key's id and secret; None for what cannot be a key."""
    found = _WRITTEN.fullmatch(text)
    return (found[1], found[2]) if found else None
