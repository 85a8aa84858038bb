import json
from importlib.resources import files

import numpy as np
import pytest

from bot.evidence import (
    FEATURES,
    MARGIN_CAP,
    EvidenceModel,
    best_probability,
    candidates,
    confidence_features,
    features,
    shipped_model,
    weigh,
)
from corpus import Article, Passage, Sentence

ARTICLE = Article.create("Troops arrived. Ships sailed. Nobody spoke.", id="a")
SENTENCES = (Sentence(ARTICLE, 0, 0, 15), Sentence(ARTICLE, 1, 16, 29), Sentence(ARTICLE, 2, 30, 43))
FIRST = Passage(ARTICLE, 0, SENTENCES[:2])
SECOND = Passage(ARTICLE, 1, SENTENCES[1:])
MODEL = EvidenceModel(
    score=np.array([1.0, 0, 0, 0]), confidence=np.array([2.0, 0, 0, 0, 1.0]), intercept=-1.0, threshold=0.5
)


def matrix(*dense: float) -> np.ndarray:
    return np.array([[value, 0, 0, 0] for value in dense])


def test_candidates_come_once_and_in_text_order() -> None:
    assert candidates([SECOND, FIRST]) == list(SENTENCES)


def test_a_sentence_in_two_passages_takes_the_better() -> None:
    found = features("ships", SENTENCES, np.array([0.1, 0.2, 0.3], np.float32), [FIRST, SECOND], [0.5, 0.9])
    assert found.shape == (3, len(FEATURES))
    assert found[:, 0] == pytest.approx([0.1, 0.2, 0.3])
    assert found[:, 2].tolist() == [0.5, 0.9, 0.9]
    assert found[1, 1] > 0 == found[0, 1]


def test_confidence_by_hand() -> None:
    # the best has dense 0.9 and leads by 0.4: sigmoid(2 * 0.9 + 1 * 0.4 - 1)
    assert confidence_features(matrix(0.5, 0.9), MODEL.score).tolist() == pytest.approx([0.9, 0, 0, 0, 0.4])
    assert best_probability(matrix(0.5, 0.9), MODEL) == pytest.approx(1 / (1 + np.exp(-1.2)))


def test_the_best_comes_first_and_the_others_fall_off_by_their_lead() -> None:
    evidence = weigh(SENTENCES, matrix(0.5, 0.9, 0.5), MODEL)
    assert [item.sentence.index for item in evidence] == [1, 0, 2]
    assert evidence[1].probability == pytest.approx(evidence[0].probability * np.exp(-0.4))


def test_a_lone_sentence_has_the_largest_lead() -> None:
    assert confidence_features(matrix(0.5), MODEL.score)[-1] == MARGIN_CAP


def test_no_candidate_has_no_probability() -> None:
    assert best_probability(np.empty((0, 4)), MODEL) == 0.0


def test_the_shipped_model_is_whole_and_says_what_it_was_fitted_on() -> None:
    model = shipped_model()
    assert model.score.shape == (len(FEATURES),)
    assert model.confidence.shape == (len(FEATURES) + 1,)
    assert 0 < model.threshold < 1
    assert json.loads((files("bot") / "evidence.json").read_text())["fitted_on"]["questions"] >= 500
