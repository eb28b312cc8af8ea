"""Statistics of a sample's shape that no single value can spoil, all 0 for a normal sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

_NORMAL_MAD = 0.6744897501960817  # the median absolute deviation of the standard normal
_NORMAL_HOGG = 2.5852  # (U₀₅ − L₀₅)/(U₅₀ − L₅₀) and Moors' ratio of the normal
_NORMAL_MOORS = 1.2331


def robust_scale(sample: Floats) -> float:
    """The median absolute deviation over 0.6745, which is the standard deviation of a normal sample.

    Where more than half of the values are the same, and the median absolute deviation therefore 0, it is the standard
    deviation itself.
    """
    typical = float(np.median(np.abs(sample - np.median(sample)))) / _NORMAL_MAD
    return typical if typical > 0 else float(np.std(sample))


def hogg(sample: Floats) -> float | None:
    """Hogg's index of the tails (1974): how far the outer 5 % lie apart against the outer halves.

    Example:
        >>> round(hogg(np.random.default_rng(0).laplace(size=100_000)), 1)
        0.7
    """
    ordered = np.sort(sample)
    half = _spread_of_means(ordered, 0.5)
    return _spread_of_means(ordered, 0.05) / half - _NORMAL_HOGG if half > 0 else None


def moors(sample: Floats) -> float | None:
    """Moors' kurtosis (1988) from the octiles: whether the body is peaked; a few outliers do not move it.

    Example:
        >>> round(moors(np.random.default_rng(0).laplace(size=100_000)), 2)
        0.36
    """
    e1, e2, e3, _, e5, e6, e7 = _octiles(sample)
    return float(((e7 - e5) + (e3 - e1)) / (e6 - e2)) - _NORMAL_MOORS if e6 > e2 else None


def skew(sample: Floats) -> float | None:
    """Hinkley's skewness (1975) from the octiles, between −1 and 1: the longer side is the one of its sign.

    Example:
        >>> round(skew(np.random.default_rng(0).exponential(size=100_000)), 2)
        0.43
    """
    e1, _, _, e4, _, _, e7 = _octiles(sample)
    return float((e7 - e4) - (e4 - e1)) / float(e7 - e1) if e7 > e1 else None


def _octiles(sample: Floats) -> Floats:
    octiles: Floats = np.quantile(sample, np.arange(1, 8) / 8)
    return octiles


def _spread_of_means(ordered: Floats, share: float) -> float:
    """Between the means of the largest and of the smallest share."""
    count = max(1, round(share * len(ordered)))
    return float(ordered[-count:].mean() - ordered[:count].mean())
