"""Asking one collection in the chat."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app, make_app_of_one_file

HARBOUR = "haven & «pier»"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    client = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    for text, id, title, collection in (
        (FERRY, "ferry", "Ferry sank", HARBOUR),
        ("The pilot boat met the ferry at noon.", "pilot", "Pilot boat", HARBOUR),
        (BRIDGE, "bridge", "Bridge closed", "roads"),
    ):
        body = {"text": text, "id": id, "title": title, "collection": collection}
        assert client.post("/api/v1/articles", json=body).status_code == 201
    return client


def test_the_chat_of_a_collection_lists_and_asks_it_alone(client):
    page = client.get("/", params={"collection": HARBOUR})
    assert page.context["listing"].count == 2
    assert [article.title for article in page.context["listing"].articles] == ["Pilot boat", "Ferry sank"]
    assert "Ask the 2 articles in <bdi>haven &amp; «pier»</bdi>" in page.text
    assert '<input type="hidden" name="collection" value="haven &amp; «pier»">' in page.text
    cost = {"q": "Repairs will cost about how much?"}
    inside = client.get("/", params=cost | {"collection": HARBOUR}).context["answer"]
    assert {each.article.id for each in [*inside.citations, *inside.nearest]} <= {"ferry", "pilot"}
    outside = client.get("/", params=cost).context["answer"]
    assert "bridge" in {each.article.id for each in [*outside.citations, *outside.nearest]}


@pytest.mark.parametrize("path", ["/", "/answer"])
def test_what_shows_the_answer_again_keeps_the_collection(client, path):
    page = client.get(path, params={"collection": HARBOUR, "q": "Who was last to leave?", "h": "Did the ferry sink?"})
    assert page.context["exchange"].link.startswith("/?collection=haven+%26+%C2%ABpier%C2%BB&")
    again = client.get(page.context["exchange"].link)
    answers = [each.context["answer"] for each in (page, again)]
    assert answers[0].standalone_question == answers[1].standalone_question
    assert answers[0].citations == answers[1].citations


def test_an_article_opened_from_a_collection_leads_back_to_it(client):
    listing = client.get("/", params={"collection": "roads"})
    assert "Ask the 1 article in <bdi>roads</bdi>" in listing.text
    link = '/?collection=roads&amp;article=bridge"'
    assert link in listing.text
    page = client.get("/?collection=roads&article=bridge&q=who%3F")
    assert "Ask this article" in page.text
    assert '<a href="/?collection=roads"><span>The 1 article in <bdi>roads</bdi></span></a>' in page.text
    assert page.context["exchange"].link == "/?collection=roads&article=bridge&q=who%3F"


def test_no_such_collection_is_said(client):
    for path in ("/", "/answer"):
        page = client.get(path, params={"collection": "sea", "q": "Who?"})
        assert page.status_code == 404
        assert "What is asked here is not in the library" in page.text
        assert '<input id="q" name="q" type="text" dir="auto" autocomplete="off"' in page.text
        assert 'value="Who?">' in page.text


def test_an_empty_field_means_all(client):
    assert client.get("/?collection=").context["listing"].count == 3


def test_a_server_of_one_file_has_no_collections():
    client = TestClient(make_app_of_one_file(), raise_server_exceptions=False)
    assert client.get("/?collection=roads").status_code == 404
    assert client.get("/?collection=").status_code == 200
