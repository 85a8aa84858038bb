"""From a system's outcomes to one scored record a question."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.citing import answer_scores, citation_scores
from evaluation.gold import GoldQuestion
from evaluation.outcome import Outcome, unit_id
from evaluation.ranking import ranking_scores
from evaluation.tasks import Job

SHOWN = 3  # ranked spans kept in a record
DIGITS = 6  # of every number written


def score_all(job: Job, outcomes: Sequence[Outcome], calibrated: bool) -> list[dict[str, Any]]:
    """Score each outcome of a job, in its order; see docs/evaluation.md for the record's keys."""
    questions = {question.id: question for question in job.questions}
    relevant = {key: grades for key, q in questions.items() if q.answerable and (grades := job.relevant(q))}
    rankings = {outcome.question_id: job.units(outcome) for outcome in outcomes}
    ranked_scores = ranking_scores(rankings, relevant)
    spans = any(outcome.answer is not None for outcome in outcomes)
    return [
        _record(job, questions[outcome.question_id], outcome, ranked_scores, relevant, spans, calibrated)
        for outcome in outcomes
    ]


def _record(
    job: Job,
    question: GoldQuestion,
    outcome: Outcome,
    ranked_scores: Mapping[str, Mapping[str, float]],
    relevant: Mapping[str, Mapping[str, int]],
    spans: bool,
    calibrated: bool,
) -> dict[str, Any]:
    scores = dict(ranked_scores.get(question.id, {}))
    right = scores.get("P@1", 0.0)
    found = float(outcome.found)
    if job.task.unit == "sentence" and question.answerable:
        scores["answered right"] = right * found
    if job.task.name == "abstain":
        scores["handled"] = right * found if question.answerable else 1 - found
    if job.unit == "sentence" and question.answerable:
        cited = {unit for rank in range(outcome.cited) for unit in job.units_at(outcome, rank)}
        scores |= citation_scores(cited, job.gold_groups(question), question.needs_all)
    # A list has no one answer string; SQuAD's rules don't speak of it.
    if spans and job.unit == "sentence" and not question.needs_all:
        golds = [answer.text for answer in question.answers]
        scores |= answer_scores((outcome.answer or "") if outcome.found else "", golds)
    confidence = None if outcome.confidence is None else round(outcome.confidence, DIGITS)
    gold = relevant.get(question.id, {})
    return {
        "id": question.id,
        "question": question.question,
        "kind": question.kind,
        "answerable": float(question.answerable),
        "found": found,
        "confidence": confidence,
        "probability": confidence if calibrated else None,
        "right": right,
        "scores": {name: round(value, DIGITS) for name, value in scores.items()},
        "miss": _miss(job, question, outcome, right),
        "cited": outcome.cited,
        "ranked": [_ranked(job, outcome, rank, gold) for rank in range(min(SHOWN, len(outcome.ranked)))],
        "gold": _gold(job, question),
        "answer": outcome.answer,
        "trouble": outcome.trouble,
    }


def _ranked(job: Job, outcome: Outcome, rank: int, gold: Mapping[str, int]) -> dict[str, Any]:
    ranked = outcome.ranked[rank]
    return {
        "article": ranked.article_id,
        "start": ranked.start,
        "end": ranked.end,
        "score": round(ranked.score, DIGITS),
        "parts": {name: round(value, DIGITS) for name, value in ranked.parts.items()},
        "gold": any(gold.get(unit, 0) > 0 for unit in job.units_at(outcome, rank)),
    }


def _gold(job: Job, question: GoldQuestion) -> list[dict[str, Any]]:
    if job.unit == "article":
        return [{"article": key, "grade": grade} for key, grade in sorted(question.relevant.items()) if grade > 0]
    sentences = {unit_id(s.article.id, s.start, s.end): s for group in job.gold_sentences(question) for s in group}
    return [
        {"article": s.article.id, "start": s.start, "end": s.end}
        for s in sorted(sentences.values(), key=lambda s: (s.article.id, s.start))
    ]


def _miss(job: Job, question: GoldQuestion, outcome: Outcome, right: float) -> str:
    """Name what went wrong, "" when nothing did."""
    if outcome.trouble:
        return "not answered"
    if not question.answerable:
        return "answered the unanswerable" if outcome.found else ""
    abstaining = job.task.name == "abstain" and not outcome.found
    if right:
        return "declined, though right" if abstaining else ""
    if abstaining:
        return "declined"
    relevant = {unit for unit, grade in job.relevant(question).items() if grade > 0}
    units = job.units(outcome)
    rank = next((rank for rank, unit in enumerate(units, start=1) if unit in relevant), 0)
    if rank:
        return "second or third" if rank <= 3 else "lower"
    if (
        not job.task.one_article
        and question.article_id
        and question.article_id not in {ranked.article_id for ranked in outcome.ranked[:SHOWN]}
    ):
        return "another article"
    return "not ranked"
