"""The library's commands given what nobody should give them: one clear line, and nothing is harmed."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.commands import shared
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from tests.commands import FERRY, Run, ids, run

__all__ = ["run"]  # the fixture

NO_TEXT = "\udcff"  # what a command line that is no UTF-8 becomes


@pytest.fixture
def id(run: Run, tmp_path: Path) -> str:
    """The id of an article about a ferry."""
    (tmp_path / "ferry.txt").write_text(FERRY, "utf-8")
    assert run("add", str(tmp_path / "ferry.txt")).status == 0
    (id,) = ids(run)
    return id


@pytest.mark.usefixtures("id")
@pytest.mark.parametrize(
    "command",
    [
        ["show", NO_TEXT],
        ["remove", "--yes", NO_TEXT],
        ["ask", "who?", "--article", NO_TEXT],
        ["ask", "who?", "--article", "x" * 5_000],
        ["ask", "who was hurt?", "--collection", NO_TEXT],
        ["ask", "who was hurt?", "--source", NO_TEXT],
        ["ask", "who was hurt?", "--language", NO_TEXT],
        ["list", "--collection", NO_TEXT],
        ["export", ""],
    ],
)
def test_what_cannot_be_there_is_one_line_and_2(run: Run, command: list[str]) -> None:
    done = run(*command)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "defect" not in done.err


@pytest.mark.usefixtures("id")
def test_a_filter_that_is_no_text_lists_nothing(run: Run) -> None:
    for option in ("--source", "--language"):
        assert run("list", "--json", option, NO_TEXT).json == []


@pytest.mark.parametrize("version", [0, -1, 2, 2**31, 10**30])
def test_a_version_that_is_not_there_is_said_however_large_it_is(run: Run, id: str, version: int) -> None:
    done = run("show", id, "--version", str(version))
    assert done.status == 2
    assert f"no version {version} of" in done.err


def test_a_language_is_known_in_capitals_too(run: Run, id: str) -> None:
    assert [article["id"] for article in run("list", "--language", "EN", "--json").json] == [id]
    assert run("ask", "who was hurt?", "--language", "EN").status == 0


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_an_export_does_not_write_over_the_library(run: Run, id: str, tmp_path: Path, ending: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "data")
    for folder in ("data", "link"):
        done = run("export", str(tmp_path / folder / f"library.sqlite{ending}"))
        assert (done.status, done.err.count("\n")) == (2, 1)
        assert "is the library itself" in done.err
    assert ids(run) == [id]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_an_export_goes_into_a_pipe_and_leaves_it_one(run: Run, id: str, tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert run("export", str(pipe)).status == 0
    reader.join(60)
    assert json.loads(got[0])["id"] == id
    assert pipe.is_fifo()


def test_an_export_through_a_link_leaves_the_link(run: Run, id: str, tmp_path: Path) -> None:
    (tmp_path / "there.jsonl").write_text("old", "utf-8")
    (tmp_path / "link.jsonl").symlink_to("there.jsonl")
    assert run("export", str(tmp_path / "link.jsonl")).status == 0
    assert (tmp_path / "link.jsonl").is_symlink()
    assert json.loads((tmp_path / "there.jsonl").read_text("utf-8"))["id"] == id


def test_an_export_takes_a_name_of_the_greatest_length(run: Run, id: str, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / ("x" * 255))).status == 0
    assert json.loads((tmp_path / ("x" * 255)).read_text("utf-8"))["id"] == id


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_citations_are_read_in_what_a_shell_writes(run: Run, id: str, tmp_path: Path, encoding: str) -> None:
    answer = run("ask", "who was hurt?", "--json").json
    cited = (answer["citations"] + answer["nearest"])[0]
    assert cited["article"]["id"] == id
    (tmp_path / "cited.json").write_bytes(json.dumps(cited, indent=2).replace("\n", "\r\n").encode(encoding))
    assert run("verify", "--citation", str(tmp_path / "cited.json")).status == 0


@pytest.mark.skipif(os.name == "nt", reason="every path is text there")
def test_a_data_folder_whose_name_is_no_text_does_its_work(run: Run, id: str, tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / f"data{NO_TEXT}"))
    done = run("add", str(tmp_path / "ferry.txt"), *data)
    assert done.status == 0
    assert "defect" not in done.err
    assert [article["id"] for article in run("list", "--json", *data).json] == [id]


def test_writing_a_large_library_anew_is_announced_once(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"Port {number} " * 9 + FERRY.replace("Friday", f"{number}"), "utf-8")
    run("add", *(str(tmp_path / f"{number}.txt") for number in range(3)))
    first, second, _ = ids(run)
    assert run("remove", first, "--yes").err == ""
    monkeypatch.setattr(shared, "LARGE", 10_000)
    written: list[int] = []
    monkeypatch.setattr(SqliteLibrary, "compact", _noted(SqliteLibrary.compact, written))
    done = run("remove", second, "--yes")
    assert done.err.count("\n") == 1
    assert "anew, so that what was removed leaves the disk" in done.err
    assert len(written) == 1
    monkeypatch.undo()


def _noted(compact: Any, written: list[int]) -> Any:
    def noted(store: SqliteLibrary, **options: Any) -> None:
        written.append(1)
        compact(store, **options)

    return noted


@pytest.mark.parametrize("command", [["evaluate", "x.jsonl"], ["bench"]])
def test_an_empty_data_folder_is_not_the_working_directory(run: Run, command: list[str]) -> None:
    done = run(*command, "--data", "")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "the name is empty" in done.err


def test_a_text_that_is_none_any_more_is_one_short_line(run: Run, id: str, tmp_path: Path) -> None:
    with open_library(tmp_path / "data" / "library.sqlite") as store, store.database.write() as connection:
        connection.exec_driver_sql("UPDATE contents SET text = CAST(x'0aff0aff' || CAST(text AS BLOB) AS TEXT)")
    for command in (["show", id], ["ask", "who was hurt?"]):
        done = run(*command)
        assert done.status == 2
        assert len(max(done.err.splitlines(), key=len)) < 300
        assert f"The stored article {id!r} is damaged." in done.err
    problems = run("verify", "--json").json["problems"]
    assert [problem for problem in problems if id in problem]
    assert run("remove", id, "--yes").status == 0
    assert run("verify").status == 0
