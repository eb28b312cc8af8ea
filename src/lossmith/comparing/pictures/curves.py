"""What happened through training: metrics, gradients, and the learning rates that were tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossmith.comparing.metrics import Metric, curves_of
from lossmith.comparing.pictures.style import add_band, axis, colours, name_of
from lossmith.comparing.trial import Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lossmith.comparing.outcome import Outcome

_WIDE = 300.0  # times the least value: an axis of so many powers of ten has no room for numbers between


def learning(outcome: Outcome) -> list[go.Figure]:
    """Each metric that is followed, on validation rows by epoch."""
    figures = []
    for metric in curves_of(outcome.task.group):
        figure = _by_epoch(outcome, metric.name, f"{metric.title} on validation rows")
        figure.update_yaxes(title=axis(metric, outcome), range=_range(outcome, metric))
        figures.append(figure)
    return figures


def gradients(outcome: Outcome) -> list[go.Figure]:
    """The norm of the gradient at the first and at the last layer by epoch."""
    figures = []
    for end in ("first", "last"):
        name = f"{end}_gradient"
        norms = np.array([norm for run in outcome.results for norm in run.curves[name] if norm > 0] or [1.0])
        is_wide = norms.max() > _WIDE * norms.min()  # then the powers of ten are enough to read by
        figure = _by_epoch(outcome, name, f"Gradient at the {end} layer")
        figure.update_yaxes(title="norm, mean of the steps", type="log", tickformat="~g", dtick=1 if is_wide else "D2")
        figures.append(figure)
    return figures


def rates(outcome: Outcome) -> go.Figure:
    """What each learning rate led to on validation rows: how much a loss minds. The one chosen is filled."""
    import plotly.graph_objects as go

    metric = curves_of(outcome.task.group)[0]
    figure = go.Figure()
    for label, colour in colours(outcome).items():
        tried = sorted(
            (run for run in outcome.tuning if run.label == label and not run.has_diverged),
            key=lambda run: run.run.learning_rate,
        )
        places = [run.run.learning_rate for run in tried]
        figure.add_scatter(
            x=places,
            y=[_at_best(run, metric) for run in tried],
            name=name_of(label),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={
                "size": 9,
                "color": [colour if rate == outcome.rates[label] else "rgba(0,0,0,0)" for rate in places],
                "line": {"width": 2, "color": colour},
            },
        )
    grid = outcome.training.learning_rates
    figure.update_xaxes(
        title="learning rate (peak)", type="log", tickvals=grid, ticktext=[f"{rate:g}" for rate in grid]
    )
    figure.update_yaxes(title=axis(metric, outcome))
    return figure.update_layout(title=f"{metric.title} on validation rows by learning rate")


def _at_best(run: Result, metric: Metric) -> float:
    return run.curves[metric.name][run.best_epoch - 1]


def _by_epoch(outcome: Outcome, name: str, title: str) -> go.Figure:
    """A line for each loss (the mean of its seeds), a band for their range."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for label, colour in colours(outcome).items():
        curves = [run.curves[name] for run in outcome.runs[label] if not run.has_diverged]
        if curves:
            add_band(figure, label, colour, range(1, len(curves[0]) + 1), curves)
    figure.update_xaxes(title="epoch")
    return figure.update_layout(title=title, hovermode="x unified")


def _range(outcome: Outcome, metric: Metric) -> list[float] | None:
    """Room for all but the first fifth of the epochs, which are far off the scale of what matters."""
    curves = np.array([run.curves[metric.name] for run in outcome.results if not run.has_diverged])
    if not curves.size:
        return None
    later = curves[:, curves.shape[1] // 5 :]
    low, high = (float(end) for end in np.quantile(later, [0.02, 0.98]))  # spikes may leave the picture
    margin = 0.1 * (high - low)
    return [low - margin, high + margin]
