"""Optimal transport."""

import itertools

from mpmath import mpf

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, exp, log

NUMBERS = (
    (0.0, 0.5, 0.25),
    (1.0, -2.0, 0.5),
    (1e-8, 1.0, 1.25),
    (40.0, -40.0, 1e-30),
    (1e4, 1e4 + 0.5, 1e4 - 2.0),
    (-1e4, 1e10, 1.0),
    (1e30, 1.0, -1e30),
)
NUMBERS_OF_TARGETS = ((2.5, -1.0, 0.3), (1e4, -0.3, 1e-3), (-1e30, 17.0, 2.0))


def _wasserstein_1d(x, t, given, target_given, order):
    """The cheapest of all ways to pair the numbers: nothing is sorted."""
    return min(sum(abs(a - b) ** order for a, b in zip(x, p, strict=True)) for p in itertools.permutations(t)) / len(x)


def _near_a_tie(x, t, *_):
    """Two predictions that change places, or one that meets its target."""
    return min(abs(a - b) for a, b in itertools.combinations([*x, *t], 2)) < 1e-35


# Two points of two features each: then a plan is one number, and what is best has a closed form.
POINTS = (
    (0.0, 0.5, 1.5, -1.0),
    (1.0, -2.0, 0.5, 0.25),
    (0.5, 0.125, 0.25, -0.3),
    (10.0, 10.0, -7.0, 3.0),
    (1e-8, 1.0, 1.0, 1e-3),
)
POINTS_OF_TARGETS = ((0.3, -0.2, 1.0, 1.25), (-3.0, 2.5, 4.0, 2.0), (1e-3, 0.4, 0.5, -0.6))


def _sinkhorn(x, t, given, target_given, blur, order):
    def costs(a, b):
        squares = [[sum((u - v) ** 2 for u, v in zip(p, q, strict=True)) for q in b] for p in a]
        return [[s / 2 if order == 2 else s ** (mpf(1) / 2) for s in row] for row in squares]

    def moved(a, b):
        """The plan has p/2 on its diagonal and q/2 beside it; p/q is the root of a ratio of kernels."""
        (c00, c01), (c10, c11) = costs(a, b)
        epsilon = blur**order
        odds = exp((c01 + c10 - c00 - c11) / (2 * epsilon))
        p, q = odds / (1 + odds), 1 / (1 + odds)
        return p * (c00 + c11) / 2 + q * (c01 + c10) / 2 + epsilon * (p * log(2 * p) + q * log(2 * q))

    a, b = ([v[:2], v[2:]] for v in (x, t))
    return moved(a, b) - moved(a, a) / 2 - moved(b, b) / 2


CASES = {
    "sinkhorn": Case(
        (lm.Sinkhorn(), lm.Sinkhorn(blur=1.0), lm.Sinkhorn(order=1), lm.Sinkhorn(blur=2.0, order=1)),
        RowTextbook(_sinkhorn),
        (
            Published(
                "by hand, from the definition of Feydy et al.: of single points half the squared distance, 25/2",
                lm.Sinkhorn(blur=0.7),
                [[[0.0, 0.0]]],
                [[[3.0, 4.0]]],
                12.5,
            ),
        ),
        # at order 1 the second slope of a distance along itself is a difference of squares: no pair lies along an axis
        rows=lambda loss: POINTS[: None if loss.order == 2 else 3],
        row_targets=lambda loss: POINTS_OF_TARGETS[: None if loss.order == 2 else 2],
        bound=(32.0, 8.0),  # a curvature is a difference of what costs bend and what the plan gives way
    ),
    "wasserstein_1d": Case(
        (lm.Wasserstein1D(), lm.Wasserstein1D(order=2.0), lm.Wasserstein1D(order=1.5), lm.Wasserstein1D(order=3.0)),
        RowTextbook(_wasserstein_1d, at_a_kink=_near_a_tie),
        (
            Published(
                "scipy.stats.wasserstein_distance, the first example of its documentation: 5",
                lm.Wasserstein1D(),
                [[0.0, 1.0, 3.0]],
                [[5.0, 6.0, 8.0]],
                5.0,
            ),
        ),
        # beside the cube of 1e30 a number of size 1 is beyond the oracle's digits
        rows=lambda loss: NUMBERS[: -1 if loss.order > 2 else None],
        row_targets=lambda loss: NUMBERS_OF_TARGETS[: -1 if loss.order > 2 else None],
    ),
}
