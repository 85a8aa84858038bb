"""The command as a user runs it, on a data folder of its own."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import bot.start
import index
from askarticle import main
from tests.fakes import FakeEncoder

FERRY = "Ferry sinks\n\nThe ferry to Lindholm sank on Friday. Its captain was the last to leave. Nobody was hurt."
FLOOD = "Flood in town\n\nThe river rose on Monday. By evening the lower town was under water."


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give what runs it with the arguments it is given."""
    monkeypatch.setenv("ASKARTICLE_DATA", str(tmp_path / "data"))
    for place in (index, bot.start):  # bot.start holds the name itself, if another test has imported it already
        monkeypatch.setattr(place, "open_encoder", lambda *_, **__: FakeEncoder())

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["askarticle", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(FERRY, "utf-8")
    return path


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    path = tmp_path / "flood.txt"
    path.write_text(FLOOD, "utf-8")
    return path


def ids(run: Run) -> list[str]:
    return [article["id"] for article in run("list", "--json").json]
