"""Classes in an order."""

import lossmith as lm
from catalogue.case import Case, Published
from hostile_grid import ONE_HOT, ROWS_OF_SCORES
from oracle import RowTextbook, as_probabilities, exp, log

RANKS = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))  # one more than scores
CORN = [  # rounded to four digits
    [-0.3226, -0.4738, -0.0684, 0.3288],
    [0.381, -0.4518, 0.0785, 0.0109],
    [-0.0666, 0.0892, 0.2487, 0.1706],
    [0.1858, -0.4273, 0.1903, -0.0023],
    [-0.0677, -0.1201, 0.3401, 0.0773],
    [-0.1294, -0.3859, -0.0572, 0.2476],
    [0.031, -0.3191, -0.1749, 0.1757],
    [0.1281, 0.025, 0.0315, 0.3799],
]


def _answer(x, is_above):
    return log(1 + exp(-x)) if is_above else log(1 + exp(x))


def _coral(x, t, given, target_given):
    y = list(t).index(1)
    return sum(_answer(v, y > k) for k, v in enumerate(x))


def _corn(x, t, given, target_given):
    y = list(t).index(1)
    return sum(_answer(v, y > k) for k, v in enumerate(x) if k <= y)


def _earth_movers(x, t, given, target_given):
    p = as_probabilities(x, given)
    return sum((sum(p[: k + 1]) - sum(t[: k + 1])) ** 2 for k in range(len(p) - 1))


CASES = {
    "coral": Case(
        (lm.Coral(),),
        RowTextbook(_coral),
        (
            Published(
                "documentation of coral_pytorch.losses.coral_loss: 0.6920",
                lm.Coral(),
                [[2.1, 1.8, -2.1, -1.8], [1.9, -1.0, -1.5, -1.3], [1.9, 1.8, 1.7, 1.6]],
                [2, 1, 4],
                0.6920385,
            ),
        ),
        row_targets=lambda loss: RANKS,
    ),
    "corn": Case(
        (lm.Corn(),),
        RowTextbook(_corn),
        (
            Published(
                "documentation of coral_pytorch.losses.corn_loss: 0.7127, which divides by the 24 questions",
                lm.Corn(),
                CORN,
                [0, 1, 2, 2, 2, 3, 4, 4],
                0.7127198,
                {"normalizer": 24.0},
            ),
        ),
        row_targets=lambda loss: RANKS,
    ),
    "squared_earth_movers": Case(
        (lm.SquaredEarthMovers(),),
        RowTextbook(_earth_movers, ("scores", "probabilities", "log_probabilities")),
        (
            # cumulative differences (−½, −¼, 0), (½, −¼, 0) and (½, ¾, 0) by labels 0, 1 and 2
            Published(
                "by hand from Hou, Yu and Samaras (2016), equation 6, without its factor 1/C",
                lm.SquaredEarthMovers(),
                [[0.5, 0.25, 0.25]] * 3,
                [0, 1, 2],
                (0.3125 + 0.3125 + 0.8125) / 3,
                {"given": "probabilities"},
            ),
        ),
        # not all near 0, where terms that cancel make a curvature of 0, and no score has a size to count an error in
        rows=((0.5, 0.5, 0.5), *(row for row in ROWS_OF_SCORES if max(row) > 0.3)),
        row_targets=lambda loss: (*ONE_HOT, (0.0, 1.0, 0.0), (0.2, 0.5, 0.3)),
    ),
}
