"""The documentation's pictures of claims: what is drawn, read off at the ticks, is what was measured."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from lossmith.claims import Line, Picture

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))
import drawing

TEXT = re.compile(r'<text x="([\d.-]+)" y="([\d.-]+)" text-anchor="(middle|end)">([^<]*)</text>')


def read_off(svg, log):
    """The lines of a picture, by the ticks alone."""
    ticks = {"middle": [], "end": []}
    for x, y, anchor, said in TEXT.findall(svg):
        if re.fullmatch(r"-?[\d.]+(e-?\d+)?", said):
            ticks[anchor].append((float(x if anchor == "middle" else y), float(said)))
    scales = []
    for axis, marks in zip("xy", (ticks["middle"], ticks["end"]), strict=True):
        places, values = map(np.array, zip(*marks, strict=True))
        assert len(places) >= 2
        shift = 4 if axis == "y" else 0  # a number's foot lies below its tick
        slope, start = np.polyfit(places - shift, np.log10(values) if axis in log else values, 1)
        scales.append((slope, start, axis in log))
    lines = []
    for points in re.findall(r'<polyline points="([^"]*)"', svg):
        columns = zip(*(map(float, point.split(",")) for point in points.split()), strict=True)
        read = [start + slope * np.array(column) for column, (slope, start, _) in zip(columns, scales, strict=True)]
        lines.append([10**v if is_log else v for v, (_, _, is_log) in zip(read, scales, strict=True)])
    return lines


@pytest.mark.parametrize(
    ("x", "y", "log"),
    [
        ([0, 1, 2, 3], [5.0, -2.0, 7.5, 1.0], ""),
        ([0, 0.1, 0.4], [0.31, 0.315, 0.32], ""),
        ([1, 10, 10_000], [1e-9, 1e-3, 20.0], "xy"),
        ([10, 100, 3000], [0.4, 0.5, 0.7], "x"),
        ([0, 200], [0.2, 0.7], "y"),
        ([0, 1], [3.0, 3.0], ""),
        ([0, 1], [3.0, 3.0], "y"),
    ],
)
def test_a_line_is_where_the_ticks_say(x, y, log):
    picture = Picture(title="made", x="x", y="y", lines=[Line(name="a", x=x, y=y)], log=log)
    ((found_x, found_y),) = read_off(drawing.drawn([picture]), log)
    for axis, found, given in (("x", found_x, x), ("y", found_y, y)):
        if axis in log:
            assert np.log10(found) == pytest.approx(np.log10(given), abs=0.01 * max(1, np.ptp(np.log10(given))))
        else:
            assert found == pytest.approx(np.array(given, float), abs=0.01 * max(np.ptp(given), 0.1))


def test_names_are_text_and_no_line_looks_like_another():
    lines = [Line(name=f"<b>{i} & more", x=[0, 1], y=[0, i]) for i in range(8)]
    html = drawing.drawn([Picture(title='a < "b"', x="x<", y="y", lines=lines)])
    tags, said = set(), []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.add(tag)

        def handle_data(self, data):
            said.append(data)

    Reader().feed(html)
    assert "b" not in tags
    assert {'a < "b"', "y by x<", "<b>0 & more"} <= set(said)
    looks = re.findall(r"<polyline [^>]*(style=.*?)/>", html)
    assert len(set(looks)) == len(lines)


def test_nothing_is_drawn_of_no_pictures():
    assert drawing.drawn([]) == ""
