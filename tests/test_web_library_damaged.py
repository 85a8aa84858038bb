"""A damaged article on pages and over HTTP: said, left out of answers, and removed for good when that is wanted."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app
from tests.damaged_library import DAMAGES, UNREADABLE, damage

REMOVE = "/library/articles/ferry/remove"
DAMAGED = "a passage of nothing"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    client = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    for id, text in (("ferry", FERRY), ("bridge", BRIDGE)):
        body = {"id": id, "text": text, "title": id.title()}
        assert client.post("/api/v1/articles", json=body).status_code == 201
    return client


def break_ferry(tmp_path: Path, name: str = DAMAGED) -> None:
    (file,) = tmp_path.rglob("library.sqlite")
    damage(file, name, "ferry")


@pytest.mark.parametrize("name", [*DAMAGES][::4])
def test_it_is_removed_for_good_only_when_that_is_said(client: TestClient, tmp_path: Path, name: str) -> None:
    break_ferry(tmp_path, name)
    asked = client.post(REMOVE, data={"version": "1"})
    assert asked.status_code == 409
    assert "Remove this damaged article?" in asked.text
    assert "cannot be put back" in asked.text
    again = TestClient(make_app(tmp_path), raise_server_exceptions=False)  # it is there still
    assert again.post(REMOVE, data={"version": "1"}).status_code == 409
    assert client.post(REMOVE, data={"version": "1", "for-good": "yes"}).url.path == "/library"
    assert client.get("/api/v1/articles/ferry").status_code == 404
    assert client.get("/library").status_code == 200
    assert client.post("/api/v1/articles", json={"id": "ferry", "text": FERRY}).status_code == 201


def test_who_opens_it_is_led_to_where_it_is_removed(client: TestClient, tmp_path: Path) -> None:
    break_ferry(tmp_path)
    page = client.get("/library/articles/ferry")
    assert (page.status_code, page.url.path) == (200, REMOVE)
    assert '<input type="hidden" name="for-good" value="yes">' in page.text
    assert client.get("/api/v1/articles/ferry").status_code == 503


def test_a_sound_article_is_never_removed_for_good(client: TestClient) -> None:
    page = client.post(REMOVE, data={"version": "1", "for-good": "yes"})
    assert "<h1>Removed</h1>" in page.text
    client.post(f"{page.url}/undo")
    assert client.get("/library/articles/ferry").url.path == "/library/articles/ferry"


@pytest.mark.parametrize("name", [*UNREADABLE][::5])
def test_the_others_answer(client: TestClient, tmp_path: Path, name: str) -> None:
    break_ferry(tmp_path, name)
    again = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    for one in (client, again):
        answer = one.post("/api/v1/ask", json={"question": "When was the bridge closed?"})
        assert answer.status_code == 200
        answered = answer.json()["citations"] + answer.json()["nearest"]
        assert "bridge" in {cited["article"]["id"] for cited in answered}
    alone = again.post("/api/v1/ask", json={"question": "Who was the last to leave?", "article": "ferry"})
    assert alone.status_code == 503


def test_a_program_can_delete_it_where_it_names_no_state(client: TestClient, tmp_path: Path) -> None:
    break_ferry(tmp_path)
    assert client.delete("/api/v1/articles/ferry", headers={"if-match": '"1-x"'}).status_code == 503
    assert client.delete("/api/v1/articles/ferry").status_code == 204
    assert client.delete("/api/v1/articles/ferry").status_code == 404
