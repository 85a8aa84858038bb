"""Conversations over HTTP: begun, asked in, undone, exported, deleted; nothing of a removed article is left in them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus import default_article
from tests.api_server import BRIDGE, FERRY, RAISED, make_app
from tests.talk_client import TALKS, add, ask, assert_problem, read, shown, start
from web.answer_schemas import AnswerBody
from web.problem_types import PROBLEM_TYPES
from web.talk_schemas import ConversationBody, ConversationListBody


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def client(data: Path) -> Iterator[TestClient]:
    with TestClient(make_app(data), raise_server_exceptions=False) as client:
        yield client


def test_what_was_asked_and_shown_is_kept(client):
    add(client)
    id = start(client, article="ferry")
    answer = AnswerBody.model_validate(ask(client, "When was the ferry to Lindholm lost?", conversation=id))
    (turn,) = read(client, id).turns
    assert (turn.number, turn.question, turn.found) == (1, answer.question, answer.found)
    assert turn.confidence == answer.confidence
    given = [*answer.citations, *answer.nearest]
    assert given
    for kept, told in zip(shown(turn), given, strict=True):
        assert (kept.status, kept.quote, kept.utf16) == ("valid", told.quote, told.utf16)
        assert (kept.article.title, kept.sentence, kept.score) == (told.article.title, told.sentence, told.score)
        assert FERRY[kept.sentence.start : kept.sentence.end] == kept.quote


def test_a_follow_up_is_understood_from_the_turns_before_it_and_not_from_one_taken_off(client):
    add(client)
    id = start(client)
    ask(client, "Who is Mara Voss?", conversation=id)
    alone = ask(client, "where does she live?")["standalone_question"]
    assert alone == "where does she live?"
    understood = ask(client, "where does she live?", conversation=id)["standalone_question"]
    assert "Mara Voss" in understood
    assert [turn.standalone_question for turn in read(client, id).turns][1] == understood
    for left in (1, 0):
        undone = client.delete(f"{TALKS}/{id}/turns/last")
        assert len(ConversationBody.model_validate(undone.json()).turns) == left
    assert_problem(client.delete(f"{TALKS}/{id}/turns/last"), "nothing-to-undo")
    assert ask(client, "where does she live?", conversation=id)["standalone_question"] == alone


def test_the_same_question_outside_of_a_conversation_is_answered_as_ever(client):
    add(client)
    plain = ask(client, "Was anybody hurt?")
    ask(client, "Was anybody hurt?", conversation=start(client))
    again = ask(client, "Was anybody hurt?")
    assert plain | {"timing_ms": 0} == again | {"timing_ms": 0}


def test_it_asks_what_it_was_begun_about_unless_the_question_says_other(client):
    add(client)
    add(client, BRIDGE, "bridge")
    id = start(client, article="bridge")
    asked = ask(client, "What sank on Friday?", conversation=id)
    assert {one["article"]["id"] for one in asked["citations"] + asked["nearest"]} == {"bridge"}
    asked = ask(client, "What sank on Friday?", conversation=id, article="ferry")
    assert {one["article"]["id"] for one in asked["citations"] + asked["nearest"]} == {"ferry"}
    assert read(client, id).scope.articles == ["bridge"]


def test_history_and_conversation_exclude_each_other(client):
    response = client.post("/api/v1/ask", json={"question": "who?", "history": ["who?"], "conversation": start(client)})
    assert_problem(response, "invalid-request")
    assert "not both" in response.json()["detail"]


def test_what_cannot_be_asked_is_not_kept(client):
    id = start(client)
    assert_problem(client.post("/api/v1/ask", json={"question": "?", "conversation": id}), "bad-question")
    question = {"question": "who?", "conversation": id, "article": "nowhere"}
    assert_problem(client.post("/api/v1/ask", json=question), "no-such-article")
    assert read(client, id).turns == []


@pytest.mark.parametrize("id", ["nothing", "x" * 100, "%00", "-"])
def test_a_conversation_that_is_not_there_is_a_problem_each_time(client, data, id):
    for made in (False, True):
        for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/export"), ("DELETE", "/turns/last")):
            assert_problem(client.request(method, f"{TALKS}/{id}{path}"), "no-such-conversation")
        assert_problem(
            client.post("/api/v1/ask", json={"question": "who?", "conversation": id}), "no-such-conversation"
        )
        if not made:
            assert not (data / "library.sqlite").exists()  # to look for one makes no library
            start(client)


def test_in_a_batch_each_question_is_the_next_turn(client):
    id = start(client)
    questions = [{"question": q, "conversation": id} for q in ("Who is Victor Cha?", "where does he work?")]
    questions.append({"question": "who?", "conversation": "gone"})
    answers = client.post("/api/v1/ask/batch", json={"questions": questions}).json()["answers"]
    assert answers[1]["answer"]["standalone_question"] == "where does Victor Cha work?"
    assert answers[2]["problem"]["type"] == PROBLEM_TYPES["no-such-conversation"].uri
    assert [turn.number for turn in read(client, id).turns] == [1, 2]


def test_it_is_deleted_for_good(client, data):
    id = start(client)
    ask(client, "Does anybody know Zqzqzqzq?", conversation=id)
    assert client.delete(f"{TALKS}/{id}").status_code == 204
    assert_problem(client.delete(f"{TALKS}/{id}"), "no-such-conversation")
    client.__exit__()
    assert b"Zqzqzq" not in b"".join(file.read_bytes() for file in data.glob("library*"))


def test_the_list_goes_page_by_page(client):
    assert client.get(TALKS).json() == {"conversations": [], "next": None}
    ids = [start(client) for _ in range(5)]
    ask(client, "How many troops?", conversation=ids[1])
    found, after = [], None
    while True:
        page = client.get(TALKS, params={"limit": 2} | ({"after": after} if after else {})).json()
        found += ConversationListBody.model_validate(page).conversations
        if (after := page["next"]) is None:
            break
    assert [one.id for one in found] == ids
    assert [(one.turns, one.question) for one in found[:2]] == [(0, None), (1, "How many troops?")]


def test_the_words_of_a_removed_article_are_gone(client):
    add(client)
    id = start(client)
    for question in ("Who is Mara Voss?", "was she hurt?", "What is this about?"):
        ask(client, question, conversation=id)
    before = client.get(f"{TALKS}/{id}").text
    assert "last to leave" in before
    assert client.delete("/api/v1/articles/ferry").status_code == 204
    after = read(client, id)
    assert {one.status for turn in after.turns for one in shown(turn)} == {"gone"}
    assert all(
        (one.quote, one.answer, one.article.title) == (None, None, None) for turn in after.turns for one in shown(turn)
    )
    assert [turn.standalone_question for turn in after.turns] == [turn.question for turn in after.turns]
    for kind in ("markdown", "json"):
        text = client.get(f"{TALKS}/{id}/export", params={"format": kind}).text
        assert "last to leave" not in text
        assert "was she hurt?" in text
    assert ask(client, "where does she live?", conversation=id)["citations"] == []  # and asking in it goes on


def test_a_corrected_article_shows_what_it_says_now(client):
    add(client)
    id = start(client)
    for question in ("Was anybody hurt?", "When was the ferry to Lindholm lost?"):
        ask(client, question, conversation=id)
    new = f"Corrected. {RAISED.replace('Nobody was hurt.', 'Two people were hurt.')}"
    put = client.put("/api/v1/articles/ferry", json={"text": new}, headers={"if-match": "*"})
    assert put.status_code == 200
    quoted = [one for turn in read(client, id).turns for one in shown(turn)]
    states = {one.quote: (one.status, one.now and one.now.text) for one in quoted}
    assert states["Nobody was hurt."] == ("changed", "Two people were hurt.")
    assert states["The ferry to Lindholm sank on Friday."] == ("moved", "The ferry to Lindholm sank on Friday.")
    text = client.get(f"{TALKS}/{id}/export").text
    assert "The article has changed since.* Now it says: Two people were hurt." in text


def test_an_export_is_a_file(client):
    id = start(client)
    ask(client, "How many troops?", conversation=id)
    response = client.get(f"{TALKS}/{id}/export")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="conversation.md"'
    assert "## 1. How many troops?\n" in response.text
    assert default_article().title in response.text
    whole = client.get(f"{TALKS}/{id}/export", params={"format": "json"})
    assert whole.json() == client.get(f"{TALKS}/{id}").json()
    assert client.get(f"{TALKS}/{id}/export", params={"format": "pdf"}).status_code == 422


def test_markup_in_questions_stays_text(client):
    id = start(client)
    question = "# <b>Who</b> *is* [he](http://x.example) `now`? {{7*7}}"
    ask(client, question, conversation=id)
    text = client.get(f"{TALKS}/{id}/export").text
    from markdown_it import MarkdownIt

    html = MarkdownIt().render(text)
    assert "<b>" not in html
    assert "<a " not in html
    assert (
        json.loads(client.get(f"{TALKS}/{id}/export", params={"format": "json"}).text)["turns"][0]["question"]
        == question
    )
