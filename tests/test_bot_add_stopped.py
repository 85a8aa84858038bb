"""``askarticle add`` as a process: killed, stopped with Ctrl-C, twice at a time; and (marked) with the real models."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.library import open_library
from corpus.library.types import LibraryStore
from corpus.library.verify import verify_library
from index.verify import verify_derived

ROOT = Path(__file__).parent.parent
ARTICLES = 40
# The command with an encoder that takes its time and, after so many texts, waits to be let go on.
SLOW = """
import os, signal, time
from pathlib import Path
import index
import index.bulk
from askarticle import main
from tests.fakes import FakeEncoder

class Slow(FakeEncoder):
    def encode(self, texts):
        while len(self.calls) >= int(os.environ["HOLD_AFTER"]) and not Path(os.environ["GO_ON"]).exists():
            time.sleep(0.01)
        time.sleep(0.01)
        return super().encode(texts)

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a terminal gives, also to tests run in the background
index.bulk.LOCAL_BATCH = 8  # texts: one of the articles below
index.open_encoder = lambda *_, **__: Slow()
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of articles that have little in common."""
    words = [f"{a}{b}" for a in ("ba", "do", "fi", "ku", "le", "mo") for b in ("lan", "ret", "sim", "tov", "nex")]
    chance = random.Random(7)
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(ARTICLES):
        sentences = [" ".join(chance.choices(words, k=9)).capitalize() + "." for _ in range(6)]
        (folder / f"{number:03}.txt").write_text(f"Story {number}\n\n{' '.join(sentences)}", "utf-8")
    return folder


def start(folder: Path, data: Path, hold_after: int = ARTICLES) -> subprocess.Popen[str]:
    """Start ``add``, which waits for the file ``go-on`` when it has encoded ``hold_after`` articles (a batch each)."""
    command = [sys.executable, "-c", SLOW, "add", str(folder)]
    held = {"HOLD_AFTER": str(hold_after), "GO_ON": str(data.with_name("go-on"))}
    environment = {**os.environ, "ASKARTICLE_DATA": str(data), **held}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


def stored(data: Path) -> int:
    file = data / "library.sqlite"
    if not file.exists():
        return 0
    with open_library(file) as store:
        return store.count()


def wait_for(articles: int, process: subprocess.Popen[str], data: Path) -> None:
    while stored(data) < articles:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def check_all_there_and_none_twice(store: LibraryStore, folder: Path, index: Path) -> None:
    found = store.scan(limit=1_000)
    assert sorted(article.origin for article in found) == sorted(str(path) for path in folder.iterdir())
    assert {article.version for article in found} == {1}
    for article in found:
        assert store.get(article.id).article.text == Path(article.origin).read_text("utf-8")
    assert verify_library(store) == []
    assert verify_derived(store, index) == []


def test_killed_and_run_again_all_are_there_and_none_twice(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for articles in (1, 9, 18):
        process = start(folder, data, hold_after=10)
        wait_for(articles, process, data)
        process.kill()
        process.communicate()
        assert articles <= stored(data) < ARTICLES
        with open_library(data / "library.sqlite") as store:
            assert verify_library(store) == []
    before = stored(data)
    out, err = start(folder, data).communicate(timeout=300)
    assert out.endswith(f"{ARTICLES - before} added, {before} unchanged\n"), err
    with open_library(data / "library.sqlite") as store:
        check_all_there_and_none_twice(store, folder, data / "indexes" / "library")


def test_ctrl_c_says_how_far_it_came(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = start(folder, data, hold_after=10)
    wait_for(3, process, data)
    process.send_signal(signal.SIGINT)
    (tmp_path / "go-on").touch()  # the batch that is being encoded runs out
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    # Stopped between storing an article and counting it, it tells of one fewer.
    there = stored(data)
    assert err.strip() in {f"Stopped. So far: {n} added. Run it again to go on." for n in (there, there - 1)}


def test_of_two_at_a_time_the_second_waits_and_finds_it_done(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = start(folder, data, hold_after=3)
    wait_for(3, first, data)
    second = start(folder, data)
    assert second.stderr is not None
    assert "Waiting for it" in second.stderr.readline()
    (tmp_path / "go-on").touch()
    out, _ = first.communicate(timeout=300)
    assert (first.returncode, out.splitlines()[-1]) == (0, f"{ARTICLES} added")
    out, _ = second.communicate(timeout=300)
    assert (second.returncode, out) == (0, f"{ARTICLES} unchanged\n")
    with open_library(data / "library.sqlite") as store:
        check_all_there_and_none_twice(store, folder, data / "indexes" / "library")


@pytest.mark.model
def test_articles_of_ones_own_are_asked_until_they_are_removed(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "askarticle", *arguments]
        environment = {**os.environ, "ASKARTICLE_DATA": str(tmp_path / "data")}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=600)
        assert done.returncode == 0, done.stderr
        return done.stdout

    folder = tmp_path / "news"
    folder.mkdir()
    for path in sorted((ROOT / "evaluation" / "questions").glob("*.jsonl")):
        article = json.loads(path.read_text("utf-8").splitlines()[0])
        (folder / f"{article['id']}.txt").write_text(article["text"], "utf-8")
    run("add", str(folder))
    articles = {Path(article["origin"]).stem: article["id"] for article in json.loads(run("list", "--json"))}
    assert len(articles) == 6

    question = "Who sentenced the former clerk at the port of Harrowmouth?"
    answer = json.loads(run("ask", question, "--json"))
    assert answer["found"] is True
    assert {citation["article"]["id"] for citation in answer["citations"]} == {articles["court-report"]}
    (tmp_path / "answer.json").write_text(json.dumps(answer), "utf-8")
    assert run("verify", "--citation", str(tmp_path / "answer.json")).startswith("valid")

    run("remove", articles["court-report"], "--yes")
    again = json.loads(run("ask", question, "--json"))
    shown = [*again["citations"], *again["nearest"]]
    assert articles["court-report"] not in {citation["article"]["id"] for citation in shown}
    assert run("verify").startswith("The library is whole: 5 articles")
