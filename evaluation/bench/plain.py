"""What a user would write instead: a sentence-transformers model, a FAISS index, the nearest sentence.

A script of its own, run in a fresh process: ``python plain.py MODEL ARTICLE [PASSAGES]``. Its input and output are
those of ``script_frame.py``. With PASSAGES the index holds so many vectors more, drawn at random.
"""

import re
import sys
from pathlib import Path

import faiss
import numpy as np
from script_frame import answer_and_time
from sentence_transformers import SentenceTransformer


def main() -> None:
    """Answer and time."""
    model = SentenceTransformer(sys.argv[1], device="cpu")
    sentences: list[str] = re.split(r"(?<=[.!?])\s+", Path(sys.argv[2]).read_text("utf-8"))
    index = faiss.IndexFlatIP(384)
    index.add(model.encode(sentences, normalize_embeddings=True))
    random, more = np.random.default_rng(0), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for first in range(0, more, 10_000):
        rows = random.standard_normal((min(10_000, more - first), 384), dtype=np.float32)
        index.add(rows / np.linalg.norm(rows, axis=1, keepdims=True) / 10)  # further away than any sentence

    def nearest(question: str) -> str:
        _, rows = index.search(model.encode([question], normalize_embeddings=True), 1)
        return sentences[int(rows[0][0])]

    answer_and_time(nearest, lambda texts: model.encode(texts, normalize_embeddings=True))


if __name__ == "__main__":
    main()
