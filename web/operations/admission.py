"""How much a server takes on: so many questions at work, so many in line, and the others told to come back.

Without a limit every question of a crowd would be begun at once, each would take as long as all of them together, and
clients would give up on answers that are still being worked at.
"""

import asyncio
import math
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

from fastapi import Depends
from starlette.requests import Request

from web.operations.metrics import Metrics
from web.operations.request_facts import note
from web.problems import Problem

_MOST_RETRY = 60  # seconds that a client is told to stay away at most
_WEIGHT = 0.1  # of the newest in the running mean of how long a request is at work


@dataclass(slots=True)
class _Waiter:
    loop: asyncio.AbstractEventLoop
    turn: asyncio.Future[None]

    def call(self) -> None:
        self.loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if not self.turn.done():
            self.turn.set_result(None)


class Gate:
    """Lets in ``at_work`` requests at once; up to ``waiting`` more stand in line, first come, first served."""

    def __init__(self, at_work: int, waiting: int, wait_seconds: float, metrics: Metrics) -> None:
        """``wait_seconds`` is how long one stands in line at most."""
        self._most_at_work, self._most_waiting, self._wait_seconds = at_work, waiting, wait_seconds
        self._at_work = 0
        self._line: deque[_Waiter] = deque()
        self._lock = threading.Lock()  # never held for longer than it takes to count
        self._mean = 0.1  # seconds at work
        self._metrics = metrics

    @asynccontextmanager
    async def admitted(self, request: Request) -> AsyncIterator[None]:
        """Take the request up when its turn comes. No thread is held while it waits.

        Raises:
            Problem: the line is full or too slow, the wait was too long, or nobody waits for the answer any more.
        """
        arrived = perf_counter()
        await self._enter()
        began = perf_counter()
        try:
            self._metrics.wait_seconds.observe(began - arrived)
            note(wait_ms=round((began - arrived) * 1e3, 1))
            if began - arrived > self._mean and await request.is_disconnected():
                note(gone=True)
                raise self._refusal("The client went away while it waited.")
            yield
        finally:
            self._leave(perf_counter() - began)

    async def _enter(self) -> None:
        with self._lock:
            if self._at_work < self._most_at_work:
                self._at_work += 1
                self._metrics.at_work.inc()
                return
            # Who would wait too long is told so now and not when that has come true.
            slow = self._mean * len(self._line) / self._most_at_work > self._wait_seconds
            if slow or len(self._line) >= self._most_waiting:
                self._metrics.refused.labels("full").inc()
                raise self._refusal("Too many questions are waiting.")
            loop = asyncio.get_running_loop()
            waiter = _Waiter(loop, loop.create_future())
            self._line.append(waiter)
            self._metrics.waiting.inc()
        await self._turn_of(waiter)

    async def _turn_of(self, waiter: _Waiter) -> None:
        try:
            await asyncio.wait([waiter.turn], timeout=self._wait_seconds)
        except asyncio.CancelledError:
            if not self._step_out(waiter):  # its turn came in the same moment
                self._leave(None)
            raise
        if self._step_out(waiter):
            self._metrics.refused.labels("waited").inc()
            raise self._refusal("The questions before yours take too long.")

    def _step_out(self, waiter: _Waiter) -> bool:
        """Leave the line; give whether it was still in there."""
        with self._lock:
            if waiter not in self._line:
                return False
            self._line.remove(waiter)
            self._metrics.waiting.dec()
            return True

    def _leave(self, seconds: float | None) -> None:
        with self._lock:
            if seconds is not None:
                self._mean += _WEIGHT * (min(seconds, self._wait_seconds) - self._mean)
            if self._line:  # the place goes to the next one, so that nobody slips in before it
                self._metrics.waiting.dec()
                self._line.popleft().call()
            else:
                self._at_work -= 1
                self._metrics.at_work.dec()

    def _refusal(self, why: str) -> Problem:
        """Say when to come back: when those in line now will have been taken up."""
        seconds = math.ceil(self._mean * (len(self._line) + 1) / self._most_at_work)
        headers = {"retry-after": str(min(max(seconds, 1), _MOST_RETRY))}
        return Problem("busy", f"{why} Try again after Retry-After seconds.", headers=headers)


async def _admit(request: Request) -> AsyncIterator[None]:
    async with _gate_of(request).admitted(request):
        yield


async def _admit_question(request: Request) -> AsyncIterator[None]:
    if not request.query_params.get("q", "").strip():
        yield
        return
    async with _gate_of(request).admitted(request):
        yield


def _gate_of(request: Request) -> Gate:
    gate: Gate = request.app.state.operations.gate
    return gate


# Given to the routes that ask, search or encode. They are begun when the body was read, and end before the response is
# sent, so that no slow client holds a place.
ADMITTED = Depends(_admit, scope="function")
ADMITTED_IF_ASKED = Depends(_admit_question, scope="function")  # a page that asks when its address has a question
