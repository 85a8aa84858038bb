"""Many texts encoded at once: how they are parted into runs, and that it shows in no vector."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import open_encoder
from index.onnx_encoder import OnnxEncoder, runs_of_one_length
from index.onnx_session import OnnxModel
from tests.test_index_encoder import real, write_export  # noqa: F401  a fixture

WORDS = ("river", "city", "rose", "snow")


@given(st.lists(st.integers(0, 256), max_size=200), st.integers(1, 600))
def test_runs_hold_every_text_once_and_texts_of_one_length_alone(lengths: list[int], most: int) -> None:
    runs = runs_of_one_length(lengths, most)
    assert sorted(place for run in runs for place in run) == list(range(len(lengths)))
    sizes = [len(run) * lengths[run[0]] for run in runs]
    assert sizes == sorted(sizes, reverse=True)
    for run, size in zip(runs, sizes, strict=True):
        assert {lengths[place] for place in run} == {lengths[run[0]]}
        assert len(run) == 1 or size <= most


def test_a_length_is_parted_evenly_into_as_few_runs_as_may_be() -> None:
    assert [len(run) for run in runs_of_one_length([5] * 9, 40)] == [5, 4]
    assert runs_of_one_length([7, 2, 7, 300], 14) == [[3], [0, 2], [1]]


def test_where_neighbours_change_a_vector_each_text_is_run_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine whose kernels treat a row by how many rows there are."""
    write_export(tmp_path)
    texts = [f"{WORDS[n % 4]} {WORDS[n // 4 % 4]} {WORDS[n // 16 % 4]}" for n in range(64)]
    alone = np.concatenate([OnnxEncoder(tmp_path).encode([text]) for text in texts])
    run, rows = OnnxModel.run, []

    def touchy(model: OnnxModel, ids: NDArray[np.int64]) -> tuple[NDArray[np.float32], ...]:
        rows.append(len(ids))
        (vectors,) = run(model, ids)
        return (vectors + np.float32([0, 1e-3]) if len(ids) > 1 else vectors,)

    together = OnnxEncoder(tmp_path).encode(texts)
    assert together.tobytes() == alone.tobytes()
    monkeypatch.setattr(OnnxModel, "run", touchy)
    encoder = OnnxEncoder(tmp_path)
    assert encoder.encode(texts).tobytes() == alone.tobytes()
    assert rows.pop(4) == 4  # the trial: four alone, then side by side
    assert set(rows) == {1}


def test_with_one_thread_the_model_is_opened_once(tmp_path: Path) -> None:
    write_export(tmp_path)
    encoder = OnnxEncoder(tmp_path, threads=1)
    encoder.encode([f"river {n}" for n in range(100)])
    assert encoder._single is encoder._model


@pytest.mark.model
def test_many_texts_of_one_length_get_the_bytes_that_each_gets_alone(real: Path) -> None:  # noqa: F811
    together, lone = open_encoder(real), open_encoder(real)
    texts = [" ".join(["harbour", "night", "river", "flood"][(n + k) % 4] for k in range(n % 9)) for n in range(120)]
    texts += [f"{'The ferry sank off the pier in a storm. ' * 6}{n % 10}" for n in range(9)]
    vectors = together.encode(texts)
    assert together._side_by_side > 1
    assert vectors.tobytes() == b"".join(lone.encode([text]).tobytes() for text in texts)
