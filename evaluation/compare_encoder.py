"""Compare the exported encoder with sentence-transformers itself. Prints the figures of docs/decisions/0004.

    python -m evaluation.compare_encoder dev_squad2.jsonl.gz --data DATA_FOLDER

Cold starts are whole processes, taken in turn so that both meet the same load.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from platformdirs import user_data_path

from evaluation.passage_pools import library_pool
from index import open_encoder
from index.sentence_transformer import encode_with_original

_WARM = """
texts = ["how many troops are in the city?", "word " * 120]
import json, statistics, time
def p50(text):
    times = []
    for _ in range(21):
        start = time.perf_counter(); encode([text]); times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000
memory = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps({"peak MB": int(memory[0]) / 1024, "question ms": p50(texts[0]), "passage ms": p50(texts[1])}))
"""
_STARTS = {
    "sentence-transformers": """
from index.default_model import default_model
from sentence_transformers import SentenceTransformer
encode = SentenceTransformer(str(default_model()), device="cpu", local_files_only=True).encode
encode(["how many troops?"])
""",
    "export": """
import sys
from pathlib import Path
from index import open_encoder
encode = open_encoder(Path(sys.argv[1])).encode
encode(["how many troops?"])
""",
}


def main(
    path: Annotated[Path, typer.Argument(help="A data set, for texts to encode.")],
    data: Annotated[Path | None, typer.Option(help="The data folder, for the exported encoder.")] = None,
    repeats: Annotated[int, typer.Option(help="How often each cold start is timed.")] = 5,
) -> None:
    """Print cosines, cold starts, memory and times."""
    folder = data or user_data_path("askarticle")
    encoder = open_encoder(folder, on_export=print)
    pool = library_pool(path)
    texts = [*pool.texts[:100], *(asked.question for asked in pool.asked[:100])]
    exported, original = encoder.encode(texts), encode_with_original(texts)
    cosines = np.einsum("ij,ij->i", exported.astype(np.float64), original.astype(np.float64))
    print(f"cosine of {len(texts)} texts: least {cosines.min():.7f}, mean {cosines.mean():.7f}")
    print(f"largest difference of a number: {np.abs(exported - original).max():.1e}")
    alone = np.concatenate([encoder.encode([text]) for text in texts[::-1]])[::-1]
    print(f"same bytes in another order, one at a time: {alone.tobytes() == exported.tobytes()}", flush=True)
    runs: dict[str, list[tuple[float, float, str]]] = {name: [] for name in _STARTS}
    for _ in range(repeats):
        for name, code in _STARTS.items():
            runs[name].append(run(code, folder))
    for name, code in _STARTS.items():
        wall, computing = (statistics.median(column) for column in list(zip(*runs[name], strict=True))[:2])
        print(f"{name}: first vector after {wall:.2f} s, {computing:.2f} s of them computing")
        figures = json.loads(run(code + _WARM, folder)[2])
        print("   ", ", ".join(f"{what} {value:.1f}" for what, value in figures.items()), flush=True)


def run(code: str, folder: Path) -> tuple[float, float, str]:
    """Run ``code`` in a process of its own; give its seconds, its seconds of computing, and what it printed."""
    start, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", code, str(folder)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    computing = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return time.perf_counter() - start, computing, done.stdout


if __name__ == "__main__":
    typer.run(main)
