"""How much a server takes on at once, and what it says to the others."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from starlette.requests import Request

from bot.answer import Answer
from tests.api_server import served
from tests.web_bot import StubBot
from web import create_app
from web.operations import admission
from web.operations.admission import Gate
from web.operations.metrics import Metrics
from web.operations.operations import Operations
from web.problems import Problem

ASK = {"question": "cracks in pillars?"}


class HeldBot(StubBot):
    """Answers when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.asked: list[str] = []

    def ask(self, question: str, **scope: Any) -> Answer:
        self.asked.append(question)
        assert self.let_go.wait(60)
        return super().ask(question, **scope)


def operations(at_work: int, waiting: int, wait_seconds: float = 60.0) -> Operations:
    metrics = Metrics()
    return Operations(metrics, Gate(at_work, waiting, wait_seconds, metrics))


def until(condition: Any) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def held() -> Iterator[tuple[HeldBot, Operations, str]]:
    bot, ops = HeldBot(), operations(at_work=2, waiting=3)
    with served(create_app(bot, operations=ops)) as address:  # type: ignore[arg-type]
        yield bot, ops, address
        bot.let_go.set()


def waiting(ops: Operations) -> float:
    return sum(metric.samples[0].value for metric in ops.metrics.waiting.collect())


def test_of_a_crowd_so_many_are_answered_and_the_others_told_at_once_to_come_back(held) -> None:
    bot, ops, address = held
    with ThreadPoolExecutor(20) as crowd:
        asked = [crowd.submit(httpx2.post, f"{address}/api/v1/ask", json=ASK, timeout=120) for _ in range(20)]
        until(lambda: sum(one.done() for one in asked) == 15)  # refused while not one is answered
        assert len(bot.asked) == 2
        assert waiting(ops) == 3
        bot.let_go.set()
        replies = [one.result() for one in asked]
    assert Counter(reply.status_code for reply in replies) == {200: 5, 503: 15}
    for reply in replies:
        if reply.status_code == 503:
            assert reply.json()["type"] == "urn:askarticle:problem:busy"
            assert 1 <= int(reply.headers["retry-after"]) <= 60
        else:
            assert reply.json()["found"]
    assert httpx2.post(f"{address}/api/v1/ask", json=ASK, timeout=60).status_code == 200


def test_what_asks_nothing_is_answered_while_all_places_are_taken(held) -> None:
    bot, ops, address = held
    with ThreadPoolExecutor(5) as crowd:
        asked = [crowd.submit(httpx2.post, f"{address}/api/v1/ask", json=ASK, timeout=120) for _ in range(5)]
        until(lambda: waiting(ops) == 3)
        paths = ["/healthz", "/readyz", "/metrics", "/", "/docs", "/api/v1/articles", "/openapi.json"]
        assert {path: httpx2.get(address + path, timeout=60).status_code for path in paths} == dict.fromkeys(paths, 200)
        page = httpx2.get(f"{address}/?q=cracks", timeout=60)
        assert (page.status_code, "retry-after" in page.headers) == (503, True)
        assert page.headers["content-type"].startswith("text/html")
        bot.let_go.set()
        assert [one.result().status_code for one in asked] == [200] * 5


def test_a_body_that_does_not_come_takes_no_place(held) -> None:
    bot, _, address = held
    bot.let_go.set()

    def never() -> Iterator[bytes]:
        yield b"{"
        time.sleep(3)

    with ThreadPoolExecutor(8) as crowd:
        for _ in range(6):
            crowd.submit(httpx2.post, f"{address}/api/v1/ask", content=never(), timeout=60)
        assert httpx2.post(f"{address}/api/v1/ask", json=ASK, timeout=60).status_code == 200


def test_a_question_whose_asker_went_away_is_not_worked_at(held) -> None:
    bot, ops, address = held
    with ThreadPoolExecutor(2) as crowd:
        first = [crowd.submit(httpx2.post, f"{address}/api/v1/ask", json=ASK, timeout=120) for _ in range(2)]
        until(lambda: len(bot.asked) == 2)
        with pytest.raises(httpx2.TimeoutException):
            httpx2.post(f"{address}/api/v1/ask", json={"question": "gone?"}, timeout=1)
        until(lambda: waiting(ops) == 1)
        bot.let_go.set()
        assert [one.result().status_code for one in first] == [200, 200]
        until(lambda: waiting(ops) == 0)
        assert httpx2.post(f"{address}/api/v1/ask", json=ASK, timeout=60).status_code == 200
    assert "gone?" not in bot.asked


def request() -> Request:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    return Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)


def test_who_comes_first_is_taken_up_first() -> None:
    order: list[int] = []

    async def come() -> None:
        gate = Gate(1, 10, 60, Metrics())

        async def enter(number: int) -> None:
            async with gate.admitted(request()):
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(enter(number) for number in range(8)))

    asyncio.run(come())
    assert order == list(range(8))


def test_who_waits_too_long_is_refused_and_the_place_is_not_lost() -> None:
    metrics = Metrics()

    async def come() -> None:
        gate, over = Gate(1, 10, 0.05, metrics), asyncio.Event()

        async def hold() -> None:
            async with gate.admitted(request()):
                await over.wait()

        holding = asyncio.create_task(hold())
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            async with gate.admitted(request()):
                pytest.fail("there was no place")
        assert refused.value.headers is not None
        assert int(refused.value.headers["retry-after"]) >= 1
        over.set()
        await holding
        async with gate.admitted(request()):
            pass

    asyncio.run(come())
    assert metrics.refused.labels("waited").collect()[0].samples[0].value == 1


def test_a_line_that_moves_too_slowly_refuses_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(admission, "perf_counter", lambda: now[0])
    metrics = Metrics()

    async def come() -> None:
        gate, over = Gate(1, 10, 5.0, metrics), asyncio.Event()

        async def enter(seconds: float = 0.0) -> None:
            async with gate.admitted(request()):
                now[0] += seconds
                if not seconds:
                    await over.wait()

        for _ in range(40):
            await enter(seconds=4.0)
        coming = [asyncio.create_task(enter()) for _ in range(8)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sum(task.done() for task in coming) == 5  # one at work; one has 0 s to wait, one 4, the others 8
        over.set()
        results = await asyncio.gather(*coming, return_exceptions=True)
        assert [type(result) for result in results] == [type(None)] * 3 + [Problem] * 5

    asyncio.run(come())
    assert metrics.refused.labels("full").collect()[0].samples[0].value == 5


@pytest.mark.parametrize("moments", range(6))
def test_places_survive_those_who_give_up_at_any_moment(moments: int) -> None:
    async def come() -> None:
        gate = Gate(2, 50, 60, Metrics())

        async def enter() -> None:
            async with gate.admitted(request()):
                await asyncio.sleep(0)

        coming = [asyncio.create_task(enter()) for _ in range(30)]
        for _ in range(moments):
            await asyncio.sleep(0)
        for task in coming[::2]:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)
        async with asyncio.timeout(30), gate.admitted(request()), gate.admitted(request()):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), gate.admitted(request()):
                    pytest.fail("a third place came up")

    asyncio.run(come())
