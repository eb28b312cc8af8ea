"""A figure as a still picture: Plotly draws it by itself, in a Chrome or Chromium that Kaleido starts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from lossmith.errors import LossmithError
from lossmith.page.files import put
from lossmith.page.theme import INK, styled

if TYPE_CHECKING:
    import plotly.graph_objects as go

_PICTURES, _PAGES = (".png", ".svg"), (".html", ".htm")
_WIDTH, _SCALE = 900, 2  # pixels, and how many of a PNG's there are to each of them


def is_picture(path: str | Path) -> bool:
    """Whether a path asks for a picture, by how it ends; else it asks for a page.

    Raises:
        LossmithError: for neither.
    """
    ending = Path(path).suffix.lower()
    if ending not in _PICTURES + _PAGES:
        raise LossmithError(f"{path}: a path that ends in .html for a page, in .png or .svg for a picture is expected")
    return ending in _PICTURES


def draw(path: str | Path, figure: go.Figure) -> Path:
    """Draw one figure, its title at the top, on white, and return the path.

    Args:
        path: ends in ``.png`` or ``.svg``.
        figure: of Plotly.

    Raises:
        LossmithError: Kaleido or a Chrome is missing, or the path ends otherwise.
    """
    if not is_picture(path):
        raise LossmithError(f"{path} is no picture; write a path that ends in .png or .svg")
    if importlib.util.find_spec("kaleido") is None:
        raise LossmithError(
            f"{path}: pictures are drawn by Kaleido, which is not installed; "
            'write pip install "kaleido>=1", or a path that ends in .html'
        )
    still = styled(figure).update_layout(paper_bgcolor="white", plot_bgcolor="white", font={"color": INK})
    if figure.layout.title.text:
        still.update_layout(margin={"t": 80}, title={"x": 0.02, "font": {"size": 16}})
    still.update_layout(width=figure.layout.width or _WIDTH, legend=figure.layout.legend)
    try:
        drawn = still.to_image(Path(path).suffix[1:].lower(), scale=_SCALE)
    except RuntimeError as error:  # also where it is found, and does not start
        raise LossmithError(
            f"{path}: pictures are drawn by a Chrome or Chromium, and none works here; install one (apt install "
            "chromium, or plotly_get_chrome), or write a path that ends in .html"
        ) from error
    return put(path, bytes(drawn))
