"""Likelihoods of several predictions an element."""

import itertools
import math

import numpy as np
from mpmath import besseli, cos, mpf, pi
from scipy import special
from scipy.optimize import brentq

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, exp, log

BY_HAND = "the definition, by hand"


def _gaussian(x, t, given, target_given):
    mean, log_scale = x
    return log_scale + ((t[0] - mean) / exp(log_scale)) ** 2 / 2


def _laplace(x, t, given, target_given):
    location, log_scale = x
    return log_scale + abs(t[0] - location) / exp(log_scale)


def _student_t(x, t, given, target_given, df):
    location, log_scale = x
    return log_scale + (df + 1) / 2 * log(1 + ((t[0] - location) / exp(log_scale)) ** 2 / df)


def _gaussian_kl(x, t, given, target_given):
    mean, log_variance = x
    return -(1 + log_variance - (mean - t[0]) ** 2 - exp(log_variance)) / 2


def _von_mises(x, t, given, target_given):
    direction, concentration = x[0], exp(x[1])
    if concentration < 1000:
        normaliser = log(besseli(0, concentration)) - concentration
    else:  # Abramowitz and Stegun (1964), 9.7.1: to 100 digits here
        term = total = mpf(1)
        for k in range(1, 60):
            term *= (2 * k - 1) ** 2 / (8 * k * concentration)
            total += term
        normaliser = log(total) - log(2 * pi * concentration) / 2
    return normaliser + concentration * (1 - cos(t[0] - direction))


def _moments(loss, y):
    return [y.mean(), math.log(y.std())]


def _circular_moments(loss, y):
    """The direction of the mean of all unit vectors, and κ of which I₁/I₀ is that mean's length."""
    east, north = np.cos(y).mean(), np.sin(y).mean()
    length = math.hypot(east, north)
    return [math.atan2(north, east), math.log(brentq(lambda k: special.i1e(k) / special.i0e(k) - length, 1e-9, 1e9))]


def _likeliest_t(loss, y):
    """By weights in turn, as Lange, Little and Taylor (1989) have it."""
    location, scale = np.median(y), y.std()
    for _ in range(2000):
        weight = (loss.df + 1) / (loss.df + ((y - location) / scale) ** 2)
        location = (weight * y).sum() / weight.sum()
        scale = math.sqrt((weight * (y - location) ** 2).mean())
    return [location, math.log(scale)]


CASES = {
    "gaussian_nll": Case(
        (lm.GaussianNLL(),),
        RowTextbook(_gaussian),
        (
            # log 2 + (3 − 1)²/(2·4), and 2²/2
            Published(
                BY_HAND,
                lm.GaussianNLL(),
                [[1.0, math.log(2)], [0.0, 0.0]],
                [3.0, 2.0],
                (math.log(2) + 0.5 + 2) / 2,
            ),
        ),
        statistic=_moments,
    ),
    "laplace_nll": Case(
        (lm.LaplaceNLL(),),
        RowTextbook(_laplace),
        (Published(BY_HAND, lm.LaplaceNLL(), [[1.0, math.log(2)]], [4.0], math.log(2) + 1.5),),
        statistic=lambda loss, y: [np.median(y), math.log(np.abs(y - np.median(y)).mean())],
    ),
    "student_t_nll": Case(
        tuple(lm.StudentTNLL(df=v) for v in (4.0, 1.0, 0.1, 1e6)),
        RowTextbook(_student_t),
        (
            # the Cauchy density 1/(π·(1 + t²)) at 1 and 3, without π
            Published(
                "the Cauchy distribution, by hand",
                lm.StudentTNLL(df=1.0),
                [[0.0, 0.0], [0.0, 0.0]],
                [1.0, 3.0],
                (math.log(2) + math.log(10)) / 2,
            ),
        ),
        statistic=_likeliest_t,
    ),
    "beta_nll": Case(
        tuple(lm.BetaNLL(beta=b) for b in (0.5, 0.0, 1.0, 0.9)),
        RowTextbook(
            lambda x, t, given, target_given, beta: _gaussian(x, t, given, target_given),
            held=lambda x, t, beta: exp(2 * beta * x[1]),
        ),
        (
            # σ^(2β)·(log σ + (t − mean)²/(2·σ²)) at σ = 2, β = ½ and an error of 2: 2·(log 2 + ½)
            Published(
                "Seitzer et al. (2022), equation 5, by hand",
                lm.BetaNLL(),
                [[1.0, math.log(2)]],
                [3.0],
                2 * math.log(2) + 1,
            ),
        ),
        statistic=_moments,
    ),
    "von_mises": Case(
        (lm.VonMises(),),
        RowTextbook(_von_mises),
        (
            # at the target and opposite to it, κ = 1: log I₀(1) ∓ 1
            Published(
                "Abramowitz and Stegun (1964), table 9.8: I₀(1)/e = 0.46575961",
                lm.VonMises(),
                [[0.3, 0.0], [0.3, 0.0]],
                [0.3, 0.3 + math.pi],
                math.log(0.46575961) + 1,
            ),
        ),
        rows=tuple(
            itertools.product(
                (-40.0, 0.3, 2.5, 7.0),
                (-40.0, -1.0, 1e-8, 0.25, 0.466, 1.0, 2.415, 3.39, 3.41, 7.0, 40.0),
            )
        ),
        # the curvature by log κ on the target itself is a difference of moments of size 1, with a zero of its own
        bound=(8.0, 12.0),
        statistic=_circular_moments,
    ),
    "gaussian_kl": Case(
        (lm.GaussianKL(),),
        RowTextbook(_gaussian_kl),
        (
            # (1 + log σ² − μ² − σ²)/2 of μ = 1, σ² = 1 and of μ = 0, σ² = 2
            Published(
                "Kingma and Welling (2014), appendix B, by hand",
                lm.GaussianKL(),
                [[1.0, 0.0], [0.0, math.log(2)]],
                [0.0, 0.0],
                (0.5 + (1 - math.log(2)) / 2) / 2,
            ),
        ),
        rows=tuple(
            (m, v) for m in (-40.0, 1e-8, 7.0, 1e30) for v in (-1e30, -40.0, -1.0, -1e-8, 1e-30, 0.9, 1.1, 40.0)
        ),
        statistic=lambda loss, y: [y.mean(), 0.0],
    ),
}
