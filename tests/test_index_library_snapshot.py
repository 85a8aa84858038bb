import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import Article
from corpus.errors import IndexMismatchError, StoredDataError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.types import ALL
from index.catch_up import catch_up
from index.derived import Derived
from index.ingest import prepare
from index.library_index import LibraryIndex
from index.verify import repair_derived, verify_derived
from tests.asked_library import DOG, ENCODER, FLOOD, add, built_anew, facts, opened
from tests.fakes import FakeEncoder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(open_library(tmp_path / "library.sqlite")) as library:
        yield library


def test_a_snapshot_opens_the_same_without_reading_the_passages(store: SqliteLibrary, tmp_path: Path) -> None:
    for n in range(30):
        add(store, f"a{n}", f"{FLOOD} {DOG} It was day {n}.")
    first = opened(store, tmp_path / "index")
    hits = facts(first.search("dog in Arden", 20))
    assert first.save()
    again = opened(store, tmp_path / "index")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.derived.LexicalIndex.add", lambda *_: pytest.fail("derived anew"))
        again.open()
        assert facts(again.search("dog in Arden", 20)) == facts(first.search("dog in Arden", 20)) == hits


def test_a_kill_at_any_step_of_saving_leaves_a_snapshot_that_opens(store: SqliteLibrary, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    add(store, "dog", DOG)
    opened(store, tmp_path / "index").save()
    step, killed = 0, True
    while killed:
        add(store, f"flood{step}", f"{FLOOD} It was day {step}.")
        index, calls = opened(store, tmp_path / "index"), iter(range(1000))
        with pytest.MonkeyPatch.context() as patch:
            for name in ("sync", "replace_file"):
                real = getattr(__import__("index.generations").generations, name)

                def at_most(*arguments: Any, real: Any = real, calls: Any = calls, step: int = step) -> None:
                    if next(calls) == step:
                        raise Killed
                    real(*arguments)

                patch.setattr(f"index.generations.{name}", at_most)
            try:
                index.save()
                killed = False
            except Killed:
                step += 1
        said: list[str] = []
        again = opened(store, tmp_path / "index", said)
        assert facts(again.search("dog in Arden")) == facts(built_anew(store).search("dog in Arden"))
        assert said == []
        assert verify_derived(store, tmp_path / "index") == []
    assert step > 8


def test_a_folder_that_cannot_be_written_still_answers_and_is_told_once(store: SqliteLibrary, tmp_path: Path) -> None:
    (tmp_path / "index").touch()
    said: list[str] = []
    index = opened(store, tmp_path / "index", said)
    for n in range(3):
        add(store, f"a{n}", f"{DOG} {n}")
        store.delete(f"a{n}")
        add(store, f"b{n}", f"{DOG} {n}")
        index.search("dog")
        assert not index.save()
        index.close()
    assert facts(index.search("dog")) == facts(built_anew(store).search("dog"))
    assert len(said) == 1
    assert "could not be kept" in said[0]


def saved_files(store: SqliteLibrary, folder: Path) -> list[str]:
    add(store, "dog", DOG)
    add(store, "flood", FLOOD)
    opened(store, folder).save()
    return sorted(file.name for file in folder.rglob("*") if file.is_file() and file.name != ".lock")


@pytest.mark.parametrize("damage", ["cut", "changed", "missing"])
def test_damage_is_noticed_and_repaired(store: SqliteLibrary, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "index"
    names = saved_files(store, folder)
    assert len(names) == 9
    for number, name in enumerate(names):
        file = next(folder.rglob(name))
        data = file.read_bytes()
        if damage == "missing":
            file.unlink()
        else:
            half = len(data) // 2
            file.write_bytes(
                data[:half] if damage == "cut" else data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]
            )
        if damage == "missing" and name == "manifest.json":
            assert verify_derived(store, folder) == []  # as if none had ever been made
        else:
            assert [problem.part for problem in verify_derived(store, folder)] == ["snapshot"]
        said: list[str] = []
        index = opened(store, folder, said)
        assert facts(index.search("dog")) == facts(built_anew(store).search("dog"))
        assert len(said) == (0 if damage == "missing" and name == "manifest.json" else 1)
        (repair_derived if number % 2 else lambda *_, index=index: index.rebuild())(store, folder)
        assert verify_derived(store, folder) == []


def test_verify_names_what_differs(store: SqliteLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for n in range(20):
        add(store, f"a{n}", f"{DOG} It was day {n}.")

    def wrong(change: Callable[[Derived], object]) -> list[str]:
        derived = Derived(ENCODER.dim)
        derived.follow(store)
        change(derived)
        derived.save(folder, store, encoder=ENCODER.name)
        return [f"{problem.part}: {problem.message}" for problem in verify_derived(store, folder)]

    def other_vector(derived: Derived) -> None:
        derived.dense.remove([2])
        derived.dense.add([2], ENCODER.encode(["something else"]))

    def other_words(derived: Derived) -> None:
        derived.lexical.remove([19])
        derived.lexical.add([19], ["something else"])

    ids = store.passage_ids().tolist()
    assert ids[2] == 2, "passages are numbered from 0, one for an article"
    assert wrong(lambda _: None) == []
    assert wrong(other_vector) == ["vectors: The vectors of passage 2 are not the library's."]
    assert wrong(other_words) == ["words: The words of some passages are not the library's."]
    (problem,) = wrong(lambda d: (d.dense.remove([3]), d.lexical.remove([3])))
    assert problem == "snapshot: The index does not hold the library's passages."
    repair_derived(store, folder)
    assert verify_derived(store, folder) == []


def test_an_older_library_put_back_is_not_searched_with_a_newer_snapshot(tmp_path: Path) -> None:
    path, folder = tmp_path / "library.sqlite", tmp_path / "index"
    with closing(open_library(path)) as store:
        add(store, "dog", DOG)
    shutil.copy(path, tmp_path / "copy")
    with closing(open_library(path)) as store:
        add(store, "flood", FLOOD)
        opened(store, folder).save()
    for more in ([], ["one"], ["one", "two"], ["one", "two", "three"]):  # generations before, at and after its own
        shutil.copy(tmp_path / "copy", path)
        with closing(open_library(path)) as store:
            for n, id in enumerate(more):
                add(store, id, f"The heron number {n} flew over the town of Arden.")
            index = opened(store, folder)
            assert facts(index.search("dog in Arden")) == facts(built_anew(store).search("dog in Arden"))


def test_another_librarys_snapshot_is_not_used(tmp_path: Path) -> None:
    for name, text in (("one", DOG), ("two", FLOOD)):
        with closing(open_library(tmp_path / f"{name}.sqlite")) as store:
            add(store, "a", text)
            index = opened(store, tmp_path / "index")
            (hit,) = index.search("dog")
            assert hit.passage.article.text == text
            index.save()


def test_a_library_of_another_encoder_is_refused(store: SqliteLibrary, tmp_path: Path) -> None:
    add(store, "dog", DOG)
    for other in (FakeEncoder(dim=64, name="other"), FakeEncoder(dim=32)):
        with pytest.raises(IndexMismatchError, match="vectors of the encoder fake-encoder"):
            LibraryIndex(store, other, tmp_path / "index").search("dog")
    index = opened(store)
    index.open()
    store.delete("dog")
    prepared = prepare(Article.create(FLOOD, id="flood"), "flood", ENCODER)
    store.upsert(prepared, encoder="other")  # an empty library takes any
    with pytest.raises(IndexMismatchError, match="vectors of the encoder other"):
        index.search("dog")


def test_a_snapshot_is_written_when_enough_has_changed(store: SqliteLibrary, tmp_path: Path) -> None:
    index = opened(store, tmp_path / "index")
    for n in range(70):
        add(store, f"a{n}", f"{DOG} It was day {n}.")
        if n in (0, 60):
            index.search("dog")
            index.close()
            assert not (tmp_path / "index").exists()
    index.search("dog")
    index.close()
    assert (tmp_path / "index" / "generation-1").exists()
    assert np.array_equal(index._derived.lexical.ids, store.passage_ids())  # type: ignore[union-attr]
    assert len(index.search("dog", 99)) == 70
    index.close()
    assert not (tmp_path / "index" / "generation-2").exists()


def test_a_library_that_cannot_be_read_is_one_clear_error(store: SqliteLibrary) -> None:
    add(store, "dog", DOG)
    index = opened(store)
    index.open()
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_: object) -> None:
            raise StoredDataError("The library is damaged.")

        patch.setattr(store, "changes", refuse)
        patch.setattr(store, "passage_ids", refuse)
        add(store, "flood", FLOOD)
        with pytest.raises(StoredDataError, match="damaged"):
            index.search("dog")
    assert len(index.search("dog", where=ALL)) == 2


def test_a_library_put_back_from_a_copy_is_followed_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with open_library(path) as store:
        add(store, "old", "The old harbour was closed.")
    copy = path.read_bytes()
    with open_library(path) as open_store:
        asked = LibraryIndex(open_store, ENCODER, tmp_path / "index")
        with open_library(path) as store:
            add(store, "new", "The new harbour was opened.")
        assert {hit.passage.article.id for hit in asked.search("harbour", 5)} == {"old", "new"}
        (tmp_path / "put").write_bytes(copy)
        (tmp_path / "put").replace(path)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        assert [hit.passage.text for hit in asked.search("harbour", 5)] == ["The old harbour was closed."]
        with open_library(path) as store:  # its passage gets the id that the other one had
            add(store, "new", "The new harbour is dry.")
        assert {hit.passage.text for hit in asked.search("harbour", 5)} == {
            "The old harbour was closed.",
            "The new harbour is dry.",
        }


def test_a_library_that_is_gone_is_one_clear_error_and_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with open_library(path) as store:
        add(store, "old", "The old harbour was closed.")
        asked = LibraryIndex(store, ENCODER, None)
        assert asked.search("harbour")
        path.rename(tmp_path / "away")
        with pytest.raises(StoredDataError, match=r"is gone .* Put it back"):
            asked.search("harbour")
        assert not path.exists()
        (tmp_path / "away").rename(path)
        assert asked.search("harbour")


def test_what_a_kill_left_unfinished_goes_with_the_last_article(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with open_library(tmp_path / "library.sqlite") as store:
        add(store, "only", "The zebra ran.")
        catch_up(store, folder)
        (folder / "manifest.json").unlink()
        store.delete("only")
        assert list(folder.glob("generation-*"))
        catch_up(store, folder)
        assert not list(folder.glob("generation-*"))
