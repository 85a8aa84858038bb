"""A damaged article keeps no other from being answered, and who asks for it alone is told what is amiss."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import DamagedArticleError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.types import Filter
from index.verify import repair_derived, verify_derived
from tests.asked_library import DOG, FLOOD, add, opened
from tests.damaged_library import DAMAGES, UNREADABLE, damage

LONG = " ".join(f"The dog barked at the moon on day {day}, and nobody knew why it did so." for day in range(40))
QUESTION = "Did the dog bark at the moon?"
ONLY_A = Filter(articles=frozenset({"a"}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with open_library(tmp_path / "library.sqlite") as store:
        add(store, "a", LONG)  # all of its passages fit the question
        add(store, "dog", DOG)
        add(store, "flood", FLOOD)
        yield store


@pytest.mark.parametrize("known", [False, True], ids=["met when derived", "derived before"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_the_others_are_found_and_the_damaged_one_is_told_of(
    store: SqliteLibrary, tmp_path: Path, name: str, known: bool
) -> None:
    folder, said = tmp_path / "index", list[str]()
    if known:
        before = opened(store, folder)
        before.search(QUESTION)
        before.save()
    damage(store.database.path, name, "a")
    index = opened(store, folder, said)
    for _ in range(2):
        hits = index.search(QUESTION, 2)
        assert [hit.passage.article.id for hit in hits] == ["dog", "flood"]
    assert all(hit.passage.text in (DOG, FLOOD) for hit in hits)
    if name != "passages that are lost":  # of these the index knows nothing
        assert [line for line in said if "damaged" in line] == [
            "The stored article 'a' is damaged. Remove it and add it anew; `askarticle verify` finds others. "
            "Until then it does not answer as it should."
        ]
    with pytest.raises(DamagedArticleError, match="'a' is damaged"):
        index.search(QUESTION, where=ONLY_A)
    assert index.articles
    assert {article.id for article in index.articles} >= {"dog", "flood"}
    store.delete("a")
    assert [hit.passage.article.id for hit in index.search(QUESTION, 2)] == ["dog", "flood"]


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_derived_of_a_damaged_library_holds_together(store: SqliteLibrary, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "index"
    damage(store.database.path, name, "a")
    repair_derived(store, folder)
    assert verify_derived(store, folder) == []
    said: list[str] = []
    opened(store, folder, said).search(QUESTION)
    assert not any("built anew" in line for line in said)


def test_damage_in_the_middle_of_a_list_hides_no_other_article(store: SqliteLibrary) -> None:
    damage(store.database.path, "a title that is bytes", "dog")
    assert [article.id for article in opened(store).articles] == ["a", "flood"]
