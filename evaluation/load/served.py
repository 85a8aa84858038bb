"""The server that is tried out: a process of its own, started as a user starts it, over a library of a few articles."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from corpus.errors import EvaluationError
from evaluation.load.client import Client

_START_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Served:
    """A server at work."""

    process: subprocess.Popen[str]
    host: str
    port: int

    def client(self) -> Client:
        """Give a client of it."""
        return Client(self.host, self.port)

    def megabytes(self) -> float:
        """Give the memory that it and the processes it started hold: resident, what they share counted once for each.

        Only where the system has ``/proc``; elsewhere 0.
        """
        pids, total = [self.process.pid], 0
        for pid in pids:  # grows while it is walked through
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
                status = Path(f"/proc/{pid}/status").read_text("utf-8")
            except OSError:
                continue
            pids += [int(child) for child in children]
            lines = (line.split() for line in status.splitlines())
            total += next((int(line[1]) for line in lines if line[0] == "VmRSS:"), 0)
        return total / 1024


@contextmanager
def served(workers: int, encoders: Path | None, **settings: str) -> Iterator[Served]:
    """Start a server with a data folder of its own, and stop it in the end.

    ``encoders`` is a data folder whose exported encoder is used, which saves half a minute.

    Raises:
        EvaluationError: it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="askarticle-load-") as folder:
        if encoders is not None and (encoders / "encoders").is_dir():
            (Path(folder) / "encoders").symlink_to((encoders / "encoders").resolve())
        own = {"ASKARTICLE_DATA": folder, "ASKARTICLE_WORKERS": str(workers), "ASKARTICLE_LOG": "plain"}
        own |= {f"ASKARTICLE_{name.upper()}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "askarticle", "serve", "--port", "0"]
        process = subprocess.Popen(command, env={**os.environ, **own}, stderr=subprocess.PIPE, text=True)  # noqa: S603
        try:
            yield Served(process, "127.0.0.1", _port_of(process))
        finally:
            process.terminate()
            process.wait(_START_SECONDS)


def _port_of(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line.strip())
        if line.startswith("Ask at "):
            # Read on, or the server would stand still when the pipe is full.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return int(line.partition("127.0.0.1:")[2].partition("/")[0])
    raise EvaluationError(f"The server does not start: {' '.join(said)}")


def articles() -> list[dict[str, Any]]:
    """Give the product's own articles with gold questions, as its records have them."""
    folder = files("evaluation") / "questions"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".jsonl")), key=lambda path: path.name)
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def questions() -> list[str]:
    """Give their questions that stand alone."""
    asked = [each for record in articles() for each in record["questions"] if not each.get("history")]
    return [each["question"] for each in asked]


async def fill(server: Served) -> None:
    """Add the articles to the server's library; raises EvaluationError when one is refused."""
    client = server.client()
    for record in articles():
        body = {"text": record["text"], "id": record["id"]}
        while (reply := await client.post("/api/v1/articles?wait=60", body)).status == 202:
            pass  # a slow machine: asked again, it is found added
        if reply.status not in (200, 201):
            raise EvaluationError(f"The article {record['id']} was not added: {reply.status} {reply.body.decode()}")
    await client.close()
