"""Regression."""

import numpy as np
from mpmath import cosh, mpf, sqrt

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, log

FOUR = [2.5, 0.0, 2.0, 8.0], [3.0, -0.5, 2.0, 7.0]  # of scikit-learn's documentation


def _huber(x, t, delta):
    r = abs(x - t)
    return r**2 / 2 if r <= delta else delta * (r - delta / 2)


def _smooth_l1(x, t, beta):
    r = abs(x - t)
    return r**2 / (2 * beta) if r < beta else r - beta / 2


def _tube(x, t, epsilon):
    return max(mpf(0), abs(x - t) - epsilon)


def edges(name):
    """Of a seam or a kink at a distance from the target."""
    return lambda t, **parameters: (t - parameters[name], t + parameters[name])


def _median_of_tubes(loss, y):
    # max(|r| − ε, 0) is (|r − ε| + |r + ε|)/2 − ε: absolute errors against the targets moved up and down
    return np.median([*(y - loss.epsilon), *(y + loss.epsilon)])


# (prediction, target) of scikit-learn's tests of its SGD losses, epsilon = 0.1
SGD = [0.0, 0.1, -2.05, 3.05, 2.2, 2.0, 2.0, -2.0], [0.0, 0.0, -2.0, 3.0, 2.0, -1.0, 2.2, 1.0]


CASES = {
    "mse": Case(
        (lm.MSE(),),
        Textbook({"scores": lambda x, t: (x - t) ** 2}),
        (Published("documentation of sklearn.metrics.mean_squared_error", lm.MSE(), *FOUR, 0.375),),
    ),
    "rmse": Case(
        (lm.RMSE(),),
        # of one element; the root over a batch has tests of its own
        Textbook({"scores": lambda x, t: sqrt((x - t) ** 2)}, lambda t: (t,)),
        (
            Published(
                "documentation of sklearn.metrics.root_mean_squared_error: 0.612", lm.RMSE(), *FOUR, 0.6123724356957945
            ),
        ),
    ),
    "mae": Case(
        (lm.MAE(),),
        Textbook({"scores": lambda x, t: abs(x - t)}, lambda t: (t,)),
        (Published("documentation of sklearn.metrics.mean_absolute_error", lm.MAE(), *FOUR, 0.5),),
    ),
    "huber": Case(
        (lm.Huber(), lm.Huber(delta=0.01), lm.Huber(delta=1e4)),
        Textbook({"scores": _huber}, edges("delta")),
        (
            # t²/2 for |t| < k, k|t| − k²/2 beyond; k = 1.345: 0.5, and 1.345·2 − 0.904512…
            Published(
                "Huber (1964), the definition",
                lm.Huber(delta=1.345),
                [1.0, 2.0],
                [0.0, 0.0],
                (0.5 + 1.7854875) / 2,
            ),
        ),
    ),
    "log_cosh": Case(
        (lm.LogCosh(),),
        Textbook({"scores": lambda x, t: log(cosh(x - t))}),
        (
            Published(
                "documentation of keras.losses.LogCosh: 0.108, by log cosh 1 = 0.43378",
                lm.LogCosh(),
                [[1.0, 1.0], [0.0, 0.0]],
                [[0.0, 1.0], [0.0, 0.0]],
                0.4337808304830272 / 4,
            ),
        ),
    ),
    "smooth_l1": Case(
        (lm.SmoothL1(), lm.SmoothL1(beta=0.01), lm.SmoothL1(beta=1e4)),
        Textbook({"scores": _smooth_l1}, edges("beta")),
        (
            Published(
                "documentation of mxnet.npx.smooth_l1: [0.5, 1.5, 2.5, 3.5]",
                lm.SmoothL1(),
                [1.0, 2.0, 3.0, 4.0],
                [0.0] * 4,
                2.0,
            ),
            Published(
                "documentation of mindspore.ops.SmoothL1Loss", lm.SmoothL1(), [1.0, 2.0, 3.0], [1.0, 2.0, 2.0], 0.5 / 3
            ),
        ),
    ),
    "pseudo_huber": Case(
        (lm.PseudoHuber(), lm.PseudoHuber(delta=0.01), lm.PseudoHuber(delta=1e4)),
        Textbook({"scores": lambda x, t, delta: delta**2 * (sqrt(1 + ((x - t) / delta) ** 2) - 1)}),
        (
            Published("documentation of scipy.special.pseudo_huber", lm.PseudoHuber(), 2.0, 0.0, 1.2360679774997898),
            Published(
                "the same, delta=2",
                lm.PseudoHuber(delta=2.0),
                [1.0, 1.5, 3.0, 4.0],
                [0.0] * 4,
                (0.47213595 + 1.0 + 3.21110255 + 4.94427191) / 4,
            ),
        ),
        near=edges("delta"),
    ),
    "epsilon_insensitive": Case(
        (lm.EpsilonInsensitive(), lm.EpsilonInsensitive(epsilon=2.0**-10), lm.EpsilonInsensitive(epsilon=250.0)),
        Textbook({"scores": _tube}, edges("epsilon")),
        (
            Published(
                "scikit-learn, test_loss_epsilon_insensitive",
                lm.EpsilonInsensitive(),
                *SGD,
                (0.1 + 2.9 + 0.1 + 2.9) / 8,
            ),
        ),
        statistic=_median_of_tubes,
    ),
    "squared_epsilon_insensitive": Case(
        (
            lm.SquaredEpsilonInsensitive(),
            lm.SquaredEpsilonInsensitive(epsilon=2.0**-10),
            lm.SquaredEpsilonInsensitive(epsilon=250.0),
        ),
        Textbook({"scores": lambda x, t, epsilon: _tube(x, t, epsilon) ** 2}, edges("epsilon")),
        (
            Published(
                "scikit-learn, test_loss_squared_epsilon_insensitive",
                lm.SquaredEpsilonInsensitive(),
                *SGD,
                (0.01 + 8.41 + 0.01 + 8.41) / 8,
            ),
        ),
    ),
}
