"""The labelled sentences and values are what they say they are, and the scoring counts as it says."""

import json
from pathlib import Path

import pytest

from corpus import split_sentences
from evaluation.attribution.scoring import SPLITS, Score, articles, is_right, labels, score, share, wilson
from evaluation.quantities.__main__ import main as score_quantities

MODES = {"said", "claimed", "denied", "estimated", "quoted", "reported"}
TEXTS = articles()
VALUES = Path(__file__).parents[1] / "evaluation" / "quantities" / "values.jsonl"


@pytest.mark.parametrize("split", SPLITS)
def test_every_sentence_of_an_article_is_labelled_once(split: str) -> None:
    for article_id, records in labels(split).items():
        article = TEXTS[article_id]
        spans = [(sentence.start, sentence.end) for sentence in split_sentences(article)]
        assert [(record["start"], record["end"]) for record in records] == spans
        for record in records:
            assert article.text[record["start"] : record["end"]] == record["text"]
            assert (record["speaker"] is None) == ("mode" not in record)
            assert record.get("mode", "said") in MODES


def test_no_article_is_in_two_splits() -> None:
    ids = [article_id for split in SPLITS for article_id in labels(split)]
    assert len(ids) == len(set(ids))


def test_there_are_enough_labelled_sentences() -> None:
    records = [r for split in SPLITS for group in labels(split).values() for r in group if r.get("counted", True)]
    assert sum(record["speaker"] is not None for record in records) >= 150
    assert sum(record["speaker"] is None for record in records) >= 150


def test_the_bot_is_as_right_as_the_decision_says() -> None:
    total = Score()
    for split in SPLITS:
        for article_id, records in labels(split).items():
            total.add(score(TEXTS[article_id], records))
    assert total.right / total.given >= 0.95
    assert total.right / total.labelled >= 0.9
    assert total.mode_right / total.right >= 0.95


@pytest.mark.parametrize(
    ("name", "right"),
    [("Anna Berg", True), ("Berg", True), ("the mayor", True), ("Anna", False), ("Lind", False)],
)
def test_which_names_are_right(name: str, right: bool) -> None:
    assert is_right(name, {"speaker": "Anna Berg", "also": ["The mayor"]}) is right
    assert not is_right(name, {"speaker": None})


def test_wilson() -> None:
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(0, 0) == "none"


def test_labelled_values_are_their_spans(capsys: pytest.CaptureFixture[str]) -> None:
    for record in map(json.loads, VALUES.read_text("utf-8").splitlines()):
        assert TEXTS[record["article"]].text[record["start"] : record["end"]] == record["text"]
    score_quantities(show_misses=True)
    out = capsys.readouterr().out
    assert "held_out: precision 0.9" in out
