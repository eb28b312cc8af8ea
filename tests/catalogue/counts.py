"""Counts, and other targets of 0 or more."""

import itertools
import math

from scipy.optimize import brentq

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, Textbook, exp, log, mpf

RATES, COUNTS = [4.3, 8.2, 12.2], [1.4, 9.3, 2.2]
KERAS_RATES, KERAS_COUNTS = [[1.0, 1.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]]
TENSORFLOW = "documentation of tf.keras.losses.poisson (TensorFlow 2.1): rates 4.3, 8.2, 12.2"
KERAS = "documentation of keras.losses.Poisson: rates [[1, 1], [0, 0]]"


def _poisson(s, t, link):
    return exp(s) - t * s if link == "log" else s - (t * log(s) if t else 0)


def _negative_binomial(s, t, dispersion):
    mean = exp(s)
    return (t + 1 / dispersion) * log(1 + dispersion * mean) - t * s


def _zero_inflated_poisson(x, t, given, target_given):
    (s, a), (t,) = x, t
    inflation, rate = 1 / (1 + exp(-a)), exp(s)
    if t == 0:
        none = exp(-min(rate, mpf(10) ** 12))  # beyond, mpmath would want a digit of it for each digit of the rate
        return -log(inflation + (1 - inflation) * none)
    return -log(1 / (1 + exp(a))) + rate - t * s


def _rate_and_inflation(loss, y):
    """The rate of which the counts above 0 are those of a Poisson distribution without its 0; then the zeros left."""
    counted = y[y > 0]
    rate = brentq(lambda rate: rate / -math.expm1(-rate) - counted.mean(), 1e-9, y.max(), xtol=1e-14)
    inflation = 1 - len(counted) / len(y) / -math.expm1(-rate)
    return [math.log(rate), math.log(inflation / (1 - inflation))]


CASES = {
    "poisson": Case(
        (lm.Poisson(), lm.Poisson(link="identity")),
        Textbook({"scores": _poisson}),
        (
            Published(TENSORFLOW, lm.Poisson(), [math.log(v) for v in RATES], COUNTS, -0.8045559),
            Published(TENSORFLOW, lm.Poisson(link="identity"), RATES, COUNTS, -0.8045559),
            Published(KERAS, lm.Poisson(), [[0.0, 0.0], [-math.inf, -math.inf]], KERAS_COUNTS, 0.5),
            Published(KERAS, lm.Poisson(link="identity"), KERAS_RATES, KERAS_COUNTS, 0.5),
        ),
        targets=(0.0, 0.3, 2.5, 17.0, 1e4, 1e30),  # a count of 1 has a test of its own
        near=lambda t, link: (math.log(t or 1) if link == "log" else t or 1,),
    ),
    "negative_binomial": Case(
        tuple(lm.NegativeBinomial(dispersion=a) for a in (1.0, 0.3, 15.0, 1e-4, 1e-12, 1e-30)),
        Textbook({"scores": _negative_binomial}),
        (
            # P(t) = μᵗ/(1 + μ)ᵗ⁺¹ at α = 1: ½ and ⅛ of a mean of 1; 1/(1 + αμ)^(1/α) = ¼ of a zero at α = ½, μ = 2
            Published(
                "the geometric distribution, by hand",
                lm.NegativeBinomial(),
                [0.0, 0.0],
                [0.0, 2.0],
                2 * math.log(2),
            ),
            Published(
                "Cameron and Trivedi (1986), their NB2, by hand",
                lm.NegativeBinomial(dispersion=0.5),
                [math.log(2)],
                [0.0],
                math.log(4),
            ),
        ),
        near=lambda t, dispersion: (math.log(t or 1), -math.log(dispersion)),
    ),
    "zero_inflated_poisson": Case(
        (lm.ZeroInflatedPoisson(),),
        RowTextbook(_zero_inflated_poisson),
        (
            # of π = ½ and rate 1: −log((1 + 1/e)/2) of a 0, log 2 + 1 of a 3
            Published(
                "Lambert (1992), equation 1, by hand",
                lm.ZeroInflatedPoisson(),
                [[0.0, 0.0], [0.0, 0.0]],
                [0.0, 3.0],
                (math.log(2) - math.log(1 + math.exp(-1)) + math.log(2) + 1) / 2,
            ),
        ),
        rows=tuple(
            itertools.product(
                (-40.0, -17.0, -1.0, 1e-8, 0.3, 1.0, 7.0), (-800.0, -40.0, -3.0, -1e-8, 0.3, 7.0, 40.0, 800.0)
            )
        ),
        statistic=_rate_and_inflation,
    ),
}
