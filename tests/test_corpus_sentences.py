import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, split_sentences
from corpus.normalise import normalise
from corpus.sentences import LONGEST_SENTENCE, sentencex_ends

CASES = json.loads((Path(__file__).parent / "data" / "hard_sentences.json").read_text("utf-8"))
# "ended.Then": no blank stands where the sentence ends; sentencex cuts there, the list would not.
KNOWN_FAILURES = {"stop without blank"}

# Any text, and texts made of the characters that make splitting hard.
HARD = [
    *" \n\t.!?…\"'“”‘’()[],;:•-—1aAbBé。，？」",
    "\u0301",
    "\u200d",
    "\u200f",
    "👍",
    "\U0001f3fd",
    "🇰",
    "U.S.",
    "Mr.",
]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(st.sampled_from(HARD), max_size=200).map(
    "".join
)


def split(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(Article.create(text))]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_hard_news_sentences(case: dict[str, str]) -> None:
    expected = [piece.strip() for piece in case["marked"].split("|")]
    if case["name"] in KNOWN_FAILURES:
        pytest.xfail("known failure")
    assert split(case["marked"].replace("|", "")) == expected


def test_known_failures_still_fail_and_are_few() -> None:
    wrong = {
        case["name"]
        for case in CASES
        if split(case["marked"].replace("|", "")) != [piece.strip() for piece in case["marked"].split("|")]
    }
    assert wrong == KNOWN_FAILURES
    assert len(CASES) - len(wrong) >= 89


@settings(deadline=None)
@given(ANY_TEXT)
def test_sentences_hold_every_character_that_is_not_blank_once(text: str) -> None:
    if not normalise(text).strip():
        return
    article = Article.create(text)
    end = 0
    for index, sentence in enumerate(split_sentences(article)):
        assert sentence.index == index
        assert sentence.article is article
        assert sentence.start >= end
        assert not article.text[end : sentence.start].strip()
        assert sentence.text == article.text[sentence.start : sentence.end] == sentence.text.strip() != ""
        assert len(sentence.text) <= LONGEST_SENTENCE
        assert "\n\n" not in sentence.text
        end = sentence.end
    assert not article.text[end:].strip()
    assert split_sentences(article) == split_sentences(article)


def test_a_blank_line_ends_a_sentence() -> None:
    assert split("no full stop here\n\nand none here") == ["no full stop here", "and none here"]
    assert split("no full stop here\n  \t\nand none here") == ["no full stop here", "and none here"]


def test_a_line_ended_on_purpose_ends_a_sentence_and_a_wrapped_one_does_not() -> None:
    assert split("Apples\nPears\nOranges and lemons") == ["Apples", "Pears", "Oranges and lemons"]
    wrapped = (
        "The committee said on Thursday that the Bank of\n"
        "England and the Treasury had been asked to give\n"
        "Evidence in May to members of both houses of\n"
        "Parliament."
    )
    assert split(wrapped) == [wrapped]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a" * 100_000, 125),
        ("word " * 1000, 7),
        ("." * 2000, 3),
        ("👍\U0001f3fd" * 1000, 3),
        ("a" + "\u0316" * 5000, 7),
    ],
)
def test_what_never_stops_is_cut(text: str, pieces: int) -> None:
    sentences = split(text)
    assert len(sentences) == pieces
    assert max(map(len, sentences)) <= LONGEST_SENTENCE


def test_a_long_sentence_is_cut_at_a_blank_and_never_inside_an_emoji() -> None:
    assert set(" ".join(split("word " * 1000)).split()) == {"word"}
    assert all(piece.startswith("👍") for piece in split("👍\U0001f3fd" * 1000))
    assert all(len(piece) % 2 == 0 for piece in split("🇰🇷" * 1001))


def test_a_mark_that_is_never_closed_swallows_nothing() -> None:
    for mark in '"“‘([{':
        assert len(split(f"One {mark}is open. Two is not. Three is not.")) == 3


def test_an_unknown_language_is_split_like_english() -> None:
    article = Article.create("One is here. Two is there.", language="xx-YY")
    assert len(split_sentences(article)) == 2


def test_a_long_line_is_split_as_its_parts_are() -> None:
    story = "Mr. Oduya left on Sept. 3. “We will go,” he said! Who pays? Prices rose 2.5 percent (see p. 4). "
    block = story * 400
    once = sentencex_ends(story * 40)
    assert len(block) > 5_000 > len(story * 40)
    assert sentencex_ends(block) == [end + start * len(story) for start in range(0, 400, 40) for end in once]


@pytest.mark.parametrize("unit", ["漢字。", 'He said."A b.', "no stop here "])
def test_one_very_long_line_is_split(unit: str) -> None:
    article = Article.create(unit * (400_000 // len(unit)))  # by the square of its length: minutes
    sentences = split_sentences(article)
    assert "".join(sentence.text for sentence in sentences).replace(" ", "") == article.text.replace(" ", "")
