import json
from importlib.resources import files
from typing import Literal

import numpy as np
import pytest

from bot.evidence import (
    FEATURES,
    GAP_CAP,
    LARGEST_LOGIT,
    MARGIN_CAP,
    RETRIEVAL,
    EvidenceModel,
    also_features,
    best_probability,
    best_readings,
    candidates,
    confidence_features,
    features,
    reader_features,
    shipped_model,
    weigh,
)
from bot.reader.reader import Reading
from corpus import Article, Passage, Sentence

ARTICLE = Article.create("Troops arrived. Ships sailed. Nobody spoke.", id="a")
SENTENCES = (Sentence(ARTICLE, 0, 0, 15), Sentence(ARTICLE, 1, 16, 29), Sentence(ARTICLE, 2, 30, 43))
FIRST = Passage(ARTICLE, 0, SENTENCES[:2])
SECOND = Passage(ARTICLE, 1, SENTENCES[1:])
MODEL = EvidenceModel(
    score=np.array([1.0, 0, 0, 0]),
    confidence=np.array([2.0, 0, 0, 0, 1.0]),
    intercept=-1.0,
    also=np.array([1.0, 0, 0, 0, -2.0, 0.5]),
    threshold=0.5,
)


def matrix(*dense: float) -> np.ndarray:
    return np.array([[value, 0, 0, 0] for value in dense])


def test_candidates_come_once_and_in_text_order() -> None:
    assert candidates([SECOND, FIRST]) == list(SENTENCES)


def test_a_sentence_in_two_passages_takes_the_better() -> None:
    found = features("ships", SENTENCES, np.array([0.1, 0.2, 0.3], np.float32), [FIRST, SECOND], [0.5, 0.9])
    assert found.shape == (3, len(RETRIEVAL))
    assert found[:, 0] == pytest.approx([0.1, 0.2, 0.3])
    assert found[:, 2].tolist() == [0.5, 0.9, 0.9]
    assert found[1, 1] > 0 == found[0, 1]


def test_confidence_by_hand() -> None:
    # the best has dense 0.9 and leads by 0.4: sigmoid(2 * 0.9 + 1 * 0.4 - 1)
    assert confidence_features(matrix(0.5, 0.9), MODEL.score).tolist() == pytest.approx([0.9, 0, 0, 0, 0.4])
    assert best_probability(matrix(0.5, 0.9), MODEL) == pytest.approx(1 / (1 + np.exp(-1.2)))


def test_the_best_comes_first_and_the_others_are_likely_only_as_far_as_it_is() -> None:
    evidence = weigh(SENTENCES, matrix(0.5, 0.9, 0.5), MODEL)
    assert [item.sentence.index for item in evidence] == [1, 0, 2]
    # sigmoid(1 * 0.5 - 2 * 0.4 + 0.5), by hand
    assert evidence[1].probability == pytest.approx(evidence[0].probability / (1 + np.exp(-0.2)))


def test_a_gap_beyond_the_cap_counts_as_the_cap() -> None:
    far = also_features(matrix(90.0, 0.0, 50.0), MODEL.score)
    assert far[:, 4].tolist() == [0.0, GAP_CAP, GAP_CAP]
    assert (far[:, 5] == 1).all()


def test_a_lone_sentence_has_the_largest_lead() -> None:
    assert confidence_features(matrix(0.5), MODEL.score)[-1] == MARGIN_CAP


def test_no_candidate_has_no_probability() -> None:
    assert best_probability(np.empty((0, 4)), MODEL) == 0.0


def reading(index: int, span: float, relevance: float = 1.0) -> Reading:
    sentence = SENTENCES[index]
    return Reading(sentence, span, relevance, 0.5, sentence.start, sentence.start + 5)


def test_of_two_readings_of_a_sentence_the_better_counts() -> None:
    best = best_readings([reading(0, 1.0), reading(1, 2.0), reading(1, 3.0), reading(1, 0.0)])
    assert [item.span for item in best.values()] == [1.0, 3.0]


def test_reader_features_by_hand() -> None:
    rows = reader_features(SENTENCES, best_readings([reading(0, 1.5), reading(1, 99.0)]))
    assert rows.tolist() == [[1.5, 1.0, 0.5], [LARGEST_LOGIT, 1.0, 0.5], [-LARGEST_LOGIT] * 3]


def test_only_a_span_that_beats_no_answer_is_marked() -> None:
    best = best_readings([reading(0, 0.1), reading(1, -0.1)])
    assert [item.answer for item in weigh(SENTENCES, matrix(0.9, 0.5, 0.1), MODEL, best)] == [(0, 5), None, None]


@pytest.mark.parametrize("name", ["retrieval", "reader"])
def test_the_shipped_models_are_whole_and_say_what_they_were_fitted_on(name: Literal["retrieval", "reader"]) -> None:
    model = shipped_model(name)
    assert model.score.shape == (len(FEATURES[name]),)
    assert model.confidence.shape == (len(FEATURES[name]) + 1,)
    assert model.also.shape == (len(FEATURES[name]) + 2,)
    assert 0 < model.threshold < 1
    assert json.loads((files("bot") / "evidence.json").read_text())[name]["fitted_on"]["questions"] >= 250
