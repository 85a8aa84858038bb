"""What the scripts that the product is compared with have in common: what they are given, and what they print."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ["HF_HUB_OFFLINE"] = "1"  # the model is a folder; no hub is asked


def answer_and_time(nearest: Callable[[str], str], encode: Callable[[list[str]], object]) -> None:
    """Answer the first question, then time the others and the encoding of texts.

    Read from the input: ``{"questions": [...], "texts": [...]}``. Printed: ``answer``; ``p50_ms`` and ``p95_ms`` of
    the other questions; ``texts_per_s``, the best of three rounds.
    """
    given = json.load(sys.stdin)
    first = nearest(given["questions"][0])
    warm = [_seconds(nearest, question) for question in given["questions"][1:]]
    rounds = [_seconds(encode, given["texts"]) for _ in range(3 if given["texts"] else 0)]
    told = {
        "answer": first,
        "p50_ms": statistics.median(warm) * 1e3 if warm else None,
        "p95_ms": sorted(warm)[int(len(warm) * 0.95)] * 1e3 if warm else None,
        "texts_per_s": len(given["texts"]) / min(rounds) if rounds else None,
    }
    print(json.dumps(told))


def _seconds(call: Callable[..., object], given: object) -> float:
    started = time.perf_counter()
    call(given)
    return time.perf_counter() - started
