"""The words of likelihoods: as those of ``words``, each with its slope and its stable evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from lossmith.errors import DefinitionError
from lossmith.formula.terms import Term, Word
from lossmith.formula.words import (
    _sympy,
    absolute,
    clip,
    exp,
    expm1,
    log,
    log1p,
    minus,
    sigmoid,
    sign,
    softplus,
    times,
    where,
)

__all__ = ["exp_excess", "held", "negative_binomial", "ratio_and_inverse", "ratio_and_log", "student", "zero_inflated"]


def _no_slope(*_: Term) -> NoReturn:
    raise DefinitionError("no slope by the shape of the distribution, a hyper-parameter, is known")


held: Word = Word(
    "held",  # held(x): x, whose slope counts as 0: a weight that is computed and not learnt
    slopes=(lambda x: Term(0),),
    stable=lambda x: x,
    textbook=lambda x: _sympy().Function("held")(x),
)


def _stable_exp_excess(x: Term) -> Term:
    u, series = clip(x, -1, 1), Term(0)
    for k in reversed(range(3, 21)):
        series = (1 + series) * u / k
    return where(absolute(x) <= 1, u**2 * (1 + series) / 2, minus(expm1(x), x))


exp_excess: Word = Word(
    "exp_excess",  # eˣ − 1 − x, which cancels near 0
    slopes=(expm1,),
    stable=_stable_exp_excess,
    textbook=lambda x: _sympy().exp(x) - 1 - x,
)

# An error r in units of a scale eᵘ, z = r·e⁻ᵘ, which overflows long before what is made of it -------------------------


def _either_side_of_the_scale(r: Term, u: Term, inner: Callable[[Term], Term], outer: Callable[[Term], Term]) -> Term:
    """``inner`` of z where |z| ≤ 1, else ``outer`` of 1/|z|."""
    z = times(r, exp(-u))
    return where(absolute(z) <= 1, inner(z), outer(exp(u) / absolute(r)))


student: Word = Word(
    "student",  # u + (ν + 1)/2·log(1 + z²)
    slopes=(lambda r, u, v: (v + 1) * _student_pull(r, u), lambda r, u, v: _student_spread(r, u, v), _no_slope),
    stable=lambda r, u, v: minus(
        (v + 1)
        / 2
        * _either_side_of_the_scale(r, u, lambda z: log1p(z**2), lambda w: 2 * (log(absolute(r)) - u) + log1p(w**2)),
        -u,
    ),
    textbook=lambda r, u, v: u + (v + 1) / 2 * _sympy().log(1 + (r * _sympy().exp(-u)) ** 2),
)
_student_pull: Word = Word(
    "student_pull",  # r/(e²ᵘ + r²); its own slope by r is (1 − z²)/(1 + z²) times the bell
    slopes=(
        lambda r, u: _student_spread(r, u, 1) * _student_bell(r, u),
        lambda r, u: -2 * _student_edge(r, u) * exp(u) * _student_bell(r, u),
    ),
    stable=lambda r, u: _either_side_of_the_scale(
        r, u, lambda z: z * exp(-u) / (1 + z**2), lambda w: 1 / r / (1 + w**2)
    ),
    textbook=lambda r, u: r / (_sympy().exp(2 * u) + r**2),
)
_student_bell: Word = Word(
    "student_bell",  # 1/(e²ᵘ + r²)
    slopes=(
        lambda r, u: -2 * _student_pull(r, u) * _student_bell(r, u),
        lambda r, u: -2 * exp(2 * u) * _student_bell(r, u) ** 2,
    ),
    stable=lambda r, u: _either_side_of_the_scale(
        r, u, lambda z: exp(-u) / (1 + z**2) * exp(-u), lambda w: (1 / r) ** 2 / (1 + w**2)
    ),
    textbook=lambda r, u: 1 / (_sympy().exp(2 * u) + r**2),
)
_student_spread: Word = Word(
    "student_spread",  # (1 − ν·z²)/(1 + z²), which is 1 − (ν + 1)·z²/(1 + z²) without cancellation
    slopes=(
        lambda r, u, v: -2 * (v + 1) * _student_edge(r, u) * exp(u) * _student_bell(r, u),
        lambda r, u, v: times(2 * (v + 1) * _student_edge(r, u), _student_edge(r, u)),
        _no_slope,
    ),
    stable=lambda r, u, v: _either_side_of_the_scale(
        r, u, lambda z: (1 - v * z**2) / (1 + z**2), lambda w: (w**2 - v) / (1 + w**2)
    ),
    textbook=lambda r, u, v: (1 - v * (r * _sympy().exp(-u)) ** 2) / (1 + (r * _sympy().exp(-u)) ** 2),
)
_student_edge: Word = Word(
    "student_edge",  # z/(1 + z²) = r·eᵘ/(e²ᵘ + r²)
    slopes=(
        lambda r, u: _student_spread(r, u, 1) * exp(u) * _student_bell(r, u),
        lambda r, u: -_student_edge(r, u) * _student_spread(r, u, 1),
    ),
    stable=lambda r, u: _either_side_of_the_scale(r, u, lambda z: z / (1 + z**2), lambda w: w / (1 + w**2) * sign(r)),
    textbook=lambda r, u: r * _sympy().exp(u) / (_sympy().exp(2 * u) + r**2),
)

# Costs of a positive mean s -------------------------------------------------------------------------------------------


def _unmet(s: Term, t: Term) -> Term:
    """(1 − t/s)/s. The derivative that SymPy makes, 1/s − t/s², is ∞ − ∞ near 0."""
    return times(1 - t / s, 1 / s)


ratio_and_log: Word = Word(
    "ratio_and_log",  # t/s + log s, least at s = t
    slopes=(_unmet, lambda s, t: 1 / s),
    stable=lambda s, t: minus(times(t, 1 / s), -log(s)),
    textbook=lambda s, t: t / s + _sympy().log(s),
)
ratio_and_inverse: Word = Word(
    "ratio_and_inverse",  # t/(2s²) − 1/s, least at s = t
    slopes=(lambda s, t: times(_unmet(s, t), 1 / s), lambda s, t: times(1 / s, 1 / s) / 2),
    stable=lambda s, t: times(times(t, 1 / s) / 2 - 1, 1 / s),
    textbook=lambda s, t: t / (2 * s**2) - 1 / s,
)

# Counts of mean μ = eˢ and variance μ + α·μ² --------------------------------------------------------------------------


def _stable_negative_binomial(s: Term, t: Term, a: Term) -> Term:
    """log(1 + α·μ)/α − t·log(μ/(1 + α·μ)), whose first term is μ where α·μ is nothing beside 1."""
    u, v = a * exp(s), exp(-s) / a
    small = minus(where(u > 1e-18, log1p(u) / a, exp(s)), times(t, s - log1p(u)))
    large = minus((s + log(a) + log1p(v)) / a, times(t, -log(a) - log1p(v)))
    return where(u <= 1, small, large)


negative_binomial: Word = Word(
    "negative_binomial",  # (t + 1/α)·log(1 + α·μ) − t·s, least at μ = t
    slopes=(lambda s, t, a: _dispersed_pull(s, t, a), lambda s, t, a: log1p(a * exp(s)) - s, _no_slope),
    stable=_stable_negative_binomial,
    textbook=lambda s, t, a: (t + 1 / a) * _sympy().log(1 + a * _sympy().exp(s)) - t * s,
)
_dispersed_pull: Word = Word(
    "dispersed_pull",  # (μ − t)/(1 + α·μ)
    slopes=(
        lambda s, t, a: times(1 + a * t, _saturating(s, a)) * _remaining(s, a),
        lambda s, t, a: -_remaining(s, a),
        _no_slope,
    ),
    stable=lambda s, t, a: _saturating(s, a) - times(t, _remaining(s, a)),
    textbook=lambda s, t, a: (_sympy().exp(s) - t) / (1 + a * _sympy().exp(s)),
)
_saturating: Word = Word(
    "saturating",  # μ/(1 + α·μ)
    slopes=(lambda s, a: _saturating(s, a) * _remaining(s, a), _no_slope),
    stable=lambda s, a: where(s > 0, 1 / (exp(-s) + a), exp(s) / (1 + a * exp(s))),
    textbook=lambda s, a: _sympy().exp(s) / (1 + a * _sympy().exp(s)),
)
_remaining: Word = Word(
    "remaining",  # 1/(1 + α·μ)
    slopes=(lambda s, a: -a * _saturating(s, a) * _remaining(s, a), _no_slope),
    stable=lambda s, a: where(s > 0, exp(-s) / (exp(-s) + a), 1 / (1 + a * exp(s))),
    textbook=lambda s, a: 1 / (1 + a * _sympy().exp(s)),
)

# Counts of rate μ = eˢ, or no counts at all with log-odds a; z = a + μ are the log-odds of that after a 0 -------------


def _stable_zero_inflated(s: Term, a: Term) -> Term:
    """−log(π + (1 − π)·e^(−μ)), by what of the two is small."""
    rate, z = exp(s), a + exp(s)
    missing = sigmoid(-a) * expm1(-rate)  # −(1 − the probability of a 0)
    large = where(
        z < 0, rate - log1p(sigmoid(-a) * (exp(clip(z, high=0)) - exp(clip(a, high=0)))), softplus(-a) - softplus(-z)
    )
    return where(missing > -0.5, -log1p(missing), large)


zero_inflated: Word = Word(
    "zero_inflated",  # what a count of 0 costs
    slopes=(lambda s, a: _inflated_rate_pull(s, a), lambda s, a: _inflation_pull(s, a)),
    stable=_stable_zero_inflated,
    textbook=lambda s, a: (
        -_sympy().log(1 / (1 + _sympy().exp(-a)) + _sympy().exp(-_sympy().exp(s)) / (1 + _sympy().exp(a)))
    ),
)
_inflated_rate_pull: Word = Word(
    "inflated_rate_pull",  # μ·σ(−z)
    slopes=(
        lambda s, a: times(_inflated_rate_pull(s, a), _inflated_rate_bend(s, a)),
        lambda s, a: -times(sigmoid(-a - exp(s)), exp(s)) * sigmoid(a + exp(s)),
    ),
    stable=lambda s, a: times(sigmoid(-a - exp(s)), exp(s)),
    textbook=lambda s, a: _sympy().exp(s) / (1 + _sympy().exp(a + _sympy().exp(s))),
)
_inflated_rate_bend: Word = Word(
    "inflated_rate_bend",  # 1 − μ·σ(z)
    slopes=(
        lambda s, a: -exp(s) * sigmoid(a + exp(s)) * (1 + times(sigmoid(-a - exp(s)), exp(s))),
        lambda s, a: -times(sigmoid(-a - exp(s)), exp(s)) * sigmoid(a + exp(s)),
    ),
    stable=lambda s, a: where(
        a + exp(s) > 0, times(sigmoid(-a - exp(s)), exp(s)) - expm1(s), 1 - exp(s) * sigmoid(a + exp(s))
    ),
    textbook=lambda s, a: 1 - _sympy().exp(s) / (1 + _sympy().exp(-a - _sympy().exp(s))),
)
_inflation_pull: Word = Word(
    "inflation_pull",  # σ(a) − σ(z)
    slopes=(
        lambda s, a: -times(sigmoid(-a - exp(s)), exp(s)) * sigmoid(a + exp(s)),
        lambda s, a: _inflation_pull(s, a) * _inflation_bend(s, a),
    ),
    stable=lambda s, a: sigmoid(-a) * sigmoid(a + exp(s)) * expm1(-exp(s)),
    textbook=lambda s, a: 1 / (1 + _sympy().exp(-a)) - 1 / (1 + _sympy().exp(-a - _sympy().exp(s))),
)


def _stable_inflation_bend(s: Term, a: Term) -> Term:
    z = a + exp(s)
    return where(
        a + z > 0,
        sigmoid(z) * sigmoid(a) * expm1(-clip(a + z, low=0)),
        -sigmoid(-z) * sigmoid(-a) * expm1(clip(a + z, high=0)),
    )


_inflation_bend: Word = Word(
    "inflation_bend",  # σ(−z) − σ(a)
    slopes=(
        lambda s, a: -times(sigmoid(-a - exp(s)), exp(s)) * sigmoid(a + exp(s)),
        lambda s, a: -sigmoid(-a - exp(s)) * sigmoid(a + exp(s)) - sigmoid(a) * sigmoid(-a),
    ),
    stable=_stable_inflation_bend,
    textbook=lambda s, a: 1 / (1 + _sympy().exp(a + _sympy().exp(s))) - 1 / (1 + _sympy().exp(-a)),
)
