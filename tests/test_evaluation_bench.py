"""``askarticle bench``: the figures are of what they say; how fast anything is stays out of the tests."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import typer
from onnx import TensorProto, helper, numpy_helper
from rich.console import Console
from typer.testing import CliRunner

from askarticle import app
from bot import Bot, Settings
from corpus import Article
from corpus.errors import EvaluationError
from evaluation.bench import limits, plot, processes, warm
from evaluation.bench.command import _print, _print_sizes, _sizes
from evaluation.bench.measuring import Wanted, measure
from index import PassageIndex
from tests.fakes import FakeEncoder

EATS = "import sys; sys.stdin.read(); x = bytearray({mb} * 1_000_000); x[::4096] = b'x' * len(x[::4096]); print('ate')"


def eater(megabytes: int) -> list[str]:
    return [sys.executable, "-c", EATS.format(mb=megabytes)]


def test_a_process_gives_its_output_and_its_own_memory() -> None:
    small, large = processes.run(eater(1), "given"), processes.run(eater(200), "given")
    assert small.output == large.output == "ate\n"
    assert 150 < large.megabytes - small.megabytes < 250


def test_a_process_that_reads_nothing_may_be_given_much() -> None:
    assert processes.run([sys.executable, "-c", "print(1)"], "x" * 1_000_000).output == "1\n"


def test_a_process_that_fails_is_one_clear_line() -> None:
    with pytest.raises(EvaluationError, match=r"ended with status 3: no luck$"):
        processes.run([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])


def test_commands_take_turns() -> None:
    medians = processes.alternately([(eater(1), ""), (eater(100), "")], 2)
    assert len(medians) == 2
    assert all(one.seconds > 0 for one in medians)
    assert medians[0].megabytes < medians[1].megabytes


def test_stages_fit_into_the_whole() -> None:
    bot = Bot(PassageIndex.build([Article.create("The ferry costs two crowns. It opened in 1931.")], FakeEncoder()))
    figures = warm.latency(bot, ["what does it cost?", "when did it open?"], rounds=2)
    assert set(figures) == set(warm.STAGES)
    assert all(f["p50"] <= f["p95"] <= f["longest"] for f in figures.values())
    assert sum(figures[stage]["p50"] for stage in ("encode", "search", "read")) <= 2 * figures["total"]["longest"]
    assert warm.throughput(bot, ["what does it cost?"] * 4, rounds=2, clients=2) > 0
    assert warm.encoding_rate(bot, ["The ferry costs two crowns."]) > 0


def test_operations_are_those_of_the_matrix_products(tmp_path: Path) -> None:
    """Two layers of 4 x 6 and 6 x 4 numbers with attention between: worked by hand."""
    shapes = {"up": (4, 6), "down": (6, 4)}
    weights = [numpy_helper.from_array(np.ones(shape, dtype=np.float32), name) for name, shape in shapes.items()]
    made = [("x", "up", "a"), ("a", "down", "b"), ("b", "c", "d")]
    nodes = [helper.make_node("MatMul", [one, other], [found]) for one, other, found in made]
    rows = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["tokens", 4])
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [rows], [rows], weights)), tmp_path / "model.onnx")
    assert limits.operations(tmp_path / "model.onnx", 4, [1]) == 2 * (24 + 24) + 2 * 4
    assert limits.operations(tmp_path / "model.onnx", 4, [3, 1]) == 4 * 96 + 10 * 8


def test_the_limits_of_this_machine_are_measured() -> None:
    rates = limits.matrix_rates(times=1)
    assert set(rates) == {"numpy", "onnxruntime"}
    assert all(1e9 < rate < 1e15 for rate in rates.values())
    assert 1e8 < limits.memory_rate(times=1) < 1e13


@pytest.mark.parametrize("sizes", ["many", "1000,", "0", "1e3", "-5", "100000000"])
def test_sizes_that_are_none_are_told(sizes: str) -> None:
    if sizes == "1000,":
        assert _sizes(sizes) == (1000,)
    else:
        with pytest.raises(typer.BadParameter):
            _sizes(sizes)


@pytest.mark.model
def test_the_command_prints_figures_for_programs() -> None:
    given = CliRunner().invoke(app, ["bench", "--rounds", "1", "--no-plain", "--passages", "300", "--json"])
    assert given.exit_code == 0, given.output
    figures = json.loads(given.stdout)
    assert set(figures["bot"]["warm_ms"]) == set(warm.STAGES)
    assert "plain" not in figures
    assert figures["machine"]["encoding_of_limit"] > 0
    assert figures["sizes"]["300"]["warm_ms"]["search"]["p50"] > 0
    _print(Console(file=io.StringIO()), figures)


@pytest.mark.model
def test_the_plain_script_answers_too() -> None:
    figures = measure(Wanted(1, ("plain",), ()), Settings())
    assert set(figures["ratios"]["plain"]) == {"cold_s", "cold_mb", "warm_ms", "texts_per_s"}
    assert figures["plain"]["warm_ms"]["total"]["p50"] > 0
    shown = io.StringIO()
    _print(Console(file=shown, width=200), figures)
    assert "plain script (ratio)" in shown.getvalue()


def _sized(total: float, plain: dict[str, float] | None = None) -> dict[str, Any]:
    stages = {stage: {"p50": total / 2, "p95": total, "longest": total} for stage in ("encode", "search", "read")}
    found = {"warm_ms": {"total": {"p50": total, "p95": total, "longest": total}} | stages, "mb": 300, "cold_mb": 250}
    return found | ({"plain": plain} if plain else {})


def test_the_plot_has_a_line_for_each_thing_measured(tmp_path: Path) -> None:
    sizes = {"1000": _sized(60.0, {"p50_ms": 8.0, "mb": 600}), "1": _sized(50.0)}
    figures = {"sizes": sizes, "machine": {"memory_gb_per_s": 10.0}}
    (tmp_path / "figures.json").write_text(json.dumps(figures), "utf-8")
    plot.main(tmp_path / "figures.json", tmp_path / "one.svg")
    plot.main(tmp_path / "figures.json", tmp_path / "two.svg")
    drawn = (tmp_path / "one.svg").read_text("utf-8")
    assert drawn == (tmp_path / "two.svg").read_text("utf-8")
    assert all(
        f">{name}<" in drawn for name in ("a question", "asked once", "the plain script", "reading all vectors once")
    )
    lines = plot.times({int(size): found for size, found in sizes.items()}, 10.0)
    assert lines["a question"] == {1: 50.0, 1000: 60.0}
    assert lines["the plain script's question"] == {1000: 8.0}
    assert lines["reading all vectors once"] == {1000: pytest.approx(0.1536)}


def test_a_plot_of_no_sizes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--passages"):
        plot.draw({"sizes": {}, "machine": {}}, tmp_path / "plot.svg")


def test_the_figures_of_made_up_libraries_stand_whole_in_80_columns() -> None:
    sizes = {
        size: _sized(1_012.3, {"p50_ms": 1_012.3, "mb": 14_500}) | {"cold_s": 10.25}
        for size in ("1000", "100000", "1000000", "10000000")
    }
    shown = io.StringIO()
    _print_sizes(Console(file=shown, width=80), sizes, {"memory_gb_per_s": 10.0})
    text = shown.getvalue()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    for whole in ("question p50 / p95 (ms)", "1012.3 / 1012.3", "plain script memory (MB)", "10,000,000", "10.25"):
        assert whole in text
    bare = io.StringIO()
    _print_sizes(Console(file=bare, width=80), {"1": _sized(9.0) | {"cold_s": 1.0}}, {"memory_gb_per_s": 10.0})
    assert "plain script" not in bare.getvalue()
