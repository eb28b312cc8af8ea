"""Other values of a distribution than its middle."""

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook


def _quantile(x, t, level):
    return level * (t - x) if t >= x else (1 - level) * (x - t)


def _expectile(x, t, level):
    return (level if t > x else 1 - level) * (t - x) ** 2


CASES = {
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
    "expectile": Case(
        tuple(lm.Expectile(level=q) for q in (0.5, 0.01, 0.9)),
        Textbook({"scores": _expectile}, lambda t, level: (t,)),
        (
            # |τ − 1(λ < 0)|·λ² of λ = y − x: 0.75·4, 0.25·4
            Published(
                "Newey and Powell (1987), the definition, by hand",
                lm.Expectile(level=0.75),
                [0.0, 0.0],
                [2.0, -2.0],
                2.0,
            ),
        ),
    ),
}
