"""The page of a training: the gradient through depth and time, the loss beneath it, and what was found."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lossmith import page
from lossmith.watching.history import Floats, History

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lossmith.watching.watch import Watch

_MOST = 600  # columns or points: more than a screen shows
_ROW = 18  # pixels of a layer's row
_ALERT = {"color": "#c94f3d", "width": 1.5, "dash": "dot"}


def write(path: Path, watch: Watch) -> Path:
    """Write the page of a watch, or its picture where the path asks for one."""
    if page.is_picture(path):
        return page.draw(path, flow(watch))
    report, history = watch.report, watch.history
    rows = [
        [f"{each.code} {each.severity}", str(each.evidence.get("step", "")), f"{each.message} {each.fix}"]
        for finding in report.findings
        for each in (finding, *finding.consequences)
    ]
    table = page.Table(["code", "step", "what was found, and what to do"], rows) if rows else None
    sections = [
        page.Section(lead=_lead(watch), table=table),
        page.Section(
            "The gradient through depth and time",
            text=[
                "A row is a layer, the first at the top; a column is a sampled step. Brighter is a larger norm; "
                "empty is a gradient of exactly 0, NaN, or none. Dotted lines stand where something was found."
            ],
            figures=[flow(watch)],
        ),
    ]
    if np.isfinite(history.update_ratios).any():
        sections.append(
            page.Section(
                "Updates beside weights",
                text=["The norm of what a step adds to a layer over the norm of what is there; about 0.001 is usual."],
                figures=[_updates(history)],
            )
        )
    return page.write(path, "A training under watch", sections)


def flow(watch: Watch) -> go.Figure:
    """The logarithm of each layer's gradient by step, and under it the loss on the same axis."""
    from plotly.subplots import make_subplots

    history = watch.history
    height = max(120, _ROW * len(history.layers))
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06 * 320 / (height + 200), row_heights=[height, 200]
    )
    figure.add_trace(_heat(history, history.gradient_norms), row=1, col=1)
    steps, losses = _thinned(np.arange(1, len(history.losses) + 1), np.array(history.losses))
    figure.add_scatter(
        x=steps, y=losses, mode="lines", line={"color": page.palette()[0], "width": 1.5}, showlegend=False, row=2, col=1
    )
    figure.update_yaxes(autorange="reversed", type="category", row=1, col=1)
    figure.update_yaxes(title="loss", automargin=True, zeroline=False, gridcolor="rgba(128,128,128,.18)", row=2, col=1)
    figure.update_xaxes(title="step", automargin=True, zeroline=False, showgrid=False, row=2, col=1)
    if _is_wide(losses):
        figure.update_yaxes(type="log", tickformat="~g", row=2, col=1)
    for n, (step, codes) in enumerate(_alerts(watch).items()):
        figure.add_vline(x=step, line=_ALERT, row="all", col=1)
        figure.add_annotation(
            x=step, y=1 - 0.14 * (n % 5), yref="y2 domain", xref="x2", text=html.escape(", ".join(codes)),
            showarrow=False, xanchor="left", yanchor="top", font={"size": 12, "color": _ALERT["color"]},
        )  # fmt: skip
    return figure.update_layout(title="Norm of the gradient of each layer, and the loss", height=height + 260)


def _heat(history: History, norms: Floats) -> Any:
    import plotly.graph_objects as go

    steps, norms = _thinned(history.steps, norms)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log10(norms).T
    powers[~np.isfinite(powers)] = np.nan
    finite = powers[np.isfinite(powers)]
    low, high = (float(np.floor(finite.min())), float(np.ceil(finite.max()))) if finite.size else (-1.0, 0.0)
    high = max(high, low + 1)
    ticks = list(range(int(low), int(high) + 1, max(1, int(high - low) // 6)))
    return go.Heatmap(
        x=steps,
        y=[html.escape(name) for name in history.layers],
        z=powers,
        zmin=low,
        zmax=high,
        colorscale="Cividis",  # made for all eyes alike
        hovertemplate="step %{x}<br>%{y}<br>10^%{z:.2f}<extra></extra>",
        colorbar={"tickvals": ticks, "ticktext": [f"10<sup>{n}</sup>" for n in ticks], "thickness": 12, "len": 0.6,
                  "y": 1, "yanchor": "top"},
    )  # fmt: skip


def _updates(history: History) -> go.Figure:
    import plotly.graph_objects as go

    height = max(120, _ROW * len(history.layers))
    figure = go.Figure(_heat(history, history.update_ratios))
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title="step")
    return figure.update_layout(title="‖update‖ / ‖weights‖ of each layer", height=height + 80)


def _alerts(watch: Watch) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for finding in watch.findings:
        found.setdefault(int(finding.evidence["step"]), []).append(finding.code)
    return found


def _lead(watch: Watch) -> str:
    losses = [loss for loss in watch.history.losses if np.isfinite(loss)]
    went = f"the loss went from {losses[0]:.4g} to {losses[-1]:.4g}" if losses else "no loss was a finite number"
    loud = [each for each in watch.report.findings if each.severity != "note"]
    said = loud[0].message if loud else "Nothing is wrong that could be seen."
    return f"{watch.steps:,} steps, of which {len(watch.history.samples):,} were sampled; {went}. {said}"


def _thinned(steps: Any, values: Floats) -> tuple[Any, Floats]:
    """At most so many, evenly; the last one is there."""
    stride = -(-len(steps) // _MOST)
    return steps[::-1][::stride][::-1], values[::-1][::stride][::-1]


def _is_wide(losses: Floats) -> bool:
    """Whether powers of ten show more."""
    finite = losses[np.isfinite(losses)]
    return bool(finite.size and finite.min() > 0 and finite.max() > 100 * finite.min())
