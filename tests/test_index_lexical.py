import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import StoredDataError
from index.bm25 import K1, B
from index.lexical import LexicalIndex
from index.words import terms

TEXTS = ["troops left the city", "the river rose and the river fell", "troops, troops!", "of the and"]
WORDS = st.lists(st.sampled_from(["river", "city", "rose", "snow", "the", "3,000"]), max_size=8).map(" ".join)


def slow_bm25(question: str, texts: list[str]) -> list[float]:
    bags = [Counter(terms(text)) for text in texts]
    mean = sum(bag.total() for bag in bags) / max(len(bags), 1)
    total = []
    for bag in bags:
        score = 0.0
        for term in set(terms(question)):
            n = sum(term in other for other in bags)
            idf = math.log(1 + (len(bags) - n + 0.5) / (n + 0.5))
            score += idf * bag[term] * (K1 + 1) / (bag[term] + K1 * (1 - B + B * bag.total() / max(mean, 1)))
        total.append(score)
    return total


def indexed(texts: list[str]) -> LexicalIndex:
    index = LexicalIndex()
    index.add(range(len(texts)), texts)
    return index


def test_a_score_worked_by_hand() -> None:
    # Two of the four texts say "troops"; their terms number 3, 4, 2 and 0, so 2.25 on average.
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    in_first = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / 2.25))
    in_third = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 2 / 2.25))
    assert indexed(TEXTS).scores("How many troops?", [0, 1, 2, 3]) == pytest.approx([in_first, 0, in_third, 0])
    assert indexed(TEXTS).search("How many troops?", 5) == [2, 0]


def test_a_term_in_every_text_still_counts() -> None:
    assert indexed(["troops", "troops left"]).search("troops", 5) == [0, 1]


@given(st.lists(WORDS, max_size=12), st.sets(st.integers(0, 11)), st.lists(WORDS, max_size=4), WORDS)
def test_any_order_of_changes_gives_the_slow_score(
    texts: list[str], removed: set[int], added: list[str], question: str
) -> None:
    index = indexed(texts)
    index.scores(question, range(len(texts)))
    assert index.remove(list(removed)) == len([id for id in removed if id < len(texts)])
    index.add(range(100, 100 + len(added)), added)
    kept = {id: text for id, text in enumerate(texts) if id not in removed} | dict(enumerate(added, start=100))
    expected = dict(zip(kept, slow_bm25(question, list(kept.values())), strict=True))
    assert index.scores(question, list(kept)) == pytest.approx(list(expected.values()), rel=1e-5)
    scores = {id: float(score) for id, score in zip(kept, index.scores(question, list(kept)), strict=True)}
    found = index.search(question, 99)
    assert set(found) == {id for id, score in scores.items() if score > 0}
    assert [scores[id] for id in found] == sorted((scores[id] for id in found), reverse=True)
    again = LexicalIndex.from_bytes(index.to_bytes())
    assert again.search(question, 99) == found
    assert list(again.ids) == list(index.ids) == sorted(kept)


def test_what_is_removed_leaves_no_trace() -> None:
    index = indexed(["the heron flew", "the dog barked"])
    index.remove([0])
    assert index.search("heron", 5) == []
    assert b"heron" not in index.to_bytes()
    with pytest.raises(KeyError):
        index.scores("heron", [0])


def test_search_among_some() -> None:
    index = indexed(TEXTS)
    assert index.search("troops", 1, among=[0, 1]) == [0]
    assert index.search("troops", 1, among=[]) == []


def test_ties_are_broken_by_id() -> None:
    assert indexed(["snow", "snow", "rain", "snow"]).search("snow", 2) == [0, 1]


@pytest.mark.parametrize("ids", [[3], [5, 5], [6, 5], [5]])
def test_ids_rise(ids: list[int]) -> None:
    index = indexed(TEXTS)
    with pytest.raises(ValueError, match="rising"):
        index.add(ids, ["snow", "rain"] if len(ids) == 1 and ids[0] == 5 else ["snow"] * len(ids))
    assert len(index) == 4


@pytest.mark.parametrize("data", [b"", b"nonsense", LexicalIndex().to_bytes()[:50]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StoredDataError, match="lexical index"):
        LexicalIndex.from_bytes(data)


def test_an_empty_index_finds_nothing() -> None:
    for index in (LexicalIndex(), LexicalIndex.from_bytes(LexicalIndex().to_bytes()), indexed(["..."])):
        assert index.search("troops", 5) == []
    assert LexicalIndex().scores("troops", []).dtype == np.float32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The troops' camps", ["troop", "camp"]),
        ("3,000 people; 2.5 % — U.S. and NATO's", ["3,000", "peopl", "2.5", "us", "nato"]),
        ("Zoë’s café", ["zoe", "cafe"]),
        ("The US and the U.N. Charter", ["us", "un", "charter"]),
        ("It ended. A.", ["end"]),
        ("what is the", []),
        ("東京 Москва", ["東京", "москва"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
