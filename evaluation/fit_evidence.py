"""Fit the evidence models: ``python -m evaluation.fit_evidence MODEL FILE...``; they go into ``bot/evidence.json``.

MODEL is ``retrieval`` (a bot without a reader) or ``reader``. The reader's coefficients must not be fitted on what it
was trained on. Of the files given, every second article is left out, to be measured on.

The score's weights are fitted on answerable questions of whole articles, the confidence on all kinds, and whether a
further sentence answers too on the answerable questions whose best sentence is right.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.evidence import FEATURES, EvidenceModel, also_features, confidence_features
from bot.reader.reader import Reader
from bot.settings import Settings
from evaluation.evidence_examples import Example, ask_all
from index import open_encoder

BOT = Path(__file__).parent.parent / "bot"
ANSWERABLE = ("article", "paragraph")
SHARES = {"article": 0.3, "paragraph": 0.2, "near-miss": 0.35, "off-topic": 0.15}  # assumed of real questions


@dataclass(frozen=True, slots=True)
class Row:
    """An example as its features are for one way of reading."""

    kind: str
    matrix: NDArray[np.float64]  # (n_sentences, n_features)
    gold: NDArray[np.bool_]  # (n_sentences,)


def main(
    model: str,
    data: list[Path],
    articles: Annotated[int, typer.Option(help="How many articles of each file to ask.")] = 120,
    questions: Annotated[int, typer.Option(help="Of each article, and off-topic, per article.")] = 10,
    inside: Annotated[int, typer.Option(help="Answerable and unanswerable, of single paragraphs, per article.")] = 10,
    threshold: Annotated[float | None, typer.Option(help="The operating point; by default found here.")] = None,
    weights: Annotated[Path, typer.Option(help="The reader's folder.")] = BOT / "reader" / "weights",
    out: Path = BOT / "evidence.json",
) -> None:
    """Fit MODEL on the questions of the files (gzipped JSON lines) and write the coefficients."""
    encoder = open_encoder(Settings().data)
    reader = Reader(weights) if model == "reader" else None
    asked = ask_all(data, even=True, limit=articles, most=questions, inside=inside, encoder=encoder, reader=reader)
    rows = rows_of(list(asked))
    fitted = fit(rows, threshold)
    probability, right, _ = confidences(rows, fitted)
    kinds = np.array([row.kind for row in rows])
    document = to_document(fitted, FEATURES["reader" if reader else "retrieval"])
    document["fitted_on"] = {"files": [path.name for path in data], "questions": len(rows), "shares": SHARES}
    stored = json.loads(out.read_text("utf-8")) if out.exists() else {}
    out.write_text(json.dumps({**stored, model: document}, indent=2) + "\n", "utf-8")
    same = {
        "right_first": {k: round(float(right[kinds == k].mean()), 3) for k in ("article", "paragraph")},
        "cited": {k: round(float((probability >= fitted.threshold)[kinds == k].mean()), 3) for k in SHARES},
    }
    typer.echo(json.dumps({**document, "on_the_same_questions": same}, indent=2))


def rows_of(examples: Sequence[Example], **reading: int) -> list[Row]:
    """Give the examples' features; ``reading`` is ``Example.matrix``'s."""
    return [Row(example.kind, example.matrix(**reading), example.gold) for example in examples]


def fit(rows: Sequence[Row], threshold: float | None = None) -> EvidenceModel:
    """Fit score, confidence and further sentences; without a ``threshold`` find the operating point."""
    score = fit_score([row for row in rows if row.kind == "article"])
    x = np.array([confidence_features(row.matrix, score) for row in rows])
    right, share = is_right(rows, score), shares(rows)
    logistic = LogisticRegression(C=10.0, max_iter=1000).fit(x, right, sample_weight=share)
    answerable = np.array([row.kind in ANSWERABLE for row in rows])
    point = threshold or operating_point(logistic.predict_proba(x)[:, 1], right, answerable, share)
    return EvidenceModel(score, logistic.coef_[0], float(logistic.intercept_[0]), fit_also(rows, score), point)


def fit_score(rows: Sequence[Row], penalty: float = 1e-3) -> NDArray[np.float64]:
    """Fit the conditional logit: maximise the mean log probability of the gold sentences."""
    usable = [row for row in rows if row.gold.any()]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros_like(weights)
        for row in usable:
            scores = row.matrix @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            mass = float(share[row.gold].sum()) + 1e-12
            total -= float(np.log(mass))
            slope -= row.matrix.T @ (share * row.gold / mass - share)
        return total / len(usable) + penalty * float(weights @ weights), slope / len(usable) + 2 * penalty * weights

    result: NDArray[np.float64] = minimize(loss, np.ones(usable[0].matrix.shape[1]), jac=True, method="L-BFGS-B").x
    return result


def fit_also(rows: Sequence[Row], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit, over the further sentences of questions whose best is right, whether they answer too."""
    features, gold = [], []
    for row, right in zip(rows, is_right(rows, score), strict=True):
        if row.kind == "article" and right:
            others = np.arange(len(row.matrix)) != int(np.argmax(row.matrix @ score))
            features.append(also_features(row.matrix, score)[others])
            gold.append(row.gold[others])
    x, y = np.concatenate(features), np.concatenate(gold)
    result: NDArray[np.float64] = LogisticRegression(C=10.0, max_iter=2000, fit_intercept=False).fit(x, y).coef_[0]
    return result


def is_right(rows: Sequence[Row], score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each question whether its best sentence is gold."""
    return np.array([bool(row.gold[int(np.argmax(row.matrix @ score))]) for row in rows])


def shares(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Give each question the weight that makes the kinds' shares ``SHARES``; the mean is 1."""
    counts = {kind: sum(row.kind == kind for row in rows) for kind in SHARES}
    return np.array([SHARES[row.kind] * len(rows) / counts[row.kind] for row in rows])


def confidences(
    rows: Sequence[Row], model: EvidenceModel
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Give for each question the confidence, whether the best sentence is right, and the question's weight."""
    x = np.array([confidence_features(row.matrix, model.score) for row in rows])
    logits = x @ model.confidence + model.intercept
    return 1 / (1 + np.exp(-logits)), is_right(rows, model.score), shares(rows)


def operating_point(
    probability: NDArray[np.float64],
    right: NDArray[np.bool_],
    answerable: NDArray[np.bool_],
    share: NDArray[np.float64],
) -> float:
    """Give the threshold, in steps of .05, at which the largest share is handled: answered rightly, or rightly not."""
    steps = np.arange(1, 20) / 20
    handled = [
        np.average(np.where(answerable, right & (probability >= step), probability < step), weights=share)
        for step in steps
    ]
    return float(steps[int(np.argmax(handled))])


def to_document(model: EvidenceModel, names: Sequence[str]) -> dict[str, Any]:
    """Give the model as ``bot/evidence.json`` holds it."""
    rounded = [list(map(float, np.round(part, 3))) for part in (model.score, model.confidence, model.also)]
    return {
        "score": dict(zip(names, rounded[0], strict=True)),
        "confidence": {
            "intercept": round(model.intercept, 3),
            **dict(zip((*names, "margin"), rounded[1], strict=True)),
        },
        "also": dict(zip((*names, "gap", "intercept"), rounded[2], strict=True)),
        "threshold": round(model.threshold, 3),
    }


if __name__ == "__main__":
    typer.run(main)
