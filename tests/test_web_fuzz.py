"""Schemathesis tries every operation of the description against a running server: no 5xx, all answers as described.

The suite has a short run. For a long one name how many cases at least: ``pytest tests/test_web_fuzz.py --cases 5000``;
what it finds lies in ``artefacts/fuzz``.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api_server import make_app, refuse_all_urls, served

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
FOUND = Path(__file__).parent.parent / "artefacts" / "fuzz"
SHORT, LONG = 2, 40  # examples for each operation of one run
IN_SUITE = 1_000  # cases; more are a long run
PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")


@pytest.mark.slow
def test_no_request_brings_the_server_down(tmp_path, monkeypatch, pytestconfig, capsys):
    wanted: int = pytestconfig.getoption("--cases")
    refuse_all_urls(monkeypatch.setattr)
    tried, seed, failed = 0, 0, []
    with served(make_app(tmp_path / "data")) as address:
        while tried < wanted:
            seed += 1
            done = _run(address, tmp_path, seed, SHORT if wanted <= IN_SUITE else LONG)
            cases = re.search(r"(\d+) generated", done.stdout)
            assert cases, _short(done.stdout) + done.stderr
            tried += int(cases[1])
            assert all(re.search(rf"[✅❌] +{phase}", done.stdout) for phase in PHASES), _short(done.stdout)
            if done.returncode:
                failed.append(_short(done.stdout))
            if wanted > IN_SUITE:
                FOUND.mkdir(parents=True, exist_ok=True)
                (FOUND / f"seed-{seed}.txt").write_text(done.stdout, "utf-8")
                with capsys.disabled():
                    print(f"\nseed {seed}: {tried:,} cases, {len(failed)} of {seed} runs with findings", flush=True)
    assert not failed, "\n".join(failed)


def _run(address: str, folder: Path, seed: int, examples: int) -> subprocess.CompletedProcess[str]:
    command = [SCHEMATHESIS, "--config-file", CONFIGURATION, "run", f"{address}/openapi.json", "--no-color"]
    options = ["--seed", str(seed), "--max-examples", str(examples)]
    return subprocess.run([*command, *options], capture_output=True, text=True, timeout=7_200, cwd=folder)


def _short(out: str) -> str:
    """Leave out the middle of long lines: bodies that were made up."""
    return "\n".join(line if len(line) < 600 else f"{line[:300]} ... {line[-200:]}" for line in out.split("\n"))
