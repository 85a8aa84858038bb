"""Fit the evidence models: ``python -m evaluation.fit_evidence MODEL FILE...``; they go into ``bot/evidence.json``.

MODEL is ``retrieval`` (a bot without a reader) or ``reader``. The reader's coefficients must not be fitted on what it
was trained on. Of the files given, every second article is left out, to be measured on.

Three kinds of question are asked of the real index: answerable ones of the whole article; answerable and unanswerable
ones of their own paragraph alone (the unanswerable are near-misses); and questions of one article asked of another
(off-topic). The score's weights are fitted on the first kind, the confidence on all.
"""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from zlib import crc32

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.bot import PASSAGES, READ
from bot.evidence import FEATURES, best_readings, candidates, confidence_features, features, reader_features
from bot.reader.reader import Reader
from bot.settings import Settings
from corpus import Article
from index import Encoder, PassageIndex, open_encoder

Example = tuple[str, NDArray[np.float64], NDArray[np.bool_]]  # kind, features of each sentence, which are gold
BOT = Path(__file__).parent.parent / "bot"
KEPT = 0.9  # of the right answers, how many are given: declining more near-misses costs too many of them
MOST_CHARACTERS = 12_000  # of an article; longer ones are cut at a paragraph's end
SHARES = {"article": 0.4, "paragraph": 0.2, "near-miss": 0.2, "off-topic": 0.2}  # assumed of real questions


def main(
    model: str,
    data: list[Path],
    articles: Annotated[int, typer.Option(help="How many articles of each file to ask.")] = 120,
    questions: Annotated[int, typer.Option(help="Questions of each kind per article.")] = 10,
    threshold: Annotated[float | None, typer.Option(help="The operating point; by default found here.")] = None,
    weights: Annotated[Path, typer.Option(help="The reader's folder.")] = BOT / "reader" / "weights",
    out: Path = BOT / "evidence.json",
) -> None:
    """Fit MODEL on the questions of the files (gzipped JSON lines) and write the coefficients."""
    encoder = open_encoder(Settings().data)
    reader = Reader(weights) if model == "reader" else None
    examples = [example for path in data for example in ask_all(read(path, articles), encoder, reader, questions)]
    names = FEATURES["reader" if reader else "retrieval"]
    score = fit_score([example for example in examples if example[0] == "article"])
    x, right, share = confidence_rows(examples, score)
    logistic = LogisticRegression(C=10.0, max_iter=1000).fit(x, right, sample_weight=share)
    probability = logistic.predict_proba(x)[:, 1]
    threshold = threshold or operating_point(probability, right, share)
    cited = probability >= threshold
    kinds = np.array([kind for kind, _, _ in examples])
    fitted = {
        "score": dict(zip(names, score.round(3).tolist(), strict=True)),
        "confidence": {
            "intercept": round(float(logistic.intercept_[0]), 3),
            **dict(zip((*names, "margin"), logistic.coef_[0].round(3).tolist(), strict=True)),
        },
        "threshold": round(threshold, 3),
        "fitted_on": {"files": [path.name for path in data], "questions": len(examples), "shares": SHARES},
        "on_the_same_questions": {
            "right_first": {k: round(float(right[kinds == k].mean()), 3) for k in ("article", "paragraph")},
            "cited": {k: round(float(cited[kinds == k].mean()), 3) for k in SHARES},
        },
    }
    shown = {key: value for key, value in fitted.items() if key != "on_the_same_questions"}
    document = {**(json.loads(out.read_text("utf-8")) if out.exists() else {}), model: shown}
    out.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    typer.echo(json.dumps(fitted, indent=2))


def read(path: Path, limit: int) -> list[dict[str, Any]]:
    """Give at most ``limit`` documents of the file, of those whose id has an even checksum, chosen by a fixed seed."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    documents = [document for document in documents if crc32(document["id"].encode()) % 2 == 0]
    random.Random(1).shuffle(documents)
    return documents[:limit]


def ask_all(documents: list[dict[str, Any]], encoder: Encoder, reader: Reader | None, most: int) -> Iterator[Example]:
    """Ask each document its questions of the four kinds."""
    rng = random.Random(2)
    for number, document in enumerate(documents):
        paragraphs = [span for span in document["paras"] if span[1] <= MOST_CHARACTERS]
        end = paragraphs[-1][1] if paragraphs else len(document["text"])
        inside = [q for q in document["questions"] if q["para"][1] <= end]
        answerable = [q for q in inside if q["answerable"]]
        unanswerable = [q for q in inside if not q["answerable"]]
        whole = PassageIndex.build([Article.create(document["text"][:end], title=document["title"])], encoder)
        for question in rng.sample(answerable, min(most, len(answerable))):
            yield ask("article", whole, reader, question, 0)
        for kind, pool in (("paragraph", answerable), ("near-miss", unanswerable)):
            for question in rng.sample(pool, min(most // 2, len(pool))):
                start, stop = question["para"]
                part = PassageIndex.build(
                    [Article.create(document["text"][start:stop], title=document["title"])], encoder
                )
                yield ask(kind, part, reader, question, start)
        other = documents[(number + 1) % len(documents)]["questions"]
        for question in rng.sample(other, min(most, len(other))):
            yield ask("off-topic", whole, reader, {**question, "answers": []}, 0)


def ask(kind: str, index: PassageIndex, reader: Reader | None, question: dict[str, Any], offset: int) -> Example:
    """Give the features of every candidate sentence and which of them hold a gold answer."""
    text = question["question"]
    vector = index.encoder.encode([text])
    hits = index.search(text, PASSAGES, vector=vector)
    sentences = candidates([hit.passage for hit in hits])
    dense = np.asarray(index.sentence_vectors(sentences) @ vector[0])
    passages = [hit.passage for hit in hits]
    matrix = features(text, sentences, dense, passages, [hit.dense for hit in hits])
    if reader:
        best = best_readings(reader.read(text, passages[:READ]))
        matrix = np.column_stack([matrix, reader_features(sentences, best)])
    spans = [(a["start"] - offset, a["start"] - offset + len(a["text"])) for a in question["answers"]]
    gold = np.array([any(s.start < end and start < s.end for start, end in spans) for s in sentences])
    return kind, matrix, gold


def fit_score(examples: list[Example], penalty: float = 1e-3) -> NDArray[np.float64]:
    """Fit the conditional logit: maximise the mean log probability of the gold sentences."""
    usable = [(matrix, gold) for _, matrix, gold in examples if gold.any()]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros_like(weights)
        for matrix, gold in usable:
            scores = matrix @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            mass = float(share[gold].sum()) + 1e-12
            total -= float(np.log(mass))
            slope -= matrix.T @ (share * gold / mass - share)
        return total / len(usable) + penalty * float(weights @ weights), slope / len(usable) + 2 * penalty * weights

    result: NDArray[np.float64] = minimize(loss, np.ones(usable[0][0].shape[1]), jac=True, method="L-BFGS-B").x
    return result


def confidence_rows(
    examples: list[Example], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Give for each example the best sentence's features, whether it is right, and the example's weight."""
    counts = {kind: sum(example[0] == kind for example in examples) for kind in SHARES}
    rows = np.array([confidence_features(matrix, weights) for _, matrix, _ in examples])
    right = np.array([bool(gold[int(np.argmax(matrix @ weights))]) for _, matrix, gold in examples])
    share = np.array([SHARES[kind] * len(examples) / counts[kind] for kind, _, _ in examples])
    return rows, right, share


def operating_point(probability: NDArray[np.float64], right: NDArray[np.bool_], share: NDArray[np.float64]) -> float:
    """Give the highest threshold, in steps of .05, at which ``KEPT`` of the right first sentences are still cited."""
    cited = {
        step: share[right & (probability >= step)].sum() / share[right].sum() for step in np.arange(19, 0, -1) / 20
    }
    return float(next(step for step, kept in cited.items() if kept >= KEPT))


if __name__ == "__main__":
    typer.run(main)
