"""Words of two numbers side by side, whose difference must not cancel. A part of the alphabet in words.py."""

from __future__ import annotations

from lossmith.formula.terms import Term, Word
from lossmith.formula.words import _sympy, absolute, log1p, sign, times, where

__all__ = ["log1p_gap", "relative_gap"]


def _stable_log1p_gap(a: Term, b: Term) -> Term:
    """From the smaller one up: log1p of a number above 0 loses no digit."""
    return sign(a - b) * log1p(absolute(a - b) / (1 + where(a < b, a, b)))


def _stable_relative_gap(a: Term, b: Term) -> Term:
    """The ratio of the smaller to the larger serves infinite numbers too."""
    small, large = (where(absolute(a) < absolute(b), x, y) for x, y in ((a, b), (b, a)))
    ratio = absolute(small / large)
    same_sign = where(ratio > 0.5, absolute(a - b) / (absolute(a) + absolute(b)), (1 - ratio) / (1 + ratio))
    return where(sign(a) * sign(b) > 0, same_sign, sign(absolute(a) + absolute(b)))


def _stable_relative_pull(a: Term, b: Term) -> Term:
    total = absolute(a) + absolute(b)
    return where(sign(a) * sign(b) > 0, sign(a - b) * times(2 * absolute(b), total**-2), 0)


log1p_gap: Word = Word(
    "log1p_gap",  # log(1 + a) − log(1 + b) of a, b > −1
    slopes=(lambda a, b: 1 / (1 + a), lambda a, b: -1 / (1 + b)),
    stable=_stable_log1p_gap,
    textbook=lambda a, b: _sympy().log(1 + a) - _sympy().log(1 + b),
)
relative_gap: Word = Word(
    "relative_gap",  # |a − b|/(|a| + |b|), and 0 where both are 0
    slopes=(lambda a, b: _relative_pull(a, b), lambda a, b: _relative_pull(b, a)),
    stable=_stable_relative_gap,
    textbook=lambda a, b: _sympy().Abs(a - b) / (_sympy().Abs(a) + _sympy().Abs(b)),
)
_relative_pull: Word = Word(
    "relative_pull",  # ±2·|b|/(|a| + |b|)² of numbers of one sign; of two signs the gap is 1 all over
    slopes=(
        lambda a, b: times(_relative_pull(a, b), -2 * sign(a) / (absolute(a) + absolute(b))),
        lambda a, b: where(sign(a) * sign(b) > 0, times(2 * relative_gap(a, b), (absolute(a) + absolute(b)) ** -2), 0),
    ),
    stable=_stable_relative_pull,
    textbook=lambda a, b: _sympy().Function("g_a")(a, b),
)
