import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from corpus.errors import NoSuchArticleError
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.types import Filter
from index.verify import verify_derived
from tests.asked_library import DOG, ENCODER, ROOT, add, built_anew, facts, opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(open_library(tmp_path / "library.sqlite")) as library:
        yield library


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
    for method in ("owners", "get", "sentence_vectors"):  # before or between what is read of a hit
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
