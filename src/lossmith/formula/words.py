"""The alphabet: every function that a formula may use, each with its slope and its stable evaluation.

Stability and speed are bought here, once, for every loss and every target. Kinks and removable points are a word's own
business: at a kink the slope is the subgradient nearest 0, and the second derivative of a kink is 0.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from lossmith.formula.terms import Term, Word, sympy_function

__all__ = [
    "abs",
    "absolute_power",
    "arctan",
    "both",
    "box_cox",
    "clip",
    "digamma",
    "erf",
    "exp",
    "expm1",
    "from_zero",
    "hyperbola",
    "inverse_power",
    "lgamma",
    "log",
    "log1mexp",
    "log1p",
    "log1p_square",
    "log_cosh",
    "log_sigmoid",
    "minus",
    "power",
    "saturating_square",
    "sech2",
    "sigmoid",
    "sign",
    "softplus",
    "sqrt",
    "square",
    "tanh",
    "times",
    "where",
]


def _sympy() -> Any:
    """SymPy, at the first use of a textbook definition."""
    import sympy

    return sympy


# Choices: the branch or factor that does not count never matters, not even by a NaN -----------------------------------


def _where_simplified(condition: Any, a: Any, b: Any) -> Any:
    if a == b or condition == _sympy().true:
        return a
    return b if condition == _sympy().false else None


def _times_simplified(weight: Any, value: Any) -> Any:
    if weight == 0 or value == 0:
        return _sympy().Integer(0)
    # p·(1/p), the slope of p·log p, is 1 at p = 0 too
    if weight.is_Number or value.is_Number or (weight.is_Symbol and not (weight * value).has(weight)):
        return weight * value
    # t/p² as (t/p)/p: the square alone overflows long before the quotient does
    steep = next((f for f in _sympy().Mul.make_args(value) if f.is_Pow and f.exp.is_Integer and f.exp < -1), None)
    if steep is None:
        return None
    once = 1 / steep.base
    return sympy_function(times)(sympy_function(times)(weight, once), value / once)


where: Word = Word(
    "where",  # where(condition, a, b): a where the condition holds, else b
    chain=lambda args, inner: where(args[0], inner[1], inner[2]),
    textbook=lambda condition, a, b: _sympy().Piecewise((a, condition), (b, True), evaluate=False),
    simplify=_where_simplified,
)
times: Word = Word(
    "times",  # times(weight, value): 0 where the weight is 0, whatever the value is
    chain=lambda args, inner: times(inner[0], args[1]) + times(args[0], inner[1]),
    textbook=lambda weight, value: weight * value,
    simplify=_times_simplified,
)
both: Word = Word(
    "both",  # both(a, b): their product, 0 where either is 0, whatever the other is
    chain=lambda args, inner: both(inner[0], args[1]) + both(args[0], inner[1]),
    stable=lambda a, b: where(absolute(b) > 0, times(a, b), 0 * b),
    textbook=lambda a, b: a * b,
    simplify=_times_simplified,
)
minus: Word = Word(
    "minus",  # minus(a, b): ∞ where a is, whatever b is; so eˣ − x is no NaN at x = ∞
    chain=lambda args, inner: inner[0] - inner[1],
    textbook=lambda a, b: a - b,
    simplify=lambda a, b: a - b if a.is_Number or b.is_Number else None,
)
from_zero: Word = Word(
    "from_zero",  # from_zero(x, value): value where x ≥ 0, else NaN: there the formula means nothing
    chain=lambda args, inner: from_zero(args[0], inner[1]),
    stable=lambda x, value: where(x >= 0, value, log(x)),
    textbook=lambda x, value: value,
)
_at_least: Word = Word(
    "at_least",
    slopes=(lambda x, low: where(x <= low, 0, 1), lambda x, low: where(x <= low, 1, 0)),
    stable=lambda x, low: where(x <= low, low, x),
    textbook=lambda x, low: _sympy().Max(low, x, evaluate=False),
)
_at_most: Word = Word(
    "at_most",
    slopes=(lambda x, high: where(x >= high, 0, 1), lambda x, high: where(x >= high, 1, 0)),
    stable=lambda x, high: where(x >= high, high, x),
    textbook=lambda x, high: _sympy().Min(high, x, evaluate=False),
)


def clip(x: Term | float, low: Term | float | None = None, high: Term | float | None = None) -> Term:
    """``x`` held between ``low`` and ``high``; the slope is 0 at a bound and beyond it."""
    x = Term(x)
    if low is not None:
        x = _at_least(x, low)
    return x if high is None else _at_most(x, high)


sign: Word = Word("sign", slopes=(lambda x: Term(0),), textbook=lambda x: _sympy().sign(x))
absolute: Word = Word(
    "abs",
    slopes=(sign,),
    textbook=lambda x: _sympy().Abs(x),
    simplify=lambda x: sympy_function(absolute)(-x) if x.is_Mul and x.args[0].is_negative else None,
)
abs = absolute  # the name that formulas use; Python's own abs(term) comes here too

# Powers and logarithms ------------------------------------------------------------------------------------------------

exp: Word = Word(
    "exp",
    slopes=(lambda x: exp(x),),
    textbook=lambda x: _sympy().exp(x),
    simplify=lambda x: _sympy().Integer(1) if x == 0 else None,
)
expm1: Word = Word("expm1", slopes=(lambda x: exp(x),), textbook=lambda x: _sympy().exp(x) - 1)
log: Word = Word("log", slopes=(lambda x: 1 / x,), textbook=lambda x: _sympy().log(x))
log1p: Word = Word("log1p", slopes=(lambda x: 1 / (1 + x),), textbook=lambda x: _sympy().log(1 + x))
sqrt: Word = Word("sqrt", slopes=(lambda x: 1 / (2 * sqrt(x)),), textbook=lambda x: _sympy().sqrt(x))
power: Word = Word(
    "power",  # SymPy's own slope of u**γ, γ·u**γ·u′/u, is NaN at u = 0
    slopes=(
        lambda u, exponent: exponent * power(u, exponent - 1),
        lambda u, exponent: times(power(u, exponent), log(u)),
    ),
    textbook=lambda u, exponent: u**exponent,
    simplify=lambda u, exponent: u**exponent if exponent in (0, 1) else None,
)
absolute_power: Word = Word(
    "absolute_power",  # |x|**γ of γ ≥ 1, whose second slope at 0 is that of x² where γ is 2
    slopes=(
        lambda x, exponent: exponent * _signed_power(x, exponent - 1),
        lambda x, exponent: times(absolute_power(x, exponent), log(absolute(x))),
    ),
    stable=lambda x, exponent: power(absolute(x), exponent),
    textbook=lambda x, exponent: _sympy().Abs(x) ** exponent,
    simplify=lambda x, exponent: sympy_function(absolute)(x) if exponent == 1 else None,
)
_signed_power: Word = Word(
    "signed_power",  # sign(x)·|x|**γ
    slopes=(
        lambda x, exponent: exponent * absolute_power(x, exponent - 1),
        lambda x, exponent: times(_signed_power(x, exponent), log(absolute(x))),
    ),
    stable=lambda x, exponent: sign(x) * power(absolute(x), exponent),
    textbook=lambda x, exponent: _sympy().sign(x) * _sympy().Abs(x) ** exponent,
    simplify=lambda x, exponent: sympy_function(sign)(x) if exponent == 0 else None,
)
inverse_power: Word = Word(
    "inverse_power",  # u^(−q) of u > 0, whose slope needs no exponent −q − 1: rounded, it would cost digits at large u
    slopes=(
        lambda u, q: -q * inverse_power(u, q) / u,
        lambda u, q: -log(u) * inverse_power(u, q),
    ),
    stable=lambda u, q: power(u, -q),
    textbook=lambda u, q: u**-q,
)
square: Word = Word(
    "square",  # x², whose slope is 0 wherever that of x is, even at x = ∞
    chain=lambda args, inner: times(inner[0], 2 * args[0]),
    stable=lambda x: x**2,
    textbook=lambda x: x**2,
)
log1mexp: Word = Word(
    "log1mexp",  # log(1 − eˣ) of x < 0: log(1 − p) from log p
    slopes=(lambda x: -_odds(x),),
    stable=lambda x: where(x > -math.log(2), log(-expm1(x)), log1p(-exp(x))),
    textbook=lambda x: _sympy().log(1 - _sympy().exp(x)),
)

_odds: Word = Word(
    "odds",  # p / (1 − p) from log p
    slopes=(lambda x: _odds(x) * (1 + _odds(x)),),
    stable=lambda x: exp(x) / absolute(expm1(x)),
    textbook=lambda x: _sympy().exp(x) / (1 - _sympy().exp(x)),
)


def _box_cox_slope_1(y: Term, exponent: Term) -> Term:
    return _box_cox_slope(1)(y, exponent)


box_cox: Word = Word(
    "box_cox",  # box_cox(y, λ) = (e^(λ·y) − 1)/λ, the Box–Cox transform of eʸ; y itself at λ = 0
    slopes=(lambda y, exponent: exp(times(exponent, y)), _box_cox_slope_1),  # 1 at λ = 0, even where y is ∞
    stable=lambda y, exponent: where(  # where λ·y would lose digits by underflow, it does not count
        absolute(exponent * y) > 1e-18, expm1(exponent * y) / where(absolute(exponent) > 0, exponent, 1), y
    ),
    textbook=lambda y, exponent: (_sympy().exp(exponent * y) - 1) / exponent,
    simplify=lambda y, exponent: y if exponent == 0 else None,
)


@functools.cache
def _box_cox_slope(order: int) -> Word:
    """The derivative of box_cox by λ: ∫ sⁿ·e^(λ·s) ds from 0 to y, a power series around λ·y = 0."""

    def stable(y: Term, exponent: Term) -> Term:
        u = clip(exponent * y, -1, 1)
        series = Term(0)
        for k in reversed(range(20)):
            series = 1 / Term(order + 1 + k) + series * u / (k + 1)
        within = y ** (order + 1) * series
        lower = box_cox if order == 1 else _box_cox_slope(order - 1)
        divisor = where(absolute(exponent * y) > 1, exponent, 1)
        beyond = (y**order * exp(exponent * y) - order * lower(y, exponent)) / divisor
        return where(absolute(exponent * y) > 1, beyond, within)

    return Word(
        f"box_cox_slope_{order}",
        slopes=(lambda y, exponent: y**order * exp(exponent * y), _box_cox_slope(order + 1)) if order < 4 else (),
        stable=stable,
        textbook=lambda y, exponent: _sympy().Function(f"E_{order}")(y, exponent),
    )


# Functions of 1 + x², whose square must not overflow ------------------------------------------------------------------


def _either_side_of_1(x: Term, inner: Callable[[Term], Term], outer: Callable[[Term], Term]) -> Term:
    """``inner`` of |x| ≤ 1, ``outer`` of the rest; what is not taken is evaluated at 1."""
    a = absolute(x)
    return where(a <= 1, inner(clip(a, high=1)), outer(clip(a, low=1)))


log1p_square: Word = Word(
    "log1p_square",  # log(1 + x²)
    slopes=(lambda x: 2 * _cauchy_pull(x),),
    stable=lambda x: _either_side_of_1(x, lambda a: log1p(a**2), lambda a: 2 * log(a) + log1p((1 / a) ** 2)),
    textbook=lambda x: _sympy().log(1 + x**2),
)
_cauchy_pull: Word = Word(
    "cauchy_pull",  # x/(1 + x²); its own slope is (1 − x²)/(1 + x²)²
    slopes=(lambda x: _cauchy_bell(x) * (_cauchy_bell(x) - saturating_square(x)),),
    stable=lambda x: _either_side_of_1(x, lambda a: a / (1 + a**2), lambda a: 1 / a / (1 + (1 / a) ** 2)) * sign(x),
    textbook=lambda x: x / (1 + x**2),
)
_cauchy_bell: Word = Word(
    "cauchy_bell",  # 1/(1 + x²)
    slopes=(lambda x: -2 * _cauchy_pull(x) * _cauchy_bell(x),),
    stable=lambda x: _either_side_of_1(x, lambda a: 1 / (1 + a**2), lambda a: (1 / a) ** 2 / (1 + (1 / a) ** 2)),
    textbook=lambda x: 1 / (1 + x**2),
)
arctan: Word = Word("arctan", slopes=(lambda x: _cauchy_bell(x),), textbook=lambda x: _sympy().atan(x))
saturating_square: Word = Word(
    "saturating_square",  # x²/(1 + x²)
    slopes=(lambda x: 2 * _cauchy_pull(x) * _cauchy_bell(x),),
    stable=lambda x: _either_side_of_1(x, lambda a: a**2 / (1 + a**2), lambda a: 1 / (1 + (1 / a) ** 2)),
    textbook=lambda x: x**2 / (1 + x**2),
)
hyperbola: Word = Word(
    "hyperbola",  # √(1 + x²) − 1, which cancels near 0
    slopes=(lambda x: _hyperbola_pull(x),),
    stable=lambda x: _either_side_of_1(
        x, lambda a: a**2 / (1 + sqrt(1 + a**2)), lambda a: a * sqrt(1 + (1 / a) ** 2) - 1
    ),
    textbook=lambda x: _sympy().sqrt(1 + x**2) - 1,
)
_hyperbola_pull: Word = Word(
    "hyperbola_pull",  # x/√(1 + x²); its own slope is (1 + x²)^(−3/2)
    slopes=(lambda x: _hyperbola_bell(x),),
    stable=lambda x: _either_side_of_1(x, lambda a: a / sqrt(1 + a**2), lambda a: 1 / sqrt(1 + (1 / a) ** 2)) * sign(x),
    textbook=lambda x: x / _sympy().sqrt(1 + x**2),
)
_hyperbola_bell: Word = Word(
    "hyperbola_bell",  # (1 + x²)^(−3/2)
    slopes=(lambda x: -3 * _cauchy_pull(x) * _hyperbola_bell(x),),
    stable=lambda x: _either_side_of_1(
        x,
        lambda a: 1 / ((1 + a**2) * sqrt(1 + a**2)),
        lambda a: (1 / a) ** 3 / ((1 + (1 / a) ** 2) * sqrt(1 + (1 / a) ** 2)),
    ),
    textbook=lambda x: (1 + x**2) ** _sympy().Rational(-3, 2),
)

# The logistic and the hyperbolic family -------------------------------------------------------------------------------


def _stable_sigmoid(x: Term) -> Term:
    e = exp(-absolute(x))
    return where(x >= 0, 1, e) / (1 + e)


def _stable_bell(x: Term) -> Term:
    e = exp(-absolute(x))
    return e / (1 + e) ** 2


def _stable_log_cosh(x: Term) -> Term:
    """|x| + log(1 + e^(−2|x|)) − log 2 cancels near 0, where log(1 + 2·sinh²(x/2)) does not."""
    a = absolute(x)
    half = expm1(clip(a, high=1) / 2)
    sinh = (half + half / (1 + half)) / 2
    return where(a <= 1, log1p(2 * sinh**2), a + (log1p(exp(-2 * a)) - math.log(2)))


def _stable_sech2(x: Term) -> Term:
    e = exp(-2 * absolute(x))
    return 4 * e / (1 + e) ** 2


sigmoid: Word = Word(
    "sigmoid",
    slopes=(lambda x: _bell(x),),
    stable=_stable_sigmoid,
    textbook=lambda x: 1 / (1 + _sympy().exp(-x)),
)
_bell: Word = Word(
    "bell",  # the slope of the sigmoid, p·(1 − p); its own slope p·(1 − p)·(1 − 2p) cancels around 0 if written so
    slopes=(lambda x: -tanh(x / 2) * _bell(x),),
    stable=_stable_bell,
    textbook=lambda x: _sympy().exp(-x) / (1 + _sympy().exp(-x)) ** 2,
)
softplus: Word = Word(
    "softplus",  # log(1 + eˣ)
    slopes=(sigmoid,),
    stable=lambda x: clip(x, low=0) + log1p(exp(-absolute(x))),
    textbook=lambda x: _sympy().log(1 + _sympy().exp(x)),
)
log_sigmoid: Word = Word(
    "log_sigmoid",
    slopes=(lambda x: sigmoid(-x),),
    stable=lambda x: -softplus(-x),
    textbook=lambda x: -_sympy().log(1 + _sympy().exp(-x)),
)
tanh: Word = Word("tanh", slopes=(lambda x: sech2(x),), textbook=lambda x: _sympy().tanh(x))
sech2: Word = Word(
    "sech2",  # 1 − tanh²x, which cancels in the tails
    slopes=(lambda x: -2 * tanh(x) * sech2(x),),
    stable=_stable_sech2,
    textbook=lambda x: 1 - _sympy().tanh(x) ** 2,
)
log_cosh: Word = Word(
    "log_cosh",
    slopes=(tanh,),
    stable=_stable_log_cosh,
    textbook=lambda x: _sympy().log(_sympy().cosh(x)),
)

# Special functions ----------------------------------------------------------------------------------------------------

erf: Word = Word(
    "erf",
    slopes=(lambda x: 2 / math.sqrt(math.pi) * exp(-(x**2)),),
    textbook=lambda x: _sympy().erf(x),
)
lgamma: Word = Word("lgamma", slopes=(lambda x: digamma(x),), textbook=lambda x: _sympy().log(_sympy().gamma(x)))
digamma: Word = Word("digamma", slopes=(lambda x: _trigamma(x),), textbook=lambda x: _sympy().Function("psi")(x))
_trigamma: Word = Word("trigamma", textbook=lambda x: _sympy().Function("psi_1")(x))
