"""What the figures share: a colour for each loss, names as text, axes in the target's unit, lines with bands."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lossmith.comparing.metrics import Metric
from lossmith.page import palette

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lossmith.comparing.outcome import Outcome


def colours(outcome: Outcome) -> dict[str, str]:
    """A colour for each loss, the same in every figure."""
    return dict(zip(outcome.losses, itertools.cycle(palette()), strict=False))


def axis(metric: Metric, outcome: Outcome) -> str:
    """The title of an axis of this metric."""
    unit = outcome.task.unit
    return f"{metric.title} ({html.escape(unit)})" if metric.has_unit and unit else metric.title


def name_of(label: str) -> str:
    """A loss as the text of a figure, its parameters on a line of their own."""
    return html.escape(label).replace("(", "<br>(", 1)


def add_band(figure: go.Figure, label: str, colour: str, x: Sequence[float], curves: Sequence[Sequence[float]]) -> None:
    """The mean of several curves as a line, their range as a band."""
    values, places = np.array(curves), np.array(x)
    figure.add_scatter(
        x=np.concatenate([places, places[::-1]]),
        y=np.concatenate([values.max(axis=0), values.min(axis=0)[::-1]]),
        fill="toself",
        fillcolor=colour,
        opacity=0.15,
        line_width=0,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=label,
    )
    figure.add_scatter(
        x=places,
        y=values.mean(axis=0),
        name=name_of(label),
        mode="lines",
        line={"color": colour, "width": 2},
        legendgroup=label,
    )
