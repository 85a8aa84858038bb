"""The keys of a data folder, in a file of their own: a copy of the library carries none of them."""

import json
import sqlite3
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from bot.keys.file import KeyFile
from bot.keys.key import Key, Scope, new_id, new_secret, written
from corpus.errors import NoSuchKeyError


class KeyStore:
    """Keys, hashed, and the sessions opened with them. For any number of threads and processes.

    Every look is at the file as it is now: a key that is revoked lets nobody in any more.
    """

    def __init__(self, path: Path) -> None:
        """Use the file ``path``; it is made when something is first written, for its owner alone to read."""
        self.path = path
        # Two connections, so that whoever comes in is not kept waiting while something is written.
        self._file, self._written = KeyFile(path), KeyFile(path)

    def create(
        self,
        name: str,
        scope: Scope,
        *,
        collections: frozenset[str] | None = None,
        expires: datetime | None = None,
        rate: str | None = None,
    ) -> tuple[Key, str]:
        """Make a key; give it, and how it is written, which is kept nowhere and can be told only now.

        Raises:
            StoredDataError: the file cannot be written.
        """
        from bot.keys.hashing import hash_secret

        key = Key(new_id(), name, scope, collections, _now(), expires, rate)
        secret = new_secret()
        row = (
            key.id,
            name,
            scope,
            None if collections is None else json.dumps(sorted(collections)),
            hash_secret(secret),
            int(key.created.timestamp()),
            None if expires is None else int(expires.timestamp()),
            rate,
        )
        with self._written.writing() as connection:
            connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return key, written(key.id, secret)

    def find(self, id: str) -> tuple[Key, str] | None:
        """Give the key of that id with the hash of its secret, unless it was revoked or has expired.

        Raises:
            StoredDataError: the file cannot be read.
        """
        rows = self._file.read("SELECT * FROM keys WHERE id = ?", id)
        return (_key(rows[0]), str(rows[0]["hash"])) if rows and _lives(rows[0]) else None

    def all(self) -> list[Key]:
        """Give all keys but revoked ones, the oldest first; raises as ``find``."""
        return [_key(row) for row in self._file.read("SELECT * FROM keys ORDER BY created, rowid")]

    def any(self) -> bool:
        """Say whether a key would let anybody in; raises as ``find``."""
        return any(map(_lives, self._file.read("SELECT expires FROM keys")))

    def revoke(self, id: str) -> None:
        """Take a key away, and with it the sessions that were opened with it.

        Raises:
            NoSuchKeyError: there is none of that id.
            StoredDataError: the file cannot be written.
        """
        if self.path.exists():
            with self._written.writing() as connection:
                if connection.execute("DELETE FROM keys WHERE id = ?", (id,)).rowcount:
                    return
        raise NoSuchKeyError(f"There is no key {id!r}. `askarticle keys list` shows what there is.")

    def open_session(self, key_id: str, seconds: int) -> str:
        """Let whoever has the token that this gives in as the key does, for so long.

        Raises:
            StoredDataError: the file cannot be written, or the key has just been revoked.
        """
        token, now = token_urlsafe(32), int(_now().timestamp())
        with self._written.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_hashed(token), key_id, now + seconds))
        return token

    def session(self, token: str) -> Key | None:
        """Give the key that a session was opened with, if both still hold; raises as ``find``."""
        query = (
            "SELECT keys.*, sessions.expires AS ends FROM sessions JOIN keys ON keys.id = key WHERE sessions.hash = ?"
        )
        for row in self._file.read(query, _hashed(token)):
            if _lives(row) and row["ends"] > _now().timestamp():
                return _key(row)
        return None

    def end_session(self, token: str) -> None:
        """End a session, if it is one; raises StoredDataError as ``create``."""
        if self.session(token) is not None:
            with self._written.writing() as connection:
                connection.execute("DELETE FROM sessions WHERE hash = ?", (_hashed(token),))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._written.close()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _lives(row: sqlite3.Row) -> bool:
    return row["expires"] is None or row["expires"] > _now().timestamp()


def _key(row: sqlite3.Row) -> Key:
    names: Any = row["collections"]
    collections = None if names is None else frozenset(json.loads(names))
    expires = None if row["expires"] is None else datetime.fromtimestamp(row["expires"], UTC)
    created = datetime.fromtimestamp(row["created"], UTC)
    return Key(row["id"], row["name"], row["scope"], collections, created, expires, row["rate"])
