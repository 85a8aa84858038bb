"""Stored conversations and feedback: the contract that every store of them keeps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import ConversationFullError, NoSuchConversationError, NoSuchFeedbackError
from corpus.library import open_library, stored_talk
from corpus.library.stored_library import StoredLibrary
from corpus.library.talk import CitedPlace, ConversationStore, Feedback, StoredTurn
from corpus.library.types import Filter
from corpus.library.verify import verify_library
from tests.library_articles import add, story

NOW = datetime(2026, 1, 31, 9, 30, 12, 345678, tzinfo=UTC)
PLACE = CitedPlace("ferry", 2, "f" * 64, 38, 54, 1, 0.93, (45, 49))
OTHER = CitedPlace("bridge", 1, "b" * 64, 0, 5, 0)
TURN = StoredTurn("was she hurt?", "was Mara Voss hurt?", True, 0.93, NOW, (PLACE, OTHER))
DECLINED = StoredTurn("why?", "why?", False, 0.04, NOW, nearest=(OTHER, PLACE))
WHERE = Filter(frozenset({"a", "b"}), frozenset({"news"}), None, frozenset({"en"}), date(2024, 1, 1), None)


@pytest.fixture
def library(place: Path | str) -> Iterator[StoredLibrary]:
    with open_library(place, wait_seconds=10) as library:
        yield library


@pytest.fixture
def store(library: StoredLibrary) -> ConversationStore:
    return library.talk


def numbered(turn: StoredTurn, number: int) -> StoredTurn:
    return StoredTurn(**{name: getattr(turn, name) for name in StoredTurn.__slots__} | {"number": number})


def test_a_conversation_is_given_back_as_it_was_kept(store: ConversationStore) -> None:
    id = store.start(WHERE)
    assert [store.append(id, turn) for turn in (TURN, DECLINED)] == [1, 2]
    kept = store.get(id)
    assert kept.where == WHERE
    assert kept.turns == (numbered(TURN, 1), numbered(DECLINED, 2))
    assert datetime.now(UTC) - timedelta(minutes=5) < kept.created <= kept.used <= datetime.now(UTC)


@given(
    where=st.builds(
        Filter,
        articles=st.none() | st.frozensets(st.text(min_size=1)),
        sources=st.none() | st.frozensets(st.text()),
        published_from=st.none() | st.dates(),
        published_to=st.none() | st.dates(),
    ),
    question=st.text(st.characters(exclude_categories=["Cs"])),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_filter_and_any_question_is_given_back(store: ConversationStore, where: Filter, question: str) -> None:
    id = store.start(where)
    store.append(id, StoredTurn(question, question, False, 0.0, NOW))
    kept = store.get(id)
    assert (kept.where, kept.turns[0].question) == (where, question)


def test_ids_cannot_be_guessed_stand_in_an_address_and_are_in_order(store: ConversationStore) -> None:
    ids = [store.start() for _ in range(50)]
    assert len({id[11:] for id in ids}) == 50
    assert all(len(id) == 33 and id[0].isdigit() and id.replace("-", "").replace("_", "").isalnum() for id in ids)
    assert [id[:11] for id in ids] == sorted(id[:11] for id in ids)


def test_the_last_turn_is_taken_off(store: ConversationStore) -> None:
    id = store.start()
    for turn in (TURN, DECLINED):
        store.append(id, turn)
    assert store.undo(id)
    assert store.get(id).turns == (numbered(TURN, 1),)
    assert store.append(id, DECLINED) == 2
    assert [store.undo(id) for _ in range(3)] == [True, True, False]


def test_the_last_turns_alone_are_given(store: ConversationStore) -> None:
    id = store.start()
    assert store.get(id, 3).turns == ()
    for turn in (TURN, DECLINED, TURN):
        store.append(id, turn)
    assert [[turn.number for turn in store.get(id, last).turns] for last in (0, 1, 2, 9)] == [
        [],
        [3],
        [2, 3],
        [1, 2, 3],
    ]
    assert store.get(id, 2).turns == (numbered(DECLINED, 2), numbered(TURN, 3))


def test_what_is_not_there_is_told(store: ConversationStore) -> None:
    for asked in (store.get, store.undo, store.delete, lambda id: store.append(id, TURN)):
        with pytest.raises(NoSuchConversationError) as caught:
            asked("nothing-of-that-id\ud800")
        assert "nothing-of" not in str(caught.value)
    for asked in (store.get_feedback, store.delete_feedback):
        with pytest.raises(NoSuchFeedbackError):
            asked("nothing")


def test_a_deleted_conversation_is_gone_and_no_other(store: ConversationStore) -> None:
    ids = [store.start() for _ in range(3)]
    for id in ids:
        store.append(id, TURN)
    store.delete(ids[1])
    with pytest.raises(NoSuchConversationError):
        store.get(ids[1])
    assert [(one.id, one.turns, one.question) for one in store.scan()] == [(id, 1, TURN.question) for id in ids[::2]]
    assert store.get(ids[2]).turns == (numbered(TURN, 1),)


def test_a_list_goes_on_behind_an_id_even_of_one_that_is_gone(store: ConversationStore) -> None:
    ids = sorted(store.start() for _ in range(7))
    assert [one.id for one in store.scan(limit=3)] == ids[:3]
    store.delete(ids[2])
    assert [one.id for one in store.scan(after=ids[2], limit=3)] == ids[3:6]
    assert [one.id for one in store.scan(after=ids[6])] == []


def test_those_unused_since_expire(library: StoredLibrary, store: ConversationStore) -> None:
    old, used = store.start(), store.start()
    moment = datetime.now(UTC)
    assert store.expire(moment - timedelta(days=1)) == 0
    store.append(used, TURN)
    assert store.expire(moment) == 1
    assert [one.id for one in store.scan()] == [used]
    with pytest.raises(NoSuchConversationError):
        store.get(old)


def test_a_conversation_has_an_end(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_talk, "MOST_TURNS", 2)
    id = store.start()
    for _ in range(2):
        store.append(id, TURN)
    with pytest.raises(ConversationFullError):
        store.append(id, TURN)
    assert len(store.get(id).turns) == 2


def test_feedback_is_given_back_as_it_was_kept(store: ConversationStore) -> None:
    talk = store.start()
    given = [
        Feedback("when?", "when did it sink?", "wrong", PLACE, OTHER, talk, True, ("who?", "why?")),
        Feedback("who?", "who?", "right", None, found=False, conversation="gone"),
    ]
    ids = [store.add_feedback(one) for one in given]
    kept = store.feedback()
    assert sorted(one.id for one in kept) == sorted(ids)
    first, second = (store.get_feedback(id) for id in ids)
    same = ("question", "standalone_question", "verdict", "place", "right", "found", "history")
    for before, after in zip(given, (first, second), strict=True):
        assert all(getattr(before, name) == getattr(after, name) for name in same)
        assert after.created is not None
    assert (first.conversation, second.conversation) == (talk, None)
    store.delete(talk)
    assert store.get_feedback(ids[0]).conversation is None
    store.delete_feedback(ids[0])
    assert [one.id for one in store.feedback()] == ids[1:]


def test_none_of_it_is_a_change_of_the_library(library: StoredLibrary, store: ConversationStore) -> None:
    add(library, "a", story(1))
    before = library.generation
    id = store.start()
    store.append(id, TURN)
    store.undo(id)
    store.delete_feedback(store.add_feedback(Feedback("q", "q", "right", PLACE)))
    store.delete(id)
    assert library.generation == before
    assert verify_library(library) == []


def test_a_deleted_article_takes_along_what_was_understood_from_it(library: StoredLibrary) -> None:
    store = library.talk
    add(library, "ferry", story(1))
    add(library, "bridge", story(2))
    talk, apart = store.start(), store.start()
    store.append(talk, TURN)
    only = StoredTurn("and when?", "when was Mara Voss hurt?", True, 0.5, NOW, (OTHER,))
    store.append(talk, only)
    store.append(apart, only)
    kept = store.add_feedback(Feedback("hurt?", "was Mara Voss hurt?", "right", PLACE))
    library.delete("ferry")
    assert [turn.standalone_question for turn in store.get(talk).turns] == ["was she hurt?", "and when?"]
    assert store.get(talk).turns[0].citations == TURN.citations  # where it stood is still known
    assert store.get(apart).turns[0].standalone_question == "when was Mara Voss hurt?"
    assert store.get_feedback(kept).standalone_question == "hurt?"
