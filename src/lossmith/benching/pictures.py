"""How the ratio goes with the size, and how much of the memory's bandwidth is used."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from lossmith.benching.figures import Pair, Results
from lossmith.benching.peers import COMPILED, EAGER, HUGE_PAGES
from lossmith.benching.subjects import BOTH, written
from lossmith.page import palette

if TYPE_CHECKING:
    import plotly.graph_objects as go


_WIDE = 300.0  # times the least value


def pictures(results: Results) -> list[go.Figure]:
    """A figure for each of torch's ways, and one of the bandwidth."""
    pairs = [p for p in results.of(Pair) if p.work.mode == BOTH and p.work.device == "cpu"]
    of_torch = {peer: [p for p in pairs if p.peer == peer] for peer in (EAGER, COMPILED, HUGE_PAGES)}
    figures = [_speed(peer, found) for peer, found in of_torch.items() if found]
    bandwidth = results.bandwidth.get("cpu")
    return figures + ([_share(of_torch[EAGER], bandwidth)] if bandwidth and of_torch[EAGER] else [])


def _speed(peer: str, pairs: list[Pair]) -> go.Figure:
    figure = _lines(pairs, lambda pair: pair.speedup)
    figure.add_hline(y=1, line_dash="dash", line_color="gray")
    figure.update_yaxes(title="times as fast")
    return figure.update_layout(title=f"Ours against {peer}, value and gradient")


def _share(pairs: list[Pair], bandwidth: float) -> go.Figure:
    moving = [pair for pair in pairs if pair.work.useful_bytes]
    figure = _lines(moving, lambda pair: 100 * (pair.work.useful_bytes or 0) / pair.ours / bandwidth)
    figure.add_hline(y=100, line_dash="dash", line_color="gray")
    figure.update_yaxes(title="% of bandwidth")
    return figure.update_layout(title="What must be moved, in our time, as a share of what memory can move")


def _lines(pairs: list[Pair], height: Any) -> go.Figure:
    """A line for each loss over the number of elements."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for loss, colour in zip(dict.fromkeys(p.work.loss for p in pairs), itertools.cycle(palette()), strict=False):
        line = sorted((p for p in pairs if p.work.loss == loss), key=lambda p: p.work.elements)
        figure.add_scatter(
            x=[p.work.elements for p in line],
            y=[height(p) for p in line],
            text=[written(p.work.shape) for p in line],
            name=loss,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            hovertemplate="%{text}: %{y:.3g}",
        )
    heights = [height(p) for p in pairs]
    is_wide = max(heights) > _WIDE * min(heights)  # then the powers of ten are enough to read by
    figure.update_yaxes(type="log", tickformat="~g", dtick=1 if is_wide else "D2")
    return figure.update_xaxes(title="elements", type="log", dtick=1, exponentformat="power")
