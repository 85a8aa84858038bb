"""Files, addresses and long additions: jobs of a server."""

import io
import json
import threading
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app
from tests.article_client import ARTICLES, add, assert_problem, ended
from tests.fakes import FakeEncoder
from web.jobs import MOST_WAITING
from web.library_schemas import JobBody


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "data")


@pytest.fixture
def client(app) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_file_of_articles_is_added_by_a_job(client):
    lines = [{"text": FERRY, "id": "ferry"}, {"text": BRIDGE}, {"text": ""}]
    content = "\n".join(json.dumps(line) for line in lines).encode()
    files = {"file": ("../../news 2.jsonl", io.BytesIO(content))}
    response = client.post("/api/v1/imports/file?wait=60", files=files, data={"collection": "news"})
    assert response.status_code == 200, response.text
    job = JobBody.model_validate(response.json())
    assert (job.status, job.counts.added, job.counts.refused) == ("done", 2, 1)
    assert [taken.source.startswith("upload:news 2.jsonl:") for taken in job.articles] == [True] * 3
    assert "/tmp" not in response.text
    assert client.get("/api/v1/collections").json() == {"collections": [{"name": "news", "articles": 2}]}
    again = client.post("/api/v1/imports/file?wait=60", files={"file": ("news 2.jsonl", io.BytesIO(content))})
    assert again.json()["counts"]["unchanged"] == 2


def test_an_upload_leaves_no_file_behind(client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    headers = {"idempotency-key": "one"}
    for status in (200, 200):
        files = {"file": ("ferry.txt", FERRY.encode())}
        assert client.post("/api/v1/imports/file?wait=60", files=files, headers=headers).status_code == status
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("name", ["", "..", "/", "\x00", "a" * 3000 + ".txt", "ü" * 400 + ".txt", "con\nsole.txt"])
def test_no_name_of_a_file_does_harm(client, name):
    response = client.post("/api/v1/imports/file?wait=60", files={"file": (name, FERRY.encode())})
    assert response.status_code in (200, 400, 422), response.text


def test_a_file_must_be_sent_as_a_form(client):
    assert_problem(client.post("/api/v1/imports/file", json={"file": FERRY}), "invalid-request")
    assert_problem(client.post("/api/v1/imports/file", data={"collection": "news"}), "invalid-request")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/api/v1/imports/file", content=b"--y", headers=broken).status_code in (400, 422)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/passwd", "etc/passwd", "ftp://example.org/a", "http:// a"])
def test_nothing_but_a_web_address_is_got(client, url):
    assert_problem(client.post("/api/v1/imports/url?wait=60", json={"url": url}), "invalid-request")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://[::1]:9/", "http://169.254.169.254/latest/", "http://0/"]
)
def test_the_servers_own_network_is_out_of_reach(client, url):
    job = client.post("/api/v1/imports/url?wait=60", json={"url": url}).json()
    assert (job["status"], job["counts"]["refused"]) == ("done", 1)
    assert job["articles"][0]["id"] is None


class SlowEncoder(FakeEncoder):
    """Waits before each call but the questions' until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.at_work = threading.Event()

    def encode(self, texts):
        if len(texts) > 1:
            self.at_work.set()
            assert self.go.wait(60)
        return super().encode(texts)


@pytest.fixture
def slow(app) -> SlowEncoder:
    encoder = app.state.library.encoder = SlowEncoder()
    return encoder


def test_a_long_addition_becomes_a_job_and_questions_are_answered_beside_it(client, slow):
    response = client.post(f"{ARTICLES}?wait=0.1", json={"text": FERRY, "id": "ferry"})
    assert response.status_code == 202
    job = JobBody.model_validate(response.json())
    assert response.headers["location"] == f"/api/v1/jobs/{job.id}"
    assert client.post("/api/v1/ask", json={"question": "how many troops?"}).status_code == 200
    slow.go.set()
    done = ended(client, response.json())
    assert (done.status, done.counts.added, done.articles[0].id) == ("done", 1, "ferry")


def test_a_cancelled_job_stores_nothing_of_the_article_at_hand(client, slow):
    running = client.post(f"{ARTICLES}?wait=0", json={"text": FERRY * 200, "id": "ferry"}).json()
    waiting = client.post(f"{ARTICLES}?wait=0", json={"text": BRIDGE, "id": "bridge"}).json()
    assert slow.at_work.wait(60)
    assert client.post(f"/api/v1/jobs/{waiting['id']}/cancel").json()["status"] == "cancelled"
    client.post(f"/api/v1/jobs/{running['id']}/cancel")
    slow.go.set()
    assert ended(client, running).status == "cancelled"
    assert client.get("/api/v1/collections").json() == {"collections": []}
    again = client.post(f"/api/v1/jobs/{running['id']}/cancel").json()
    assert again["status"] == "cancelled"
    assert_problem(client.get("/api/v1/jobs/none"), "no-such-job")
    assert_problem(client.post("/api/v1/jobs/none/cancel"), "no-such-job")
    assert_problem(client.get("/api/v1/jobs/none/events"), "no-such-job")


def test_a_job_is_followed_to_its_end(client, slow):
    job = client.post(f"{ARTICLES}?wait=0", json={"text": FERRY, "id": "ferry"}).json()
    threading.Timer(0.5, slow.go.set).start()
    response = client.get(f"/api/v1/jobs/{job['id']}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [
        dict(line.split(": ", 1) for line in event.splitlines()) for event in response.text.split("\n\n") if event
    ]
    assert [event["event"] for event in events][-1] == "end"
    assert "progress" in {event["event"] for event in events}
    last = JobBody.model_validate(json.loads(events[-1]["data"]))
    assert (last.status, last.articles[0].id) == ("done", "ferry")


def test_too_many_additions_are_refused_at_once(client, slow):
    responses = [
        client.post(f"{ARTICLES}?wait=0", json={"text": f"{FERRY} Number {number}."})
        for number in range(MOST_WAITING + 2)
    ]
    refused = [response for response in responses if response.status_code == 503]
    assert refused
    assert_problem(refused[0], "busy")
    assert refused[0].headers["retry-after"]
    slow.go.set()


def test_a_failed_job_says_so_and_can_be_sent_again(client, app, monkeypatch):
    good = app.state.library.encoder
    app.state.library.encoder = FakeEncoder(dim=8, name="another")
    add(client, BRIDGE, id="bridge")
    app.state.library.encoder = good  # the library holds vectors of another by now
    headers = {"idempotency-key": "k"}
    body = {"text": FERRY, "id": "ferry"}
    problem = assert_problem(client.post(ARTICLES, json=body, headers=headers), "library-unavailable")
    assert str(app.state.library.settings.data) not in json.dumps(problem)
    failed = client.get("/api/v1/jobs").json()["jobs"][0]
    assert (failed["status"], failed["problem"]["status"]) == ("failed", 503)
    client.delete(f"{ARTICLES}/bridge")
    assert client.post(ARTICLES, json=body, headers=headers).status_code == 201
