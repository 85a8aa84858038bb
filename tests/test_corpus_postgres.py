"""What concerns the library on a server alone: its errors, its waits, and how it is searched."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from corpus.errors import IndexMismatchError, StoredDataError
from corpus.library import open_library, schema
from corpus.library.postgres import connection, tables
from corpus.library.server_text import of_server, to_server
from corpus.library.stored_library import StoredLibrary
from corpus.library.types import Filter
from corpus.library.verify import verify_library
from index.library_index import LibraryIndex
from index.server_index import ServerIndex
from tests.library_articles import ENCODER, add, prepare, story
from tests.postgres_server import PASSWORD, Server, make_database

ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(postgres_address: str) -> Iterator[StoredLibrary]:
    with open_library(postgres_address, wait_seconds=10) as store:
        yield store


def index_of(store: StoredLibrary) -> ServerIndex:
    assert store.search is not None
    return ServerIndex(store, store.search, ENCODER)


@pytest.mark.parametrize("said", ["", "\0", "\ufdd0", "\ufdd00", "a\0\ufdd01\0", "\ufdd0\0\ufdd0"])
def test_every_text_comes_back(said: str) -> None:
    assert of_server(to_server(said)) == said
    assert "\0" not in to_server(said)


def test_the_migrations_make_the_tables_that_are_used(store: StoredLibrary) -> None:
    """Every column is there; what the server has beside is for searching."""
    query = "SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
    with store.database.read() as reader:
        made = {(row[0], row[1], row[2] == "YES") for row in reader.execute(text(query))}
    used = {(t.name, c.name, bool(c.nullable)) for t in schema.metadata.sorted_tables for c in t.columns}
    assert used <= made
    assert {name for name, _, _ in made - used} == {"askarticle_version", "passage_search"}


FOREIGN = ("CREATE TABLE users (id int)", "CREATE VIEW said AS SELECT 1", "CREATE TABLE library (x int)")


@pytest.mark.parametrize("made", FOREIGN)
def test_another_programs_database_is_refused_and_left_alone(postgres_server: Server, made: str) -> None:
    address = make_database(postgres_server, f"foreign{FOREIGN.index(made)}")
    names = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1")
    database = connection.PostgresDatabase(address, 5)
    try:
        with database.write() as writer:
            writer.execute(text(made))
        with database.read() as reader:
            before = list(reader.execute(names).scalars())
        with pytest.raises(StoredDataError, match="holds another program's tables"):
            open_library(address)
        with database.read() as reader:
            assert list(reader.execute(names).scalars()) == before
    finally:
        database.close()


def test_a_server_finds_what_the_embedded_index_finds(store: StoredLibrary) -> None:
    for number in range(12):
        add(store, f"a{number}", story(number, 10), "even" if number % 2 == 0 else "odd", source=f"s{number % 3}")
    add(store, "near", story(3, 10), "odd")  # repeats a3
    embedded, server = LibraryIndex(store, ENCODER, None), index_of(store)
    filters = [
        Filter(),
        Filter(collections=frozenset({"odd"})),
        Filter(sources=frozenset({"s1"}), articles=frozenset({"a4", "a1"})),
    ]
    for number in (1, 6, 11):
        question = " ".join(story(number, 10).split()[12:20])
        for where in filters:
            for mode in ("dense", "lexical", "hybrid"):
                there = server.search(question, 1000, mode=mode, where=where)  # type: ignore[arg-type]
                here = embedded.search(question, 1000, mode=mode, where=where)  # type: ignore[arg-type]
                assert {hit.passage for hit in there} == {hit.passage for hit in here}
                scores = {hit.passage: hit.dense for hit in here}
                assert all(abs(hit.dense - scores[hit.passage]) < 1e-6 for hit in there)
                vectors = {hit.passage: hit.vectors for hit in here}
                assert all(np.array_equal(hit.vectors, vectors[hit.passage]) for hit in there)
    assert server.search(question, 1)[0].passage.article.id == "a11"


def test_what_is_deleted_or_replaced_is_not_found(store: StoredLibrary) -> None:
    add(store, "a", story(1))
    add(store, "b", story(2))
    index = index_of(store)
    word = story(1).split()[0]
    assert [hit.passage.article.id for hit in index.search(word, mode="lexical")][:1] == ["a"]
    add(store, "a", story(3))
    assert index.search(word, mode="lexical") == []
    store.delete("a")
    assert {hit.passage.article.id for hit in index.search(word)} == {"b"}


def test_a_cut_vector_is_left_out_and_named(store: StoredLibrary) -> None:
    add(store, "whole", story(1))
    add(store, "cut", story(2))
    with store.database.write() as writer:
        which = "article = (SELECT key FROM articles WHERE id = 'cut')"
        writer.execute(text(f"UPDATE passages SET vector = substr(vector, 1, 9) WHERE {which}"))
    hits = index_of(store).search(f"{story(1, 2)} {story(2, 2)}", 5)
    assert {hit.passage.article.id for hit in hits} == {"whole"}
    assert any("cut" in str(problem) for problem in verify_library(store))


def test_many_passages_are_found_by_an_index(store: StoredLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LOOK_EVERY", 5)
    monkeypatch.setattr(tables, "INDEXED_FROM", 20)
    for number in range(20):
        add(store, f"a{number}", story(number, 20), f"c{number % 5}")
    with store.database.read() as reader:
        assert tables.has_index(reader)
    index = index_of(store)
    for where in (Filter(), Filter(collections=frozenset({"c1", "c2", "c3"})), Filter(articles=frozenset({"a4"}))):
        exact = LibraryIndex(store, ENCODER, None).search("kakaro", 10, mode="dense", where=where)
        assert len(index.search("kakaro", 10, mode="dense", where=where)) == len(exact)
    for number in range(20):
        store.delete(f"a{number}")
    prepared = prepare("x", story(1))
    half = {name: getattr(prepared, name) for name in type(prepared).__dataclass_fields__}
    for name in ("sentence_vectors", "passage_vectors"):  # of another dimension
        half[name] = np.repeat(half[name], 2, axis=1) / np.sqrt(np.float32(2))
    assert store.upsert(type(prepared)(**half), encoder="wide").outcome == "added"
    with pytest.raises(IndexMismatchError, match="encoder wide, not of fake-16"):
        index.search("kakaro")
    with pytest.raises(IndexMismatchError, match="encoder wide, not of fake-16"):
        index.open()


def test_verify_finds_and_repairs_what_is_not_searched(store: StoredLibrary) -> None:
    add(store, "a", story(1))
    add(store, "b", story(2))
    search = store.search
    assert search is not None
    assert (verify_library(store), search.problems()) == ([], [])
    with store.database.write() as writer:
        writer.execute(text("DELETE FROM passage_search WHERE id = 0"))
        writer.execute(text("UPDATE contents SET text = text || 'x' WHERE version = (SELECT max(key) FROM versions)"))
    assert [problem.article for problem in verify_library(store)][:1] == ["b"]
    assert search.problems() == ["A passage of 'a' is not searched as it is stored."]
    search.repair()
    assert search.problems() == []


def test_a_second_writer_waits_then_is_told(store: StoredLibrary, postgres_address: str) -> None:
    with open_library(postgres_address, wait_seconds=0.2) as second, store.database.write():
        with pytest.raises(StoredDataError, match=r"written by another process\. Wait for it"):
            add(second, "b", story(2))
        assert second.count() == 0  # reading goes on
    assert add(store, "b", story(2)) == "added"


def test_a_statement_that_takes_too_long_is_broken_off(store: StoredLibrary) -> None:
    with pytest.raises(StoredDataError, match="did not answer in time"), store.database.read(seconds=0.1) as reader:  # type: ignore[call-arg]
        reader.execute(text("SELECT pg_sleep(60)"))
    assert store.count() == 0


def test_a_server_that_hangs_is_given_up(
    store: StoredLibrary, postgres_server: Server, postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and says nothing: as a machine does that is stopped, or a line that is dead."""
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 2)
    monkeypatch.setattr(connection._Connection, "patience", 1)
    store.count()
    os.kill(postgres_server.pid, signal.SIGSTOP)
    backends = Path(f"/proc/{postgres_server.pid}/task/{postgres_server.pid}/children").read_text().split()
    for pid in backends:
        os.kill(int(pid), signal.SIGSTOP)
    try:
        with pytest.raises(StoredDataError, match="cannot be reached"):
            store.count()
        with pytest.raises(StoredDataError, match="cannot be reached"):
            open_library(postgres_address)
    finally:
        for pid in (postgres_server.pid, *backends):
            os.kill(int(pid), signal.SIGCONT)
    assert store.count() == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("postgresql+psycopg://u:PASS@127.0.0.1:1/x", "127.0.0.1:1/x cannot be reached"),
        ("postgresql+psycopg://askarticle:PASS@127.0.0.1:PORT/library", "password authentication failed"),
        ("postgresql://u:PASS@127.0.0.1:PORT", "cannot be reached"),
        ("postgresql://u:PASS@host:port/x", "is no address"),
        ("postgresql://u:PASS@127.0.0.1:PORT/x?nonsense=PASS", "cannot be"),
        ("mysql://u:PASS@127.0.0.1/x", r"begins with postgresql\+psycopg:// or postgresql://\."),
    ],
)
def test_an_address_that_is_no_use_is_one_line_without_the_password(
    postgres_server: Server, given: str, said: str
) -> None:
    address = given.replace("PASS", "tell-nobody").replace("PORT", str(postgres_server.port))
    with pytest.raises(StoredDataError, match=said) as caught:
        open_library(address)
    assert "tell-nobody" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_not_there_is_said_to_be_made_with_createdb(postgres_server: Server) -> None:
    with pytest.raises(StoredDataError, match=r'database "nowhere" does not exist.*Make it with createdb') as caught:
        open_library(postgres_server.address("nowhere"))
    assert PASSWORD not in str(caught.value)


def test_a_command_without_its_server_says_so_at_once(tmp_path: Path) -> None:
    address = f"postgresql+psycopg://askarticle:{PASSWORD[:6]}@127.0.0.1:1/none"
    done = subprocess.run(
        [sys.executable, "-m", "askarticle", "list", "--data", str(tmp_path)],
        env={**os.environ, "ASKARTICLE_DATABASE": address},
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("askarticle: The library 127.0.0.1:1/none cannot be reached")
    assert done.stderr.count("\n") == 1
    assert PASSWORD[:6] not in done.stdout + done.stderr
