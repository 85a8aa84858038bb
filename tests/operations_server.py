"""A whole server in a process of its own, for tests that stop or kill it: ``python -m tests.operations_server FOLDER``.

With the fake encoder, a library in FOLDER, questions that take as many seconds as a second argument says, and as many
as a third one says in which clients are seen off when it is stopped.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from bot.answer import Answer
from bot.bot import Bot
from bot.settings import Settings
from corpus.readers.types import ReadLimits
from tests.api_server import make_bot
from tests.fakes import FakeEncoder
from web import ServedLibrary, create_app
from web.operations.operations import Operations
from web.operations.server import GracefulServer

ROOT = Path(__file__).parent.parent


class Slow:
    """A bot that takes its time."""

    def __init__(self, bot: Bot, seconds: float) -> None:
        self._bot, self._seconds = bot, seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bot, name)

    def ask(self, question: str, **scope: Any) -> Answer:
        time.sleep(self._seconds)
        return self._bot.ask(question, **scope)


def main() -> None:
    settings = Settings(data=Path(sys.argv[1]), at_work=2, waiting=30, wait_seconds=60)
    encoder = FakeEncoder()
    bot = Slow(make_bot(settings, encoder), float(sys.argv[2]))
    library = ServedLibrary(settings, encoder, ReadLimits())
    app = create_app(bot, library=library, operations=Operations.of(settings))  # type: ignore[arg-type]
    config = uvicorn.Config(app, port=0, log_level="warning", access_log=False)
    server = GracefulServer(config, app, stop_seconds=30, leaving_seconds=float(sys.argv[3]))
    startup = server.startup

    async def tell(sockets: object = None) -> None:
        await startup(sockets)  # type: ignore[arg-type]
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)

    server.startup = tell  # type: ignore[method-assign]
    server.run()


@contextmanager
def started(folder: Path, seconds: float = 0.0, leaving: float = 1.0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start it; give the process and its port."""
    command = [sys.executable, "-m", "tests.operations_server", str(folder), str(seconds), str(leaving)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def post(connection: http.client.HTTPConnection, path: str, body: object) -> tuple[int, Any]:
    """Post JSON; give the status and the body."""
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, json.loads(response.read())


if __name__ == "__main__":
    main()
