"""What the commands say of a mistake: which it is, and what is there instead."""

import json
from pathlib import Path
from typing import Any

import pytest

import index.derived
from tests.commands import FERRY, Run, ferry, ids, run

__all__ = ["ferry", "run"]  # the fixtures


@pytest.fixture
def sources(run: Run, tmp_path: Path) -> None:
    texts = {"The Daily": FERRY, "The Weekly": FERRY.replace("ferry", "barge").replace("Friday", "Monday in the night")}
    records = [json.dumps({"id": name[4:], "text": text, "source": name}) for name, text in texts.items()]
    (tmp_path / "all.jsonl").write_text("\n".join(records), "utf-8")
    assert run("add", str(tmp_path / "all.jsonl")).status == 0


@pytest.mark.usefixtures("sources")
def test_a_source_that_nothing_has_offers_those_there_are(run: Run) -> None:
    assert run("ask", "who was hurt?", "--source", "The Daily").status == 0
    done = run("ask", "who was hurt?", "--source", "the daily")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "No source 'the daily'. Name one that is there, as it is written there: " in done.err
    assert "'The Daily'" in done.err
    assert "'The Weekly'" in done.err
    dated = run("ask", "who was hurt?", "--source", "The Daily", "--from", "2020-01-01")
    assert "No article fits" in dated.err


def test_where_no_article_names_a_source_that_is_said(run: Run, ferry: Path) -> None:
    run("add", str(ferry))
    assert "No source 'x'. No article here names one." in run("ask", "who was hurt?", "--source", "x").err


@pytest.mark.parametrize("command", ["ask", "add", "list", "conversations export"])
def test_wrong_usage_names_the_help_of_its_command(run: Run, command: str) -> None:
    done = run(*command.split(), "--nope")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert done.err.endswith(f" See: askarticle {command} --help\n")


def test_a_command_that_is_not_there_names_the_help_of_all(run: Run) -> None:
    assert run("nope").err.endswith(" See: askarticle --help\n")


def test_days_that_are_swapped_are_said_to_be(run: Run) -> None:
    done = run("ask", "who was hurt?", "--from", "2026-02-01", "--to", "2026-01-01")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "--from 2026-02-01 is later than --to 2026-01-01; swap them" in done.err


def test_a_quote_that_no_version_has_names_none(run: Run, ferry: Path) -> None:
    run("add", str(ferry))
    ferry.write_text(FERRY.replace("Friday", "Saturday"), "utf-8")
    run("add", str(ferry))
    cited = {
        "article": {"id": ids(run)[0], "fingerprint": "0" * 64, "version": 1},
        "sentence": {"index": 0, "start": 0, "end": 16},
        "quote": "Forty were hurt.",
    }
    lines = run("verify", "--citation", json.dumps(cited)).out.splitlines()
    assert lines[1] == f"    no version of Ferry sinks ({ids(run)[0]}) has these words"


def test_a_damaged_index_is_told_of_once(run: Run, ferry: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(index.derived, "_LEAST_DUE", 1)
    run("add", str(ferry))
    run("ask", "who was hurt?")
    for path in (tmp_path / "data" / "indexes" / "library").rglob("manifest.json"):
        path.write_text("{", "utf-8")
    done = run("ask", "who was hurt?")
    assert (done.status, done.err.count("is built anew")) == (0, 1)
