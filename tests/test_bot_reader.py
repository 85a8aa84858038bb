"""The reader at run time."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bot import Bot
from bot.reader.reader import LONGEST_SPAN, Reader, best_span, shipped_reader
from corpus import Article, cut_passages, default_article, split_sentences
from index import PassageIndex
from tests.fakes import FakeEncoder

LOGITS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=40)


def test_best_span_by_hand() -> None:
    start, end = np.array([1, 5, 0], np.float32), np.array([9, 0, 2], np.float32)
    assert best_span(start, end) == (0, 0, 10.0)  # 5 + 9 is larger, but ends before it starts
    assert best_span(start, np.array([0, 0, 2], np.float32), longest=1) == (1, 1, 5.0)


@given(LOGITS)
def test_best_span_is_that_of_a_slow_search(logits: list[tuple[int, int]]) -> None:
    start, end = np.array(logits, np.float32).T
    slow = max(start[i] + end[j] for i in range(len(start)) for j in range(i, min(len(start), i + LONGEST_SPAN)))
    first, last, score = best_span(start, end)
    assert score == slow == start[first] + end[last]
    assert 0 <= first <= last < first + LONGEST_SPAN


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shipped_reader()


@pytest.mark.model
def test_the_answering_sentence_has_the_best_span(reader: Reader) -> None:
    article = default_article()
    readings = reader.read("how many troops might be involved?", cut_passages(article, split_sentences(article)))
    best = max(chain.from_iterable(readings), key=lambda reading: reading.span)
    assert best.sentence.text == "U.S. officials estimate that around 3,000 troops might be involved."
    assert "3,000" in article.text[best.start : best.end]
    assert best.sentence.start <= best.start < best.end <= best.sentence.end


@pytest.mark.model
def test_a_question_about_something_else_has_a_worse_best_span(reader: Reader) -> None:
    article = default_article()
    passages = cut_passages(article, split_sentences(article))
    best = [
        max(reading.span for reading in chain.from_iterable(reader.read(question, passages)))
        for question in ("Where did Austin speak on October 23?", "What does a litre of milk cost in Peru?")
    ]
    assert best[0] > best[1]


@pytest.mark.model
def test_a_reading_is_the_same_bytes_whatever_is_read_with_it(reader: Reader) -> None:
    article = default_article()
    passages = cut_passages(article, split_sentences(article))
    together = reader.read("how many troops?", passages)
    alone = [reader.read("how many troops?", [passage])[0] for passage in reversed(passages)]
    assert together == alone[::-1]
    one_thread = shipped_reader(threads=1).read("how many troops?", passages)
    assert one_thread == together


@pytest.mark.model
@pytest.mark.parametrize("text", ["x" * 5_000, "\u0301\u0301 word. " * 50, "😀 " * 600, "word " * 3_000])
def test_odd_and_long_texts_are_read(reader: Reader, text: str) -> None:
    article = Article.create(text, title="")
    answer = Bot(PassageIndex.build([article], FakeEncoder()), reader).ask("which word?")
    for citation in (*answer.citations, *answer.nearest):
        span = citation.answer
        assert span is None or citation.sentence.start <= span.start < span.end <= citation.sentence.end
