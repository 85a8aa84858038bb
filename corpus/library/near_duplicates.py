"""Near-duplicates: the same wire story under another headline, found by MinHash without comparing every pair."""

import re
import zlib

import numpy as np
from numpy.typing import NDArray

PERMUTATIONS = 128
BANDS = 32  # of 4 numbers each: texts that share 0.8 of their shingles meet in a band all but once in 10,000,000 times
# The share of common shingles from which two texts are one story. To show a story twice does less harm than to hide
# what is new in its second telling.
NEAR = 0.8

_SHINGLE = 5  # words
_BLOCK = 4096  # shingles at a time: 4 MiB
# A letter of a script that puts no spaces between words counts as a word.
_WORDS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\w+?(?=[\u3040-\u9fff])|\w+")

Signature = NDArray[np.uint32]


def signature_of(text: str) -> Signature:
    """Give the text's MinHash, ``(128,)``: the share of equal numbers in two of them estimates how alike the texts are.

    Alike is the Jaccard similarity of their sets of five words in a row, case and punctuation aside (Broder, 1997).
    Stored signatures must stay comparable for good, so every constant is written out here and nothing depends on a
    library's version or a random generator.
    """
    shingles = _shingles(text)
    lowest = np.full(PERMUTATIONS, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(shingles), _BLOCK):
        block = shingles[start : start + _BLOCK, None]
        hashed = ((block * _FACTORS + _SUMMANDS) >> np.uint64(32)).astype(np.uint32)
        np.minimum(lowest, hashed.min(axis=0), out=lowest)
    return lowest


def similarity(one: Signature, other: Signature) -> float:
    """Give the estimated share of common shingles, 0 to 1 (standard error at most 0.044)."""
    return float(np.mean(one == other))


def bands_of(signature: Signature) -> list[int]:
    """Give one number per band, ascending, as signed 64 bits: near-duplicates share at least one of them.

    Locality-sensitive hashing (Indyk and Motwani, 1998), so that a look-up is 32 searches in an index.
    """
    rows = np.ascontiguousarray(signature, dtype="<u4").reshape(BANDS, -1).astype(np.uint64)
    mixed = np.arange(BANDS, dtype=np.uint64)  # so that no two bands have a number in common
    for column in rows.T:
        mixed = _mix(mixed ^ column)
    return sorted(mixed.view(np.int64).tolist())


def _shingles(text: str) -> NDArray[np.uint64]:
    """Give the distinct runs of five words as 64-bit numbers; a shorter text is one run."""
    numbers: dict[str, int] = {}
    words = [numbers.setdefault(word, zlib.crc32(word.encode())) for word in _WORDS.findall(text.lower()) or [text]]
    row = np.array(words, dtype=np.uint64)
    length = min(_SHINGLE, len(row))
    runs = np.zeros(len(row) - length + 1, dtype=np.uint64)
    for offset in range(length):
        runs = _mix(runs ^ row[offset : offset + len(runs)])
    return np.unique(runs)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all 64 (SplitMix64: Steele, Lea and Flood, 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# Multiply-shift permutations (Dietzfelbinger et al., 1997): an odd factor and a summand each.
_FACTORS = _mix(np.arange(PERMUTATIONS, dtype=np.uint64)) | np.uint64(1)
_SUMMANDS = _mix(np.arange(PERMUTATIONS, 2 * PERMUTATIONS, dtype=np.uint64))
