"""Signing in to the pages: by a form that needs no script, for some hours, from this server's own pages alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.access_app import Server, bearer, keyed
from web.access.guard import COOKIE

OWN = {"origin": "http://testserver"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with keyed(tmp_path) as server:
        server.client.follow_redirects = False
        yield server


def sign_in(server: Server, key: str, back: str = "/") -> None:
    assert server.client.post("/sign-in", data={"key": key, "back": back}, headers=OWN).status_code == 303


def test_a_reader_who_is_not_signed_in_gets_the_form_and_comes_back(server: Server) -> None:
    page = server.client.get("/?q=was+anybody+hurt%3F&article=ferry")
    assert page.status_code == 401
    assert page.headers["cache-control"] == "no-store"
    assert "Mara" not in page.text
    back = re.search(r'name="back" value="([^"]*)"', page.text)
    assert back is not None
    assert back[1] == "/?q=was+anybody+hurt%3F&amp;article=ferry"
    answer = server.client.post(
        "/sign-in", data={"key": server.key("read"), "back": back[1].replace("&amp;", "&")}, headers=OWN
    )
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    shown = server.client.get(answer.headers["location"])
    assert shown.status_code == 200
    assert "Mara" in shown.text
    assert "Sign out" in shown.text


def test_over_https_the_cookie_goes_over_https_alone(server: Server) -> None:
    with TestClient(server.app, base_url="https://testserver", follow_redirects=False) as client:
        answer = client.post("/sign-in", data={"key": server.key("read")}, headers={"origin": "https://testserver"})
        assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("key", ["", "x", "aa_0000000000_" + "a" * 43, "<script>alert(1)</script>", "a" * 3_000])
def test_a_wrong_key_opens_nothing_and_is_not_shown_again(server: Server, key: str) -> None:
    answer = server.client.post("/sign-in", data={"key": key}, headers=OWN)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    assert not key or key not in answer.text or key == "x"


def test_signing_out_ends_the_session_for_good(server: Server) -> None:
    sign_in(server, server.key("read"))
    token = server.client.cookies[COOKIE]
    assert server.client.get("/").status_code == 200
    answer = server.client.post("/sign-out", headers=OWN)
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["set-cookie"]
    server.client.cookies.set(COOKIE, token)
    assert server.client.get("/").status_code == 401


def test_revoking_the_key_ends_its_sessions_at_once(server: Server) -> None:
    key = server.key("read")
    sign_in(server, key)
    assert server.client.get("/").status_code == 200
    server.store.revoke(key.split("_")[1])
    assert server.client.get("/").status_code == 401


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example/", "/\r\nx: y", "", "x"])
def test_the_way_back_leads_nowhere_else(server: Server, back: str) -> None:
    answer = server.client.post("/sign-in", data={"key": server.key("read"), "back": back}, headers=OWN)
    assert answer.headers["location"] == "/"


def test_a_session_is_of_no_use_to_a_page_of_another_origin(server: Server) -> None:
    sign_in(server, server.key("admin"))
    path, body = "/api/v1/articles/ferry", {"question": "who?"}
    assert server.client.get(path).status_code == 200
    assert server.client.get(path, headers={"origin": "https://evil.example"}).status_code == 401
    assert server.client.get(path, headers={"origin": "null"}).status_code == 401
    assert server.client.get(path, headers={"sec-fetch-site": "cross-site"}).status_code == 401
    assert server.client.get("/metrics").status_code == 200
    foreign = {"origin": "https://evil.example"}
    assert server.client.post("/api/v1/ask", json=body, headers=foreign).status_code == 403
    assert server.client.post("/sign-in", data={"key": "x"}, headers=foreign).status_code == 403
    assert server.client.post("/sign-out", headers=foreign).status_code == 403


def test_a_page_of_an_origin_that_may_ask_brings_a_key_of_its_own(tmp_path: Path) -> None:
    with keyed(tmp_path, origins=("https://paper.example",)) as server:
        foreign, body = {"origin": "https://paper.example"}, {"question": "was anybody hurt?"}
        sign_in_headers = {"origin": "http://testserver"}
        server.client.post("/sign-in", data={"key": server.key("read")}, headers=sign_in_headers)
        refused = server.client.post("/api/v1/ask", json=body, headers=foreign)
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == "https://paper.example"
        key = bearer(server.key("read", "harbour"))
        assert server.client.post("/api/v1/ask", json=body, headers=foreign | key).status_code == 200
        preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
        assert server.client.options("/api/v1/ask", headers=foreign | preflight).status_code == 200


def test_a_link_from_elsewhere_asks_again_for_itself(server: Server) -> None:
    """Such a link comes without the cookie (SameSite=Strict): the page asks for itself once more, as from here."""
    page = server.client.get("/?article=ferry", headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 401
    assert '<meta http-equiv="refresh" content="0; url=/?article=ferry">' in page.text
    assert "http-equiv" not in server.client.get("/?article=ferry", headers={"sec-fetch-site": "same-origin"}).text


def test_a_reader_may_not_do_what_the_key_may_not(server: Server) -> None:
    sign_in(server, server.key("read", "harbour"))
    assert "Mara" in server.client.get("/?article=ferry").text
    assert server.client.get("/?article=bridge").status_code == 404
    assert server.client.post("/library/add/text", data={"text": "x"}, headers=OWN).status_code == 403


def test_the_key_itself_is_not_in_the_cookie_and_another_key_takes_its_place(server: Server) -> None:
    key = server.key("read", "harbour")
    sign_in(server, key)
    assert key.split("_")[2] not in server.client.cookies[COOKIE]
    assert "You are signed in" in server.client.get("/sign-in").text
    sign_in(server, server.key("read", "town"))
    assert "Mara" not in server.client.get("/").text


def test_a_cookie_that_is_no_session(server: Server) -> None:
    for token in ("x", "", "a" * 5_000, "é".encode().decode("latin-1")):
        assert server.client.get("/", headers={"cookie": f"{COOKIE}={token}".encode("latin-1")}).status_code == 401


def test_a_server_without_keys_has_nobody_to_sign_in() -> None:
    from tests.web_bot import StubBot
    from web import create_app

    client = TestClient(create_app(StubBot()))
    assert client.get("/sign-in").status_code == 404
    assert client.post("/sign-in", data={"key": "x"}).status_code == 404
    assert "Sign out" not in client.get("/").text


def test_keys_that_cannot_be_read_let_nobody_in(server: Server) -> None:
    key = server.key("read")
    sign_in(server, key)
    for rest in ("-wal", "-shm"):
        Path(f"{server.store.path}{rest}").unlink(missing_ok=True)
    broken = server.store.path.with_suffix(".new")
    broken.write_bytes(b"no keys " * 300)
    broken.replace(server.store.path)
    answer = server.client.get("/api/v1/articles", headers=bearer(key))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:askarticle:problem:keys-unavailable")
    assert "retry-after" in answer.headers
    assert str(server.store.path) not in answer.text
    assert server.client.get("/").status_code == 503
    assert server.client.get("/healthz").status_code == 200
