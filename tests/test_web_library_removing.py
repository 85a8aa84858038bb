"""Removing on pages: asked first, wholly done, undone for some minutes by whoever did it."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import StoredDataError
from corpus.library.shelves import Withdrawn
from corpus.library.stored_shelves import StoredShelves
from tests.api_server import BRIDGE, FERRY, make_app
from tests.library_articles import ENCODER, prepare
from web.library.removed import RemovedArticles

FERRY_PAGE = "/library/articles/ferry"
MARKER = "Mara Voss"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    client = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    for id, text in (("ferry", FERRY), ("bridge", BRIDGE)):
        body = {"id": id, "text": text, "title": id.title()}
        assert client.post("/api/v1/articles", json=body).status_code == 201
    return client


def remove(client: TestClient, version: str = "1"):
    return client.post(f"{FERRY_PAGE}/remove", data={"version": version})


def test_it_is_asked_first(client: TestClient) -> None:
    page = client.get(f"{FERRY_PAGE}/remove").text
    assert "Remove this article?" in page
    assert "its one version" in page
    assert '<input type="hidden" name="version" value="1">' in page
    assert client.get(FERRY_PAGE).status_code == 200


def test_what_is_removed_is_gone_at_once(client: TestClient, tmp_path: Path) -> None:
    page = remove(client)
    assert page.status_code == 200
    assert "<h1>Removed</h1>" in page.text
    assert "10 minutes" in page.text
    assert client.get(FERRY_PAGE).status_code == 404
    assert client.get("/api/v1/articles/ferry").status_code == 404
    for address in ("/library", "/library?q=ferry+captain", "/?q=Who+was+the+last+to+leave%3F"):
        assert MARKER not in client.get(address).text
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or MARKER.encode() not in file.read_bytes(), file


def test_undo_brings_all_versions_back(client: TestClient) -> None:
    body = {"text": f"{FERRY} It was raised.", "title": "Ferry raised"}
    client.put("/api/v1/articles/ferry", json=body, headers={"if-match": "*"})
    before = [client.get(f"/api/v1/articles/ferry/versions/{number}").json() for number in (1, 2)]
    removed = remove(client, "2")
    assert "all its 2 versions come back" in removed.text
    page = client.post(f"{removed.url}/undo")
    assert page.url.path == FERRY_PAGE
    assert "It is back, with all its versions." in page.text
    assert [client.get(f"/api/v1/articles/ferry/versions/{number}").json() for number in (1, 2)] == before
    answer = client.post("/api/v1/ask", json={"question": "Who was the last to leave?", "article": "ferry"}).json()
    assert any(MARKER in cited["quote"] for cited in answer["citations"] + answer["nearest"])
    for again in (client.get(str(removed.url)), client.post(f"{removed.url}/undo")):
        assert again.status_code == 410
        assert "too late" in again.text


def test_a_removal_is_not_undone_by_a_guess(client: TestClient) -> None:
    remove(client)
    for token in ("", "x", "../", "0" * 32):
        assert client.post(f"/library/removed/{token}/undo").status_code in (404, 410)
    assert client.get(FERRY_PAGE).status_code == 404


def test_after_a_restart_it_is_too_late(client: TestClient, tmp_path: Path) -> None:
    removed = remove(client)
    again = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    page = again.post(f"{removed.url.path}/undo")
    assert page.status_code == 410
    assert "the server was started anew" in page.text


def test_another_version_than_was_looked_at_is_not_removed(client: TestClient) -> None:
    client.put("/api/v1/articles/ferry", json={"text": f"{FERRY} It was raised."}, headers={"if-match": "*"})
    page = remove(client, "1")
    assert page.status_code == 409
    assert "Somebody has changed the article meanwhile" in page.text
    assert 'name="version" value="2"' in page.text
    assert client.get(FERRY_PAGE).status_code == 200


def test_a_form_without_a_version_removes_nothing(client: TestClient) -> None:
    for version in ("", "x", "-1", "²", "9" * 50):
        assert remove(client, version).status_code in (200, 409), version
    assert client.get(FERRY_PAGE).status_code == 200


def test_what_was_added_anew_meanwhile_is_not_written_over(client: TestClient) -> None:
    removed = remove(client)
    client.post("/api/v1/articles", json={"id": "ferry", "text": "Another ferry sails."})
    page = client.post(f"{removed.url}/undo")
    assert page.status_code == 409
    assert "It could not be put back. The article &#39;ferry&#39; is there again" in page.text
    client.post(f"{FERRY_PAGE}/remove", data={"version": "1"})
    assert client.post(f"{removed.url}/undo").url.path == FERRY_PAGE
    assert MARKER in client.get(FERRY_PAGE).text


def test_a_library_that_cannot_be_written_is_told(client: TestClient, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoredDataError("The library /secret/library.sqlite cannot be written.")

    removed = remove(client)
    monkeypatch.setattr(StoredShelves, "put_back", fail)
    page = client.post(f"{removed.url}/undo")
    assert page.status_code == 409
    assert "The library cannot be changed now" in page.text
    monkeypatch.undo()
    assert client.post(f"{removed.url}/undo").status_code == 200
    monkeypatch.setattr(StoredShelves, "withdraw", fail)
    page = remove(client)
    assert page.status_code == 503
    assert "Nothing was changed." in page.text
    assert "/secret" not in page.text
    assert client.get(FERRY_PAGE).status_code == 200


def test_of_many_who_undo_at_once_one_does(client: TestClient) -> None:
    removed = remove(client)
    found: list[int] = []

    def undo() -> None:
        found.append(client.post(f"{removed.url}/undo", follow_redirects=False).status_code)

    threads = [threading.Thread(target=undo) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 410, 410, 410, 410, 410]
    assert [one["id"] for one in client.get("/api/v1/articles").json()["articles"]] == ["bridge", "ferry"]


def withdrawn(text: str) -> Withdrawn:
    return Withdrawn(prepare("a", text), (), "default", datetime.now(UTC), ENCODER.name)


def test_what_was_removed_is_held_for_its_time_only() -> None:
    now = 0.0
    held = RemovedArticles(kept_for=60, clock=lambda: now)
    token = held.hold(withdrawn("A text."))
    now = 59.0
    removed = held.look(token)
    assert removed is not None
    assert held.seconds_left(removed) == 1
    now = 60.0
    assert held.look(token) is None
    assert held.take(token) is None
    held.close()


def test_it_is_forgotten_also_when_nobody_asks() -> None:
    held = RemovedArticles(kept_for=0.05)
    held.hold(withdrawn("A text."))
    deadline = time.monotonic() + 30
    while held._held and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held._held == {}


def test_only_so_much_is_held() -> None:
    held = RemovedArticles(most_characters=100)
    first, second = held.hold(withdrawn("One. " * 10)), held.hold(withdrawn("Two. " * 10))
    assert None not in (held.look(first), held.look(second))
    third = held.hold(withdrawn("Three. " * 5))
    assert held.look(first) is None
    assert None not in (held.look(second), held.look(third))
    too_long = held.hold(withdrawn("Long. " * 100))
    assert held.look(too_long) is None
    assert None not in (held.look(second), held.look(third))
    held.close()
    assert held.look(second) is None
    assert held.look(held.hold(withdrawn("Late."))) is None
