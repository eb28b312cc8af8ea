"""Words of a probability p, mostly by its logarithm y, which knows 1 − p = 1 − eʸ too. A part of the alphabet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lossmith.formula.special import _no_slope
from lossmith.formula.terms import Term, Word
from lossmith.formula.words import (
    _box_cox_slope_1,
    _sympy,
    absolute,
    box_cox,
    clip,
    exp,
    expm1,
    log,
    power,
    times,
    where,
)

__all__ = ["box_cox_step", "focal", "poly_log", "power_log", "taylor_log", "tempered_divergence"]


def _nothing(*_: Term) -> Term:
    return Term(0)


def _miss(y: Term) -> Term:
    return -expm1(y)


focal: Word = Word(
    "focal",  # −(1 − p)^γ·log p, whose slopes are finite at p = 1 as long as they are in truth
    slopes=(
        lambda y, gamma: -power(_miss(y), gamma) - gamma * times(exp(y), focal(y, gamma - 1)),
        lambda y, gamma: times(focal(y, gamma), log(_miss(y))),
    ),
    stable=lambda y, gamma: where(y < 0, -y / _miss(y), 1) * power(_miss(y), gamma + 1),
    textbook=lambda y, gamma: -((1 - _sympy().exp(y)) ** gamma) * y,
    simplify=lambda y, gamma: -y if gamma == 0 else None,
)
poly_log: Word = Word(
    "poly_log",  # −log p + ε·(1 − p) of ε ≥ −1
    slopes=(lambda y, epsilon: -_miss(y) - (1 + epsilon) * exp(y), lambda y, epsilon: _miss(y)),
    stable=lambda y, epsilon: where(epsilon < 0, box_cox_step(y, 0) + (1 + epsilon) * _miss(y), epsilon * _miss(y) - y),
    textbook=lambda y, epsilon: epsilon * (1 - _sympy().exp(y)) - y,
    simplify=lambda y, epsilon: -y if epsilon == 0 else None,
)
taylor_log: Word = Word(
    "taylor_log",  # Σ (1 − p)^k/k up to k = n, the first terms of −log p
    slopes=(lambda y, n: -_taylor_pull(y, n), _no_slope),
    stable=lambda y, n: _sum_of_powers(_miss(y), lambda k: 1 / Term(k), n),
    textbook=lambda y, n: _taylor_terms(1 - _sympy().exp(y), n),
)
_taylor_pull: Word = Word(
    "taylor_pull",  # 1 − (1 − p)^n
    slopes=(lambda y, n: n * exp(y) * power(_miss(y), n - 1), _no_slope),
    stable=lambda y, n: exp(y) * (1 + _sum_of_powers(_miss(y), lambda k: Term(1), n - 1)),
    textbook=lambda y, n: 1 - (1 - _sympy().exp(y)) ** n,
)


def _taylor_terms(miss: Any, n: Any) -> Any:
    """Written out where their number is known."""
    k = _sympy().Symbol("k", integer=True, positive=True)
    terms = _sympy().Sum(miss**k / k, (k, 1, n))
    return terms.doit() if n.is_number else terms


def _sum_of_powers(x: Term, coefficient: Callable[[int], Term], n: Term) -> Term:
    """Σ coefficient(k)·x^k from k = 1 to n."""
    total = Term(0)
    for k in range(int(n.expression), 0, -1):
        total = x * (coefficient(k) + total)
    return total


power_log: Word = Word(
    "power_log",  # (p^q − 1)/q, and log p at q = 0
    slopes=(lambda p, q: _power_ratio(p, q), lambda p, q: _box_cox_slope_1(log(p), q)),
    stable=lambda p, q: box_cox(log(p), q),
    textbook=lambda p, q: (p**q - 1) / q,
    simplify=lambda p, q: log(Term(p)).expression if q == 0 else None,
)
_power_ratio: Word = Word(
    "power_ratio",  # p^q/p; an exponent q − 1 is rounded, which costs digits at small p
    slopes=(lambda p, q: times(times(q - 1, _power_ratio(p, q)), 1 / p), lambda p, q: log(p) * _power_ratio(p, q)),
    stable=lambda p, q: where(p > 0, power(p, q) / p, power(p, q - 1)),
    textbook=lambda p, q: p ** (q - 1),
)
box_cox_step: Word = Word(
    "box_cox_step",  # box_cox(y, λ + 1) − box_cox(y, λ), which is about y²/2 near 0
    slopes=(
        lambda y, exponent: exp(times(exponent, y)) * expm1(y),
        lambda y, exponent: _box_cox_slope_1(y, exponent + 1) - _box_cox_slope_1(y, exponent),
    ),
    stable=lambda y, exponent: where(
        absolute(y) < 1, _near_step(clip(y, -1, 1), exponent), box_cox(y, exponent + 1) - box_cox(y, exponent)
    ),
    textbook=lambda y, exponent: (
        (_sympy().exp((exponent + 1) * y) - 1) / (exponent + 1) - (_sympy().exp(exponent * y) - 1) / exponent
    ),
)


def _near_step(y: Term, exponent: Term) -> Term:
    """With box_cox(y, λ) = y + λ·Q(λ), Q ≥ 0, the terms of first order are gone: Q(1) − λ·Q(λ) + λ·B(1)·B(λ)."""

    def second(of: Term) -> Term:
        return y * box_cox(y, of) - _box_cox_slope_1(y, of)

    one = Term(1)
    product = exponent * box_cox(y, one) * box_cox(y, exponent)
    return (second(one) - exponent * second(exponent) + product) / (1 + exponent)


# Of two temperatures --------------------------------------------------------------------------------------------------


def _stable_tempered_divergence(log_p: Term, slack: Term, t: Term, t1: Term, t2: Term) -> Term:
    """t^(1 + u)·step(log p − log t), u = 1 − t1; where p is large beside t, the same over p^(1 + u)."""
    u = 1 - t1
    z = where(t > 0, log(t) - log_p, -1e30)
    near = times(power(t, 1 + u), box_cox_step(-clip(z, low=-1), u))
    far = clip(z, high=-1)
    beyond = times(exp(far), box_cox(far, u)) - box_cox(far, 1 + u)
    tempered = where(z >= -1, near, _tempered_power(log_p, slack, 1 + u, t2) * beyond)
    return where(t1 >= 1, times(t, log(t) - log_p), tempered)


tempered_divergence: Word = Word(
    # t·(log_t1 t − log_t1 p) − (t^(2 − t1) − p^(2 − t1))/(2 − t1), with slack = p^(t2 − 1); at t1 = 1 the latter terms,
    # p − t, are left out: over a row they sum to 0
    "tempered_divergence",
    slopes=(
        lambda log_p, slack, t, t1, t2: where(
            t1 >= 1, -t, _tempered_power(log_p, slack, 1 - t1, t2) * _tempered_gap(log_p, slack, t, t2)
        ),
        _nothing,
        lambda log_p, slack, t, t1, t2: box_cox(log(t), 1 - t1) - box_cox(log_p, 1 - t1),
        _no_slope,
        _no_slope,
    ),
    stable=_stable_tempered_divergence,
    textbook=lambda log_p, slack, t, t1, t2: (
        t * (t ** (1 - t1) - _sympy().exp((1 - t1) * log_p)) / (1 - t1)
        - (t ** (2 - t1) - _sympy().exp((2 - t1) * log_p)) / (2 - t1)
    ),
)
_tempered_gap: Word = Word(
    "tempered_gap",  # p − t
    slopes=(
        lambda log_p, slack, t, t2: _tempered_power(log_p, slack, Term(1), t2),
        _nothing,
        lambda log_p, slack, t, t2: Term(-1),
        _no_slope,
    ),
    stable=lambda log_p, slack, t, t2: where(
        (t >= 1) & (t <= 1), expm1(log_p), _tempered_power(log_p, slack, Term(1), t2) - t
    ),
    textbook=lambda log_p, slack, t, t2: _sympy().exp(log_p) - t,
)
_tempered_power: Word = Word(
    "tempered_power",  # p^e; of a small p by the power that it is in a tempered softmax, as its logarithm lacks digits
    slopes=(
        lambda log_p, slack, e, t2: e * _tempered_power(log_p, slack, e, t2),
        _nothing,
        lambda log_p, slack, e, t2: times(_tempered_power(log_p, slack, e, t2), log_p),
        _no_slope,
    ),
    stable=lambda log_p, slack, e, t2: where(
        slack > 0.5, exp(times(e, log_p)), power(slack, e / where(t2 > 1, t2 - 1, 1))
    ),
    textbook=lambda log_p, slack, e, t2: _sympy().exp(e * log_p),
)
