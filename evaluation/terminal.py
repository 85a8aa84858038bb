"""The report in the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from evaluation.document import counted
from evaluation.figures import BY_NAME
from evaluation.records import describe
from evaluation.run import Item
from evaluation.run import Progress as Loop
from evaluation.statistics import FEW
from evaluation.two_runs import Comparison, verdict

FIRST = 3  # of what was left out, shown


@contextmanager
def progress_bar(console: Console) -> Iterator[Loop[Any]]:
    """Show a bar for each loop, on the console given (stderr), and take it away at the end."""
    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bars, console=console, transient=True, disable=not console.is_terminal) as progress:

        def loop(items: Sequence[Item], says: str) -> Iterable[Item]:
            return progress.track(items, total=len(items), description=escape(says))

        yield loop


def print_report(console: Console, document: dict[str, Any], comparisons: Sequence[Comparison]) -> None:
    """Print what was asked, one table a task with a column a system, and the comparisons."""
    data = document["data_set"]
    _line(console, f"{data['name']}: {counted(data['questions'], 'question')}, {counted(data['articles'], 'article')}")
    for line in _left_out(data["left_out"]):
        _line(console, line)
    for task in dict.fromkeys(run["task"] for run in document["runs"]):
        runs = [run for run in document["runs"] if run["task"] == task]
        _line(console, f"\n{task}: {runs[0]['task_says']} ({counted(runs[0]['asked'], 'question')})")
        console.print(_table(document, runs))
    for comparison in comparisons:
        who = f"\n{comparison.task}: {comparison.after} against {comparison.before}"
        counts = f"{len(comparison.won)} won, {len(comparison.lost)} lost, {comparison.unchanged} unchanged"
        _line(console, f"{who}: {counts} (McNemar p = {comparison.p:.3g})")
        console.print(_comparison(comparison))


def _line(console: Console, text: str) -> None:
    """Print a line as it is: rich would break a long one inside "(68 questions)", and a table's title still sooner."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _left_out(left_out: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say what was left out of the data set: the first few, with the reason."""
    if not left_out:
        return
    yield f"{counted(len(left_out), 'span or question', 'spans or questions')} left out:"
    for left in left_out[:FIRST]:
        # As JSON strings: an id or a question may hold what a terminal obeys.
        name = f"{describe(left['question'])[1:-1]} {describe(left['words'])}: " if left["question"] else ""
        yield f"  {'an answer of ' if left['asked'] else ''}{name}{left['reason']}"
    if len(left_out) > FIRST:
        yield f"  and {len(left_out) - FIRST:,} more: --html and --json list them all"


def _table(document: dict[str, Any], runs: Sequence[dict[str, Any]]) -> Table:
    table = Table()
    table.add_column("figure, with its 95 % interval")
    for run in runs:
        table.add_column(escape(run["system"]), justify="right")
    names = [name for name in BY_NAME if any(name in run["figures"] for run in runs)]
    for name in names:
        arrow = " (lower is better)" if BY_NAME[name].better < 0 else ""
        table.add_row(name + arrow, *(_cell(run["figures"].get(name)) for run in runs))
    for kind in sorted({kind for run in runs for kind in run["kinds"]}):
        cells = [run["kinds"].get(kind, {}).get(run["headline"]) for run in runs]
        count = max(cell["n"] for cell in cells if cell) if any(cells) else 0
        table.add_row(f"  {escape(kind)}: {runs[0]['headline']}, n = {count}", *(_cell(cell) for cell in cells))
    times = [document["timing"].get(f"{run['task']}/{run['system']}", {}) for run in runs]
    if any("p50_ms" in time for time in times):
        table.add_row("ms a question, p50 / p95", *(_time(time) for time in times))
    return table


def _cell(figure: dict[str, float] | None) -> str:
    if not figure:
        return "-"
    bounds = f"{figure['low']:.3f}-{figure['high']:.3f}" if figure["n"] >= FEW else f"n = {figure['n']}".ljust(11)
    return f"{figure['value']:.3f}  {bounds}"


def _time(time: dict[str, float]) -> str:
    return f"{time['p50_ms']:.1f} / {time['p95_ms']:.1f}" if "p50_ms" in time else "-"


def _comparison(comparison: Comparison) -> Table:
    table = Table()
    for heading in ("figure", "difference", "95 % interval", "p", ""):
        table.add_column(heading, justify="left" if heading in {"figure", ""} else "right")
    for name, change in comparison.figures.items():
        bounds = f"{change.low:+.3f} to {change.high:+.3f}"
        table.add_row(name, f"{change.value:+.3f}", bounds, f"{change.p:.3f}", verdict(name, change))
    return table
