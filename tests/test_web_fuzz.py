"""Schemathesis tries every operation of the description against a running server: no 5xx, all answers as described."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api_server import make_app, refuse_all_urls, served

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# That every request of the described shape is taken cannot hold: a question must have words in it, If-Match must name
# the article's state, an Idempotency-Key may have been used.
UNFIT = "positive_data_acceptance"


@pytest.mark.slow
def test_no_request_brings_the_server_down(tmp_path, monkeypatch):
    refuse_all_urls(monkeypatch.setattr)
    with served(make_app(tmp_path / "data")) as address:
        command = [SCHEMATHESIS, "run", f"{address}/openapi.json", "--exclude-checks", UNFIT, "--max-examples", "2"]
        options = ["--seed", "1", "--request-timeout", "90", "--no-color", "--continue-on-failure"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=900, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-8_000:]
    cases = re.search(r"(\d+) generated, \d+ passed|(\d+) generated", done.stdout)
    assert cases
    assert int(cases[1] or cases[2]) > 300
