"""Words of robust losses: a dip around 0, level or nearly so away from it. A part of the alphabet in words.py."""

from __future__ import annotations

from lossmith.formula.terms import Condition, Term, Word
from lossmith.formula.words import (
    _box_cox_slope_1,
    _cauchy_bell,
    _cauchy_pull,
    _hyperbola_pull,
    _sympy,
    absolute,
    box_cox,
    clip,
    exp,
    expm1,
    hyperbola,
    log1p_square,
    power,
    saturating_square,
    sqrt,
    times,
    where,
)

__all__ = ["barron", "biweight", "gauss_dip"]


gauss_dip: Word = Word(
    "gauss_dip",  # 1 − exp(−x²/2)
    slopes=(lambda x: times(_gauss(x), x),),
    stable=lambda x: -expm1(-(x**2) / 2),
    textbook=lambda x: 1 - _sympy().exp(-(x**2) / 2),
)
_gauss: Word = Word(
    "gauss",  # exp(−x²/2), before which every power of x is nothing
    slopes=(lambda x: -times(_gauss(x), x),),
    stable=lambda x: exp(-(x**2) / 2),
    textbook=lambda x: _sympy().exp(-(x**2) / 2),
)
biweight: Word = Word(
    "biweight",  # (1 − (1 − x²)³)/6 up to |x| = 1, then 1/6
    slopes=(lambda x: clip(x, -1, 1) * _within_1(x) ** 2,),
    stable=lambda x: _stable_biweight(clip(absolute(x), high=1) ** 2),
    textbook=lambda x: _sympy().Piecewise(((1 - (1 - x**2) ** 3) / 6, abs(x) <= 1), (_sympy().Rational(1, 6), True)),
)
_within_1: Word = Word(
    "within_1",  # 1 − x², but 0 beyond ±1
    slopes=(lambda x: where(absolute(x) < 1, -2 * x, 0),),
    stable=lambda x: clip(1 - absolute(x), low=0) * (1 + clip(absolute(x), high=1)),
    textbook=lambda x: _sympy().Max(0, 1 - x**2, evaluate=False),
)


def _stable_biweight(square: Term) -> Term:
    return square * (3 - square * (3 - square)) / 6


# Barron's loss of u, with b = 2 − α and v = u²/b: without a seam at α = 2, α = 0 and far below ------------------------


def _over_root(u: Term, alpha: Term) -> Term:
    """√v, or u itself at b = 0, where it matters no more."""
    return u / where(alpha < 2, sqrt(2 - alpha), 1)


def _log_weight(u: Term, alpha: Term) -> Term:
    """E = b/2·log(1 + v), which is u²/2 where b is so large that v could underflow."""
    x = _over_root(u, alpha)
    return where(absolute(x) < 1e-9, u**2 / 2, times((2 - alpha) / 2, log1p_square(x)))


def _stable_barron(u: Term, alpha: Term) -> Term:
    """The Box–Cox transform of e^E with exponent α/b; where that is steep, and at b = 0, by the power itself."""
    b, a, energy = 2 - alpha, absolute(u), _log_weight(u, alpha)
    bend = alpha / where(b > 0, b, 1)
    root = a * (1 + hyperbola(sqrt(b) / where(a > 0, a, 1)))  # √(b + u²)
    below_2 = clip(b, high=2)  # as it is where the power counts
    steep = (power(below_2, below_2 / 2) * power(root, alpha) - b) / where(alpha > 0, alpha, 1)
    return where((bend * energy > 1) | (b <= 0), steep, box_cox(energy, bend))


def _stable_barron_pull(u: Term, alpha: Term) -> Term:
    x = _over_root(u, alpha)
    far = _far(_hyperbola_pull(x), _cauchy_pull(x), x, alpha)
    return where(_is_near(x, alpha), u * exp(-_log_weight(u, alpha)), sqrt(2 - alpha) * far)


def _stable_barron_weight(u: Term, alpha: Term) -> Term:
    x = _over_root(u, alpha)
    root = 1 + hyperbola(x)
    far = where(alpha > 1, power(root, alpha - 2), _far(1 / root, _cauchy_bell(x), x, alpha))
    return where(_is_near(x, alpha), exp(-_log_weight(u, alpha)), far)


def _is_near(x: Term, alpha: Term) -> Condition:
    return (absolute(x) <= 1) | (alpha >= 2)


def _far(over_root: Term, over_square: Term, x: Term, alpha: Term) -> Term:
    """A numerator over (1 + x²)^(b/2), from what it is over √(1 + x²) and over 1 + x²; no exponent is rounded."""
    root = 1 + hyperbola(x)
    return where(alpha > 0.5, times(over_root, power(root, alpha - 1)), times(over_square, power(root, alpha)))


def _barron_by_alpha(u: Term, alpha: Term) -> Term:
    b, energy, x = 2 - alpha, _log_weight(u, alpha), _over_root(u, alpha)
    by_energy = exp(alpha / b * energy) * (saturating_square(x) - log1p_square(x)) / 2
    return by_energy + 2 * _box_cox_slope_1(energy, alpha / b) / b**2


barron: Word = Word(
    "barron",  # barron(u, α) = b/α·((1 + v)^(α/2) − 1)
    slopes=(lambda u, alpha: _barron_pull(u, alpha), _barron_by_alpha),
    stable=_stable_barron,
    textbook=lambda u, alpha: abs(alpha - 2) / alpha * ((u**2 / abs(alpha - 2) + 1) ** (alpha / 2) - 1),
)
_barron_pull: Word = Word(
    "barron_pull",  # u·(1 + v)^(−b/2)
    slopes=(
        lambda u, alpha: _barron_weight(u, alpha) * _barron_bend(_over_root(u, alpha), alpha),
        lambda u, alpha: _barron_pull(u, alpha) * _weight_by_alpha(u, alpha),
    ),
    stable=_stable_barron_pull,
    textbook=lambda u, alpha: u * (u**2 / abs(alpha - 2) + 1) ** (alpha / 2 - 1),
)
_barron_weight: Word = Word(
    "barron_weight",  # (1 + v)^(−b/2)
    slopes=(
        lambda u, alpha: -_barron_weight(u, alpha) * sqrt(2 - alpha) * _cauchy_pull(_over_root(u, alpha)),
        lambda u, alpha: _barron_weight(u, alpha) * _weight_by_alpha(u, alpha),
    ),
    stable=_stable_barron_weight,
    textbook=lambda u, alpha: (u**2 / abs(alpha - 2) + 1) ** (alpha / 2 - 1),
)


def _barron_bend(x: Term, alpha: Term) -> Term:
    return _cauchy_bell(x) + (alpha - 1) * saturating_square(x)


def _weight_by_alpha(u: Term, alpha: Term) -> Term:
    """∂(−E)/∂α."""
    x = _over_root(u, alpha)
    return (log1p_square(x) - saturating_square(x)) / 2
