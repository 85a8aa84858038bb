"""Copying a library from a file to a server and back: everything is kept, whenever the copying is stopped."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from corpus.errors import StoredDataError
from corpus.library import copying, open_library, schema
from corpus.library.copying import copy_library
from corpus.library.stored_library import StoredLibrary
from corpus.library.talk import CitedPlace, Feedback, StoredTurn
from corpus.library.types import Filter
from corpus.library.verify import verify_library
from tests.library_articles import ENCODER, FIELDS, add, assert_whole, prepare, story
from tests.postgres_server import Server, make_database

PLACE = CitedPlace("a1", 1, "f" * 64, 0, 5, 0, 0.1 + 0.2, (1, 4))
TABLES = [table for table in schema.metadata.sorted_tables if table is not schema.library]


@pytest.fixture
def empty(postgres_server: Server, request: pytest.FixtureRequest) -> str:
    """The address of a database without any table."""
    number = abs(hash(request.node.nodeid))
    return make_database(postgres_server, f"empty-{number}")


def fill(path: Path) -> None:
    with open_library(path) as library:
        for number in range(1, 8):
            add(library, f"a{number}", story(number, 12), f"c{number % 2}")
        add(library, "a1", story(50), "c1", **FIELDS)
        add(library, "near", story(2, 12), "c0")  # repeats a2
        add(library, "a2", story(60, 12), "c0")  # no more: near answers
        add(library, "a2", story(2, 12), "c0")  # again: a2, of the lower key, repeats near, of the higher
        add(library, "odd\0\ufdd0", "Nothing\tis odd \U0001f600 here.", title="\0 and \ufdd0", origin="\0")
        library.delete("a3")
        talk = library.talk.start(Filter(collections=frozenset({"c\0"})))
        library.talk.append(talk, StoredTurn("q\0?", "q?", True, 1 / 3, datetime.now(UTC), (PLACE, PLACE)))
        library.talk.add_feedback(Feedback("q?", "q?", "wrong", PLACE, PLACE, talk, True, ("who?",)))


def all_rows(library: StoredLibrary) -> dict[str, list[tuple[object, ...]]]:
    with library.database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


def test_there_and_back_everything_is_kept(tmp_path: Path, empty: str) -> None:
    first, last = tmp_path / "a.sqlite", tmp_path / "b" / "b.sqlite"
    fill(first)
    told: list[tuple[str, int]] = []
    counts = copy_library(first, empty, lambda table, number: told.append((table, number)))
    assert copy_library(empty, last) == counts
    assert dict(told)["articles"] == counts["articles"] == 8
    with open_library(first) as one, open_library(empty) as two, open_library(last) as three:
        assert all_rows(one) == all_rows(two) == all_rows(three)
        assert len({one.identity, two.identity, three.identity}) == 3
        assert one.generation == two.generation == three.generation
        for library in (two, three):
            assert verify_library(library) == []
            assert library.get("a2").duplicate_of == "near"
            assert add(library, "new", story(99)) == "added"
            library.talk.append(library.talk.start(), StoredTurn("q", "q", False, 0.0, datetime.now(UTC)))
        assert two.search is not None
        assert two.search.problems() == []
        assert two.passage_ids().tolist() == three.passage_ids().tolist()
        assert_whole(two, prepare("new", story(99)), 1)
        found = two.search.candidates(story(5, 12)[:60], ENCODER.encode(["x"])[0], 3, encoder=ENCODER.name)
        assert len(found.ids) >= 3


class StopError(Exception):
    pass


@pytest.mark.parametrize("back", [False, True])
def test_stopped_anywhere_it_goes_on(tmp_path: Path, empty: str, back: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_BLOCK", 20)
    source: Path | str = tmp_path / "a.sqlite"
    target: Path | str = empty
    fill(tmp_path / "a.sqlite")
    if back:
        copy_library(source, empty)
        source, target = empty, tmp_path / "b.sqlite"
    stops = 0
    while True:
        left = 7

        def tell(table: str, number: int) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise StopError

        try:
            copy_library(source, target, tell)
            break
        except StopError:
            stops += 1
        if back:
            assert not Path(target).exists()
        else:
            with pytest.raises(StoredDataError, match="not wholly copied"):
                open_library(target)
    assert stops > 2
    with open_library(source) as one, open_library(target) as two:
        assert all_rows(one) == all_rows(two)
        assert verify_library(two) == []


def test_what_changed_since_it_was_stopped_is_copied_anew(tmp_path: Path, empty: str) -> None:
    source = tmp_path / "a.sqlite"
    fill(source)

    def tell(table: str, number: int) -> None:
        if table == "places":
            raise StopError

    with pytest.raises(StopError):
        copy_library(source, empty, tell)
    with open_library(source) as library:
        library.delete("a4")
        add(library, "a1", story(70), "c1")
    copy_library(source, empty)
    with open_library(source) as one, open_library(empty) as two:
        assert all_rows(one) == all_rows(two)
        assert verify_library(two) == []


def test_no_library_is_written_over(tmp_path: Path, postgres_address: str) -> None:
    source, there = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    fill(source)
    fill(there)
    for target, said in ((there, "is there already"), (postgres_address, "There is a library at")):
        with pytest.raises(StoredDataError, match=said):
            copy_library(source, target)
    with pytest.raises(StoredDataError, match="There is no library in"):
        copy_library(tmp_path / "none.sqlite", tmp_path / "c.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


def test_a_database_of_another_program_is_left_alone(empty: str) -> None:
    from corpus.library.postgres.connection import PostgresDatabase

    database = PostgresDatabase(empty, 5)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE articles (own integer)"))
    with pytest.raises(StoredDataError, match="another program's tables"):
        open_library(empty)
    with database.write() as connection:
        assert connection.execute(text("SELECT to_regclass('library')")).scalar_one() is None
        connection.execute(text("DROP TABLE articles"))
    open_library(empty).close()
    with database.write() as connection:
        connection.execute(text("UPDATE askarticle_version SET version_num = '9999'"))
    with pytest.raises(StoredDataError, match="made by a newer version"):
        open_library(empty)
    database.close()
