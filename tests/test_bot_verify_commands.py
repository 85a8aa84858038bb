"""Citations followed through versions, exports read back, and what `verify` finds."""

import io
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus import default_article
from corpus.library import open_library
from tests.commands import FERRY, FLOOD, Run, ferry, flood, ids, run

__all__ = ["ferry", "flood", "run"]  # the fixtures
from tests.fakes import FakeEncoder


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
