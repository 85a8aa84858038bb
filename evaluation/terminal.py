"""The report in the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from evaluation.figures import BY_NAME
from evaluation.run import Item
from evaluation.run import Progress as Loop
from evaluation.two_runs import Comparison, verdict


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
    left_out = f", {len(data['left_out'])} spans or questions left out" if data["left_out"] else ""
    console.print(
        f"{data['name']}: {data['questions']:,} questions, {data['articles']:,} articles{left_out}", markup=False
    )
    for task in dict.fromkeys(run["task"] for run in document["runs"]):
        console.print(_table(document, [run for run in document["runs"] if run["task"] == task]))
    for comparison in comparisons:
        console.print(_comparison(comparison))


def _table(document: dict[str, Any], runs: Sequence[dict[str, Any]]) -> Table:
    asked = f"{runs[0]['asked']:,} questions"
    table = Table(title=f"{runs[0]['task']}: {runs[0]['task_says']} ({asked})", title_justify="left")
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
    return f"{figure['value']:.3f}  {figure['low']:.3f}-{figure['high']:.3f}" if figure else "-"


def _time(time: dict[str, float]) -> str:
    return f"{time['p50_ms']:.1f} / {time['p95_ms']:.1f}" if "p50_ms" in time else "-"


def _comparison(comparison: Comparison) -> Table:
    who = f"{comparison.task}: {escape(comparison.after)} against {escape(comparison.before)}"
    counts = f"{len(comparison.won)} won, {len(comparison.lost)} lost, {comparison.unchanged} unchanged"
    table = Table(title=f"{who}: {counts} (McNemar p = {comparison.p:.3g})", title_justify="left")
    for heading in ("figure", "difference", "95 % interval", "p", ""):
        table.add_column(heading, justify="left" if heading in {"figure", ""} else "right")
    for name, change in comparison.figures.items():
        bounds = f"{change.low:+.3f} to {change.high:+.3f}"
        table.add_row(name, f"{change.value:+.3f}", bounds, f"{change.p:.3f}", verdict(name, change))
    return table
