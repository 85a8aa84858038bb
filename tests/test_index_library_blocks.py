"""A library so large that what is derived from it lies in blocks: followed, saved, damaged, checked."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus import Article
from corpus.errors import StoredDataError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from index import PassageIndex
from index.catch_up import catch_up
from index.ingest import prepare
from index.library_index import LibraryIndex
from index.snapshot import check_blocks
from index.verify import repair_derived, verify_derived
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder(dim=64)
NAMES = ["Arden", "Belmont", "Corinth", "Dover", "Elsinore", "Florence", "Gloucester", "Harfleur"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.dense_block.FULL", 8)
    monkeypatch.setattr("index.lexical_block.FULL", 8)
    monkeypatch.setattr("index.lexical._AT_ONCE", 4)  # texts made into postings at once
    monkeypatch.setattr("index.derived._BLOCK", 4)  # passages read and taken in at once
    monkeypatch.setattr("index.derived._COUNTED", 10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(open_library(tmp_path / "library.sqlite")) as library:
        yield library


def text_of(number: int) -> str:
    name = NAMES[number % len(NAMES)]
    lines = [f"On day {number * 60 + line} the people of {name} counted {line + number} herons." for line in range(60)]
    return " ".join(lines)


def add(store: SqliteLibrary, *numbers: int) -> None:
    for number in numbers:
        article = Article.create(text_of(number), id=f"a{number:03}")
        prepared = prepare(article, article.id, ENCODER)
        random = np.random.default_rng(number).integers(2**32, size=prepared.signature.shape, dtype=np.uint32)
        object.__setattr__(prepared, "signature", random)  # much alike, they are no near-duplicates
        store.upsert(prepared, encoder=ENCODER.name)


def found(index: LibraryIndex | PassageIndex) -> list[tuple[str, int, float]]:
    asked = [f"How many herons on day {day} in {NAMES[day % 8]}?" for day in (45, 222)]
    return [(hit.passage.article.id, hit.passage.start, hit.score) for one in asked for hit in index.search(one, 6)]


def anew(store: SqliteLibrary) -> PassageIndex:
    held = sorted((store.get(summary.id) for summary in store.scan(limit=1000)), key=lambda one: one.first_id)
    return PassageIndex.build([one.article for one in held], ENCODER)


def block_files(folder: Path, part: str) -> list[Path]:
    return sorted(file for file in folder.rglob(f"{part}-*") if len(file.name.split("-")) == 3)


def test_it_is_followed_saved_and_opened_as_a_small_one(store: SqliteLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    add(store, *range(5))
    index = LibraryIndex(store, ENCODER, folder)
    assert found(index) == found(anew(store))
    assert index.save()
    assert len(block_files(folder, "dense")) >= 3 * 3
    assert len(block_files(folder, "lexical")) >= 2 * 7
    for step in range(2):
        store.delete(f"a{step:03}")
        add(store, 100 + step)
        assert found(index) == found(anew(store))
        index.close()  # what is removed leaves the disk: a snapshot is written
        again = LibraryIndex(store, ENCODER, folder, say=lambda said: pytest.fail(said))
        assert found(again) == found(anew(store))
        assert verify_derived(store, folder) == []
    assert [path.name for path in folder.iterdir() if path.name.startswith(".building")] == []


def test_what_is_removed_leaves_the_blocks(store: SqliteLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    add(store, *range(3))
    article = Article.create("The zq7x heron flew over Arden. It was counted there by all.", id="gone")
    store.upsert(prepare(article, "gone", ENCODER), encoder=ENCODER.name)
    add(store, 12, 13)
    catch_up(store, folder)
    vector = next(store.passages([store.get("gone").first_id])).vector.tobytes()

    def on_disk(wanted: bytes) -> bool:
        return any(wanted in file.read_bytes() for file in folder.rglob("*") if file.is_file())

    assert on_disk(b"zq7x")
    assert on_disk(vector)
    untouched = {file.name for file in block_files(folder, "dense")}
    store.delete("gone")
    catch_up(store, folder)
    assert not on_disk(b"zq7x")
    assert not on_disk(vector)
    assert len(untouched & {file.name for file in block_files(folder, "dense")}) >= 6  # two blocks, at least


def damaged_block(folder: Path) -> Path:
    """Turn a bit of a block's file of inverted lists."""
    file = next(file for file in block_files(folder, "dense") if file.suffix == ".faiss")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    return file


@pytest.mark.parametrize("part", ["dense", "lexical"])
def test_damage_of_a_block_is_found_by_verify_and_mended(store: SqliteLibrary, tmp_path: Path, part: str) -> None:
    folder = tmp_path / "index"
    add(store, *range(4))
    catch_up(store, folder)
    for file in block_files(folder, part):
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(bytes(data))
        (problem,) = verify_derived(store, folder)
        assert problem.part == "snapshot"
        assert file.name in problem.message
        data[-1] ^= 1
        file.write_bytes(bytes(data))
    assert verify_derived(store, folder) == []
    file.write_bytes(bytes(data)[:-9])
    said: list[str] = []
    assert found(LibraryIndex(store, ENCODER, folder, said.append)) == found(anew(store))  # its size tells at once
    assert "damaged" in said[0]
    repair_derived(store, folder)
    assert verify_derived(store, folder) == []


def test_damage_is_carried_into_no_later_snapshot(store: SqliteLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    add(store, *range(4))
    catch_up(store, folder)
    file = damaged_block(folder)
    add(store, 20)
    catch_up(store, folder)
    with pytest.raises(StoredDataError, match=file.name):
        check_blocks(folder)


def test_who_goes_on_asking_has_the_blocks_checked(store: SqliteLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    add(store, *range(4))
    catch_up(store, folder)
    file = damaged_block(folder)
    said: list[str] = []
    mended = threading.Event()
    index = LibraryIndex(store, ENCODER, folder, said.append)
    index.save = lambda: (LibraryIndex.save(index), mended.set())[0]  # type: ignore[method-assign, func-returns-value]
    for _ in range(10):
        found(index)
    assert mended.wait(60)
    assert file.name in said[0]
    assert found(index) == found(anew(store))
    assert verify_derived(store, folder) == []


def test_a_snapshot_of_another_state_of_the_library_is_not_used(store: SqliteLibrary, tmp_path: Path) -> None:
    add(store, *range(4))
    with closing(open_library(tmp_path / "other.sqlite")) as other:
        add(other, *range(3))
        other.delete("a002")
        catch_up(other, tmp_path / "index")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(store), "identity", other.identity)
            said: list[str] = []
            assert found(LibraryIndex(store, ENCODER, tmp_path / "index", said.append)) == found(anew(store))
    assert len(said) == 1
