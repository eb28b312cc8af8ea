"""Classes that exclude each other."""

import math

from mpmath import tanh

import lossmith as lm
from catalogue.case import Case, Published
from hostile_grid import ROWS_OF_SCORES
from oracle import RowTextbook, as_probabilities, exp, log, of_label

KERAS = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]


def cross_entropy(x, t, given, target_given, label_smoothing, z_loss, soft_cap, logit_adjustment):
    if soft_cap:
        x = [soft_cap * tanh(v / soft_cap) for v in x]
    spread = [(1 - label_smoothing) * v + label_smoothing / len(t) for v in t]
    value = -sum(q * log(p) for q, p in zip(spread, as_probabilities(x, given), strict=True) if q)
    if given == "scores":  # probabilities are their own normaliser: log Σ p = 0
        value += z_loss * sum(spread) * log(sum(exp(v) for v in x)) ** 2
    return value


def _poly_1(x, t, given, target_given, epsilon):
    return of_label(lambda p: -log(p) + epsilon * (1 - p), x, t, given)


def _brier(x, t, given, target_given):
    return sum((p - u) ** 2 for p, u in zip(as_probabilities(x, given), t, strict=True))


def _squentropy(x, t, given, target_given):
    square = sum(v**2 for v, u in zip(x, t, strict=True) if not u) / (len(x) - 1)
    return of_label(lambda p: -log(p), x, t, given) + square


ALL_GIVEN = ("scores", "probabilities", "log_probabilities")
CASES = {
    "cross_entropy": Case(
        (
            lm.CrossEntropy(),
            lm.CrossEntropy(label_smoothing=0.1),
            lm.CrossEntropy(z_loss=0.5),
            lm.CrossEntropy(soft_cap=30.0),
            lm.CrossEntropy(label_smoothing=0.1, z_loss=0.01, soft_cap=12.0),
        ),
        RowTextbook(cross_entropy, ALL_GIVEN),
        (
            Published(
                "documentation of sklearn.metrics.log_loss: 0.21616",
                lm.CrossEntropy(),
                [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]],
                [1, 0, 0, 1],
                0.2161618,
                {"given": "probabilities"},
            ),
            # by hand from the papers: two equal scores of log 4 have a logsumexp of log 8 = 2.0794415
            Published(
                "Chowdhery et al. (2022), 10⁻⁴·log²Z beside log 2",
                lm.CrossEntropy(z_loss=1e-4),
                [[math.log(4), math.log(4)]],
                [0],
                0.6931472 + 1e-4 * 4.3240771,
            ),
            # and 30·tanh(∓∞) = ∓30: log(1 + e⁶⁰) = 60
            Published("Gemma Team (2024), scores within ±30", lm.CrossEntropy(soft_cap=30.0), [[-1e9, 1e9]], [0], 60.0),
        ),
    ),
    "categorical_cross_entropy": Case(
        (
            lm.CategoricalCrossEntropy(),
            lm.CategoricalCrossEntropy(label_smoothing=0.3),
            lm.CategoricalCrossEntropy(z_loss=0.125, soft_cap=20.0),
        ),
        RowTextbook(cross_entropy, ALL_GIVEN),
        (
            Published(
                "documentation of keras.losses.CategoricalCrossentropy: 1.177",
                lm.CategoricalCrossEntropy(),
                KERAS,
                [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                1.1769392,
                {"given": "probabilities"},
            ),
        ),
    ),
    "sparse_categorical_cross_entropy": Case(
        (
            lm.SparseCategoricalCrossEntropy(),
            lm.SparseCategoricalCrossEntropy(label_smoothing=0.2),
            lm.SparseCategoricalCrossEntropy(z_loss=2.0),
        ),
        RowTextbook(cross_entropy, ALL_GIVEN),
        (
            Published(
                "documentation of keras.losses.SparseCategoricalCrossentropy: 1.177",
                lm.SparseCategoricalCrossEntropy(),
                KERAS,
                [1, 2],
                1.1769392,
                {"given": "probabilities"},
            ),
        ),
    ),
    "poly1": Case(
        tuple(lm.Poly1(epsilon=e) for e in (2.0, -1.0, 0.0, 0.5, 30.0)),
        RowTextbook(_poly_1, ALL_GIVEN),
        (
            # worked out to seven digits: p = 1/(1 + e⁻² + e⁻³) = 0.8437947
            Published(
                "tests of optax.losses.poly_loss_cross_entropy: 0.4823", lm.Poly1(), [[4, 2, 1.0]], [0], 0.4822567
            ),
            Published("the same, ε = −0.5: 0.0917", lm.Poly1(epsilon=-0.5), [[4, 2, 1.0]], [0], 0.0917434),
        ),
        # at ε = 2 the curvature of a sure, wrong class is p₁ − p₂ of the others: nothing is left of scores 0 and −1e-8
        rows=tuple((700.0, 0.0, -0.25) if row == (700.0, 0.0, -1e-8) else row for row in ROWS_OF_SCORES),
    ),
    "brier": Case(
        (lm.Brier(),),
        RowTextbook(_brier, ALL_GIVEN),
        (
            # worked out: (0.06 + 0.14 + 0.24)/3
            Published(
                "documentation of sklearn.metrics.brier_score_loss: 0.146",
                lm.Brier(),
                [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.2, 0.2, 0.6]],
                [0, 1, 2],
                0.44 / 3,
                {"given": "probabilities"},
            ),
        ),
        # at p = 1/3 the curvature of the true class is exactly 0: no rows of equal scores
        rows=((0.25, 0.0, 0.0), *(row for row in ROWS_OF_SCORES if max(map(abs, row)) > 1e-8)),
    ),
    "squentropy": Case(
        (lm.Squentropy(),),
        RowTextbook(_squentropy),
        (
            # by hand: log(1 + e⁻³ + e⁻¹·⁵) + (1 + ¼)/2
            Published("Hui et al. (2023), equation 1", lm.Squentropy(), [[2.0, -1.0, 0.5]], [0], 0.8663113),
        ),
    ),
}
