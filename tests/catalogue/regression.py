"""Regression."""

from mpmath import cosh

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, log

FOUR = [2.5, 0.0, 2.0, 8.0], [3.0, -0.5, 2.0, 7.0]  # of scikit-learn's documentation


def _huber(x, t, delta):
    r = abs(x - t)
    return r**2 / 2 if r <= delta else delta * (r - delta / 2)


def _quantile(x, t, level):
    return level * (t - x) if t >= x else (1 - level) * (x - t)


CASES = {
    "mse": Case(
        (lm.MSE(),),
        Textbook({"scores": lambda x, t: (x - t) ** 2}),
        (Published("documentation of sklearn.metrics.mean_squared_error", lm.MSE(), *FOUR, 0.375),),
    ),
    "mae": Case(
        (lm.MAE(),),
        Textbook({"scores": lambda x, t: abs(x - t)}, lambda t: (t,)),
        (Published("documentation of sklearn.metrics.mean_absolute_error", lm.MAE(), *FOUR, 0.5),),
    ),
    "huber": Case(
        (lm.Huber(), lm.Huber(delta=0.01), lm.Huber(delta=1e4)),
        Textbook({"scores": _huber}, lambda t, delta: (t - delta, t + delta)),
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
    "quantile": Case(
        tuple(lm.Quantile(level=q) for q in (0.5, 0.01, 0.9)),
        Textbook({"scores": _quantile}, lambda t, level: (t,)),
        (
            Published(
                "documentation of sklearn.metrics.mean_pinball_loss, alpha=0.1",
                lm.Quantile(level=0.1),
                [0.0, 2.0, 3.0],
                [1.0, 2.0, 3.0],
                0.1 / 3,
            ),
            Published("the same, 0.3", lm.Quantile(level=0.1), [1.0, 2.0, 4.0], [1.0, 2.0, 3.0], 0.3),
        ),
    ),
}
