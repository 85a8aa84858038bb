"""``askarticle ask`` over a library, with an encoder that counts words and no reader."""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from askarticle import main
from bot import Settings, open_bot, start
from corpus import Article
from corpus.library import open_library
from corpus.library.types import Filter
from index.ingest import prepare
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
Run = Callable[..., tuple[int, str, str]]
QUESTION = "Who won the cup in the marsh?"  # no article says; the nearest sentences are given


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a data folder, where a library may be."""
    monkeypatch.setattr(start, "open_encoder", lambda *_, **__: ENCODER)
    monkeypatch.setattr(start, "shipped_reader", lambda: None)
    monkeypatch.setenv("ASKARTICLE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["askarticle", "ask", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return run


def fill(data: Path) -> None:
    facts: list[dict[str, Any]] = [
        {"id": "grey", "source": "Wire", "published": date(2026, 1, 5)},
        {"id": "white", "source": "Wire", "published": date(2025, 1, 5)},
        {"id": "purple", "source": "Post", "language": "de"},
    ]
    with closing(open_library(data / "library.sqlite")) as store:
        for number, each in enumerate(facts):
            article = Article.create(f"The {each['id']} heron flew over the marsh. It was day {number}.", **each)
            collection = "wetlands" if each["id"] == "purple" else "default"
            store.upsert(prepare(article, each["id"], ENCODER), encoder=ENCODER.name, collection=collection)


def ids(out: str) -> set[str]:
    document = json.loads(out)
    return {cited["article"]["id"] for cited in document["citations"] + document["nearest"]}


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {"grey", "white", "purple"}),
        (["--collection", "wetlands"], {"purple"}),
        (["--collection", "wetlands", "--collection", "default"], {"grey", "white", "purple"}),
        (["--article", "white"], {"white"}),
        (["--source", "Wire"], {"grey", "white"}),
        (["--language", "de"], {"purple"}),
        (["--from", "2026-01-05"], {"grey"}),
        (["--to", "2026-01-04", "--source", "Wire"], {"white"}),
    ],
)
def test_what_is_chosen_is_asked(run: Run, data: Path, options: list[str], asked: set[str]) -> None:
    fill(data)
    status, out, err = run(QUESTION, "--json", *options)
    assert (status, err, ids(out)) == (0, "", asked)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--collection", "nope"], "No collection 'nope'. Name one that is there: 'default', 'wetlands'."),
        (
            ["--article", "nope"],
            "There is no file 'nope'. No article 'nope'. Give the id of one that is there: 'grey'",
        ),
        (["--source", "Wire", "--language", "de"], "No article fits source Wire, language de."),
        (["--from", "2027-01-01"], "No article fits from 2027-01-01."),
        (["--from", "yesterday"], "'yesterday' is no date such as 2026-01-31"),
        (["--article", ""], "the name is empty"),
        (["--article", __file__, "--source", "Wire"], "a file is asked alone"),
    ],
)
def test_a_choice_of_what_is_not_there_is_one_clear_line(
    run: Run, data: Path, options: list[str], message: str
) -> None:
    fill(data)
    status, out, err = run(QUESTION, *options)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_without_a_library_a_choice_says_how_to_get_one(run: Run, data: Path) -> None:
    status, out, err = run(QUESTION, "--source", "Wire")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"There is no library in {data} yet. Add an article: askarticle add PATH" in err
    assert "nowhere.txt" in run(QUESTION, "--article", "nowhere.txt")[2]
    assert not data.exists()


def test_citations_name_their_articles(run: Run, data: Path) -> None:
    fill(data)
    _, out, _ = run("Was the grey heron flying over the marsh?")
    assert (
        "The grey heron flew over the marsh.\n    The grey heron flew over the marsh. It was day 0., sentence 1" in out
    )
    assert "I found no sure answer in the articles." in run("Who won the match?")[1]
    assert "I found no sure answer in the article." in run("Who won the match?", "--article", "grey")[1]


def test_an_empty_library_leaves_the_default_article_and_a_file_is_asked_alone(
    run: Run, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "story.txt").write_text("A grey heron flew to Lindholm. Nobody was hurt.", "utf-8")
    with closing(open_library(data / "library.sqlite")):
        assert ids(run(QUESTION, "--json")[1]) == {"default"}
    fill(data)
    _, out, _ = run("Where did the heron fly?", "--json", "--article", str(tmp_path / "story.txt"))
    assert ids(out).isdisjoint({"grey", "white", "purple"})
    assert ids(run(QUESTION, "--json")[1]) == {"grey", "white", "purple"}


def test_a_bot_takes_a_filter(data: Path) -> None:
    fill(data)
    bot = open_bot(Settings(data=data))
    answer = bot.ask(QUESTION, where=Filter(sources=frozenset({"Wire"})))
    assert {each.article.id for each in (*answer.citations, *answer.nearest)} == {"grey", "white"}
    answer = bot.ask(QUESTION, article="grey", where=Filter(sources=frozenset({"Wire"})))
    assert {each.article.id for each in (*answer.citations, *answer.nearest)} == {"grey"}
