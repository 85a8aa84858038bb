"""Embedding by Ray Data: a cluster loses a machine, a run is stopped; all passages are there, and none twice."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.commands.add import EngineName, _engine
from corpus.errors import EncoderError, EngineError, MissingPackageError
from index import ray_engine
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parent.parent
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install 'ray[data]'")


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_the_package_is_named() -> None:
    with pytest.raises(MissingPackageError, match=r"pip install 'askarticle\[ray\]'"):
        _engine(EngineName.ray, FakeEncoder())


def test_a_batch_is_encoded_in_the_places_it_has() -> None:
    given = {"place": [3, 1], "text": [b"The ferry sank.", "Über \ud800 alles".encode("utf-8", "surrogatepass")]}
    encoded = ray_engine.encode_batch(given, FakeEncoder)
    assert encoded["place"] == [3, 1]
    assert encoded["vector"].tobytes() == FakeEncoder().encode(["The ferry sank.", "Über \ud800 alles"]).tobytes()


def test_the_worker_opens_its_encoder_once() -> None:
    one, same = ray_engine.SentEncoder("a", object()), ray_engine.SentEncoder("a", object())
    assert one == same
    assert hash(one) == hash(same)
    assert one != ray_engine.SentEncoder("b", one.files)


@needs_ray
def test_an_encoder_that_is_no_export_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_engine, "_start", object)
    with pytest.raises(EncoderError, match="fake-encoder cannot be sent"):
        ray_engine.RayEngine(FakeEncoder())


@needs_ray
@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "127.0.0.1:99999"])
def test_a_cluster_that_is_not_there_is_told_at_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(EngineError, match=f"at RAY_ADDRESS={address} .*ray start.*--engine local"):
        ray_engine._start()


@needs_ray
@pytest.mark.slow
def test_a_machine_is_lost_and_a_run_stopped_and_nothing_is_missing_or_twice(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    passages = request.config.getoption("--ray-passages")
    if not passages:
        pytest.skip("takes a minute: --ray-passages 2000")
    command = [sys.executable, "-m", "tests.ray_cluster", str(tmp_path), str(passages)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=3_600)
    assert done.returncode == 0, done.stderr[-2_000:]
    told = json.loads(done.stdout.splitlines()[-1])
    number = told["articles"]
    assert told["stopped"] == {"added": number // 4}
    assert told["before"] == number // 4
    assert told["outcomes"] == {"unchanged": number // 4, "added": number - number // 4}
    assert (told["killed"], told["alive"]) == (True, 2)
    assert (told["passages"], told["origins"], told["twice"], told["faults"]) == (passages, number, 0, [])
    assert told["compared"] == told["same_vectors"] >= min(passages, 500)
