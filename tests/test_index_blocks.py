"""Many passages: searched by the block, as few are searched one by one."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import StoredDataError
from index.dense import REST, DenseIndex
from index.lexical import LexicalIndex
from index.lexical_block import LexicalBlock
from index.types import Vectors

DIM = 16
WORDS = st.lists(st.sampled_from(["river", "city", "rose", "snow", "the", "3,000"]), max_size=8).map(" ".join)
COUNTS = st.integers(1, 60)
SETS = st.sets(st.integers(0, 59))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the blocks so small that a few passages fill many, and look in all their cells: then nothing is missed."""
    monkeypatch.setattr("index.dense_block.FULL", 8)
    monkeypatch.setattr("index.lexical_block.FULL", 6)


def unit_rows(count: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def put(index: Any, folder: Path) -> None:
    """Write what ``index`` says has to be written, as a snapshot does."""
    folder.mkdir()
    for name, write in index.writers().items():
        write(folder / name)


def reopened(index: DenseIndex, folder: Path) -> DenseIndex:
    index.tidy(None)
    put(index, folder)
    return DenseIndex.open(folder / REST, index.blocks)


def lexical_reopened(index: LexicalIndex, folder: Path) -> LexicalIndex:
    index.tidy(None)
    put(index, folder)
    return LexicalIndex.open(folder, [block.name for block in index.blocks if block.is_full])


def exact(vectors: dict[int, Vectors], query: Vectors, k: int, among: set[int] | None = None) -> list[int]:
    ids = [id for id in vectors if among is None or id in among]
    cosines = {id: float((vectors[id] * query).sum()) for id in ids}
    return sorted(ids, key=lambda id: (-cosines[id], id))[:k]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), COUNTS, st.integers(1, 30), SETS, SETS, st.booleans())
def test_blocks_find_what_comparing_all_finds(
    seed: int, count: int, k: int, removed: set[int], asked: set[int], is_saved_between: bool
) -> None:
    rows = unit_rows(count + 10, seed)
    rows[count // 2] = rows[0]  # two that are alike: the smaller id is first
    vectors = dict(enumerate(rows))
    with tempfile.TemporaryDirectory() as folder:
        index = DenseIndex(DIM)
        index.add(range(count), rows[:count])
        index.spill(None)
        if is_saved_between:
            index = reopened(index, Path(folder) / "one")
        assert index.remove(sorted(removed)) == len([id for id in removed if id < count])
        index.add(range(count, count + 10), rows[count:])
        left = {id: row for id, row in vectors.items() if id not in removed or id >= count}
        query = unit_rows(1, seed + 1)[0]
        for one in (index, index.copy(), reopened(index.copy(), Path(folder) / "two")):
            assert len(one) == len(left)
            assert sorted(one.ids.tolist()) == sorted(left)
            assert one.last(5).tolist() == sorted(left)[-5:]
            assert one.search(query, k) == exact(left, query, k)
            assert one.search(query, k, among=sorted(asked)) == exact(left, query, k, asked)
            assert one.vectors(sorted(left)).tobytes() == np.stack([left[id] for id in sorted(left)]).tobytes()
            assert one.has(range(80)).tolist() == [id in left for id in range(80)]
            for id in removed & set(range(count)):
                with pytest.raises(KeyError):
                    one.vectors([id])


def test_few_are_in_no_block_and_written_as_ever(tmp_path: Path) -> None:
    index = DenseIndex(DIM)
    index.add(range(7), unit_rows(7, 0))
    index.spill(None)
    assert index.blocks == ()
    index.tidy(None)
    put(index, tmp_path / "few")
    assert [file.name for file in (tmp_path / "few").iterdir()] == [REST]
    assert (tmp_path / "few" / REST).read_bytes() == index.to_bytes()
    index.add([7], unit_rows(1, 1))
    index.spill(None)
    assert len(index.blocks) == 1


def test_a_block_that_is_not_touched_is_taken_over_as_it_lies(tmp_path: Path) -> None:
    index = DenseIndex(DIM)
    for turn in range(3):
        index.add(range(8 * turn, 8 * turn + 8), unit_rows(8, turn))
        index.spill(None)
    index = reopened(index, tmp_path / "one")
    first, second, third = index.blocks
    index.remove([9, *range(16, 21)])  # one of the second; too many of the third to keep it
    again = reopened(index, tmp_path / "two")
    assert again.blocks[0] == first
    assert len(again.blocks) == 2
    assert not {second, third} & set(again.blocks)
    same, other = (folder / f"dense-{first}-vectors.npy" for folder in (tmp_path / "one", tmp_path / "two"))
    assert same.samefile(other)
    gone = unit_rows(8, 1)[1].tobytes()
    assert gone in (tmp_path / "one" / f"dense-{second}-vectors.npy").read_bytes()
    assert not any(gone in file.read_bytes() for file in (tmp_path / "two").iterdir())


def test_the_same_vectors_lie_in_the_same_cells() -> None:
    def cells() -> bytes:
        index = DenseIndex(DIM)
        index.add(range(40), unit_rows(40, 5))
        index.spill(None)
        with tempfile.TemporaryDirectory() as folder:
            put(index, Path(folder) / "index")
            files = sorted(Path(folder).rglob("*-cells.faiss"), key=lambda file: file.read_bytes())
            return b"".join(file.read_bytes() for file in files)

    assert cells() == cells()


@pytest.mark.parametrize("part", ["ids.npy", "vectors.npy", "cells.faiss"])
def test_files_that_are_no_block_are_refused(tmp_path: Path, part: str) -> None:
    index = DenseIndex(DIM)
    index.add(range(8), unit_rows(8, 0))
    index.spill(None)
    put(index, tmp_path / "index")
    file = next((tmp_path / "index").glob(f"*-{part}"))
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(StoredDataError, match="dense index"):
        DenseIndex.open(tmp_path / "index" / REST, index.blocks)


@settings(deadline=None, max_examples=40)
@given(st.lists(WORDS, max_size=50), SETS, st.lists(WORDS, max_size=9), WORDS, st.integers(1, 60), SETS, st.booleans())
def test_words_are_found_by_the_block_as_in_one(
    texts: list[str],
    removed: set[int],
    added: list[str],
    question: str,
    k: int,
    asked: set[int],
    is_saved_between: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = LexicalIndex()
        for start in range(0, len(texts), 5):
            index.add(range(start, start + len(texts[start : start + 5])), texts[start : start + 5])
            index.search(question, 1)  # so that it is taken in
        index.spill(None)
        if is_saved_between:
            index = lexical_reopened(index, Path(folder) / "one")
        index.remove(sorted(removed))
        index.add(range(100, 100 + len(added)), added)
        left = {id: text for id, text in enumerate(texts) if id not in removed} | dict(enumerate(added, start=100))
        whole = LexicalIndex.of(LexicalBlock.join(_one_block(left)).postings) if left else LexicalIndex()
        for one in (index, index.copy(), lexical_reopened(index.copy(), Path(folder) / "two")):
            assert one.ids.tolist() == sorted(left)
            assert one.scores(question, sorted(left)).tobytes() == whole.scores(question, sorted(left)).tobytes()
            assert one.search(question, k) == whole.search(question, k)
            ranked = [id for id in whole.search(question, 99) if id in asked]
            assert one.search(question, k, among=sorted(asked)) == ranked[:k]
            assert one.to_bytes() == whole.to_bytes()


def _one_block(texts: dict[int, str]) -> list[LexicalBlock]:
    index = LexicalIndex()
    index.add(sorted(texts), [texts[id] for id in sorted(texts)])
    return list(index.blocks)


def test_rare_words_spare_looking_at_the_common_ones() -> None:
    texts = [f"the river rose again{' and Arden fell' if n % 7 == 3 else ''} {'snow ' * (n % 4)}" for n in range(100)]
    index = LexicalIndex()
    for start in range(0, 100, 4):
        index.add(range(start, start + 4), texts[start : start + 4])
        index.search("river", 1)
    assert len(index.blocks) > 10
    whole = LexicalIndex()
    whole.add(range(100), texts)
    for question in ("Arden river rose", "snow river", "Arden snow fell river rose again"):
        for k in (1, 3, 20, 100):
            assert index.search(question, k) == whole.search(question, k)
