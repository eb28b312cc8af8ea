"""Predictions against the truth, for the test rows and the first seed of each loss."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from lossmith.comparing.metrics import decided, stated_and_observed
from lossmith.comparing.pictures.style import colours, name_of
from lossmith.comparing.predictions import Predictions

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lossmith.comparing.outcome import Outcome

_MOST_POINTS = 700
_MOST_CLASSES = 30
_BINS = 10
_LINE = {"color": "#888888", "width": 1.5, "dash": "dash"}


def against_truth(outcome: Outcome) -> list[go.Figure]:
    """A figure for each loss that was trained to the end."""
    group = outcome.task.group
    if group in ("binary", "classes") and outcome.task.outputs <= _MOST_CLASSES:
        return [_confusion(outcome, label, made) for label, made in _first_seed(outcome).items()]
    if group in ("regression", "distribution"):
        return [_scatter(outcome, label, made) for label, made in _first_seed(outcome).items()]
    return []


def reliability(outcome: Outcome) -> go.Figure:
    """The share that came true by the probability that was stated, as each loss trained it."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", showlegend=False, hoverinfo="skip", line=_LINE)
    for label, made in _first_seed(outcome).items():
        if not made.claims_probability:
            continue
        stated, observed = stated_and_observed(outcome.splits.test.target, made)
        place = np.minimum((stated * _BINS).astype(int), _BINS - 1)
        counts = np.bincount(place, minlength=_BINS)
        filled = counts > 0
        figure.add_scatter(
            x=np.bincount(place, stated, minlength=_BINS)[filled] / counts[filled],
            y=np.bincount(place, observed, minlength=_BINS)[filled] / counts[filled],
            name=name_of(label),
            mode="lines+markers",
            line={"color": colours(outcome)[label], "width": 2},
            marker={"size": 4 + 16 * np.sqrt(counts[filled] / counts.sum())},
            text=[f"{count:,} rows" for count in counts[filled]],
        )
    figure.update_xaxes(title="stated probability", range=[-0.03, 1.03])
    figure.update_yaxes(title="share that came true", range=[-0.03, 1.03])
    return figure.update_layout(title="Stated probability and what came true")


def _first_seed(outcome: Outcome) -> dict[str, Predictions]:
    made = {
        label: next((run.predictions for run in runs if run.predictions is not None), None)
        for label, runs in outcome.runs.items()
    }
    return {label: predictions for label, predictions in made.items() if predictions is not None}


def _scatter(outcome: Outcome, label: str, made: Predictions) -> go.Figure:
    """Predicted against true for some rows; a perfect prediction lies on the line."""
    import plotly.graph_objects as go

    is_amount = outcome.task.group == "regression"
    truth = outcome.splits.test.target[:_MOST_POINTS].ravel()  # test rows are in random order
    predicted = (made.values if is_amount else made.own_probabilities)[:_MOST_POINTS].ravel()
    ends = [float(truth.min()), float(truth.max())]
    margin = 0.04 * (ends[1] - ends[0])
    room = [ends[0] - margin, ends[1] + margin]
    figure = go.Figure()
    figure.add_scatter(
        x=truth,
        y=predicted,
        mode="markers",
        showlegend=False,
        marker={"size": 5, "color": colours(outcome)[label], "opacity": 0.45},
    )
    figure.add_scatter(x=ends, y=ends, mode="lines", showlegend=False, hoverinfo="skip", line=_LINE)
    unit = f" ({html.escape(outcome.task.unit)})" if outcome.task.unit else ""
    what = html.escape(outcome.task.target) if is_amount else "share of a class"
    figure.update_xaxes(title=f"true {what}{unit}", range=room)
    figure.update_yaxes(title="predicted", range=room)
    return figure.update_layout(title=label)


def _confusion(outcome: Outcome, label: str, made: Predictions) -> go.Figure:
    """Rows by true and decided class, as shares of the true class."""
    import plotly.graph_objects as go

    names = [html.escape(name) for name in outcome.task.labels]
    truth, found = outcome.splits.test.target.astype(int), decided(made).astype(int)
    counts = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(counts, (truth, found), 1)
    figure = go.Figure()
    figure.add_heatmap(
        x=names,
        y=names,
        z=counts / np.maximum(counts.sum(axis=1, keepdims=True), 1),
        customdata=counts,
        text=np.where(counts > 0, counts.astype(str), ""),
        texttemplate="%{text}" if len(names) <= 12 else None,
        hovertemplate="true %{y}, decided %{x}: %{customdata} rows<extra></extra>",
        colorscale=[[0, "rgba(128,128,128,.06)"], [1, colours(outcome)[label]]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=1,
        ygap=1,
    )
    figure.update_xaxes(title="decided", type="category")
    figure.update_yaxes(title="true", type="category", autorange="reversed")
    return figure.update_layout(title=label)
