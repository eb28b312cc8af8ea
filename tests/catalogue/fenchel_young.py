"""Fenchel–Young losses."""

import itertools
import math

from mpmath import mpf, sqrt

import lossmith as lm
from catalogue.case import Case, Published
from hostile_grid import ONE_HOT
from oracle import RowTextbook, exp, log


def negative_entropy(t):
    """Ω of logsumexp, as a function of torch."""
    return t.xlogy(t).sum(-1)


def _logistic(x, t, given, target_given, conjugate, regulariser):
    value = log(sum(exp(v) for v in x)) - sum(a * b for a, b in zip(x, t, strict=True))
    return value if regulariser is None else value + sum(q * log(q) for q in t if q)


def _supports(x):
    return (s for n in range(1, len(x) + 1) for s in itertools.combinations(range(len(x)), n))


def _largest(x, omega, on_support):
    """max ⟨p, x⟩ − Ω(p) over all distributions: of those that are stationary on some set of classes, the best."""
    found = []
    for support in _supports(x):
        p = on_support([x[j] for j in support])
        if p is not None:
            found.append(sum(q * x[j] for q, j in zip(p, support, strict=True)) - omega(p))
    return max(found)


def _fenchel_young(x, t, omega, on_support):
    return _largest(x, omega, on_support) + omega(t) - sum(a * b for a, b in zip(x, t, strict=True))


def _sparsemax(x, t, given, target_given):
    def on_support(v):
        threshold = (sum(v) - 1) / len(v)
        return [u - threshold for u in v] if min(v) >= threshold else None

    return _fenchel_young(x, t, lambda p: (sum(q**2 for q in p) - 1) / 2, on_support)


def _entmax(x, t, given, target_given):
    def on_support(v):
        mean = sum(v) / len(v) / 2
        rest = 1 - sum((u / 2 - mean) ** 2 for u in v)
        if rest < 0:
            return None
        threshold = mean - sqrt(rest / len(v))
        return [(u / 2 - threshold) ** 2 for u in v] if min(v) / 2 >= threshold else None

    return _fenchel_young(x, t, lambda p: (sum(q * sqrt(q) for q in p) - 1) * mpf(4) / 3, on_support)


# Rows whose sum is 1 in half precision too: off the simplex Ω*(x) − ⟨x, t⟩ depends on the zero point of the scores.
TARGETS = (*ONE_HOT, (0.25, 0.5, 0.25), (2.0**-7, 0.0, 1 - 2.0**-7), (0.375, 0.0, 0.625))
SHARES = [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]]
CASES = {
    "fenchel_young": Case(
        (lm.FenchelYoung(), lm.FenchelYoung(regulariser=negative_entropy)),
        RowTextbook(_logistic),
        (
            Published(
                "documentation of sklearn.metrics.log_loss: 0.21616",
                lm.FenchelYoung(),
                [[math.log(p) for p in row] for row in SHARES],
                [1, 0, 0, 1],
                0.2161618,
            ),
        ),
        row_targets=lambda loss: TARGETS,
    ),
    "sparsemax_loss": Case(
        (lm.SparsemaxLoss(),),
        RowTextbook(_sparsemax),
        (
            # of the scores (u, 0) and the first class: 0 for u ≥ 1, −u for u ≤ −1, (u − 1)²/4 between
            Published(
                "Martins and Astudillo (2016), section 3.2, the binary case",
                lm.SparsemaxLoss(),
                [[1.5, 0.0], [0.5, 0.0], [-0.5, 0.0], [-3.0, 0.0]],
                [0, 0, 0, 0],
                (0 + 0.0625 + 0.5625 + 3) / 4,
            ),
        ),
        row_targets=lambda loss: TARGETS,
    ),
    "entmax15_loss": Case(
        (lm.Entmax15Loss(),),
        RowTextbook(_entmax),
        (
            # p = (½, ½): Ω*(0) = −Ω(p) = 4/3·(1 − 2·½^1.5); beside a lead of 2 nothing is left, and its reverse costs 2
            Published(
                "by hand from Peters, Niculae and Martins (2019), equations 8 and 10",
                lm.Entmax15Loss(),
                [[0.0, 0.0], [2.0, 0.0], [-2.0, 0.0]],
                [0, 0, 0],
                (4 / 3 * (1 - 0.5**0.5) + 0 + 2) / 3,
            ),
        ),
        row_targets=lambda loss: TARGETS,
    ),
}
