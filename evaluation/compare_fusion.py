"""Compare dense, lexical and fused passage search. Prints the table of docs/decisions/0005.

    python -m evaluation.compare_fusion dev_squad2.jsonl.gz --data DATA_FOLDER

Choose constants on one data set only and look at the others afterwards.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from platformdirs import user_data_path

from evaluation.passage_pools import Pool, article_pools, first_gold, found_scores, library_pool
from index import Encoder, open_encoder
from index.fusion import fuse_scores, reciprocal_rank_fusion
from index.lexical import LexicalIndex

CANDIDATES = 50

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """One question: the candidates' two scores, and which of them answer."""

    cosines: Scores  # (n_candidates,)
    bm25: Scores  # (n_candidates,)
    gold: frozenset[int]


def main(
    paths: Annotated[list[Path], typer.Argument(help="Data sets.")],
    data: Annotated[Path | None, typer.Option(help="The data folder, for the exported encoder.")] = None,
    most: Annotated[int, typer.Option(help="How many questions of each data set.")] = 2000,
) -> None:
    """Print hit@1, hit@5 and MRR of every way to rank, over the whole data set and within each article."""
    encoder = open_encoder(data or user_data_path("askarticle"), on_export=print)
    for path in paths:
        for kind, pools in (("library", [library_pool(path)]), ("article", article_pools(path))):
            scored = [one for pool in pools for one in score(pool, encoder, stride(pools, most))]
            for name, rank in rankers():
                ranks = [first_gold(list(rank(one)), one.gold) for one in scored]
                line = "  ".join(f"{measure} {value:.3f}" for measure, value in found_scores(ranks).items())
                print(f"{path.name} {kind} ({len(scored)} questions)  {name:24} {line}", flush=True)


def stride(pools: list[Pool], most: int) -> int:
    """Give n such that every n-th question makes at most ``most``."""
    return -(-sum(len(pool.asked) for pool in pools) // most)


def score(pool: Pool, encoder: Encoder, stride: int) -> Iterator[Scored]:
    """Score the candidates of every ``stride``-th question: the best of both rankings."""
    vectors = encoder.encode(pool.texts)
    lexical = LexicalIndex()
    lexical.add(range(len(pool.texts)), pool.texts)
    for asked in pool.asked[::stride]:
        cosines = vectors @ encoder.encode([asked.question])[0]
        bm25 = lexical.scores(asked.question, range(len(pool.texts)))
        best = {*np.argsort(-cosines, kind="stable")[:CANDIDATES], *lexical.search(asked.question, CANDIDATES)}
        places = sorted(int(place) for place in best)
        gold = frozenset(i for i, place in enumerate(places) if place in asked.gold)
        yield Scored(cosines[places], bm25[places], gold)


def rankers() -> Iterator[tuple[str, Callable[[Scored], NDArray[np.int64]]]]:
    """Give every way to rank, by name: from scored candidates to their places, best first."""
    yield "dense", lambda one: order(one.cosines)
    yield "lexical", lambda one: order(one.bm25)
    for k in (1, 5, 10, 30, 60):
        yield f"rrf k={k}", lambda one, k=k: rrf(one, k)  # type: ignore[misc]
    for weight in (0.3, 0.4, 0.5, 0.6, 0.7):
        yield (
            f"z-scores dense={weight}",
            lambda one, w=weight: order(  # type: ignore[misc]
                fuse_scores(one.cosines, one.bm25, dense_weight=w)
            ),
        )
    for weight in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        yield f"max-scaled dense={weight}", lambda one, w=weight: order(max_scaled(one, w))  # type: ignore[misc]


def rrf(one: Scored, k: int) -> NDArray[np.int64]:
    """Rank by reciprocal rank fusion; a passage without a shared word is in no lexical ranking."""
    lexical = [int(place) for place in order(one.bm25) if one.bm25[place] > 0]
    fused = reciprocal_rank_fusion([order(one.cosines).tolist(), lexical], k=k)
    return np.array(sorted(fused, key=lambda place: (-fused[place], place)), dtype=np.int64)


def max_scaled(one: Scored, weight: float) -> NDArray[np.float64]:
    """Weigh the cosine and BM25 as a share of the best BM25 (Bruch, Gai and Ingber 2023, with 0 as the least)."""
    best = max(float(one.bm25.max(initial=0)), 1e-9)
    return weight * one.cosines.astype(np.float64) + (1 - weight) * one.bm25 / best


def order(scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """Give the places from the best score to the worst, ties by place."""
    return np.lexsort((np.arange(len(scores)), -scores))


if __name__ == "__main__":
    typer.run(main)
