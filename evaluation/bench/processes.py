"""Whole processes, timed from start to end, with the most memory they held. Linux and macOS."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from corpus.errors import EvaluationError

_METER = str(Path(__file__).with_name("meter.py"))


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ran: its output, wall-clock seconds, and peak resident megabytes."""

    output: str
    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Medians:
    """Of several runs of one command."""

    seconds: float
    megabytes: float


def run(command: Sequence[str], given: str = "") -> Ended:
    """Run a command (its first part an absolute path) to its end, ``given`` as its input.

    Raises:
        EvaluationError: it ended with another status than 0, and the message holds the last line of its errors; or
            this system cannot tell a process's memory.
    """
    if not hasattr(os, "wait4"):
        raise EvaluationError("Processes can't be measured on this system. Run the bench on Linux or macOS.")
    with ExitStack() as stack:
        opened = (stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(4))
        stdin, stdout, stderr, told = opened
        stdin.write(given)
        stdin.seek(0)
        # -I -S keep the meter small.
        outer = [sys.executable, "-I", "-S", _METER, str(told.fileno()), *command]
        subprocess.run(  # noqa: S603  the bench's own commands
            outer, stdin=stdin, stdout=stdout, stderr=stderr, pass_fds=[told.fileno()], check=True
        )
        for file in (stdout, stderr, told):
            file.seek(0)
        measured = json.loads(told.read())
        if measured["status"]:
            line = (stderr.read().strip().splitlines() or ["no message"])[-1]
            raise EvaluationError(f"{' '.join(command[:4])} ... ended with status {measured['status']}: {line}")
        return Ended(stdout.read(), measured["seconds"], measured["megabytes"])


def alternately(commands: Sequence[tuple[Sequence[str], str]], times: int) -> list[Medians]:
    """Run commands (with their inputs) in turn, ``times`` times each, so that a busy moment meets all of them."""
    ended: list[list[Ended]] = [[] for _ in commands]
    for _ in range(times):
        for runs, (command, given) in zip(ended, commands, strict=True):
            runs.append(run(command, given))
    return [Medians(median(one.seconds for one in runs), median(one.megabytes for one in runs)) for runs in ended]
