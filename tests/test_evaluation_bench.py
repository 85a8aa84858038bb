"""``askarticle bench``: the figures are of what they say; how fast anything is stays out of the tests."""

import json
import sys

import pytest
from typer.testing import CliRunner

from askarticle import app
from bot import Bot
from corpus import Article
from corpus.errors import EvaluationError
from evaluation.bench import processes, warm
from evaluation.bench.command import measure
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
    assert warm.encoding_rate(bot) > 0


@pytest.mark.model
def test_the_command_prints_figures_for_programs() -> None:
    given = CliRunner().invoke(app, ["bench", "--rounds", "1", "--no-plain", "--json"])
    assert given.exit_code == 0, given.output
    figures = json.loads(given.stdout)
    assert set(figures["bot"]["warm_ms"]) == set(warm.STAGES)
    assert "plain" not in figures


@pytest.mark.model
def test_the_plain_script_answers_too() -> None:
    figures = measure(1, True, None)
    assert set(figures["ratios"]) == {"cold_s", "cold_mb", "warm_ms", "sentences_per_s"}
    assert figures["plain"]["warm_ms"]["total"]["p50"] > 0
