"""The report as one JSON document: the same evaluation gives the same bytes, ``timing`` apart."""

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import DataSetError
from evaluation.confidence import reliability, risk_coverage
from evaluation.figures import BY_NAME, FIGURES, HEADLINE, all_figures, columns
from evaluation.gold import DataSet
from evaluation.records import Where, parse_json, read_text
from evaluation.run import Run
from evaluation.scoring import DIGITS
from evaluation.statistics import Interval
from evaluation.tasks import TASKS

FORMAT = "askarticle-evaluation/1"
CURVE_POINTS = 101


def make_document(data_set: DataSet, runs: Sequence[Run], drawn: dict[str, int] | None = None) -> dict[str, Any]:
    """Make the document of a finished evaluation: plain JSON values, numbers rounded to six digits.

    ``drawn`` says how the questions were drawn from a larger set: ``limit`` and ``seed``.
    """
    return {
        "format": FORMAT,
        "data_set": {
            "name": data_set.name,
            "fingerprint": data_set.fingerprint,
            "articles": len(data_set.articles),
            "questions": len(data_set.questions),
            "drawn": drawn,
            "left_out": [
                {"question": left.question_id, "words": left.words, "reason": left.reason, "asked": left.asked}
                for left in data_set.left_out
            ],
        },
        "runs": [_run(run) for run in runs],
        "timing": {
            f"{run.job.task.name}/{run.system}": {"seconds": round(run.seconds, 3), **run.latency()} for run in runs
        },
    }


def counted(number: int, thing: str, things: str = "") -> str:
    """Say how many: "1 article", "1,200 articles"; ``things`` where the plural isn't ``thing`` with an s."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def to_json(document: dict[str, Any]) -> str:
    """Write a document; keys sorted, so that equal documents are equal bytes; one line a question, for ``diff``."""
    lines: list[str] = []

    def hold(record: dict[str, Any]) -> str:
        lines.append(json.dumps(record, ensure_ascii=False, sort_keys=True, allow_nan=False))
        return f"\0{len(lines) - 1}"

    runs = [{**run, "questions": [hold(record) for record in run["questions"]]} for run in document["runs"]]
    text = json.dumps({**document, "runs": runs}, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return re.sub(r'"\\u0000(\d+)"', lambda match: lines[int(match[1])], text) + "\n"


def read_document(path: Path) -> dict[str, Any]:
    """Read a stored document.

    Raises:
        DataSetError: the file is no report of this program, or of another version of it.
    """
    where = Where(path, "top level")
    document = where.record(parse_json(read_text(path), where))
    if document.get("format") != FORMAT:
        raise DataSetError(f"{path} is no report of this version: write one with askarticle evaluate ... --json.")
    try:
        for run in document["runs"]:
            whole = isinstance(run["task"], str) and isinstance(run["system"], str) and all(run["figures"].values())
            for record in run["questions"]:
                numbers = [record["right"], *record["scores"].values()]
                whole &= isinstance(record["id"], str) and isinstance(record["ranked"], list)
                whole &= all(number is None or math.isfinite(number) for number in numbers)
            if not whole or not run["figures"]:
                raise ValueError
        document["data_set"]["fingerprint"]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DataSetError(f"{path} is a damaged report: write it anew with askarticle evaluate ... --json.") from None
    return document


def _run(run: Run) -> dict[str, Any]:
    records, task = run.records, run.job.task.name
    skipped = len(run.job.data_set.questions) - len(run.job.questions)
    return {
        "task": task,
        "task_says": TASKS[task].says,
        "system": run.system,
        "unit": run.job.unit,
        "asked": len(records),
        "not_asked": skipped,
        "headline": HEADLINE[task],
        "figures": _figures(records, _names(run)),
        "kinds": {
            kind: _figures([r for r in records if r["kind"] == kind], [HEADLINE[task]])
            for kind in sorted({record["kind"] for record in records if record["kind"]})
        },
        "misses": {
            miss: sum(record["miss"] == miss for record in records)
            for miss in sorted({record["miss"] for record in records if record["miss"]})
        },
        "curves": _curves(run) if task == "abstain" else {},
        "questions": records,
    }


def _names(run: Run) -> list[str]:
    if run.job.task.name == "abstain":
        return [figure.name for figure in FIGURES if figure.name not in {"found", "Success@5", "R@10", "nDCG@10"}]
    apart = {"AUROC", "AURC", "ECE", "decline P", "decline R", "decline F1", "handled"}
    return [figure.name for figure in FIGURES if figure.name not in apart]


def _figures(records: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, dict[str, float | int]]:
    return {name: _rounded(found) for name, found in all_figures(records, names).items()}


def _rounded(found: Interval) -> dict[str, float | int]:
    numbers = {"value": found.value, "low": found.low, "high": found.high}
    return {key: round(value, DIGITS) for key, value in numbers.items()} | {"n": found.n}


def _curves(run: Run) -> dict[str, Any]:
    curves: dict[str, Any] = {}
    certain = columns(BY_NAME["ECE"], run.records)
    if certain is not None:
        curves["reliability"] = [
            {"confidence": round(mean, DIGITS), "right": round(share, DIGITS), "n": count}
            for mean, share, count in reliability(certain[0], certain[1])
        ]
    ranked = columns(BY_NAME["AURC"], run.records)
    if ranked is not None:
        coverage, risk = risk_coverage(ranked[0], ranked[1])
        # A hundred points draw the curve; the records hold it in full.
        kept = np.unique(np.linspace(0, len(risk) - 1, CURVE_POINTS).round().astype(int))
        curves["risk_coverage"] = [
            {"coverage": round(float(coverage[i]), DIGITS), "risk": round(float(risk[i]), DIGITS)} for i in kept
        ]
    return curves
