"""A process that changes a library without end, until it is killed: what it is about to do, and what it has done."""

import random
from multiprocessing.connection import Connection
from pathlib import Path

from corpus.library import open_library
from tests.library_articles import ENCODER, add, prepare, story

IDS = [f"article-{number}" for number in range(12)]


def place_of(path: str) -> Path | str:
    return path if "://" in path else Path(path)


def text_of(seed: int) -> str:
    """The story of a seed; in one of four it nearly repeats one that others tell too."""
    dice = random.Random(seed)
    return story(seed % 3, 20, changed=seed % 2) if dice.random() < 0.25 else story(seed, dice.choice([1, 6, 30, 90]))


def work(path: str, seed: int, out: Connection) -> None:
    """Send ("will", id, seed of the text) before a change, ("did", ...) after it; without a seed it is a deletion."""
    dice = random.Random(seed)
    store = open_library(place_of(path))
    out.send(("opened", "", None))
    while True:
        present = {summary.id for summary in store.scan()}
        choice = dice.random()
        if choice < 0.04:
            store.compact()
        elif choice < 0.08:
            store.close()
            store = open_library(place_of(path))
        id = dice.choice(IDS)
        told = None if id in present and dice.random() < 0.35 else dice.randrange(10**6)
        out.send(("will", id, told))
        if told is None:
            store.delete(id)
        elif id in present and dice.random() < 0.5:
            version = store.get(id).article.version
            store.replace(prepare(id, text_of(told)), encoder=ENCODER.name, if_version=version)
        else:
            add(store, id, text_of(told))
        out.send(("did", id, told))


def fill(path: str, worker: int, count: int, out: Connection) -> None:
    """Add ``count`` articles beside other workers, correcting each at once."""
    with open_library(place_of(path)) as store:
        for number in range(count):
            id = f"{worker}-{number}"
            outcomes = [add(store, id, story(1000 * worker + number + version)) for version in (0, 500)]
            out.send((id, outcomes))
    out.send(None)
