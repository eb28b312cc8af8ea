"""Descents that are played step by step, over the picture of a plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lossmith.surfaces import pictures
from lossmith.surfaces.descent import Descent

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST = 80  # frames: of a longer descent some steps are passed over
_MILLISECONDS = 60  # of each
_BALL = 12  # pixels of the point where a descent is
_ROOM = 165  # pixels, for the buttons and the slider below


def animated(figure: go.Figure, descents: Sequence[Descent]) -> go.Figure:
    """The same picture with descents over it: a button plays them, a slider goes to any step.

    Until it is played it shows each to its end.

    Args:
        figure: of :func:`~lossmith.surfaces.pictures.contour`, without descents.
        descents: over the same coordinates; one that ends before the others waits for them.
    """
    import plotly.graph_objects as go

    if not descents:
        return figure
    whole = pictures.ways(descents)
    numbers = [*range(len(figure.data), len(figure.data) + len(whole))]
    last = max(len(descent.values) for descent in descents) - 1
    steps = np.unique(np.linspace(0, last, min(last + 1, _MOST)).round().astype(int))
    frames = [
        go.Frame(
            name=str(step),
            data=[_until(descent, way, steps[steps <= step]) for descent, way in zip(descents, whole, strict=True)],
            traces=numbers,
        )
        for step in steps
    ]
    played = go.Figure(data=[*figure.data, *whole], layout=figure.layout, frames=frames)
    return played.update_layout(height=figure.layout.height + _ROOM, updatemenus=[_buttons()], sliders=[_slider(steps)])


def _until(descent: Descent, way: go.Scatter, steps: NDArray[np.int_]) -> go.Scatter:
    """A descent as far as it has come."""
    import plotly.graph_objects as go

    points = descent.points[np.unique(steps.clip(max=len(descent.values) - 1))]
    sizes = np.r_[np.full(len(points) - 1, way.marker.size), _BALL]
    return go.Scatter(x=points[:, 0], y=points[:, 1], marker={"size": sizes})


def _buttons() -> dict[str, Any]:
    play = {"frame": {"duration": _MILLISECONDS, "redraw": True}, "transition": {"duration": 0}, "fromcurrent": True}
    stop = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate"}
    return {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "pad": {"t": 58},
        "bgcolor": "rgba(128,128,128,.15)",
        "bordercolor": "rgba(128,128,128,.5)",
        "buttons": [
            {"label": "▶", "method": "animate", "args": [None, play]},
            {"label": "❚❚", "method": "animate", "args": [[None], stop]},
        ],
    }


def _slider(steps: NDArray[np.int_]) -> dict[str, Any]:
    go_there = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate", "transition": {"duration": 0}}
    return {
        "active": len(steps) - 1,
        "currentvalue": {"prefix": "step "},
        "pad": {"t": 96},
        "ticklen": 0,
        "minorticklen": 0,
        "steps": [{"label": str(step), "method": "animate", "args": [[str(step)], go_there]} for step in steps],
    }
