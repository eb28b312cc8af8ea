"""What a run leaves: its results as JSON, and one page with the pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lossmith import page
from lossmith.claims import tables
from lossmith.claims.claim import Picture, Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")  # lines may lie on each other
TITLE = "What the textbook says of losses, tested"


def save(results: Sequence[Result], folder: str | Path) -> Path:
    """Write ``claims.json`` and ``claims.html`` into the folder, and return the page's path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "claims.json").write_text(to_json(results), encoding="utf-8")
    return page.write(folder / "claims.html", TITLE, _sections(results))


def to_json(results: Sequence[Result]) -> str:
    """All results as JSON."""
    return json.dumps([result.to_dict() for result in results], indent=1, ensure_ascii=False) + "\n"


def _sections(results: Sequence[Result]) -> list[page.Section]:
    return [page.Section(lead=tables.RULE, table=tables.summary(results)), *map(_section, results)]


def _section(result: Result) -> page.Section:
    return page.Section(
        heading=f"{result.number}. {result.sentence}",
        lead=f"{str(result.verdict).capitalize()}: {tables.shown(result)} checks are shown.",
        text=[*filter(None, [tables.conditions(result)]), tables.about(result)],
        table=tables.checks(result),
        figures=[drawn(picture) for picture in result.pictures],
    )


def drawn(picture: Picture) -> go.Figure:
    """A picture as a figure of Plotly."""
    import plotly.graph_objects as go

    figure = go.Figure(layout={"title": picture.title})
    for line, colour, dash in zip(picture.lines, page.palette(), _DASHES, strict=False):
        figure.add_scatter(x=line.x, y=line.y, name=line.name, mode="lines", line={"color": colour, "dash": dash})
    figure.update_xaxes(title=picture.x, type="log" if "x" in picture.log else "linear")
    figure.update_yaxes(title=picture.y, type="log" if "y" in picture.log else "linear")
    return figure
