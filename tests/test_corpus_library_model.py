"""The library against a plain dict, over sequences of operations that hypothesis makes up."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corpus.library import open_library
from corpus.library.near_duplicates import NEAR, Signature, signature_of, similarity
from corpus.library.types import Filter
from corpus.library.verify import verify_library
from tests.library_articles import ENCODER, assert_whole, prepare, story

IDS = st.sampled_from(["a", "b", "c", "d", "e"])
COLLECTIONS = st.sampled_from(["wars", "sport"])
# Near one another: changed 0 and 1. Far from each other: the numbers, and changed 10.
TEXTS = st.builds(story, st.integers(1, 3), st.just(20), st.sampled_from([0, 1, 10]))


@dataclass
class Known:
    """An article as the model knows it."""

    collection: str
    texts: list[str]  # of its versions
    signature: Signature = field(repr=False)
    duplicate_of: str | None = None


class LibraryMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.open()
        self.articles: dict[str, Known] = {}  # in the order they were first put in
        self.generation = self.caught_up = 0
        self.derived: set[int] = set()
        self.passage_of: dict[int, tuple[str, str]] = {}

    def open(self):  # type: ignore[no-untyped-def]
        return open_library(Path(self.folder.name) / "library.db")

    def original_near(self, signature: Signature, collection: str, but: str) -> str | None:
        best, found = 0.0, None
        for id, known in self.articles.items():
            alike = similarity(signature, known.signature)
            original = known.duplicate_of is None and known.collection == collection and id != but
            if original and alike >= NEAR and alike > best:
                best, found = alike, id
        return found

    def settle(self, gone: str, but: str = "") -> None:
        for known in self.articles.values():
            if known.duplicate_of == gone:
                known.duplicate_of = self.original_near(known.signature, known.collection, but)

    @rule(id=IDS, text=TEXTS, collection=COLLECTIONS)
    def upsert(self, id: str, text: str, collection: str) -> None:
        kept = self.store.upsert(prepare(id, text), encoder=ENCODER.name, collection=collection)
        known = self.articles.get(id)
        same = known is not None and known.texts[-1] == text
        if known is not None and same and known.collection == collection:
            assert (kept.outcome, kept.version) == ("unchanged", len(known.texts))
            return
        self.generation += 1
        near = self.original_near(signature_of(text), collection, id)
        texts = [*(known.texts if known else []), *([] if same else [text])]
        self.articles[id] = Known(collection, texts, signature_of(text), near)
        self.settle(id)
        assert (kept.version, kept.duplicate_of) == (len(texts), near)
        assert kept.outcome == ("duplicate" if near else "replaced" if known else "added")

    @precondition(lambda self: self.articles)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.articles)))
        self.store.delete(id)
        self.generation += 1
        self.settle(id, but=id)
        del self.articles[id]

    @rule()
    def catch_up(self) -> None:
        changes = self.store.changes(self.caught_up)
        removed, added = set(changes.removed.tolist()), set(changes.added.tolist())
        assert removed <= self.derived
        assert not added & self.derived
        self.derived = (self.derived - removed) | added
        self.caught_up = changes.generation
        assert self.derived == set(self.store.passage_ids().tolist())

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = self.open()

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert self.store.generation == self.generation
        summaries = {summary.id: summary for summary in self.store.scan()}
        assert list(summaries) == sorted(self.articles)
        for id, known in self.articles.items():
            assert summaries[id].duplicate_of == known.duplicate_of, (id, known.duplicate_of)
            assert (summaries[id].version, summaries[id].collection) == (len(known.texts), known.collection)
            assert_whole(self.store, prepare(id, known.texts[-1]), len(known.texts))
            for version, text in enumerate(known.texts, 1):
                assert self.store.get(id, version).article.text == text

    @invariant()
    def gives_an_id_once(self) -> None:
        ids = self.store.passage_ids().tolist()
        for row in self.store.passages(ids):
            assert self.passage_of.setdefault(row.id, (row.article_id, row.text)) == (row.article_id, row.text)
        answers = [id for id, known in self.articles.items() if known.duplicate_of is None]
        assert len(ids) == sum(len(self.store.get(id).passages) for id in answers)
        wars = [id for id in answers if self.articles[id].collection == "wars"]
        filtered = self.store.passage_ids(Filter(collections=frozenset({"wars"}))).tolist()
        assert {self.passage_of[id][0] for id in filtered} == set(wars)

    def teardown(self) -> None:
        assert verify_library(self.store) == []
        self.store.close()
        self.folder.cleanup()


TestLibrary = LibraryMachine.TestCase
TestLibrary.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
