"""Amounts: targets above 0, or often 0."""

import math

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, exp, log

# of scikit-learn's documentation of its deviances; these are 2·(mean loss) less terms of the target
AMOUNTS, MEANS = [2.0, 0.5, 1.0, 4.0], [0.5, 0.5, 2.0, 2.0]


def _gamma(s, t, link):
    mean = exp(s) if link == "log" else s
    return log(mean) + t / mean


def _inverse_gaussian(s, t, link):
    mean = exp(s) if link == "log" else s
    return t / (2 * mean**2) - 1 / mean


def _tweedie(s, t, power):
    if power == 1:
        return exp(s) - 1 - t * s
    if power == 2:
        return s + t * (exp(-s) - 1)
    return (exp((2 - power) * s) - 1) / (2 - power) - t * (exp((1 - power) * s) - 1) / (1 - power)


def _around_the_target(t, link):
    return (math.log(t) if link == "log" else t,)


CASES = {
    "gamma": Case(
        (lm.Gamma(), lm.Gamma(link="identity")),
        Textbook({"scores": _gamma}),
        (
            Published(
                "documentation of sklearn.metrics.mean_gamma_deviance, 1.05685",
                lm.Gamma(link="identity"),
                MEANS,
                AMOUNTS,
                1.0568528194400546 / 2 + math.log(4) / 4 + 1,
            ),
        ),
        near=_around_the_target,
    ),
    "inverse_gaussian": Case(
        (lm.InverseGaussian(), lm.InverseGaussian(link="identity")),
        Textbook({"scores": _inverse_gaussian}),
        (
            # (t − μ)²/(2·μ²·t) = t/(2μ²) − 1/μ + 1/(2t), of t = 2 and μ = ½: 2.25 = 4 − 2 + 0.25
            Published(
                "Tweedie (1957), the density's exponent, by hand", lm.InverseGaussian(), [-math.log(2)], [2.0], 2.0
            ),
        ),
        near=_around_the_target,
    ),
    "tweedie": Case(
        tuple(lm.Tweedie(power=p) for p in (1.5, 1.0, 2.0, 1.1, 1.9, 1 + 1e-6, 2 - 1e-6, 1 + 1e-12, 2 - 1e-12)),
        Textbook({"scores": _tweedie}),
        (
            Published(
                "documentation of sklearn.metrics.mean_gamma_deviance, 1.05685",
                lm.Tweedie(power=2.0),
                [math.log(v) for v in MEANS],
                AMOUNTS,
                1.0568528194400546 / 2 + math.log(4) / 4 + 1 - 7.5 / 4,
            ),
        ),
        near=lambda t, power: (math.log(t or 1),),
    ),
}
