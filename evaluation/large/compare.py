"""Which kind of vector index: ``python -m evaluation.large.compare [--sizes 1000,100000] [--texts FILE]``.

Made-up vectors like those of real passages are indexed by each kind, each in a process of its own; ``--folder`` takes
the vectors' file. One query at a time, one thread. ``--texts`` names gzipped JSON lines (``title``, ``text``,
``questions``): then the made-up vectors are compared with those of the shipped encoder, and that is all.
"""

import json
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import typer

from corpus import Article
from corpus.passages import cut_passages
from corpus.sentences import split_sentences
from evaluation.large.measuring import nearest, recall
from evaluation.large.vectors import clustered, questions, structure
from evaluation.library_size import documents
from index import Vectors, open_encoder

KINDS = "Flat;HNSW16;HNSW16_SQ8;IVF,SQ8;IVF,PQ96;IVF,PQ192x4fs;ours"
ASKED = 200
WANTED = 50  # candidates that the search takes from each ranking
_REAL = 80  # articles


def main(
    sizes: str = "1000,10000,100000",
    kinds: Annotated[str, typer.Option(help="Names of FAISS's factory, and ours.")] = KINDS,
    folder: Annotated[Path | None, typer.Option(help="Where the vectors' file is made.")] = None,
    texts: Annotated[Path | None, typer.Option(help="Real texts to compare the vectors with.")] = None,
    measure: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Compare the kinds at each of ``sizes``."""
    if measure is not None and folder is not None:
        print(json.dumps(_measure(measure, folder)))
    elif texts is not None:
        _compare_with(texts)
    else:
        for size in map(int, sizes.split(",")):
            _compare(size, kinds.split(";"), folder)


def _compare(size: int, kinds: list[str], folder: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        vectors = clustered(size).vectors
        asked = questions(vectors, ASKED)
        np.save(Path(name) / "vectors.npy", vectors)
        np.save(Path(name) / "asked.npy", asked)
        np.save(Path(name) / "best.npy", np.array(nearest(vectors, asked, WANTED)))
        del vectors
        for kind in kinds:
            command = [sys.executable, "-m", "evaluation.large.compare", "--measure", kind, "--folder", name]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
            for row in json.loads(done.stdout):
                print(
                    f"{size:9,} {kind:14}", "  ".join(f"{said} {value:.4g}" for said, value in row.items()), flush=True
                )


def _measure(kind: str, folder: Path) -> list[dict[str, float]]:
    from evaluation.large.kinds import make

    vectors: Vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    asked, best = np.load(folder / "asked.npy"), list(np.load(folder / "best.npy"))
    started = perf_counter()
    made = make(kind, vectors, folder)
    built = perf_counter() - started
    rows = []
    for width in made.widths:
        found, times = [], []
        for query in [*asked[:20], *asked]:
            started = perf_counter()
            found.append(made.search(query, WANTED, width))
            times.append((perf_counter() - started) * 1e3)
        p50, p95 = np.percentile(times[20:], [50, 95])
        recalls = {f"recall@{k}": recall(found[20:], best, k) for k in (10, WANTED)}
        rows.append({"build s": built, "MB": made.megabytes, "width": width, **recalls, "p50 ms": p50, "p95 ms": p95})
    return rows


def _compare_with(texts: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        encoder = open_encoder(Path(folder), on_export=print)
        passages: list[str] = []
        owners: list[int] = []
        asked: list[str] = []
        for number, document in enumerate(islice(documents([texts]), _REAL)):
            article = Article.create(document["text"], title=document["title"], id=str(number))
            cut = cut_passages(article, split_sentences(article))
            passages += [passage.text for passage in cut]
            owners += [number] * len(cut)
            asked += [question["question"] for question in document["questions"][:6]]
        real, real_asked = encoder.encode(passages), encoder.encode(asked)
    made = clustered(len(real))
    beside = structure(made.vectors, questions(made.vectors, len(asked)), made.articles)
    for name, value in structure(real, real_asked, np.array(owners)).items():
        print(f"{name:36} real {value:8.3f}   made up {beside[name]:8.3f}")


if __name__ == "__main__":
    typer.run(main)
