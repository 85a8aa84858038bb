import copy
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from corpus.errors import AskArticleError, DataSetError, EvaluationError
from evaluation.command import evaluate_command
from evaluation.document import to_json
from evaluation.plots import reliability_plot
from evaluation.statistics import Difference
from evaluation.two_runs import Comparison, compare_runs, verdict
from tests.evaluation_sets import DOCUMENTS, write_set
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parent.parent


@pytest.fixture
def evaluate(tmp_path, monkeypatch):
    monkeypatch.setattr("index.open_encoder", lambda *_, **__: FakeEncoder())
    monkeypatch.setattr("evaluation.statistics.RESAMPLES", 100)
    app = typer.Typer()
    app.command()(evaluate_command)
    data = write_set(tmp_path)

    def evaluate(*options, data_set=data):
        result = CliRunner().invoke(app, [str(data_set), *map(str, options)])
        if isinstance(result.exception, AskArticleError):
            raise result.exception
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return evaluate


@pytest.fixture
def baseline(evaluate, tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text(evaluate("--json", "--task", "abstain", "--task", "sentence").stdout)
    return path


def many(right, task="sentence"):
    """Give a run of as many questions as ``right`` has entries."""
    questions = [
        {"id": f"q{n}", "right": float(value), "scores": {"P@1": float(value)}, "found": 1.0}
        for n, value in enumerate(right)
    ]
    return {"task": task, "system": "bot", "figures": {"P@1": {}}, "questions": questions}


def test_json_is_all_that_is_printed(evaluate):
    result = evaluate("--json", "--system", "bot", "--system", "bm25")
    document = json.loads(result.stdout)
    asked = [(run["task"], run["system"]) for run in document["runs"] if run["task"] != "conversation"]
    assert asked == [("sentence", "bot"), ("sentence", "bm25"), ("abstain", "bot"), ("abstain", "bm25")]
    assert document["data_set"]["questions"] == 8
    assert {comparison["task"] for comparison in document["comparisons"]} >= {"sentence", "abstain"}


def test_two_evaluations_print_the_same_but_for_the_timing(evaluate):
    first, second = (json.loads(evaluate("--json", "--task", "abstain").stdout) for _ in range(2))
    del first["timing"], second["timing"]
    assert to_json(first) == to_json(second)


def test_the_table_tells_figures_kinds_and_intervals(evaluate):
    out = evaluate("--task", "sentence", "--system", "bm25").stdout
    assert re.search(r"P@1 .*\d\.\d{3}  \d\.\d{3}-\d\.\d{3}", out)
    assert "number: P@1, n = 2" in out
    assert "8 questions, 2 articles" in out


def test_a_limit_is_told(evaluate):
    document = json.loads(evaluate("--json", "--limit", "3", "--seed", "4", "--task", "abstain").stdout)
    assert document["data_set"]["drawn"] == {"limit": 3, "seed": 4}
    assert document["data_set"]["questions"] == 3


def test_the_same_run_is_not_worse(evaluate, baseline):
    result = evaluate("--task", "abstain", "--baseline", baseline, "--fail-if-worse", "0.01")
    assert result.exit_code == 0
    assert "0 won, 0 lost, 7 unchanged" in " ".join(result.stdout.split())


def test_a_worse_run_ends_with_status_1_and_names_the_figure(evaluate, baseline, tmp_path):
    perfect = json.loads(baseline.read_text())
    for run in perfect["runs"]:
        for record in run["questions"]:
            record["found"] = record["answerable"]
            record["scores"] = dict.fromkeys(record["scores"], 1.0)
    baseline.write_text(to_json(perfect))
    silent = tmp_path / "bot.jsonl"  # a system of the same name that finds nothing and declines all
    silent.write_text('{"id": "b1", "found": false, "confidence": 0.5}')
    options = ("--task", "abstain", "--run", silent, "--baseline", baseline)
    result = evaluate(*options, "--fail-if-worse", "0.01")
    assert result.exit_code == 1
    assert "worse than the baseline: abstain/bot: handled -0.714 (" in result.stderr
    assert evaluate(*options, "--fail-if-worse", "1").exit_code == 0
    assert evaluate(*options).exit_code == 0


def test_a_baseline_of_other_questions_is_refused(evaluate, baseline, tmp_path):
    fewer = copy.deepcopy(DOCUMENTS)
    fewer[0]["questions"].pop(0)
    other = write_set(tmp_path, "other.jsonl", fewer)
    with pytest.raises(EvaluationError, match=r"made on other data \(set, 8 questions; this is other, 7\)"):
        evaluate("--task", "abstain", "--baseline", baseline, data_set=other)
    with pytest.raises(
        EvaluationError, match=r"none of these runs \(corpus/bot\); it holds: abstain/bot, sentence/bot\. Choose"
    ):
        evaluate("--task", "corpus", "--baseline", baseline)
    with pytest.raises(EvaluationError, match="made on other data"):
        evaluate("--task", "abstain", "--limit", "3", "--baseline", baseline)


@pytest.fixture
def stored_answers(tmp_path):
    def stored_answers(name, **answer):
        path = tmp_path / name
        path.write_text(json.dumps({"id": "b1", "confidence": 0.5, **answer}))
        return path

    return stored_answers


def test_one_run_a_task_is_compared_whatever_its_file_is_called(evaluate, stored_answers, tmp_path):
    citation = {"article": "the bridge", "start": 0, "end": 30}
    good = stored_answers("good.jsonl", citations=[citation])
    bad = stored_answers("bad.jsonl", citations=[], nearest=[citation])
    base = tmp_path / "base.json"
    base.write_text(evaluate("--json", "--run", good).stdout)
    result = evaluate("--run", bad, "--baseline", base, "--html", tmp_path / "page.html")
    assert "abstain: bad against good (baseline): 0 won, 1 lost" in result.stdout
    assert "bad against good (baseline)" in (tmp_path / "page.html").read_text("utf-8")
    base.write_text(evaluate("--json", "--task", "sentence", "--system", "bm25", "--system", "dense").stdout)
    with pytest.raises(EvaluationError, match=r"none of these runs \(sentence/bad\).*name the file of --run after"):
        evaluate("--run", bad, "--task", "sentence", "--baseline", base)


def test_a_baseline_without_a_new_figure_still_compares(evaluate, baseline):
    old = json.loads(baseline.read_text())
    for run in old["runs"]:
        del run["figures"]["answered right"]
        for record in run["questions"]:
            record["scores"].pop("answered right", None)
    baseline.write_text(to_json(old))
    options = ("--task", "sentence", "--baseline", baseline, "--fail-if-worse", "0", "--json")
    compared = json.loads(evaluate(*options).stdout)["comparisons"][0]["figures"]
    assert "P@1" in compared
    assert "answered right" not in compared


def test_a_declined_question_is_a_loss_of_answered_right_alone(evaluate, baseline, stored_answers):
    perfect = json.loads(baseline.read_text())
    for run in perfect["runs"]:
        for record in run["questions"]:
            record["scores"] = dict.fromkeys(record["scores"], 0.0) | {"answered right": 1.0}
    baseline.write_text(to_json(perfect))
    silent = stored_answers("bot.jsonl", found=False)
    result = evaluate("--task", "sentence", "--run", silent, "--baseline", baseline, "--fail-if-worse", "0.01")
    assert result.exit_code == 1
    assert [line.split(": ")[2].split(" -")[0] for line in result.stderr.splitlines()] == ["answered right"]


def test_what_was_left_out_is_named_in_the_terminal(evaluate, tmp_path):
    documents = copy.deepcopy(DOCUMENTS[1:])
    data = write_set(tmp_path, "one.jsonl", documents)
    assert "one: 3 questions, 1 article\n" in evaluate("--task", "sentence", data_set=data).stdout
    documents[0]["questions"][0]["answers"][0]["start"] += 1
    write_set(tmp_path, "one.jsonl", documents)
    out = evaluate("--task", "sentence", data_set=data).stdout
    assert "one: 2 questions, 1 article\n1 span or question left out:\n" in out
    assert '  f1 "What do tickets cost?": "two crowns" does not stand at 44; there stands' in out
    wrong = {"text": "Dogs", "start": 1}
    documents[0]["questions"][2]["answers"] += [wrong, wrong, wrong]
    out = evaluate("--task", "sentence", data_set=write_set(tmp_path, "one.jsonl", documents)).stdout
    assert "4 spans or questions left out:" in out
    assert '  an answer of f3 "Which animals pay nothing?": "Dogs" does not stand at 1' in out
    assert "  and 1 more: --html and --json list them all\n" in out


def test_headings_keep_to_one_line(evaluate, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    out = evaluate("--task", "sentence", "--system", "bm25", "--system", "dense").stdout
    assert "\nsentence: find the sentence inside its article (5 questions)\n" in out
    assert re.search(r"\nsentence: bm25 against dense: \d won, \d lost, \d unchanged \(McNemar p = [\d.]+\)\n", out)


def test_a_few_questions_have_no_interval(evaluate, tmp_path):
    page = tmp_path / "page.html"
    out = evaluate("--task", "sentence", "--system", "bm25", "--html", page).stdout
    assert re.search(r"number: P@1, n = 2 +│ +\d\.\d{3}  n = 2 ", out)
    assert re.search(r"│ P@1 +│ \d\.\d{3}  \d\.\d{3}-\d\.\d{3} │", out)  # of five
    assert re.search(r"\d\.\d{3} <small>n = 2, too few for an interval</small>", page.read_text("utf-8"))


@pytest.mark.parametrize(
    ("options", "error", "reason"),
    [
        (["--fail-if-worse", "0.1"], EvaluationError, "needs --baseline"),
        (["--task", "sums"], EvaluationError, "No task 'sums'"),
        (["--system", "magic"], EvaluationError, "No system 'magic'"),
        (["--baseline", "absent.json"], DataSetError, "No file absent.json"),
        (["--run", "absent.run"], DataSetError, "No file absent.run"),
        (["--trec-run", "x", "--task", "sentence", "--task", "corpus"], EvaluationError, "write one task"),
        (
            ["--trec-run", "x", "--task", "sentence", "--system", "bm25", "--system", "bot"],
            EvaluationError,
            "one system",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(evaluate, options, error, reason, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=reason) as caught:
        evaluate(*options)
    assert "\n" not in str(caught.value)


def test_judgements_alone_score_a_run(evaluate, tmp_path):
    qrels, run = tmp_path / "set.qrels", tmp_path / "their.run"
    qrels.write_text("q1 0 d1 1\nq2 0 d2 1\n")
    run.write_text("q1 Q0 d1 1 2.0 s\nq1 Q0 d2 2 1.0 s\nq2 Q0 d1 1 2.0 s\nq2 Q0 d2 2 1.0 s\n")
    document = json.loads(evaluate("--json", "--run", run, data_set=qrels).stdout)
    assert document["runs"][0]["system"] == "their"
    assert document["runs"][0]["figures"]["RR"]["value"] == 0.75
    with pytest.raises(EvaluationError, match="no articles to ask"):
        evaluate(data_set=qrels)


def test_an_exported_run_can_be_scored_again(evaluate, tmp_path):
    run, qrels = tmp_path / "bm25.run", tmp_path / "a.qrels"
    options = ("--task", "sentence", "--json")
    first = json.loads(evaluate(*options, "--system", "bm25", "--trec-run", run, "--trec-qrels", qrels).stdout)
    again = json.loads(evaluate(*options, "--run", run).stdout)
    assert again["runs"][0]["figures"] == first["runs"][0]["figures"]
    assert qrels.read_text().startswith("b1 0 the%20bridge:0-30 1\n")


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.outside, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [
            value for name, value in attrs if name in {"src", "href", "action"} and not value.startswith("#")
        ]


def test_the_page_needs_no_network_and_escapes_everything(evaluate, baseline, tmp_path):
    page = tmp_path / "report.html"
    evaluate("--task", "abstain", "--task", "sentence", "--system", "bot", "--system", "hybrid", "--html", page)
    text = page.read_text("utf-8")
    links = Links()
    links.feed(text)
    assert links.outside == []
    assert links.tags.count("script") == 1
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; do dogs swim?" in text
    assert links.tags.count("svg") == 3  # reliability and risk of the bot, risk of the baseline, which isn't calibrated
    assert "answered the unanswerable" in text
    assert "bot against hybrid" in text
    evaluate("--task", "abstain", "--baseline", baseline, "--html", page)
    assert "bot against bot (baseline)" in page.read_text("utf-8")


def test_the_page_is_the_same_every_time(evaluate, tmp_path):
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for page in pages:
        evaluate("--task", "abstain", "--html", page)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_plot_takes_any_title():
    svg = reliability_plot([{"confidence": 0.5, "right": 0.4, "n": 3}], "a <b> & $c$_{d}")
    assert svg.startswith("<svg")
    assert "a &lt;b&gt; &amp; $c$_{d}" in svg


def test_runs_are_compared_question_by_question():
    comparison = compare_runs(many([1, 1, 0, 0]), many([1, 0, 1, 1]), "old", "new")
    assert (comparison.won, comparison.lost, comparison.unchanged) == (["q2", "q3"], ["q1"], 1)
    assert comparison.p == 1
    assert comparison.figures["P@1"].value == 0.25


def test_worse_by_more_than_allowed_and_not_by_chance():
    before = np.ones(200)
    slightly, clearly = before.copy(), before.copy()
    slightly[:1], clearly[:20] = 0, 0
    assert compare_runs(many(before), many(slightly), "", "").worse(0.01) == []
    assert compare_runs(many(before), many(clearly), "", "").worse(0.2) == []
    assert [name for name, _ in compare_runs(many(before), many(clearly), "", "").worse(0.01)] == ["P@1"]
    assert compare_runs(many(clearly), many(before), "", "").worse(0.01) == []


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("P@1", Difference(0.2, 0.1, 0.3, 0.0), "better"),
        ("P@1", Difference(-0.2, -0.3, -0.1, 0.0), "worse"),
        ("ECE", Difference(0.2, 0.1, 0.3, 0.0), "worse"),
        ("AURC", Difference(-0.2, -0.3, -0.1, 0.0), "better"),
        ("found", Difference(0.2, 0.1, 0.3, 0.0), ""),
        ("P@1", Difference(0.2, -0.1, 0.3, 0.2), ""),
    ],
)
def test_a_verdict_knows_which_way_is_better(name, change, said):
    assert verdict(name, change) == said
    comparison = Comparison("abstain", "old", "new", {name: change}, [], [], 1, 1.0)
    assert bool(comparison.worse(0.01)) == (said == "worse")


def test_the_command_is_light_to_import():
    heavy = "('matplotlib', 'ir_measures', 'scipy', 'faiss', 'onnxruntime', 'torch')"
    code = f"import sys, evaluation.command; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_the_examples_of_the_documentation_can_be_read(evaluate, tmp_path):
    text = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    documents = re.findall(r'^ {4}(\{"id": .*"questions": .*\]\})$', text, re.MULTILINE)
    answer = re.search(r'^ {4}(\{"id": "bridge-0", .*\})$', text, re.MULTILINE)
    assert len(documents) == 2
    assert answer
    data, answers = tmp_path / "bridge.jsonl", tmp_path / "theirs.jsonl"
    data.write_text("\n".join(documents))
    answers.write_text(answer[1])
    report = json.loads(evaluate("--json", "--run", answers, "--task", "abstain", data_set=data).stdout)
    told = {record["id"]: record["scores"]["handled"] for record in report["runs"][0]["questions"]}
    assert told == {"bridge-0": 1, "bridge-1": 1, "ferry-0": 0}
    for name in evaluate("--help").stdout.split():
        if name.startswith("--") and name.rstrip(",") in {
            "--task",
            "--system",
            "--run",
            "--baseline",
            "--fail-if-worse",
        }:
            assert name.rstrip(",") in text
