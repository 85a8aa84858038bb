"""The library's commands, with an encoder that counts words."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

import index
from index.storage import locked
from tests.commands import FERRY, Run, ferry, flood, ids, run

__all__ = ["ferry", "flood", "run"]  # the fixtures
from tests.fakes import FakeEncoder


def test_add_says_what_became_of_each(run: Run, ferry: Path, flood: Path, tmp_path: Path) -> None:
    done = run("add", str(ferry))
    assert (done.status, done.err) == (0, "")
    (id,) = ids(run)
    assert done.out == f"added       {id}  Ferry sinks\n1 added\n"

    corrected = FERRY.replace("Friday", "Saturday")
    for path in (ferry, tmp_path / "copy.txt"):
        path.write_text(corrected, "utf-8")
    done = run("add", str(ferry), str(flood), str(tmp_path / "copy.txt"))
    assert done.status == 0
    assert f"new version {id}  Ferry sinks, version 2\n" in done.out
    assert f"  Ferry sinks, repeats {id}\n" in done.out
    assert done.out.endswith("1 added, 1 new version, 1 duplicate\n")
    assert run("add", str(ferry), str(flood)).out == "2 unchanged\n"


def test_add_goes_on_after_what_it_refuses_and_ends_with_1(run: Run, ferry: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = run("add", "nowhere.txt", str(tmp_path / "empty.txt"), str(ferry), "--json")
    assert done.status == 1
    assert done.err.count("\n") == 2
    assert "refused: " in done.err
    assert "nowhere.txt" in done.err
    assert "empty.txt" in done.err
    counts = {"added": 1, "replaced": 0, "moved": 0, "unchanged": 0, "duplicate": 0, "refused": 2, "left_out": 0}
    assert done.json["counts"] == counts
    assert [taken["outcome"] for taken in done.json["articles"]] == ["refused", "refused", "added"]
    assert done.json["articles"][2]["origin"] == str(ferry)


@pytest.mark.parametrize(
    "arguments", [["add"], ["add", ""], ["add", "x", "--collection", " "], ["add", "x", "--collection", "a\nb"]]
)
def test_a_mistake_is_one_line_and_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("askarticle: ")


def test_a_hostile_file_name_cannot_write_on_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\nb.txt").touch()
    done = run("add", str(tmp_path / "a\x1b[2J\nb.txt"))
    assert "\x1b" not in done.err
    assert done.err.count("\n") == 1


def test_stopped_it_says_how_far_it_came_and_ends_with_130(
    run: Run, ferry: Path, flood: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(FakeEncoder):
        def encode(self, texts: Any) -> Any:
            if self.calls:
                raise KeyboardInterrupt
            return super().encode(texts)

    with monkeypatch.context() as stopped:
        stopped.setattr(index, "open_encoder", lambda *_, **__: Stopped())
        done = run("add", str(ferry), str(flood))
    assert done.status == 130
    assert done.err.strip() == "Stopped. So far: 1 added. Run it again to go on."
    assert run("add", str(ferry), str(flood)).out.endswith("1 added, 1 unchanged\n")


def test_another_encoders_library_is_one_line(run: Run, ferry: Path, flood: Path, monkeypatch: Any) -> None:
    run("add", str(ferry))
    monkeypatch.setattr(index, "open_encoder", lambda *_, **__: FakeEncoder(name="another"))
    done = run("add", str(ferry), str(flood))
    assert done.status == 2
    assert "Before the error below: 1 unchanged.\n" in done.err
    assert "fake-encoder" in done.err


def test_the_second_to_add_waits_and_says_so(
    run: Run, ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.commands.add

    said: list[str] = []
    with locked(tmp_path / "data"):

        def say(line: str) -> None:
            said.append(line)
            raise KeyboardInterrupt

        with monkeypatch.context() as waiting:
            waiting.setattr(bot.commands.add, "say", say)
            assert run("add", str(ferry)).status == 130
    assert "Waiting for it" in said[0]
    assert run("add", str(ferry)).out.endswith("1 added\n")


def test_list_shows_what_is_asked_for(run: Run, ferry: Path, flood: Path) -> None:
    run("add", str(ferry), "--collection", "sea")
    run("add", str(flood))
    done = run("list")
    assert {line.rpartition("  ")[2] for line in done.out.splitlines()} == {"Ferry sinks", "Flood in town"}
    assert done.err == "2 articles\n"
    assert [one["title"] for one in run("list", "--collection", "sea", "--json").json] == ["Ferry sinks"]
    assert run("list", "--language", "fr", "--json").json == []
    assert run("list", "--source", "nobody", "--json").json == []
    assert run("collections", "--json").json == {"default": 1, "sea": 1}
    assert run("collections").out == "        1  default\n        1  sea\n"
    unknown = run("list", "--collection", "see")
    assert unknown.status == 2
    assert "there is no collection 'see'; there are: 'default', 'sea'" in unknown.err


def test_more_articles_than_a_page_are_all_listed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.shared.PAGE", 2)
    words = ["anchors", "bells", "cranes", "docks", "eels"]
    for word in words:
        (tmp_path / f"{word}.txt").write_text(f"All about {word}. The {word} of Lindholm are old {word}.", "utf-8")
    run("add", *(str(tmp_path / f"{word}.txt") for word in words))
    assert len(set(ids(run))) == 5
    assert run("list").err == "5 articles\n"
    assert len(run("export").out.splitlines()) == 5


@pytest.mark.parametrize("command", [["list"], ["show", "x"], ["remove", "x"], ["export"], ["collections"], ["verify"]])
def test_without_a_library_none_is_made(run: Run, tmp_path: Path, command: list[str]) -> None:
    done = run(*command)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "There is no library in" in done.err
    assert not (tmp_path / "data").exists()


def test_show_gives_the_text_and_every_version(run: Run, ferry: Path) -> None:
    run("add", str(ferry))
    ferry.write_text(FERRY.replace("Friday", "Saturday"), "utf-8")
    run("add", str(ferry))
    (id,) = ids(run)
    done = run("show", id)
    assert done.out.startswith("Ferry sinks\n")
    assert f"origin      {ferry}\n" in done.out
    assert "version     2 of 2\n" in done.out
    assert done.out.endswith(FERRY.replace("Friday", "Saturday") + "\n")
    old = run("show", id, "--version", "1", "--json").json
    assert (old["text"], old["version"]) == (FERRY, 1)
    assert [version["version"] for version in old["versions"]] == [1, 2]
    assert run("show", id, "--version", "3").status == 2
    nowhere = run("show", "nowhere")
    assert (nowhere.status, nowhere.out) == (2, "")
    assert "'nowhere'" in nowhere.err


def test_remove_takes_all_or_nothing(run: Run, ferry: Path, flood: Path) -> None:
    run("add", str(ferry), str(flood))
    known = ids(run)
    assert run("remove", known[0], "nowhere", "--yes").status == 2
    assert ids(run) == known
    done = run("remove", *known, known[0], "--yes", "--json")
    assert (done.status, done.json) == (0, {"removed": known})
    assert ids(run) == []


def test_remove_asks_first(run: Run, ferry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", str(ferry))
    (id,) = ids(run)
    nobody = run("remove", id)
    assert nobody.status == 2
    assert "--yes" in nobody.err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    refused = run("remove", id)
    assert refused.status == 130
    assert "Ferry sinks" in refused.err
    assert ids(run) == [id]
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    done = run("remove", id)
    assert (done.status, done.out) == (0, f"removed     {id}  Ferry sinks\n")
    assert ids(run) == []
