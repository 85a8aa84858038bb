"""Fitting the evidence models on made-up questions: what decides is found, what does not is not."""

import json
from functools import partial

import numpy as np
import pytest

from bot.evidence import RETRIEVAL, EvidenceModel, also_features
from bot.reader.reader import Reading
from bot.reader.stepwise import AT_ONCE, READ, SURE_SPAN
from corpus import Article, Sentence
from evaluation.ablate_evidence import set_f1
from evaluation.evidence_examples import KINDS, Example
from evaluation.fit_evidence import SHARES, Row, confidences, fit, operating_point, shares, to_document

RNG = np.random.default_rng(3)
NAMES = ("tells", "noise")


def made_up(kind: str, answers: int) -> Row:
    """Five sentences whose first feature tells whether they answer, and whose second says nothing."""
    gold = np.arange(5) < answers
    matrix = np.column_stack([gold * 2.0 + RNG.normal(0, 0.7, 5), RNG.normal(0, 1, 5)])
    return Row(kind, matrix, gold)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    asked = {"article": (1, 2), "paragraph": (1,), "near-miss": (0,), "off-topic": (0,)}
    return [made_up(kind, answers) for kind, counts in asked.items() for answers in counts for _ in range(80)]


@pytest.fixture(scope="module")
def model(rows: list[Row]) -> EvidenceModel:
    return fit(rows)


def test_the_feature_that_tells_has_the_weight(model: EvidenceModel) -> None:
    assert model.score[0] > 5 * abs(model.score[1])
    assert model.confidence[0] > 5 * abs(model.confidence[1])
    assert model.also[0] > 2 * abs(model.also[1])


def test_confidence_is_near_the_share_of_right_ones(rows: list[Row], model: EvidenceModel) -> None:
    probability, right, share = confidences(rows, model)
    assert np.average(probability, weights=share) == pytest.approx(np.average(right, weights=share), abs=0.02)
    assert probability[right].mean() > 0.8 > 0.3 > probability[~right].mean()


def test_kinds_weigh_what_they_are_assumed_to_be(rows: list[Row]) -> None:
    weight = shares(rows)
    assert set(SHARES) == set(KINDS)
    assert sum(SHARES.values()) == pytest.approx(1)
    for kind, share in SHARES.items():
        assert weight[[row.kind == kind for row in rows]].sum() == pytest.approx(share * len(rows))


def test_two_answers_are_both_cited_and_one_alone(rows: list[Row], model: EvidenceModel) -> None:
    several = [set_f1(model, row) for row in rows if row.gold.sum() == 2]
    single = [set_f1(model, row) for row in rows if row.gold.sum() == 1]
    assert np.mean(several) > 0.75
    assert np.mean(single) > 0.75
    nothing = np.append(model.also[:-1] * 0, -50.0)
    alone = EvidenceModel(model.score, model.confidence, model.intercept, nothing, model.threshold)
    assert np.mean([set_f1(alone, row) for row in rows if row.gold.sum() == 2]) < np.mean(several)


def test_the_operating_point_handles_the_most() -> None:
    probability = np.array([0.1, 0.2, 0.36, 0.36, 0.6, 0.8])
    answerable = np.array([False, False, False, True, True, True])
    right = np.array([False, False, False, True, True, True])
    share = np.ones(6)
    assert operating_point(probability, right, answerable, share) == pytest.approx(0.25)  # all right ones given
    share[2] = 5.0  # a near-miss that matters more than the answer beside it
    assert operating_point(probability, right, answerable, share) == pytest.approx(0.4)


def test_the_document_names_every_coefficient(model: EvidenceModel) -> None:
    document = json.loads(json.dumps(to_document(model, NAMES)))
    assert set(document["score"]) == set(NAMES)
    assert set(document["confidence"]) == {*NAMES, "margin", "intercept"}
    assert set(document["also"]) == {*NAMES, "gap", "intercept"}
    assert document["also"]["gap"] == pytest.approx(model.also[2], abs=1e-3)
    assert also_features(np.zeros((3, 2)), model.score).shape == (3, 4)


def test_what_is_not_read_has_the_smallest_features() -> None:
    article = Article.create("One. Two. Three. Four. Five.")
    bounds = [(0, 4), (5, 9), (10, 16), (17, 22), (23, 28)]
    sentences = [Sentence(article, number, *span) for number, span in enumerate(bounds)]
    sure = [[Reading(s, SURE_SPAN if s.index == 0 else 0.5, 0.0, 0.0, s.start, s.end)] for s in sentences]
    unsure = [[Reading(s, 0.5, 0.0, 0.0, s.start, s.end)] for s in sentences]
    retrieval = np.zeros((5, len(RETRIEVAL)))
    gold = np.zeros(5, dtype=bool)
    span = len(RETRIEVAL)
    asked = partial(Example, "article", "", "", sentences, retrieval, gold=gold)
    assert (asked(unsure).matrix(AT_ONCE, READ)[:READ, span] == 0.5).all()
    stopped = asked(sure).matrix(AT_ONCE, READ)[:, span]
    assert stopped[:AT_ONCE].min() == 0.5
    assert stopped[AT_ONCE:].max() < 0
    assert asked([]).matrix() is retrieval
