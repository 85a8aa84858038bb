"""What a reader says of an answer on its page: kept as it was shown, never as the form says; taken back."""

import pytest
from starlette.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app

QUESTION = "The bridge at Arnfels closed on Monday?"
RIGHT = "Repairs will cost about 4 million euros, the mayor said."


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


def fields_of(client: TestClient, question: str = QUESTION, **more: str) -> dict[str, str]:
    """What the form below an answer sends."""
    page = client.get("/", params={"article": "bridge", "q": question, **more})
    exchange, name = page.context["exchange"], page.text.partition('name="shown" value="')[2].partition('"')[0]
    return {"turn": exchange.link, "shown": name, "back": exchange.link}


def given(client: TestClient) -> list[dict]:
    return client.get("/api/v1/feedback").json()["feedback"]


def print_of(client: TestClient, article: str) -> str:
    return client.get(f"/api/v1/articles/{article}").json()["fingerprint"][:12]


def judge(client: TestClient, verdict: str, **more: str) -> str:
    """Say it; give the address of the page that thanks."""
    response = client.post("/feedback", data=fields_of(client) | {"verdict": verdict} | more)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def test_right_is_kept_with_what_was_shown(client):
    page = client.get(judge(client, "right"))
    assert "You said that this is right." in page.text
    assert "Which sentence is right?" not in page.text
    (one,) = given(client)
    assert (one["verdict"], one["question"], one["found"]) == ("right", QUESTION, True)
    assert one["place"]["quote"] == "The bridge at Arnfels closed on Monday."


def test_after_wrong_the_right_sentence_is_chosen_and_takes_its_place(client):
    address = judge(client, "wrong")
    page = client.get(address)
    assert page.text.count('name="sentence"') == 2
    chosen = {"article": "bridge", "print": print_of(client, "bridge"), "sentence": "2", "back": "/?q=x"}
    response = client.post(f"{address.partition('?')[0]}/right", data=chosen)
    assert response.status_code == 303
    assert RIGHT in client.get(response.headers["location"]).text
    (one,) = given(client)
    assert (one["verdict"], one["right"]["quote"]) == ("wrong", RIGHT)
    assert client.get(address).status_code == 404


def test_the_right_sentence_may_stand_in_another_article(client):
    address = judge(client, "wrong")
    assert "Choose another article" in client.get(address).text
    listed = client.get(address, params={"every": "true"})
    assert "Ferry</a>" in listed.text
    chosen = client.get(address, params={"article": "ferry"})
    assert "The ferry to Lindholm sank on Friday.</button>" in chosen.text
    fields = {"article": "ferry", "print": print_of(client, "ferry"), "sentence": "1"}
    client.post(f"{address.partition('?')[0]}/right", data=fields)
    assert given(client)[0]["right"]["article"]["id"] == "ferry"


@pytest.mark.parametrize("wrong", [{"sentence": "3"}, {"sentence": "0"}, {"sentence": "x"}, {"print": "000000000000"}])
def test_a_sentence_that_is_not_there_is_refused(client, wrong):
    address = judge(client, "wrong")
    fields = {"article": "bridge", "print": print_of(client, "bridge"), "sentence": "2"} | wrong
    assert client.post(f"{address.partition('?')[0]}/right", data=fields).status_code == 409
    assert given(client)[0]["right"] is None


def test_it_is_taken_back(client):
    address = judge(client, "right").partition("?")[0]
    response = client.post(f"{address}/withdraw", data={"back": "/?q=why"})
    assert (response.status_code, response.headers["location"]) == (303, "/?q=why")
    assert given(client) == []
    assert client.get(address).status_code == client.post(f"{address}/withdraw").status_code == 404


def test_the_script_gets_the_thanks_alone(client):
    part = client.post("/feedback", data=fields_of(client) | {"verdict": "wrong", "part": "1"})
    assert (part.status_code, part.template.name) == (200, "_thanks.html")
    id = given(client)[0]["id"]
    assert f'data-to="/feedback/{id}/right"' in part.text
    assert client.post(f"/feedback/{id}/withdraw", data={"part": "1"}).status_code == 204


def test_a_declined_answer_is_judged_too(client):
    response = client.post("/feedback", data=fields_of(client, "Why do volcanoes erupt?") | {"verdict": "right"})
    assert response.status_code == 303
    (one,) = given(client)
    assert (one["found"], one["verdict"]) == (False, "right")


def test_a_follow_up_is_kept_with_what_it_leaned_on(client):
    client.post("/feedback", data=fields_of(client, "And why?", h=QUESTION) | {"verdict": "wrong"})
    (one,) = given(client)
    assert one["history"] == [QUESTION]
    assert one["standalone_question"] != "And why?"


def test_an_answer_that_changed_meanwhile_is_not_judged(client):
    fields = fields_of(client) | {"verdict": "right"}
    state = client.get("/api/v1/articles/bridge").headers["etag"]
    client.put("/api/v1/articles/bridge", json={"text": f"News! {BRIDGE}"}, headers={"if-match": state})
    response = client.post("/feedback", data=fields)
    assert response.status_code == 409
    assert "The answer is another one by now" in response.text
    assert given(client) == []


@pytest.mark.parametrize("turn", ["", "/", "/?article=bridge", "/?q=", "//evil.example/?q=why", "nonsense"])
def test_what_asks_nothing_cannot_be_judged(client, turn):
    assert client.post("/feedback", data={"turn": turn, "shown": "", "verdict": "right"}).status_code == 422


def test_a_turn_of_a_kept_conversation_is_judged_until_it_is_taken_back(client):
    conversation = client.post("/conversation", data={"turn": f"/?article=bridge&q={QUESTION}"}).headers["location"]
    id = conversation.rpartition("/")[2]
    fields = {"conversation": id, "number": "1", "verdict": "right", "back": conversation}
    response = client.post("/feedback", data=fields)
    assert f'<a href="{conversation}">Back to the answer</a>' in client.get(response.headers["location"]).text
    assert given(client)[0]["conversation"] == id
    client.post(f"{conversation}/undo")
    assert client.post("/feedback", data=fields).status_code == 409
    assert client.post("/feedback", data=fields | {"conversation": "none"}).status_code == 404


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x()"])
def test_the_way_back_never_leaves_the_site(client, back):
    address = judge(client, "right", back=back)
    page = client.get(address.partition("?")[0], params={"back": back})
    assert '<a href="/">Back to the answer</a>' in page.text
    withdrawn = client.post(f"{address.partition('?')[0]}/withdraw", data={"back": back})
    assert withdrawn.headers["location"] == "/"


def test_a_form_of_another_site_says_nothing(client):
    fields = fields_of(client) | {"verdict": "right"}
    assert client.post("/feedback", data=fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert given(client) == []


def test_of_a_removed_article_the_page_keeps_no_word(client):
    address = judge(client, "wrong")
    client.delete("/api/v1/articles/bridge")
    page = client.get(address)
    assert page.status_code == 200
    assert "Ferry</a>" in page.text
    assert RIGHT not in page.text
