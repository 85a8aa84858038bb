"""The page's plots, as SVG by matplotlib: the same data gives the same bytes."""

import io
from typing import Any

SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "askarticle",  # otherwise ids inside the SVG are random
    "svg.fonttype": "none",  # text stays text: smaller, and it can be found and read aloud
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
}
SIZE = (5.0, 4.0)  # inches


def reliability_plot(bins: list[dict[str, float]], title: str) -> str:
    """Draw confidence against the share right, bin by bin; on the diagonal it is what it says."""
    points = ([point["confidence"] for point in bins], [point["right"] for point in bins])
    return _draw(title, "confidence", "share right", [("k:", ([0, 1], [0, 1])), ("o-", points)])


def risk_plot(curve: list[dict[str, float]], title: str) -> str:
    """Draw the share of wrong answers when only the surest are given."""
    points = ([point["coverage"] for point in curve], [point["risk"] for point in curve])
    return _draw(title, "coverage: share of questions answered", "risk: share of them wrong", [("-", points)])


def _draw(title: str, x: str, y: str, lines: list[tuple[str, tuple[list[float], list[float]]]]) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):  # type: ignore[arg-type]  # its keys are a Literal of 300 names
        figure = Figure(figsize=SIZE, layout="tight")
        axes = figure.add_subplot()
        for style, (xs, ys) in lines:
            axes.plot(xs, ys, style, markersize=4)
        # parse_math off: a "$" in a name is a "$".
        axes.set_title(title, fontsize=10, parse_math=False)
        axes.set(xlabel=x, ylabel=y, xlim=(0, 1), ylim=(0, 1.02))
        svg = io.StringIO()
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    text = svg.getvalue()
    return text[text.index("<svg") :].rstrip()
