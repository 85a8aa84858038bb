"""Pages of other origins: those that are named may ask, and read what is answered; nobody's may change anything."""

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from bot import Settings
from tests.web_bot import StubBot
from web import create_app
from web.access.cors import ASKING

NAMED = "https://news.example"
ASKED = {"question": "repairs"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(StubBot(), origins=[NAMED, "http://localhost:9000"]))


def preflight(client: TestClient, origin: str, path: str = "/api/v1/ask", method: str = "POST"):
    wanted = {"access-control-request-method": method, "access-control-request-headers": "authorization,content-type"}
    return client.options(path, headers={"origin": origin, **wanted})


def test_a_named_origin_may_ask_and_read_the_answer(client):
    allowed = preflight(client, NAMED)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == NAMED
    answer = client.post("/api/v1/ask", json=ASKED, headers={"origin": NAMED})
    assert answer.json()["found"]
    assert answer.headers["access-control-allow-origin"] == NAMED
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


def test_it_may_read_why_it_is_refused(client):
    refused = client.post("/api/v1/ask", json={"question": ""}, headers={"origin": NAMED})
    assert refused.status_code == 422
    assert refused.headers["access-control-allow-origin"] == NAMED


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://news.example", "https://news.example:8443", "null", "", "*", "//"]
)
def test_another_origin_may_not(client, origin):
    assert "access-control-allow-origin" not in preflight(client, origin).headers
    refused = client.post("/api/v1/ask", json=ASKED, headers={"origin": origin})
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:askarticle:problem:foreign-origin"
    assert "access-control-allow-origin" not in refused.headers


def test_without_the_setting_no_origin_may():
    client = TestClient(create_app(StubBot()))
    assert preflight(client, NAMED).status_code == 405
    assert client.post("/api/v1/ask", json=ASKED, headers={"origin": NAMED}).status_code == 403


def test_with_a_star_every_origin_may_ask():
    client = TestClient(create_app(StubBot(), origins=["*"]))
    answer = client.post("/api/v1/ask", json=ASKED, headers={"origin": "https://anywhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.post("/api/v1/articles", json={}, headers={"origin": "https://anywhere.example"}).status_code == 403


def test_no_foreign_page_may_change_anything(client):
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in set(methods) - {"get", "head"}:
            if path not in ASKING:
                answer = client.request(method, path, json={}, headers={"origin": NAMED})
                assert answer.status_code == 403, (method, path)


def test_the_readers_pages_stay_the_readers(client):
    for path in ("/", "/docs", "/answer?q=repairs"):
        assert "access-control-allow-origin" not in client.get(path, headers={"origin": NAMED}).headers


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://News.example/, http://localhost:9000", ("https://news.example", "http://localhost:9000")),
        ("*", ("*",)),
        ("http://[::1]:80, https://news.example:443", ("http://[::1]", "https://news.example")),
        ("http://news.example:443, https://news.example:80", ("http://news.example:443", "https://news.example:80")),
        (" , ", ()),
    ],
)
def test_origins_are_set_with_commas(monkeypatch, written, meant):
    monkeypatch.setenv("ASKARTICLE_ORIGINS", written)
    assert Settings().origins == meant


@pytest.mark.parametrize("written", ["news.example", "https://news.example/chat", "null", "https://*.example", "a b"])
def test_what_is_no_origin_is_told(monkeypatch, written):
    monkeypatch.setenv("ASKARTICLE_ORIGINS", written)
    with pytest.raises(ValidationError, match="is no origin"):
        Settings()
