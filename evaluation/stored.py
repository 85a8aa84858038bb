"""Answers from elsewhere: a TREC run, or JSON lines of answers."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from corpus.errors import DataSetError
from evaluation.outcome import Outcome, Ranked
from evaluation.records import Where, describe, read_json_lines, read_lines, replace_text
from evaluation.systems import Stored


def read_stored(path: Path, spans: bool = True) -> Stored:
    """Read somebody's answers; the system is called after the file.

    ``spans``: units are ``article:start-end`` (offsets into the normalised article), otherwise whole articles.

    Raises:
        DataSetError: a line is malformed; names file, line and reason.
    """
    name = path.name.removesuffix(".gz").rsplit(".", 1)[0]
    form = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if form in {".jsonl", ".ndjson"}:
        outcomes, calibrated = _read_answers(path)
    else:
        outcomes, calibrated = _read_run(path, spans), False
    if not outcomes:
        raise DataSetError(f"{path} holds no answers.")
    return Stored(name, {outcome.question_id: outcome for outcome in outcomes}, calibrated)


def write_run(path: Path, name: str, rankings: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> None:
    """Write a TREC run: for each question its units and scores, best first.

    trec_eval sorts by score and breaks ties by id, from Z to A, whatever the rank column says. So scores are written
    with nine digits, and one that isn't below the score before it is set just below, to keep the order given.
    """
    lines = []
    for question, units in rankings:
        last = float("inf")
        for rank, (unit, score) in enumerate(units, start=1):
            # trec_eval keeps 32-bit floats: a smaller step than this could vanish there.
            step = max(abs(last), 1.0) * 1e-6 if last != float("inf") else 0.0
            last = score if last == float("inf") else min(score, last - step)
            lines.append(f"{_word(question)} Q0 {unit} {rank} {last:.9g} {_word(name)}\n")
    replace_text(path, "".join(lines))


def write_judgements(path: Path, relevant: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> None:
    """Write TREC relevance judgements, the other half of what ``ir_measures`` and trec_eval need."""
    rows = [f"{_word(question)} 0 {unit} {grade}\n" for question, units in relevant for unit, grade in units]
    replace_text(path, "".join(rows))


def _word(text: str) -> str:
    """Make an id one word: TREC's columns are cut at blanks."""
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" else c for c in text)


def _read_run(path: Path, spans: bool) -> list[Outcome]:
    found: dict[str, list[Ranked]] = {}
    for where, line in read_lines(path):
        fields = line.split()
        if len(fields) != 6:
            raise where.error(f"{len(fields)} columns; a TREC run has six: question, Q0, unit, rank, score, system.")
        question, _, unit, _, score, _ = fields
        try:
            value = float(score)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise where.error(f"the score {score[:40]!r} is not a number.")
        ranked = _parse_unit(unit, value, where) if spans else Ranked(unit, 0, 0, value)
        found.setdefault(unquote(question), []).append(ranked)
    outcomes = []
    for question, units in found.items():
        # As trec_eval orders them: by score, then by id, both downwards.
        units.sort(key=lambda item: (item.score, item.unit if spans else item.article_id), reverse=True)
        outcomes.append(Outcome(question, tuple(units), 1, True, units[0].score))
    return outcomes


def _parse_unit(unit: str, score: float, where: Where) -> Ranked:
    article, colon, bounds = unit.rpartition(":")
    start, dash, end = bounds.partition("-")
    plain = start.isdecimal() and end.isdecimal() and max(len(start), len(end)) <= 12
    if not (colon and dash and plain and int(start) < int(end)):
        raise where.error(f"the unit {unit[:60]!r} is not article:start-end, offsets in characters.")
    return Ranked(unquote(article), int(start), int(end), score)


def _read_answers(path: Path) -> tuple[list[Outcome], bool]:
    outcomes: dict[str, Outcome] = {}
    for where, record in read_json_lines(path, "answer"):
        outcome = _answer(record, where)
        if outcome.question_id in outcomes:
            raise where.error(f"the question {outcome.question_id!r} is answered twice.")
        outcomes[outcome.question_id] = outcome
    given = [outcome.confidence for outcome in outcomes.values()]
    if any(value is None for value in given) and any(value is not None for value in given):
        raise DataSetError(f'{path}: some answers have a "confidence" and some have none. Give it to all or to none.')
    return list(outcomes.values()), all(value is not None and 0 <= value <= 1 for value in given)


def _answer(record: dict[str, Any], where: Where) -> Outcome:
    """Read one answer: the product's own Answer with the question's "id" added, or the same with less in it."""
    question_id = record.get("id")
    if not isinstance(question_id, str | int):
        raise where.error('no "id" of the question in it.')
    citations = [_citation(value, where.inside(f"citations[{n}]")) for n, value in enumerate(_list(record, where))]
    nearest = [
        _citation(value, where.inside(f"nearest[{n}]")) for n, value in enumerate(where.items(record, "nearest"))
    ]
    confidence = where.number(record, "confidence")
    found = where.flag(record, "found", bool(citations))
    if not found:
        citations, nearest = [], citations + nearest
    return Outcome(
        question_id=str(question_id),
        ranked=tuple(citations + nearest),
        cited=len(citations),
        found=found,
        confidence=confidence,
        answer=_answer_text(record, where) if found else None,
    )


def _list(record: dict[str, Any], where: Where) -> list[Any]:
    return where.items(record, "citations")


def _citation(value: Any, where: Where) -> Ranked:
    record = where.record(value)
    article = record.get("article")
    article_id = article.get("id") if isinstance(article, dict) else article
    if not isinstance(article_id, str):
        raise where.error('no "article" in it: its id, or an object with "id".')
    span = where.record(record.get("sentence", record))
    start, end = where.whole(span, "start"), where.whole(span, "end")
    if not 0 <= start < end:
        raise where.error(f"start {start} and end {end} are no span.")
    return Ranked(article_id, start, end, where.number(record, "score") or 0.0)


def _answer_text(record: dict[str, Any], where: Where) -> str | None:
    answer = record.get("answer")
    citations = record.get("citations") or [{}]
    if answer is None and isinstance(citations[0].get("answer"), dict):
        answer = citations[0]["answer"].get("text")
    if answer is not None and not isinstance(answer, str):
        raise where.error(f'"answer" must be a string, not {describe(answer)}.')
    return answer
