import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse_scores, reciprocal_rank_fusion, z_scores

RANKINGS = st.lists(st.lists(st.integers(0, 9), unique=True), max_size=3)


def test_reciprocal_ranks_by_hand() -> None:
    assert reciprocal_rank_fusion([["a", "b"], ["b", "c"]]) == {
        "a": 1 / (60 + 1),
        "b": 1 / (60 + 2) + 1 / (60 + 1),
        "c": 1 / (60 + 2),
    }


@given(RANKINGS, st.integers(1, 100))
def test_reciprocal_ranks_slowly(rankings: list[list[int]], k: int) -> None:
    fused = reciprocal_rank_fusion(rankings, k=k)
    assert fused.keys() == {key for ranking in rankings for key in ranking}
    for key, score in fused.items():
        assert score == pytest.approx(sum(1 / (k + 1 + ranking.index(key)) for ranking in rankings if key in ranking))


def test_z_scores_by_hand() -> None:
    assert z_scores(np.array([1, 3], dtype=np.float32)) == pytest.approx([-1, 1])
    assert z_scores(np.array([2, 2, 2], dtype=np.float32)) == pytest.approx([0, 0, 0])
    assert z_scores(np.empty(0, dtype=np.float32)).shape == (0,)


def test_the_weight_is_the_share_of_the_cosine() -> None:
    cosines, bm25 = np.array([0.1, 0.3], dtype=np.float32), np.array([9, 5], dtype=np.float32)
    assert fuse_scores(cosines, bm25, dense_weight=1) == pytest.approx([-1, 1])
    assert fuse_scores(cosines, bm25, dense_weight=0) == pytest.approx([1, -1])
    assert fuse_scores(cosines, bm25, dense_weight=0.75) == pytest.approx([-0.5, 0.5])
