"""Several processes that serve one library on one port, and the one that starts them and starts them anew."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic

from corpus.errors import AskArticleError, ServingError
from web.operations.forwarding import Forwarding, Received
from web.operations.metrics import SHARED_FOLDER, forget_worker
from web.operations.serving import Layer, Plan, Say, serve, start_logs

FIRST = 0  # the worker that changes the library and does the jobs; the others pass such requests on to it
REFUSED = 2  # exit status of a worker that could not be started as asked
_SHORT_LIFE = 5.0  # seconds; a worker that ends sooner is started again only after a pause
_PAUSE = 1.0
_PATIENCE = 10.0  # seconds beyond the time to stop after which a worker is killed


@dataclass(slots=True)
class _Worker:
    process: multiprocessing.process.BaseProcess
    ready: Connection
    began: float


def serve_by_workers(plan: Plan, listener: socket.socket, say: Say, *, ready: Callable[[], None]) -> None:
    """Serve by as many processes as the settings say, until told to stop; ``ready`` is called when the first one is.

    Raises:
        ServingError: this system cannot do it, or the processes cannot be started.
    """
    if not hasattr(socket, "AF_UNIX") or sys.platform == "win32":
        raise ServingError("Several workers need Unix sockets, which this system lacks. Serve with one: --workers 1.")
    with tempfile.TemporaryDirectory(prefix="askarticle-") as folder:  # only its owner may look into it
        os.environ[SHARED_FOLDER] = folder
        with closing(socket.socket(socket.AF_UNIX)) as inside:
            inside.bind(str(Path(folder) / "first"))
            inside.listen(128)
            _Supervisor(plan, listener, inside, say).run(ready)


class _Supervisor:
    def __init__(self, plan: Plan, listener: socket.socket, inside: socket.socket, say: Say) -> None:
        self._plan, self._listener, self._inside, self._say = plan, listener, inside, say
        self._context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks in any state
        self._workers: dict[int, _Worker] = {}
        self._stopping = threading.Event()
        # Its other end is closed when this process ends, however it ends: the workers see that and stop.
        self._alive, self._held = self._context.Pipe(duplex=False)

    def run(self, ready: Callable[[], None]) -> None:
        before = {sig: signal.signal(sig, self._stop) for sig in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._start(FIRST)  # alone at first: it makes whatever must be made once
            self._wait_for_the_first()
            if not self._stopping.is_set():
                for number in range(1, self._plan.settings.workers):
                    self._start(number)
                ready()
            while not self._stopping.is_set():
                self._look_after()
        finally:
            self._end()
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def _stop(self, *_: object) -> None:
        self._stopping.set()

    def _start(self, number: int) -> None:
        ours, theirs = self._context.Pipe(duplex=False)
        sockets = [self._listener, *([self._inside] if number == FIRST else [])]
        arguments = (self._plan, number, sockets, self._inside.getsockname(), theirs, self._alive)
        process = self._context.Process(target=run_worker, args=arguments, name=f"askarticle-{number}")
        process.start()
        theirs.close()
        self._workers[number] = _Worker(process, ours, monotonic())

    def _wait_for_the_first(self) -> None:
        """Wait until it can answer. One that ends before has said why, and would say it again."""
        first = self._workers[FIRST]
        while not self._stopping.is_set():
            if not first.ready.poll(0.2):
                continue
            try:
                first.ready.recv()
                return
            except EOFError:
                first.process.join()
                raise SystemExit(REFUSED) from None

    def _look_after(self) -> None:
        """Wait a moment for a worker to end, and start it anew."""
        wait([worker.process.sentinel for worker in self._workers.values()], timeout=0.2)
        for number, worker in list(self._workers.items()):
            status = worker.process.exitcode
            if status is None or self._stopping.is_set():
                continue
            forget_worker(worker.process.pid or 0)
            self._say(f"Worker {number} ended with status {status}; it is started anew.")
            if monotonic() - worker.began < _SHORT_LIFE:
                self._stopping.wait(_PAUSE)
            self._start(number)

    def _end(self) -> None:
        self._listener.close()  # or the system would go on letting clients in whom nobody answers
        workers = [worker.process for worker in self._workers.values()]
        for process in workers:
            if process.exitcode is None and process.pid:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGTERM)
        end = monotonic() + self._plan.settings.stop_seconds + _PATIENCE
        for process in workers:
            process.join(max(end - monotonic(), 0))
            if process.exitcode is None:
                process.kill()
                process.join()


def run_worker(
    plan: Plan, number: int, listeners: list[socket.socket], inside: str, ready: Connection, alive: Connection
) -> None:
    """Serve in a process of its own; ``inside`` is the address of the first worker's own socket."""
    from bot.commands.shared import say as say_plainly

    threading.Thread(target=_end_with, args=(alive,), name="supervisor", daemon=True).start()
    say = start_logs(plan, say_plainly)
    passing_on = partial(Forwarding, address=inside)
    layers: dict[str, Layer] = {"around": Received} if number == FIRST else {"within": passing_on}
    try:
        serve(plan, listeners, say, ready=lambda: ready.send(True), **layers)
    except AskArticleError as error:
        say_plainly(f"askarticle: {' '.join(str(error).split())}")
        sys.exit(REFUSED)
    except Exception:  # multiprocessing would print it in words of its own
        logging.getLogger("askarticle").exception("worker %d ended by an error", number)
        sys.exit(1)


def _end_with(alive: Connection) -> None:
    """Stop this process when the one that started it is gone."""
    with suppress(EOFError, OSError):
        alive.recv()
    os.kill(os.getpid(), signal.SIGTERM)
