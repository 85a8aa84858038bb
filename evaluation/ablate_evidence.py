"""What each part of the evidence is worth: ``python -m evaluation.ablate_evidence FILE...`` (gzipped JSON lines).

Models with parts left out are fitted on the even half of the articles and measured on the odd half, so no figure is of
what was fitted. P@1 is of whole articles; AUROC, near-misses declined and ECE of single paragraphs, half of whose
questions have no answer there; F1 of the set of sentences cited, for questions with several.
"""

import pickle
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from bot.bot import ALSO_CITED, MOST_CITATIONS
from bot.evidence import FEATURES, EvidenceModel, also_features
from bot.reader.reader import Reading, shipped_reader
from bot.reader.stepwise import read_stepwise
from bot.settings import Settings
from evaluation.confidence import auroc, calibration_error
from evaluation.evidence_examples import Example, ask_all
from evaluation.fit_evidence import Row, confidences, fit, rows_of
from index import open_encoder

ALL = FEATURES["reader"]
PARTS: dict[str, tuple[str, ...]] = {
    "everything": ALL,
    "no reader": FEATURES["retrieval"],
    "no dense": tuple(f for f in ALL if f not in ("dense", "passage_dense")),
    "no lexical": tuple(f for f in ALL if f not in ("lexical", "passage_lexical")),
    "no passage features": tuple(f for f in ALL if not f.startswith("passage_")),
    "span alone": ("span",),
    "no relevance head": tuple(f for f in ALL if f != "relevance"),
    "no answerable head": tuple(f for f in ALL if f != "answerable"),
}
READINGS = {  # so many at once, so many at most
    "reads by twos up to 4": (2, 4),
    "reads by twos up to 6": (2, 6),
    "reads one by one up to 4": (1, 4),
    "reads 6 always": (6, 6),
    "reads 4 always": (4, 4),
    "reads 2 always": (2, 2),
}
Figures = dict[str, float]


def main(
    data: list[Path],
    articles: Annotated[int, typer.Option(help="How many articles of each file to ask, of either half.")] = 120,
    questions: Annotated[int, typer.Option(help="Of each article, and off-topic, per article.")] = 10,
    inside: Annotated[int, typer.Option(help="Answerable and unanswerable, of single paragraphs, per article.")] = 10,
    cache: Annotated[Path | None, typer.Option(help="Keep what was asked here, or take it from here.")] = None,
) -> None:
    """Print a table, one row for each part left out."""
    fitted_on, measured_on = _examples(data, articles, questions, inside, cache)
    typer.echo(f"fitted on {len(fitted_on)} questions, measured on {len(measured_on)} others")
    for name, features in PARTS.items():
        columns = [ALL.index(feature) for feature in features]
        told = _cut(rows_of(fitted_on), columns), _cut(rows_of(measured_on), columns)
        _print(name, figures(fit(told[0]), told[1], measured_on))
    for name, (at_once, most) in READINGS.items():
        reading = {"at_once": at_once, "most": most}
        name = f"{name} ({passages_read(measured_on, at_once, most):.2f})"
        _print(name, figures(fit(rows_of(fitted_on, **reading)), rows_of(measured_on, **reading), measured_on))
    print_thresholds(fit(rows_of(fitted_on)), rows_of(measured_on))


def passages_read(examples: Sequence[Example], at_once: int, most: int) -> float:
    """Give how many passages are read in the mean for a question of a whole article."""
    read: list[int] = []

    def count(part: Sequence[Sequence[Reading]]) -> list[Reading]:
        read[-1] += len(part)
        return list(chain.from_iterable(part))

    for each in examples:
        if each.kind == "article":
            read.append(0)
            read_stepwise(count, each.readings, at_once, most)
    return float(np.mean(read))


def print_thresholds(model: EvidenceModel, rows: Sequence[Row]) -> None:
    """Print what each threshold would give: right answers of both scopes, and what has no answer declined."""
    probability, right, _ = confidences(rows, model)
    kinds = np.array([row.kind for row in rows])
    for threshold in (0.3, 0.4, 0.5, 0.6):
        cited = probability >= threshold
        told = {
            "of right ones given, article": cited[right & (kinds == "article")].mean(),
            "answered right, paragraph": (cited & right)[kinds == "paragraph"].mean(),
            "near-miss declined": 1 - cited[kinds == "near-miss"].mean(),
            "off-topic declined": 1 - cited[kinds == "off-topic"].mean(),
        }
        _print(f"threshold {threshold}", {label: float(value) for label, value in told.items()})


def figures(model: EvidenceModel, rows: Sequence[Row], examples: Sequence[Example]) -> Figures:
    """Measure ``model`` on rows it was not fitted on."""
    probability, right, _ = confidences(rows, model)
    kinds = np.array([row.kind for row in rows])
    sources = np.array([example.source for example in examples])
    inside = np.isin(kinds, ("paragraph", "near-miss"))
    found = {
        f"P@1 {source}": float(right[(kinds == "article") & (sources == source)].mean()) for source in set(sources)
    }
    several = [row for row in rows if row.kind == "article" and row.gold.sum() > 1]
    return {
        **dict(sorted(found.items())),
        "AUROC": auroc(probability[inside], (kinds[inside] == "paragraph").astype(float)),
        "ECE paragraphs": calibration_error(probability[inside], right[inside].astype(float)),
        "ECE all": calibration_error(probability, right.astype(float)),
        "threshold": model.threshold,
        "right kept": float((probability >= model.threshold)[right].mean()),
        "near-miss declined": float((probability < model.threshold)[kinds == "near-miss"].mean()),
        "off-topic declined": float((probability < model.threshold)[kinds == "off-topic"].mean()),
        "set F1, several": float(np.mean([set_f1(model, row) for row in several])) if several else float("nan"),
    }


def set_f1(model: EvidenceModel, row: Row) -> float:
    """F1 of the sentences that would be cited, were the question answered at all."""
    scores = row.matrix @ model.score
    also = also_features(row.matrix, model.score) @ model.also
    order = np.argsort(-scores, kind="stable")[:MOST_CITATIONS]
    cited = [int(i) for place, i in enumerate(order) if place == 0 or also[i] >= np.log(ALSO_CITED / (1 - ALSO_CITED))]
    return 2 * int(row.gold[cited].sum()) / (len(cited) + int(row.gold.sum()))


def _examples(
    data: list[Path], articles: int, questions: int, inside: int, cache: Path | None
) -> tuple[list[Example], list[Example]]:
    if cache is not None and cache.exists():
        stored: tuple[list[Example], list[Example]] = pickle.loads(cache.read_bytes())  # noqa: S301  our own file
        return stored
    encoder, reader = open_encoder(Settings().data), shipped_reader()
    asked = [
        list(ask_all(data, even=even, limit=articles, most=questions, inside=inside, encoder=encoder, reader=reader))
        for even in (True, False)
    ]
    if cache is not None:
        cache.write_bytes(pickle.dumps((asked[0], asked[1])))
    return asked[0], asked[1]


def _cut(rows: Sequence[Row], columns: list[int]) -> list[Row]:
    return [Row(row.kind, _columns(row.matrix, columns), row.gold) for row in rows]


def _columns(matrix: NDArray[np.float64], columns: list[int]) -> NDArray[np.float64]:
    kept: NDArray[np.float64] = matrix[:, columns]
    return kept


def _print(name: str, found: Figures) -> None:
    typer.echo(f"{name:24}" + "  ".join(f"{label} {value:.3f}" for label, value in found.items()))


if __name__ == "__main__":
    typer.run(main)
