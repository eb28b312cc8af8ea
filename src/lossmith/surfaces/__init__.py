"""The surface that a loss makes of a network: slices of it, its curvature, and what is good or bad about it."""

from lossmith.surfaces.curvature import Curvature, curvature
from lossmith.surfaces.descent import Descent, descend
from lossmith.surfaces.landscape import Landscape
from lossmith.surfaces.measures import Measures, measures
from lossmith.surfaces.persistence import Minimum
from lossmith.surfaces.report import save, save_survey, save_surveys
from lossmith.surfaces.slices import Between, Trajectory
from lossmith.surfaces.surface import Surface, surface
from lossmith.surfaces.survey import Spread, Survey, survey

__all__ = [
    "Between",
    "Curvature",
    "Descent",
    "Landscape",
    "Measures",
    "Minimum",
    "Spread",
    "Surface",
    "Survey",
    "Trajectory",
    "curvature",
    "descend",
    "measures",
    "save",
    "save_survey",
    "save_surveys",
    "surface",
    "survey",
]
