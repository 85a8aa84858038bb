"""``askarticle add FOLDER``: the files of the formats that are read come in, the others are left out and counted."""

from pathlib import Path

import pytest

from tests.commands import FERRY, Run, ferry, run

__all__ = ["ferry", "run"]  # the fixtures


def fill(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{FERRY} Port {number} was closed.", "utf-8")
    return folder


def origins(run: Run) -> list[str]:
    return sorted(Path(one["origin"]).name for one in run("list", "--json").json)


def test_what_has_no_format_that_is_read_is_left_out_and_counted(run: Run, tmp_path: Path) -> None:
    names = ("settings.ini", "d.lock", "deep/p.py", "q.py", "conf.json", "a.log", "b.PNG", "id_rsa", "feed.xml")
    folder = fill(tmp_path / "all", "a.TXT", "b.md", "README", *names)
    done = run("add", str(folder))
    assert (done.status, done.err) == (0, "")
    why = "no format that is read: .py, .log, .png, .json, .lock, .xml, no suffix, .ini"
    assert done.out.splitlines()[-2] == f"9 left out: {why}"
    assert origins(run) == ["README", "a.TXT", "b.md"]
    again = run("add", str(folder), "--json")
    assert again.status == 0
    assert (again.json["counts"]["unchanged"] + again.json["counts"]["duplicate"], len(again.json["articles"])) == (
        3,
        3,
    )
    assert again.json["counts"]["left_out"] == 9
    assert again.json["left_out"]["reason"] == why
    assert sorted(again.json["left_out"]["origins"]) == sorted(str(folder / name) for name in names)


def test_what_is_named_itself_is_read_and_a_pattern_takes_others_in(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "all", "a.log", "b.log", "c.ini")
    assert run("add", str(folder / "c.ini"), "--json").json["counts"]["added"] == 1
    done = run("add", str(folder), "--ignore", "!a.log", "--json").json["counts"]
    assert (done["left_out"], done["refused"]) == (2, 0)
    assert origins(run) == ["a.log", "c.ini"]


def test_a_folder_of_nothing_that_is_read_says_so(run: Run, tmp_path: Path) -> None:
    done = run("add", str(fill(tmp_path / "all", "a.py")))
    assert (done.status, done.err) == (1, "")
    assert done.out == "1 left out: no format that is read: .py\nThere was nothing to add.\n"
    assert run("add", str(tmp_path / "all"), "--json").json["left_out"]["origins"] == [str(tmp_path / "all" / "a.py")]


def test_a_feed_is_known_by_its_beginning_where_its_suffix_is_xml(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "all", "a.xml")
    feed = f"<rss version='2.0'><channel><item><guid>1</guid><description>{FERRY}</description></item></channel></rss>"
    (folder / "b.xml").write_text(feed, "utf-8")
    counts = run("add", str(folder), "--json").json["counts"]
    assert (counts["added"], counts["left_out"]) == (1, 1)


def test_many_suffixes_are_not_all_named_and_none_is_a_terminals_order(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "all", *(f"a.{number}" for number in range(12)), "b.\x1b[2J", f"c.{'x' * 99}", "d.\x1b[2J")
    out = run("add", str(folder)).out
    assert "15 left out: no format that is read: .\\x1b[2j, " in out
    assert out.splitlines()[0].endswith(", 4 more")
    assert "\x1b" not in out


def test_links_and_empty_texts_are_refused_as_ever(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "all", "a.txt", "b.png")
    (folder / "empty.txt").touch()
    try:
        (folder / "out.txt").symlink_to(fill(tmp_path, "c.txt") / "c.txt")
        (folder / "out.png").symlink_to(fill(tmp_path, "c.png") / "c.png")
        (folder / "in.png").symlink_to(folder / "b.png")
        (folder / "away").symlink_to(tmp_path)
    except OSError:
        pytest.skip("no symbolic links on this system")
    done = run("add", str(folder), "--json")
    assert done.status == 1
    counts = done.json["counts"]
    assert (counts["added"], counts["refused"], counts["left_out"]) == (1, 3, 2)
