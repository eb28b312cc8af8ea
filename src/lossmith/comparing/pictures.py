"""The figures of an outcome. Names from the data are escaped, but for titles: Plotly reads its texts as HTML."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING

import numpy as np

from lossmith.comparing.metrics import Metric, curves_of
from lossmith.page import palette

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lossmith.comparing.outcome import Outcome

_MOST_POINTS = 700


def learning_curves(outcome: Outcome, metric: Metric) -> go.Figure:
    """One metric on validation rows by epoch: a line for each loss (the mean of its seeds), a band for their range."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for label, colour in _colours(outcome).items():
        curves = np.array([run.curves[metric.name] for run in outcome.runs[label] if run.diverged_at is None])
        if not curves.size:
            continue
        epochs = np.arange(1, curves.shape[1] + 1)
        figure.add_scatter(
            x=np.concatenate([epochs, epochs[::-1]]),
            y=np.concatenate([curves.max(axis=0), curves.min(axis=0)[::-1]]),
            fill="toself",
            fillcolor=colour,
            opacity=0.15,
            line_width=0,
            hoverinfo="skip",
            showlegend=False,
            legendgroup=label,
        )
        figure.add_scatter(
            x=epochs,
            y=curves.mean(axis=0),
            name=html.escape(label),
            line={"color": colour, "width": 2},
            legendgroup=label,
        )
    figure.update_yaxes(title=_axis(metric, outcome), range=_range(outcome, metric))
    figure.update_xaxes(title="epoch")
    return figure.update_layout(title=f"{metric.title} on validation rows", hovermode="x unified")


def _range(outcome: Outcome, metric: Metric) -> list[float] | None:
    """Room for all but the first fifth of the epochs, which are far off the scale of what matters."""
    curves = np.array([run.curves[metric.name] for run in outcome.results if run.diverged_at is None])
    if not curves.size:
        return None
    later = curves[:, curves.shape[1] // 5 :]
    low, high = (float(end) for end in np.quantile(later, [0.002, 0.998]))  # a single spike may leave the picture
    margin = 0.06 * (high - low)
    return [low - margin, high + margin]


def ranking(outcome: Outcome, metric: Metric) -> go.Figure:
    """One metric on the test rows: a dot for each seed, a bar for their mean, the best loss on top."""
    import plotly.graph_objects as go

    figure = go.Figure()
    colours = _colours(outcome)
    order = next(ranked.order for ranked in outcome.rankings if ranked.metric == metric)
    for label in reversed(order):
        values = [run.metrics[metric.name] for run in outcome.runs[label] if run.diverged_at is None]
        name, mean = html.escape(label), outcome.summaries[label, metric.name].mean
        figure.add_scatter(
            x=[mean],
            y=[name],
            mode="markers",
            showlegend=False,
            hoverinfo="x+y",
            marker={"symbol": "line-ns", "size": 26, "line": {"width": 3, "color": colours[label]}},
        )
        figure.add_scatter(
            x=values,
            y=[name] * len(values),
            mode="markers",
            showlegend=False,
            hoverinfo="x+y",
            marker={"size": 9, "color": colours[label], "opacity": 0.55},
        )
    figure.update_xaxes(title=_axis(metric, outcome))
    better = "higher" if metric.higher_is_better else "lower"
    return figure.update_layout(title=f"{metric.title} on test rows ({better} is better)")


def predicted_against_true(outcome: Outcome, label: str) -> go.Figure:
    """The first seed's predictions for some test rows against the truth; a perfect prediction lies on the line."""
    import plotly.graph_objects as go

    truth = outcome.splits.test.target[:_MOST_POINTS]  # test rows are in random order
    colour = _colours(outcome)[label]
    predictions = next(run.predictions for run in outcome.runs[label] if run.predictions is not None)
    ends = [float(truth.min()), float(truth.max())]
    margin = 0.04 * (ends[1] - ends[0])
    room = [ends[0] - margin, ends[1] + margin]
    figure = go.Figure()
    figure.add_scatter(
        x=truth,
        y=predictions.values[:_MOST_POINTS],
        mode="markers",
        showlegend=False,
        marker={"size": 5, "color": colour, "opacity": 0.45},
    )
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        showlegend=False,
        hoverinfo="skip",
        line={"color": "#888888", "width": 1.5, "dash": "dash"},
    )
    unit = f" ({html.escape(outcome.task.unit)})" if outcome.task.unit else ""
    figure.update_xaxes(title=f"true {html.escape(outcome.task.target)}{unit}", range=room)
    figure.update_yaxes(title="predicted", range=room)
    return figure.update_layout(title=label)


def curve_figures(outcome: Outcome) -> list[go.Figure]:
    """The learning curves of every metric that was followed."""
    return [learning_curves(outcome, metric) for metric in curves_of(outcome.task.group)]


def _colours(outcome: Outcome) -> dict[str, str]:
    return dict(zip(outcome.runs, itertools.cycle(palette()), strict=False))


def _axis(metric: Metric, outcome: Outcome) -> str:
    unit = outcome.task.unit
    return f"{metric.title} ({html.escape(unit)})" if metric.has_unit and unit else metric.title
