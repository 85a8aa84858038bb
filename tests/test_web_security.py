import pytest
from starlette.testclient import TestClient

from tests.web_bot import StubBot
from web import create_app
from web.security import SECURITY_HEADERS


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(StubBot()), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/?q=repairs", 200),
        ("GET", "/?q=", 422),
        ("GET", "/answer?q=repairs", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/healthz", 200),
        ("GET", "/static/chat.css", 200),
        ("GET", "/static/nowhere.css", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/v1/ask", 405),
        ("POST", "/api/v1/ask", 422),
        ("HEAD", "/", 200),
    ],
)
def test_every_response_carries_the_security_headers(client, method, path, status):
    response = client.request(method, path)
    assert response.status_code == status
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()
    assert "cache-control" in response.headers


def test_a_fault_of_ours_carries_them_too(client, monkeypatch):
    monkeypatch.setattr(StubBot, "ask", lambda *_, **__: 1 / 0)
    response = client.get("/?q=repairs")
    assert response.status_code == 500
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()
    assert response.headers["cache-control"] == "no-store"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = SECURITY_HEADERS["content-security-policy"]
    directives = dict(directive.split(maxsplit=1) for directive in policy.split("; "))
    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert set(directives.values()) == {"'self'", "'none'"}


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_a_trusted_host_is_served(host):
    client = TestClient(create_app(StubBot(), trusted_hosts=["localhost", "::1"]))
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:8000", "[", ""])
def test_another_host_is_refused(host):
    client = TestClient(create_app(StubBot(), trusted_hosts=["localhost", "::1"]))
    response = client.get("/api/v1/articles", headers={"host": host})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()


def test_a_static_file_may_be_kept_for_good_only_under_its_version(client):
    assets = client.app.state.assets
    pages = client.get("/").text + client.get("/library/add").text
    imported = {"views.js", "sending.js"}  # by the other scripts, so that its address has no version
    assert {"chat.css", "chat.js", "library.css", "library.js", "favicon.svg"} < set(assets)
    for name, asset in assets.items():
        kept = client.get(f"/static/{name}", params={"v": asset.version})
        assert kept.content == asset.content
        assert "immutable" in kept.headers["cache-control"]
        assert client.get(f"/static/{name}?v=old").headers["cache-control"] == "no-cache"
        assert client.get(f"/static/{name}", headers={"if-none-match": kept.headers["etag"]}).status_code == 304
        assert (f"/static/{name}?v={asset.version}" in pages) == (name not in imported)


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/..%2fapp.py", "/static/%00", "/static/"])
def test_nothing_but_the_static_files_is_served(client, path):
    assert client.get(path).status_code == 404
