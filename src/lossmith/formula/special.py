"""The words of likelihoods: as those of ``words``, each with its slope and its stable evaluation."""

from __future__ import annotations

from typing import NoReturn

from lossmith.errors import DefinitionError
from lossmith.formula.terms import Term, Word
from lossmith.formula.words import _sympy, exp, log, log1p, minus, times, where

__all__ = ["negative_binomial", "ratio_and_inverse", "ratio_and_log"]


def _no_slope(*_: Term) -> NoReturn:
    raise DefinitionError("the dispersion is a hyper-parameter; no slope by it is known")


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
