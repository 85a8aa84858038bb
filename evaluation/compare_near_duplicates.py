"""How well near-duplicates are told from other texts. Prints the figures of docs/decisions/0010.

    python -m evaluation.compare_near_duplicates FILE...

The files are gzipped JSON lines with a ``text`` each. Retellings are made of them; every pair of texts is compared.
"""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Annotated

import numpy as np
import typer

from corpus.library.near_duplicates import NEAR, bands_of, signature_of, similarity

SHORTEST = 600  # characters of a text that is retold
RATES = (0.01, 0.02, 0.03, 0.05, 0.10)

Retell = Callable[[str], str]


def words_changed(rate: float, dice: random.Random) -> Retell:
    """Change each word with probability ``rate``."""

    def retell(text: str) -> str:
        words = text.split(" ")
        return " ".join(dice.choice(words) if dice.random() < rate else word for word in words)

    return retell


def cut(text: str) -> str:
    """Put another headline in front and leave the last 15 % of the sentences out."""
    sentences = text.split(". ")
    return "A headline of our own for this story. " + ". ".join(sentences[: max(1, int(len(sentences) * 0.85))])


def main(files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Print how alike retellings and different texts look."""
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    start = process_time()
    signatures = [signature_of(text) for text in texts]
    print(f"{len(texts)} texts, {1000 * (process_time() - start) / len(texts):.2f} ms of processor time for each")
    rows = np.stack(signatures)
    pairs = [np.mean(rows[at + 1 :] == row, axis=1) for at, row in enumerate(rows[:-1])]
    alike = np.sort(np.concatenate(pairs))[::-1]
    print("the most alike of all pairs:", " ".join(f"{value:.2f}" for value in alike[:20]))
    dice = random.Random(1)
    ways = {f"{rate:.0%} of the words changed": words_changed(rate, dice) for rate in RATES}
    for name, retell in {**ways, "another headline, 15 % cut": cut}.items():
        near, met, seen = [], 0, 0
        for text, signature in zip(texts, signatures, strict=True):
            if len(text) >= SHORTEST:
                other = signature_of(retell(text))
                near.append(similarity(signature, other))
                seen += near[-1] >= NEAR
                met += near[-1] >= NEAR and bool(set(bands_of(signature)) & set(bands_of(other)))
        share = np.mean(np.array(near) >= NEAR)
        print(f"{name}: {len(near)} texts, {np.mean(near):.2f} alike, {share:.3f} near; {met} of {seen} by a band")


if __name__ == "__main__":
    typer.run(main)
