"""An explanation, and a list of losses, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmith.explaining.explanation import Curve, Explanation, Point
from lossmith.explaining.prose import in_words, number
from lossmith.loss import Loss

WIDTH, HEIGHT = 58, 11  # of one chart, in characters
LARGEST = 1e300  # what a chart can hold: it multiplies by its width


def explanation(what: Explanation) -> RenderableType:
    """The whole page of one loss."""
    loss = what.loss
    parts: list[RenderableType] = [Text(repr(loss), style="bold"), Text(_plain(loss.summary)), _heading("Formula")]
    parts.append(_indented(what.formula))
    for argument, slope in what.slopes.items():
        parts += [_heading(f"Slope by {argument}"), _indented(slope)]
    if what.point is not None:
        parts += [_heading("At this point"), Padding(_point(what.point), (0, 2))]
    parts += [_heading(f"Curve and slope {what.curve.label}"), _charts(what.curve)]
    parts += [_heading("Traits"), Padding(_rows(in_words(loss.traits)), (0, 2))]
    for title, text in (
        ("When", loss.when),
        ("When not", loss.when_not),
        ("Goes wrong", loss.goes_wrong),
        ("Relatives", loss.relatives),
        ("Reference", loss.reference),
    ):
        if text:
            parts += [_heading(title), _indented(_plain(text))]
    return Group(*parts)


def catalogue(losses: Iterable[Loss]) -> RenderableType:
    """A line for each loss."""
    losses = list(losses)
    table = Table(box=None, header_style="bold", pad_edge=False, expand=True)
    table.add_column("name", no_wrap=True, min_width=max(len(loss.name) for loss in losses))
    for column in ("estimates", "convex", "robust", "reads"):
        table.add_column(column, no_wrap=True, min_width=6)
    table.add_column("in a sentence", no_wrap=True, ratio=1)
    for loss in losses:
        traits = loss.traits
        flags = ("yes" if flag else "no" for flag in (traits.convex, traits.robust))
        table.add_row(loss.name, traits.elicits, *flags, traits.target.name, loss.summary)
    return table


def _point(point: Point) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("prediction", f"{_numbers(point.prediction)} ({point.given})")
    table.add_row("target", _numbers(point.target))
    table.add_row("value", Text(_numbers(point.value), style="bold"))
    table.add_row("gradient by the raw score", Text(_numbers(point.gradient_by_score), style="bold"))
    if point.gradient_by_prediction is not None:
        what = "probability" if point.given == "probabilities" else "log-probability"
        table.add_row(f"gradient by the {what}", Text(_numbers(point.gradient_by_prediction), style="bold"))
    return table


def _rows(rows: Mapping[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _numbers(values: Any) -> str:
    return "[" + ", ".join(map(_numbers, values)) + "]" if isinstance(values, list) else number(float(values))


def _charts(curve: Curve) -> RenderableType:
    return Columns([_chart("value", curve.scores, curve.values), _chart("slope", curve.scores, curve.slopes)])


def _chart(title: str, x: Sequence[float], y: Sequence[float]) -> Text:
    import plotext

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(WIDTH, HEIGHT)
    plotext.title(title)
    drawn = [(a, b) for a, b in zip(x, y, strict=True) if abs(b) < LARGEST] or [(x[0], 0.0)]
    plotext.plot([a for a, _ in drawn], [b for _, b in drawn], marker="braille")
    plotext.xlim(x[0], x[-1])
    ticks = [x[0], (x[0] + x[-1]) / 2, x[-1]]
    plotext.xticks(ticks, [f"{t:.4g}" for t in ticks])
    low, high = min(b for _, b in drawn), max(b for _, b in drawn)
    levels = [low, (low + high) / 2, high] if high > low else [low]
    plotext.yticks(levels, [f"{v:.3g}" for v in levels])
    return Text.from_ansi(plotext.build())


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold cyan")


def _plain(text: str) -> str:
    return text.replace("``", "")  # which marks code, on a page


def _indented(text: str) -> Padding:
    return Padding(Text(text), (0, 2))
