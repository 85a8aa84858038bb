"""The library's pages where keys are asked for: who may change, who may only read, and who sees some collections."""

from collections.abc import Iterator

import pytest

from bot.keys.key import Scope
from tests.access_app import HARBOUR_WORDS, TOWN_WORDS, Server, bearer, keyed

PAGES = ("/library", "/library?q=the", "/library/articles/ferry", "/library/articles/ferry/changes")
CHANGING = ("/library/add", "/library/articles/ferry/remove", "/library/removed/x", "/library/jobs/x")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with keyed(tmp_path_factory.mktemp("library")) as server:
        yield server


@pytest.mark.parametrize("scope", ["read", "write", "admin"])
def test_actions_are_shown_to_those_who_may(server: Server, scope: Scope) -> None:
    headers = bearer(server.key(scope))
    pages = {address: server.client.get(address, headers=headers) for address in PAGES}
    assert {page.status_code for page in pages.values()} == {200}
    for action in ("/library/add", "/remove", "Move to another"):
        assert any(action in page.text for page in pages.values()) == (scope != "read"), action
    found = [server.client.get(address, headers=headers).status_code for address in CHANGING]
    assert found == ([403] * 4 if scope == "read" else [200, 200, 410, 404])


def test_who_may_only_read_changes_nothing(server: Server) -> None:
    headers = bearer(server.key("read"))
    for path, data in (
        ("articles/ferry/remove", {"version": "1"}),
        ("articles/ferry/move", {"new_collection": "x"}),
        ("add/text", {"text": "New words."}),
        ("add/address", {"address": "http://127.0.0.1/"}),
        ("removed/x/undo", {}),
        ("jobs/x/cancel", {}),
    ):
        assert server.client.post(f"/library/{path}", data=data, headers=headers).status_code == 403, path
    assert server.client.get("/library/articles/ferry", headers=headers).status_code == 200


def test_a_key_for_one_collection_sees_nothing_of_another(server: Server) -> None:
    headers = bearer(server.key("write", "town"))
    for address in ("/library", "/library?q=heron", "/library?collection=harbour", "/library/add", "/?collection=town"):
        page = server.client.get(address, headers=headers)
        assert page.status_code == 200
        shown = page.text.replace("heron", "") if "heron" in address else page.text
        assert not any(word in shown for word in HARBOUR_WORDS if word not in address), address
    assert "2 articles." in server.client.get("/library", headers=headers).text
    for address in (*PAGES[2:], CHANGING[1], "/?collection=harbour"):
        missing = server.client.get(address, headers=headers)
        nowhere = server.client.get(address.replace("ferry", "nowhere").replace("harbour", "away"), headers=headers)
        assert missing.status_code == nowhere.status_code == 404


def test_a_key_for_one_collection_adds_there_alone(server: Server) -> None:
    headers = bearer(server.key("write", "town"))
    page = server.client.get("/library/add", headers=headers).text
    assert '<option value="town"' in page
    assert "Or a new collection" not in page
    refused = server.client.post(
        "/library/add/text", data={"text": "Kept words.", "new_collection": "harbour"}, headers=headers
    )
    assert refused.status_code == 403
    assert "This key is not for the collection" in refused.text
    assert "Kept words." in refused.text
    moved = server.client.post("/library/articles/tunnel/move", data={"new_collection": "harbour"}, headers=headers)
    assert moved.status_code == 403
    assert "This key is not for the collection" in moved.text


def test_a_removal_is_undone_by_a_key_for_its_collection_alone(server: Server) -> None:
    town, harbour = (bearer(server.key("write", name)) for name in ("town", "harbour"))
    removed = server.client.post("/library/articles/ferry/remove", data={"version": "1"}, headers=harbour)
    assert "Removed" in removed.text
    page = server.client.get(removed.url.path, headers=town)
    assert not any(word in page.text for word in HARBOUR_WORDS)
    assert server.client.post(f"{removed.url.path}/undo", headers=town).status_code == 410
    undone = server.client.post(f"{removed.url.path}/undo", headers=harbour)
    assert undone.url.path == "/library/articles/ferry"
    assert not any(word in undone.text for word in TOWN_WORDS)
