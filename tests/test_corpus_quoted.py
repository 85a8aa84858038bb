"""From a cited place back to the sentence: what is read is the text's own slice, or nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import default_article, split_sentences
from corpus.article import Sentence
from corpus.library import open_library
from corpus.library.talk import CitedPlace
from corpus.library.types import LibraryStore
from corpus.quoted import Quotes
from tests.library_articles import add, story

TEXT = "The ferry to Lindholm sank. Its captain, Mara Voss, was the last to leave. Nobody was hurt."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LibraryStore]:
    with open_library(tmp_path / "library.db") as library:
        yield library


def place_of(sentence: Sentence, version: int = 1) -> CitedPlace:
    article = sentence.article
    return CitedPlace(article.id, version, article.fingerprint, sentence.start, sentence.end, sentence.index, 0.5)


def places(store: LibraryStore, id: str = "ferry") -> list[CitedPlace]:
    stored = store.get(id)
    return [place_of(sentence, stored.article.version) for sentence in stored.sentences]


def test_a_place_is_valid_while_its_article_is_as_it_was(store: LibraryStore) -> None:
    add(store, "ferry", TEXT)
    quoted = [Quotes(store).of(place) for place in places(store)]
    assert [one.quote for one in quoted] == [
        "The ferry to Lindholm sank.",
        "Its captain, Mara Voss, was the last to leave.",
        "Nobody was hurt.",
    ]
    assert {(one.status, one.holds) for one in quoted} == {("valid", True)}
    assert quoted[1].answer == ""
    named = replace(places(store)[1], answer_span=(41, 50))
    assert Quotes(store).of(named).answer == "Mara Voss"


def test_a_new_version_moves_changes_or_drops_a_sentence(store: LibraryStore) -> None:
    add(store, "ferry", TEXT)
    before = places(store)
    add(store, "ferry", "It is certain now. The ferry to Lindholm sank. Two people were hurt.")
    moved, dropped, changed = (Quotes(store).of(place) for place in before)
    assert (moved.status, moved.now and moved.now.start) == ("moved", 19)
    assert (dropped.status, dropped.quote, dropped.holds) == ("changed", TEXT[28:74], False)
    assert (changed.status, changed.now and changed.now.text) == ("changed", "Two people were hurt.")
    assert changed.quote == "Nobody was hurt."


def test_a_removed_article_has_no_words_left(store: LibraryStore) -> None:
    add(store, "ferry", TEXT)
    add(store, "other", story(1))
    before = places(store)
    store.delete("ferry")
    for place in before:
        quoted = Quotes(store).of(place)
        assert (quoted.status, quoted.sentence, quoted.now, quoted.quote, quoted.article) == ("gone", *[None] * 4)


def test_another_text_under_the_same_id_is_not_what_was_quoted(store: LibraryStore) -> None:
    add(store, "ferry", TEXT)
    before = places(store)
    store.delete("ferry")
    add(store, "ferry", story(3))
    assert {Quotes(store).of(place).status for place in before} == {"gone"}
    store.delete("ferry")
    add(store, "ferry", story(4))
    add(store, "ferry", TEXT)  # the same text again, as another version
    assert {Quotes(store).of(place).status for place in before} == {"valid"}


def test_the_article_that_ships_is_there_whatever_the_library_holds(store: LibraryStore) -> None:
    sentence = split_sentences(default_article())[4]
    for held in (None, store):
        assert Quotes(held).of(place_of(sentence)).quote == sentence.text
    add(store, default_article().id, TEXT)  # under its id
    assert Quotes(store).of(place_of(sentence)).quote == sentence.text
    assert Quotes(None, lambda _: None).of(place_of(sentence)).status == "gone"


@pytest.mark.parametrize("bounds", [(0, 10**6), (90, 95)])
def test_a_place_beyond_the_text_is_gone(store: LibraryStore, bounds: tuple[int, int]) -> None:
    add(store, "ferry", TEXT)
    place = replace(places(store)[0], start=bounds[0], end=bounds[1])
    assert Quotes(store).of(place).status == "gone"
    add(store, "ferry", story(1))
    assert Quotes(store).of(place).status == "gone"


@pytest.mark.parametrize("bounds", [(-1, 3), (3, 3), (5, 2)])
def test_what_is_no_place_cannot_be_made(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no sentence's place"):
        CitedPlace("a", 1, "f", *bounds, 0)


def test_a_sentence_is_found_by_its_very_span_alone(store: LibraryStore) -> None:
    add(store, "ferry", TEXT)
    first = places(store)[0]
    add(store, "ferry", f"Well. {TEXT}")
    quotes = Quotes(store)
    found = quotes.find("ferry", first.fingerprint, first.start, first.end)
    assert found is not None
    assert (found.index, found.article.version) == (0, 1)
    assert quotes.find("ferry", first.fingerprint, first.start, first.end - 1) is None
    assert quotes.find("ferry", "0" * 64, first.start, first.end) is None
    assert quotes.find("nowhere", first.fingerprint, first.start, first.end) is None


# Alphabets that matter to offsets: combining marks, wide characters, right-to-left, characters beyond the first plane.
_WORDS = st.text(st.sampled_from("aé\u0301ßاب漢字😀𝒳'\""), min_size=1, max_size=8)
_SENTENCES = st.lists(st.lists(_WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6)


@given(first=_SENTENCES, second=_SENTENCES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_quoted_is_always_the_text_at_the_place(
    store: LibraryStore, first: list[str], second: list[str]
) -> None:
    for summary in store.scan():
        store.delete(summary.id)
    add(store, "a", ". ".join(first) + ".")
    cited = {place: store.get("a").article.text[place.start : place.end] for place in places(store, "a")}
    add(store, "a", ". ".join([*second, *first[1:]]) + ".")
    current = store.get("a").article
    quotes = Quotes(store)
    for place, words in cited.items():
        quoted = quotes.of(place)
        assert quoted.quote == words
        assert quoted.sentence is not None
        assert quoted.sentence.article.fingerprint == place.fingerprint
        if quoted.holds:
            assert quoted.now is not None
            assert current.text[quoted.now.start : quoted.now.end] == words
    store.delete("a")
    assert {Quotes(store).of(place).quote for place in cited} == {None}
