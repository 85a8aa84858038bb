"""Processes that die, and processes that write at the same time: nothing acknowledged is lost, nothing is by halves.

``pytest tests/test_corpus_library_kill.py --kills 200 -s`` kills at 200 instants and prints what it met.
"""

import multiprocessing
from pathlib import Path

import pytest

from corpus.library import open_library
from corpus.library.verify import verify_library
from tests.kills import Acknowledged, Message, received, whole_texts
from tests.library_articles import assert_whole, prepare, story
from tests.library_worker import fill, work

# Its children are there at once: they are forked from a process that has loaded everything.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.library_worker", "corpus.library.sqlite_store"])

LONGEST = 0.8  # seconds from a process's start to its death


def kill_at(path: Path, seed: int, seconds: float) -> list[Message]:
    """Let a worker work for so long, kill it with SIGKILL, and give what it said."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=work, args=(str(path), seed, theirs))
    process.start()
    theirs.close()
    process.join(seconds)
    assert process.exitcode is None, "it died by itself"
    process.kill()
    process.join()
    messages = received(ours)
    ours.close()
    return messages


def texts_in(path: Path) -> tuple[dict[str, str], list[str]]:
    """What the library holds, each article found whole, and what is wrong with it."""
    with open_library(path) as store:
        return whole_texts(store), [str(problem) for problem in verify_library(store)]


def test_a_kill_at_any_instant_loses_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "library.db"
    acknowledged = Acknowledged(20241023)
    for seed in range(request.config.getoption("--kills")):
        messages = kill_at(path, seed, acknowledged.dice.uniform(0, LONGEST))
        found, problems = texts_in(path)
        assert problems == []
        acknowledged.check(messages, found, seed)
    assert acknowledged.met["acknowledged"] > 0
    print(f"\n{seed + 1} kills: {dict(acknowledged.met)}, {len(found)} articles whole, 0 lost, 0 half, verify clean")


def test_processes_write_at_once_and_none_loses_anything(tmp_path: Path) -> None:
    path = tmp_path / "library.db"  # all of them make it, too
    pipes, processes = [], []
    for worker in range(3):
        ours, theirs = CONTEXT.Pipe(duplex=False)
        processes.append(CONTEXT.Process(target=fill, args=(str(path), worker, 8, theirs)))
        processes[-1].start()
        theirs.close()
        pipes.append(ours)
    kept = {}
    with open_library(path) as store:
        for ours in pipes:
            while (message := ours.recv()) is not None:
                kept[message[0]] = message[1]
                for summary in store.scan():  # a reader sees each article whole at any time
                    stored = store.get(summary.id, summary.version)
                    assert stored.article.fingerprint == summary.fingerprint
            ours.close()
        for process in processes:
            process.join()
            assert process.exitcode == 0
        assert kept == {f"{worker}-{number}": ["added", "replaced"] for worker in range(3) for number in range(8)}
        assert store.generation == 48
        for worker in range(3):
            for number in range(8):
                assert_whole(store, prepare(f"{worker}-{number}", story(1000 * worker + number + 500)), 2)
        assert verify_library(store) == []
