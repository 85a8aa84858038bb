"""A script: articles are embedded by a Ray cluster of three machines, of which one is killed in the middle.

    python -m tests.ray_cluster FOLDER PASSAGES [DATA]

Every article has 50 passages of one long sentence each. The first run is stopped after a quarter of them, the second
goes on and loses a machine half-way. With DATA, a data folder, the default encoder is used, else one that counts words.
Prints figures as JSON.
"""

import json
import logging
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, cast

from corpus import Article
from corpus.library import open_library
from corpus.library.types import LibraryStore
from corpus.library.verify import verify_library
from corpus.readers.types import Read, ReadArticle
from index import open_encoder
from index.bulk import take_in_bulk
from index.ingest import Ingest, Taken
from index.ray_engine import RayEngine
from index.types import Encoder
from tests.fakes import FakeEncoder

NODES = 3
EACH = 50  # passages in an article
ADDRESS = "127.0.0.2"  # 127.0.0.1 is rewritten by Ray, and then nothing connects
WORDS = (  # each one token of the encoder's
    "river bridge harbour ferry captain storm winter market council teacher garden railway island north stone paper "
    "doctor window summer village engine copper letter forest camera mayor ticket ocean singer border tower museum"
)


def small_encoder() -> FakeEncoder:
    """Give the encoder that counts words."""
    return FakeEncoder(64)


def start_cluster() -> tuple[Any, list[Any]]:
    """Start a machine that only keeps the books, and three of one core each that work."""
    from ray.cluster_utils import Cluster

    common = {"node_ip_address": ADDRESS, "object_store_memory": 200_000_000}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **common})
    nodes = [cluster.add_node(num_cpus=1, **common) for _ in range(NODES)]
    cluster.wait_for_nodes()
    os.environ["RAY_ADDRESS"] = cluster.address
    return cluster, nodes


def articles(passages: int) -> Iterator[Read]:
    """Give articles that have little in common, with so many passages in all."""
    chance, known = random.Random(11), WORDS.split()
    for n in range(0, passages, EACH):
        lines = [" ".join(chance.choices(known, k=chance.randint(70, 90))) for _ in range(min(EACH, passages - n))]
        yield ReadArticle(Article.create(" ".join(f"The {line}." for line in lines)), f"/news/{n}.txt")


def kill(node: Any) -> None:
    """End a machine as a power cut does: all its processes at once."""
    for processes in node.all_processes.values():
        for started in processes:
            os.kill(started.process.pid, signal.SIGKILL)


def embed(
    store: LibraryStore, passages: int, encoder: Encoder, most: int, at: dict[int, Callable[[], None]]
) -> tuple[Counter[str], float]:
    """Take in articles with so many passages until ``most`` are done; ``at`` says what happens after how many."""
    outcomes, started = Counter[str](), time.perf_counter()

    def open_engine(encoder: Encoder) -> RayEngine:
        there = small_encoder if isinstance(encoder, FakeEncoder) else None
        return RayEngine(encoder, open_encoder=there, batch=min(8192, max(64, passages // 3)))

    took = take_in_bulk(Ingest(store, lambda: encoder), articles(passages), open_engine)
    with closing(cast("Generator[Taken, None, None]", took)):
        for done, taken in enumerate(islice(took, most), 1):
            outcomes[taken.outcome] += 1
            at.pop(done, lambda: None)()
    return outcomes, time.perf_counter() - started


def main() -> None:
    """Run it all."""
    folder, passages = Path(sys.argv[1]), int(sys.argv[2])
    number = -(-passages // EACH)
    encoder = open_encoder(Path(sys.argv[3])) if len(sys.argv) > 3 else small_encoder()
    cluster, nodes = start_cluster()
    try:
        with open_library(folder / "library.sqlite") as store:
            stopped, seconds = embed(store, passages, encoder, number // 4, {})
            before = store.count()
            lost = {number // 2: lambda: kill(nodes[1])}
            outcomes, more_seconds = embed(store, passages, encoder, number, lost)
            found = Counter(summary.origin for summary in _all(store))
            rows = list(store.passages(store.passage_ids()[:: max(1, passages // 500)].tolist()))
            same = sum(encoder.encode([row.text])[0].tobytes() == row.vector.tobytes() for row in rows)
            figures = {
                "articles": number,
                "before": before,
                "stopped": stopped,
                "outcomes": outcomes,
                "killed": not lost,
                "alive": sum(node["Alive"] for node in _nodes(cluster)) - 1,
                "origins": len(found),
                "twice": sum(times > 1 for times in found.values()),
                "passages": store.health().passages,
                "faults": verify_library(store),
                "compared": len(rows),
                "same_vectors": same,
                "seconds": [round(seconds, 1), round(more_seconds, 1)],
            }
    finally:
        cluster.shutdown()
    print(json.dumps(figures, default=str))


def _all(store: LibraryStore) -> Iterator[Any]:
    page = store.scan(limit=500)
    while page:
        yield from page
        page = store.scan(after=page[-1].id, limit=500)


def _nodes(cluster: Any) -> list[dict[str, Any]]:
    import ray

    ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    try:
        return cast("list[dict[str, Any]]", ray.nodes())
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main()
