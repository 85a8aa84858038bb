"""Where and how long a server keeps conversations: expiry, one file, no library, many at once."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import Bot
from bot.settings import Settings
from corpus import Article
from corpus.library import open_library
from index import PassageIndex
from tests.api_server import BRIDGE, make_app
from tests.fakes import FakeEncoder
from tests.talk_client import TALKS, add, ask, assert_problem, read, shown, start
from web import ServedTalk, create_app


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def client(data: Path) -> Iterator[TestClient]:
    with TestClient(make_app(data), raise_server_exceptions=False) as client:
        yield client


def aged(data: Path, id: str, days: float) -> None:
    with open_library(data / "library.sqlite") as library, library.database.driver() as driver:
        then = (datetime.now(UTC) - timedelta(days=days)).replace(tzinfo=None).isoformat(" ")
        driver.execute("UPDATE conversations SET used = ? WHERE id = ?", (then, id))


def test_a_conversation_expires(client, data):
    kept, old = start(client), start(client)
    aged(data, kept, 29.9)
    aged(data, old, 30.1)
    assert_problem(client.get(f"{TALKS}/{old}"), "no-such-conversation")
    assert_problem(client.post("/api/v1/ask", json={"question": "who?", "conversation": old}), "no-such-conversation")
    ask(client, "who?", conversation=kept)
    assert read(client, kept).expires > (datetime.now(UTC) + timedelta(days=29)).isoformat()
    assert [one["id"] for one in client.get(TALKS).json()["conversations"]] == [kept, old]
    client.__exit__()
    with TestClient(make_app(data)) as again:  # a server that starts takes it away
        assert [one["id"] for one in again.get(TALKS).json()["conversations"]] == [kept]


def test_expired_ones_are_looked_for_once_an_hour(client, data, monkeypatch):
    now = 1_000_000.0
    monkeypatch.setattr("web.served_talk.time.monotonic", lambda: now)
    first = start(client)
    aged(data, first, 40)
    second = start(client)
    assert [one["id"] for one in client.get(TALKS).json()["conversations"]] == [first, second]
    now += 3601
    third = start(client)
    assert [one["id"] for one in client.get(TALKS).json()["conversations"]] == [second, third]


def one_file_app(data: Path):
    bot = Bot(PassageIndex.build([Article.create(BRIDGE, id="bridge")], FakeEncoder()))
    return create_app(bot, talk=ServedTalk(Settings(data=data)))


def test_a_server_of_one_file_keeps_conversations_too(data):
    with TestClient(one_file_app(data)) as client:
        id = start(client)
        ask(client, "When was the bridge closed?", conversation=id)
        (turn,) = read(client, id).turns
        assert {one.quote for one in shown(turn)} <= set(BRIDGE.replace(". ", ".\n").splitlines())
        assert {one.status for one in shown(turn)} == {"valid"}
    with TestClient(one_file_app(data)) as client:
        assert len(read(client, id).turns) == 1
    with closing(open_library(data / "library.sqlite")) as library:
        assert library.count() == 0
    with TestClient(make_app(data)) as client:  # a server that does not ask that file has no words of it
        assert {one.status for one in shown(read(client, id).turns[0])} == {"gone"}


def test_the_default_article_is_quoted_after_the_first_article_was_added(client):
    id = start(client)
    ask(client, "How many troops?", conversation=id)
    add(client)
    assert {one.status for one in shown(read(client, id).turns[0])} == {"valid"}


def test_where_nothing_can_be_kept_asking_goes_on(tmp_path):
    (tmp_path / "data").write_text("in the way")
    with TestClient(one_file_app(tmp_path / "data"), raise_server_exceptions=False) as client:
        response = client.post(TALKS, json={})
        assert_problem(response, "conversations-unavailable")
        assert response.headers["retry-after"]
        assert str(tmp_path) not in response.text
        assert ask(client, "When was the bridge closed?")["standalone_question"]
    with TestClient(create_app(Bot(PassageIndex.build([Article.create(BRIDGE)], FakeEncoder())))) as client:
        assert_problem(client.post(TALKS, json={}), "conversations-unavailable")


def test_a_library_that_cannot_be_written_now_keeps_no_turn_and_says_so(client, data, monkeypatch):
    id = start(client)
    store = client.app.state.library.talk()
    with store._database.driver() as driver:
        driver.execute("PRAGMA query_only = ON")
    response = client.post("/api/v1/ask", json={"question": "How many troops?", "conversation": id})
    assert_problem(response, "conversations-unavailable")
    assert ask(client, "How many troops?")["nearest"]
    assert read(client, id).turns == []


def test_questions_at_once_are_all_kept_each_with_a_number_of_its_own(client):
    id = start(client)
    questions = [f"How many troops, number {number}?" for number in range(8)]
    threads = [threading.Thread(target=ask, args=(client, q), kwargs={"conversation": id}) for q in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    turns = read(client, id).turns
    assert [turn.number for turn in turns] == list(range(1, 9))
    assert {turn.question for turn in turns} == set(questions)


def test_a_full_conversation_is_a_problem(client, monkeypatch):
    monkeypatch.setattr("corpus.library.stored_talk.MOST_TURNS", 1)
    id = start(client)
    ask(client, "How many troops?", conversation=id)
    assert_problem(client.post("/api/v1/ask", json={"question": "who?", "conversation": id}), "conversation-full")
