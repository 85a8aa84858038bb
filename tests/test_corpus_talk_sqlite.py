"""Conversations and feedback in the SQLite file: what is left in it, who waits, what is damaged, and kills."""

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from corpus.errors import StoredDataError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.talk import CitedPlace, ConversationStore, Feedback, StoredTurn
from corpus.library.verify import verify_library

NOW = datetime(2026, 1, 31, 9, 30, 12, 345678, tzinfo=UTC)
PLACE = CitedPlace("ferry", 2, "f" * 64, 38, 54, 1, 0.93, (45, 49))
OTHER = CitedPlace("bridge", 1, "b" * 64, 0, 5, 0)
TURN = StoredTurn("was she hurt?", "was Mara Voss hurt?", True, 0.93, NOW, (PLACE, OTHER))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with open_library(tmp_path / "library.db", wait_seconds=0.2) as library:
        yield library


@pytest.fixture
def store(library: SqliteLibrary) -> ConversationStore:
    return library.talk


def test_what_is_deleted_leaves_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with open_library(path) as library:
        ids = [library.talk.start() for _ in range(40)]
        for number, id in enumerate(ids):
            for turn in range(5):
                question = f"Zq{number}zq{turn} " + "so " * 50
                library.talk.append(id, StoredTurn(question, question, True, 0.5, NOW, (PLACE,) * 3))
        for id in ids[::2]:
            library.talk.delete(id)
        library.talk.undo(ids[1])
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Zq1zq3" in data
    left = [number for number in range(0, 40, 2) if b"Zq%dzq" % number in data]
    assert (left, b"Zq1zq4" in data) == ([], False)


def test_a_second_writer_waits_then_is_told(library: SqliteLibrary, store: ConversationStore) -> None:
    id = store.start()
    with library.database.driver() as driver:
        driver.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoredDataError, match=r"written by another process\. Wait for it"):
            store.append(id, TURN)
        assert store.get(id).turns == ()  # reading goes on
        driver.execute("ROLLBACK")
    assert store.append(id, TURN) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE conversations SET scope = '[1'",
        'UPDATE conversations SET scope = \'{"published_from": "never"}\'',
        "UPDATE conversations SET scope = '7'",
        "UPDATE places SET start = -1",
        "UPDATE places SET sentence = 'x'",
        "UPDATE feedback SET history = '{'",
        "UPDATE feedback SET verdict = 'right'",
    ],
)
def test_what_is_damaged_is_told_in_one_line(library: SqliteLibrary, damage: str) -> None:
    id = library.talk.start()
    library.talk.append(id, TURN)
    library.talk.add_feedback(Feedback("q", "q", "wrong", None, PLACE))
    with library.database.driver() as driver:
        driver.execute(damage)
    with pytest.raises(StoredDataError, match=r"damaged\. Delete it"):
        _ = library.talk.get(id), library.talk.feedback()


def test_verify_finds_a_turn_that_is_missing(library: SqliteLibrary) -> None:
    id = library.talk.start()
    for _ in range(3):
        library.talk.append(id, TURN)
    assert verify_library(library) == []
    with library.database.driver() as driver:
        driver.execute("DELETE FROM turns WHERE number = 2")
    assert [problem.message for problem in verify_library(library)] == [
        f"the turns of conversation {id} are not numbered from 1 on"
    ]


def converse(path: str, out: Connection) -> None:
    """Begin one conversation after the other, and tell each turn once it is kept."""
    with open_library(Path(path)) as library:
        while True:
            id = library.talk.start()
            for number in range(1, 6):
                library.talk.append(id, StoredTurn(f"{number}", f"{number}", True, 0.5, NOW, (PLACE,) * number))
                out.send((id, number))


def test_a_kill_leaves_no_half_turn(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    open_library(path).close()
    context = multiprocessing.get_context("spawn")
    told: dict[str, int] = {}
    for wait in (0.05, 0.11, 0.23):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=converse, args=(str(path), theirs))
        process.start()
        theirs.close()
        assert ours.poll(120)
        process.join(wait)
        process.kill()
        process.join()
        try:
            while ours.poll():
                id, number = ours.recv()
                told[id] = number
        except (EOFError, OSError):
            pass
        ours.close()
    with open_library(path) as library:
        for id, number in told.items():
            turns = library.talk.get(id).turns
            assert len(turns) >= number
            assert [(turn.number, turn.question, len(turn.citations)) for turn in turns] == [
                (n, f"{n}", n) for n in range(1, len(turns) + 1)
            ]
        assert verify_library(library) == []
    assert told
