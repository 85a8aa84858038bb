"""A damaged article at the command line: the others answer, `verify` says the cure, and the cure works."""

import shlex
from pathlib import Path

import pytest

from tests.commands import Run, ferry, flood, run
from tests.damaged_library import DAMAGES, damage

__all__ = ["ferry", "flood", "run"]  # the fixtures


@pytest.mark.parametrize("name", [*DAMAGES][::5])
def test_the_cure_that_verify_names_mends_it(run: Run, ferry: Path, flood: Path, tmp_path: Path, name: str) -> None:
    run("add", str(ferry), str(flood))
    id = next(article["id"] for article in run("list", "--json").json if article["title"] == "Ferry sinks")
    damage(tmp_path / "data" / "library.sqlite", name, id)
    asked = run("ask", "What was flooded?", "--json")
    assert asked.status in (0, 1)
    shown = asked.json["citations"] + asked.json["nearest"]
    assert shown
    broken = run("verify", "--repair")
    assert broken.status == 1
    assert f"problem:  article {id!r}: " in broken.out
    (cure,) = [line for line in broken.out.splitlines() if line.startswith("cure:")]
    assert run("verify", "--json").json["cure"] in cure
    command = cure.partition("`askarticle ")[2].partition("`")[0]
    removed = run(*shlex.split(command), "--yes")
    assert (removed.status, removed.out.split()[:2]) == (0, ["removed", id])
    assert run("add", str(ferry)).out.endswith("1 added\n")
    assert [line for line in run("verify").out.splitlines() if "article '" in line] == []
