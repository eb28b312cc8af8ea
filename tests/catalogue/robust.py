"""Robust regression."""

import math

from mpmath import exp, sqrt

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, log

HAND = "worked by hand from the definition"


def _biweight(x, t, scale):
    v = ((x - t) / scale) ** 2
    return scale**2 / 6 * (1 - (1 - v) ** 3) if v <= 1 else scale**2 / 6


def _wing(x, t, width, epsilon):
    r = abs(x - t)
    return width * log(1 + r / epsilon) if r < width else r - (width - width * log(1 + width / epsilon))


def _barron(x, t, alpha, scale):
    square = ((x - t) / scale) ** 2
    if alpha == 2:
        return square / 2
    if alpha == 0:
        return log(square / 2 + 1)
    b = abs(alpha - 2)
    return b / alpha * ((square / b + 1) ** (alpha / 2) - 1)


CASES = {
    "cauchy": Case(
        tuple(lm.Cauchy(scale=c) for c in (1.0, 0.3, 30.0)),
        Textbook({"scores": lambda x, t, scale: log(((x - t) / scale) ** 2 / 2 + 1)}),
        (
            Published(
                f"kornia.losses.cauchy_loss, log(½(x − y)² + 1), {HAND}: log 3, log 9",
                lm.Cauchy(),
                [2.0, -4.0],
                [0.0, 0.0],
                (math.log(3) + math.log(9)) / 2,
            ),
        ),
    ),
    "geman_mcclure": Case(
        tuple(lm.GemanMcClure(scale=c) for c in (1.0, 0.3, 30.0)),
        Textbook({"scores": lambda x, t, scale: 2 * ((x - t) / scale) ** 2 / (((x - t) / scale) ** 2 + 4)}),
        (
            Published(
                f"kornia.losses.geman_mcclure_loss, 2(x − y)²/((x − y)² + 4), {HAND}: 2/5, 1",
                lm.GemanMcClure(),
                [1.0, -2.0],
                [0.0, 0.0],
                0.7,
            ),
        ),
    ),
    "welsch": Case(
        tuple(lm.Welsch(scale=c) for c in (1.0, 0.3, 30.0)),
        Textbook({"scores": lambda x, t, scale: 1 - exp(-(((x - t) / scale) ** 2) / 2)}),
        (
            Published(
                f"kornia.losses.welsch_loss, 1 − exp(−½(x − y)²), {HAND}: exp(−½) = 0.606531, exp(−2) = 0.135335",
                lm.Welsch(),
                [1.0, -2.0],
                [0.0, 0.0],
                (2 - 0.6065306597 - 0.1353352832) / 2,
            ),
        ),
    ),
    "tukey": Case(
        tuple(lm.Tukey(scale=c) for c in (4.685, 1.0, 0.3, 30.0)),
        Textbook({"scores": _biweight}, lambda t, scale: (t - scale, t + scale)),
        (
            Published(
                f"Beaton and Tukey (1974), c = 4, {HAND}: 16/6·(1 − (15/16)³), 16/6·(1 − (3/4)³), 16/6",
                lm.Tukey(scale=4.0),
                [1.0, -2.0, 9.0],
                [0.0, 0.0, 0.0],
                (721 / 1536 + 37 / 24 + 8 / 3) / 3,
            ),
        ),
    ),
    "charbonnier": Case(
        tuple(lm.Charbonnier(epsilon=e) for e in (1e-3, 1.0, 30.0)),
        Textbook({"scores": lambda x, t, epsilon: sqrt((x - t) ** 2 + epsilon**2)}),
        (
            Published(
                f"Lai et al. (2017), √(x² + ε²), {HAND}: Pythagorean triples",
                lm.Charbonnier(epsilon=3.0),
                [4.0, -1.25],
                [0.0, 0.0],
                (5 + 3.25) / 2,
            ),
        ),
    ),
    "wing": Case(
        (
            lm.Wing(),
            lm.Wing(width=5.0, epsilon=0.5),
            lm.Wing(width=0.25, epsilon=2.0),
        ),
        Textbook({"scores": _wing}, lambda t, width, epsilon: (t - width, t, t + width)),
        (
            Published(
                f"Feng et al. (2018), ω = 10, ε = 2, {HAND}: 10·ln 1.5, 20 − 10 + 10·ln 6",
                lm.Wing(),
                [1.0, -20.0],
                [0.0, 0.0],
                (4.0546510811 + 27.9175946923) / 2,
            ),
        ),
    ),
    "barron": Case(
        tuple(
            lm.Barron(alpha=a, scale=c)
            for a, c in ((1, 1), (2, 1), (1.5, 0.3), (0.5, 0.3), (1e-9, 1), (0, 0.3), (-0.25, 1), (-2, 30), (-100, 1))
        ),
        Textbook({"scores": _barron}),
        (
            Published(
                f"Barron (2019), {HAND}: α = 1, √2 − 1",
                lm.Barron(),
                [1.0, -1.0],
                [0.0, 0.0],
                math.sqrt(2) - 1,
            ),
            Published(
                "the same, α = 3/2: ⅓·((2·4 + 1)^¾ − 1)",
                lm.Barron(alpha=1.5),
                2.0,
                0.0,
                (9**0.75 - 1) / 3,
            ),
        ),
        beyond=tuple(lm.Barron(alpha=a) for a in (2 - 1e-6, 2 - 2.0**-52, -1e-6, -1e12)),
    ),
}
