"""Words of a binary label t, from 0 to 1, and a score s: what σ(s) misses of it. A part of the alphabet in words.py."""

from __future__ import annotations

from lossmith.formula.terms import Term, Word
from lossmith.formula.words import _sympy, absolute, exp, expm1, log, log1p, power, sigmoid, tanh, times, where

__all__ = ["focus", "log_rest"]


def _stable_untouched(s: Term, t: Term) -> Term:
    """Over e^|s|, so that nothing overflows; the label that is missed outright (``far`` = 0) has e^|s| in both."""
    e, far = exp(-absolute(s)), where(s >= 0, 1 - t, t)
    return where(far > 0, e / (far + e + (1 - far) * e**2), 1 / (1 + e))


def _stable_lean(s: Term, t: Term) -> Term:
    e, far = exp(-absolute(s)), where(s >= 0, 1 - t, t)
    pull = where(far > 0, (far - (1 - far) * e**2) / (far + e + (1 - far) * e**2), -e / (1 + e))
    return where(s >= 0, pull, -pull)


log_rest: Word = Word(
    "log_rest",  # log_rest(q, rest) = log(1 − q), where rest is 1 − q by a way that does not cancel near q = 1
    slopes=(lambda q, rest: -1 / rest, lambda q, rest: Term(0)),
    stable=lambda q, rest: where(q <= 0.5, log1p(-q), log(rest)),
    textbook=lambda q, rest: _sympy().log(1 - q),
)
focus: Word = Word(
    "focus",  # focus(s, t, γ) = (1 − p_t)^γ, whose relative slope stays exact where it underflows
    slopes=(
        lambda s, t, exponent: exponent * focus(s, t, exponent) * (1 - 2 * t) * _untouched(s, t),
        lambda s, t, exponent: -times(exponent * tanh(s / 2), focus(s, t, exponent - 1)),
        lambda s, t, exponent: times(focus(s, t, exponent), log(focus(s, t, 1))),
    ),
    stable=lambda s, t, exponent: power(t * sigmoid(-s) + (1 - t) * sigmoid(s), exponent),
    textbook=lambda s, t, exponent: (t / (1 + _sympy().exp(s)) + (1 - t) / (1 + _sympy().exp(-s))) ** exponent,
    simplify=lambda s, t, exponent: _sympy().Integer(1) if exponent == 0 else None,
)
_untouched: Word = Word(
    "untouched",  # 1/D of D = 1 + t·e^(−s) + (1 − t)·eˢ: σ(s)·σ(−s) over what is missed
    slopes=(
        lambda s, t: -_lean(s, t) * _untouched(s, t),
        lambda s, t: times(_untouched(s, t) ** 2, expm1(s) - expm1(-s)),
    ),
    stable=_stable_untouched,
    textbook=lambda s, t: 1 / (1 + t * _sympy().exp(-s) + (1 - t) * _sympy().exp(s)),
)
_lean: Word = Word(
    "lean",  # ((1 − t)·eˢ − t·e^(−s))/D, the slope of log D
    slopes=(
        lambda s, t: 1 - _untouched(s, t) - _lean(s, t) ** 2,
        lambda s, t: times(_untouched(s, t), _lean(s, t) * (expm1(s) - expm1(-s)) - exp(s) - exp(-s)),
    ),
    stable=_stable_lean,
    textbook=lambda s, t: (
        ((1 - t) * _sympy().exp(s) - t * _sympy().exp(-s)) / (1 + t * _sympy().exp(-s) + (1 - t) * _sympy().exp(s))
    ),
)
