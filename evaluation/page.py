"""The report as one page that needs no network: figures, plots, and every question that went wrong."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from evaluation.document import counted
from evaluation.figures import BY_NAME
from evaluation.plots import reliability_plot, risk_plot
from evaluation.run import Run
from evaluation.statistics import FEW
from evaluation.two_runs import Comparison, find_run, verdict

Record = dict[str, Any]
FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<h1>{title}</h1>
{body}
<script>
{script}</script>
</body>
</html>
"""


def make_page(
    document: Record, runs: Sequence[Run], comparisons: Sequence[Comparison], baseline: Record | None = None
) -> str:
    """Make the page of a report; ``runs`` in the document's order, ``baseline`` the report compared with, if any.

    Everything that comes from a data set or a system is escaped. Timings are left out: equal reports, equal pages.
    """
    data = document["data_set"]
    held = f"{counted(data['questions'], 'question')}, {counted(data['articles'], 'article')}"
    parts = [
        _paragraph(
            f"{held}, data {data['fingerprint'][:12]}. "
            f"Figures of {FEW} questions or more are followed by their 95 % interval (bootstrap over questions). "
            "Press a column's heading to sort by it."
        ),
        _left_out(data["left_out"]),
    ]
    by_task = {
        run["task"]: [other for other in document["runs"] if other["task"] == run["task"]] for run in document["runs"]
    }
    for task, entries in by_task.items():
        parts += [f"<h2>{escape(task)}: {escape(entries[0]['task_says'])}</h2>", _figures(entries), _plots(entries)]
    parts += [_comparison(comparison, document, baseline, runs) for comparison in comparisons]
    parts += [_misses(entry, run) for entry, run in zip(document["runs"], runs, strict=True)]
    page = files("evaluation")
    return FRAME.format(
        title=escape(f"Evaluation: {data['name']}"),
        style=(page / "page.css").read_text("utf-8"),
        body="\n".join(part for part in parts if part),
        script=(page / "page.js").read_text("utf-8"),
    )


def _figures(entries: Sequence[Record]) -> str:
    names = [name for name in BY_NAME if any(name in entry["figures"] for entry in entries)]
    rows = [
        [_cell(name, BY_NAME[name].says), *(_figure(entry["figures"].get(name)) for entry in entries)] for name in names
    ]
    for kind in sorted({kind for entry in entries for kind in entry["kinds"]}):
        told = [entry["kinds"].get(kind, {}).get(entry["headline"]) for entry in entries]
        count = max(figure["n"] for figure in told if figure) if any(told) else 0
        heading = _cell(f"{kind}: {entries[0]['headline']}, n = {count}", "questions of this kind alone")
        rows.append([heading, *(_figure(figure) for figure in told)])
    heads = [f"figure ({counted(entries[0]['asked'], 'question')})", *(entry["system"] for entry in entries)]
    return _table(heads, rows)


def _figure(figure: Record | None) -> str:
    if not figure:
        return "<td>-</td>"
    few = f"n = {figure['n']}, too few for an interval"
    bounds = f"{figure['low']:.3f} to {figure['high']:.3f}" if figure["n"] >= FEW else few
    return f'<td data-sort="{figure["value"]:.6f}">{figure["value"]:.3f} <small>{bounds}</small></td>'


def _plots(entries: Sequence[Record]) -> str:
    drawn = []
    for entry in entries:
        curves = entry["curves"]
        if "reliability" in curves:
            drawn.append(reliability_plot(curves["reliability"], f"{entry['system']}: reliability"))
        if "risk_coverage" in curves:
            drawn.append(risk_plot(curves["risk_coverage"], f"{entry['system']}: risk and coverage"))
    return f'<div class="plots">{"".join(drawn)}</div>' if drawn else ""


def _comparison(comparison: Comparison, document: Record, baseline: Record | None, runs: Sequence[Run]) -> str:
    system = comparison.before.removesuffix(" (baseline)") if baseline else comparison.before
    before = find_run(baseline or document, comparison.task, system)
    after = find_run(document, comparison.task, comparison.after)
    run = next(r for r in runs if (r.job.task.name, r.system) == (comparison.task, comparison.after))
    rows = [
        [
            _cell(name, BY_NAME[name].says),
            _number(change.value, f"{change.value:+.3f}"),
            _cell(f"{change.low:+.3f} to {change.high:+.3f}"),
            _number(change.p, f"{change.p:.3f}"),
            _cell(verdict(name, change)),
        ]
        for name, change in comparison.figures.items()
    ]
    counts = f"{len(comparison.won)} won, {len(comparison.lost)} lost, {comparison.unchanged} unchanged"
    title = f"{comparison.task}: {comparison.after} against {comparison.before}"
    changed = _changed(comparison, before, after, run) if before and after else ""
    return (
        f"<h2>{escape(title)}</h2>{_paragraph(f'{counts}; McNemar p = {comparison.p:.3g}')}"
        f"{_table(['figure', 'difference', '95 % interval', 'p', ''], rows)}{changed}"
    )


def _changed(comparison: Comparison, before: Record, after: Record, run: Run) -> str:
    """List the questions that were won or lost, with what each run cited first."""
    old = {record["id"]: record for record in before["questions"]}
    rows = []
    for record in after["questions"]:
        verdict = "won" if record["id"] in comparison.won else "lost" if record["id"] in comparison.lost else ""
        if verdict:
            first = (_cited(entry["ranked"][:1], run) for entry in (old[record["id"]], record))
            rows.append([_cell(verdict), _cell(record["kind"]), _question(record), _gold(record, run), *first])
    heads = ["", "kind", "question", "gold", comparison.before, comparison.after]
    return f"<details open><summary>Questions won and lost</summary>{_table(heads, rows)}</details>" if rows else ""


def _misses(entry: Record, run: Run) -> str:
    missed = [record for record in entry["questions"] if record["miss"]]
    kinds = ", ".join(f"{count} {kind}" for kind, count in entry["misses"].items())
    title = f"{entry['task']}, {entry['system']}: {len(missed)} of {entry['asked']} went wrong"
    rows = [
        [
            _cell(record["miss"]),
            _cell(record["kind"]),
            _question(record),
            _gold(record, run),
            _cited(record["ranked"], run),
            "<td></td>"
            if record["confidence"] is None
            else _number(record["confidence"], f"{record['confidence']:.3f}"),
        ]
        for record in missed
    ]
    table = _table(["miss", "kind", "question", "gold", "cited or nearest, with scores", "confidence"], rows)
    return f"<h2>{escape(title)}</h2>{_paragraph(kinds)}{table if rows else ''}"


def _question(record: Record) -> str:
    trouble = f"<br><small>{escape(record['trouble'])}</small>" if record["trouble"] else ""
    return f"<td>{escape(record['question'])}<br><small>{escape(record['id'])}</small>{trouble}</td>"


def _gold(record: Record, run: Run) -> str:
    if not record["gold"]:
        return "<td><em>no answer here</em></td>"
    quotes = (f"<li>{escape(_quote(span, run))}</li>" for span in record["gold"])
    return f"<td><ul>{''.join(quotes)}</ul></td>"


def _cited(spans: Iterable[Record], run: Run) -> str:
    items = []
    for span in spans:
        parts = ", ".join(f"{name} {value:.3f}" for name, value in span["parts"].items())
        scores = f"{span['score']:.3f}{f' = {parts}' if len(span['parts']) > 1 else ''}"
        mark = ' class="gold"' if span["gold"] else ""
        place = f"{span['article']} {span['start']}-{span['end']}"
        items.append(f"<li{mark}>{escape(_quote(span, run))}<br><small>{escape(f'{scores}; {place}')}</small></li>")
    return f"<td><ol>{''.join(items)}</ol></td>" if items else "<td><em>nothing</em></td>"


def _quote(span: Record, run: Run) -> str:
    article = run.job.data_set.articles.get(span["article"])
    if article is None:
        return str(span["article"])
    return article.text[span["start"] : span["end"]] if "start" in span and span["end"] else article.title


def _left_out(left_out: Sequence[Record]) -> str:
    if not left_out:
        return ""
    rows = [
        [
            _cell(left["words"], left["question"]),
            _cell("an answer" if left["asked"] else "all of it"),
            _cell(left["reason"]),
        ]
        for left in left_out
    ]
    title = f"{len(left_out)} left out: their gold can't be trusted"
    return f"<details><summary>{title}</summary>{_table(['question', 'left out', 'reason'], rows)}</details>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _cell(text: str, says: str = "") -> str:
    return f"<td>{escape(text)}{f'<br><small>{escape(says)}</small>' if says else ''}</td>"


def _number(value: float, text: str) -> str:
    return f'<td data-sort="{value:.6f}">{escape(text)}</td>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""
