"""Margins between classes."""

from mpmath import mpf

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook

# Without ties, where the slope is a matter of convention: those are in test_multiclass_margins.
ROWS = (
    (0.1, 0.0, 0.25),
    (1.0, -2.0, 0.5),
    (1e-30, 0.5, -1e-300),
    (1e-8, 1.0, 1.1),
    (40.0, -40.0, 0.0),
    (700.0, 0.0, -1e-8),
    (-700.0, 0.25, 700.0),
    (1e4, 1e4 + 0.3, 1e4 - 2.0),
    (-1e4, -1e4 - 17.0, -1e4 + 1.2),
    (1e30, 1.0, 0.0),
    (-1e30, 1.0, 1e30),
)


def _gaps(x, t, margin):
    y = list(t).index(1)
    return [margin + v - x[y] for j, v in enumerate(x) if j != y]


def _crammer_singer(x, t, given, target_given, margin):
    return max(mpf(0), max(_gaps(x, t, margin)))


def _weston_watkins(x, t, given, target_given, margin):
    return sum(max(mpf(0), v) for v in _gaps(x, t, margin))


CASES = {
    "multiclass_hinge": Case(
        (lm.MulticlassHinge(), lm.MulticlassHinge(margin=0.01), lm.MulticlassHinge(margin=50.0)),
        RowTextbook(_crammer_singer),
        (
            Published(
                "documentation of sklearn.metrics.hinge_loss: 0.56, from its decision function in full",
                lm.MulticlassHinge(),
                [
                    [1.2727272727272727, 0.03418803418803418, -0.6837606837606838, -1.4017094017094016],
                    [-1.4545454545454546, -0.5811965811965811, -0.3760683760683763, -0.170940170940171],
                    [-2.3636363636363633, -0.7863247863247864, -0.27350427350427375, 0.23931623931623935],
                ],
                [0, 2, 3],
                0.564102564102564,
            ),
        ),
        rows=ROWS,
    ),
    "weston_watkins": Case(
        (lm.WestonWatkins(), lm.WestonWatkins(margin=0.01), lm.WestonWatkins(margin=50.0)),
        RowTextbook(_weston_watkins),
        (
            # 0.25·((1 − (0.8 − 0.1)) + (1 − (0.8 − 0.2)) + (1 − (0.8 − 0.4))) = 0.32…, there divided by 4 classes
            Published(
                "documentation of torch.nn.MultiMarginLoss: 0.32, times its 4 classes",
                lm.WestonWatkins(),
                [[0.1, 0.2, 0.4, 0.8]],
                [3],
                1.3,
            ),
        ),
        rows=ROWS,
    ),
}
