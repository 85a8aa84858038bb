import json

import ir_measures
import numpy as np
import pytest

from bot.overlap import overlap
from corpus.errors import DataSetError, EvaluationError
from evaluation.baselines import Bm25, KnownVectors
from evaluation.data_sets import load_data_set
from evaluation.document import make_document, read_document, to_json
from evaluation.outcome import Outcome, Ranked, unit_id
from evaluation.run import SYSTEMS, make_system, run_all, run_system
from evaluation.scoring import score_all
from evaluation.stored import Stored, read_stored, write_judgements, write_run
from evaluation.tasks import TASKS, Job, usual_tasks
from index import PassageIndex
from tests.evaluation_sets import BRIDGE, DOCUMENTS, FERRY, write_set
from tests.fakes import FakeEncoder


@pytest.fixture
def data_set(tmp_path):
    return load_data_set(write_set(tmp_path))


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    monkeypatch.setattr("evaluation.statistics.RESAMPLES", 100)


def no_progress(items, says):
    return items


def run(data_set, tasks, systems):
    return run_all(data_set, tasks, systems, FakeEncoder(), no_progress, depth=10)


def sentence(text, quote, article="the bridge", score=1.0):
    start = text.index(quote)
    return Ranked(article, start, start + len(quote), score)


def scored(data_set, task, *outcomes, calibrated=True):
    return {r["id"]: r for r in score_all(Job(TASKS[task], data_set), outcomes, calibrated)}


def test_bm25_ranks_as_the_product_does():
    texts = [text for text in BRIDGE.replace("\n\n", " ").split(". ") if text]
    question = "When was the toll of the old bridge dropped?"
    ours, product = Bm25(texts).scores(question), overlap(question, texts)
    matched = product > 0
    assert list(ours > 0) == list(matched)
    assert np.ptp(ours[matched] / product[matched]) < 1e-9  # the same but for a factor of the question
    assert not Bm25([]).scores("x").size


def test_the_usual_tasks_follow_the_questions(data_set):
    assert usual_tasks(data_set) == ["sentence", "abstain", "conversation"]


@pytest.mark.parametrize("system", ["bm25", "hybrid", "dense"])
def test_baselines_find_sentences_in_one_article_and_in_all(data_set, system):
    for task in ("sentence", "corpus", "passage"):
        (result,) = run(data_set, [task], [system])
        records = {record["id"]: record for record in result.records}
        assert set(records) == {"b1", "b2", "b3", "f1", "f3"}  # no follow-up, nothing unanswerable
        assert records["f1"]["scores"]["P@1"] == 1
        first = records["f1"]["ranked"][0]
        if task != "passage":
            assert FERRY[first["start"] : first["end"]] == "Tickets cost two crowns."
            assert records["f1"]["scores"]["citation F1"] == 1
            assert all(r["scores"]["answered right"] == r["scores"]["P@1"] for r in result.records)
        else:
            assert "answered right" not in records["f1"]["scores"]


def test_the_dense_baseline_ranks_by_cosine(data_set):
    job = Job(TASKS["sentence"], data_set)
    index = PassageIndex.build(data_set.articles.values(), FakeEncoder())
    system = make_system(job, "dense", index, KnownVectors(index.encoder), depth=10)
    outcome = system.answer(job.questions[0], "the bridge")
    texts = [BRIDGE[ranked.start : ranked.end] for ranked in outcome.ranked]
    vectors = FakeEncoder().encode([job.questions[0].question, *texts])
    assert [ranked.score for ranked in outcome.ranked] == pytest.approx(list(vectors[1:] @ vectors[0]), abs=1e-6)
    assert outcome.ranked[0].score == max(ranked.score for ranked in outcome.ranked)


def test_the_bot_runs_every_task_it_can(data_set):
    for result in run(data_set, ["sentence", "corpus", "passage", "abstain"], ["bot"]):
        assert len(result.records) == len(result.job.questions)
        assert all(0 <= record["right"] <= 1 for record in result.records)
        assert set(result.latency()) == {"p50_ms", "p95_ms"}


def test_an_abstain_run_scores_declining(data_set):
    right = sentence(BRIDGE, "It carries forty thousand cars a day.")
    records = scored(
        data_set,
        "abstain",
        Outcome("b2", (right,), 1, True, 0.9),
        Outcome("b1", (right,), 0, False, 0.2),
        Outcome("b4", (right,), 0, False, 0.1),
        Outcome("f2", (), 1, True, 0.7),
    )
    assert {key: record["scores"]["handled"] for key, record in records.items()} == {"b2": 1, "b1": 0, "b4": 1, "f2": 0}
    assert {key: record["miss"] for key, record in records.items()} == {
        "b2": "",
        "b1": "declined",
        "b4": "",
        "f2": "answered the unanswerable",
    }
    assert [records[key]["right"] for key in ("b2", "b4")] == [1, 0]


def test_a_list_needs_all_its_sentences_and_a_long_citation_pays_in_precision(data_set):
    whole = Ranked("the bridge", 0, len(BRIDGE), 1.0)
    record = scored(data_set, "sentence", Outcome("b3", (whole,), 1, True))["b3"]
    assert record["scores"]["citation R"] == 1
    assert record["scores"]["citation P"] == pytest.approx(1 / 5, abs=1e-6)
    assert record["scores"]["P@1"] == 0  # its first sentence stands for it first
    assert record["scores"]["RR"] == pytest.approx(1 / 5, abs=1e-6)


def test_answer_spans_are_scored_only_where_a_system_gives_them(data_set):
    quote = sentence(BRIDGE, "The old bridge opened in 1931.")
    with_span = scored(
        data_set, "sentence", Outcome("b1", (quote,), 1, True, answer="in 1931"), Outcome("b2", (quote,), 1, True)
    )
    assert with_span["b1"]["scores"]["EM"] == 0
    assert with_span["b1"]["scores"]["F1"] == pytest.approx(2 / 3, abs=1e-6)
    assert with_span["b2"]["scores"]["F1"] == 0
    assert "EM" not in scored(data_set, "sentence", Outcome("b1", (quote,), 1, True))["b1"]["scores"]


def test_misses_are_told_apart(data_set):
    gold, other = sentence(BRIDGE, "The old bridge opened in 1931."), sentence(BRIDGE, "Painters work on it all year.")
    records = scored(
        data_set,
        "corpus",
        Outcome("b1", (other, gold), 1, True),
        Outcome("b2", (Ranked("ferry", 0, 29, 1.0),), 1, True),
        Outcome("f1", (), 0, False, trouble="too long"),
    )
    assert [records[key]["miss"] for key in ("b1", "b2", "f1")] == [
        "second or third",
        "another article",
        "not answered",
    ]


def test_two_evaluations_are_the_same_bytes_but_for_the_timing(data_set):
    texts = []
    for _ in range(2):
        document = make_document(data_set, run(data_set, ["sentence", "abstain"], ["bot", "hybrid"]))
        assert document.pop("timing")
        texts.append(to_json(document))
    assert texts[0] == texts[1]


def test_a_stored_document_is_read_back(data_set, tmp_path):
    document = make_document(data_set, run(data_set, ["abstain"], ["bot"]))
    path = tmp_path / "report.json"
    path.write_text(to_json(document), encoding="utf-8")
    assert read_document(path) == document
    assert len(path.read_text("utf-8").splitlines()) < 400  # a question is one line
    for damaged, reason in [("{}", "no report of this version"), ('{"format": "askarticle-evaluation/1"}', "damaged")]:
        path.write_text(damaged)
        with pytest.raises(DataSetError, match=reason):
            read_document(path)


def test_kinds_and_curves_are_told(data_set):
    (entry,) = make_document(data_set, run(data_set, ["abstain"], ["bot"]))["runs"]
    assert {kind: told["handled"]["n"] for kind, told in entry["kinds"].items()} == {
        "date": 1,
        "near-miss": 2,
        "number": 2,
    }
    assert sum(point["n"] for point in entry["curves"]["reliability"]) == entry["asked"] == 7
    assert entry["curves"]["risk_coverage"][-1]["coverage"] == 1


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_exported_run_scores_the_same_in_ir_measures(data_set, tmp_path, system):
    (result,) = run(data_set, ["sentence"], [system])
    write_run(tmp_path / "a.run", system, result.rankings())
    write_judgements(tmp_path / "a.qrels", [(q.id, list(result.job.relevant(q).items())) for q in result.job.questions])
    measures = [ir_measures.P @ 1, ir_measures.nDCG @ 10, ir_measures.AP, ir_measures.RR]
    told = ir_measures.calc_aggregate(
        measures,
        ir_measures.read_trec_qrels(str(tmp_path / "a.qrels")),
        ir_measures.read_trec_run(str(tmp_path / "a.run")),
    )
    for measure, value in told.items():
        ours = [record["scores"][str(measure)] for record in result.records]
        assert value == pytest.approx(np.mean(ours), abs=1e-5)
    read = run_system(result.job, read_stored(tmp_path / "a.run"), no_progress)
    assert [r["scores"]["AP"] for r in read.records] == [r["scores"]["AP"] for r in result.records]


def test_an_exported_run_keeps_the_order_of_equal_scores(tmp_path):
    path = tmp_path / "a.run"
    write_run(path, "my system", [("q 1", [("a:0-1", 0.5), ("z:0-1", 0.5), ("m:0-1", 0.7)])])
    rows = [line.split() for line in path.read_text().splitlines()]
    assert [row[0] for row in rows] == ["q%201"] * 3
    assert all(len(row) == 6 for row in rows)
    scores = [np.float32(row[4]) for row in rows]
    assert scores[0] > scores[1] > scores[2]


def test_units_have_no_blanks():
    assert unit_id("the bridge\t1:2", 3, 9) == "the%20bridge%091%3A2:3-9"


def test_answers_from_elsewhere(data_set, tmp_path):
    path = tmp_path / "theirs.jsonl"
    start = BRIDGE.index("forty")
    span = {"article": "the bridge", "start": start, "end": start + 14, "score": 0.4}
    contract = {"article": {"id": "the bridge"}, "sentence": {"index": 0, "start": 0, "end": 30}, "score": 0.9}
    path.write_text(
        json.dumps({"id": "b2", "citations": [span], "confidence": 0.8, "answer": "forty thousand"})
        + "\n"
        + json.dumps({"id": "b1", "found": False, "citations": [], "nearest": [contract], "confidence": 0.3})
    )
    stored = read_stored(path)
    assert (stored.name, stored.calibrated) == ("theirs", True)
    result = run_system(Job(TASKS["abstain"], data_set), stored, no_progress)
    records = {record["id"]: record for record in result.records}
    assert records["b2"]["scores"] | {"P@1": 1, "handled": 1, "EM": 1, "citation F1": 1} == records["b2"]["scores"]
    assert (records["b1"]["right"], records["b1"]["scores"]["handled"], records["b1"]["found"]) == (1, 0, 0)
    assert (records["b1"]["scores"]["P@1"], records["b1"]["scores"]["answered right"]) == (1, 0)  # the nearest is gold
    assert records["b2"]["scores"]["answered right"] == 1
    assert "answered right" not in records["b4"]["scores"]  # unanswerable
    assert records["f1"]["miss"] == "not answered"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.run", "q Q0 d 1 0.5\n", "line 1: 5 columns"),
        ("a.run", "q Q0 d:1-2 1 high s\n", "line 1: the score 'high'"),
        ("a.run", "q Q0 d 1 0.5 s\n", "'d' is not article:start-end"),
        ("a.run", "\n", "holds no answers"),
        ("a.jsonl", '{"citations": []}', 'line 1: no "id"'),
        ("a.jsonl", '{"id": "q"}\n{"id": "q"}', "line 2: the question 'q' is answered twice"),
        ("a.jsonl", '{"id": "q", "citations": [{"start": 1}]}', r'citations\[0\]: no "article"'),
        ("a.jsonl", '{"id": "q", "citations": [{"article": "a", "start": 5, "end": 5}]}', "are no span"),
        ("a.jsonl", '{"id": "q", "confidence": "high"}', '"confidence" must be a number'),
        ("a.jsonl", '{"id": "q", "confidence": 1}\n{"id": "r"}', "Give it to all or to none"),
        ("a.jsonl", '{"id": "q", "found": true, "answer": 3}', '"answer" must be a string'),
    ],
)
def test_a_malformed_answer_names_file_line_and_reason(tmp_path, name, text, reason):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataSetError, match=reason) as caught:
        read_stored(tmp_path / name)
    assert name in str(caught.value)


def test_a_run_is_read_in_the_order_of_trec_eval(tmp_path):
    (tmp_path / "a.run").write_text("q Q0 a 1 0.5 s\nq Q0 z 2 0.5 s\nq Q0 m 3 0.9 s\n")
    job_question = type("Question", (), {"id": "q"})()
    outcome = read_stored(tmp_path / "a.run", spans=False).answer(job_question, None)
    assert [ranked.article_id for ranked in outcome.ranked] == ["m", "z", "a"]


def test_judged_articles(tmp_path):
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tferry\t1\n")
    rows = [{"_id": document["id"], "text": document["text"]} for document in DOCUMENTS]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "what do tickets cost"}\n')
    data_set = load_data_set(tmp_path)
    assert usual_tasks(data_set) == ["passage"]
    for result in run(data_set, ["passage", "corpus"], ["hybrid", "bm25"]):
        assert result.job.unit == "article"
        assert result.records[0]["scores"]["P@1"] == 1
        assert "citation F1" not in result.records[0]["scores"]
    with pytest.raises(EvaluationError, match="judges whole articles"):
        Job(TASKS["sentence"], data_set)


def test_what_cannot_be_asked_is_said(data_set, tmp_path):
    plain = load_data_set(write_set(tmp_path, "plain.jsonl", [{**DOCUMENTS[1]}]))
    with pytest.raises(EvaluationError, match="no question for the task conversation"):
        Job(TASKS["conversation"], plain)
    with pytest.raises(EvaluationError, match="No system 'magic'"):
        run(data_set, ["sentence"], ["magic"])


def test_a_question_that_the_file_leaves_out_is_not_answered(data_set):
    result = run_system(Job(TASKS["sentence"], data_set), Stored("empty", {}, False), no_progress)
    assert {record["miss"] for record in result.records} == {"not answered"}
    assert sum(record["right"] for record in result.records) == 0
