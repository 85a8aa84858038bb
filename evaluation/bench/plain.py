"""What a user would write instead: a sentence-transformers model, a FAISS index, the nearest sentence.

A script of its own, run in a fresh process: ``python plain.py MODEL ARTICLE``. It reads questions as a JSON list from
its input, answers the first, then times the others and the encoding of the article's sentences, and prints JSON.
"""

import json
import re
import statistics
import sys
import time
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer


def main() -> None:
    """Answer and time; ``first_at`` is the time of the first answer, by the clock that other processes share."""
    questions = json.load(sys.stdin)
    model = SentenceTransformer(sys.argv[1], device="cpu")
    sentences: list[str] = re.split(r"(?<=[.!?])\s+", Path(sys.argv[2]).read_text("utf-8"))
    index = faiss.IndexFlatIP(384)
    index.add(model.encode(sentences, normalize_embeddings=True))

    def nearest(question: str) -> str:
        _, rows = index.search(model.encode([question], normalize_embeddings=True), 1)
        return sentences[int(rows[0][0])]

    first, first_at = nearest(questions[0]), time.time()
    warm, encoded = [], []
    for question in questions[1:]:
        started = time.perf_counter()
        nearest(question)
        warm.append(time.perf_counter() - started)
    for _ in range(3 if questions[1:] else 0):
        started = time.perf_counter()
        model.encode(sentences, normalize_embeddings=True)
        encoded.append(len(sentences) / (time.perf_counter() - started))
    json.dump(
        {
            "answer": first,
            "first_at": first_at,
            "p50_ms": statistics.median(warm) * 1e3 if warm else None,
            "sentences_per_s": statistics.median(encoded) if encoded else None,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
