"""What only the SQLite store does: one file, what may be wrong with it, and what is left in it."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from corpus.errors import StoredDataError
from corpus.library import change, migrations, open_library, schema
from corpus.library.connection import SqliteDatabase
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.types import LibraryStore
from corpus.library.verify import verify_library
from tests.library_articles import add, assert_whole, prepare, story

ROOT = Path(__file__).parent.parent
V1 = Path(__file__).parent / "data" / "library_v1.sql"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteLibrary]:
    with open_library(path, wait_seconds=0.2) as opened:
        yield opened


def test_it_is_a_store(store: LibraryStore) -> None:
    assert isinstance(store, SqliteLibrary)  # and mypy holds it against the protocol


def test_it_is_set_up_as_promised(store: SqliteLibrary) -> None:
    expected = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2, "user_version": 2}
    with store.database.driver() as driver:
        assert {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in expected} == expected


def test_its_folder_is_made(tmp_path: Path) -> None:
    with open_library(tmp_path / "a" / "b" / "library.db") as store:
        assert store.count() == 0


def no_database(path: Path) -> None:
    path.write_text("Once upon a time. " * 500)


def another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.commit()


def a_newer_versions(path: Path) -> None:
    open_library(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")


def a_folder(path: Path) -> None:
    path.mkdir()


def damaged(path: Path) -> None:
    with open_library(path) as store:
        for number in range(20):
            add(store, str(number), story(number))
    data = bytearray(path.read_bytes())
    data[100:4096] = bytes(3996)  # the page that says where the tables are
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (no_database, "is no library: the file is no database"),
        (another_programs, "another program's database"),
        (a_newer_versions, "newer version of this program .*Install that version"),
        (a_folder, "is a folder"),
        (damaged, "is damaged"),
    ],
)
def test_what_is_no_library_is_refused_and_left_alone(path: Path, make: Callable[[Path], None], says: str) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoredDataError, match=says) as caught:
        open_library(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert before is None or path.read_bytes() == before


def test_a_file_in_place_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(StoredDataError, match="cannot be made"):
        open_library(tmp_path / "a" / "library.db")


def test_an_empty_file_is_a_library_that_was_cut(path: Path) -> None:
    path.touch()
    with pytest.raises(StoredDataError, match=r"is an empty file: it was cut\. Put a copy of it back"):
        open_library(path)
    assert path.read_bytes() == b""


def test_a_library_is_made_under_another_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(_: object) -> None:
        assert not path.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr("corpus.library.sqlite_store.prepare", dies)
    with pytest.raises(KeyboardInterrupt):
        open_library(path)
    assert list(path.parent.iterdir()) == []


def test_of_two_that_make_a_library_at_once_one_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def quicker(database: SqliteDatabase) -> None:
        monkeypatch.setattr("corpus.library.sqlite_store.prepare", migrations.prepare)
        with open_library(path) as other:
            add(other, "theirs", story(1))
        migrations.prepare(database)

    monkeypatch.setattr("corpus.library.sqlite_store.prepare", quicker)
    with open_library(path) as store:
        assert store.get("theirs").article.text == story(1)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_without_links_a_library_is_made_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", none)
    with open_library(path) as store:
        assert add(store, "a", story(1)) == "added"


def test_what_was_acknowledged_is_there_when_a_file_that_was_gone_is_put_back(store: SqliteLibrary, path: Path) -> None:
    add(store, "before", story(1))
    log = path.with_name(path.name + "-wal")
    held = log.read_bytes()
    assert held
    with store.database.read():  # so that the next one to read needs a connection of its own
        path.rename(path.with_name("away"))
        with pytest.raises(StoredDataError, match=r"is gone\. Put it back"):
            store.count()
        with pytest.raises(StoredDataError, match=r"is gone, but .*-wal beside it holds its latest changes"):
            open_library(path)
        assert not path.exists()
        assert log.read_bytes() == held
        path.with_name("away").rename(path)
    add(store, "after", story(2))
    with closing(sqlite3.connect(path)) as other:  # as another process sees it
        assert other.execute("SELECT id FROM articles ORDER BY key").fetchall() == [("before",), ("after",)]


def test_a_second_writer_waits_then_is_told(store: SqliteLibrary, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoredDataError, match=r"written by another process\. Wait for it"):
            add(store, "a", story(1))
        assert store.count() == 0  # reading goes on
    assert add(store, "a", story(1)) == "added"


@pytest.mark.parametrize(
    ("pragma", "says"), [("max_page_count = 60", "the disk is full"), ("query_only = ON", "cannot be written")]
)
def test_what_cannot_be_stored_changes_nothing(path: Path, pragma: str, says: str) -> None:
    with open_library(path) as store:
        add(store, "a", story(1))
        with store.database.driver() as driver:
            driver.execute(f"PRAGMA {pragma}")
        with pytest.raises(StoredDataError, match=says):
            add(store, "b", story(2, 2000))
        held = {"a": store.get("a").article.fingerprint}
    with open_library(path) as store:
        assert {summary.id: summary.fingerprint for summary in store.scan()} == held
        assert verify_library(store) == []


def test_a_deleted_article_leaves_no_byte(store: SqliteLibrary, path: Path) -> None:
    dice = random.Random(3)
    marks = ("id{}x", "Zq{}zq", "Title{}x", "Author{}x", "/o/{}x", "u{}x")
    gone: list[int] = []
    alive: list[int] = []
    for number in range(60):
        id, mark, title, author, origin, url = (mark.format(number) for mark in marks)
        text = " ".join(f"{mark} {line}" for line in story(number, dice.choice([2, 20, 80])).split(". "))
        add(store, id, text, title=title, author=author, origin=origin, url=url)
        add(store, id, text + " And so on.")
        alive.append(number)
        if dice.random() < 0.5:
            gone.append(alive.pop(dice.randrange(len(alive))))
            store.delete(f"id{gone[-1]}x")
    assert len(gone) > 20
    store.compact()
    data = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"Zq%dzq" % alive[0] in data
    assert [mark for number in gone for mark in marks if mark.format(number).encode() in data] == []


def test_the_next_writer_wipes_what_was_deleted_before_a_kill(path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from corpus.library import open_library\n"
        "from tests.library_articles import add, story\n"
        "store = open_library(Path(sys.argv[1]))\n"
        "add(store, 'gone', 'Zqzqzq. ' + story(1)); add(store, 'b', story(2))\n"
        "store.delete('gone'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, check=False).returncode == 9
    with open_library(path) as store:
        assert add(store, "b", story(2)) == "unchanged"
    assert [file.name for file in path.parent.iterdir()] == ["library.db"]
    assert b"Zqzqzq" not in path.read_bytes()
    assert b"gone" not in path.read_bytes()


def test_the_log_of_changes_is_cut(store: SqliteLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "LOG_ROWS", 10)
    for number in range(30):
        add(store, "a", story(number))
    with store.database.driver() as driver:
        assert driver.execute("SELECT count(*) FROM changes").fetchone()[0] <= 12
    with pytest.raises(ValueError, match=r"no 1$"):
        store.changes(1)
    assert store.changes(0).added.tolist() == store.passage_ids().tolist()
    recent = store.changes(29)
    assert recent.added.tolist() == store.passage_ids().tolist()
    assert recent.removed.size > 0
    assert verify_library(store) == []


def _tables(path: Path) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")]
        return {name: connection.execute(f"PRAGMA table_xinfo({name})").fetchall() for name in names}


def _of_version_1(path: Path) -> Path:
    """A library that the first version of the program made; the file is never to be made anew."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(V1.read_text("utf-8"))
    return path


def test_a_library_of_version_1_opens(path: Path) -> None:
    with open_library(_of_version_1(path)) as store:
        assert verify_library(store) == []
        assert store.health().schema == schema.SCHEMA
        assert [(s.id, s.version, s.duplicate_of) for s in store.scan()] == [("a", 2, None), ("b", 1, "a")]
        assert_whole(store, prepare("a", story(2, 20)), 2)
        assert store.get("a", 1).article.text == story(1, 3)
        generation = store.generation
        talk = store.talk.start()
        assert store.talk.get(talk).turns == ()
        assert store.generation == generation
        store.delete("a")
        assert_whole(store, prepare("b", story(2, 20, changed=1)), 1)
    open_library(path.with_name("new.db")).close()
    assert _tables(path) == _tables(path.with_name("new.db"))


def test_a_step_moves_an_older_library_on_or_leaves_it_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _tables(_of_version_1(path))
    monkeypatch.setattr(schema, "SCHEMA", 2)

    def step(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE articles ADD COLUMN stars INTEGER")
        if broken:
            connection.exec_driver_sql("ALTER TABLE nowhere ADD COLUMN x INTEGER")

    monkeypatch.setattr(migrations, "STEPS", {1: step})
    broken = True
    with pytest.raises(StoredDataError, match="no such table: nowhere"):
        open_library(path)
    assert _tables(path) == before
    broken = False
    with open_library(path) as store:
        assert store.count() == 2
    assert len(_tables(path)["articles"]) == len(before["articles"]) + 1  # type: ignore[arg-type]
    monkeypatch.setattr(schema, "SCHEMA", 1)
    with pytest.raises(StoredDataError, match="newer version"):
        open_library(path)


def test_importing_the_library_loads_no_sqlalchemy() -> None:
    code = "import sys, corpus.library, corpus.library.types, bot, askarticle; print('sqlalchemy' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "False"
