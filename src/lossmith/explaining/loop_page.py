"""A training loop as a page: the first steps in numbers, all of them in pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lossmith import page
from lossmith.explaining import loop_tables
from lossmith.explaining.loop import TrainingLoop

if TYPE_CHECKING:
    import plotly.graph_objects as go


def save(loop: TrainingLoop, path: str | Path) -> Path:
    """Write the page and return its path."""
    sections = [
        page.Section(heading=f"Through all {len(loop.steps)} steps", figures=pictures(loop)),
        *(page.Section(heading, lead, table=table) for heading, lead, table in loop_tables.numbered(loop)),
    ]
    return page.write(path, f"A network trained with {loop.loss!r}", sections)


def pictures(loop: TrainingLoop) -> list[go.Figure]:
    """The loss, the predictions, how long the gradient is at each layer, and the weights, by the steps taken."""
    return [_picture(title, lines) for title, lines in loop_tables.through(loop).items()]


def _picture(title: str, lines: Mapping[str, list[float]]) -> go.Figure:
    import plotly.graph_objects as go

    colours = page.palette()
    figure = go.Figure(layout={"title": title, "showlegend": len(lines) > 1})
    for index, (name, values) in enumerate(lines.items()):
        figure.add_scatter(
            x=list(range(len(values))),
            y=values,
            name=name,
            mode="lines",
            line={"color": colours[index % len(colours)], "dash": ("solid", "dot")[index // len(colours) % 2]},
        )
    figure.update_xaxes(title="steps taken")
    figure.update_yaxes(title=title.lower())
    return figure
