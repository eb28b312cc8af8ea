"""A page with the pictures of surfaces and what they measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lossmith import page
from lossmith.errors import ParameterError
from lossmith.surfaces import pictures
from lossmith.surfaces.animation import animated
from lossmith.surfaces.descent import Descent
from lossmith.surfaces.surface import Surface
from lossmith.surfaces.survey import Survey
from lossmith.wording import listed

Ways = Mapping[str, Sequence[Descent]]

MEANINGS = {
    "minima": "dips inside of the slice, but those that rounding makes",
    "convex": "share of the area in which the loss curves upwards",
    "flat": "share with next to no slope",
    "predictiveness": "mean cosine between a gradient and the one a step further downhill",
    "reach": "share of starts from which steepest descent comes near the lowest value",
    "success": "share of starts from which a thousand steps of plain gradient descent do",
    "trap": "depth of the deepest other minimum, as a share of the range",
    "width": "of the lowest basin, filled to a tenth of the range",
    "holes": "share that is NaN or infinite; blank in the pictures",
}
_HIDDEN = (
    "A slice through a network shows one or two directions of thousands. It hides curvature: where it looks like a "
    "bowl, the loss may fall along another direction."
)
_COLOURS = "Colours end at the height that 5 % of the area lie above."
_UNITS = "Losses have units of their own: each has the colours for its own heights."


def save(
    path: str | Path,
    surfaces: Mapping[str, Surface],
    *,
    descents: Ways | None = None,
    title: str = "The surface of a loss",
) -> Path:
    """Write one HTML file that needs no network: planes from above and as bowls, lines as profiles, the measures.

    Args:
        path: where to; one that ends in ``.png`` or ``.svg`` gets the pictures alone, as a still.
        surfaces: by name; all planes, or all lines.
        descents: ways of optimisers over planes, by the name of the plane; a page plays them step by step.
        title: of the page.

    Raises:
        LossmithError: there is none, or both planes and lines; descents without their plane; another ending of the
            path, or a picture where Kaleido or a Chrome to draw it is missing.

    Example:
        >>> import tempfile, lossmith as lm
        >>> from lossmith.surfaces import Landscape, save
        >>> planes = {"huber": Landscape.over_prediction(lm.Huber()).surface()}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save(Path(folder) / "huber.html", planes).name
        'huber.html'
    """
    dimensions = {surface.values.ndim for surface in surfaces.values()}
    if len(dimensions) != 1:
        raise ParameterError(f"{len(surfaces)} surfaces: give planes, or lines, one at least")
    planes, ways = surfaces if dimensions == {2} else {}, descents or {}
    if astray := [name for name in ways if name not in planes]:
        raise ParameterError(f"descents of {listed(astray)}: of the planes none has this name; there are: {[*planes]}")
    if page.is_picture(path):
        still = pictures.sheet(planes, ways, title=title) if planes else pictures.profile(surfaces, title=title)
        return page.draw(path, still)
    drawn = _drawn(planes, ways) if planes else [page.Section(figures=[pictures.profile(surfaces)])]
    return page.write(path, title, [*drawn, _measures(surfaces)])


def save_survey(path: str | Path, surveyed: Survey, *, title: str = "The surface of a loss") -> Path:
    """The same of several random planes, with the spread of each measure."""
    planes = {f"plane {n}": plane for n, plane in enumerate(surveyed.planes, 1)}
    within = pictures.limits(surveyed.planes)
    if page.is_picture(path):
        return page.draw(path, pictures.sheet(planes, title=title, within=within))
    rows = [
        [name, _figure(over.median), f"{_figure(over.least)} to {_figure(over.greatest)}", MEANINGS[name]]
        for name, over in surveyed.spread.items()
    ]
    table = page.Table(["measure", "median", "range", "meaning"], rows, note=f"{len(surveyed.planes)} random planes.")
    above = pictures.side_by_side(planes, within=within)
    sections = [page.Section(text=[_HIDDEN], table=table), page.Section("From above", text=[_COLOURS], figures=above)]
    return page.write(path, title, sections)


def save_surveys(
    path: str | Path, surveys: Mapping[str, Survey], *, title: str = "The surfaces of losses", text: Sequence[str] = ()
) -> Path:
    """The first plane of each of several losses side by side, and the spread of their measures over all planes.

    Args:
        path: where to; one that ends in ``.png`` or ``.svg`` gets the pictures alone, as a still.
        surveys: by the name of the loss.
        title: of the page.
        text: what there is to say of how they came about.
    """
    planes = {name: surveyed.planes[0] for name, surveyed in surveys.items()}
    if page.is_picture(path):
        return page.draw(path, pictures.sheet(planes, title=title))
    spreads = {name: surveyed.spread for name, surveyed in surveys.items()}
    rows = [
        [measure, *(str(spread[measure]) for spread in spreads.values()), meaning]
        for measure, meaning in MEANINGS.items()
    ]
    table = page.Table(
        ["measure", *surveys, "meaning"], rows, note="Median over random planes, least to greatest. The first is drawn."
    )
    return page.write(path, title, [page.Section(text=[*text, _HIDDEN], table=table), *_drawn(planes, {})])


def _drawn(planes: Mapping[str, Surface], ways: Ways) -> list[page.Section]:
    above = pictures.side_by_side(planes)
    above = [animated(figure, ways.get(name, ())) for name, figure in zip(planes, above, strict=True)]
    return [
        page.Section("From above", text=[f"{_COLOURS} {_UNITS}"], figures=above),
        page.Section("As a bowl", figures=pictures.side_by_side(planes, pictures.bowl)),
    ]


def _measures(surfaces: Mapping[str, Surface]) -> page.Section:
    found = {name: surface.measures().numbers() for name, surface in surfaces.items()}
    rows = [
        [measure, *(_figure(numbers[measure]) for numbers in found.values()), meaning]
        for measure, meaning in MEANINGS.items()
    ]
    table = page.Table(["measure", *found, "meaning"], rows)
    return page.Section("Is it a good one?", text=[_HIDDEN], table=table)


def _figure(value: float) -> str:
    return f"{value:.3g}"
