"""``askarticle evaluate``: its options, and the order of the work."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.shared import DataOption, settings_from
from corpus.errors import EvaluationError

if TYPE_CHECKING:
    from evaluation.gold import DataSet
    from evaluation.run import Run
    from evaluation.two_runs import Comparison

DataSetArgument = Annotated[
    Path, typer.Argument(help="Questions: .jsonl or a folder of them, SQuAD .json, a BEIR folder, TREC .qrels.")
]
TaskOption = Annotated[
    list[str] | None,
    typer.Option("--task", help="sentence, corpus, passage, abstain or conversation; repeat for more."),
]
SystemOption = Annotated[
    list[str] | None, typer.Option("--system", help="bot (the default), hybrid, dense or bm25; repeat to compare.")
]
RunOption = Annotated[
    Path | None, typer.Option("--run", help="Score stored answers instead: a TREC run, or .jsonl of answers.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON and nothing else.")]
HtmlOption = Annotated[Path | None, typer.Option("--html", help="Write a page with every miss, for a browser.")]
TrecOption = Annotated[Path | None, typer.Option("--trec-run", help="Write the rankings as a TREC run.")]
QrelsOption = Annotated[Path | None, typer.Option("--trec-qrels", help="Write what is right as TREC judgements.")]
BaselineOption = Annotated[Path | None, typer.Option(help="A report stored with --json, to compare with.")]
WorseOption = Annotated[
    float | None,
    typer.Option(help="Exit 1 if a figure is significantly worse than the baseline's by more than this.", min=0.0),
]
LimitOption = Annotated[int | None, typer.Option(help="Ask at most so many questions, drawn by --seed.", min=1)]
SeedOption = Annotated[int, typer.Option(help="Draws the questions of --limit.")]
DepthOption = Annotated[int, typer.Option(help="How many spans a baseline ranks.", min=1)]
SplitOption = Annotated[str | None, typer.Option(help="Which judgements of a BEIR folder; by default test.")]


def evaluate_command(
    data_set: DataSetArgument,
    task: TaskOption = None,
    system: SystemOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,
    html: HtmlOption = None,
    trec_run: TrecOption = None,
    trec_qrels: QrelsOption = None,
    baseline: BaselineOption = None,
    fail_if_worse: WorseOption = None,
    limit: LimitOption = None,
    seed: SeedOption = 0,
    depth: DepthOption = 100,
    split: SplitOption = None,
    data: DataOption = None,
) -> None:
    """Score the bot, a baseline or stored answers on questions whose answers are known.

    Raises:
        AskArticleError: the data set, the run or the baseline can't be used; exit status 2.
        typer.Exit: status 1 when ``--fail-if-worse`` found something worse.
    """
    from evaluation.data_sets import load_data_set
    from evaluation.document import read_document

    if fail_if_worse is not None and baseline is None:
        raise EvaluationError("--fail-if-worse needs --baseline FILE: a report stored with --json.")
    if run and system:
        raise EvaluationError("--run scores stored answers and --system asks: give one of them.")
    _check_outputs([data_set, run, baseline], [html, trec_run, trec_qrels])
    stored = read_document(baseline) if baseline else None  # before anything slow
    asked = load_data_set(data_set, split)
    asked = asked.limited(limit, seed) if limit else asked
    runs = _runs(asked, task, list(dict.fromkeys(system or ["bot"])), run, depth, data)
    document, against = _report(asked, runs, {"limit": limit, "seed": seed} if limit else None, stored, baseline)
    _write_trec(runs, trec_run, trec_qrels)
    _show(document, against, as_json, html, runs, stored)
    _gate(against, fail_if_worse)


def _check_outputs(inputs: list[Path | None], outputs: list[Path | None]) -> None:
    """Refuse, before anything slow, what can't be written or would write over something else that was named."""
    taken = {path.resolve() for path in inputs if path}
    for path in outputs:
        if path is None:
            continue
        if path.is_dir() or not path.resolve().parent.is_dir():
            raise EvaluationError(f"{path} cannot be written: it is a folder, or its folder is missing. Name a file.")
        if path.resolve() in taken:
            raise EvaluationError(f"{path} is named twice: writing it would lose the other. Name another file.")
        taken.add(path.resolve())


def _runs(
    asked: "DataSet", task: list[str] | None, systems: list[str], stored: Path | None, depth: int, data: Path | None
) -> "list[Run]":
    """Run the systems, or score the stored answers, under a progress bar on stderr."""
    from rich.console import Console

    from evaluation.run import SYSTEMS, run_all, run_system
    from evaluation.stored import read_stored
    from evaluation.tasks import TASKS, Job, usual_tasks
    from evaluation.terminal import progress_bar

    tasks = list(dict.fromkeys(task or usual_tasks(asked)))
    if not tasks:
        raise EvaluationError(
            f"{asked.name} has no question for a usual task. Choose one: --task {', --task '.join(TASKS)}."
        )
    for kind, known, given in (("task", TASKS, tasks), ("system", SYSTEMS, systems)):
        for name in given:
            if name not in known:
                raise EvaluationError(f"No {kind} {name!r}. Choose from: {', '.join(known)}.")
    console = Console(stderr=True)
    if stored:
        jobs = [Job(TASKS[name], asked) for name in tasks]
        answers = read_stored(stored, spans=not asked.judges_articles)
        if not any(answers.knows(question.id) for question in asked.questions):
            example = asked.questions[0].id
            raise EvaluationError(f"{stored} answers no question of {asked.name}: it needs ids such as {example!r}.")
        with progress_bar(console) as progress:
            return [run_system(job, answers, progress) for job in jobs]
    if not asked.articles:
        raise EvaluationError(f"{asked.name} holds judgements but no articles to ask: give stored answers with --run.")
    from bot.reader.reader import shipped_reader
    from index import open_encoder

    settings = settings_from(data)
    encoder = open_encoder(settings.data, settings.encoder, on_export=lambda line: typer.echo(line, err=True))
    with progress_bar(console) as progress:
        return run_all(asked, tasks, systems, encoder, progress, depth, shipped_reader() if "bot" in systems else None)


def _report(
    asked: "DataSet", runs: "list[Run]", drawn: dict[str, int] | None, stored: dict[str, Any] | None, path: Path | None
) -> "tuple[dict[str, Any], list[Comparison]]":
    """Make the report and compare its runs: with the baseline's, or else with each other."""
    from evaluation.document import make_document
    from evaluation.two_runs import against_baseline, among_systems, comparison_record

    document = make_document(asked, runs, drawn)
    against = against_baseline(document, stored, path) if stored and path else among_systems(document)
    document["comparisons"] = [comparison_record(comparison) for comparison in against]
    return document, against


def _show(
    document: dict[str, Any],
    against: "list[Comparison]",
    as_json: bool,
    html: Path | None,
    runs: "list[Run]",
    stored: dict[str, Any] | None,
) -> None:
    """Write the page, and print the report as a table or as JSON."""
    if html:
        from evaluation.page import make_page
        from evaluation.records import replace_text

        replace_text(html, make_page(document, runs, against, stored))
    if as_json:
        from evaluation.document import to_json

        typer.echo(to_json(document), nl=False)
    else:
        from rich.console import Console

        from evaluation.terminal import print_report

        print_report(Console(), document, against)


def _write_trec(runs: "list[Run]", trec_run: Path | None, trec_qrels: Path | None) -> None:
    from evaluation.stored import write_judgements, write_run

    if (trec_run or trec_qrels) and len({run.job.task.name for run in runs}) > 1:
        raise EvaluationError("--trec-run and --trec-qrels write one task: choose it with --task.")
    if trec_run and len(runs) > 1:
        raise EvaluationError("--trec-run writes one system: choose it with --system.")
    if trec_run:
        write_run(trec_run, runs[0].system, runs[0].rankings())
    if trec_qrels:
        job = runs[0].job
        answerable = [question for question in job.questions if question.answerable]
        write_judgements(trec_qrels, [(q.id, list(job.relevant(q).items())) for q in answerable])


def _gate(comparisons: "list[Comparison]", by: float | None) -> None:
    """Name on stderr what got worse by more than ``by``, and end with status 1 if anything did."""
    if by is None:
        return
    failures = [
        f"{comparison.task}/{comparison.after}: {name} {change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
        for comparison in comparisons
        for name, change in comparison.worse(by)
    ]
    for failure in failures:
        typer.echo(f"worse than the baseline: {failure}", err=True)
    if failures:
        raise typer.Exit(1)
