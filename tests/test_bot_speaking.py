"""Questions about speakers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.attribution import Attribution
from bot.evidence import EvidenceModel
from bot.speaking import quoted_in, weigh_speakers
from bot.voices import Voices
from corpus import Article, Sentence, split_sentences

NEWS = Article.create(
    "Eleven ships had come. “Eleven ships are late,” said Ida Brandt. Otto Lind, a sailor, denied that ships were late."
    " The gates are shut.",
    id="news",
)
SENTENCES = split_sentences(NEWS)
MODEL = EvidenceModel(  # one feature, which is the score; the confidence grows with it
    score=np.array([1.0]),
    confidence=np.array([2.0, 0.0]),
    intercept=-1.0,
    also=np.array([0.0, 0.0, -9.0]),
    threshold=0.5,
)


def said(sentence: Sentence) -> Attribution | None:
    return Voices().of_one(sentence, SENTENCES)


def best(question: str, scores: list[float]) -> int:
    matrix: NDArray[np.float64] = np.array(scores, dtype=np.float64)[:, None]
    return weigh_speakers(question, SENTENCES, matrix, MODEL, None, said)[0].sentence.index


@pytest.mark.parametrize(
    ("question", "scores", "index"),
    [
        ("How many ships had come?", [1, 0.9, 0, 0], 0),  # not about a speaker
        ("Who said that eleven ships had come?", [1, 0.9, 0, 0], 1),  # somebody says it
        ("What did Otto Lind say about ships?", [1, 0.9, 0.8, 0], 2),
        ("What did Ida Brandt say about ships?", [1, 0.8, 0.9, 0], 1),
        ("What did Vera Holm say about ships?", [1, 0.9, 0.8, 0], 0),  # nobody of that name speaks
        ("What did Otto Lind say about ships?", [1, 0.9, -2, 0], 0),  # what he says is about something else
        ("Who said “eleven ships are late”?", [1, -5, 0.9, 0], 1),  # the very words
    ],
)
def test_who_speaks_decides(question: str, scores: list[float], index: int) -> None:
    assert best(question, scores) == index


def test_only_those_who_suit_are_weighed() -> None:
    matrix = np.array([1, 0.9, 0.8, 0.7])[:, None]
    found = weigh_speakers("Who said that ships are late?", SENTENCES, matrix, MODEL, None, said)
    assert [item.sentence.index for item in found] == [1, 2]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ('who said "Eleven ships are LATE, "?', [1]),
        ("who said “ships”?", []),  # one word may stand anywhere
        ("who said “ten ships are late”?", []),
        ("who said eleven ships are late?", []),
    ],
)
def test_the_very_words(question: str, rows: list[int]) -> None:
    assert quoted_in(question, SENTENCES) == rows


def test_nothing_to_weigh() -> None:
    assert weigh_speakers("Who said that?", [], np.empty((0, 1)), MODEL, None, said) == []
