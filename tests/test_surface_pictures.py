"""Pictures of surfaces: what is drawn is what was computed, and a browser without WebGL shows it too."""

import math

import numpy as np
import pytest
import torch

import lossmith as lm
from browser import opened
from lossmith import page
from lossmith.surfaces import Landscape, descend, pictures, save, save_survey, save_surveys, survey
from lossmith.surfaces.animation import animated

RIDGE = Landscape(height=lambda at: at[0] + 10 * at[1], axes=("across", "up"), span=2.0)
HOLED = Landscape(
    height=lambda at: torch.where(at[0] > 1, math.nan, torch.where(at[1] > 1, math.inf, (at**2).sum())),
    axes=("x", "y"),
    span=2.0,
)


@pytest.mark.parametrize("draw", [pictures.contour, pictures.bowl])
def test_the_first_axis_goes_to_the_right_and_the_second_up(draw):
    plane = RIDGE.surface(steps=5)
    trace = draw(plane).data[0]
    for i, a in enumerate(trace.x):
        for j, b in enumerate(trace.y):
            assert trace.z[j][i] == pytest.approx(a + 10 * b)  # Plotly's rows go upwards


@pytest.mark.parametrize("draw", [pictures.contour, pictures.bowl])
def test_holes_are_blank_and_all_else_is_the_value_itself(draw):
    plane = HOLED.surface(steps=9)
    drawn = np.array(draw(plane).data[0].z).T
    np.testing.assert_array_equal(np.isnan(drawn), plane.holes)
    np.testing.assert_array_equal(drawn[~plane.holes], plane.values[~plane.holes])


def test_colours_leave_out_a_wall_and_hold_the_lowest():
    wall = Landscape(height=lambda at: torch.where(at[0] > 1.9, 1e9, at[1]), axes=("x", "y"), span=2.0).surface(51)
    low, high = pictures.limits([wall])
    assert low == -2
    assert high < 3
    assert np.isfinite(pictures.limits([HOLED.surface(steps=9)])).all()
    flat = Landscape(height=lambda at: 0 * at[0] + 7, axes=("x", "y")).surface(5)
    assert pictures.limits([flat]) == (7, 8)
    nothing = Landscape(height=lambda at: at[0] * math.nan, axes=("x", "y")).surface(5)
    assert pictures.limits([nothing]) == (0, 1)


def test_side_by_side_has_the_same_axes_and_where_asked_the_same_colours():
    small, large = RIDGE, Landscape(height=RIDGE.height, axes=RIDGE.axes, span=4.0)
    planes = {"small": small.surface(5), "large": large.surface(5)}
    own = pictures.side_by_side(planes)
    assert {figure.layout.xaxis.range for figure in own} == {figure.layout.yaxis.range for figure in own} == {(-4, 4)}
    assert {figure.data[0].colorscale for figure in own} == {own[0].data[0].colorscale}
    assert own[0].data[0].zmin != own[1].data[0].zmin
    shared = pictures.side_by_side(planes, pictures.bowl, within=(-1.0, 1.0))
    assert {(figure.data[0].cmin, figure.data[0].cmax) for figure in shared} == {(-1, 1)}
    assert {figure.layout.scene.xaxis.range for figure in shared} == {(-4, 4)}
    assert [figure.layout.title.text for figure in shared] == ["small", "large"]


def test_a_descent_is_drawn_where_it_went():
    way = descend(RIDGE, (1.0, 1.0), lr=0.01, steps=5)
    drawn = pictures.contour(RIDGE.surface(5), descents=[way]).data[-1]
    np.testing.assert_array_equal(np.stack([drawn.x, drawn.y], 1), way.points)
    assert drawn.name == "SGD(lr=0.01)"


def test_each_frame_of_a_played_descent_is_as_far_as_it_has_come():
    far, near = descend(RIDGE, (1.0, 1.0), lr=0.01, steps=300), descend(RIDGE, (0.0, 1.0), lr=0.01, steps=5)
    plain = pictures.contour(RIDGE.surface(5))
    played = animated(plain, [far, near])
    assert len(played.frames) == len(played.layout.sliders[0].steps) == 80
    for frame in played.frames:
        for trace, number, way in zip(frame.data, frame.traces, (far, near), strict=True):
            assert played.data[number].name == way.name
            step = min(int(frame.name), len(way.values) - 1)
            assert (trace.x[-1], trace.y[-1]) == tuple(way.points[step])
            assert (trace.x[0], trace.y[0]) == tuple(way.points[0])
            assert len(trace.x) == len(set(trace.y)) == len(trace.marker.size)
    assert [frame.name for frame in played.frames][:: len(played.frames) - 1] == ["0", "300"]
    np.testing.assert_array_equal(played.data[-2].y, far.points[:, 1])  # until it is played: all of it
    assert animated(plain, []) is plain


def test_a_sheet_has_each_plane_from_above_with_its_descents_and_as_a_bowl():
    way = descend(RIDGE, (1.0, 1.0), lr=0.01, steps=5)
    planes = {"ridge": RIDGE.surface(5), "holed": HOLED.surface(5)}
    drawn = pictures.sheet(planes, {"ridge": [way], "holed": [way]}, title="Two")
    kinds = [trace.type for trace in drawn.data]
    assert (kinds.count("contour"), kinds.count("surface")) == (2, 2)
    for name, axes in (("ridge", "x"), ("holed", "x2")):
        flat = next(trace for trace in drawn.data if trace.type == "contour" and trace.xaxis == axes)
        np.testing.assert_array_equal(flat.z, pictures.contour(planes[name]).data[0].z)
        (rolled,) = (trace for trace in drawn.data if trace.name == way.name and trace.xaxis == axes)
        np.testing.assert_array_equal(rolled.y, way.points[:, 1])
    assert [trace.showlegend for trace in drawn.data if trace.name == way.name] == [True, False]
    assert drawn.layout.xaxis2.title.text == "x"
    assert drawn.layout.scene2.xaxis.title.text == "x"
    assert {note.text for note in drawn.layout.annotations} == set(planes)


@pytest.mark.parametrize("kind", ["surface", "lines", "survey", "surveys"])
def test_a_path_that_ends_so_gets_the_pictures_alone(tmp_path, monkeypatch, kind):
    seen = {}
    monkeypatch.setattr(page, "draw", lambda path, figure: seen.setdefault(path, figure))
    torch.manual_seed(0)
    model, x, y = torch.nn.Linear(3, 1), torch.randn(20, 3), torch.randn(20, 1)
    surveyed, path = survey(model, lm.MSE(), x, y, planes=2, steps=5), tmp_path / "still.svg"
    line = lm.surface(model, lm.MSE(), x, y, dimensions=1, steps=5)
    {
        "surface": lambda: save(path, {"a": RIDGE.surface(5)}, descents={"a": [descend(RIDGE, (1.0, 1.0), lr=0.1)]}),
        "lines": lambda: save(path, {"a": line}),
        "survey": lambda: save_survey(path, surveyed),
        "surveys": lambda: save_surveys(path, {"mse": surveyed}),
    }[kind]()
    counts = {"surface": (1, 1, 2), "lines": (0, 0, 1), "survey": (2, 2, 2), "surveys": (1, 1, 1)}
    kinds = [trace.type for trace in seen[path].data]
    assert tuple(map(kinds.count, ("contour", "surface", "scatter"))) == counts[kind]
    assert not list(tmp_path.iterdir())


def test_profiles_and_spectra_are_the_numbers():
    torch.manual_seed(0)
    model, x, y = torch.nn.Linear(3, 1), torch.randn(20, 3), torch.randn(20, 1)
    line = lm.surface(model, lm.MSE(), x, y, dimensions=1, steps=5)
    (trace,) = pictures.profile({"mse": line}).data
    np.testing.assert_array_equal(trace.y, line.values)
    curved = lm.curvature(model, lm.MSE(), x, y)
    (bars,) = pictures.spectrum(curved).data
    np.testing.assert_array_equal(bars.y, curved.spectrum[::-1])


def test_colours_grow_lighter_also_for_eyes_that_do_not_tell_red_from_green():
    from plotly.colors import get_colorscale, hex_to_rgb, unlabel_rgb

    def brightness(colour):
        red, green, blue = hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour)
        # dichromats (Viénot et al., 1999) see red and green as one, mostly by their sum; blue adds little brightness
        return red + green + 0.1 * blue

    levels = [brightness(colour) for _, colour in get_colorscale(pictures.SCALE)]
    assert levels == sorted(levels)
    assert levels[-1] > 5 * levels[0]


def test_pages_of_planes_lines_and_surveys(tmp_path):
    torch.manual_seed(0)
    model, x, y = torch.nn.Linear(3, 1), torch.randn(20, 3), torch.randn(20, 1)
    line = lm.surface(model, lm.MSE(), x, y, dimensions=1, steps=5)
    assert ">mse<" in save(tmp_path / "lines.html", {"mse": line, "again": line}).read_text("utf-8")
    surveyed = survey(model, lm.MSE(), x, y, planes=2, steps=5)
    text = save_survey(tmp_path / "survey.html", surveyed).read_text("utf-8")
    assert text.count('class="plot"') == 2
    assert "hides curvature" in text
    with pytest.raises(lm.LossmithError, match=r"descents of mse.*\['ridge'\]"):
        save(tmp_path / "wrong.html", {"ridge": RIDGE.surface(5)}, descents={"mse": []})
    for wrong in ({}, {"line": line, "plane": RIDGE.surface(5)}):
        with pytest.raises(lm.LossmithError, match="planes, or lines"):
            save(tmp_path / "wrong.html", wrong)


def test_a_browser_draws_a_bowl(tmp_path):
    path = save(tmp_path / "page.html", {"holed": HOLED.surface(steps=9)})
    with opened(path, "--enable-unsafe-swiftshader") as shown:
        shown.tab.wait_for_selector(".gl-container canvas")
        planes = shown.tab.locator(".contourlayer .contour").count()
    assert shown.errors == []
    assert planes == 1


def test_a_browser_without_webgl_draws_the_plane_twice_and_plays_descents_over_it(tmp_path):
    way = descend(HOLED, (1.0, -1.0), lr=0.1, steps=5)
    path = save(tmp_path / "page.html", {"holed": HOLED.surface(steps=9)}, descents={"holed": [way]})
    with opened(path, "--disable-3d-apis") as shown:
        tab = shown.tab
        tab.wait_for_selector(".plot >> nth=1 >> .contourlayer path")  # where the bowl would be
        assert tab.locator(".contourlayer .contour").count() == 2
        assert tab.locator(".gl-container canvas").count() == 0

        def played():
            """Points that are drawn, and parts of the plane below them."""
            return tab.evaluate("""() => {
                const box = document.querySelector(".plot");
                const points = box.querySelectorAll(".scatterlayer .trace:last-child .point").length;
                return [points, box.querySelectorAll(".contourfill path").length];
            }""")

        points, below = played()
        assert points == 6
        tab.locator(".slider-rail-touch-rect").click(position={"x": 1, "y": 5})
        assert played() == [1, below]
        tab.locator(".updatemenu-button").first.click()
        seen = [played()]
        while seen[-1][0] < 6 and len(seen) < 500:
            seen.append(played())
    assert shown.errors == []
    assert {parts for _, parts in seen} == {below}  # Plotly's own player takes them away while it plays
    assert sorted(seen) == seen
    assert seen[-1][0] == 6
