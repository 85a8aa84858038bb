"""A key that may write in one collection: what it can do there, and that it touches nothing of another one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.access_app import BRIDGE, FERRY, Server, bearer, keyed


@pytest.fixture
def server(tmp_path: Any) -> Iterator[Server]:
    with keyed(tmp_path) as server:
        yield server


@pytest.fixture
def key(server: Server) -> dict[str, str]:
    return bearer(server.key("write", "harbour"))


@pytest.fixture
def whole(server: Server) -> dict[str, str]:
    return bearer(server.key("admin"))


def state_of(server: Server, whole: dict[str, str]) -> Any:
    ids = ("bridge", "tunnel")
    return [server.client.get(f"/api/v1/articles/{id}", headers=whole).json() for id in ids]


def test_an_article_goes_to_the_keys_only_collection(server: Server, key: dict[str, str]) -> None:
    made = server.client.post("/api/v1/articles", json={"text": "A new pier opens. It is long."}, headers=key)
    assert made.status_code == 201
    assert server.client.get(made.headers["location"], headers=key).json()["collection"] == "harbour"


def test_of_several_collections_one_is_named(server: Server) -> None:
    key = bearer(server.key("write", "harbour", "town"))
    body = {"text": "A new pier opens. It is long."}
    unnamed = server.client.post("/api/v1/articles", json=body, headers=key)
    assert unnamed.status_code == 422
    assert "'harbour', 'town'" in unnamed.json()["detail"]
    named = server.client.post("/api/v1/articles", json={**body, "collection": "town"}, headers=key)
    assert named.status_code == 201


@pytest.mark.parametrize("collection", ["town", "nowhere", "default"])
def test_another_collection_is_refused_whether_it_is_there_or_not(
    server: Server, key: dict[str, str], collection: str
) -> None:
    text = {"text": "A new pier opens.", "collection": collection}
    url = {"url": "https://example.org/x.html", "collection": collection}
    answers = [
        server.client.post("/api/v1/articles", json=text, headers=key),
        server.client.post("/api/v1/imports/url", json=url, headers=key),
        server.client.post(
            "/api/v1/imports/file", data={"collection": collection}, files={"file": ("a.txt", b"A pier.")}, headers=key
        ),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:askarticle:problem:not-allowed"
    assert server.client.get("/api/v1/jobs", headers=key).json() == {"jobs": []}


def test_nothing_of_another_collection_is_changed(server: Server, key: dict[str, str], whole: dict[str, str]) -> None:
    before = state_of(server, whole)
    client, tag = server.client, {"if-match": "*"}
    assert client.delete("/api/v1/articles/bridge", headers=key).status_code == 404
    assert client.put("/api/v1/articles/bridge", json={"text": FERRY}, headers=key | tag).status_code == 404
    taken = client.post("/api/v1/articles", json={"text": FERRY, "id": "bridge"}, headers=key)
    assert taken.status_code == 422
    assert "is taken" in taken.json()["detail"]
    same = client.post("/api/v1/articles", json={"text": BRIDGE, "id": "bridge"}, headers=key)  # would move it
    assert same.status_code == 422
    lines = [{"id": "tunnel", "text": FERRY}, {"id": "own", "text": "A pier opens.", "collection": "town"}]
    file = ("a.jsonl", "\n".join(map(json.dumps, lines)).encode())
    job = client.post("/api/v1/imports/file", params={"wait": 60}, files={"file": file}, headers=key).json()
    assert job["counts"]["replaced"] == job["counts"]["moved"] == 0
    assert state_of(server, whole) == before
    assert client.get("/api/v1/collections", headers=whole).json()["collections"][-1] == {"name": "town", "articles": 2}


def test_the_same_text_in_two_collections_is_two_articles(
    server: Server, key: dict[str, str], whole: dict[str, str]
) -> None:
    town = bearer(server.key("write", "town"))
    body, file = {"text": "A pier opens on Sunday. It is long."}, {"file": ("pier.txt", b"The pier closes again. Why?")}
    ids = []
    for headers in (town, key):
        made = server.client.post("/api/v1/articles", json=body, headers=headers)
        job = server.client.post("/api/v1/imports/file", params={"wait": 60}, files=file, headers=headers).json()
        assert made.status_code == 201
        assert job["counts"]["added"] == 1
        ids += [made.json()["id"], job["articles"][0]["id"]]
    assert len(set(ids)) == 4
    again = server.client.post("/api/v1/articles", json=body, headers=key)
    assert (again.status_code, again.json()["outcome"], again.json()["id"]) == (200, "unchanged", ids[2])


def test_a_key_sees_the_jobs_of_its_collections_alone(
    server: Server, key: dict[str, str], whole: dict[str, str]
) -> None:
    town = bearer(server.key("write", "town"))
    client, file = server.client, {"file": ("pier.txt", b"The pier closes again. Why?")}
    ids = [
        client.post("/api/v1/imports/file", params={"wait": 60}, files=file, headers=headers).json()["id"]
        for headers in (key, town, whole)
    ]
    seen = {each["id"] for each in client.get("/api/v1/jobs", headers=key).json()["jobs"]}
    assert seen == {ids[0]}
    for path in ("", "/events"):
        missing = client.get(f"/api/v1/jobs/none{path}", headers=key)
        for id in ids[1:]:
            answer = client.get(f"/api/v1/jobs/{id}{path}", headers=key)
            assert (answer.status_code, answer.json()) == (404, missing.json())
    assert client.post(f"/api/v1/jobs/{ids[1]}/cancel", headers=key).status_code == 404
    assert set(ids) <= {each["id"] for each in client.get("/api/v1/jobs", headers=whole).json()["jobs"]}


def test_an_idempotency_key_is_the_keys_own(server: Server, key: dict[str, str]) -> None:
    named = {"idempotency-key": "1"}
    town = bearer(server.key("write", "town"))
    file = {"file": ("pier.txt", b"The pier closes again. Why?")}
    first, second, other = (
        server.client.post("/api/v1/imports/file", params={"wait": 60}, files=file, headers=headers | named).json()[
            "id"
        ]
        for headers in (key, key, town)
    )
    assert first == second
    assert other != first


def test_a_key_sees_the_conversations_about_its_collections_alone(
    server: Server, key: dict[str, str], whole: dict[str, str]
) -> None:
    client, path = server.client, "/api/v1/conversations"
    town = bearer(server.key("write", "town"))
    own, foreign, all_ = (client.post(path, json={}, headers=headers).json()["id"] for headers in (key, town, whole))
    assert [each["id"] for each in client.get(path, headers=key).json()["conversations"]] == [own]
    assert client.get(path, params={"limit": 1}, headers=town).json()["next"] is None
    missing = client.get(f"{path}/none", headers=key).json()
    for id in (foreign, all_):
        assert client.get(f"{path}/{id}", headers=key).json() == missing
        assert client.get(f"{path}/{id}/export", headers=key).status_code == 404
        assert client.delete(f"{path}/{id}", headers=key).status_code == 404
        assert client.delete(f"{path}/{id}/turns/last", headers=key).status_code == 404
        ask = {"question": "what closed on Monday?", "conversation": id}
        assert client.post("/api/v1/ask", json=ask, headers=key).status_code == 404
    asked = client.post("/api/v1/ask", json={"question": "who was hurt?", "conversation": own}, headers=key)
    assert asked.status_code == 200
    assert len(client.get(f"{path}/{own}", headers=key).json()["turns"]) == 1
    assert client.get(f"{path}/{foreign}", headers=whole).status_code == 200


def test_a_key_sees_the_feedback_on_its_articles_alone(server: Server, key: dict[str, str]) -> None:
    client, path = server.client, "/api/v1/feedback"
    town = bearer(server.key("write", "town"))
    ids = []
    for headers, id in ((town, "bridge"), (key, "ferry")):
        article = client.get(f"/api/v1/articles/{id}", headers=headers).json()
        place = {
            "article": {name: article[name] for name in ("id", "fingerprint", "version")},
            "sentence": {name: article["sentences"][0][name] for name in ("start", "end")},
        }
        body = {"question": "what happened?", "verdict": "right", "place": place}
        given = client.post(path, json=body, headers=headers)
        assert given.status_code == 201, given.text
        ids.append(given.json()["id"])
        assert client.post(path, json=body, headers=key if id == "bridge" else town).status_code == 422
    listed = client.get(path, params={"limit": 1}, headers=key).json()
    assert [each["id"] for each in listed["feedback"]] == [ids[1]]
    assert listed["next"] is None
    assert "Arnfels" not in client.get(f"{path}/export", headers=key).text
