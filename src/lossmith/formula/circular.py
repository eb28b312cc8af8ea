"""The words of directions: the circle, and the normaliser of von Mises' distribution on it."""

from __future__ import annotations

import math
from collections.abc import Callable

from lossmith.formula.terms import Term, Word
from lossmith.formula.words import _sympy, clip, exp, expm1, log, log1p, where

__all__ = ["cos", "log_scaled_bessel", "sin", "versine"]

sin: Word = Word("sin", slopes=(lambda x: cos(x),), textbook=lambda x: _sympy().sin(x))
cos: Word = Word("cos", slopes=(lambda x: -sin(x),), textbook=lambda x: _sympy().cos(x))
versine: Word = Word(
    "versine",  # 1 − cos x, which cancels near 0
    slopes=(sin,),
    stable=lambda x: 2 * sin(x / 2) ** 2,
    textbook=lambda x: 1 - _sympy().cos(x),
)

# The mean of e^(−κ·v) over the circle, v = 1 − cos θ, is I₀(κ)·e^(−κ). Up to a concentration κ of 30 a mean over 60
# points, two at each v, has all its digits, since the function is periodic; from there on 31 powers of 1/κ do.
LARGE = 30.0
POINTS = tuple(2 * math.sin(math.pi * (j + 0.5) / 60) ** 2 for j in range(30))


def _coefficients(count: int) -> tuple[float, ...]:
    """Of D = κ·(1 − I₁/I₀) in powers of 1/κ, from its own equation κ·D′ = κ·(1 − 2·D) + D²."""
    d = [0.5]
    for k in range(count - 1):
        d.append((k * d[k] + sum(d[i] * d[k - i] for i in range(k + 1))) / 2)
    return tuple(d)


SERIES = _coefficients(32)


def _in_series(c: Term, coefficients: list[float]) -> Term:
    """Σ coefficientₖ/κᵏ from k = 1 on."""
    inverse, total = exp(-clip(c, low=math.log(LARGE))), Term(0)
    for coefficient in reversed(coefficients):
        total = (total + coefficient) * inverse
    return total


def _around(c: Term, of: Callable[[Term, float], Term]) -> Term:
    """The mean of a function of the concentration κ and v over the circle."""
    concentration, total = exp(clip(c, high=math.log(LARGE))), Term(0)
    for v in POINTS:
        total = total + of(concentration, v)
    return total / len(POINTS)


def _moment(c: Term, order: int) -> Term:
    """The mean of vᵏ under weights e^(−κ·v)."""
    weights = _around(c, lambda concentration, v: exp(-concentration * v))
    return _around(c, lambda concentration, v: v**order * exp(-concentration * v)) / weights


def _stable_log_scaled_bessel(c: Term) -> Term:
    small = log1p(_around(c, lambda concentration, v: expm1(-concentration * v)))
    medium = log(_around(c, lambda concentration, v: exp(-concentration * v)))
    series = _in_series(c, [d / k for k, d in enumerate(SERIES) if k])
    large = series - (c + math.log(2 * math.pi)) / 2
    return where(c < 0, small, where(c < math.log(LARGE), medium, large))


def _stable_concentrating(c: Term) -> Term:
    concentration = exp(clip(c, high=math.log(LARGE)))
    return where(c < math.log(LARGE), concentration * _moment(c, 1), 0.5 + _in_series(c, list(SERIES[1:])))


def _stable_concentrating_slope(c: Term) -> Term:
    """κ·m₁ − κ²·(m₂ − m₁²), which cancels as κ grows, by Stein's equation for the moments m of v."""
    concentration = exp(clip(c, high=math.log(LARGE)))
    first, second, third = (_moment(c, k) for k in (1, 2, 3))
    beyond_half = (concentration * second - first) / 2
    exact = concentration * (first * beyond_half + second - concentration * third / 2)
    series = _in_series(c, [-k * d for k, d in enumerate(SERIES) if k])
    return where(c < math.log(LARGE), exact, series)


log_scaled_bessel: Word = Word(
    "log_scaled_bessel",  # log(I₀(κ)·e^(−κ)) of κ = eᶜ: 0 at κ = 0, about −log(2π·κ)/2 where it is large
    slopes=(lambda c: -_concentrating(c),),
    stable=_stable_log_scaled_bessel,
    textbook=lambda c: _sympy().log(_sympy().besseli(0, _sympy().exp(c))) - _sympy().exp(c),
)
_concentrating: Word = Word(
    "concentrating",  # D = κ·(1 − I₁(κ)/I₀(κ)), from 0 to ½
    slopes=(lambda c: _concentrating_slope(c),),
    stable=_stable_concentrating,
    textbook=lambda c: (
        _sympy().exp(c) * (1 - _sympy().besseli(1, _sympy().exp(c)) / _sympy().besseli(0, _sympy().exp(c)))
    ),
)
_concentrating_slope: Word = Word(
    "concentrating_slope",  # κ·(1 − 2·D) + D²
    slopes=(
        lambda c: exp(c) * (1 - 2 * _concentrating(c)) - 2 * (exp(c) - _concentrating(c)) * _concentrating_slope(c),
    ),
    stable=_stable_concentrating_slope,
    textbook=lambda c: _sympy().Function("D'")(c),
)
