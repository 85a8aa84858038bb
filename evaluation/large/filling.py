"""Fill a library with a million passages in minutes: made-up vectors, and texts of real words drawn at random.

The rows are written as the library writes them, but straight into its file: cutting, encoding and looking for
near-duplicates would take hours, and nothing of what is measured here depends on them.
"""

import gzip
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.library import open_library, rows
from corpus.library.near_duplicates import signature_of
from evaluation.large.vectors import Clustered, clustered
from index import Vectors

SENTENCES = 3  # in a passage, of which the next one has the last too
WORDS = 30  # in a sentence: passages come out nearly as long as the product's, of up to 700 characters
_RARE = 200_000  # made-up words beside those of the texts: a large library knows more names than a small one
_BETWEEN = 0.45  # how far a sentence's vector lies from its passage's

_INSERTS = {
    "articles": "(key, id, collection, origin, version, first_id) VALUES (?, ?, 'default', ?, 1, ?)",
    "versions": "(key, article, version, title, language, fingerprint, added, characters, sentences) "
    "VALUES (?, ?, 1, ?, 'en', ?, '2026-01-01 00:00:00.000000', ?, ?)",
    "contents": "(version, crc, spans, pages, text) VALUES (?, ?, ?, ?, ?)",
    "passages": "(id, article, position, first, length, vector) VALUES (?, ?, ?, ?, ?, ?)",
    "vectors": "(article, signature, crc, sentences) VALUES (?, ?, ?, ?)",
    "changes": "(generation, added, first_id, stop_id) VALUES (?, 1, ?, ?)",
}


def words_of(files: list[Path]) -> tuple[list[str], NDArray[np.float64]]:
    """Give the words of gzipped JSON lines' ``text``, and rare made-up ones, each with its share."""
    counts: Counter[str] = Counter()
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                counts.update(re.findall(r"[a-z]+", json.loads(line)["text"].lower()))
    known, numbers = list(counts), np.array(list(counts.values()), dtype=np.float64)
    random = np.random.default_rng(4)
    rare = ["".join(random.choice(list("bdfgklmnprst") + list("aeiou"), 7)) for _ in range(_RARE)]
    shares = np.concatenate([numbers, np.full(_RARE, 0.05 * numbers.sum() / _RARE)])
    return known + rare, shares / shares.sum()


def fill(file: Path, files: list[Path], count: int, encoder: str) -> Clustered:
    """Make the library ``file`` of ``count`` passages, their words as common as those of ``files``; give the vectors.

    Raises:
        FileExistsError: there is one already.
    """
    if file.exists():
        raise FileExistsError(file)
    open_library(file).close()
    made = clustered(count)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table, statement_rows in _tables(made, *words_of(files)):
            connection.executemany(f"INSERT INTO {table} {_INSERTS[table]}", statement_rows)
        articles = int(made.articles[-1]) + 1
        connection.execute(
            "UPDATE library SET generation = ?, next_id = ?, encoder = ?, dim = ?",
            (articles, count + 1, encoder, made.vectors.shape[1]),
        )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return made


def _tables(made: Clustered, words: list[str], shares: NDArray[np.float64]) -> Iterator[tuple[str, list[Any]]]:
    random = np.random.default_rng(5)
    vocabulary, bounds = np.array(words, dtype=object), np.cumsum(shares)
    starts = np.searchsorted(made.articles, np.arange(int(made.articles[-1]) + 2))
    signature = rows.to_bytes(signature_of("all alike"), "signature")
    for number, (first, stop) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        count = (stop - first) * (SENTENCES - 1) + 1
        drawn = np.minimum(np.searchsorted(bounds, random.random((count, WORDS))), len(words) - 1)
        lines = [" ".join(line).capitalize() + "." for line in vocabulary[drawn]]
        text, ends = " ".join(lines), np.cumsum([len(line) + 1 for line in lines]) - 1
        spans = rows.to_bytes(np.stack([ends - [len(line) for line in lines], ends], axis=1), "spans")
        own = made.vectors[first:stop]
        apart = random.standard_normal((count, own.shape[1]), dtype=np.float32) * (_BETWEEN / own.shape[1] ** 0.5)
        beside: Vectors = own[np.minimum(np.arange(count) // (SENTENCES - 1), len(own) - 1)] + apart
        sentences = rows.to_bytes(beside / np.linalg.norm(beside, axis=1, keepdims=True), "vectors")
        key, id = number + 1, f"made-{number:06}"
        yield "articles", [(key, id, id, first + 1)]
        yield "versions", [(key, key, f"Made {number}", f"{number:064x}", len(text), count)]
        yield "contents", [(key, rows.content_crc(text, spans, b""), spans, b"", text)]
        vectors = [rows.to_bytes(row, "vectors") for row in own]
        yield (
            "passages",
            [(first + 1 + i, key, i, i * (SENTENCES - 1), SENTENCES, row) for i, row in enumerate(vectors)],
        )
        yield "vectors", [(key, signature, rows.crc_of((signature, sentences, *vectors)), sentences)]
        yield "changes", [(key, first + 1, stop + 1)]
