"""Clients that keep the server waiting: for a request's head, for its body, or by not reading what they asked for."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.api_server import served
from web.operations.patience import PatientProtocol, _is_waited_for, _Seen

BLOCK = b"x" * 1_000_000
HEAD = b"POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n"


class Hasty(PatientProtocol):
    patience = 0.3


class App:
    """Reads a body; sends without end; or takes its time. Remembers what ended otherwise than it wanted."""

    def __init__(self) -> None:
        self.gone = {"/body": threading.Event(), "/endless": threading.Event()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/body":
            while (message := await receive())["type"] == "http.request" and message["more_body"]:
                pass
            if message["type"] == "http.disconnect":
                self.gone["/body"].set()
                return
        if scope["path"] == "/slow":
            await asyncio.sleep(5 * Hasty.patience)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/endless":
            ended = asyncio.ensure_future(receive())  # the body's end, which there is none of; then that of the client
            while not ended.done() or ended.result()["type"] != "http.disconnect":
                if ended.done():
                    ended = asyncio.ensure_future(receive())
                await send({"type": "http.response.body", "body": BLOCK, "more_body": True})
                await asyncio.sleep(0)
            self.gone["/endless"].set()
            return
        await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture(scope="module")
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def place(app: App) -> Iterator[tuple[str, int]]:
    with served(app, http=Hasty, lifespan="off", timeout_keep_alive=60) as address:
        parts = urlsplit(address)
        yield str(parts.hostname), int(parts.port or 0)


def is_closed_by_the_server(connection: socket.socket) -> bool:
    with suppress(ConnectionResetError):
        while connection.recv(10_000):  # it may be told first what was wrong
            pass
    return True


@pytest.mark.parametrize(
    "sent", [b"", b"GET /slow HT", HEAD[:-2], b"\r\n"], ids=["nothing", "a word", "a head", "a line"]
)
def test_who_sends_no_whole_head_is_cut_off(place: tuple[str, int], sent: bytes) -> None:
    with closing(socket.create_connection(place, timeout=60)) as connection:
        connection.sendall(sent)
        assert is_closed_by_the_server(connection)


def test_who_begins_a_body_and_sends_no_more_is_cut_off(place: tuple[str, int], app: App) -> None:
    with closing(socket.create_connection(place, timeout=60)) as connection:
        connection.sendall(HEAD + b"x" * 10)
        assert is_closed_by_the_server(connection)
    assert app.gone["/body"].wait(60)


def test_half_a_next_head_on_a_connection_that_was_used_is_cut_off(place: tuple[str, int]) -> None:
    with closing(socket.create_connection(place, timeout=60)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        while b"0\r\n\r\n" not in connection.recv(10_000):
            pass
        connection.sendall(b"GET")
        assert is_closed_by_the_server(connection)


def test_an_answer_that_takes_long_is_waited_for_and_so_is_the_next_request(place: tuple[str, int]) -> None:
    with httpx2.Client(base_url=f"http://{place[0]}:{place[1]}", timeout=60) as client:
        for _ in range(2):
            assert client.get("/slow").text == "done"


def test_who_reads_nothing_of_what_is_sent_is_cut_off(place: tuple[str, int], app: App) -> None:
    with closing(socket.create_connection(place, timeout=60)) as connection:
        connection.sendall(b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n")
        assert app.gone["/endless"].wait(60)


SEEN = _Seen("work", None, received=0, unsent=0, resumed=None)


@pytest.mark.parametrize(
    ("before", "now", "waited_for"),
    [
        ({"phase": "idle"}, {"phase": "idle"}, False),
        ({"phase": "idle"}, {"phase": "head"}, False),
        ({"phase": "head"}, {"phase": "head"}, True),
        ({"phase": "head"}, {"phase": "body"}, False),
        ({"phase": "body"}, {"phase": "body", "received": 9_999}, True),
        ({"phase": "body"}, {"phase": "body", "received": 10_000}, False),
        ({"phase": "work"}, {"phase": "work"}, False),
        ({"resumed": 3, "unsent": 70_000}, {"resumed": 3, "unsent": 70_000}, True),
        ({"resumed": 3, "unsent": 70_000}, {"resumed": 3, "unsent": 69_000}, False),
        ({"resumed": 3, "unsent": 70_000}, {"resumed": 4, "unsent": 90_000}, False),
        ({"resumed": 3, "unsent": 70_000}, {"resumed": None, "unsent": 70_000}, False),
    ],
)
def test_only_who_does_nothing_is_waited_for(before: Any, now: Any, waited_for: bool) -> None:
    assert _is_waited_for(replace(SEEN, **before), replace(SEEN, **now)) is waited_for


def test_another_request_is_another_matter() -> None:
    first, second = (object(), object())
    seen = replace(SEEN, phase="body", cycle=first)  # type: ignore[arg-type]
    assert not _is_waited_for(seen, replace(seen, cycle=second))  # type: ignore[arg-type]
