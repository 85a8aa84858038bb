"""Who may do what: every operation by every kind of key. An operation that is new has no entry, and fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.keys.key import SCOPES, Scope
from tests.access_app import FERRY, Server, bearer, keyed
from web.access.scopes import needed
from web.openapi import described

OPEN = "open"
TABLE = {
    ("POST", "/api/v1/ask"): "read",
    ("POST", "/api/v1/ask/batch"): "read",
    ("POST", "/api/v1/search"): "read",
    ("GET", "/api/v1/articles"): "read",
    ("POST", "/api/v1/articles"): "write",
    ("GET", "/api/v1/articles/{article_id}"): "read",
    ("PUT", "/api/v1/articles/{article_id}"): "write",
    ("DELETE", "/api/v1/articles/{article_id}"): "write",
    ("GET", "/api/v1/articles/{article_id}/sentences"): "read",
    ("GET", "/api/v1/articles/{article_id}/versions"): "read",
    ("GET", "/api/v1/articles/{article_id}/versions/{version}"): "read",
    ("GET", "/api/v1/collections"): "read",
    ("POST", "/api/v1/citations/verify"): "read",
    ("POST", "/api/v1/conversations"): "read",
    ("GET", "/api/v1/conversations"): "write",
    ("GET", "/api/v1/conversations/{conversation_id}"): "read",
    ("DELETE", "/api/v1/conversations/{conversation_id}"): "read",
    ("DELETE", "/api/v1/conversations/{conversation_id}/turns/last"): "read",
    ("GET", "/api/v1/conversations/{conversation_id}/export"): "read",
    ("POST", "/api/v1/feedback"): "read",
    ("GET", "/api/v1/feedback"): "write",
    ("GET", "/api/v1/feedback/export"): "write",
    ("DELETE", "/api/v1/feedback/{feedback_id}"): "read",
    ("POST", "/v1/chat/completions"): "read",
    ("GET", "/v1/models"): "read",
    ("GET", "/v1/models/{model}"): "read",
    ("POST", "/v1/embeddings"): "read",
    ("POST", "/api/v1/imports/file"): "write",
    ("POST", "/api/v1/imports/url"): "write",
    ("GET", "/api/v1/jobs"): "write",
    ("GET", "/api/v1/jobs/{job_id}"): "write",
    ("GET", "/api/v1/jobs/{job_id}/events"): "write",
    ("POST", "/api/v1/jobs/{job_id}/cancel"): "write",
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): "admin",
}
# Addresses that are no operations of the API.
PAGES = {
    ("GET", "/"): "read",
    ("GET", "/answer"): "read",
    ("GET", "/components"): "read",
    ("GET", "/docs"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("POST", "/sign-out"): OPEN,
    ("POST", "/theme"): OPEN,
    ("GET", "/static/{name}"): OPEN,
    ("GET", "/widget.js"): OPEN,
    ("GET", "/widget/{version}/{name}"): OPEN,
    ("GET", "/story"): "read",
    ("GET", "/suggestions"): "read",
    ("POST", "/conversation"): "read",
    ("GET", "/conversation/{id}"): "read",
    ("POST", "/conversation/{id}"): "read",
    ("POST", "/conversation/{id}/undo"): "read",
    ("POST", "/conversation/{id}/delete"): "read",
    ("GET", "/conversation/{id}/export/{format}"): "read",
    ("POST", "/export/{format}"): "read",
    ("POST", "/feedback"): "read",
    ("GET", "/feedback/{id}"): "read",
    ("POST", "/feedback/{id}/right"): "read",
    ("POST", "/feedback/{id}/withdraw"): "read",
    ("GET", "/library"): "read",
    ("GET", "/library/articles/{article_id}"): "read",
    ("GET", "/library/articles/{article_id}/changes"): "read",
    ("POST", "/library/articles/{article_id}/move"): "write",
    ("GET", "/library/articles/{article_id}/remove"): "write",
    ("POST", "/library/articles/{article_id}/remove"): "write",
    ("GET", "/library/removed/{token}"): "write",
    ("POST", "/library/removed/{token}/undo"): "write",
    ("GET", "/library/add"): "write",
    ("GET", "/library/add/text"): "write",
    ("POST", "/library/add/text"): "write",
    ("GET", "/library/add/address"): "write",
    ("POST", "/library/add/address"): "write",
    ("GET", "/library/add/files"): "write",
    ("POST", "/library/add/files"): "write",
    ("GET", "/library/jobs/{job_id}"): "write",
    ("GET", "/library/jobs/{job_id}/events"): "write",
    ("POST", "/library/jobs/{job_id}/cancel"): "write",
    ("POST", "/mcp"): "read",
}
BODIES: dict[str, Any] = {
    "/api/v1/ask": {"question": "who was the captain?"},
    "/api/v1/ask/batch": {"questions": [{"question": "who was the captain?"}]},
    "/api/v1/search": {"query": "captain"},
    "/api/v1/articles": {"text": FERRY, "id": "ferry", "collection": "harbour"},
    "/api/v1/articles/ferry": {"text": FERRY},
    "/api/v1/citations/verify": {"citations": []},
    "/api/v1/conversations": {},
    "/api/v1/feedback": {"question": "who?", "verdict": "right"},
    "/v1/chat/completions": {"model": "askarticle", "messages": [{"role": "user", "content": "captain?"}]},
    "/v1/embeddings": {"model": "askarticle", "input": "captain"},
    "/api/v1/imports/url": {"url": "ftp://example.org/"},
}
SENT_BACK = "not for the collection 'harbour'"  # what the request itself named
PATHS = {"article_id": "ferry", "version": "1", "model": "askarticle", "name": "chat.css"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with keyed(tmp_path_factory.mktemp("data"), develop=True) as server:
        yield server


@pytest.fixture(scope="module")
def keys(server: Server) -> dict[str, str | None]:
    revoked = server.key("admin")
    server.store.revoke(revoked.split("_")[1])
    known = {scope: server.key(scope) for scope in SCOPES}
    garbage = {"revoked": revoked, "forged": known["admin"][:-1] + ("a" if known["admin"][-1] != "a" else "b")}
    return {"none": None, "nonsense": "ä", "empty": "", **garbage, **known}


def addresses_of(app: Any, *, head: bool = False) -> Iterator[tuple[str, str]]:
    """Every method and path that the application answers, whatever it describes; HEAD where it is asked for."""
    waiting = list(app.router.routes)
    while waiting:
        route = waiting.pop()
        router = getattr(route, "original_router", None)
        if router is not None:
            waiting += router.routes
        else:
            yield from (
                (method, route.path.replace(":path}", "}"))
                for method in route.methods - ({"HEAD"} if not head else set())
            )


def test_every_operation_of_the_api_has_an_entry_and_says_what_it_needs() -> None:
    operations = {
        (method.upper(), path): operation
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    }
    assert operations.keys() == TABLE.keys()
    for place, operation in operations.items():
        scope = TABLE[place]
        assert operation["security"] == ([{}] if scope == OPEN else [{"key": [scope]}, {}]), place


def test_every_other_address_has_an_entry_too(server: Server) -> None:
    everything = set(addresses_of(server.app))
    assert not everything - TABLE.keys() - PAGES.keys(), "say in web/access/scopes.py and here who may use them"
    assert TABLE.keys() <= everything


def test_what_nobody_named_needs_more_rather_than_less() -> None:
    assert needed("GET", "/api/v2/anything") == "read"
    for method in ("POST", "PUT", "DELETE", "PATCH", "QUERY", "ODD"):
        assert needed(method, "/api/v1/anything") == "write"
    for path in ("/api/v1/ask/", "//api/v1/ask", "/API/v1/ask", "/healthz/../api/v1/articles"):
        assert needed("POST", path) == "write"
    assert needed("GET", "/metrics/") == "admin"


def test_looking_at_the_head_alone_needs_as_much(server: Server) -> None:
    everything = set(addresses_of(server.app, head=True))
    heads = {path for method, path in everything if method == "HEAD"}
    for path in heads:
        assert ("GET", path) in everything
        assert needed("HEAD", path) == needed("GET", path)
    assert "/api/v1/articles" in heads


def answered(server: Server, method: str, path: str, key: str | None) -> Any:
    for name, value in PATHS.items():
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{", "none-").replace("}", "")
    headers = {} if key is None else {"authorization": f"Bearer {key}".encode("latin-1")}
    if path == "/api/v1/imports/file":
        return server.client.post(path, headers=headers, files={"file": ("a.txt", b"")})
    return server.client.request(method, path, headers=headers, json=BODIES.get(path), follow_redirects=False)


@pytest.mark.parametrize("place", [*TABLE, *PAGES], ids=" ".join)
def test_exactly_the_allowed_pass(server: Server, keys: dict[str, str | None], place: tuple[str, str]) -> None:
    method, path = place
    wanted = TABLE.get(place) or PAGES[place]
    passing = (
        set(keys) if wanted == OPEN else {scope for scope in SCOPES if SCOPES.index(scope) >= SCOPES.index(wanted)}
    )
    # The most powerful last: what deletes is done once everything else was tried.
    for name, key in keys.items():
        response = answered(server, method, path, key)
        if name in passing:
            assert response.status_code not in (401, 403, 429), (name, response.text)
        else:
            assert response.status_code == (403 if name in SCOPES else 401), (name, response.text)
            assert response.headers["www-authenticate"].startswith("Bearer ")
    headers = bearer(str(keys["write"]))
    again = server.client.post("/api/v1/articles", json=BODIES["/api/v1/articles"], headers=headers)
    assert again.status_code in (200, 201)  # also where it was deleted


@pytest.mark.parametrize("place", [*TABLE, *PAGES], ids=" ".join)
def test_a_key_for_another_collection_gets_nowhere_near(server: Server, place: tuple[str, str]) -> None:
    """Every address asked for what lies in "harbour", by a key that is for "town" alone."""
    method, path = place
    whole = bearer(server.key("write"))
    server.client.post("/api/v1/articles", json=BODIES["/api/v1/articles"], headers=whole)
    before = server.client.get("/api/v1/articles/ferry", headers=whole)
    response = answered(server, method, path, server.key("write", "town"))
    said = response.text + str(response.headers)
    named = () if PAGES.get(place) == OPEN else ("harbour",)  # what is open to all has an example of that name
    assert not [word for word in ("Lindholm", "Mara Voss", "heron", *named) if word in said.replace(SENT_BACK, "")]
    if "{article_id}" in path:
        assert response.status_code in (404, 428)  # 428: it was not even looked for
    assert response.status_code < 500
    after = server.client.get("/api/v1/articles/ferry", headers=whole)
    assert (after.text, after.headers["etag"]) == (before.text, before.headers["etag"])


@pytest.mark.parametrize("scope", ["write", "admin"])
def test_a_refusal_says_what_is_needed(server: Server, scope: Scope) -> None:
    path = "/api/v1/jobs" if scope == "write" else "/metrics"
    response = server.client.get(path, headers=bearer(server.key("read")))
    problem = response.json()
    assert problem["type"] == "urn:askarticle:problem:not-allowed"
    assert scope in problem["detail"]
    assert f'scope="{scope}"' in response.headers["www-authenticate"]
