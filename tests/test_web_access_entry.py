"""How a server is entered: when keys are asked for, what a proxy may say, and how keys are checked."""

import asyncio
import hmac
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from bot.keys import hashing
from bot.keys.store import KeyStore
from bot.settings import Settings
from corpus.errors import ServingError
from tests.access_app import bearer, keyed
from tests.web_bot import StubBot
from web import create_app
from web.access.entry import Entry, open_entry
from web.access.keyring import Keyring
from web.problems import Problem

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    KeyStore(tmp_path / "keys.sqlite").create("one", "read")
    return tmp_path


@pytest.mark.parametrize(
    ("address", "set_", "chosen", "asks", "limits"),
    [
        ("127.0.0.1", {}, None, False, False),
        ("::1", {}, None, False, False),
        ("0.0.0.0", {}, None, True, True),
        ("::", {}, None, True, True),
        ("192.0.2.7", {}, None, True, True),
        ("fe80::1%eth0", {}, None, True, True),
        ("127.0.0.1", {"proxies": "127.0.0.1"}, None, True, True),
        ("127.0.0.1", {"hosts": "qa.example"}, None, True, True),
        ("127.0.0.1", {"keys": True}, None, True, True),
        ("127.0.0.1", {}, True, True, True),
        ("127.0.0.1", {"keys": True}, False, False, False),
        ("0.0.0.0", {}, False, False, True),
        ("0.0.0.0", {"keys": False}, None, False, True),
        ("0.0.0.0", {"keys": False}, True, True, True),
        ("0.0.0.0", {"origins": "*"}, False, False, True),
        ("127.0.0.1", {"origins": "*"}, None, False, False),
    ],
)
def test_keys_are_asked_for_where_others_can_come_in(
    folder: Path, address: str, set_: dict[str, Any], chosen: bool | None, asks: bool, limits: bool
) -> None:
    entry = open_entry(Settings(data=folder, **set_), address, chosen)
    assert (entry.keyring is not None, entry.limits is not None) == (asks, limits)


def test_without_a_key_it_does_not_start_and_says_how(tmp_path: Path) -> None:
    words = ["-m", "askarticle", "serve", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path)]
    out = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert out.returncode == 2
    assert len(out.stderr.splitlines()) == 1
    for said in ("askarticle keys create", "--no-keys", str(tmp_path)):
        assert said in out.stderr
    assert list(tmp_path.iterdir()) == []


def test_with_keys_not_every_page_may_try_them(folder: Path) -> None:
    with pytest.raises(ServingError, match="ORIGINS"):
        open_entry(Settings(data=folder, origins="*"), "0.0.0.0")


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.0/8, x", "10.0.0.1/8", "*"])
def test_a_proxy_is_an_address_or_a_network(value: str) -> None:
    with pytest.raises(ValidationError, match="no address or network"):
        Settings(proxies=value)


def test_rates_are_checked_when_they_are_set() -> None:
    assert Settings(key_rate="5/Day").key_rate == "5/day"
    with pytest.raises(ValidationError, match="no rate"):
        Settings(address_rate="many")


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"])
def test_a_server_for_its_own_machine_is_not_opened_to_others_by_a_proxy(name: str) -> None:
    client = TestClient(create_app(StubBot(), entry=Entry(direct=True)))
    assert client.get("/api/v1/articles").status_code == 200
    refused = client.get("/api/v1/articles", headers={name: "192.0.2.7"})
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:askarticle:problem:through-proxy"
    assert client.get("/", headers={name: "192.0.2.7"}).status_code == 403
    open_to_all = TestClient(create_app(StubBot(), entry=Entry()))
    assert open_to_all.get("/", headers={name: "192.0.2.7"}).status_code == 200


def test_a_server_without_keys_that_others_reach_is_limited_by_address(tmp_path: Path) -> None:
    entry = open_entry(Settings(data=tmp_path, address_rate="2/minute"), "0.0.0.0", keys=False)
    client = TestClient(create_app(StubBot(), entry=entry))
    seen = [client.get("/api/v1/articles") for _ in range(3)]
    assert [each.status_code for each in seen] == [200, 200, 429]
    assert seen[1].headers["ratelimit"].startswith('"address";r=0;')
    assert client.delete("/api/v1/articles/x").status_code == 429


@pytest.mark.parametrize(
    "header", ["Basic eDp5", "Bearer", "Bearer ", "bearer  x", "Token KEY", "KEY", "Bearer KEY KEY", ", Bearer KEY"]
)
def test_what_is_no_key_in_a_header(tmp_path: Path, header: str) -> None:
    with keyed(tmp_path, filled=False) as server:
        key = server.key("read")
        for kind in ("Bearer", "bearer", "BEARER"):
            assert server.client.get("/v1/models", headers={"authorization": f"{kind} {key}"}).status_code == 200
        refused = server.client.get("/v1/models", headers={"authorization": header.replace("KEY", key)})
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "key-refused"
        assert "error=" in refused.headers["www-authenticate"]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every hash that is worked out."""
    worked_out: list[int] = []
    check: Callable[[str, str], bool] = hashing.is_secret

    def is_secret(secret: str, hashed: str) -> bool:
        worked_out.append(1)
        return check(secret, hashed)

    monkeypatch.setattr(hashing, "is_secret", is_secret)
    return worked_out


def test_a_hash_is_worked_out_once_and_revoking_counts_at_once(tmp_path: Path, counted: list[int]) -> None:
    with keyed(tmp_path, filled=False) as server:
        key = server.key("read")
        for _ in range(5):
            assert server.client.get("/v1/models", headers=bearer(key)).status_code == 200
        assert len(counted) == 1
        KeyStore(server.store.path).revoke(key.split("_")[1])  # as the command does, in another process
        assert server.client.get("/v1/models", headers=bearer(key)).status_code == 401


def test_it_is_worked_out_anew_after_a_while(
    tmp_path: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("web.access.keyring.monotonic", lambda: now[0])
    ring = Keyring(KeyStore(tmp_path / "keys.sqlite"))
    _, key = ring.store.create("one", "read")
    assert ring.known(key) is None
    assert asyncio.run(ring.check(key))
    assert ring.known(key)
    now[0] = 899.0
    assert ring.known(key)
    now[0] = 901.0
    assert ring.known(key) is None
    assert asyncio.run(ring.check(key))
    assert len(counted) == 2
    ring.close()


def test_keys_are_compared_in_constant_time(
    tmp_path: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered is compared by ``compare_digest`` alone: when that says no, the hash has to say yes again."""
    ring = Keyring(KeyStore(tmp_path / "keys.sqlite"))
    _, key = ring.store.create("one", "read")
    assert asyncio.run(ring.check(key))
    assert ring.known(key)
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: bool(compared.append((one, other))))
    assert ring.known(key) is None
    assert asyncio.run(ring.check(key))
    assert len(counted) == 2
    assert all(len(one) == len(other) == 32 and key.encode() not in one + other for one, other in compared)
    ring.close()


def test_few_wait_for_a_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring, go = Keyring(KeyStore(tmp_path / "keys.sqlite")), Event()
    at_once = [0, 0]

    def slow(secret: str, hashed: str) -> bool:
        at_once[0] += 1
        at_once[1] = max(at_once)
        go.wait(30)
        at_once[0] -= 1
        return True

    monkeypatch.setattr(hashing, "is_secret", slow)
    keys = [ring.store.create(str(number), "read")[1] for number in range(40)]

    async def all_at_once() -> list[Any]:
        checks = [asyncio.create_task(ring.check(key)) for key in keys]
        while sum(check.done() for check in checks) < 8:
            await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*checks, return_exceptions=True)

    results = asyncio.run(all_at_once())
    refused = [each for each in results if isinstance(each, Problem)]
    assert len(refused) == 8
    assert {(each.status_code, each.name) for each in refused} == {(503, "busy")}
    assert at_once[1] == 1
    ring.close()


def test_a_crowd_with_one_key_waits_for_one_hash(tmp_path: Path, counted: list[int]) -> None:
    ring = Keyring(KeyStore(tmp_path / "keys.sqlite"))
    _, key = ring.store.create("one", "read")
    forged = key[:-1] + ("a" if key[-1] != "a" else "b")

    async def all_at_once() -> list[Any]:
        first = asyncio.create_task(ring.check(key))
        await asyncio.sleep(0)
        first.cancel()
        return await asyncio.gather(*(ring.check(each) for each in [key, forged] * 100))

    found = asyncio.run(all_at_once())
    assert [each is not None for each in found] == [True, False] * 100
    assert len(counted) == 2
    ring.close()


def test_serving_this_machine_alone_loads_nothing_of_keys() -> None:
    code = (
        "import sys; from bot.settings import Settings; from web import create_app, open_entry; "
        "from tests.web_bot import StubBot; from starlette.testclient import TestClient; "
        "client = TestClient(create_app(StubBot(), entry=open_entry(Settings(), '127.0.0.1'))); "
        "assert client.get('/').status_code == 200; "
        "print([name for name in ('argon2', 'limits', 'bot.keys.store') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"
