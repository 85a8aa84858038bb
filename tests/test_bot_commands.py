"""The library's commands, with an encoder that counts words."""

import io
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import bot.start
import index
from askarticle import main
from corpus import default_article
from corpus.library import open_library
from index.storage import locked
from tests.fakes import FakeEncoder

FERRY = "Ferry sinks\n\nThe ferry to Lindholm sank on Friday. Its captain was the last to leave. Nobody was hurt."
FLOOD = "Flood in town\n\nThe river rose on Monday. By evening the lower town was under water."


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the command as a user runs it, on a data folder of its own."""
    monkeypatch.setenv("ASKARTICLE_DATA", str(tmp_path / "data"))
    for place in (index, bot.start):  # bot.start holds the name itself, if another test has imported it already
        monkeypatch.setattr(place, "open_encoder", lambda *_, **__: FakeEncoder())

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["askarticle", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(FERRY, "utf-8")
    return path


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    path = tmp_path / "flood.txt"
    path.write_text(FLOOD, "utf-8")
    return path


def ids(run: Run) -> list[str]:
    return [article["id"] for article in run("list", "--json").json]


def test_add_says_what_became_of_each(run: Run, ferry: Path, flood: Path, tmp_path: Path) -> None:
    done = run("add", str(ferry))
    assert (done.status, done.err) == (0, "")
    (id,) = ids(run)
    assert done.out == f"added       {id}  Ferry sinks\n1 added\n"

    corrected = FERRY.replace("Friday", "Saturday")
    for path in (ferry, tmp_path / "copy.txt"):
        path.write_text(corrected, "utf-8")
    done = run("add", str(ferry), str(flood), str(tmp_path / "copy.txt"))
    assert done.status == 0
    assert f"new version {id}  Ferry sinks, version 2\n" in done.out
    assert f"  Ferry sinks, repeats {id}\n" in done.out
    assert done.out.endswith("1 added, 1 new version, 1 duplicate\n")
    assert run("add", str(ferry), str(flood)).out == "2 unchanged\n"


def test_add_goes_on_after_what_it_refuses_and_ends_with_1(run: Run, ferry: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = run("add", "nowhere.txt", str(tmp_path / "empty.txt"), str(ferry), "--json")
    assert done.status == 1
    assert done.err.count("\n") == 2
    assert "refused: " in done.err
    assert "nowhere.txt" in done.err
    assert "empty.txt" in done.err
    counts = {"added": 1, "replaced": 0, "moved": 0, "unchanged": 0, "duplicate": 0, "refused": 2}
    assert done.json["counts"] == counts
    assert [taken["outcome"] for taken in done.json["articles"]] == ["refused", "refused", "added"]
    assert done.json["articles"][2]["origin"] == str(ferry)


@pytest.mark.parametrize(
    "arguments", [["add"], ["add", ""], ["add", "x", "--collection", " "], ["add", "x", "--collection", "a\nb"]]
)
def test_a_mistake_is_one_line_and_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("askarticle: ")


def test_a_hostile_file_name_cannot_write_on_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\nb.txt").touch()
    done = run("add", str(tmp_path / "a\x1b[2J\nb.txt"))
    assert "\x1b" not in done.err
    assert done.err.count("\n") == 1


def test_stopped_it_says_how_far_it_came_and_ends_with_130(
    run: Run, ferry: Path, flood: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(FakeEncoder):
        def encode(self, texts: Any) -> Any:
            if self.calls:
                raise KeyboardInterrupt
            return super().encode(texts)

    with monkeypatch.context() as stopped:
        stopped.setattr(index, "open_encoder", lambda *_, **__: Stopped())
        done = run("add", str(ferry), str(flood))
    assert done.status == 130
    assert done.err.strip() == "Stopped. So far: 1 added. Run it again to go on."
    assert run("add", str(ferry), str(flood)).out.endswith("1 added, 1 unchanged\n")


def test_another_encoders_library_is_one_line(run: Run, ferry: Path, flood: Path, monkeypatch: Any) -> None:
    run("add", str(ferry))
    monkeypatch.setattr(index, "open_encoder", lambda *_, **__: FakeEncoder(name="another"))
    done = run("add", str(ferry), str(flood))
    assert done.status == 2
    assert "Before the error below: 1 unchanged.\n" in done.err
    assert "fake-encoder" in done.err


def test_the_second_to_add_waits_and_says_so(
    run: Run, ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.commands.add

    said: list[str] = []
    with locked(tmp_path / "data"):

        def say(line: str) -> None:
            said.append(line)
            raise KeyboardInterrupt

        with monkeypatch.context() as waiting:
            waiting.setattr(bot.commands.add, "say", say)
            assert run("add", str(ferry)).status == 130
    assert "Waiting for it" in said[0]
    assert run("add", str(ferry)).out.endswith("1 added\n")


def test_list_shows_what_is_asked_for(run: Run, ferry: Path, flood: Path) -> None:
    run("add", str(ferry), "--collection", "sea")
    run("add", str(flood))
    done = run("list")
    assert {line.rpartition("  ")[2] for line in done.out.splitlines()} == {"Ferry sinks", "Flood in town"}
    assert done.err == "2 articles\n"
    assert [one["title"] for one in run("list", "--collection", "sea", "--json").json] == ["Ferry sinks"]
    assert run("list", "--language", "fr", "--json").json == []
    assert run("list", "--source", "nobody", "--json").json == []
    assert run("collections", "--json").json == {"default": 1, "sea": 1}
    assert run("collections").out == "        1  default\n        1  sea\n"
    unknown = run("list", "--collection", "see")
    assert unknown.status == 2
    assert "there is no collection 'see'; there are: 'default', 'sea'" in unknown.err


def test_more_articles_than_a_page_are_all_listed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.shared.PAGE", 2)
    words = ["anchors", "bells", "cranes", "docks", "eels"]
    for word in words:
        (tmp_path / f"{word}.txt").write_text(f"All about {word}. The {word} of Lindholm are old {word}.", "utf-8")
    run("add", *(str(tmp_path / f"{word}.txt") for word in words))
    assert len(set(ids(run))) == 5
    assert run("list").err == "5 articles\n"
    assert len(run("export").out.splitlines()) == 5


@pytest.mark.parametrize("command", [["list"], ["show", "x"], ["remove", "x"], ["export"], ["collections"], ["verify"]])
def test_without_a_library_none_is_made(run: Run, tmp_path: Path, command: list[str]) -> None:
    done = run(*command)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "There is no library in" in done.err
    assert not (tmp_path / "data").exists()


def test_show_gives_the_text_and_every_version(run: Run, ferry: Path) -> None:
    run("add", str(ferry))
    ferry.write_text(FERRY.replace("Friday", "Saturday"), "utf-8")
    run("add", str(ferry))
    (id,) = ids(run)
    done = run("show", id)
    assert done.out.startswith("Ferry sinks\n")
    assert f"origin      {ferry}\n" in done.out
    assert "version     2 of 2\n" in done.out
    assert done.out.endswith(FERRY.replace("Friday", "Saturday") + "\n")
    old = run("show", id, "--version", "1", "--json").json
    assert (old["text"], old["version"]) == (FERRY, 1)
    assert [version["version"] for version in old["versions"]] == [1, 2]
    assert run("show", id, "--version", "3").status == 2
    nowhere = run("show", "nowhere")
    assert (nowhere.status, nowhere.out) == (2, "")
    assert "'nowhere'" in nowhere.err


def test_remove_takes_all_or_nothing(run: Run, ferry: Path, flood: Path) -> None:
    run("add", str(ferry), str(flood))
    known = ids(run)
    assert run("remove", known[0], "nowhere", "--yes").status == 2
    assert ids(run) == known
    done = run("remove", *known, known[0], "--yes", "--json")
    assert (done.status, done.json) == (0, {"removed": known})
    assert ids(run) == []


def test_remove_asks_first(run: Run, ferry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", str(ferry))
    (id,) = ids(run)
    nobody = run("remove", id)
    assert nobody.status == 2
    assert "--yes" in nobody.err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    refused = run("remove", id)
    assert refused.status == 130
    assert "Ferry sinks" in refused.err
    assert ids(run) == [id]
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    done = run("remove", id)
    assert (done.status, done.out) == (0, f"removed     {id}  Ferry sinks\n")
    assert ids(run) == []


def citation(run: Run, tmp_path: Path, quote: str) -> dict[str, Any]:
    (id,) = ids(run)
    with open_library(tmp_path / "data" / "library.sqlite") as store:
        article = store.get(id).article
    start = article.text.index(quote)
    return {
        "article": {"id": id, "fingerprint": article.fingerprint, "version": article.version},
        "sentence": {"index": 1, "start": start, "end": start + len(quote)},
        "quote": quote,
    }


def test_a_citation_is_followed_through_a_correction(run: Run, ferry: Path, tmp_path: Path) -> None:
    run("add", str(ferry))
    kept, changed = (
        citation(run, tmp_path, quote) for quote in ("Nobody was hurt.", "The ferry to Lindholm sank on Friday.")
    )
    answer = {"found": True, "citations": [kept, changed], "nearest": []}
    done = run("verify", "--citation", json.dumps(answer))
    assert done.status == 0
    assert "valid    Nobody was hurt.\n" in done.out

    ferry.write_text(FERRY.replace("Friday", "Saturday"), "utf-8")
    run("add", str(ferry))
    (tmp_path / "answer.json").write_text(json.dumps(answer), "utf-8")
    done = run("verify", "--citation", str(tmp_path / "answer.json"), "--json")
    assert (done.status, done.json["holds"]) == (1, False)
    first, second = done.json["citations"]
    assert (first["status"], first["place"]["start"]) == ("moved", kept["sentence"]["start"] + 2)
    assert second["status"] == "changed"
    assert second["before"]["text"] == "The ferry to Lindholm sank on Friday."
    assert second["after"]["text"] == "The ferry to Lindholm sank on Saturday."
    readable = run("verify", "--citation", str(tmp_path / "answer.json")).out
    assert "    before (version 1): The ferry to Lindholm sank on Friday.\n" in readable
    assert "    now (version 2): The ferry to Lindholm sank on Saturday.\n" in readable

    run("remove", kept["article"]["id"], "--yes")
    gone = run("verify", "--citation", json.dumps(kept), "--json")
    assert (gone.status, gone.json["citations"][0]["status"]) == (1, "gone")
    forged = {**kept, "quote": "Forty were hurt."}
    run("add", str(ferry))
    assert run("verify", "--citation", json.dumps([forged]), "--json").json["citations"][0]["status"] == "unknown"


def test_the_default_articles_citations_need_no_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    article = default_article()
    cited = {
        "article": {"id": article.id, "fingerprint": article.fingerprint, "version": 1},
        "sentence": {"index": 0, "start": 0, "end": 12},
        "quote": article.text[:12],
    }
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(cited).encode())))
    done = run("verify", "--citation", "-")
    assert (done.status, done.out.split()[0]) == (0, "valid")


def test_an_answer_that_cites_nothing_has_nothing_that_does_not_hold(run: Run) -> None:
    done = run("verify", "--citation", '{"found": false, "citations": []}')
    assert (done.status, done.out) == (0, "")
    assert "cites nothing" in done.err


GOOD: dict[str, Any] = {
    "article": {"id": "a", "fingerprint": "f", "version": 1},
    "sentence": {"start": 0, "end": 3},
    "quote": "abc",
}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("nowhere.json", "'nowhere.json' cannot be read"),
        ("", "cannot be read"),
        ("[1]", "no quote"),
        ("{}", "no quote"),
        (json.dumps({**GOOD, "quote": " "}), "'quote' is empty"),
        (json.dumps({**GOOD, "quote": 3}), "no quote"),
        (json.dumps({**GOOD, "article": "a"}), "no article.id"),
        (json.dumps({**GOOD, "sentence": {"start": True, "end": 3}}), "no sentence.start"),
        (json.dumps({**GOOD, "sentence": {"start": 3, "end": 3}}), "from 3 to 3"),
        (json.dumps({**GOOD, "sentence": {"start": -1, "end": 3}}), "from -1 to 3"),
        (json.dumps({**GOOD, "article": {**GOOD["article"], "version": 1.5}}), "no article.version"),
    ],
)
def test_what_is_no_citation_is_one_clear_line(run: Run, given: str, says: str) -> None:
    done = run("verify", "--citation", given)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_a_citation_with_half_a_character_is_only_unknown(run: Run, ferry: Path) -> None:
    run("add", str(ferry))
    (id,) = ids(run)
    given = json.dumps({**GOOD, "article": {**GOOD["article"], "id": id}, "quote": "\ud800 and more"})
    done = run("verify", "--citation", given)
    assert (done.status, done.out.split()[0]) == (1, "unknown")


def test_an_export_is_read_back_to_the_same_articles(
    run: Run, ferry: Path, flood: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        {
            "text": "Two bridges were closed after the flood.",
            "id": "flood-1",
            "title": "Flood",
            "published": "2024-03-14",
        },
        {
            "text": "Nobody in Lindholm knows why prices rose.",
            "source": "Northline",
            "author": "A. Writer",
            "url": "https://x.org/1",
        },
    ]
    (tmp_path / "dump.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (tmp_path / "zzz.txt").write_text(FERRY, "utf-8")
    run("add", str(ferry), str(tmp_path / "zzz.txt"), "--collection", "sea")
    assert run("add", str(tmp_path / "dump.jsonl"), str(flood)).status == 0
    before = run("list", "--json").json
    assert len(before) == 5
    assert sum(article["duplicate_of"] is not None for article in before) == 1

    out = tmp_path / "all.jsonl"
    done = run("export", str(out))
    assert (done.status, done.out, done.err) == (0, "", "5 articles\n")
    assert run("export").out == out.read_text("utf-8")
    assert run("add", str(out)).out == "5 unchanged\n"
    assert len(run("export", "--collection", "sea", "-").out.splitlines()) == 2

    monkeypatch.setenv("ASKARTICLE_DATA", str(tmp_path / "elsewhere"))
    assert run("add", str(out)).status == 0
    after = run("list", "--json").json
    assert [{**article, "added": None} for article in after] == [{**article, "added": None} for article in before]
    assert run("export").out == out.read_text("utf-8")
    assert run("add", str(ferry), str(flood)).out == "2 unchanged\n"
    assert run("verify").status == 0


def test_an_export_that_cannot_be_written_leaves_what_was_there(run: Run, ferry: Path, tmp_path: Path) -> None:
    run("add", str(ferry))
    done = run("export", str(tmp_path / "nowhere" / "all.jsonl"))
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "cannot be written" in done.err
    (tmp_path / "folder").mkdir()
    assert run("export", str(tmp_path / "folder")).status == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "ferry.txt", "folder"]


@pytest.mark.parametrize(
    "wrong", [1, {}, {"collection": "a", "origin": 1}, {"collection": "", "origin": "x"}, {"collection": ["a"]}]
)
def test_a_line_that_only_looks_exported_is_refused(run: Run, tmp_path: Path, wrong: object) -> None:
    (tmp_path / "dump.jsonl").write_text(json.dumps({"text": FLOOD, "askarticle": wrong}), "utf-8")
    done = run("add", str(tmp_path / "dump.jsonl"))
    assert done.status == 1
    assert "line 1, has an 'askarticle' that no export wrote" in done.err


def test_verify_names_a_problem_and_repairs_what_is_derived(run: Run, ferry: Path, tmp_path: Path) -> None:
    run("add", str(ferry))
    folder = tmp_path / "data" / "indexes" / "library"
    assert run("verify").out == "The library is whole: 1 article, 1 version, 1 passage.\n"
    for path in folder.rglob("dense.faiss"):
        path.write_bytes(path.read_bytes()[:-9])
    broken = run("verify")
    assert (broken.status, broken.out.count("\n")) == (1, 1)
    assert broken.out.startswith("problem:  ")
    assert run("verify", "--json").json["whole"] is False
    repaired = run("verify", "--repair")
    assert repaired.status == 0
    assert repaired.out.startswith("repaired: ")
    assert run("verify").status == 0


def test_verify_finds_a_text_that_was_changed_behind_the_librarys_back(run: Run, ferry: Path, tmp_path: Path) -> None:
    run("add", str(ferry))
    with sqlite3.connect(tmp_path / "data" / "library.sqlite") as database:
        database.execute("UPDATE contents SET text = replace(text, 'Friday', 'Sunday')")
    database.close()
    done = run("verify", "--repair")
    assert done.status == 1
    assert "checksum" in done.out
    assert run("verify", "--repair", "--citation", "{}").status == 2


def test_what_is_removed_leaves_the_disk_at_once(run: Run, ferry: Path, flood: Path, tmp_path: Path) -> None:
    def kept(word: bytes) -> list[str]:
        return [path.name for path in (tmp_path / "data").rglob("*") if path.is_file() and word in path.read_bytes()]

    run("add", str(ferry), str(flood))
    by_title = {article["title"]: article["id"] for article in run("list", "--json").json}
    vector = FakeEncoder().encode([FLOOD]).tobytes()
    assert kept(b"lower town") == ["library.sqlite"]
    assert "dense.faiss" in kept(vector)
    run("remove", by_title["Flood in town"], "--yes")
    assert kept(b"lower town") == kept(vector) == []
    assert run("verify").status == 0
    vector = FakeEncoder().encode([FERRY]).tobytes()
    run("remove", by_title["Ferry sinks"], "--yes")
    assert kept(b"Mara Voss") == kept(vector) == []
    assert run("verify").status == 0
