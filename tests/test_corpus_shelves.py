"""Browsing a library in an order of one's own, and taking articles out so that they can be put back."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import ArticleError, NoSuchArticleError, OutOfReachError, VersionConflictError
from corpus.library import open_library
from corpus.library.shelves import ConfinedShelves, Order
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.stored_library import StoredLibrary
from corpus.library.types import Filter
from corpus.library.verify import verify_library
from tests.library_articles import ENCODER, add, assert_whole, prepare, story

SEA = Filter(collections=frozenset({"sea"}))


@pytest.fixture
def store(place: Path | str) -> Iterator[StoredLibrary]:
    with closing(open_library(place)) as store:
        yield store


def fill(store: StoredLibrary) -> None:
    add(store, "b", story(1), title="Zebra", published=date(2024, 3, 1), source="Post")
    add(store, "c", story(2), "sea", title="apple", published=date(2024, 5, 1), source="Post", language="de")
    add(store, "a", story(3), "sea", title="Middle", source="Herald")


@pytest.mark.parametrize(("order", "ids"), [("added", "acb"), ("published", "cba"), ("title", "cab")])
def test_a_list_comes_in_the_order_asked_for(store: StoredLibrary, order: Order, ids: str) -> None:
    fill(store)
    pages = [store.shelves.page(order=order, skip=skip, limit=2) for skip in (0, 2, 4)]
    assert ["".join(article.id for article in page.articles) for page in pages] == [ids[:2], ids[2:], ""]
    assert {page.total for page in pages} == {3}
    assert pages[0].articles[0] == next(each for each in store.scan() if each.id == ids[0])


def test_a_list_can_be_narrowed(store: StoredLibrary) -> None:
    fill(store)
    page = store.shelves.page(SEA)
    assert (page.total, [article.id for article in page.articles]) == (2, ["a", "c"])
    assert sorted(store.shelves.titles(SEA)) == [("a", "Middle"), ("c", "apple")]
    assert store.shelves.sources() == {"Herald": 1, "Post": 2}
    assert store.shelves.sources(SEA) == {"Herald": 1, "Post": 1}
    assert store.shelves.languages() == {"de": 1, "en": 2}


def test_what_is_listed_is_the_current_version(store: StoredLibrary) -> None:
    add(store, "a", story(1), title="Old", source="Post")
    add(store, "a", story(2), title="New", source="Herald")
    assert store.shelves.titles() == [("a", "New")]
    assert store.shelves.sources() == {"Herald": 1}
    assert [article.version for article in store.shelves.page().articles] == [2]


def test_what_is_taken_out_is_gone_and_comes_back_whole(store: StoredLibrary) -> None:
    fill(store)
    add(store, "c", story(4), "sea", title="apple pie")
    add(store, "c", story(5), "sea", title="apple tart")
    before = [store.get("c", number) for number in (1, 2, 3)]
    summaries, others = store.versions("c"), store.passage_ids(Filter(collections=frozenset({"default"})))
    withdrawn = store.shelves.withdraw("c", if_version=3)
    assert withdrawn.characters == sum(summary.characters for summary in summaries)
    with pytest.raises(NoSuchArticleError):
        store.get("c")
    if isinstance(store, SqliteLibrary):
        assert story(4)[:60].encode() not in store.database.path.read_bytes()
    kept = store.shelves.put_back(withdrawn)
    assert (kept.outcome, kept.version) == ("added", 3)
    assert [store.get("c", number).article for number in (1, 2, 3)] == [one.article for one in before]
    assert [store.get("c", number).added for number in (1, 2, 3)] == [one.added for one in before]
    assert store.versions("c") == summaries
    assert_whole(store, prepare("c", story(5)), 3)
    assert store.get("c").origin == before[2].origin
    assert set(store.passage_ids()) > set(others)
    assert verify_library(store) == []
    assert add(store, "c", story(6), "sea") == "replaced"
    assert store.get("c").article.version == 4


def test_one_whose_place_was_taken_comes_back_as_a_duplicate(store: StoredLibrary) -> None:
    add(store, "a", story(1, sentences=20))
    assert add(store, "b", story(1, sentences=20, changed=1)) == "duplicate"
    withdrawn = store.shelves.withdraw("a")
    assert store.get("b").duplicate_of is None
    kept = store.shelves.put_back(withdrawn)
    assert (kept.outcome, kept.duplicate_of) == ("duplicate", "b")
    assert verify_library(store) == []
    duplicate = store.shelves.withdraw("a")
    store.delete("b")
    assert store.shelves.put_back(duplicate).outcome == "added"
    assert_whole(store, prepare("a", story(1, sentences=20)), 1)
    assert verify_library(store) == []


def test_an_empty_library_takes_its_last_article_back(store: StoredLibrary) -> None:
    add(store, "a", story(1))
    withdrawn = store.shelves.withdraw("a")
    assert store.health().encoder is None
    store.shelves.put_back(withdrawn)
    assert store.health().encoder == ENCODER.name


def test_another_version_is_not_taken_out(store: StoredLibrary) -> None:
    add(store, "a", story(1))
    add(store, "a", story(2))
    with pytest.raises(VersionConflictError, match="version 2"):
        store.shelves.withdraw("a", if_version=1)
    assert store.count() == 1


def test_nothing_is_put_back_over_what_is_there(store: StoredLibrary) -> None:
    add(store, "a", story(1))
    withdrawn = store.shelves.withdraw("a")
    add(store, "a", story(2))
    with pytest.raises(ArticleError, match="there again"):
        store.shelves.put_back(withdrawn)
    assert [summary.version for summary in store.versions("a")] == [1]
    assert store.get("a").article.text == story(2)


def test_shelves_of_some_collections_hold_nothing_else(store: StoredLibrary) -> None:
    fill(store)
    shelves = ConfinedShelves(store.shelves, frozenset({"sea"}))
    assert [article.id for article in shelves.page().articles] == ["a", "c"]
    assert shelves.page(Filter(collections=frozenset({"default"}))).total == 0
    assert len(shelves.titles()) == 2
    assert shelves.sources() == {"Herald": 1, "Post": 1}
    assert shelves.languages() == {"de": 1, "en": 1}
    with pytest.raises(NoSuchArticleError):
        shelves.withdraw("b")
    shelves.put_back(shelves.withdraw("a"))
    assert store.count() == 3
    with pytest.raises(OutOfReachError):
        shelves.put_back(store.shelves.withdraw("b"))
