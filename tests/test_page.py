"""A page is one file that needs nothing else, and no text in it can break out of its place."""

import os
import re

import plotly.graph_objects as go
import pytest

from browser import opened
from lossmith import page

HOSTILE = '</script><script>alert(1)</script> & "quoted" <b>'


def figure(title="A title"):
    return go.Figure(go.Scatter(x=[1, 2], y=[3, 4], name=HOSTILE)).update_layout(title=title)


def markup(text):
    """The page without what stands inside its scripts, but with their tags."""
    return re.sub(r"(<script[^>]*>).*?(</script>)", r"\1\2", text, flags=re.DOTALL)


@pytest.fixture
def text(tmp_path):
    sections = [
        page.Section("First", lead="The lead.", text=["A paragraph."], figures=[figure(), figure()]),
        page.Section("Second", table=page.Table(["name", "value"], [["a", "1"]], [[False, True]], note="A note.")),
        page.Section("Third", figures=[figure()]),
    ]
    return page.write(tmp_path / "page.html", "A page", sections).read_text("utf-8")


def test_everything_given_is_on_the_page_in_order(text):
    shown = markup(text)
    places = [shown.index(word) for word in ("A page</h1>", "First", "The lead.", "A paragraph.", "A title", "Second")]
    assert places == sorted(places)
    assert '<td class="number marked">1</td>' in shown
    assert "A note." in shown


def test_plotly_is_inlined_exactly_once(text):
    from plotly.offline import get_plotlyjs

    assert text.count(get_plotlyjs()) == 1
    assert text.count('class="plot"') == 3


def test_a_page_without_figures_carries_no_script(tmp_path):
    text = page.write(tmp_path / "page.html", "Plain", [page.Section("Only text", text=["…"])]).read_text("utf-8")
    assert "<script" not in text


def test_nothing_outside_is_referred_to(text):
    assert not re.search(r"""(src|href)\s*=|@import|url\(""", markup(text))


def test_hostile_texts_are_escaped_everywhere(tmp_path):
    table = page.Table([HOSTILE], [[HOSTILE]], note=HOSTILE)
    section = page.Section(HOSTILE, HOSTILE, [HOSTILE], table, [figure(HOSTILE)])
    shown = markup(page.write(tmp_path / "page.html", HOSTILE, [section]).read_text("utf-8"))
    assert "alert" in shown
    assert "<script>alert" not in shown
    assert "<b>" not in shown
    # Three scripts of our own: one figure's data, Plotly, and the lines that draw.
    assert shown.count("<script") == shown.count("</script") == 3


def test_a_page_replaces_the_old_one_and_leaves_nothing_else_behind(tmp_path):
    for title in ("old", "new"):
        page.write(tmp_path / "deep" / "page.html", title, [])
    assert os.listdir(tmp_path / "deep") == ["page.html"]
    assert "new" in (tmp_path / "deep" / "page.html").read_text("utf-8")


def test_a_browser_without_network_draws_the_figures(tmp_path):
    path = page.write(tmp_path / "page.html", "A page", [page.Section("Figures", figures=[figure(HOSTILE)])])
    with opened(path, width=390) as shown:
        shown.tab.wait_for_selector(".plot svg.main-svg")
        assert shown.tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert shown.asked == [path.as_uri()]
    assert shown.errors == shown.console == []
