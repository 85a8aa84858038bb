"""``askarticle conversations`` and ``askarticle feedback``; what they export is read by ``askarticle evaluate``."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import bot.start
import index
from askarticle import main
from corpus import default_article, split_sentences
from corpus.article import Sentence
from corpus.library import open_library
from corpus.library.talk import CitedPlace, Feedback, StoredTurn
from tests.fakes import FakeEncoder
from tests.library_articles import add

TEXT = "The ferry to Lindholm sank. Its captain, Mara Voss, was the last to leave. Nobody was hurt."


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.setenv("ASKARTICLE_DATA", str(tmp_path / "data"))
    for place in (index, bot.start):
        monkeypatch.setattr(place, "open_encoder", lambda *_, **__: FakeEncoder())

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["askarticle", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsysbinary.readouterr()
        return Done(int(ended.value.code or 0), out.decode(), err.decode())

    return run


def place_of(sentence: Sentence) -> CitedPlace:
    article = sentence.article
    return CitedPlace(article.id, 1, article.fingerprint, sentence.start, sentence.end, sentence.index, 0.9)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of one article, with two conversations and feedback of each kind."""
    path = tmp_path / "data" / "library.sqlite"
    with open_library(path) as library:
        add(library, "ferry", TEXT, title="Ferry *sinks*", url="https://example.org/ferry")
        sank, _, hurt = (place_of(sentence) for sentence in library.get("ferry").sentences)
        troops = place_of(split_sentences(default_article())[4])
        now = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
        talk = library.talk.start()
        library.talk.append(talk, StoredTurn("was anybody hurt?", "was anybody hurt?", True, 0.93, now, (hurt,)))
        library.talk.append(talk, StoredTurn("and <b>when</b>?", "when did it sink?", False, 0.1, now, nearest=(sank,)))
        library.talk.append(library.talk.start(), StoredTurn("\x1b[31mhow many?", "q", True, 0.8, now, (troops,)))
        for one in (
            Feedback("was anybody hurt?", "was anybody hurt?", "right", hurt),
            Feedback("when did it sink?", "when did it sink?", "wrong", hurt, sank),
            Feedback("how many troops?", "how many troops?", "right", troops),
            Feedback("who owned it?", "who owned it?", "right", sank, found=False),
            Feedback("why?", "why?", "wrong", sank),
        ):
            library.talk.add_feedback(one)
    return path


def test_conversations_are_listed_shown_exported_and_deleted(run: Run, library: Path, tmp_path: Path) -> None:
    first, second = run("conversations", "list", "--json").json
    assert (first["turns"], first["question"]) == (2, "was anybody hurt?")
    done = run("conversations", "list")
    assert done.out.splitlines()[0].split()[0] == first["id"]
    assert "\x1b" not in done.out
    assert done.err == "2 conversations\n"
    shown = run("conversations", "show", first["id"]).out
    assert "## 1. was anybody hurt?\n\n> Nobody was hurt.\n" in shown
    assert r"[Ferry \*sinks\*](<https://example.org/ferry#:~:text=" in shown
    assert "Understood as: when did it sink?\n\nNo sure answer was found.\n" in shown
    assert "\x1b" not in run("conversations", "show", second["id"]).out
    file = tmp_path / "talk.md"
    assert run("conversations", "export", first["id"], str(file)).status == 0
    assert file.read_text("utf-8") == shown
    whole = run("conversations", "export", first["id"], "--json").json
    assert whole == run("conversations", "show", first["id"], "--json").json
    assert whole["turns"][0]["citations"][0]["quote"] == "Nobody was hurt."
    assert run("conversations", "delete", first["id"], "nothing").status == 2
    assert len(run("conversations", "list", "--json").json) == 2
    assert run("conversations", "delete", first["id"]).err == "1 conversation deleted\n"
    assert [one["id"] for one in run("conversations", "list", "--json").json] == [second["id"]]


def test_a_removed_article_has_no_words_left_in_them(run: Run, library: Path) -> None:
    (first, _) = run("conversations", "list", "--json").json
    assert run("remove", "ferry", "--yes").status == 0
    for as_json in ((), ("--json",)):
        out = run("conversations", "show", first["id"], *as_json).out
        assert "Nobody" not in out
        assert "when did it sink" not in out
    assert "The article was removed, and its words with it." in run("conversations", "show", first["id"]).out


def test_exported_feedback_is_read_and_scored_by_evaluate(run: Run, library: Path, tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    done = run("feedback", "export", str(file))
    assert done.status == 0
    assert done.err == "4 pieces of feedback exported\n1 left out: it says what is wrong, not what is right\n"
    assert run("feedback", "export").out == file.read_text("utf-8")
    scored = run("evaluate", str(file), "--json").json
    assert (scored["data_set"]["articles"], scored["data_set"]["questions"]) == (2, 4)
    assert scored["data_set"]["left_out"] == []
    (sentences,) = (found for found in scored["runs"] if found["task"] == "sentence" and found["system"] == "bot")
    assert sentences["asked"] == 3
    right = {record["question"]: record["right"] for record in sentences["questions"]}
    assert right["was anybody hurt?"] == 1  # the gold sentence is the one that shares the question's words
    (abstained,) = (found for found in scored["runs"] if found["task"] == "abstain" and found["system"] == "bot")
    assert abstained["asked"] == 4


def test_feedback_is_listed_and_deleted(run: Run, library: Path) -> None:
    listed = run("feedback", "list", "--json").json
    assert [one["verdict"] for one in listed] == ["right", "wrong", "right", "right", "wrong"]
    done = run("feedback", "list")
    assert done.out.splitlines()[1].endswith("wrong  when did it sink?  -> The ferry to Lindholm sank.")
    assert run("feedback", "delete", listed[0]["id"], "nothing").status == 2
    assert run("feedback", "delete", *(one["id"] for one in listed[:2])).err == "2 pieces of feedback deleted\n"
    assert len(run("feedback", "list", "--json").json) == 3


def test_where_there_is_no_library_none_is_made(run: Run, tmp_path: Path) -> None:
    assert run("conversations", "list").err == "0 conversations\n"
    assert run("feedback", "list", "--json").json == []
    assert run("feedback", "export").out == ""
    for command in (("conversations", "show"), ("conversations", "delete"), ("feedback", "delete")):
        done = run(*command, "some-id")
        assert (done.status, done.err.count("\n")) == (2, 1)
    assert not (tmp_path / "data" / "library.sqlite").exists()


def test_the_library_is_not_written_over(run: Run, library: Path) -> None:
    (first, _) = run("conversations", "list", "--json").json
    for command in (("feedback", "export"), ("conversations", "export", first["id"])):
        done = run(*command, str(library))
        assert (done.status, "is the library itself" in done.err) == (2, True)
    assert len(run("conversations", "list", "--json").json) == 2


def test_alone_they_say_what_they_can(run: Run) -> None:
    assert "export" in run("conversations").out
    assert "export" in run("feedback").out
