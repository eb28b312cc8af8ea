"""Other values of a distribution than its middle."""

import numpy as np

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, Textbook, exp, log


def _quantile(x, t, level):
    return level * (t - x) if t >= x else (1 - level) * (x - t)


def _expectile(x, t, level):
    return (level if t > x else 1 - level) * (t - x) ** 2


def _multi_quantile(x, t, given, target_given, levels, non_crossing):
    steps = [x[0], *(log(1 + exp(v)) for v in x[1:])]
    quantiles = [sum(steps[: k + 1]) for k in range(len(x))] if non_crossing else x
    return sum(_quantile(q, t[0], level) for q, level in zip(quantiles, levels, strict=True)) / len(levels)


def _quantiles(loss, y):
    best = [np.quantile(y, level, method="inverted_cdf") for level in loss.levels]
    return [best[0], *np.log(np.expm1(np.diff(best)))] if loss.non_crossing else best


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
    "multi_quantile": Case(
        (
            lm.MultiQuantile(),
            lm.MultiQuantile(non_crossing=True),
            lm.MultiQuantile(levels=(0.01, 0.02, 0.5)),
            # where levels nearly cancel in a slope, as (0.75 + 0.25 − 0.999)/3, the rounding of each third is left
            lm.MultiQuantile(levels=(0.25, 0.5, 0.875), non_crossing=True),
        ),
        RowTextbook(_multi_quantile),
        (
            # 0.1·(1 − 0)/3 at level 0.1, 0.9·(1 − 0)/3 at level 0.9
            Published(
                "documentation of sklearn.metrics.mean_pinball_loss, alpha=0.1 and 0.9: 0.03… and 0.3",
                lm.MultiQuantile(levels=(0.1, 0.9)),
                [[0.0, 0.0], [2.0, 2.0], [3.0, 3.0]],
                [1.0, 2.0, 3.0],
                (0.1 / 3 + 0.3) / 2,
            ),
        ),
        # none of them hits a target, in half precision neither: at a kink the textbook's derivatives are none
        rows=(
            (-1.0, 0.5, 2.0),
            (3.0, -40.0, 1e-6),
            (-0.3, 1e-6, 700.0),
            (1e4, 1.02e4, 9.9e3),
            (-3e30, 1.0, -2e30),
            (-1e-6, 88.0, -700.0),
        ),
        statistic=_quantiles,
    ),
}
