"""Verifying finds whatever differs from what was stored; each damage here is one that nothing else would report."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StoredDataError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.types import LibraryStore
from corpus.library.verify import Problem, verify_library
from tests.library_articles import add, story


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with open_library(tmp_path / "library.db") as opened:
        add(opened, "a", story(1, 20))
        add(opened, "a", story(2, 20))
        add(opened, "b", story(2, 20))
        add(opened, "c", story(3))
        yield opened


def damage(store: SqliteLibrary, *statements: str) -> None:
    """Change the file behind the library's back."""
    with closing(sqlite3.connect(store.database.path, isolation_level=None)) as connection:
        connection.create_function("flip", 2, lambda data, at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        connection.create_function("two", 1, lambda data: (np.frombuffer(data, "<f4") * 2).tobytes())
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, statement


def test_a_sound_library_has_no_problem(store: SqliteLibrary) -> None:
    assert verify_library(store) == []


OF_A = "(SELECT key FROM articles WHERE id = 'a')"
DAMAGES = {
    "a bit of an old text": (
        "UPDATE contents SET text = replace(text, 'ka', 'kb') WHERE version = 1",
        "version 1: the checksum of its text",
        "version 1: the fingerprint",
    ),
    "a bit of a span": (
        "UPDATE contents SET spans = flip(spans, 11) WHERE version = 2",
        "version 2: the checksum",
        "version 2: its sentences are no spans",
    ),
    "a sentence less": (
        "UPDATE contents SET spans = substr(spans, 1, 152) WHERE version = 2",
        "version 2: the checksum",
        "version 2: it has .* and 19 sentences",
    ),
    "a page": ("UPDATE contents SET pages = x'01000000' WHERE version = 1", "version 1: the checksum"),
    "half a number": ("UPDATE contents SET pages = x'01', crc = 0 WHERE version = 1", "version 1: the checksum"),
    "a text that is no text": ("UPDATE contents SET text = CAST(x'ff41' AS TEXT) WHERE version = 1", "none any more"),
    "a lost text": ("DELETE FROM contents WHERE version = 1", "version 1 has no text"),
    "a version out of order": ("UPDATE versions SET version = 7 WHERE key = 1", r"versions are \[2, 7\]"),
    "a bit of a sentence vector": (
        f"UPDATE vectors SET sentences = flip(sentences, 7) WHERE article = {OF_A}",
        "the checksum of its vectors",
        ...,
    ),
    "a low bit of a passage vector": (
        f"UPDATE passages SET vector = flip(vector, 0) WHERE article = {OF_A} AND position = 1",
        "the checksum of its vectors",
    ),
    "a longer vector": (
        f"UPDATE passages SET vector = two(vector) WHERE article = {OF_A} AND position = 1",
        "the checksum of its vectors",
        "not of length 1",
    ),
    "a shorter vector": (
        f"UPDATE passages SET vector = substr(vector, 5) WHERE article = {OF_A} AND position = 1",
        "the checksum of its vectors",
        "of another dimension",
    ),
    "lost vectors": (f"DELETE FROM vectors WHERE article = {OF_A}", "its vectors, or its current version, are missing"),
    "a passage of sentences that are not there": (
        f"UPDATE passages SET length = 99 WHERE article = {OF_A} AND position = 0",
        "is no run of its sentences",
    ),
    "passages out of order": (
        f"UPDATE passages SET position = 9 - position WHERE article = {OF_A}",
        "is out of order",
        ...,
    ),
    "a lost look-up": (f"DELETE FROM bands WHERE article = {OF_A} AND hash > 0", "near-duplicates are looked up by"),
    "a link to no original": (
        "UPDATE articles SET duplicate_of = key WHERE id = 'b'",
        "it is linked to an article that is no original",
    ),
    "a link to another collection": (
        "UPDATE articles SET collection = 'x' WHERE id = 'b'",
        "it is linked to an article that is no original",
    ),
}
OF_LIBRARY = {
    "ids that come twice": ("UPDATE library SET next_id = 1", "which one has had already"),
    "a generation too low": ("UPDATE library SET generation = 1", "the library is at 1"),
    "no encoder": ("UPDATE library SET encoder = NULL", "the encoder is not on record"),
    "a lost change": ("DELETE FROM changes WHERE generation = 4", "do not lead to the passages"),
    "no first row": ("DELETE FROM library", "first row is missing"),
    "rows of nothing": ("DELETE FROM articles WHERE id = 'a'", "belongs to nothing in articles"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_to_an_article_is_found(store: SqliteLibrary, name: str) -> None:
    statement, *expected = DAMAGES[name]
    damage(store, str(statement))
    problems = verify_library(store)
    assert {problem.article for problem in problems} == {"b" if "link" in name else "a"}
    assert "article '" in str(problems[0])
    for text, says in zip([problem.message for problem in problems], expected, strict=False):
        if says is not ...:
            assert_says(text, str(says))
    assert len(problems) == len(expected) or ... in expected


def assert_says(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        raise ValueError(text)


@pytest.mark.parametrize("name", OF_LIBRARY)
def test_damage_to_the_whole_is_found(store: SqliteLibrary, name: str) -> None:
    statement, says = OF_LIBRARY[name]
    damage(store, statement)
    problems = verify_library(store)
    assert problems
    assert problems[0].article is None
    assert_says(str(problems[0]), says)


def test_damage_to_the_file_is_found(store: SqliteLibrary) -> None:
    for number in range(40):
        add(store, f"d{number}", story(number + 10))
    store.database.wipe()
    path = store.database.path
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\x07" * 4096
    path.write_bytes(data)
    with open_library(path) as again:
        problems = verify_library(again)
    assert problems
    assert {problem.article for problem in problems} == {None}
    assert "damaged" in problems[0].message


def test_a_damaged_text_is_never_given(store: SqliteLibrary) -> None:
    damage(store, "UPDATE contents SET text = replace(text, 'ka', 'kb') WHERE version = 1")
    with pytest.raises(StoredDataError, match=r"'a' is damaged\. Remove it and add it anew"):
        store.get("a", 1)
    assert store.get("a").article.text == story(2, 20)


def test_another_store_is_refused() -> None:
    class Other:
        pass

    other: LibraryStore = Other()  # type: ignore[assignment]
    with pytest.raises(TypeError, match="Other"):
        verify_library(other)


def test_a_problem_names_its_article() -> None:
    assert str(Problem("a", "x")) == "article 'a': x"
    assert str(Problem(None, "x")) == "x"
