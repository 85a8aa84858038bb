"""Ranked lists scored by ``ir_measures``, the field's library; it calls trec_eval's own code through pytrec_eval."""

from collections.abc import Mapping, Sequence

MEASURES = ("P@1", "Success@3", "Success@5", "R@3", "R@10", "RR", "AP", "nDCG@10")


def ranking_scores(
    rankings: Mapping[str, Sequence[str]],
    relevant: Mapping[str, Mapping[str, int]],
    measures: Sequence[str] = MEASURES,
) -> dict[str, dict[str, float]]:
    """Score each question's ranking (unit ids, best first) against its graded relevant units.

    Ranks are handed over as scores, so the order given is the order scored: trec_eval would break equal scores by id,
    from Z to A. A question of ``relevant`` without a ranking scores 0 everywhere; others in ``rankings`` are ignored.

    Returns:
        question id -> measure -> value from 0 to 1.
    """
    import ir_measures

    parsed = [ir_measures.parse_measure(measure) for measure in measures]
    judgements = {question: dict(grades) for question, grades in relevant.items()}
    run = {
        question: {unit: float(len(units) - rank) for rank, unit in enumerate(units)}
        for question, units in rankings.items()
        if question in judgements
    }
    scores: dict[str, dict[str, float]] = {question: {} for question in judgements}
    for metric in ir_measures.iter_calc(parsed, judgements, run):
        scores[metric.query_id][str(metric.measure)] = float(metric.value)
    return scores
