"""Articles taken in by batches: in order, once, with the bytes that each article gets alone."""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

import pytest

from corpus import Article
from corpus.errors import EngineError
from corpus.library import open_library
from corpus.library.types import LibraryStore
from corpus.library.verify import verify_library
from corpus.readers.types import Read, ReadArticle, Refused
from index.bulk import Engine, LocalEngine, take_in_bulk
from index.ingest import CutArticle, Ingest, Taken, Tell
from index.types import Encoder, Vectors
from tests.fakes import FakeEncoder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LibraryStore]:
    with open_library(tmp_path / "library.sqlite") as store:
        yield store


def story(number: int, sentences: int = 3) -> ReadArticle:
    words = [f"w{number * 7919 % 1009}x{n}" for n in range(sentences * 6)]
    text = " ".join(f"{' '.join(words[n : n + 6]).capitalize()}." for n in range(0, len(words), 6))
    return ReadArticle(Article.create(text), f"/news/{number}.txt")


class Slow(LocalEngine):
    """Takes few texts at a time, and says which."""

    def __init__(self, encoder: Encoder, batch: int = 5) -> None:
        super().__init__(encoder)
        self.batch = batch
        self.batches: list[int] = []
        self.closed = False

    def close(self) -> None:
        self.closed = True
        super().close()

    def submit(self, texts: Sequence[str]) -> "Future[Vectors]":
        self.batches.append(len(texts))
        return super().submit(texts)


def bulk(store: LibraryStore, reads: Sequence[Read], batch: int = 5, tell: Tell | None = None) -> list[Taken]:
    return list(take_in_bulk(Ingest(store, FakeEncoder), reads, lambda encoder: Slow(encoder, batch), tell))


@pytest.mark.parametrize("batch", [1, 4, 1000])
def test_the_library_is_the_same_as_when_taken_one_by_one(tmp_path: Path, batch: int) -> None:
    reads: list[Read] = [story(n, n % 4 + 1) for n in range(9)]
    reads[3] = Refused("/news/3.png", "It is a picture.")
    reads[5:5] = [reads[4], replace(story(77), origin="/news/4.txt")]  # given twice, then corrected
    with open_library(tmp_path / "one.sqlite") as one, open_library(tmp_path / "bulk.sqlite") as many:
        expected = list(Ingest(one, FakeEncoder).take_all(reads))
        assert bulk(many, reads, batch) == expected
        assert [taken.outcome for taken in expected[3:7]] == ["refused", "added", "unchanged", "replaced"]
        assert verify_library(many) == []
        for summary in one.scan(limit=100):
            assert many.get(summary.id).article == one.get(summary.id).article
            vectors = many.sentence_vectors(summary.id)
            assert vectors.tobytes() == one.sentence_vectors(summary.id).tobytes()
        expected_rows, rows = (
            [(row.text, row.vector.tobytes()) for row in store.passages(store.passage_ids().tolist())]
            for store in (one, many)
        )
        assert rows == expected_rows


def test_no_batch_is_larger_than_the_engine_takes_and_no_text_is_encoded_twice(store: LibraryStore) -> None:
    reads, engines, told = [story(1), story(2, 40), story(3)], list[Slow](), list[tuple[int, int]]()

    def open_engine(encoder: Encoder) -> Engine:
        engines.append(Slow(encoder, 7))
        return engines[-1]

    ingest = Ingest(store, FakeEncoder)
    assert [taken.outcome for taken in take_in_bulk(ingest, reads, open_engine, lambda *far: told.append(far))]
    (engine,) = engines
    texts = [len(cut.texts) for cut in map(Ingest(store, FakeEncoder, collection="other").look, reads) if _is_cut(cut)]
    assert (max(engine.batches), sum(engine.batches)) == (7, sum(texts))
    long = [done for done, total in told if total == texts[1]]
    assert long == sorted(long)
    assert len(long) > 3


def _is_cut(cut: Taken | CutArticle) -> TypeGuard[CutArticle]:
    return isinstance(cut, CutArticle)


def test_what_is_there_is_told_without_opening_anything(store: LibraryStore) -> None:
    reads = [story(n) for n in range(3)]
    bulk(store, reads)
    again = Ingest(store, lambda: pytest.fail("opened"))
    took = take_in_bulk(again, reads, lambda _: pytest.fail("opened"))
    assert [taken.outcome for taken in took] == ["unchanged"] * 3
    waiting = take_in_bulk(again, (read if n < 2 else pytest.fail("read on") for n, read in enumerate(reads)), Slow)
    assert [next(waiting).origin, next(waiting).origin] == ["/news/0.txt", "/news/1.txt"]  # told one by one


def test_little_is_read_ahead_of_what_is_stored(store: LibraryStore) -> None:
    read = 0

    def reads() -> Iterator[Read]:
        nonlocal read
        for number in range(40):
            read += 1
            yield story(number)  # four texts

    ahead = [read - n for n, _ in enumerate(take_in_bulk(Ingest(store, FakeEncoder), reads(), Slow), 1)]
    assert len(ahead) == 40
    assert max(ahead) <= 1 + 3 * 5 // 4 + 1  # two batches under way, one being filled


class Fails(Slow):
    """Its third batch fails."""

    def submit(self, texts: Sequence[str]) -> "Future[Vectors]":
        if len(self.batches) < 2:
            return super().submit(texts)
        failed: Future[Vectors] = Future()
        failed.set_exception(EngineError("All machines are gone."))
        return failed


def test_a_failing_engine_leaves_whole_articles_and_the_next_run_goes_on(store: LibraryStore) -> None:
    reads, engines = [story(n) for n in range(8)], list[Fails]()

    def open_engine(encoder: Encoder) -> Engine:
        engines.append(Fails(encoder))
        return engines[-1]

    with pytest.raises(EngineError, match="gone"):
        list(take_in_bulk(Ingest(store, FakeEncoder), reads, open_engine))
    assert engines[0].closed
    stored = store.count()
    assert 0 < stored < 8
    assert verify_library(store) == []
    assert [taken.outcome for taken in bulk(store, reads)] == ["unchanged"] * stored + ["added"] * (8 - stored)


def test_stopped_in_the_middle_the_engine_is_closed(store: LibraryStore) -> None:
    engine = Slow(FakeEncoder())
    took = take_in_bulk(Ingest(store, FakeEncoder), [story(n) for n in range(8)], lambda _: engine)
    assert isinstance(took, Generator)
    next(took)
    took.close()
    assert engine.closed
    assert store.count() == 1


def test_an_article_that_came_in_another_way_meanwhile_is_not_stored_twice(store: LibraryStore) -> None:
    ingest, read = Ingest(store, FakeEncoder), story(1)
    cut = ingest.look(read)
    assert isinstance(cut, CutArticle)
    Ingest(store, FakeEncoder).take(read)
    assert ingest.keep(cut, FakeEncoder().encode(cut.texts)).outcome == "unchanged"
    changed = ingest.look(replace(story(2), origin=read.origin))
    assert isinstance(changed, CutArticle)
    store.delete(cut.article.id)
    taken = ingest.keep(changed, FakeEncoder().encode(changed.texts))
    assert (taken.outcome, taken.version, store.count()) == ("added", 1, 1)
    assert verify_library(store) == []
