"""Citations checked by a server, against every version of an article."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.api_server import FERRY, make_app
from tests.article_client import ARTICLES, add, assert_problem


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "data")


@pytest.fixture
def client(app) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_citations_are_checked_against_all_versions(client):
    tag = add(client, id="ferry").headers["etag"]
    answer = client.post("/api/v1/ask", json={"question": "captain Mara Voss last to leave"}).json()
    citation = (answer["citations"] or answer["nearest"])[0]

    def check(cited):
        response = client.post("/api/v1/citations/verify", json={"citations": [cited]})
        assert response.status_code == 200, response.text
        return response.json()

    assert check(citation)["citations"][0]["status"] == "valid"
    client.put(f"{ARTICLES}/ferry", json={"text": f"Update. {FERRY}"}, headers={"if-match": tag})
    moved = check(citation)
    assert (moved["holds"], moved["citations"][0]["status"]) == (True, "moved")
    assert moved["citations"][0]["place"]["start"] == citation["sentence"]["start"] + len("Update. ")
    assert check(citation | {"quote": "Its captain was first."})["citations"][0]["status"] == "unknown"
    client.delete(f"{ARTICLES}/ferry")
    assert check(citation)["citations"][0]["status"] == "gone"


def test_a_citation_of_the_default_article_holds(client):
    answer = client.post("/api/v1/ask", json={"question": "how many troops might be involved?"}).json()
    given = {"citations": answer["citations"] or answer["nearest"]}
    assert client.post("/api/v1/citations/verify", json=given).json()["holds"] is True
    add(client)  # now the library answers, and it still is what it was
    assert client.post("/api/v1/citations/verify", json=given).json()["holds"] is True


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"quote": " "}, "bad-citation"),
        ({"quote": ""}, "invalid-request"),
        ({"quote": 5}, "invalid-request"),
        ({"sentence": {"start": 5, "end": 5}}, "bad-citation"),
        ({"sentence": {"start": -1, "end": 5}}, "invalid-request"),
        ({"sentence": {"start": 1, "end": 10**30}}, "invalid-request"),
        ({"article": {"id": "a"}}, "invalid-request"),
    ],
)
def test_what_is_no_citation_is_a_problem(client, change, name):
    article = {"id": "a", "fingerprint": "f", "version": 1}
    citation = {"article": article, "sentence": {"start": 0, "end": 5}, "quote": "Words", **change}
    assert_problem(client.post("/api/v1/citations/verify", json={"citations": [citation]}), name)
