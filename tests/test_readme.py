"""The README is true: its commands exist, run, and print what it shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.strip().splitlines()]


def test_a_command_stands_by_line_22() -> None:
    first = next(number for number, line in enumerate(README.splitlines(), 1) if line == COMMANDS[0])
    assert COMMANDS[0] == 'make ask Q="how many troops?"'
    assert first <= 22


def test_every_link_and_picture_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_make_knows_every_target(command: str) -> None:
    done = subprocess.run([*shlex.split(command), "--dry-run"], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.model
def test_every_askarticle_command_runs_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Nobody was hurt when the ferry sank. Two cars were lost.", "utf-8")
    data = tmp_path / "data"  # a library of its own, beside the user's exported model
    data.mkdir()
    Settings().data.joinpath("encoders").mkdir(parents=True, exist_ok=True)
    (data / "encoders").symlink_to(Settings().data.absolute() / "encoders", target_is_directory=True)
    for command in (c for c in COMMANDS if c.startswith(".venv/bin/askarticle ")):
        arguments = [str(tmp_path / a) if a == "story.txt" else a for a in shlex.split(command)[1:]]
        done = subprocess.run(
            [sys.executable, "-m", "askarticle", *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=600,
            env={**os.environ, "ASKARTICLE_DATA": str(data)},
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout


@pytest.mark.model
def test_the_quick_start_prints_what_the_readme_shows() -> None:
    shown = re.search(r"```text\n(.*?)```", README, re.S)
    assert shown
    done = subprocess.run(
        [sys.executable, "-m", "askarticle", "ask", "how many troops?"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert done.stdout == shown[1]
