"""Who is ahead, by how much, and how sure that is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lossmith.comparing.pictures.style import axis, colours, name_of
from lossmith.comparing.statistics import Ranking

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lossmith.comparing.outcome import Outcome


def ranking(outcome: Outcome, ranked: Ranking) -> go.Figure:
    """One metric on the test rows, the best loss on top: a dot for each seed, the mean, and how sure the distance is.

    The bar is the 95 % interval of the difference to the best loss: where it ends before the dashed line, seeds and
    rows agree on the order of the two.
    """
    import plotly.graph_objects as go

    metric = ranked.metric
    figure = go.Figure()
    for label in reversed(ranked.order):
        colour, name = colours(outcome)[label], name_of(label)
        values = [run.metrics[metric.name] for run in outcome.runs[label] if not run.has_diverged]
        figure.add_scatter(
            x=values,
            y=[name] * len(values),
            mode="markers",
            showlegend=False,
            hoverinfo="x+y",
            marker={"size": 8, "color": colour, "opacity": 0.4},
        )
        figure.add_scatter(
            x=[outcome.summaries[label, metric.name].mean],
            y=[name],
            mode="markers",
            showlegend=False,
            hoverinfo="x+y",
            error_x=_interval(ranked, label),
            marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": colour}},
        )
    if ranked.order:
        best = outcome.summaries[ranked.order[0], metric.name].mean
        figure.add_vline(x=best, line={"color": "#888888", "width": 1.5, "dash": "dash"})
    figure.update_xaxes(title=axis(metric, outcome))
    figure.update_yaxes(ticksuffix=" ")
    better = "higher" if metric.higher_is_better else "lower"
    return figure.update_layout(title=f"{metric.title} on test rows ({better} is better)")


def _interval(ranked: Ranking, label: str) -> dict[str, object] | None:
    difference = ranked.behind.get(label)
    if difference is None or not math.isfinite(difference.low):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [difference.high - difference.mean],
        "arrayminus": [difference.mean - difference.low],
        "thickness": 2,
        "width": 7,
        "color": "#888888",
    }
