"""A server that asks for keys, with a library of two collections in which every article has a marker word."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.keys import hashing
from bot.keys.key import Scope
from bot.keys.rate import Rate
from bot.keys.store import KeyStore
from bot.settings import Settings
from tests.api_server import make_bot
from tests.fakes import FakeEncoder
from web import ServedLibrary, create_app
from web.access.entry import Entry
from web.access.keyring import Keyring
from web.access.rate_limits import RateLimits

PLENTY = Rate(1_000_000, 60)
FERRY = "The heron ferry to Lindholm sank on Friday. Its captain, Mara Voss, was the last to leave. Nobody was hurt."
BRIDGE = "The otter bridge at Arnfels closed on Monday. Repairs will cost about 4 million euros, the mayor said."
TUNNEL = "The otter tunnel below Arnfels stays open. It was dug by 200 workers, the mayor said on Monday."
# What stands in the articles of either collection, and nowhere else.
HARBOUR_WORDS = ("heron", "Lindholm", "Mara", "ferry", "harbour")
TOWN_WORDS = ("otter", "Arnfels", "mayor", "bridge", "tunnel", "town")


@dataclass
class Server:
    app: FastAPI
    store: KeyStore
    client: TestClient

    def key(self, scope: Scope = "read", *collections: str, **more: Any) -> str:
        return self.store.create(scope, scope, collections=frozenset(collections) or None, **more)[1]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@contextmanager
def keyed(folder: Path, *, limits: RateLimits | None = None, filled: bool = True, **options: Any) -> Iterator[Server]:
    """Give a server that asks for keys; ``filled``: with one article in "harbour" and two in "town"."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings, encoder = Settings(data=folder), FakeEncoder()
    store = KeyStore(settings.keys_file)
    entry = Entry(Keyring(store), limits or RateLimits(PLENTY, PLENTY, PLENTY))
    library = ServedLibrary(settings, encoder)
    app = create_app(make_bot(settings, encoder), library=library, entry=entry, **options)
    with patch.object(hashing, "_HASHER", cheap), TestClient(app, raise_server_exceptions=False) as client:
        server = Server(app, store, client)
        if filled:
            headers = bearer(server.key("write"))
            for id, text, place in (
                ("ferry", FERRY, "harbour"),
                ("bridge", BRIDGE, "town"),
                ("tunnel", TUNNEL, "town"),
            ):
                body = {"text": text, "id": id, "collection": place}
                assert client.post("/api/v1/articles?wait=60", json=body, headers=headers).status_code == 201
        yield server
