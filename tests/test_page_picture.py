"""A figure as a still picture: what is drawn is the figure, and who lacks what draws it is told the remedy."""

import importlib.util
import os

import plotly.graph_objects as go
import pytest
from PIL import Image

import lossmith as lm
from browser import chromium
from lossmith import page


def halves():
    """Red on the left, blue on the right."""
    figure = go.Figure(go.Heatmap(z=[[0, 1]], colorscale=[[0, "#ff0000"], [1, "#0000ff"]], showscale=False))
    return figure.update_layout(title="Two halves", height=300, width=400)


def test_a_png_has_the_colours_of_the_figure_on_white(tmp_path):
    chromium()
    path = page.draw(tmp_path / "deep" / "halves.png", halves())
    picture = Image.open(path).convert("RGB")
    assert picture.size == (800, 600)  # two to each pixel of the figure
    assert picture.getpixel((250, 350)) == (255, 0, 0)
    assert picture.getpixel((650, 350)) == (0, 0, 255)
    assert picture.getpixel((799, 0)) == (255, 255, 255)
    assert len({picture.getpixel((x, y)) for x in range(20, 200) for y in range(20, 90)}) > 1  # the title
    assert os.listdir(path.parent) == ["halves.png"]


def test_an_svg_has_the_words(tmp_path):
    chromium()
    text = page.draw(tmp_path / "halves.svg", halves()).read_text("utf-8")
    assert text.startswith("<svg")
    assert ">Two halves<" in text


def test_the_ending_decides(tmp_path):
    assert [page.is_picture(tmp_path / name) for name in ("a.png", "a.SVG", "a.html", "a.htm")] == [1, 1, 0, 0]
    for name in ("a.jpg", "a", "png"):
        with pytest.raises(lm.LossmithError, match=r"\.html for a page, in \.png or \.svg"):
            page.is_picture(name)
    with pytest.raises(lm.LossmithError, match="no picture"):
        page.draw(tmp_path / "a.html", halves())


def test_without_kaleido_the_remedy_is_told_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(lm.LossmithError, match=r"pip install .kaleido.*\.html"):
        page.draw(tmp_path / "a.png", halves())
    assert not os.listdir(tmp_path)


def test_without_a_chrome_the_remedy_is_told(tmp_path, monkeypatch):
    from choreographer.browsers import chromium as browsers

    monkeypatch.setattr(browsers.Chromium, "find_browser", lambda *_, **__: None)
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    with pytest.raises(lm.LossmithError, match=r"apt install chromium.*plotly_get_chrome.*\.html"):
        page.draw(tmp_path / "a.svg", halves())
    assert not os.listdir(tmp_path)
