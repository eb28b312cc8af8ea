"""Surfaces drawn: from above with their trajectories, as a bowl, as a profile; and the spectrum of the Hessian."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossmith.page import palette
from lossmith.surfaces.curvature import Curvature
from lossmith.surfaces.descent import Descent
from lossmith.surfaces.surface import Surface

if TYPE_CHECKING:
    import plotly.graph_objects as go

Limits = tuple[float, float]

SCALE = "Cividis"  # the same to eyes with and without a weakness for red and green (Nuñez et al., 2018)
_HIGHEST = 0.95  # of the values, by which colours end: a wall in a corner leaves no colours for the bowl
_LEVELS = 16
_INK = "rgba(128,128,128,.9)"


def limits(surfaces: Sequence[Surface]) -> Limits:
    """Where colours begin and end: the lowest value, and the height that 5 % of the area lie above."""
    values = np.concatenate([surface.values[~surface.holes] for surface in surfaces])
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(np.quantile(values, _HIGHEST))
    return low, high if high > low else low + 1.0


def contour(
    plane: Surface, *, title: str = "", descents: Sequence[Descent] = (), within: Limits | None = None
) -> go.Figure:
    """A plane from above. What is NaN or infinite is left blank.

    Args:
        plane: a surface of two dimensions.
        title: what it is of.
        descents: ways of optimisers over the same coordinates.
        within: where colours begin and end, to share them with other planes.
    """
    import plotly.graph_objects as go

    low, high = within or limits([plane])
    figure = go.Figure()
    figure.add_contour(
        **_heights(plane),
        colorscale=SCALE,
        zmin=low,
        zmax=high,
        contours={"start": low, "end": high, "size": (high - low) / _LEVELS},
        line={"width": 0.6, "color": "rgba(255,255,255,.55)"},
        colorbar={"thickness": 12, "title": {"text": "loss"}},
        hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.6g}<extra></extra>",
    )
    figure.add_scatter(x=plane.marks[:, 0], y=plane.marks[:, 1], showlegend=False, **_marks(plane))
    for way in ways(descents):
        figure.add_trace(way)
    across, up = plane.coordinates
    figure.update_xaxes(title=plane.axes[0], range=(across[0], across[-1]), showgrid=False)
    figure.update_yaxes(title=plane.axes[1], range=(up[0], up[-1]), showgrid=False)
    return figure.update_layout(title=title, height=460)


def ways(descents: Sequence[Descent]) -> list[go.Scatter]:
    """The points of each descent, in a colour of its own, joined by a line."""
    import plotly.graph_objects as go

    return [
        go.Scatter(
            x=descent.points[:, 0],
            y=descent.points[:, 1],
            name=descent.name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 5, "opacity": 1, "line": {"width": 0.5, "color": "white"}},
        )
        for descent, colour in zip(descents, itertools.cycle(palette()[1:]), strict=False)
    ]


def bowl(plane: Surface, *, title: str = "", within: Limits | None = None) -> go.Figure:
    """A plane as a body in three dimensions; a page draws it from above where the browser has no WebGL."""
    import plotly.graph_objects as go

    low, high = within or limits([plane])
    figure = go.Figure()
    figure.add_surface(
        **_heights(plane),
        colorscale=SCALE,
        cmin=low,
        cmax=high,
        colorbar={"thickness": 12, "title": {"text": "loss"}},
        hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.6g}<extra></extra>",
    )
    names = {"x": plane.axes[0], "y": plane.axes[1], "z": "loss"}
    scene: dict[str, Any] = {
        f"{axis}axis": {"title": {"text": name, "font": {"size": 11}}, "color": _INK} for axis, name in names.items()
    }
    scene["zaxis"]["range"] = (low, high)
    figure.update_layout(scene={**scene, "camera": {"eye": {"x": 1.8, "y": 1.6, "z": 1.1}}, "aspectmode": "cube"})
    return figure.update_layout(title=title, height=460)


def profile(lines: Mapping[str, Surface], *, title: str = "") -> go.Figure:
    """One line or several over the same axis, by name."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for (name, line), colour in zip(lines.items(), itertools.cycle(palette()), strict=False):
        figure.add_scatter(
            x=line.alphas,
            y=np.where(line.holes, np.nan, line.values),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2},
        )
    first = next(iter(lines.values()))
    for place in first.marks[:, 0]:
        figure.add_vline(x=float(place), line={"color": _INK, "width": 1, "dash": "dot"})
    return figure.update_layout(
        title=title, xaxis={"title": first.axes[0]}, yaxis={"title": "loss"}, showlegend=len(lines) > 1
    )


def spectrum(curved: Curvature, *, title: str = "Eigenvalues of the Hessian") -> go.Figure:
    """All eigenvalues where they are known, else both ends; what is below 0 has a colour of its own."""
    import plotly.graph_objects as go

    both_ends = np.concatenate([curved.lowest, curved.eigenvalues[::-1]])
    values = (both_ends if curved.spectrum is None else curved.spectrum)[::-1]
    colours = np.where(values < 0, palette()[1], palette()[0])
    figure = go.Figure()
    figure.add_bar(x=np.arange(1, len(values) + 1), y=values, marker={"color": colours, "line": {"width": 0}})
    ranks = "rank" if curved.spectrum is not None else f"the {len(curved.eigenvalues)} largest and the smallest"
    return figure.update_layout(title=title, xaxis={"title": ranks}, yaxis={"title": "eigenvalue"}, bargap=0.1)


def side_by_side(
    planes: Mapping[str, Surface], draw: Callable[..., go.Figure] = contour, *, within: Limits | None = None
) -> list[go.Figure]:
    """A picture of each plane, by name, over the same axes and with the same scale of colours.

    Args:
        planes: of several losses, or of one.
        draw: ``contour`` or ``bowl``.
        within: where colours begin and end in all of them, for planes of one loss. Losses have units of their own:
            without it each has the colours for its own heights.
    """
    figures = [draw(plane, title=name, within=within) for name, plane in planes.items()]
    for number, axis in enumerate(("xaxis", "yaxis")):
        lines = [plane.coordinates[number] for plane in planes.values()]
        ends = min(line[0] for line in lines), max(line[-1] for line in lines)
        for figure in figures:
            (figure.layout.scene if draw is bowl else figure.layout)[axis].range = ends
    return figures


def sheet(
    planes: Mapping[str, Surface],
    descents: Mapping[str, Sequence[Descent]] | None = None,
    *,
    title: str = "",
    within: Limits | None = None,
) -> go.Figure:
    """All planes in one picture: from above, with descents by the name of their plane, and as bowls below."""
    from plotly.subplots import make_subplots

    columns = len(planes)
    kinds = [[{"type": kind}] * columns for kind in ("xy", "scene")]
    figure = make_subplots(rows=2, cols=columns, specs=kinds, subplot_titles=[*planes], vertical_spacing=0.08,
                           horizontal_spacing=0.4 / columns)  # fmt: skip
    seen: set[str] = set()
    above, bowls = (side_by_side(planes, draw, within=within) for draw in (contour, bowl))
    for column, (name, flat, body) in enumerate(zip(planes, above, bowls, strict=True), 1):
        rolled = ways((descents or {}).get(name, ()))
        for way in rolled:
            way.showlegend = way.name not in seen
            seen.add(way.name)
        axes = figure.get_subplot(1, column)
        beside = {"x": axes.xaxis.domain[1] + 0.01, "xanchor": "left", "y": sum(axes.yaxis.domain) / 2, "len": 0.5}
        flat.data[0].colorbar.update(beside)
        body.data[0].showscale = False
        figure.add_traces([*flat.data, *rolled], rows=1, cols=column)
        figure.add_traces(body.data, rows=2, cols=column)
        figure.update_xaxes(flat.layout.xaxis.to_plotly_json(), row=1, col=column)
        figure.update_yaxes(flat.layout.yaxis.to_plotly_json(), row=1, col=column)
        figure.update_scenes(body.layout.scene.to_plotly_json(), row=2, col=column)
        figure.update_scenes(camera_eye={"x": 2.1, "y": 1.87, "z": 1.3}, row=2, col=column)  # room for its numbers
    below = {"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top"}
    return figure.update_layout(title=title, width=max(620, 480 * columns), height=960, legend=below)


def _heights(plane: Surface) -> dict[str, Any]:
    """Plotly has the first axis of a matrix go upwards: values[i, j] is at alphas[i] to the right, betas[j] upwards."""
    return {"x": plane.alphas, "y": plane.betas, "z": np.where(plane.holes, np.nan, plane.values).T}


def _marks(plane: Surface) -> dict[str, Any]:
    is_run = plane.explained is not None
    return {
        "mode": "lines+markers" if is_run else "markers",
        "line": {"color": "white", "width": 1.5},
        "marker": {"size": 4 if is_run else 11, "symbol": "circle" if is_run else "x-thin-open", "color": "white",
                   "line": {"width": 0.5 if is_run else 3}},
        "hoverinfo": "skip",
    }  # fmt: skip
