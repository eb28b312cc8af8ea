"""How precisely a loss finds the middle of given residuals: the measurement that ranks the losses of a real target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.families import Residual

Floats = NDArray[np.floating[Any]]

_BANDWIDTH = 0.5  # in robust standard deviations, of a sample of one; it shrinks with the fifth root of the rows


@dataclass(frozen=True, kw_only=True)
class Precision:
    """What is known of the constant that a loss finds in a sample of residuals.

    Args:
        centre: that constant.
        variance: of it, times the number of rows: twice as large means twice as many rows for the same precision.
        influence: how far each residual pulls the centre, times the number of rows.
        doubt: each residual's share in the uncertainty of the variance's logarithm, so that two of them compare.
    """

    centre: float
    variance: float
    influence: Floats
    doubt: Floats


def precision(loss: Residual, residuals: Floats, scale: float) -> Precision:
    """The asymptotic variance E[ψ'²] / (d/dc E[ψ'])² of the M-estimate of location (Huber, 1964).

    The mean slope is differentiated by a central difference over the sample, so that a kink, whose own curvature is 0
    almost everywhere, needs no case of its own.

    Args:
        loss: a loss of the residual; both its centre and its slope are derived from its formula.
        residuals: target − prediction; any unit, as long as the loss is configured for it.
        scale: their robust standard deviation, from which the step of the difference is taken.
    """
    centre = float(loss.best_constant(residuals))
    slope = _slope(loss, centre, residuals)
    curvature = _curvature(loss, centre, residuals, step=_BANDWIDTH * scale * len(residuals) ** -0.2)
    power, sharpness = float(np.mean(slope**2)), float(np.mean(curvature))
    return Precision(
        centre=centre,
        variance=power / sharpness**2,
        influence=-slope / sharpness,
        doubt=(slope**2 / power - 1) - 2 * (curvature / sharpness - 1),
    )


def ratio(precision: Precision, other: Precision) -> tuple[float, float]:
    """How many rows the one needs for each row of the other, and the standard error of that number's logarithm.

    Both were measured on the same residuals, so most of their uncertainty is shared and cancels.
    """
    error = float(np.std(precision.doubt - other.doubt)) / len(precision.doubt) ** 0.5
    return precision.variance / other.variance, error


def _curvature(loss: Residual, centre: float, residuals: Floats, step: float) -> Floats:
    """Each residual's share in the mean slope's own slope; over a wider step where none lies within the first."""
    while True:
        rise = _slope(loss, centre + step, residuals) - _slope(loss, centre - step, residuals)
        if rise.any():
            curvature: Floats = rise / (2 * step)
            return curvature
        step *= 2


def _slope(loss: Residual, constant: float, residuals: Floats) -> Floats:
    slope: Floats = np.asarray(loss.gradient(np.full_like(residuals, constant), residuals))
    return slope
