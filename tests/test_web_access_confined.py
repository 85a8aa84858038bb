"""A key for one collection: no byte of another one, and nothing that tells whether there is one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access_app import BRIDGE, FERRY, Server, bearer, keyed

NAMES = st.sampled_from(["ferry", "harbour", "bridge", "tunnel", "town", "nowhere", "default", "askarticle"])
# None of them has a word that only the other collection has.
QUESTIONS = st.sampled_from(
    ["what closed on Monday?", "was anybody hurt?", "how much will it cost?", "who said so?", "What numbers are given?"]
)
SECRET = ("otter", "Arnfels", "mayor", "euros", "workers")
MCP = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with keyed(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="module")
def key(server: Server) -> dict[str, str]:
    return bearer(server.key("read", "harbour"))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def given_parts(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None}


@st.composite
def reading(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """A request that reads: its method, its path, and what else the client is given."""
    name, other, question = draw(NAMES), draw(NAMES), draw(QUESTIONS)
    scope = given_parts(
        article=draw(maybe(NAMES)),
        collection=draw(maybe(NAMES)),
        filter=draw(maybe(st.builds(lambda names: {"collections": names}, st.lists(NAMES, max_size=3)))),
        history=draw(maybe(st.lists(QUESTIONS, max_size=2))),
    )
    ask = {"question": question, **scope}
    search = {"query": question, "k": 50, **{k: v for k, v in scope.items() if k != "history"}}
    page = given_parts(q=question, article=draw(maybe(NAMES)), collection=draw(maybe(NAMES)))
    cited = {"article": {"id": name, "fingerprint": "0" * 64, "version": 1}, "sentence": {"start": 0, "end": 9}}
    message = {"role": "user", "content": question}
    tools = [
        ("ask_article", given_parts(question=question, article=scope.get("article"), collection=other)),
        ("search_passages", given_parts(query=question, collection=scope.get("collection"))),
        ("list_articles", given_parts(collection=scope.get("collection"))),
        ("get_article", {"article": name}),
        ("verify_citation", {"citation": {**cited, "quote": "It is open."}}),
    ]
    tool, arguments = draw(st.sampled_from(tools))
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    return draw(
        st.sampled_from(
            [
                ("GET", "/api/v1/articles", {"params": {"collection": [name, other]}}),
                ("GET", "/api/v1/articles", {"params": {"after": name}}),
                ("GET", f"/api/v1/articles/{name}", {}),
                ("GET", f"/api/v1/articles/{name}/sentences", {}),
                ("GET", f"/api/v1/articles/{name}/versions", {}),
                ("GET", f"/api/v1/articles/{name}/versions/1", {}),
                ("GET", f"/api/v1/articles/{name}/versions/7", {}),
                ("GET", "/api/v1/collections", {}),
                ("GET", "/v1/models", {}),
                ("GET", f"/v1/models/{name}", {}),
                ("POST", "/api/v1/ask", {"json": ask}),
                ("POST", "/api/v1/ask/batch", {"json": {"questions": [ask, {"question": question}]}}),
                ("POST", "/api/v1/search", {"json": search}),
                ("POST", "/api/v1/citations/verify", {"json": {"citations": [{**cited, "quote": "It is open."}]}}),
                ("POST", "/v1/chat/completions", {"json": {"model": name, "messages": [message]}}),
                ("POST", "/api/v1/conversations", {"json": {k: v for k, v in scope.items() if k != "history"}}),
                ("GET", "/", {"params": page}),
                ("GET", "/answer", {"params": page}),
                ("GET", "/story", {"params": {k: v for k, v in page.items() if k != "q"}}),
                ("GET", "/suggestions", {"params": {"article": name}}),
                ("GET", "/library", {"params": given_parts(q=question, collection=page.get("collection"))}),
                ("GET", "/library", {"params": {"collection": name}}),
                ("GET", f"/library/articles/{name}", {}),
                ("GET", f"/library/articles/{name}/changes", {}),
                ("POST", "/export/json", {"data": page}),
                ("POST", "/feedback", {"data": page | {"verdict": "right"}}),
                ("POST", "/mcp", {"json": call, "headers": MCP}),
            ]
        )
    )


def sent(server: Server, key: dict[str, str], request: tuple[str, str, dict[str, Any]]) -> Any:
    method, path, more = request
    more = {**more, "headers": {**key, **more.get("headers", {})}}
    return server.client.request(method, path, **more)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(request=reading())
def test_no_byte_of_another_collection(
    server: Server, key: dict[str, str], request: tuple[str, str, dict[str, Any]]
) -> None:
    response = sent(server, key, request)
    assert response.status_code < 500
    said = response.text + json.dumps(dict(response.headers))
    assert not [word for word in SECRET if word.lower() in said.lower()]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(request=reading())
def test_what_it_may_not_see_is_as_if_not_there(
    server: Server, key: dict[str, str], request: tuple[str, str, dict[str, Any]]
) -> None:
    swaps = (("bridge", "bxxxge"), ("tunnel", "tuxxel"), ("town", "toxn"))
    text = json.dumps(request)
    for there, missing in swaps:
        text = text.replace(f'"{there}"', f'"{missing}"').replace(f"/{there}", f"/{missing}")
    expected, got = sent(server, key, json.loads(text)), sent(server, key, request)
    assert got.status_code == expected.status_code
    words = got.text
    for there, missing in swaps:
        words = words.replace(there, missing)
    assert without_times(words) == without_times(expected.text)


def without_times(text: str) -> Any:
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return json.dumps(cleared(document))


def cleared(value: Any) -> Any:
    """Without what is another at every call: times, and the ids of conversations."""
    if isinstance(value, list):
        return [cleared(item) for item in value]
    if not isinstance(value, dict):
        return None if isinstance(value, str) and '"timing_ms"' in value else value
    return {k: cleared(v) for k, v in value.items() if k not in ("timing_ms", "created", "used", "expires", "id")}


def test_it_does_see_its_own(server: Server, key: dict[str, str]) -> None:
    """Else the tests above would hold for a server that says nothing."""
    assert server.client.get("/api/v1/collections", headers=key).json() == {
        "collections": [{"name": "harbour", "articles": 1}]
    }
    assert [each["id"] for each in server.client.get("/v1/models", headers=key).json()["data"]] == [
        "askarticle",
        "harbour",
    ]
    found = server.client.post("/api/v1/search", json={"query": "captain"}, headers=key).json()
    assert FERRY.startswith(found["hits"][0]["text"][:40])
    whole = bearer(server.key("read"))
    assert "Arnfels" in server.client.post("/api/v1/search", json={"query": "Monday"}, headers=whole).text
    assert "Mara" in server.client.get("/", params={"article": "ferry"}, headers=key).text
    town = bearer(server.key("read", "town"))
    assert "Mara" not in server.client.get("/", headers=town).text
    assert BRIDGE.split(".")[0] in server.client.get("/api/v1/articles/bridge", headers=town).text


def test_a_key_for_a_collection_that_is_not_there_sees_nothing(server: Server) -> None:
    key = bearer(server.key("read", "later"))
    assert server.client.get("/api/v1/articles", headers=key).json() == {"articles": [], "total": 0, "next": None}
    answer = server.client.post("/api/v1/ask", json={"question": "what closed?"}, headers=key)
    assert answer.status_code == 404
    assert not [word for word in ("harbour", "town", "ferry", "bridge") if word in answer.text]


def test_the_article_that_comes_with_the_program_is_in_no_collection(tmp_path: Any) -> None:
    with keyed(tmp_path, filled=False) as empty:
        confined, whole = bearer(empty.key("read", "harbour")), bearer(empty.key("read"))
        assert empty.client.get("/api/v1/articles", headers=whole).json()["total"] == 1
        assert empty.client.get("/api/v1/articles", headers=confined).json()["total"] == 0
        assert empty.client.get("/api/v1/articles/default", headers=confined).status_code == 404
        assert empty.client.post("/api/v1/ask", json={"question": "troops?"}, headers=confined).status_code == 404
        assert empty.client.get("/", headers=confined).status_code == 503
        assert empty.client.get("/readyz").status_code == 200
