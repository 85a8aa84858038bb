"""One article of the library: its text, facts and versions, what changed, and its way to another collection."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app, make_app_of_one_file

ARTICLE = "/library/articles/ferry"
CORRECTED = FERRY.replace("Friday", "Saturday") + " The ferry was raised on Sunday."


def put(client: TestClient, id: str, text: str, **fields: str) -> None:
    response = client.post("/api/v1/articles", json={"id": id, "text": text, **fields})
    assert response.status_code == 201, response.text


def correct(client: TestClient, id: str, text: str, **fields: str) -> None:
    body = {"text": text, **fields}
    response = client.put(f"/api/v1/articles/{id}", json=body, headers={"if-match": "*"})
    assert response.status_code == 200, response.text


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    client = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    facts = {"title": "Ferry sank", "author": "Ida Brandt", "source": "The Post", "published": "2024-10-23"}
    put(client, "ferry", FERRY, collection="sea", url="https://example.org/ferry", **facts)
    put(client, "bridge", BRIDGE, collection="roads")
    return client


def test_an_article_is_shown_with_its_facts(client: TestClient) -> None:
    page = client.get(ARTICLE).text
    assert '<h1 dir="auto">Ferry sank</h1>' in page
    assert '<span id="s3" class="sentence">Nobody was hurt.</span>' in page
    for fact in ("Ida Brandt", "The Post", "23 October 2024", "English (en)", "3 sentences", "<code>ferry</code>"):
        assert fact in page, fact
    assert '<a href="https://example.org/ferry" rel="noreferrer noopener">Original article</a>' in page
    assert '<a class="button" href="/?article=ferry">Ask this article</a>' in page
    assert "Version 1</strong> (current)" in page
    assert "What changed" not in page
    assert 'href="/library/articles/ferry/remove"' in page


def test_versions_are_listed_shown_and_compared(client: TestClient) -> None:
    correct(client, "ferry", CORRECTED, title="Ferry raised")
    page = client.get(ARTICLE).text
    assert "Version 2</strong> (current)" in page
    assert f'<a href="{ARTICLE}?version=1">Version 1</a>' in page
    old = client.get(f"{ARTICLE}?version=1").text
    assert "This is version 1 of 2." in old
    assert "sank on Friday" in old
    assert "Ask this article" not in old
    assert "/remove" not in old
    changes = client.get(f"{ARTICLE}/changes").text
    assert "1 sentence changed, 1 added, 0 removed" in changes
    assert "<del> Friday.</del><ins> Saturday.</ins>" in changes
    assert "<ins>The ferry was raised on Sunday.</ins>" in changes
    assert "The title was <bdi><q>Ferry sank</q></bdi> and became <bdi><q>Ferry raised</q></bdi>." in changes
    back = client.get(f"{ARTICLE}/changes?from=2&to=1").text
    assert "1 sentence changed, 0 added, 1 removed" in back
    assert "these are one and the same version" in client.get(f"{ARTICLE}/changes?from=2&to=2").text


def test_any_two_of_many_versions_can_be_compared(client: TestClient) -> None:
    for text in (CORRECTED, f"{CORRECTED} It sails again.", FERRY):
        correct(client, "ferry", text)
    page = client.get(ARTICLE).text
    assert f'<form class="compare" method="get" action="{ARTICLE}/changes">' in page
    assert "Every sentence is the same." in client.get(f"{ARTICLE}/changes?from=1&to=4").text


def test_what_is_not_there_is_told(client: TestClient) -> None:
    for address in (
        "/library/articles/nowhere",
        f"{ARTICLE}?version=2",
        f"{ARTICLE}?version=0",
        f"{ARTICLE}?version=x",
        f"{ARTICLE}?version={'9' * 40}",
        f"{ARTICLE}/changes?from=7",
        f"{ARTICLE}/changes?to=x",
        "/library/articles/nowhere/remove",
        "/library/articles/%00",
    ):
        page = client.get(address)
        assert page.status_code == 404, address
        assert "at this address" in page.text
        assert "askarticle list" not in page.text


def test_an_article_is_moved(client: TestClient) -> None:
    correct(client, "ferry", CORRECTED)
    response = client.post(f"{ARTICLE}/move", data={"collection": "sea", "new_collection": " coast "})
    assert "It is in this collection now." in response.text
    stored = client.get("/api/v1/articles/ferry").json()
    assert (stored["collection"], stored["version"]) == ("coast", 2)
    assert client.get("/api/v1/articles/ferry/versions/1").json()["text"] == FERRY
    same = client.post(f"{ARTICLE}/move", data={"collection": "coast"}, follow_redirects=False)
    assert same.headers["location"] == ARTICLE


def test_a_name_that_is_none_is_told_in_place(client: TestClient) -> None:
    page = client.post(f"{ARTICLE}/move", data={"new_collection": "x" * 65})
    assert page.status_code == 422
    assert "1 to 64 characters" in page.text
    assert f'value="{"x" * 65}"' in page.text
    assert "<details open>" in page.text


def test_a_duplicate_names_what_answers_in_its_place(client: TestClient) -> None:
    put(client, "again", BRIDGE + " Yes.", collection="roads", title="Again")
    page = client.get("/library/articles/again").text
    assert "It nearly repeats" in page
    assert '<a class="button" href="/?article=bridge">Ask the other article</a>' in page


def test_the_article_that_comes_with_the_program_cannot_be_changed(tmp_path: Path) -> None:
    client = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    page = client.get("/library/articles/default").text
    assert "It answers while the library is empty." in page
    assert "Move to another collection" not in page
    for path in ("remove", "move"):
        refused = client.post(f"/library/articles/default/{path}", data={"collection": "x", "version": "1"})
        assert refused.status_code == 409
        assert "comes with the program" in refused.text


def test_a_server_of_one_file_shows_it_and_changes_nothing() -> None:
    client = TestClient(make_app_of_one_file(), raise_server_exceptions=False)
    (article,) = client.get("/api/v1/articles").json()["articles"]
    page = client.get(f"/library/articles/{article['id']}").text
    assert "Repairs will cost" in page
    assert "Remove" not in page
    refused = client.post(f"/library/articles/{article['id']}/remove", data={"version": "1"})
    assert refused.status_code == 409
    assert "one file alone" in refused.text


def test_an_address_that_is_no_web_address_is_no_link(tmp_path: Path) -> None:
    client = TestClient(make_app(tmp_path))
    line = b'{"id": "bad", "text": "One text.", "title": "T", "url": "javascript:alert(1)"}\n'
    client.post("/api/v1/imports/file?wait=30", files={"file": ("a.jsonl", line)})
    page = client.get("/library/articles/bad").text
    assert "One text." in page
    assert "javascript:" not in page
