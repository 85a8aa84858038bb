"""The pages of a kept conversation: kept, asked on, taken back, exported, deleted; nothing is kept before."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app
from web import conversation_pages
from web.conversation_pages import MOST_TURNS

FIRST = "The bridge at Arnfels closed on Monday?"
SECOND = "What will the repairs cost?"


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "data")


@pytest.fixture
def client(app):
    with TestClient(app, follow_redirects=False) as client:
        for text, id in ((FERRY, "ferry"), (BRIDGE, "bridge")):
            added = client.post("/api/v1/articles", json={"text": text, "id": id, "title": id.title()})
            assert added.status_code == 201
        yield client


def kept(client: TestClient, *turns: str) -> str:
    """Keep the questions at these addresses; give the conversation's own."""
    response = client.post("/conversation", data={"turn": turns or [f"/?article=bridge&q={FIRST}"]})
    assert response.status_code == 303, response.text
    return response.headers["location"]


def conversations(client: TestClient) -> list[dict]:
    return client.get("/api/v1/conversations").json()["conversations"]


def shown(page) -> list[str]:
    return re.findall(r'<h3 class="question" dir="auto">(.+?)</h3>', page.text)


def test_nothing_is_kept_of_questions_and_exports(client):
    client.get("/", params={"article": "bridge", "q": SECOND, "h": FIRST})
    client.post("/export/json", data={"turn": f"/?article=bridge&q={FIRST}"})
    assert conversations(client) == []


def test_a_page_carries_what_would_be_kept(client):
    page = client.get("/", params={"article": "bridge", "q": "And when?", "h": [FIRST, SECOND]})
    fields = page.text[page.text.index('id="asked-turns"') :].partition("</div>")[0]
    turns = re.findall(r'<input type="hidden" name="turn" value="([^"]*)">', fields)
    assert turns == [turn.replace("&", "&amp;") for turn in page.context["exchange"].turns]
    address = kept(client, *page.context["exchange"].turns)
    again = client.get(address)
    assert shown(again)[:3] == [FIRST, SECOND, "And when?"]
    assert 'href="/?article=bridge&amp;h=' in again.text  # the link of the answer that leans on others


def test_a_kept_conversation_shows_every_turn_and_is_asked_on(client):
    address = kept(client)
    response = client.post(address, data={"q": SECOND})
    assert (response.status_code, response.headers["location"]) == (303, f"{address}#t2")
    page = client.get(address)
    assert shown(page)[:2] == [FIRST, SECOND]
    assert page.text.count("The bridge at Arnfels closed on Monday.</blockquote>") >= 1
    assert f'action="{address}" method="post"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text


def test_a_follow_up_is_understood_in_a_kept_conversation_or_asked_alone(client):
    address = kept(client)
    client.post(address, data={"q": "And why?"})
    client.post(address, data={"q": "And why?", "alone": "1"})
    leaning, alone = client.get(address).context["kept"].turns[1:]
    assert leaning.exchange.leans
    assert not alone.exchange.leans


def test_the_script_gets_the_turn_alone(client):
    address = kept(client)
    part = client.post(address, data={"q": SECOND, "part": "1", "shown": "bridge"})
    assert part.status_code == 200
    assert shown(part) == [SECOND]
    assert "<template" not in part.text
    refused = client.post(address, data={"q": "", "part": "1"})
    assert (refused.status_code, refused.template.name) == (422, "_error.html")
    assert len(client.get(address).context["kept"].turns) == 2


def test_what_cannot_be_asked_is_said_on_the_page_and_kept_in_the_field(client):
    address = kept(client)
    page = client.post(address, data={"q": "why " * 600})
    assert page.status_code == 422
    assert "characters" in page.text
    assert f'value="{"why " * 600}" aria-invalid="true"' in page.text
    assert shown(page)[:1] == [FIRST]


def test_a_question_that_is_sent_twice_is_kept_once(client):
    address = kept(client)
    page = client.get(address)
    assert '<input type="hidden" name="after" value="1">' in page.text
    with ThreadPoolExecutor() as pool:
        sent = list(pool.map(lambda _: client.post(address, data={"q": SECOND, "after": "1"}), range(4)))
    assert {response.headers["location"] for response in sent} == {f"{address}#t2"}
    assert len(client.get(address).context["kept"].turns) == 2
    client.post(address, data={"q": SECOND, "after": "2"})  # asked again, on the page that shows the first
    assert len(client.get(address).context["kept"].turns) == 3


def test_only_the_turn_that_the_form_stands_at_is_taken_back(client):
    address = kept(client)
    client.post(address, data={"q": SECOND})
    late = client.post(f"{address}/undo", data={"number": "1"})
    assert (late.status_code, late.headers["location"]) == (303, address)
    assert client.post(f"{address}/undo", data={"number": "1", "part": "1"}).status_code == 409
    assert len(client.get(address).context["kept"].turns) == 2
    assert client.post(f"{address}/undo", data={"number": "2", "part": "1"}).status_code == 204
    assert len(client.get(address).context["kept"].turns) == 1


def test_the_last_turn_is_taken_back(client):
    address = kept(client)
    client.post(address, data={"q": SECOND})
    response = client.post(f"{address}/undo")
    assert (response.status_code, response.headers["location"]) == (303, address)
    assert shown(client.get(address))[:1] == [FIRST]
    assert client.post(f"{address}/undo", data={"part": "1"}).status_code == 204
    page = client.get(address)
    assert page.status_code == 200
    assert page.context["kept"].turns == []


def test_a_conversation_is_deleted_and_the_page_says_so(client):
    address = kept(client)
    response = client.post(f"{address}/delete")
    assert (response.status_code, response.headers["location"]) == (303, "/?article=bridge&said=deleted")
    assert "The conversation is deleted." in client.get(response.headers["location"]).text
    assert client.get(address).status_code == client.post(address, data={"q": FIRST}).status_code == 404
    assert conversations(client) == []


@pytest.mark.parametrize("stored", [True, False])
def test_a_conversation_is_given_as_a_file(client, stored):
    turns = [f"/?article=bridge&q={FIRST}", f"/?article=bridge&q={SECOND}"]
    if stored:
        address = kept(client, *turns)
        markdown, data = (client.get(f"{address}/export/{format}") for format in ("markdown", "json"))
    else:
        markdown, data = (client.post(f"/export/{format}", data={"turn": turns}) for format in ("markdown", "json"))
    assert markdown.headers["content-disposition"] == 'attachment; filename="conversation.md"'
    assert f"## 2. {SECOND}" in markdown.text
    assert "> The bridge at Arnfels closed on Monday." in markdown.text
    told = json.loads(data.text)
    assert [turn["question"] for turn in told["turns"]] == [FIRST, SECOND]
    assert ("id" in told) == stored


def test_of_a_removed_article_the_page_says_so(client):
    address = kept(client, f"/?q={FIRST}", "/?q=Who was the captain?")
    assert client.delete("/api/v1/articles/bridge").status_code in (200, 204)
    page = client.get(address)
    assert "What was quoted here was removed." in page.text
    assert "closed on Monday." not in page.text
    assert "Mara Voss" in page.text


def test_a_conversation_about_a_removed_article_is_still_shown_and_goes_no_further(client):
    address = kept(client)
    client.delete("/api/v1/articles/bridge")
    page = client.get(address)
    assert page.status_code == 200
    assert shown(page)[:1] == [FIRST]
    assert "goes no further" in page.text
    assert '<label for="q">' not in page.text
    refused = client.post(address, data={"q": SECOND, "part": "1"})
    assert refused.status_code == 404
    assert "What is asked here was removed from the library" in refused.text


def test_of_a_corrected_article_the_page_says_what_it_says_now(client):
    address = kept(client)
    changed = BRIDGE.replace("closed on Monday", "closed on Tuesday")
    state = client.get("/api/v1/articles/bridge").headers["etag"]
    assert client.put("/api/v1/articles/bridge", json={"text": changed}, headers={"if-match": state}).status_code == 200
    page = client.get(address)
    assert "The article was changed since." in page.text
    assert "The bridge at Arnfels closed on Tuesday.</q>" in page.text
    assert "The bridge at Arnfels closed on Monday.</blockquote>" in page.text


@pytest.mark.parametrize(
    "turns", [[], ["/"], ["/?article=bridge"], ["https://evil.example/?q=why"], ["/docs?q=why"], ["/?q="]]
)
def test_what_asks_nothing_is_not_kept(client, turns):
    for path in ("/conversation", "/export/markdown"):
        assert client.post(path, data={"turn": turns}).status_code == 422
    assert conversations(client) == []


def test_too_many_questions_are_refused(client):
    turns = [f"/?article=bridge&q={FIRST}"] * (MOST_TURNS + 1)
    assert client.post("/conversation", data={"turn": turns}).status_code == 422
    assert conversations(client) == []


def test_a_form_of_another_site_changes_nothing(client):
    address, foreign = kept(client), {"origin": "https://evil.example"}
    for path in (address, f"{address}/undo", f"{address}/delete", "/conversation"):
        assert client.post(path, data={"q": SECOND}, headers=foreign).status_code == 403
    assert shown(client.get(address))[:1] == [FIRST]


def test_it_works_under_a_root_path(app):
    with TestClient(app, root_path="/ask", follow_redirects=False) as client:
        response = client.post("/ask/conversation", data={"turn": "/?q=troops"})
        assert response.headers["location"].startswith("/ask/conversation/")
        page = client.get(response.headers["location"])
        addresses = re.findall(r'(?:href|src|action|formaction|data-(?:from|to|view|partial))="(/[^"]*)"', page.text)
        assert all(address.startswith("/ask/") for address in addresses)
        assert client.get("/ask/?q=troops").text.count('formaction="/ask/') == 2


def test_without_a_library_nothing_is_offered_to_be_kept():
    from tests.api_server import make_app_of_one_file

    client = TestClient(make_app_of_one_file())
    page = client.get("/?q=bridge")
    assert "Keep this conversation" not in page.text
    assert "Is this right?" not in page.text
    assert "Export as Markdown" in page.text
    assert client.post("/export/markdown", data={"turn": f"/?q={FIRST}"}).status_code == 200
    assert client.post("/conversation", data={"turn": f"/?q={FIRST}"}).status_code == 503


def test_of_a_long_conversation_the_last_turns_are_shown_and_all_are_exported(client, monkeypatch):
    monkeypatch.setattr(conversation_pages, "MOST_SHOWN", 2)
    address = kept(client, *[f"/?article=bridge&q={FIRST}"] * 2)
    assert "in the exported file" not in client.get(address).text
    assert client.post(address, data={"q": SECOND}).headers["location"] == f"{address}#t3"
    page = client.get(address)
    assert [turn.number for turn in page.context["kept"].turns] == [2, 3]
    assert "1 question before these is in the exported file." in page.text
    assert len(client.get(f"{address}/export/json").json()["turns"]) == 3
