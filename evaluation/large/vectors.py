"""Vectors like those of real passages, in any number: articles of power-law sizes, of sections, on related topics.

A vector is the sum of a common direction, its topic's, its article's, its section's and its own, each part drawn from a
normal distribution whose variances fall off over 384 axes as those of real passages do, brought to length 1. The parts'
shares were set so that ``structure`` comes out like that of real passages: ``python -m evaluation.large.compare``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

ARTICLE = 50  # passages in an article, on average
SECTION = 4  # passages in a section
TOPIC = 20  # articles on a topic, on average
_COMMON, _TOPIC, _ARTICLE, _SECTION, _OWN = 0.02, 0.08, 0.29, 0.32, 0.29  # shares of a vector's square
_ASKED, _BESIDE, _FREE = 0.42, 0.35, 0.80  # of a question: its passage's, another one's of the article, its own

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clustered:
    """Vectors, ``(count, dim)``, article after article, and the article of each, ``(count,)``."""

    vectors: Vectors
    articles: Numbers


def sizes(articles: int, count: int, random: np.random.Generator) -> Numbers:
    """Give how many of ``count`` things each of ``articles`` gets: a power law, none gets nothing."""
    shares = random.pareto(1.5, articles) + 0.3
    given: Numbers = 1 + np.floor(shares / shares.sum() * (count - articles)).astype(np.int64)
    given[: count - int(given.sum())] += 1
    return given


def clustered(count: int, *, dim: int = 384, seed: int = 0) -> Clustered:
    """Make ``count`` vectors; the same for the same numbers."""
    random = np.random.default_rng(seed)
    number = max(count // ARTICLE, 1)
    articles = np.repeat(np.arange(number), sizes(number, count, random))
    axes = _axes(dim)
    broad, narrow = _spread(dim, 4, 0.7, 200), _spread(dim, 8, 0.5, 150)
    topics = _drawn(max(number // TOPIC, 1), broad, random)
    centres = np.sqrt(_TOPIC) * topics[random.integers(len(topics), size=number)]
    centres += np.sqrt(_ARTICLE) * _drawn(number, broad, random)
    centres += np.sqrt(_COMMON) * _drawn(1, broad, np.random.default_rng(1))
    vectors: Vectors = np.empty((count, dim), dtype=np.float32)
    for first in range(0, count, 1 << 15):
        own = articles[first : first + (1 << 15)]
        sections = np.repeat(_drawn(len(own) // SECTION + 1, narrow, random), SECTION, axis=0)[: len(own)]
        rows = centres[own] + np.sqrt(_SECTION) * sections + np.sqrt(_OWN) * _drawn(len(own), narrow, random)
        vectors[first : first + len(own)] = _unit(rows @ axes)
    return Clustered(vectors, articles)


def questions(vectors: Vectors, count: int, *, seed: int = 1) -> Vectors:
    """Make ``count`` questions, ``(count, dim)``, each about one of ``vectors``, which it is near to but not very."""
    random = np.random.default_rng(seed)
    dim = vectors.shape[1]
    places = random.integers(len(vectors), size=count)
    about = _ASKED * vectors[places] + _BESIDE * vectors[np.minimum(places + SECTION, len(vectors) - 1)]
    return _unit(about + _FREE * _drawn(count, _spread(dim, 8, 0.5, 150), random) @ _axes(dim))


def structure(vectors: Vectors, asked: Vectors, articles: Numbers, *, sample: int = 500) -> dict[str, float]:
    """Give what tells how vectors lie, and questions among them: mean cosines, and how many dimensions it looks like.

    The dimension is Levina and Bickel's estimate (2005) from the 50 nearest, the median over the sample.
    """
    random = np.random.default_rng(2)
    places = random.choice(len(vectors), min(sample, len(vectors)), replace=False)
    products = vectors[places] @ vectors.T
    others = random.integers(len(vectors), size=len(places))
    apart = products[np.arange(len(places)), others][others != places]
    products[np.arange(len(places)), places] = -1
    near, near_asked = -np.sort(-products, axis=1), -np.sort(-(asked[:sample] @ vectors.T), axis=1)
    ten = np.argsort(-products, axis=1)[:, :10]
    return {
        "cosine of any two": float(apart.mean()),
        "its deviation": float(apart.std()),
        **{f"cosine to the {n}. nearest": float(near[:, n - 1].mean()) for n in (1, 10, 100)},
        **{f"a question's to the {n}. nearest": float(near_asked[:, n - 1].mean()) for n in (1, 10, 100)},
        "10 nearest of the same article": float((articles[ten] == articles[places, None]).mean()),
        "dimensions near a passage": _dimension(near),
        "dimensions near a question": _dimension(near_asked),
    }


def _dimension(near: Vectors) -> float:
    distances = np.sqrt(np.maximum(2 - 2 * near[:, :50], 1e-9))
    return float(np.median(1 / np.log(distances[:, -1:] / distances[:, :-1]).mean(axis=1)))


def _spread(dim: int, shift: float, power: float, cut: float) -> Vectors:
    """Give the deviation along each axis, ``(dim,)``; their squares sum to 1."""
    places = np.arange(dim)
    variances = (places + shift) ** -power * np.exp(-places / cut)
    return np.sqrt(variances / variances.sum()).astype(np.float32)  # type: ignore[no-any-return]


def _drawn(count: int, spread: Vectors, random: np.random.Generator) -> Vectors:
    rows: Vectors = random.standard_normal((count, len(spread)), dtype=np.float32) * spread
    return rows


def _axes(dim: int) -> Vectors:
    """Give the axes along which variances are counted: not those of the numbers."""
    axes: Vectors = np.linalg.qr(np.random.default_rng(3).normal(size=(dim, dim)))[0].astype(np.float32)
    return axes


def _unit(rows: NDArray[Any]) -> Vectors:
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit
