"""What an evaluator may give by mistake: one clear error, nothing half-written, nothing silently wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import AskArticleError, DataSetError, EvaluationError
from evaluation.command import _check_outputs
from evaluation.data_sets import load_data_set
from evaluation.document import read_document
from evaluation.records import Where, parse_json, replace_text
from evaluation.stored import _word, read_stored
from evaluation.tasks import usual_tasks

WHERE = Where(Path("set.jsonl"), "line 1")
DOCUMENT = {
    "id": "a",
    "text": "The bridge opened in 1931. It is long.",
    "questions": [{"question": "When did it open?", "answers": [{"text": "1931", "start": 21}]}],
}


def written(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return path


@pytest.mark.parametrize(
    "text", [r'{"id": "a\u0000b"}', r'{"id": "\ud800"}', '{"id": NaN}', '{"id": ' + "1" * 5_000 + "}"]
)
def test_json_that_no_measure_can_carry_is_refused(text: str) -> None:
    with pytest.raises(DataSetError, match=r"set\.jsonl, line 1: "):
        parse_json(text, WHERE)


@pytest.mark.parametrize("text", [r'{"id": "\ud83d\ude00"}', r'{"id": "\\u0000"}', r'{"id": "é"}'])
def test_whole_characters_are_not(text: str) -> None:
    assert parse_json(text, WHERE) == json.loads(text)


def test_an_id_of_0_is_an_id(tmp_path: Path) -> None:
    question = {**DOCUMENT["questions"][0], "id": 0}  # type: ignore[index]
    data_set = load_data_set(written(tmp_path / "set.jsonl", {**DOCUMENT, "questions": [question]}))
    assert [question.id for question in data_set.questions] == ["0"]


@pytest.mark.parametrize("id", [True, 1.5, [1], {"a": 1}])
def test_an_id_is_a_string_or_a_whole_number(tmp_path: Path, id: object) -> None:
    with pytest.raises(DataSetError, match='"id" must be a string'):
        load_data_set(written(tmp_path / "set.jsonl", {**DOCUMENT, "id": id}))


@pytest.mark.parametrize(
    "record", [{"confidence": 10**400}, {"citations": [{"article": "a", "start": 0, "end": 5, "score": "x"}]}]
)
def test_a_stored_number_is_a_number(tmp_path: Path, record: dict[str, Any]) -> None:
    with pytest.raises(DataSetError, match="must be a number"):
        read_stored(written(tmp_path / "run.jsonl", {"id": "q", **record}))


@pytest.mark.parametrize(
    "line", ["q Q0 a:0-5 1 nan r", "q Q0 a:0-5 1 1e999 r", "q Q0 a:20-3 1 1 r", f"q Q0 a:0-{'9' * 5_000} 1 1 r"]
)
def test_a_trec_run_that_cannot_be_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "run.trec").write_text(line)
    with pytest.raises(DataSetError, match="line 1"):
        read_stored(tmp_path / "run.trec")


def test_ids_keep_apart_in_a_trec_run() -> None:
    assert len({_word(id) for id in ("q 1", "q%201", "q%25201")}) == 3


def test_a_grade_that_would_take_the_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.qrels").write_text("q 0 d 2147483648")
    with pytest.raises(DataSetError, match="above 1000"):
        load_data_set(tmp_path / "set.qrels")


def test_a_set_of_unanswerable_questions_is_asked_whether_it_is_declined(tmp_path: Path) -> None:
    questions = [{"question": "Who built it?", "answers": []}]
    assert usual_tasks(load_data_set(written(tmp_path / "set.jsonl", {**DOCUMENT, "questions": questions}))) == [
        "abstain"
    ]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    kept = tmp_path / "page.html"
    kept.write_text("old")
    with pytest.raises(EvaluationError, match="cannot be written"):
        replace_text(tmp_path / "nowhere" / "page.html", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    replace_text(kept, "new \ud800")
    assert kept.read_text("utf-8") == "new ?"


@pytest.mark.parametrize("outputs", [["set.jsonl"], ["a.html", "a.html"], ["."], ["nowhere/a.html"]])
def test_outputs_that_would_lose_something_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EvaluationError, match="Name a"):
        _check_outputs([Path("set.jsonl"), None], [None, *map(Path, outputs)])
    _check_outputs([Path("set.jsonl"), None], [None, Path("a.html"), Path("b.trec")])


@pytest.mark.parametrize(
    "run",
    [
        {"task": None},
        {"figures": {}},
        {"questions": [{"id": "q", "right": "x", "scores": {}, "ranked": []}]},
        {"questions": [{"id": "q", "right": 1.0, "scores": None, "ranked": []}]},
        {"questions": [{"right": 1.0, "scores": {}, "ranked": []}]},
    ],
)
def test_a_damaged_baseline_is_refused(tmp_path: Path, run: dict[str, Any]) -> None:
    question = {"id": "q", "right": 1.0, "scores": {"P@1": 1.0}, "ranked": []}
    whole = {"task": "sentence", "system": "bot", "figures": {"P@1": {"value": 1.0}}, "questions": [question]}
    report = {"format": "askarticle-evaluation/1", "data_set": {"fingerprint": "f"}, "runs": [whole]}
    assert read_document(written(tmp_path / "whole.json", report)) == report
    with pytest.raises(AskArticleError, match="damaged report"):
        read_document(written(tmp_path / "base.json", {**report, "runs": [{**whole, **run}]}))


def beir(folder: Path, corpus: list[dict[str, Any]], queries: list[dict[str, Any]]) -> Path:
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\td\t1\n")
    written(folder / "corpus.jsonl", *corpus)
    written(folder / "queries.jsonl", *queries)
    return folder


ARTICLE, QUERY = {"_id": "d", "text": "The bridge opened."}, {"_id": "q", "text": "When?"}


def test_a_split_that_is_not_there_is_not_another(tmp_path: Path) -> None:
    folder = beir(tmp_path, [ARTICLE], [QUERY])
    assert len(load_data_set(folder).questions) == len(load_data_set(folder, "test").questions) == 1
    for split in ("dev", "", "../qrels/test"):
        with pytest.raises(DataSetError, match="It has: test"):
            load_data_set(folder, split)


@pytest.mark.parametrize(("articles", "queries"), [([ARTICLE, ARTICLE], [QUERY]), ([ARTICLE], [QUERY, QUERY])])
def test_an_id_used_twice_in_a_beir_folder_is_refused(
    tmp_path: Path, articles: list[dict[str, Any]], queries: list[dict[str, Any]]
) -> None:
    with pytest.raises(DataSetError, match="used twice"):
        load_data_set(beir(tmp_path, articles, queries))


def test_what_was_left_out_of_an_empty_set_is_said(tmp_path: Path) -> None:
    question = {"question": "When?", "answers": [{"text": "1931", "start": 3}]}
    with pytest.raises(DataSetError, match="1 left out, the first because "):
        load_data_set(written(tmp_path / "set.jsonl", {**DOCUMENT, "questions": [question]}))
