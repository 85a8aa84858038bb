"""A job's page: how far it is, live and without script, and how to stop it."""

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import StoredDataError
from index.ingest import Taken
from tests.api_server import make_app
from tests.held_job import Held
from web.jobs import Job, Jobs
from web.library.job_pages import SHOWN_MEANWHILE
from web.library.words import counts_words, given_as, state_words


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(make_app(tmp_path), raise_server_exceptions=False)


def submit(client: TestClient, held: Held) -> str:
    jobs: Jobs = client.app.state.jobs  # type: ignore[attr-defined]
    jobs.submit(held.job)
    assert held.stands.wait(60)
    return f"/library/jobs/{held.job.id}"


def test_a_running_job_says_how_far_it_is_and_looks_again_by_itself(client: TestClient) -> None:
    held = Held(Taken("upload:a.txt:0123456789abcdef", "added", "a", 1, "First <b>"))
    address = submit(client, held)
    page = client.get(address).text
    assert "Reading an article: 3 of 12 passages and sentences</strong>: 1 added." in page
    assert '<progress aria-label="The article at hand" max="12" value="3">' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "<bdi>First &lt;b&gt;</bdi>" in page
    still = client.get(f"{address}?still=1").text
    assert "http-equiv" not in still
    assert "Look again" in still
    held.go.set()
    held.job.finished.result(60)
    page = client.get(address).text
    assert "<strong>Done</strong>: 1 added." in page
    assert "http-equiv" not in page
    assert "data-events" not in page
    assert "Ask this article" in page


def test_events_carry_what_the_page_shows(client: TestClient) -> None:
    held = Held(Taken("https://example.org/<x>", "refused", reason="It is <gone>."))
    address = submit(client, held)
    threading.Timer(0.6, held.go.set).start()
    with client.stream("GET", f"{address}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = response.read().decode()
    progress, end = events.split("event: end")
    assert "event: progress" in progress
    assert "3 of 12" in progress
    for part in (progress, end):
        assert "https://example.org/&lt;x&gt;" in part
        assert "It is &lt;gone&gt;." in part
    assert "<strong>Done</strong>" in end


def test_a_job_is_cancelled(client: TestClient) -> None:
    held = Held()
    address = submit(client, held)
    response = client.post(f"{address}/cancel", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, address)
    held.job.finished.result(60)
    page = client.get(address).text
    assert "<strong>Cancelled</strong>" in page
    assert "stays stored" in page


def test_a_failed_job_says_why_without_the_servers_paths(client: TestClient) -> None:
    held = Held(error=StoredDataError("The library /secret/library.sqlite cannot be written."))
    address = submit(client, held)
    held.go.set()
    held.job.finished.result(60)
    page = client.get(address).text
    assert "<strong>Failed</strong>" in page
    assert "The library cannot be read or written now." in page
    assert "/secret" not in page


def test_a_running_job_shows_the_last_articles_and_an_ended_one_all(client: TestClient) -> None:
    held = Held(*(Taken(f"a#{n}", "added", f"a{n}", 1, f"Title {n}") for n in range(SHOWN_MEANWHILE + 5)))
    address = submit(client, held)
    page = client.get(address).text
    assert "5 more before these." in page
    assert "<bdi>Title 4</bdi>" not in page
    assert "<bdi>Title 5</bdi>" in page
    held.go.set()
    held.job.finished.result(60)
    assert client.get(address).text.count('<span class="outcome">') == SHOWN_MEANWHILE + 5


def test_a_job_of_no_articles_says_so(client: TestClient) -> None:
    held = Held()
    held.go.set()
    address = submit(client, held)
    held.job.finished.result(60)
    assert "There was nothing in it to add." in client.get(address).text


def test_an_unknown_job_is_told(client: TestClient) -> None:
    for address in ("/library/jobs/nowhere", "/library/jobs/nowhere/events"):
        assert client.get(address).status_code == 404
    assert "There is no such job." in client.get("/library/jobs/nowhere").text


def test_a_job_that_waits_for_another_program_says_so() -> None:
    job = Job("text", lambda _: iter(()))
    assert state_words(job) == "Waiting for its turn"
    job.status, job.waits = "running", True
    assert state_words(job) == "Waiting for another program that is adding to the library"
    job.waits = False
    assert state_words(job) == "At work"
    assert counts_words(job) == ""


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("api:abc", "The text"),
        ("upload:report.pdf:0123456789abcdef", "report.pdf"),
        ("upload:a:b.jsonl:0123456789abcdef#7", "a:b.jsonl#7"),
        ("https://example.org/x#y", "https://example.org/x#y"),
    ],
)
def test_what_was_given_is_named_as_it_was_given(origin: str, said: str) -> None:
    assert given_as(Taken(origin, "refused")) == said
