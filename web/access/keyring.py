"""Which key came with a request: looked up at every request, its hash worked out now and then."""

import asyncio
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

from bot.keys.key import Key, parse
from bot.keys.store import KeyStore
from web.problems import RETRY_SECONDS, Problem

REMEMBERED_SECONDS = 900.0
MOST_REMEMBERED = 4_096  # keys
MOST_WAITING = 32  # keys whose hashes are to be worked out


class Keyring:
    """Checks keys against a store. A key that is revoked or expires is refused at once, remembered or not.

    Argon2 is slow on purpose: that a key was right is remembered for a while, as a keyed digest of it that is worth
    nothing outside this process. One hash is worked out at a time, once for all who wait for it, and few wait.
    """

    def __init__(self, store: KeyStore) -> None:
        """Let in whom ``store`` knows."""
        self.store = store
        self._secret = secrets.token_bytes(32)
        self._remembered: OrderedDict[str, tuple[bytes, float]] = OrderedDict()  # id -> digest, until when
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "keys")
        self._checking: dict[str, Future[bool]] = {}  # by the key as it came

    def known(self, presented: str) -> Key | None:
        """Give the key if it was right a while ago and still is; quick.

        Raises:
            StoredDataError: the keys cannot be read.
        """
        parsed = parse(presented)
        if parsed is None or not self._is_remembered(*parsed):
            return None
        found = self.store.find(parsed[0])
        return found[0] if found else None

    async def check(self, presented: str) -> Key | None:
        """Give the key if it is one; None for what is none.

        Raises:
            Problem: too many are being checked.
            StoredDataError: the keys cannot be read.
        """
        parsed = parse(presented)
        found = self.store.find(parsed[0]) if parsed else None
        if parsed is None or found is None:
            return None
        with self._lock:
            checking = self._checking.get(presented) or self._begin(presented, *parsed, found[1])
        # Others may wait for the same, so one who goes away does not stop it.
        return found[0] if await asyncio.shield(asyncio.wrap_future(checking)) else None

    def _begin(self, presented: str, id: str, secret: str, hashed: str) -> Future[bool]:
        """Let a hash be worked out in its turn. The caller holds the lock."""
        if len(self._checking) >= MOST_WAITING:
            raise Problem("busy", "Too many keys are being checked. Try again.", headers={"retry-after": RETRY_SECONDS})
        checking = self._checking[presented] = self._worker.submit(self._is_right, id, secret, hashed)
        checking.add_done_callback(lambda _: self._checking.pop(presented, None))
        return checking

    def close(self) -> None:
        """Let go of the store."""
        self._worker.shutdown(cancel_futures=True)
        self.store.close()

    def _is_right(self, id: str, secret: str, hashed: str) -> bool:
        from bot.keys.hashing import is_secret

        if self._is_remembered(id, secret):  # worked out while this one waited
            return True
        right = is_secret(secret, hashed)
        if right:
            with self._lock:
                self._remembered[id] = (self._digest(id, secret), monotonic() + REMEMBERED_SECONDS)
                self._remembered.move_to_end(id)
                while len(self._remembered) > MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
        return right

    def _is_remembered(self, id: str, secret: str) -> bool:
        digest, until = self._remembered.get(id, (b"", 0.0))
        return hmac.compare_digest(digest, self._digest(id, secret)) and monotonic() < until

    def _digest(self, id: str, secret: str) -> bytes:
        return hmac.digest(self._secret, f"{id}_{secret}".encode(), hashlib.sha256)
