"""The load command's parts: what it measures, and that it tells a lost request from one that was never taken."""

import asyncio
import json
import socket
import threading
from pathlib import Path

import pytest

from evaluation.load.__main__ import _row
from evaluation.load.client import Client, LostError, NotTakenError, Reply
from evaluation.load.phases import Outcome, ask_for, ask_many, new_questions, percentile
from evaluation.load.served import articles, questions
from tests.api_server import make_app, served


class Here:
    """A server of this process, as the phases want one."""

    def __init__(self, address: str) -> None:
        self.host, _, port = address.partition("://")[2].partition(":")
        self.port = int(port)

    def client(self) -> Client:
        return Client(self.host, self.port)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (0.99, 10), (0.1, 1)])
def test_a_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([number / 1000 for number in range(10, 0, -1)], share) == pytest.approx(expected)
    assert percentile([], share) == 0


def test_questions_never_repeat() -> None:
    asked = new_questions()
    assert len({next(asked) for _ in range(2_000)}) == 2_000
    assert len(questions()) > 20
    assert all(record["text"] for record in articles())


def test_clients_ask_and_are_counted(tmp_path: Path) -> None:
    with served(make_app(tmp_path)) as address:
        outcome = asyncio.run(ask_for(Here(address), 3, 0.5, new_questions()))  # type: ignore[arg-type]
        assert len(outcome.answered) >= 3
        assert not outcome.refused
        assert not outcome.others
        looked: list[int] = []
        outcome = asyncio.run(ask_many(Here(address), 4, 40, looked.append))  # type: ignore[arg-type]
    assert (len(outcome.answered), sorted(looked)) == (40, list(range(2, 41, 2)))
    row = _row("4", outcome).split("|")
    assert (row[1].strip(), row[6].strip(), row[9].strip()) == ("4", "40", "none")


def test_a_request_that_was_taken_and_not_answered_is_lost() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def take_and_go() -> None:
        connection, _ = listener.accept()
        connection.recv(10)
        connection.close()
        listener.close()

    thread = threading.Thread(target=take_and_go)
    thread.start()
    client = Client("127.0.0.1", listener.getsockname()[1])

    async def ask_twice() -> None:
        with pytest.raises(LostError):
            await client.post("/", {})
        thread.join(60)
        with pytest.raises(NotTakenError):
            await client.post("/", {})

    asyncio.run(ask_twice())


def test_a_refusal_counts_as_one_only_with_the_time_to_come_back(tmp_path: Path) -> None:
    async def get(client: Client) -> Reply:
        reply = await client.get("/api/v1/jobs/none")
        await client.close()
        return reply

    with served(make_app(tmp_path)) as address:
        reply = asyncio.run(get(Here(address).client()))
    assert (reply.status, json.loads(reply.body)["status"]) == (404, 404)
    outcome = Outcome(1)
    outcome.note(reply)
    assert outcome.others == {"404": 1}
