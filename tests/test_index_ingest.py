"""Taking articles in: what is new, what is known, and what is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus import Article
from corpus.errors import IndexMismatchError
from corpus.library import open_library
from corpus.library.types import LibraryStore
from corpus.readers.types import ReadArticle, Refused
from index import ingest
from index.ingest import Ingest, id_of, prepare
from index.types import Vectors
from tests.fakes import FakeEncoder

FERRY = "The ferry to Lindholm sank on Friday. Its captain, Mara Voss, was the last to leave. Nobody was hurt."
FLOOD = "The river rose on Monday. By evening the lower town was flooded, and two bridges were closed."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LibraryStore]:
    with open_library(tmp_path / "library.sqlite") as store:
        yield store


def read(text: str, origin: str = "/news/ferry.txt", id: str | None = None) -> ReadArticle:
    return ReadArticle(Article.create(text, id=id), origin, has_own_id=id is not None)


def run(store: LibraryStore, encoder: FakeEncoder | None = None, collection: str | None = None) -> Ingest:
    encoder = encoder or FakeEncoder()
    return Ingest(store, lambda: encoder, collection=collection)


def test_what_is_stored_is_cut_and_encoded_in_order(store: LibraryStore) -> None:
    encoder = FakeEncoder()
    taken = run(store, encoder).take(read(FERRY))
    assert (taken.outcome, taken.id, taken.version) == ("added", id_of("/news/ferry.txt"), 1)
    stored = store.get(id_of("/news/ferry.txt"))
    assert stored.article.text == FERRY
    assert stored.origin == "/news/ferry.txt"
    sentences = encoder.encode([sentence.text for sentence in stored.sentences])
    assert np.array_equal(store.sentence_vectors(stored.article.id), sentences)
    (row,) = store.passages(store.passage_ids().tolist())
    assert np.array_equal(row.vector, encoder.encode([FERRY])[0])


def test_an_id_can_stand_in_an_address_and_is_the_same_every_time() -> None:
    assert id_of("/news/ferry.txt") == "0e2789c73f2c4b37"
    assert id_of("/news/\udcff.txt") != id_of("/news/\udcfe.txt")


def test_the_same_origin_with_another_text_is_the_next_version(store: LibraryStore) -> None:
    first = run(store).take(read(FERRY))
    second = run(store).take(read(FERRY.replace("Friday", "Saturday")))
    assert (second.outcome, second.id, second.version) == ("replaced", first.id, 2)
    assert store.count() == 1


def test_what_is_there_is_told_without_opening_the_encoder(store: LibraryStore) -> None:
    run(store).take(read(FERRY))
    again = Ingest(store, lambda: pytest.fail("opened"))
    assert again.take(read(FERRY)).outcome == "unchanged"


def test_the_same_text_from_elsewhere_is_linked_and_told_without_encoding_when_it_comes_again(
    store: LibraryStore,
) -> None:
    original = run(store).take(read(FERRY))
    copy = run(store).take(read(FERRY, "/copies/ferry.txt"))
    assert (copy.outcome, copy.duplicate_of) == ("duplicate", original.id)
    assert len({row.article_id for row in store.passages(store.passage_ids().tolist())}) == 1
    encoder = FakeEncoder()
    again = run(store, encoder).take(read(FERRY, "/copies/ferry.txt"))
    assert (again.outcome, again.duplicate_of, encoder.calls) == ("unchanged", original.id, [])


def test_a_collection_is_kept_unless_another_is_named(store: LibraryStore) -> None:
    id = run(store, collection="news").take(read(FERRY)).id
    assert id is not None
    assert run(store).take(read(FERRY)).outcome == "unchanged"
    assert run(store).take(read(FLOOD)).outcome == "replaced"
    assert store.get(id).collection == "news"
    moved = run(store, collection="sea").take(read(FLOOD))
    assert (moved.outcome, moved.version, store.get(id).collection) == ("moved", 2, "sea")


def test_an_own_id_is_kept_and_decides(store: LibraryStore) -> None:
    assert run(store).take(read(FERRY, "/dump.jsonl#1", "ferry-1")).id == "ferry-1"
    moved_down = Ingest(store, lambda: pytest.fail("opened")).take(read(FERRY, "/dump.jsonl#2", "ferry-1"))
    assert moved_down.outcome == "unchanged"
    assert store.get("ferry-1").origin == "/dump.jsonl#ferry-1"
    assert run(store).take(read(FLOOD, "/dump.jsonl#1", "flood-1")).outcome == "added"  # another one on that line
    corrected = run(store).take(read(FERRY.replace("Friday", "Sunday"), "/later.jsonl#1", "ferry-1"))
    assert (corrected.outcome, corrected.version) == ("replaced", 2)


@pytest.mark.parametrize("id", ["", ".", "..", "a b", "a/b", "ä", "a\n", "x" * 65, "a?b", "%41"])
def test_an_id_that_cannot_stand_in_an_address_is_refused(store: LibraryStore, id: str) -> None:
    taken = run(store).take(ReadArticle(replace(Article.create(FERRY), id=id), "/dump.jsonl#1", has_own_id=True))
    assert taken.outcome == "refused"
    assert "id" in (taken.reason or "")
    assert store.count() == 0


@pytest.mark.parametrize("id", ["a", "A.b_c-9", "x" * 64, "..."])
def test_an_id_that_can_is_kept(store: LibraryStore, id: str) -> None:
    assert run(store).take(read(FERRY, "/dump.jsonl#1", id)).id == id


def test_an_id_given_to_two_texts_in_one_run_hides_neither(store: LibraryStore) -> None:
    one_run = run(store)
    assert one_run.take(read(FERRY, "/a.jsonl#1", "1")).outcome == "added"
    assert one_run.take(read(FERRY, "/b.jsonl#1", "1")).outcome == "unchanged"
    refused = one_run.take(read(FLOOD, "/b.jsonl#1", "1"))
    assert refused.outcome == "refused"
    assert store.get("1").article.text == FERRY


def test_an_own_id_that_is_anothers_is_not_overwritten(store: LibraryStore) -> None:
    run(store).take(read(FLOOD, "/dump.jsonl#1", id_of("/news/ferry.txt")))
    refused = run(store).take(read(FERRY))
    assert refused.outcome == "refused"
    assert "/dump.jsonl" in (refused.reason or "")
    assert store.get(id_of("/news/ferry.txt")).article.text == FLOOD


def test_what_could_not_be_read_is_passed_on(store: LibraryStore) -> None:
    taken = run(store).take(Refused("/news/picture.png", "It is a picture."))
    assert (taken.outcome, taken.origin, taken.reason) == ("refused", "/news/picture.png", "It is a picture.")


def test_another_encoders_library_ends_the_run(store: LibraryStore) -> None:
    run(store).take(read(FERRY))
    with pytest.raises(IndexMismatchError):
        run(store, FakeEncoder(name="another")).take(read(FLOOD, "/news/flood.txt"))


def test_stopped_in_an_article_nothing_of_it_is_stored_and_the_next_run_goes_on(store: LibraryStore) -> None:
    class Stopped(FakeEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise KeyboardInterrupt

    run(store).take(read(FERRY))
    with pytest.raises(KeyboardInterrupt):
        run(store, Stopped()).take(read(FLOOD, "/news/flood.txt"))
    assert store.count() == 1
    encoder = FakeEncoder()
    again = run(store, encoder)
    assert [again.take(one).outcome for one in (read(FERRY), read(FLOOD, "/news/flood.txt"))] == ["unchanged", "added"]
    assert len(encoder.calls) == 1


def test_a_long_article_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BLOCK", 2)
    told: list[tuple[int, int]] = []
    whole = prepare(Article.create(FERRY), "x", FakeEncoder(), lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (2, 4)]  # one passage, three sentences
    monkeypatch.undo()
    at_once = prepare(Article.create(FERRY), "x", FakeEncoder())
    assert np.array_equal(whole.sentence_vectors, at_once.sentence_vectors)
    assert np.array_equal(whole.passage_vectors, at_once.passage_vectors)
