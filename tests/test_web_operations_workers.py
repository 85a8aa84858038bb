"""Several workers: what lies in the first one's memory is reached by all; a worker that dies is started anew."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from tests.api_server import FERRY, make_app
from tests.web_bot import StubBot
from web import create_app
from web.operations.forwarding import Forwarding, Received, is_of_the_first
from web.operations.operations import Operations

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("method", "path", "first"),
    [
        ("GET", "/api/v1/jobs", True),
        ("GET", "/api/v1/jobs/x/events", True),
        ("POST", "/api/v1/jobs/x/cancel", True),
        ("POST", "/api/v1/articles", True),
        ("PUT", "/api/v1/articles/a", True),
        ("DELETE", "/api/v1/articles/a", True),
        ("POST", "/api/v1/imports/file", True),
        ("POST", "/library/add/text", True),
        ("GET", "/library/jobs/x", True),
        ("POST", "/library/removed/token/undo", True),
        ("GET", "/library/removed/token", True),
        ("GET", "/suggestions", True),
        ("GET", "/api/v1/articles", False),
        ("GET", "/api/v1/articles/a", False),
        ("GET", "/library", False),
        ("POST", "/api/v1/ask", False),
        ("POST", "/api/v1/conversations", False),
        ("GET", "/api/v1/jobsx", False),
    ],
)
def test_what_changes_the_library_or_lies_in_memory_is_the_first_workers(method: str, path: str, first: bool) -> None:
    assert is_of_the_first(method, path) is first


@pytest.fixture
def first(tmp_path: Path) -> Iterator[str]:
    """The first worker's application on a Unix socket; give its address."""
    with tempfile.TemporaryDirectory() as folder, closing(socket.socket(socket.AF_UNIX)) as inside:
        inside.bind(str(Path(folder) / "first"))
        server = uvicorn.Server(uvicorn.Config(Received(make_app(tmp_path)), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [inside]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield inside.getsockname()
        server.should_exit = True
        thread.join(60)


@pytest.fixture
def client(first: str) -> Iterator[TestClient]:
    """A client of another worker, which has no library of its own."""
    operations = Operations(within=lambda app: Forwarding(app, first))
    with TestClient(create_app(StubBot(), operations=operations)) as client:  # type: ignore[arg-type]
        yield client


def test_an_addition_goes_to_the_first_worker_and_its_job_is_known_to_all(client: TestClient) -> None:
    added = client.post("/api/v1/articles", json={"text": FERRY, "id": "ferry"}, headers={"x-request-id": "r-1"})
    assert (added.status_code, added.json()["id"], added.headers["x-request-id"]) == (201, "ferry", "r-1")
    assert len(added.headers.get_list("x-request-id")) == 1
    assert "x-askarticle-route" not in added.headers
    (job,) = client.get("/api/v1/jobs").json()["jobs"]
    assert job["status"] == "done"
    events = client.get(f"/api/v1/jobs/{job['id']}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert "event: end" in events.text
    assert client.get("/api/v1/jobs/none").status_code == 404


def test_a_file_and_a_refusal_are_passed_on_as_they_are(client: TestClient) -> None:
    sent = client.post("/api/v1/imports/file?wait=30", files={"file": ("story.txt", FERRY.encode())})
    assert (sent.status_code, sent.json()["counts"]["added"]) == (200, 1)
    refused = client.post("/api/v1/articles", json={"text": ""})
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert client.post("/api/v1/articles", content=b"x" * 13_000_000).status_code == 413


def test_metrics_name_the_address_of_what_was_passed_on(client: TestClient) -> None:
    client.get("/api/v1/jobs/none")
    assert 'route="/api/v1/jobs/{job_id}",status="404"' in client.get("/metrics").text


def test_while_the_first_worker_is_away_it_says_when_to_come_back() -> None:
    operations = Operations(within=lambda app: Forwarding(app, "/nowhere/first"))
    client = TestClient(create_app(StubBot(), operations=operations))  # type: ignore[arg-type]
    refused = client.get("/api/v1/jobs")
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:askarticle:problem:busy")
    assert int(refused.headers["retry-after"]) >= 1
    assert client.get("/healthz").status_code == 200


def test_nobody_else_can_say_that_a_request_was_passed_on() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"])

    client = TestClient(Received(app), client=("192.0.2.7", 1))
    lie = json.dumps({"client": ["127.0.0.1", 1], "scheme": "https"})
    with pytest.raises(AssertionError):  # the application answers nothing
        client.get("/", headers={"x-askarticle-passed-on": lie})
    assert seen == [("192.0.2.7", 1)]


def get(port: int, path: str, body: object = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        method, data = ("GET", None) if body is None else ("POST", json.dumps(body))
        connection.request(method, path, data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
    return [int(pid) for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")]


@pytest.mark.model
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_two_workers_share_a_library_and_outlive_one_another(tmp_path: Path) -> None:
    data = tmp_path
    if shared := os.environ.get("ASKARTICLE_DATA"):  # an encoder that is exported already
        (data / "encoders").symlink_to(Path(shared) / "encoders")
    environment = {**os.environ, "ASKARTICLE_DATA": str(data), "ASKARTICLE_LOG": "json"}
    command = [sys.executable, "-m", "askarticle", "serve", "--port", "0", "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as server:
        assert server.stderr is not None
        said = iter(server.stderr)
        try:
            ready = next(line for line in said if "Ask at" in line)
            port = int(json.loads(ready)["event"].partition("127.0.0.1:")[2].partition("/")[0])
            assert get(port, "/api/v1/articles", {"text": FERRY, "id": "ferry"})[0] == 201
            for _ in range(8):  # whichever worker takes it
                assert len(json.loads(get(port, "/api/v1/jobs")[1])["jobs"]) == 1
                answer = json.loads(get(port, "/api/v1/ask", {"question": "Who was the captain of the ferry?"})[1])
                assert answer["citations"][0]["quote"] == "Its captain, Mara Voss, was the last to leave."
            assert 'askarticle_questions_total{outcome="found"} 8.0' in get(port, "/metrics")[1]
            os.kill(workers_of(server)[0], signal.SIGKILL)
            assert "Worker 0 ended with status -9; it is started anew." in next(line for line in said if "Wor" in line)
            deadline = time.monotonic() + 120
            while get(port, "/api/v1/jobs")[0] != 200 and time.monotonic() < deadline:
                time.sleep(0.2)
            assert get(port, "/api/v1/jobs")[0] == 200
            assert get(port, "/readyz")[0] == 200
            server.terminate()
            assert server.wait(60) == 0
        finally:
            server.kill()
