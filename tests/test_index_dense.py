import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import StoredDataError
from index.dense import DenseIndex
from index.types import Vectors


def unit_rows(count: int, seed: int, dim: int = 8) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def filled(count: int, seed: int) -> tuple[DenseIndex, Vectors]:
    vectors = unit_rows(count, seed)
    index = DenseIndex(8)
    index.add(range(100, 100 + count), vectors)
    return index, vectors


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 50), st.sets(st.integers(0, 39)))
def test_search_is_the_sorted_product(seed: int, count: int, k: int, places: set[int]) -> None:
    index, vectors = filled(count, seed)
    query = unit_rows(1, seed + 1)[0]
    cosines = vectors @ query
    ranked = [100 + int(place) for place in np.argsort(-cosines)]
    among = [100 + place for place in places if place < count]
    assert index.search(query, k) == ranked[:k]
    assert index.search(query, k, among=among) == [id for id in ranked if id in among][:k]
    assert index.cosines(query, ranked) == pytest.approx(np.sort(cosines)[::-1], abs=1e-6)


def test_ties_are_broken_by_id() -> None:
    index = DenseIndex(2)
    index.add([7, 3, 5], np.array([[1, 0], [1, 0], [1, 0]], dtype=np.float32))
    assert index.search(np.array([1, 0], dtype=np.float32), 3) == [3, 5, 7]


def test_what_is_removed_is_gone_and_the_others_keep_their_ids() -> None:
    index, vectors = filled(5, 0)
    assert index.remove([102, 104, 999]) == 2
    assert sorted(index.ids) == [100, 101, 103]
    assert len(index) == 3
    assert set(index.search(vectors[2], 9)) == {100, 101, 103}
    assert index.search(vectors[3], 1) == [103]
    with pytest.raises(KeyError):
        index.cosines(vectors[2], [102])


def test_bytes_round_trip() -> None:
    index, vectors = filled(9, 1)
    index.remove([103])
    again = DenseIndex.from_bytes(index.to_bytes())
    assert again.dim == 8
    assert list(again.ids) == list(index.ids)
    assert again.search(vectors[0], 9) == index.search(vectors[0], 9)
    again.add([103], vectors[3:4])  # still writable
    assert len(index) == 8


@pytest.mark.parametrize("data", [b"", b"nonsense", DenseIndex(8).to_bytes()[:20]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StoredDataError, match="dense index"):
        DenseIndex.from_bytes(data)


@pytest.mark.parametrize("ids", [[100], [1, 1]])
def test_an_id_is_given_once(ids: list[int]) -> None:
    index, vectors = filled(2, 2)
    with pytest.raises(ValueError, match="already"):
        index.add(ids, vectors[: len(ids)])
    assert len(index) == 2


def test_an_empty_index_finds_nothing() -> None:
    index, query = DenseIndex(8), unit_rows(1, 0)[0]
    assert index.search(query, 5) == []
    assert index.cosines(query, []).shape == (0,)
    assert filled(3, 0)[0].search(query, 5, among=[]) == []
