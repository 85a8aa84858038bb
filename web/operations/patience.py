"""Connections whose other side keeps the server waiting are closed, so that who opens many of them gains little."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_LEAST = 10_000  # bytes of a body between two looks

Phase = Literal["idle", "head", "body", "work"]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A connection at one look."""

    phase: Phase
    cycle: RequestResponseCycle | None  # the last request, whose head has come
    received: int  # bytes, in all
    unsent: int  # bytes
    resumed: int | None  # how often there was room for more to send by then; None while there is


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, for clients that do their part.

    Looked at every ``patience`` seconds, a connection is closed when since the look before no head of a request has
    come to its end (or none at all on a new connection), hardly anything of a body has come, or nothing was taken of
    what is sent. The wait for an answer, and for the next request, are not the client's fault: uvicorn ends the latter.
    """

    patience = 30.0  # seconds

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._received = self._resumed = 0
        self._seen = self._now()
        self._next_look = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self._received += len(data)
        super().data_received(data)

    def resume_writing(self) -> None:
        """Send more: what was sent before has been taken."""
        self._resumed += 1
        super().resume_writing()

    def _look(self) -> None:
        before, self._seen = self._seen, self._now()
        if _is_waited_for(before, self._seen):
            self.transport.abort()
            return
        self._next_look = self.loop.call_later(self.patience, self._look)

    def _now(self) -> _Seen:
        unsent, resumed = self.transport.get_write_buffer_size(), self._resumed if self.flow.write_paused else None
        return _Seen(self._phase(), self.cycle, self._received, unsent, resumed)

    def _phase(self) -> Phase:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            return "head" if self.timeout_keep_alive_task is None else "idle"
        return "body" if cycle.more_body and not self.flow.read_paused else "work"


def _is_waited_for(before: _Seen, now: _Seen) -> bool:
    """Say whether the client did nothing between two looks, though it was its turn."""
    if now.resumed is not None and now.resumed == before.resumed and now.unsent >= before.unsent:
        return True
    if (now.phase, now.cycle) != (before.phase, before.cycle):
        return False
    return now.phase == "head" or (now.phase == "body" and now.received - before.received < _LEAST)
