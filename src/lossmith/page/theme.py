"""How a page looks: type, colours, and what every figure has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

INK = "#2b3138"  # of the words in figures, on light ground


def palette() -> tuple[str, ...]:
    """Colours that stay apart for most colour-blind eyes, on light and on dark ground (after Okabe and Ito)."""
    return ("#2f78c4", "#e08a1e", "#1a9e77", "#c2559d", "#8a6bd1", "#c94f3d", "#4aa8d8", "#8c8c3e")


FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

LAYOUT: dict[str, Any] = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"family": FONT, "size": 13},
    "margin": {"l": 12, "r": 20, "t": 16, "b": 12},
    "height": 320,
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    "xaxis": {"automargin": True, "zeroline": False, "gridcolor": "rgba(128,128,128,.18)"},
    "yaxis": {"automargin": True, "zeroline": False, "gridcolor": "rgba(128,128,128,.18)"},
    "hoverlabel": {"font": {"family": FONT}},
}


def styled(figure: go.Figure) -> go.Figure:
    """A copy in the page's style; its height is its own, where it has one."""
    import plotly.graph_objects as go

    same = go.Figure(figure).update_layout(template="none").update_layout(LAYOUT)
    return same.update_layout(height=figure.layout.height or LAYOUT["height"])


# Draws each figure, and follows the reader's choice of light or dark. Where there is no WebGL, which draws in three
# dimensions, a surface is drawn from above. Frames are put one by one: Plotly's own player takes away, while it plays,
# what it cannot animate, such as the contours below a line.
SCRIPT = (
    """
const dark = matchMedia("(prefers-color-scheme: dark)");
const colours = () => {
  const ink = dark.matches ? "#d6dae0" : "INK", ground = dark.matches ? "#23282e" : "#ffffff";
  return {"font.color": ink, "hoverlabel.bgcolor": ground, "hoverlabel.font.color": ink};
};
const hasDepth = !!document.createElement("canvas").getContext("webgl");
const fromAbove = ({data, layout}) => {
  for (const trace of data.filter(trace => trace.type === "surface")) {
    Object.assign(trace, {type: "contour", zmin: trace.cmin, zmax: trace.cmax});
    for (const axis of ["xaxis", "yaxis"]) layout[axis] = {...layout[axis], ...layout.scene[axis]};
  }
};
const pace = 30;  // milliseconds
const playable = (box, frames) => {
  let turn = 0, at = frames.length - 1;
  const put = n => {
    const {data, traces} = frames[at = n];
    const all = part => data.map(part);
    const ways = {x: all(way => way.x), y: all(way => way.y), "marker.size": all(way => way.marker.size)};
    return Plotly.update(box, ways, {"sliders[0].active": n}, traces);
  };
  const play = mine => {
    if (mine === turn && at < frames.length - 1) put(at + 1).then(() => setTimeout(play, pace, mine));
  };
  box.on("plotly_sliderchange", ({step}) => { turn++; put(step._index); });
  box.on("plotly_buttonclicked", ({active}) => {
    turn++;
    if (active === 0) put(at < frames.length - 1 ? at : 0).then(() => play(turn));
  });
};
for (const box of document.querySelectorAll(".plot")) {
  const figure = JSON.parse(box.nextElementSibling.textContent);
  if (!hasDepth) fromAbove(figure);
  const options = {responsive: true, displaylogo: false, displayModeBar: false};
  const {data, layout, frames} = figure;
  for (const menu of layout.updatemenus ?? []) for (const button of menu.buttons) button.method = "skip";
  for (const slider of layout.sliders ?? []) for (const step of slider.steps) step.method = "skip";
  Plotly.newPlot(box, data, layout, options).then(() => Plotly.relayout(box, colours()));
  if (frames) playable(box, frames);
  dark.addEventListener("change", () => Plotly.relayout(box, colours()));
}
"""
).replace("INK", INK)

CSS = (
    """
:root { --ink: #1f252b; --soft: #5d6772; --ground: #fbfaf8; --card: #ffffff; --line: #e4e2dd; --accent: #1a7f64;
  --mark: #e6f4ee; color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e6ea; --soft: #9aa4af; --ground: #17191c; --card: #1f2327; --line: #343a41; --accent: #5fcfae;
    --mark: #1d3a31; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.6 FONT; -webkit-text-size-adjust: 100%; }
main { max-width: 72rem; margin: 0 auto; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 2.5rem) 1rem; }
h1 { margin: 0 0 1.25rem; font-size: clamp(1.7rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em;
  overflow-wrap: anywhere; }
h2 { margin: 3rem 0 .5rem; font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em; }
p { max-width: 44rem; margin: 0 0 .9rem; overflow-wrap: anywhere; }
.lead { max-width: 52rem; margin-bottom: 1.75rem; padding-left: 1.1rem; border-left: 4px solid var(--accent);
  font-size: clamp(1.08rem, 2.4vw, 1.25rem); line-height: 1.5; }
.note, footer { color: var(--soft); font-size: .87rem; }
.scroll { overflow-x: auto; margin: 1.25rem 0 .75rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { padding: .6rem .8rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
td:last-child:not(.number) { white-space: normal; min-width: 14rem; }
tbody tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-size: .82rem; font-weight: 600; }
td:first-child { font-weight: 600; white-space: normal; min-width: 8.5rem; }
@media (max-width: 30rem) { table { font-size: .85rem; } th, td { padding: .5rem .45rem; } }
.marked { background: var(--mark); font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem;
  margin-top: 1rem; }
.thirds { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
figure { min-width: 0; margin: 0; padding: .5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
figcaption { padding: .35rem .6rem; font-weight: 600; font-size: .95rem; overflow-wrap: anywhere; }
footer { max-width: 72rem; margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 2.5rem) 3rem; }
@media print { figure, .scroll { break-inside: avoid; } }
"""
).replace("FONT", FONT)
