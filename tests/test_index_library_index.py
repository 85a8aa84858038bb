import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from corpus import Article
from corpus.errors import IndexMismatchError, NoSuchArticleError, StoredDataError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.types import ALL, Filter
from index import Hit, PassageIndex
from index.catch_up import catch_up
from index.derived import Derived
from index.ingest import prepare
from index.library_index import LibraryIndex
from index.verify import repair_derived, verify_derived
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parent.parent
ENCODER = FakeEncoder(dim=64)
DOG = "A dog barked at the moon. Nobody knew why."
FLOOD = "The river rose on Monday. The town of Arden was flooded. Forty people left their homes."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(open_library(tmp_path / "library.sqlite")) as library:
        yield library


def add(
    store: SqliteLibrary, id: str, text: str, collection: str = "default", alike: bool = False, **facts: Any
) -> None:
    """Store an article; unless ``alike``, it repeats no other, however much of its text it shares."""
    prepared = prepare(Article.create(text, id=id, **facts), id, ENCODER)
    if not alike:
        random = np.random.default_rng(zlib.crc32(text.encode()))
        signature = random.integers(2**32, size=prepared.signature.shape, dtype=np.uint32)
        prepared = replace(prepared, signature=signature)
    store.upsert(prepared, encoder=ENCODER.name, collection=collection)


def opened(store: SqliteLibrary, folder: Path | None = None, said: list[str] | None = None) -> LibraryIndex:
    return LibraryIndex(store, ENCODER, folder, say=None if said is None else said.append)


def facts(hits: list[Hit]) -> list[tuple[Any, ...]]:
    return [
        (
            h.passage.article.id,
            h.passage.article.version,
            h.passage.start,
            h.score,
            h.dense,
            h.lexical,
            h.vectors.tobytes(),
        )
        for h in hits
    ]


def built_anew(store: SqliteLibrary) -> PassageIndex:
    """Give an index of the library's articles that answer, in the order their passages were added."""
    held = [store.get(summary.id) for summary in store.scan(limit=1000)]
    answering = sorted((one for one in held if one.duplicate_of is None), key=lambda one: one.first_id)
    return PassageIndex.build([one.article for one in answering], ENCODER)


IDS = st.sampled_from("abcde")
SENTENCES = st.lists(
    st.sampled_from(["dog", "moon", "river", "town", "rose", "left", "won", "barked"]), min_size=1, max_size=6
)
TEXTS = st.lists(SENTENCES.map(" ".join), min_size=1, max_size=30).map(lambda lines: ". ".join(lines) + ".")
STEPS = st.one_of(
    st.tuples(st.just("add"), IDS, TEXTS),
    st.tuples(st.just("remove"), IDS, st.none()),
    st.tuples(st.sampled_from(["save", "reopen", "search"]), st.none(), st.none()),
)


@given(st.lists(STEPS, max_size=12), SENTENCES.map(" ".join))
@settings(max_examples=40, deadline=None)
def test_after_any_changes_it_finds_what_an_index_built_anew_finds(steps: list[Any], question: str) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        pytest.MonkeyPatch.context() as patch,
        closing(open_library(Path(name) / "library.sqlite")) as store,
    ):
        patch.setattr("index.ranking.CANDIDATES", 3)  # so that passages compete at the border, many of them alike
        index = opened(store, Path(name) / "index")
        for step, id, text in steps:
            if step == "add":
                add(store, id, text, alike=True)
            elif step == "remove" and store.count(Filter(articles=frozenset({id}))):
                store.delete(id)
            elif step == "save":
                index.save()
            elif step == "reopen":
                index.close()
                index = opened(store, Path(name) / "index")
            elif step == "search":
                index.search(question)
        anew = built_anew(store)
        for k, mode in ((3, "hybrid"), (5, "dense"), (5, "lexical")):
            assert facts(index.search(question, k, mode=mode)) == facts(anew.search(question, k, mode=mode))  # type: ignore[arg-type]
        for article in anew.articles:
            where = Filter(articles=frozenset({article.id}))
            assert facts(index.search(question, 3, where=where)) == facts(anew.search(question, 3, where=where))
        index.close()
        assert verify_derived(store, Path(name) / "index") == []


def test_a_filter_is_exact(store: SqliteLibrary) -> None:
    for n in range(60):  # all of them nearer than the one that is asked for
        add(store, f"a{n}", f"The dog saw the moon {n} times.", source="Wire", published=date(2026, 1, 1))
    add(store, "old", "A dog is in here, among other things.", "sport", published=date(2020, 5, 5))
    add(store, "german", "Ein dog ist hier auch.", language="de", source="Kurier")
    index = opened(store)

    def found(**parts: Any) -> set[str]:
        return {hit.passage.article.id for hit in index.search("dog moon", 3, where=Filter(**parts))}

    assert found(collections=frozenset({"sport"})) == {"old"}
    assert found(sources=frozenset({"Kurier"})) == found(languages=frozenset({"de"})) == {"german"}
    assert (
        found(published_to=date(2020, 5, 5))
        == found(published_from=date(2020, 5, 5), published_to=date(2021, 1, 1))
        == {"old"}
    )
    assert found(articles=frozenset({"old", "german"})) == {"old", "german"}
    assert not found() & {"old", "german"}


def test_a_filter_that_names_what_is_not_there_says_so(store: SqliteLibrary) -> None:
    add(store, "dog", DOG, alike=True)
    add(store, "again", DOG, alike=True)
    for parts, message in [
        ({"articles": frozenset({"dog", "cat"})}, r"No article 'cat'\..*'again', 'dog'"),
        ({"collections": frozenset({"news"})}, r"No collection 'news'\..*'default'"),
        ({"sources": frozenset({"Wire"}), "published_from": date(2026, 1, 2)}, "source Wire, from 2026-01-02"),
        ({"articles": frozenset({"again"})}, "'again' repeats 'dog'"),
    ]:
        with pytest.raises(NoSuchArticleError, match=message):
            opened(store).search("dog", where=Filter(**parts))  # type: ignore[arg-type]


def test_articles_are_counted_and_listed(store: SqliteLibrary) -> None:
    assert (len(opened(store).articles), list(opened(store).articles)) == (0, [])
    for n in range(250):
        add(store, f"a{n:03}", f"{DOG} And {n}.")
    index = opened(store)
    assert [article.id for article in index.articles] == [f"a{n:03}" for n in range(250)]
    assert len(index.articles) == 250
    assert index.article("a007").text == f"{DOG} And 7."
    assert index.sentences("a007")[0].text == "A dog barked at the moon."


def test_an_article_that_is_removed_while_it_is_found_is_not_given(store: SqliteLibrary) -> None:
    add(store, "dog", DOG)
    add(store, "second", "The dog slept. It had seen the moon rise, they say.")
    for method in ("passages", "get", "sentence_vectors"):  # before or between what is read of a hit
        index, real = opened(store), getattr(store, method)
        index.search("dog")
        add(store, "third", f"The dog barked at the moon again in {method}.")
        index.open()

        def meddle(*arguments: Any, real: Callable[..., Any] = real, **named: Any) -> Any:
            if store.count(Filter(articles=frozenset({"third"}))):
                store.delete("third")
            return real(*arguments, **named)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, method, meddle)
            hits = index.search("Did the dog bark at the moon again?")
        assert [hit.passage.article.id for hit in hits] == ["dog", "second"]


def test_an_article_that_is_replaced_while_it_is_found_is_given_in_one_version(store: SqliteLibrary) -> None:
    add(store, "dog", DOG)
    index, real = opened(store), store.sentence_vectors

    def meddle(id: str) -> Any:
        add(store, "dog", "The dog never barked. It slept.")
        return real(id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "sentence_vectors", meddle)
        (hit,) = index.search("dog")
    assert hit.passage.article.text == "The dog never barked. It slept."
    assert hit.vectors.tobytes() == ENCODER.encode([s.text for s in hit.passage.sentences]).tobytes()


def test_what_one_article_alone_answered_cites_nothing_of_it_once_it_is_removed(
    store: SqliteLibrary, tmp_path: Path
) -> None:
    words = [f"zq{n}x" for n in range(200)]
    add(store, "alone", " ".join(f"The {word} was found in the old harbour." for word in words))
    for n in range(20):
        add(store, f"other{n}", f"The harbour number {n} was found to be old. A ship left it on day {n}.")
    bot = Bot(index := opened(store, tmp_path / "index"))

    def cited(bot: Bot) -> list[bool]:
        answers = [bot.ask(f"Where was the {word} found?") for word in words]
        return ["alone" in {c.article.id for c in (*a.citations, *a.nearest)} for a in answers]

    assert all(cited(bot))
    store.delete("alone")
    assert not any(cited(bot))
    index.close()
    assert not any(cited(Bot(opened(store, tmp_path / "index"))))
    files = b"".join(file.read_bytes() for file in (tmp_path / "index").rglob("*") if file.is_file())
    assert b"harbour" in files
    assert b"zq7x" not in files


def test_another_process_is_followed_from_one_search_to_the_next(store: SqliteLibrary) -> None:
    add(store, "dog", DOG)
    index = opened(store)
    code = """
import sys
from corpus import Article
from corpus.library import open_library
from index.ingest import prepare
from tests.fakes import FakeEncoder
encoder, store = FakeEncoder(dim=64), open_library(__import__("pathlib").Path(sys.argv[1]))
for n in range(20):
    article = Article.create(f"The heron number {n} flew. It is seen no more.", id="heron")
    store.upsert(prepare(article, "heron", encoder), encoder=encoder.name)
    print("added", flush=True)
    sys.stdin.readline()
    store.delete("heron")
    print("removed", flush=True)
    sys.stdin.readline()
"""
    command = [sys.executable, "-c", code, str(store.database.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdin
        assert other.stdout
        seen = []
        for line in other.stdout:
            found = {hit.passage.article.id for hit in index.search("heron dog")}
            seen.append((line.strip(), "heron" in found, "dog" in found))
            other.stdin.write("\n")
            other.stdin.flush()
    assert seen == [("added", True, True), ("removed", False, True)] * 20


def test_a_snapshot_opens_the_same_without_reading_the_passages(store: SqliteLibrary, tmp_path: Path) -> None:
    for n in range(30):
        add(store, f"a{n}", f"{FLOOD} {DOG} It was day {n}.")
    first = opened(store, tmp_path / "index")
    hits = facts(first.search("dog in Arden", 20))
    assert first.save()
    again = opened(store, tmp_path / "index")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.derived.LexicalIndex.add", lambda *_: pytest.fail("derived anew"))
        again.open()
        assert facts(again.search("dog in Arden", 20)) == facts(first.search("dog in Arden", 20)) == hits


def test_a_kill_at_any_step_of_saving_leaves_a_snapshot_that_opens(store: SqliteLibrary, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    add(store, "dog", DOG)
    opened(store, tmp_path / "index").save()
    step, killed = 0, True
    while killed:
        add(store, f"flood{step}", f"{FLOOD} It was day {step}.")
        index, calls = opened(store, tmp_path / "index"), iter(range(1000))
        with pytest.MonkeyPatch.context() as patch:
            for name in ("sync", "replace_file"):
                real = getattr(__import__("index.generations").generations, name)

                def at_most(*arguments: Any, real: Any = real, calls: Any = calls, step: int = step) -> None:
                    if next(calls) == step:
                        raise Killed
                    real(*arguments)

                patch.setattr(f"index.generations.{name}", at_most)
            try:
                index.save()
                killed = False
            except Killed:
                step += 1
        said: list[str] = []
        again = opened(store, tmp_path / "index", said)
        assert facts(again.search("dog in Arden")) == facts(built_anew(store).search("dog in Arden"))
        assert said == []
        assert verify_derived(store, tmp_path / "index") == []
    assert step > 8


def test_a_folder_that_cannot_be_written_still_answers_and_is_told_once(store: SqliteLibrary, tmp_path: Path) -> None:
    (tmp_path / "index").touch()
    said: list[str] = []
    index = opened(store, tmp_path / "index", said)
    for n in range(3):
        add(store, f"a{n}", f"{DOG} {n}")
        store.delete(f"a{n}")
        add(store, f"b{n}", f"{DOG} {n}")
        index.search("dog")
        assert not index.save()
        index.close()
    assert facts(index.search("dog")) == facts(built_anew(store).search("dog"))
    assert len(said) == 1
    assert "could not be kept" in said[0]


def saved_files(store: SqliteLibrary, folder: Path) -> list[str]:
    add(store, "dog", DOG)
    add(store, "flood", FLOOD)
    opened(store, folder).save()
    return sorted(file.name for file in folder.rglob("*") if file.is_file() and file.name != ".lock")


@pytest.mark.parametrize("damage", ["cut", "changed", "missing"])
def test_damage_is_noticed_and_repaired(store: SqliteLibrary, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "index"
    names = saved_files(store, folder)
    assert len(names) == 9
    for number, name in enumerate(names):
        file = next(folder.rglob(name))
        data = file.read_bytes()
        if damage == "missing":
            file.unlink()
        else:
            half = len(data) // 2
            file.write_bytes(
                data[:half] if damage == "cut" else data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]
            )
        if damage == "missing" and name == "manifest.json":
            assert verify_derived(store, folder) == []  # as if none had ever been made
        else:
            assert [problem.part for problem in verify_derived(store, folder)] == ["snapshot"]
        said: list[str] = []
        index = opened(store, folder, said)
        assert facts(index.search("dog")) == facts(built_anew(store).search("dog"))
        assert len(said) == (0 if damage == "missing" and name == "manifest.json" else 1)
        (repair_derived if number % 2 else lambda *_, index=index: index.rebuild())(store, folder)
        assert verify_derived(store, folder) == []


def test_verify_names_what_differs(store: SqliteLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for n in range(20):
        add(store, f"a{n}", f"{DOG} It was day {n}.")

    def wrong(change: Callable[[Derived], object]) -> list[str]:
        derived = Derived(ENCODER.dim)
        derived.follow(store)
        change(derived)
        derived.save(folder, store, encoder=ENCODER.name)
        return [f"{problem.part}: {problem.message}" for problem in verify_derived(store, folder)]

    def other_vector(derived: Derived) -> None:
        derived.dense.remove([2])
        derived.dense.add([2], ENCODER.encode(["something else"]))

    def other_words(derived: Derived) -> None:
        derived.lexical.remove([19])
        derived.lexical.add([19], ["something else"])

    ids = store.passage_ids().tolist()
    assert ids[2] == 2, "passages are numbered from 0, one for an article"
    assert wrong(lambda _: None) == []
    assert wrong(other_vector) == ["vectors: The vectors of passage 2 are not the library's."]
    assert wrong(other_words) == ["words: The words of some passages are not the library's."]
    (problem,) = wrong(lambda d: (d.dense.remove([3]), d.lexical.remove([3])))
    assert problem == "snapshot: The index does not hold the library's passages."
    repair_derived(store, folder)
    assert verify_derived(store, folder) == []


def test_an_older_library_put_back_is_not_searched_with_a_newer_snapshot(tmp_path: Path) -> None:
    path, folder = tmp_path / "library.sqlite", tmp_path / "index"
    with closing(open_library(path)) as store:
        add(store, "dog", DOG)
    shutil.copy(path, tmp_path / "copy")
    with closing(open_library(path)) as store:
        add(store, "flood", FLOOD)
        opened(store, folder).save()
    for more in ([], ["one"], ["one", "two"], ["one", "two", "three"]):  # generations before, at and after its own
        shutil.copy(tmp_path / "copy", path)
        with closing(open_library(path)) as store:
            for n, id in enumerate(more):
                add(store, id, f"The heron number {n} flew over the town of Arden.")
            index = opened(store, folder)
            assert facts(index.search("dog in Arden")) == facts(built_anew(store).search("dog in Arden"))


def test_another_librarys_snapshot_is_not_used(tmp_path: Path) -> None:
    for name, text in (("one", DOG), ("two", FLOOD)):
        with closing(open_library(tmp_path / f"{name}.sqlite")) as store:
            add(store, "a", text)
            index = opened(store, tmp_path / "index")
            (hit,) = index.search("dog")
            assert hit.passage.article.text == text
            index.save()


def test_a_library_of_another_encoder_is_refused(store: SqliteLibrary, tmp_path: Path) -> None:
    add(store, "dog", DOG)
    for other in (FakeEncoder(dim=64, name="other"), FakeEncoder(dim=32)):
        with pytest.raises(IndexMismatchError, match="vectors of the encoder fake-encoder"):
            LibraryIndex(store, other, tmp_path / "index").search("dog")
    index = opened(store)
    index.open()
    store.delete("dog")
    prepared = prepare(Article.create(FLOOD, id="flood"), "flood", ENCODER)
    store.upsert(prepared, encoder="other")  # an empty library takes any
    with pytest.raises(IndexMismatchError, match="vectors of the encoder other"):
        index.search("dog")


def test_a_snapshot_is_written_when_enough_has_changed(store: SqliteLibrary, tmp_path: Path) -> None:
    index = opened(store, tmp_path / "index")
    for n in range(70):
        add(store, f"a{n}", f"{DOG} It was day {n}.")
        if n in (0, 60):
            index.search("dog")
            index.close()
            assert not (tmp_path / "index").exists()
    index.search("dog")
    index.close()
    assert (tmp_path / "index" / "generation-1").exists()
    assert np.array_equal(index._derived.lexical.ids, store.passage_ids())  # type: ignore[union-attr]
    assert len(index.search("dog", 99)) == 70
    index.close()
    assert not (tmp_path / "index" / "generation-2").exists()


def test_a_library_that_cannot_be_read_is_one_clear_error(store: SqliteLibrary) -> None:
    add(store, "dog", DOG)
    index = opened(store)
    index.open()
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_: object) -> None:
            raise StoredDataError("The library is damaged.")

        patch.setattr(store, "changes", refuse)
        patch.setattr(store, "passage_ids", refuse)
        add(store, "flood", FLOOD)
        with pytest.raises(StoredDataError, match="damaged"):
            index.search("dog")
    assert len(index.search("dog", where=ALL)) == 2


def test_a_library_put_back_from_a_copy_is_followed_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with open_library(path) as store:
        add(store, "old", "The old harbour was closed.")
    copy = path.read_bytes()
    with open_library(path) as open_store:
        asked = LibraryIndex(open_store, ENCODER, tmp_path / "index")
        with open_library(path) as store:
            add(store, "new", "The new harbour was opened.")
        assert {hit.passage.article.id for hit in asked.search("harbour", 5)} == {"old", "new"}
        (tmp_path / "put").write_bytes(copy)
        (tmp_path / "put").replace(path)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        assert [hit.passage.text for hit in asked.search("harbour", 5)] == ["The old harbour was closed."]
        with open_library(path) as store:  # its passage gets the id that the other one had
            add(store, "new", "The new harbour is dry.")
        assert {hit.passage.text for hit in asked.search("harbour", 5)} == {
            "The old harbour was closed.",
            "The new harbour is dry.",
        }


def test_a_library_that_is_gone_is_one_clear_error_and_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with open_library(path) as store:
        add(store, "old", "The old harbour was closed.")
        asked = LibraryIndex(store, ENCODER, None)
        assert asked.search("harbour")
        path.rename(tmp_path / "away")
        with pytest.raises(StoredDataError, match=r"is gone .* Put it back"):
            asked.search("harbour")
        assert not path.exists()
        (tmp_path / "away").rename(path)
        assert asked.search("harbour")


def test_what_a_kill_left_unfinished_goes_with_the_last_article(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with open_library(tmp_path / "library.sqlite") as store:
        add(store, "only", "The zebra ran.")
        catch_up(store, folder)
        (folder / "manifest.json").unlink()
        store.delete("only")
        assert list(folder.glob("generation-*"))
        catch_up(store, folder)
        assert not list(folder.glob("generation-*"))
