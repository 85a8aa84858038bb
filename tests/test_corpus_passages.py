from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Passage, cut_passages, split_sentences

SENTENCE = "Abcdefgh ijklmno pqr."  # 21 characters


def cut(text: str, max_characters: int, overlap: int = 1) -> tuple[Passage, ...]:
    article = Article.create(text)
    return cut_passages(article, split_sentences(article), max_characters, overlap)


def indices(passages: tuple[Passage, ...]) -> list[list[int]]:
    return [[sentence.index for sentence in passage.sentences] for passage in passages]


def test_passages_are_filled_and_overlap_by_one_sentence() -> None:
    # 21 + 1 + 21 + 1 + 21 = 65 characters are three sentences
    assert indices(cut(" ".join([SENTENCE] * 5), 65)) == [[0, 1, 2], [2, 3, 4]]
    assert indices(cut(" ".join([SENTENCE] * 5), 64)) == [[0, 1], [1, 2], [2, 3], [3, 4]]


def test_the_overlap_can_be_none_or_more() -> None:
    text = " ".join([SENTENCE] * 5)
    assert indices(cut(text, 65, overlap=0)) == [[0, 1, 2], [3, 4]]
    assert indices(cut(text, 65, overlap=2)) == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert indices(cut(text, 65, overlap=9)) == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]


def test_a_passage_ends_with_its_paragraph_where_that_costs_little() -> None:
    text = f"{SENTENCE} {SENTENCE}\n\n{SENTENCE} {SENTENCE}"
    assert indices(cut(text, 70, overlap=0)) == [[0, 1], [2, 3]]  # 43 of 70 characters are enough
    assert indices(cut(text, 80, overlap=0)) == [[0, 1, 2], [3]]  # 43 of 80 are not


def test_a_short_article_is_one_passage() -> None:
    (passage,) = cut("One is here.\n\nTwo is there.", 700)
    assert passage.text == "One is here.\n\nTwo is there."


def test_a_sentence_longer_than_the_limit_stands_alone() -> None:
    assert indices(cut(f"{SENTENCE} {'long ' * 30}end. {SENTENCE}", 50)) == [[0], [1], [2]]


def test_no_sentences_no_passages() -> None:
    assert cut_passages(Article.create("x"), ()) == ()


@pytest.mark.parametrize(("size", "overlap"), [(0, 1), (100, -1)])
def test_sizes_that_make_no_sense_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="max_characters"):
        cut("x", size, overlap)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["Ab.", SENTENCE, "Two words.", "No stop", "\n\n", "\n", "y" * 900 + ".", "语言。"])),
    st.integers(1, 200),
    st.integers(0, 4),
)
def test_passages_are_runs_of_sentences_that_miss_none(pieces: list[str], size: int, overlap: int) -> None:
    article = Article.create("Start. " + " ".join(pieces))
    sentences = split_sentences(article)
    passages = cut_passages(article, sentences, size, overlap)
    new = 0  # the first sentence not seen yet
    for index, passage in enumerate(passages):
        first, last = passage.sentences[0].index, passage.sentences[-1].index
        assert passage.index == index
        assert passage.sentences == sentences[first : last + 1]
        assert passage.text == article.text[passage.start : passage.end]
        assert new - overlap <= first <= new <= last
        assert len(passage.text) <= size or len(passage.sentences) == 1
        new = last + 1
    assert new == len(sentences)
    assert all(set(b.sentences) - set(a.sentences) for a, b in pairwise(passages))
    assert all(set(a.sentences) - set(b.sentences) for a, b in pairwise(passages))
    assert passages == cut_passages(article, sentences, size, overlap)
