"""The same by txtai (vectors and BM25 together): ``python plain_txtai.py MODEL ARTICLE``; see ``script_frame.py``."""

import re
import sys
from pathlib import Path

from script_frame import answer_and_time
from txtai import Embeddings


def main() -> None:
    """Answer and time."""
    sentences = re.split(r"(?<=[.!?])\s+", Path(sys.argv[2]).read_text("utf-8"))
    embeddings = Embeddings(path=sys.argv[1], content=True, hybrid=True)
    embeddings.index(sentences)
    answer_and_time(lambda question: str(embeddings.search(question, 1)[0]["text"]), embeddings.batchtransform)


if __name__ == "__main__":
    main()
