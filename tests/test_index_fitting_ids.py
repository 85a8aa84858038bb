"""The passages that fit a filter are read once, and anew as soon as the library has changed."""

from pathlib import Path

import pytest

from corpus.library import open_library
from corpus.library.types import ALL, Filter
from index.fitting_ids import FittingIds
from tests.library_articles import add, story


def in_collection(name: str) -> Filter:
    return Filter(collections=frozenset({name}))


def test_they_are_read_once_until_the_library_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_library(tmp_path / "library.sqlite") as store:
        add(store, "one", story(1), "news")
        fitting, real, asked = FittingIds(store), store.passage_ids, list[Filter]()

        def counted(where: Filter = ALL) -> object:
            asked.append(where)
            return real(where)

        monkeypatch.setattr(store, "passage_ids", counted)
        first = fitting.of(in_collection("news"))
        assert first.size
        assert fitting.of(in_collection("news")) is first
        assert fitting.of(in_collection("sport")).size == 0
        assert asked == [in_collection("news"), in_collection("sport")]
        add(store, "two", story(2), "news")
        assert fitting.of(in_collection("news")).tolist() == real(in_collection("news")).tolist()
        assert fitting.of(in_collection("news")).size > first.size
        store.delete("one")
        assert fitting.of(in_collection("news")).tolist() == real(in_collection("news")).tolist()
        assert not set(first.tolist()) & set(fitting.of(in_collection("news")).tolist())


def test_what_changed_while_it_was_read_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_library(tmp_path / "library.sqlite") as store:
        add(store, "one", story(1), "news")
        fitting, real = FittingIds(store), store.passage_ids

        def meddle(where: Filter = ALL) -> object:
            ids = real(where)
            monkeypatch.setattr(store, "passage_ids", real)
            store.delete("one")
            return ids

        monkeypatch.setattr(store, "passage_ids", meddle)
        assert fitting.of(in_collection("news")).size  # as of a moment ago: who uses them asks what is current
        assert fitting.of(in_collection("news")).size == 0


def test_filters_asked_long_ago_are_let_go(tmp_path: Path) -> None:
    with open_library(tmp_path / "library.sqlite") as store:
        fitting = FittingIds(store)
        for number in range(50):
            fitting.of(in_collection(f"c{number}"))
        assert len(fitting._held) == 8
