"""What every store of the library must do: the one in a file, and the one on a server."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexMismatchError, NoSuchArticleError, VersionConflictError
from corpus.library import open_library
from corpus.library.near_duplicates import signature_of
from corpus.library.types import Filter, LibraryStore, PreparedArticle
from tests.library_articles import ENCODER, FIELDS, add, assert_whole, prepare, story

Open = Callable[[], LibraryStore]


@pytest.fixture
def opened(place: Path | str) -> Iterator[Open]:
    """Opens the same library as often as it is called, as several processes would."""
    stores: list[LibraryStore] = []

    def open_another() -> LibraryStore:
        stores.append(open_library(place))
        return stores[-1]

    yield open_another
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Open) -> LibraryStore:
    return opened()


def test_an_empty_library(store: LibraryStore) -> None:
    health = store.health()
    assert (health.articles, health.versions, health.passages, health.encoder, health.dim) == (0, 0, 0, None, None)
    assert store.generation == health.generation == 0
    assert (store.scan(), store.collections(), store.count()) == ([], {}, 0)
    assert store.passage_ids().dtype == np.int64
    assert store.passage_ids().size == store.changes(0).added.size == 0
    assert store.find_origin("/x") is None
    assert store.near_duplicate(signature_of("a")) is None


def test_an_article_comes_back_as_it_was_put_in(store: LibraryStore) -> None:
    prepared = prepare("one", story(1), origin="/a/b.txt", **FIELDS)
    kept = store.upsert(prepared, encoder=ENCODER.name, collection="wars")
    assert (kept.outcome, kept.id, kept.version, kept.duplicate_of) == ("added", "one", 1, None)
    assert_whole(store, prepared, 1)
    stored = store.get("one")
    assert stored.article == prepared.article
    assert (stored.collection, stored.origin) == ("wars", "/a/b.txt")
    assert timedelta(0) <= datetime.now(UTC) - stored.added < timedelta(minutes=10)
    assert store.get("one", 1) == stored


def test_the_summary_says_what_the_article_says(store: LibraryStore) -> None:
    prepared = prepare("one", story(1), **FIELDS)
    store.upsert(prepared, encoder=ENCODER.name, collection="wars")
    (summary,) = store.scan()
    article = prepared.article
    for name in ("id", "title", "url", "source", "author", "published", "language", "version", "fingerprint"):
        assert getattr(summary, name) == getattr(article, name)
    assert (summary.characters, summary.sentences) == (len(article.text), len(prepared.sentences))
    assert (summary.passages, summary.collection) == (len(prepared.passages), "wars")
    assert summary == store.find_origin("/articles/one") == store.versions("one")[0]


def test_odd_characters_come_back(store: LibraryStore) -> None:
    prepared = prepare(
        "\u00fc/'%_\U0001f600",
        "\U0001f600 Sagte er. \u4f60\u597d\u3002 '; DROP TABLE articles; --",
        title="\u00dc\u2026",
    )
    store.upsert(prepared, encoder=ENCODER.name)
    assert store.get(prepared.article.id).article == prepared.article
    assert [s.id for s in store.scan()] == [prepared.article.id]


def test_an_origin_that_is_no_text_is_found_again(store: LibraryStore) -> None:
    origin = b"/a/\xff.txt".decode("utf-8", "surrogateescape")
    add(store, "one", story(1), origin=origin)
    found = store.find_origin(origin)
    assert found is not None
    assert found.id == "one"


def test_the_same_text_changes_nothing(store: LibraryStore) -> None:
    add(store, "one", story(1))
    before = (store.generation, store.passage_ids().tolist())
    kept = store.upsert(prepare("one", story(1), title="Another"), encoder=ENCODER.name)
    assert (kept.outcome, kept.version) == ("unchanged", 1)
    assert (store.generation, store.passage_ids().tolist()) == before


def test_another_text_is_the_next_version(store: LibraryStore) -> None:
    first, second = prepare("one", story(1)), prepare("one", story(2), title="Corrected")
    store.upsert(first, encoder=ENCODER.name)
    old_ids = store.passage_ids()
    kept = store.upsert(second, encoder=ENCODER.name)
    assert (kept.outcome, kept.version) == ("replaced", 2)
    assert_whole(store, second, 2)
    assert not np.isin(store.passage_ids(), old_ids).any()
    with pytest.raises(KeyError):
        list(store.passages(old_ids.tolist()))


def test_an_old_version_still_resolves(store: LibraryStore) -> None:
    first = prepare("one", story(1))
    store.upsert(first, encoder=ENCODER.name)
    add(store, "one", story(2), title="Corrected")
    old = store.get("one", 1)
    assert old.article == first.article
    assert [s.text for s in old.sentences] == [s.text for s in first.sentences]
    assert (old.passages, old.first_id) == ((), -1)
    assert [(v.version, v.passages > 0, v.title) for v in store.versions("one")] == [
        (1, False, first.article.title),
        (2, True, "Corrected"),
    ]


def test_replace_asks_for_the_current_version(store: LibraryStore) -> None:
    with pytest.raises(NoSuchArticleError, match="'one'"):
        store.replace(prepare("one", story(1)), encoder=ENCODER.name, if_version=1)
    add(store, "one", story(1), "wars")
    assert store.replace(prepare("one", story(2)), encoder=ENCODER.name, if_version=1).version == 2
    with pytest.raises(VersionConflictError, match="version 2, not 1"):
        store.replace(prepare("one", story(3)), encoder=ENCODER.name, if_version=1)
    assert_whole(store, prepare("one", story(2)), 2)
    assert store.get("one").collection == "wars"


def test_another_encoder_is_refused(store: LibraryStore) -> None:
    add(store, "one", story(1))
    before = store.generation
    for id in ("one", "two"):
        with pytest.raises(IndexMismatchError, match=r"fake-16 .*not of other"):
            store.upsert(prepare(id, story(2)), encoder="other")
    assert (store.count(), store.generation) == (1, before)
    store.delete("one")
    assert store.upsert(prepare("two", story(2)), encoder="other").outcome == "added"
    assert store.health().encoder == "other"


def test_deleted_is_gone(store: LibraryStore) -> None:
    add(store, "one", story(1))
    add(store, "one", story(2))
    add(store, "two", story(3))
    kept = store.get("two")
    store.delete("one")
    for call in (store.get, store.delete, store.versions, store.sentence_vectors):
        with pytest.raises(NoSuchArticleError, match="'one'"):
            call("one")
    with pytest.raises(NoSuchArticleError, match="version 1 of"):
        store.get("one", 1)
    assert store.find_origin("/articles/one") is None
    assert store.near_duplicate(signature_of(story(2))) is None
    assert [summary.id for summary in store.scan()] == ["two"]
    assert store.get("two") == kept
    assert store.passage_ids().tolist() == list(range(kept.first_id, kept.first_id + len(kept.passages)))


def test_an_id_is_never_given_again(store: LibraryStore) -> None:
    seen: set[int] = set()
    for number in range(4):
        add(store, "one", story(number))
        ids = set(store.passage_ids().tolist())
        assert not ids & seen
        seen |= ids
        store.delete("one")


def test_what_is_nearly_the_same_is_a_duplicate(store: LibraryStore) -> None:
    add(store, "one", story(1, 20))
    before = store.passage_ids().tolist()
    kept = store.upsert(prepare("two", story(1, 20, changed=1)), encoder=ENCODER.name)
    assert (kept.outcome, kept.duplicate_of) == ("duplicate", "one")
    stored = store.get("two")
    assert (stored.duplicate_of, stored.passages, stored.first_id) == ("one", (), -1)
    assert store.versions("two")[0].passages == 0
    assert store.passage_ids().tolist() == before
    assert add(store, "three", story(1, 20, changed=10)) == "added"
    assert store.near_duplicate(signature_of(story(1, 20))) == "one"
    assert store.near_duplicate(signature_of(story(1, 20)), but="one") is None


def test_a_duplicate_becomes_an_answer_when_its_original_goes(store: LibraryStore) -> None:
    second = prepare("two", story(1, 20, changed=1))
    add(store, "one", story(1, 20))
    store.upsert(second, encoder=ENCODER.name)
    assert add(store, "three", story(1, 20)) == "duplicate"
    since = store.generation
    store.delete("one")
    assert_whole(store, second, 1)
    assert store.get("two").duplicate_of is None
    assert store.get("three").duplicate_of == "two"
    assert store.changes(since).added.tolist() == store.passage_ids().tolist()


def test_a_duplicate_becomes_an_answer_when_its_original_is_corrected_away(store: LibraryStore) -> None:
    add(store, "one", story(1, 20))
    add(store, "two", story(1, 20))
    add(store, "one", story(2, 20))
    assert store.get("two").duplicate_of is None
    assert add(store, "one", story(1, 20)) == "duplicate"
    assert store.get("one").duplicate_of == "two"
    assert add(store, "one", story(3, 20)) == "replaced"
    assert {row.article_id for row in store.passages(store.passage_ids().tolist())} == {"one", "two"}


def test_duplicates_are_looked_for_in_one_collection(store: LibraryStore) -> None:
    add(store, "one", story(1), "wars")
    assert add(store, "two", story(1), "sport") == "added"
    assert add(store, "two", story(1), "wars") == "duplicate"  # moved there
    assert add(store, "two", story(1), "sport") == "replaced"
    assert store.versions("two")[-1].version == 1
    assert store.collections() == {"sport": 1, "wars": 1}
    assert store.near_duplicate(signature_of(story(1)), collection="sport") == "two"


def test_scan_gives_pages_in_the_order_of_ids(store: LibraryStore) -> None:
    for number in (3, 1, 2, 5, 4):
        add(store, f"a{number}", story(number))
    assert [s.id for s in store.scan(limit=2)] == ["a1", "a2"]
    assert [s.id for s in store.scan(after="a2", limit=2)] == ["a3", "a4"]
    assert [s.id for s in store.scan(after="a5")] == []


FILTERS = {
    "everything": (Filter(), "abc"),
    "articles": (Filter(articles=frozenset({"a", "c", "z"})), "ac"),
    "many articles": (Filter(articles=frozenset({"a", "c"} | {f"z{i}" for i in range(40_000)})), "ac"),
    "no articles": (Filter(articles=frozenset()), ""),
    "collections": (Filter(collections=frozenset({"wars"})), "ab"),
    "sources": (Filter(sources=frozenset({"bbc", "cnn"})), "a"),
    "languages": (Filter(languages=frozenset({"de"})), "b"),
    "from": (Filter(published_from=date(2024, 1, 2)), "b"),
    "to": (Filter(published_to=date(2024, 1, 1)), "a"),
    "range": (Filter(published_from=date(2024, 1, 1), published_to=date(2024, 1, 2)), "ab"),
    "several": (Filter(collections=frozenset({"wars"}), languages=frozenset({"en"})), "a"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(store: LibraryStore, name: str) -> None:
    where, expected = FILTERS[name]
    add(store, "a", story(1), "wars", source="bbc", published=date(2024, 1, 1))
    add(store, "b", story(2), "wars", language="de", published=date(2024, 1, 2))
    add(store, "c", story(3), "sport")
    assert "".join(summary.id for summary in store.scan(where)) == expected
    assert store.count(where) == len(expected)
    found = [row.article_id for row in store.passages(store.passage_ids(where).tolist())]
    assert found == [id for id in expected for _ in store.get(id).passages]


def test_a_filter_looks_at_the_current_version(store: LibraryStore) -> None:
    add(store, "a", story(1), language="de")
    add(store, "a", story(2), language="en")
    assert store.count(Filter(languages=frozenset({"de"}))) == 0
    assert store.passage_ids(Filter(languages=frozenset({"de"}))).size == 0


def test_passages_come_in_the_order_asked_for_across_blocks(store: LibraryStore) -> None:
    for number in range(60):
        add(store, f"a{number:02}", story(number, 12))
    ids = store.passage_ids()[::-1].tolist()
    assert len(ids) > 256
    assert [row.id for row in store.passages(ids)] == ids
    assert list(store.passages([])) == []
    with pytest.raises(KeyError):
        list(store.passages([*ids, max(ids) + 1]))


def test_changes_lead_from_any_generation_to_now(store: LibraryStore) -> None:
    states = {0: set(store.passage_ids().tolist())}
    for step in ("+a", "+b", "-a", "+a", "+b", "+c", "-c", "-b"):
        if step[0] == "+":
            add(store, step[1], story(len(states), 10))
        else:
            store.delete(step[1])
        states[store.generation] = set(store.passage_ids().tolist())
    assert list(states) == list(range(9))
    for since, before in states.items():
        changes = store.changes(since)
        removed, added = set(changes.removed.tolist()), set(changes.added.tolist())
        assert changes.generation == 8
        assert removed <= before
        assert not added & before
        assert (before - removed) | added == states[8]
        assert changes.added.tolist() == sorted(added)
    for since in (-1, 9):
        with pytest.raises(ValueError, match=f"no {since}"):
            store.changes(since)


def test_a_second_handle_sees_every_change(opened: Open) -> None:
    one, two = opened(), opened()
    assert one.identity == two.identity
    add(one, "a", story(1))
    assert (two.generation, [s.id for s in two.scan()]) == (1, ["a"])
    two.delete("a")
    assert (one.generation, one.count()) == (2, 0)


def test_it_is_all_there_after_opening_again(opened: Open) -> None:
    store = opened()
    prepared = prepare("a", story(1), **FIELDS)
    store.upsert(prepared, encoder=ENCODER.name)
    identity, generation = store.identity, store.generation
    store.close()
    again = opened()
    assert_whole(again, prepared, 1)
    assert (again.identity, again.generation) == (identity, generation)


def _crooked(name: str) -> PreparedArticle:
    good = prepare("a", story(1))
    parts = {name: getattr(good, name) for name in PreparedArticle.__dataclass_fields__}
    parts |= {
        "a vector too few": {"sentence_vectors": good.sentence_vectors[1:]},
        "a passage vector too few": {"passage_vectors": good.passage_vectors[1:]},
        "not unit": {"passage_vectors": good.passage_vectors * 2},
        "not a number": {"sentence_vectors": good.sentence_vectors * np.float32("nan")},
        "sentences of another order": {"sentences": good.sentences[::-1]},
        "passages of other sentences": {"sentences": prepare("a", story(2)).sentences},
    }[name]
    return PreparedArticle(**parts)


@pytest.mark.parametrize(
    "name",
    [
        "a vector too few",
        "a passage vector too few",
        "not unit",
        "not a number",
        "sentences of another order",
        "passages of other sentences",
    ],
)
def test_what_does_not_fit_together_is_not_stored(store: LibraryStore, name: str) -> None:
    with pytest.raises(ValueError, match="'a'"):
        store.upsert(_crooked(name), encoder=ENCODER.name)
    assert (store.count(), store.generation) == (0, 0)


def test_threads_share_a_store(store: LibraryStore) -> None:
    def work(thread: int) -> int:
        for number in range(5):
            add(store, f"{thread}-{number}", story(100 * thread + number, 4))
            for summary in store.scan(limit=3):
                assert store.get(summary.id).article.fingerprint == summary.fingerprint
        store.delete(f"{thread}-0")
        return thread

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))
    assert (store.count(), store.generation) == (32, 48)
