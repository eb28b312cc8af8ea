"""An error beside the size of the target."""

import numpy as np
from mpmath import mpf

import lossmith as lm
from catalogue.case import Case, Published
from catalogue.regression import FOUR
from oracle import Textbook, log


def _msle(s, t):
    return ((log(1 + s) if s >= 0 else s) - log(1 + t)) ** 2


def _smape(s, t):
    return 2 * abs(s - t) / (abs(s) + abs(t)) if s or t else mpf(0)


def _weighted_median(loss, y):
    y = np.sort(y)
    share = np.cumsum(1 / np.maximum(abs(y), loss.epsilon))
    return y[np.searchsorted(share, share[-1] / 2)]


def _best_target(loss, y):
    # in log c, |tanh((log c − log y)/2)| is concave on either side of y: between two targets the sum has no least value
    costs = [np.mean(2 * abs(c - y) / (c + y)) for c in y]
    return y[int(np.argmin(costs))]


CASES = {
    "msle": Case(
        (lm.MSLE(),),
        Textbook({"scores": _msle}, lambda t: (0,) if t else ()),
        (
            Published(
                "documentation of sklearn.metrics.mean_squared_log_error: 0.00462428 and 0.08377444",
                lm.MSLE(),
                [[0.5, 2.0], [1.0, 2.5], [8.0, 8.0]],
                [[0.5, 1.0], [1.0, 2.0], [7.0, 6.0]],
                (0.00462428 + 0.08377444) / 2,
            ),
        ),
        near=lambda t: (t, t / 2, 2 * t) if t else (),
        statistic=lambda loss, y: np.expm1(np.log1p(y).mean()),
    ),
    "mape": Case(
        (lm.MAPE(), lm.MAPE(epsilon=0.5), lm.MAPE(epsilon=1e5)),
        Textbook({"scores": lambda s, t, epsilon: abs(s - t) / max(abs(t), epsilon)}, lambda t, epsilon: (t,)),
        (
            # (0.5/3 + 0.5/0.5 + 0 + 1/7) / 4
            Published(
                "documentation of sklearn.metrics.mean_absolute_percentage_error: 0.3273", lm.MAPE(), *FOUR, 55 / 168
            ),
        ),
        statistic=_weighted_median,
    ),
    "smape": Case(
        (lm.SMAPE(),),
        Textbook({"scores": _smape}, lambda t: (t, 0)),
        (
            # 2·(0.1/1.9 + 5/25 + 0.2/2.2)/3
            Published(
                "documentation of torchmetrics.SymmetricMeanAbsolutePercentageError: 0.2290",
                lm.SMAPE(),
                [0.9, 15.0, 1.2e6],
                [1.0, 10.0, 1e6],
                0.2290271,
            ),
        ),
        targets=(0.0, 2.5, -1e4, 1e30, 1e-30),
        near=lambda t: (t / 2, 2 * t, -t),
        statistic=_best_target,
    ),
}
