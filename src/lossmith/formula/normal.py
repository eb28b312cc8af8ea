"""Words of the normal distribution: an error r beside a scale eᵘ, z = r·e⁻ᵘ. A part of the alphabet in words.py."""

from __future__ import annotations

import math

from lossmith.formula.terms import Term, Word
from lossmith.formula.words import _sympy, absolute, erf, exp, expm1, times, where

__all__ = ["normal_crps"]

_TWICE_PEAK = math.sqrt(2 / math.pi)  # 2·φ(0)
_AT_0 = (math.sqrt(2) - 1) / math.sqrt(math.pi)  # 2·φ(0) − 1/√π, which the sum of the two rounds


def _z(r: Term, u: Term) -> Term:
    return times(r, exp(-u))


def _bell(z: Term) -> Term:
    return exp(-(z**2) / 2)


def _stable_normal_crps(r: Term, u: Term) -> Term:
    """Beyond 9 scales the bell counts for nothing, and the scale itself may be 0."""
    z = _z(r, u)
    near = exp(u) * (_AT_0 + _TWICE_PEAK * expm1(-(z**2) / 2) + z * erf(z / math.sqrt(2)))
    return where(absolute(z) <= 9, near, absolute(r) - exp(u) / math.sqrt(math.pi))


normal_crps: Word = Word(
    "normal_crps",  # eᵘ·(z·(2·Φ(z) − 1) + 2·φ(z) − 1/√π)
    slopes=(lambda r, u: _normal_share(r, u), lambda r, u: _normal_spread(r, u)),
    stable=_stable_normal_crps,
    textbook=lambda r, u: (
        r * _sympy().erf(r * _sympy().exp(-u) / _sympy().sqrt(2))
        + (_sympy().sqrt(2) * _sympy().exp(-((r * _sympy().exp(-u)) ** 2) / 2) - 1)
        * _sympy().exp(u)
        / _sympy().sqrt(_sympy().pi)
    ),
)
_normal_share: Word = Word(
    "normal_share",  # 2·Φ(z) − 1
    slopes=(lambda r, u: _normal_density(r, u), lambda r, u: times(_normal_density(r, u), -r)),
    stable=lambda r, u: erf(_z(r, u) / math.sqrt(2)),
    textbook=lambda r, u: _sympy().erf(r * _sympy().exp(-u) / _sympy().sqrt(2)),
)
_normal_density: Word = Word(
    "normal_density",  # 2·φ(z)·e⁻ᵘ, whose factors overflow and vanish apart
    slopes=(
        lambda r, u: times(_normal_density(r, u), -_z(r, u) * exp(-u)),
        lambda r, u: times(_normal_density(r, u), _z(r, u) ** 2 - 1),
    ),
    stable=lambda r, u: where(absolute(_z(r, u)) < 1e15, _TWICE_PEAK * exp(-u - _z(r, u) ** 2 / 2), 0),
    textbook=lambda r, u: _sympy().Function("density")(r, u),
)
_normal_spread: Word = Word(
    "normal_spread",  # eᵘ·(2·φ(z) − 1/√π)
    slopes=(
        lambda r, u: times(_bell(_z(r, u)), -_TWICE_PEAK * _z(r, u)),
        lambda r, u: _normal_spread(r, u) + times(times(_bell(_z(r, u)), _TWICE_PEAK * _z(r, u) ** 2), exp(u)),
    ),
    stable=lambda r, u: exp(u) * (_AT_0 + _TWICE_PEAK * expm1(-(_z(r, u) ** 2) / 2)),
    textbook=lambda r, u: _sympy().Function("spread")(r, u),
)
