"""Servers that are stopped and killed while they are at work."""

import http.client
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from corpus.library import open_library
from corpus.library.verify import verify_library
from tests.operations_server import post, started

CLIENTS = 12


@contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        yield connection
    finally:
        connection.close()


def text(number: int) -> str:
    return "".join(f"Ship {number} carried {cargo} to port {cargo} on day {number}. " for cargo in range(40))


def until_refused(connection: http.client.HTTPConnection, results: Counter[str], count: Counter[str]) -> None:
    """Ask one question after the other until nobody lets us in."""
    while True:
        try:
            if connection.sock is None:
                connection.connect()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:  # in the system's queue, and never let in
            results["never let in"] += 1
            return
        try:
            status, _ = post(connection, "/api/v1/ask", {"question": "how many troops?"})
        except (OSError, http.client.HTTPException) as error:
            results[f"lost: {type(error).__name__}"] += 1
            return
        results[str(status)] += 1
        count["done"] += 1


def test_a_server_told_to_stop_answers_all_that_it_has_taken_on(tmp_path: Path) -> None:
    results: Counter[str] = Counter()
    count: Counter[str] = Counter()
    with started(tmp_path, 0.05) as (process, port):

        def ask() -> None:
            with connected(port) as connection:
                until_refused(connection, results, count)

        asking = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        for thread in asking:
            thread.start()
        while count["done"] < 2 * CLIENTS:
            time.sleep(0.01)
        process.terminate()
        for thread in asking:
            thread.join(120)
        assert process.wait(60) in (0, -signal.SIGTERM)
    assert set(results) == {"200"}, results
    assert results["200"] >= 2 * CLIENTS


def test_a_server_told_to_stop_finishes_the_additions_that_it_has_taken_on(tmp_path: Path) -> None:
    with started(tmp_path) as (process, port), connected(port) as connection:
        for number in range(6):
            body = {"text": text(number), "id": f"ship-{number}"}
            status, _ = post(connection, "/api/v1/articles?wait=0", body)
            assert status in (201, 202)
        process.terminate()
        assert process.wait(60) in (0, -signal.SIGTERM)
    library = open_library(tmp_path / "library.sqlite")
    assert [article.id for article in library.scan(limit=10)] == [f"ship-{number}" for number in range(6)]
    library.close()


def test_a_server_that_stops_says_that_it_is_not_ready(tmp_path: Path) -> None:
    with started(tmp_path, 1.5, leaving=10) as (process, port), connected(port) as slow, connected(port) as probe:
        answered: list[int] = []
        asked = threading.Thread(
            target=lambda: answered.append(post(slow, "/api/v1/ask", {"question": "how many troops?"})[0])
        )
        asked.start()
        statuses = []
        deadline = time.monotonic() + 60
        assert _at_work(probe, deadline)
        process.terminate()
        while 503 not in statuses and time.monotonic() < deadline:
            try:
                probe.request("GET", "/readyz")
                response = probe.getresponse()
                response.read()
                statuses.append(response.status)
            except OSError:
                break
        asked.join(60)
        process.wait(60)
    assert answered == [200]
    assert 503 in statuses


def _at_work(probe: http.client.HTTPConnection, deadline: float) -> bool:
    while time.monotonic() < deadline:
        probe.request("GET", "/metrics")
        if "askarticle_questions_at_work 1.0" in probe.getresponse().read().decode():
            return True
    return False


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_server_that_is_killed_amid_additions_leaves_a_clean_library(tmp_path: Path, after: int) -> None:
    acknowledged: list[str] = []
    with started(tmp_path) as (process, port):

        def add() -> None:
            with connected(port) as connection, suppress(OSError, http.client.HTTPException):
                for number in range(200):
                    status, _ = post(connection, "/api/v1/articles", {"text": text(number), "id": f"ship-{number}"})
                    if status == 201:
                        acknowledged.append(f"ship-{number}")

        adding = threading.Thread(target=add)
        adding.start()
        while len(acknowledged) < after and adding.is_alive():
            time.sleep(0.002)
        process.kill()
        adding.join(60)
        process.wait(60)
    library = open_library(tmp_path / "library.sqlite")
    assert list(verify_library(library)) == []
    assert set(acknowledged) <= {article.id for article in library.scan(limit=1_000)}
    library.close()
