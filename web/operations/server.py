"""A server that stops without losing what it has taken on."""

import asyncio
import socket
from time import monotonic

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

_LEAVING = 1.0  # seconds in which clients are told to go before nobody is let in any more
_LAST = 2.0  # seconds before the end in which what waits for jobs is answered
_LOOK = 0.05


class GracefulServer(uvicorn.Server):
    """Told to stop, it first goes on as before for a moment, but ends each connection with its next response.

    Closed at once, a connection that is kept open between two requests may be closed just when the second one is on
    its way: lost, though the client did nothing wrong. Then it lets nobody in, finishes the requests and the jobs that
    were taken on, and what is not finished in time is cancelled.
    """

    def __init__(
        self, config: uvicorn.Config, app: FastAPI, stop_seconds: float, leaving_seconds: float = _LEAVING
    ) -> None:
        """Serve ``app``, which ``config`` holds too.

        ``stop_seconds`` is how long stopping may take, ``leaving_seconds`` how long of it clients are still let in.
        """
        config.timeout_graceful_shutdown = int(stop_seconds)
        super().__init__(config)
        self._app, self._stop_seconds, self._leaving_seconds = app, stop_seconds, leaving_seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        operations, jobs = self._app.state.operations, self._app.state.jobs
        operations.stopping, operations.stop_by = True, monotonic() + self._stop_seconds - _LAST
        jobs.take_no_more()
        await self._see_off(min(self._leaving_seconds, self._stop_seconds / 2))
        late = asyncio.get_running_loop().call_later(max(operations.stop_by - monotonic(), 0), jobs.close, 0)
        await super().shutdown(sockets)
        late.cancel()

    async def _see_off(self, seconds: float) -> None:
        """Answer with ``Connection: close`` until nobody is connected, but no longer than ``seconds``."""
        end = monotonic() + seconds
        while self.server_state.connections and monotonic() < end and not self.force_exit:
            await asyncio.sleep(_LOOK)


async def finish(app: FastAPI) -> None:
    """Let the application's jobs come to their end while there is time, and stop those that don't."""
    left = app.state.operations.stop_by - monotonic()
    if left > 0:
        await run_in_threadpool(app.state.jobs.wait_until_idle, left)
    await run_in_threadpool(app.state.jobs.close)
