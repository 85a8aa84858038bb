"""An article whose rows hold what cannot have been stored is named, can be got rid of, and is never half read."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from corpus.errors import DamagedArticleError
from corpus.library import open_library
from corpus.library.schema import articles, contents, passages, vectors, versions
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.stored_library import StoredLibrary
from corpus.library.verify import verify_library
from tests.damaged_library import DAMAGES, UNREADABLE, damage
from tests.library_articles import ENCODER, add, assert_whole, prepare, story

NAMED = r"'a' is damaged\. Remove it and add it anew"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with open_library(tmp_path / "library.sqlite") as opened:
        add(opened, "a", story(1, 20), title="A")
        add(opened, "b", story(2, 20), title="B")
        yield opened


def readings(store: StoredLibrary, ids: list[int]) -> list[Callable[[], object]]:
    return [
        lambda: store.get("a"),
        lambda: store.sentence_vectors("a"),
        lambda: list(store.passages(ids)),
        lambda: store.versions("a"),
        lambda: store.scan(),
        lambda: store.shelves.page(),
        lambda: store.find_origin("/articles/a"),
    ]


@pytest.mark.parametrize("name", DAMAGES)
def test_whatever_a_row_holds_no_other_error_is_raised(store: SqliteLibrary, name: str) -> None:
    ids = store.passage_ids().tolist()
    damage(store.database.path, name, "a")
    refused: list[DamagedArticleError] = []
    for read in readings(store, ids):
        try:
            read()
        except DamagedArticleError as error:
            refused.append(error)
        except KeyError:
            assert name == "passages that are lost"  # such an id is none any more
    assert {error.article_id for error in refused} <= {"a"}
    assert all("'a' is damaged. Remove it and add it anew" in str(error) for error in refused)
    if name in UNREADABLE:
        assert refused
        with pytest.raises(DamagedArticleError, match=NAMED):
            (store.sentence_vectors if "vectors" in name else store.get)("a")
    assert_whole(store, prepare("b", story(2, 20)), 1)


@pytest.mark.parametrize("name", DAMAGES)
def test_verifying_names_the_article_and_raises_nothing(store: SqliteLibrary, name: str) -> None:
    damage(store.database.path, name, "a")
    assert {problem.article for problem in verify_library(store)} - {None} == {"a"}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_could_not_be_put_back_is_not_withdrawn(store: SqliteLibrary, name: str) -> None:
    damage(store.database.path, name, "a")
    with pytest.raises(DamagedArticleError, match=NAMED):
        store.shelves.withdraw("a", if_version=1)
    assert store.count() == 2
    store.shelves.put_back(store.shelves.withdraw("b"))
    store.delete("a")
    assert store.count() == 1
    assert add(store, "a", story(1, 20)) == "added"
    assert_whole(store, prepare("a", story(1, 20)), 1)
    assert [problem for problem in verify_library(store) if problem.article] == []


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_article_keeps_no_near_duplicate_out(store: SqliteLibrary, name: str) -> None:
    damage(store.database.path, name, "a")
    assert add(store, "c", story(1, 20, changed=1)) in ("added", "duplicate")
    store.delete("a")
    assert_whole(store, prepare("c", story(1, 20, changed=1)), 1)


def test_an_article_whose_current_version_is_lost_can_be_removed(store: SqliteLibrary) -> None:
    with store.database.write() as connection:
        connection.execute(update(articles).where(articles.c.id == "a").values(version=10**15))
    with pytest.raises(DamagedArticleError, match=NAMED):
        store.get("a")
    with pytest.raises(DamagedArticleError, match=NAMED):
        add(store, "a", story(3))
    assert {problem.article for problem in verify_library(store)} - {None} == {"a"}
    store.delete("a")
    assert verify_library(store) == []


def test_an_earlier_version_that_is_damaged_keeps_nothing_else_back(store: SqliteLibrary) -> None:
    add(store, "a", story(3, 20))
    with store.database.write() as connection:
        first = select(versions.c.key).where(versions.c.version == 1, versions.c.fingerprint != "")
        connection.execute(update(contents).where(contents.c.version == first.limit(1).scalar_subquery()).values(crc=0))
    assert_whole(store, prepare("a", story(3, 20)), 2)
    with pytest.raises(DamagedArticleError, match=NAMED):
        store.get("a", 1)
    with pytest.raises(DamagedArticleError, match=NAMED):
        store.shelves.withdraw("a")
    assert_whole(store, prepare("a", story(3, 20)), 2)


OF_BOTH = {
    "a first sentence that is not there": update(passages).values(first=1000),
    "a passage of nothing": update(passages).values(length=0),
    "half a span": update(contents).values(spans=func.substr(contents.c.spans, 1, 12)),
    "no vectors": update(vectors).values(sentences=b""),
    "a signature cut short": update(vectors).values(signature=b"12"),
    "a passage's vector cut short": update(passages).values(vector=b"1234"),
}


@pytest.mark.parametrize("name", OF_BOTH)
def test_either_store_names_what_is_damaged(place: Path | str, name: str) -> None:
    with open_library(place) as store:
        add(store, "a", story(1, 20))
        ids = store.passage_ids().tolist()
        with store.database.write() as connection:
            connection.execute(OF_BOTH[name])
        for read in readings(store, ids):
            with suppress(DamagedArticleError):
                read()
        with pytest.raises(DamagedArticleError, match=NAMED):
            store.shelves.withdraw("a")
        assert {problem.article for problem in verify_library(store)} == {"a"}
        store.delete("a")
        assert store.upsert(prepare("a", story(1, 20)), encoder=ENCODER.name).outcome == "added"
        assert_whole(store, prepare("a", story(1, 20)), 1)
