"""Optimal transport."""

import itertools

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook

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


CASES = {
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
