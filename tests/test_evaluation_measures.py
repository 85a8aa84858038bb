import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from evaluation.citing import answer_scores, citation_scores, normalise_answer
from evaluation.confidence import (
    auroc,
    calibration_error,
    decline_scores,
    reliability,
    risk_coverage,
    risk_coverage_area,
)
from evaluation.ranking import ranking_scores
from evaluation.statistics import difference, interval, mcnemar, mean


def test_ranking_scores_worked_by_hand():
    scores = ranking_scores({"q": ["a", "b", "c", "d"]}, {"q": {"b": 1, "d": 1, "e": 1}})["q"]
    assert scores["P@1"] == 0
    assert scores["Success@3"] == 1
    assert scores["RR"] == 1 / 2
    assert scores["R@3"] == pytest.approx(1 / 3)
    assert scores["R@10"] == pytest.approx(2 / 3)
    assert scores["AP"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert scores["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


def test_the_order_given_is_the_order_scored_whatever_the_ids():
    # trec_eval would put "z" before "a" if both had the same score.
    assert ranking_scores({"q": ["a", "z"]}, {"q": {"a": 1}})["q"]["P@1"] == 1
    assert ranking_scores({"q": ["z", "a"]}, {"q": {"a": 1}})["q"]["P@1"] == 0


def test_a_question_without_a_ranking_scores_nothing_but_counts():
    scores = ranking_scores({"other": ["a"]}, {"q": {"a": 1}})
    assert set(scores) == {"q"}
    assert set(scores["q"].values()) == {0.0}


@given(st.permutations("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_ranking_scores_agree_with_the_formulas(ranking, relevant):
    scores = ranking_scores({"q": ranking}, {"q": dict.fromkeys(relevant, 1)})["q"]
    hits = [rank for rank, unit in enumerate(ranking, start=1) if unit in relevant]
    assert scores["RR"] == pytest.approx(1 / hits[0])
    assert scores["AP"] == pytest.approx(sum(n / rank for n, rank in enumerate(hits, start=1)) / len(relevant))
    assert scores["Success@5"] == (hits[0] <= 5)
    assert scores["R@3"] == pytest.approx(sum(rank <= 3 for rank in hits) / len(relevant))


def test_citations_of_alternatives_count_the_best_covered():
    scores = citation_scores({"s1", "s2"}, [{"s1"}, {"s8", "s9"}], needs_all=False)
    assert scores == {"citation P": 1 / 2, "citation R": 1.0, "citation F1": pytest.approx(2 / 3)}


def test_citations_of_a_list_need_every_answer():
    scores = citation_scores({"s1"}, [{"s1"}, {"s8", "s9"}], needs_all=True)
    assert scores == {"citation P": 1.0, "citation R": 1 / 3, "citation F1": pytest.approx(1 / 2)}


def test_no_citation_of_an_answerable_question_scores_nothing():
    assert citation_scores(set(), [{"s1"}], needs_all=False) == dict.fromkeys(
        ("citation P", "citation R", "citation F1"), 0.0
    )


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("The  Normans!", "normans"),
        ("an U.S. official's", "us officials"),
        ("theory of a-b", "theory of ab"),  # "the" only as a word; punctuation goes before the articles do
        ("a", ""),
        ("“quoted”", "“quoted”"),  # SQuAD knows ASCII punctuation alone
    ],
)
def test_normalise_answer_follows_squad(text, normalised):
    assert normalise_answer(text) == normalised


@pytest.mark.parametrize(
    ("predicted", "golds", "exact", "f1"),
    [
        ("the Norman dynasty", ["Norman dynasty"], 1, 1),
        ("Norman", ["Norman dynasty", "dynasty of kings"], 0, 2 * 1 * 0.5 / 1.5),
        ("to to be", ["to be be"], 0, 2 / 3),  # common words counted as often as in both
        ("", [], 1, 1),
        ("something", [], 0, 0),
        ("", ["Rollo"], 0, 0),
        ("Rollo", ["...", "Rollo"], 1, 1),
        ("the", ["a"], 1, 1),  # a gold of articles alone is passed over: then nothing is the right answer
    ],
)
def test_answer_scores_follow_squad(predicted, golds, exact, f1):
    assert answer_scores(predicted, golds) == {"EM": exact, "F1": pytest.approx(f1)}


two_sided = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2).filter(
    lambda rows: len({label for _, label in rows}) == 2
)


@given(two_sided)
def test_auroc_agrees_with_scikit_learn(rows):
    confidence = np.array([value / 6 for value, _ in rows])
    answerable = np.array([float(label) for _, label in rows])
    assert auroc(confidence, answerable) == pytest.approx(roc_auc_score(answerable, confidence))


def test_auroc_of_one_class_is_not_a_number():
    assert math.isnan(auroc(np.array([0.1, 0.9]), np.ones(2)))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1).filter(lambda rows: not all(a for _, a in rows)))
def test_decline_scores_agree_with_scikit_learn(rows):
    found, answerable = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    truth, said = 1 - answerable, 1 - found
    expected = [score(truth, said, zero_division=0) for score in (precision_score, recall_score, f1_score)]
    assert decline_scores(found, answerable) == pytest.approx(expected)


def test_risk_coverage_worked_by_hand():
    coverage, risk = risk_coverage(np.array([0.2, 0.9, 0.5]), np.array([0.0, 1.0, 0.0]))
    assert list(coverage) == pytest.approx([1 / 3, 2 / 3, 1])
    assert list(risk) == pytest.approx([0, 1 / 2, 2 / 3])
    area = risk_coverage_area(np.array([0.2, 0.9, 0.5]), np.array([0.0, 1.0, 0.0]))
    assert area == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)


@given(st.permutations(range(8)))
def test_risk_of_equal_confidences_does_not_depend_on_the_order(order):
    confidence = np.array([0.5, 0.5, 0.5, 0.9, 0.9, 0.1, 0.1, 0.1])[list(order)]
    right = np.array([1, 0, 0, 1, 0, 1, 0, 1.0])[list(order)]
    assert risk_coverage_area(confidence, right) == pytest.approx(
        np.mean([1 / 2, 1 / 2, (1 + 2 / 3) / 3, (1 + 4 / 3) / 4, 3 / 5, (3 + 1 / 3) / 6, (3 + 2 / 3) / 7, 4 / 8])
    )


def test_calibration_error_agrees_with_scikit_learn():
    generator = np.random.default_rng(3)
    confidence = generator.random(150)
    right = (generator.random(150) < confidence**2).astype(float)
    shares, means = calibration_curve(right, confidence, n_bins=15, strategy="quantile")
    assert calibration_error(confidence, right) == pytest.approx(np.abs(shares - means).mean())
    assert [count for *_, count in reliability(confidence, right)] == [10] * 15


def test_calibration_error_worked_by_hand():
    confidence, right = np.array([0.25, 0.75, 0.5, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])
    # two bins: (.25, .5) mean .375, half right; (.75, 1) mean .875, all right
    assert calibration_error(confidence, right, bins=2) == pytest.approx((abs(0.375 - 0.5) + abs(0.875 - 1)) / 2)


def test_interval_of_a_mean_is_that_of_the_normal_distribution():
    column = np.array([0.0, 1.0] * 200)
    result = interval(mean, [column])
    assert result.value == 0.5
    assert result.n == 400
    half_width = 1.96 * 0.5 / math.sqrt(400)
    assert result.low == pytest.approx(0.5 - half_width, abs=0.008)
    assert result.high == pytest.approx(0.5 + half_width, abs=0.008)


def test_intervals_are_the_same_every_time_whatever_other_generators_do():
    column = np.random.default_rng(1).random(50)
    np.random.seed(5)
    first = interval(mean, [column])
    np.random.seed(6)
    assert interval(mean, [column]) == first


def test_a_paired_difference_sees_what_two_intervals_hide():
    before = np.random.default_rng(2).random(100)
    after = before + 0.01  # every question a little better, though the questions differ much
    result = difference(mean, [before], [after])
    assert (result.value, result.low, result.high) == pytest.approx((0.01, 0.01, 0.01))
    assert result.p == 0
    assert interval(mean, [after]).low < interval(mean, [before]).high


def test_no_difference_is_not_significant():
    column = np.random.default_rng(2).random(40)
    assert difference(mean, [column], [column]).p == 1


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_mcnemar_agrees_with_the_binomial_test(rows):
    before, after = np.array([float(b) for b, _ in rows]), np.array([float(a) for _, a in rows])
    won, lost, p = mcnemar(before, after)
    assert (won, lost) == (sum(a and not b for b, a in rows), sum(b and not a for b, a in rows))
    assert p == pytest.approx(binomtest(won, won + lost).pvalue if won + lost else 1)
