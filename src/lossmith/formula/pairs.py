"""Words of two probabilities, p and t: exact where both are nearly equal, where either is 0, and where p underflows.

A divergence comes three times: of log-probabilities, from which nothing underflows; ``…_of_p``, of probabilities as
they were given, whose logarithms would cost digits; and ``…_of_scores``, of log-probabilities out of a softmax. The
last has a slope of 0 where t is 0: a multiple of p, which no softmax sees, is left out, or it would swallow what the
rest pulls where p and t are far apart. The last argument is a hyper-parameter, by which nothing is differentiated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

from lossmith.errors import DefinitionError
from lossmith.formula.terms import Condition, Term, Word
from lossmith.formula.words import (
    _sympy,
    absolute,
    box_cox,
    clip,
    exp,
    expm1,
    log,
    log1p,
    power,
    sign,
    softplus,
    times,
    where,
)

_NEVER = -1e300  # the log of a probability of 0; SymPy takes a symbol for finite, so nothing is compared with −∞


def _by_parameter(*_: Term) -> NoReturn:
    raise DefinitionError("the last argument of this word is a hyper-parameter: a field or a number, no prediction")


def _both_never(a: Term, b: Term) -> Condition:
    return (a <= _NEVER) & (b <= _NEVER)


def _both_large(log_p: Term, log_t: Term) -> Condition:
    return (log_p > -0.69) & (log_t > -0.69)


def _probability(log_probability: Any) -> Any:
    """What a textbook shows: p, where the argument is log p."""
    name = getattr(log_probability, "name", "")
    shown = _sympy().Symbol(name.removeprefix("log_"), real=True)
    return shown if name.startswith("log_") else _sympy().exp(log_probability)


difference: Word = Word(
    "difference",  # a − b of two probabilities; of what they miss where both are nearly 1
    slopes=(
        lambda a, log_a, b, log_b: where(_both_large(log_a, log_b), 0, 1),
        lambda a, log_a, b, log_b: where(_both_large(log_a, log_b), exp(log_a), 0),
        lambda a, log_a, b, log_b: where(_both_large(log_a, log_b), 0, -1),
        lambda a, log_a, b, log_b: where(_both_large(log_a, log_b), -exp(log_b), 0),
    ),
    stable=lambda a, log_a, b, log_b: where(_both_large(log_a, log_b), expm1(log_a) - expm1(log_b), a - b),
    textbook=lambda a, log_a, b, log_b: a - b,
)
total_variation_of_scores: Word = Word(
    "total_variation_of_scores",  # |p − t|/2 less (p − t)/2, whose sum is 0: what p falls short of t by
    slopes=(
        lambda p, log_p, t, log_t: where(difference(p, log_p, t, log_t) < 0, -1, 0),
        lambda p, log_p, t, log_t: Term(0),
        lambda p, log_p, t, log_t: -sign(difference(p, log_p, t, log_t)) / 2,
        lambda p, log_p, t, log_t: Term(0),
    ),
    stable=lambda p, log_p, t, log_t: absolute(difference(p, log_p, t, log_t)) / 2,
    textbook=lambda p, log_p, t, log_t: _sympy().Max(t - p, 0),
)

# Ratios: 0/0 is taken for 1 -------------------------------------------------------------------------------------------

_log_ratio: Word = Word(
    "log_ratio",  # a − b of two log-probabilities, 0 where both are −∞
    slopes=(lambda a, b: Term(1), lambda a, b: Term(-1)),
    stable=lambda a, b: where(_both_never(a, b), 0, a - b),
    textbook=lambda a, b: a - b,
)
_log_ratio_of_p: Word = Word(
    "log_ratio_of_p",  # log(a/b) of two probabilities, 0 where both are 0
    slopes=(lambda a, b: 1 / a, lambda a, b: -1 / b),
    stable=lambda a, b: where((a <= 0) & (b <= 0), 0, log(a / b)),
    textbook=lambda a, b: _sympy().log(a / b),
)
_stretched_of_p: Word = Word(
    "stretched_of_p",  # ((a/b)^λ − 1)/λ, the Box–Cox transform of a ratio
    slopes=(
        lambda a, b, exponent: _steepness_of_p(a, b, exponent - 1),
        lambda a, b, exponent: -_steepness_of_p(a, b, exponent),
        _by_parameter,
    ),
    stable=lambda a, b, exponent: where(
        absolute(exponent * _log_ratio_of_p(a, b)) > 1,
        (power(a / b, exponent) - 1) / where(absolute(exponent) > 0, exponent, 1),
        box_cox(_log_ratio_of_p(a, b), exponent),
    ),
    textbook=lambda a, b, exponent: ((a / b) ** exponent - 1) / exponent,
)
_steepness_of_p: Word = Word(
    "steepness_of_p",  # (a/b)^λ / b
    slopes=(
        lambda a, b, exponent: exponent * _steepness_of_p(a, b, exponent - 1) / b,
        lambda a, b, exponent: -(1 + exponent) * _steepness_of_p(a, b, exponent) / b,
        _by_parameter,
    ),
    stable=lambda a, b, exponent: where(
        (a > 0) & (b > 0),
        where(exponent < -0.5, power(a / b, exponent + 1) / a, power(a / b, exponent) / b),
        times(power(a, exponent), power(b, -1 - exponent)),
    ),
    textbook=lambda a, b, exponent: (a / b) ** exponent / b,
)
# The alpha divergence of one class, (t^α·p^(1−α) − α·t − (1 − α)·p) / (α·(α − 1)), which is never below 0 -------------


def _bregman(p: Term, t: Term, u: Term, alpha: Term, stretched: Callable[[Term], Term]) -> Term:
    """The divergence from p, t, u = log(t/p) and λ ↦ (e^(λu) − 1)/λ.

    Around u = 0 it is p·Σ uⁿ/n!·(1 + α + … + αⁿ⁻²), n ≥ 2. Elsewhere one of two equal forms, each of which passes
    through one of its limits, α = 0 and α = 1.
    """
    near = clip(u, -1, 1)
    total, series = Term(1), Term(0)
    totals = [total]
    for _ in range(18):
        totals.append(1 + alpha * totals[-1])
    for k in reversed(range(19)):
        series = totals[k] / math.factorial(k + 2) + series * near
    beyond_1 = (times(t, stretched(alpha - 1)) - (t - p)) / where(alpha > 0.5, alpha, 1)
    beyond_0 = ((t - p) - times(p, stretched(alpha))) / where(alpha > 0.5, 1, 1 - alpha)
    beyond = where(alpha > 0.5, beyond_1, beyond_0)
    is_near = (absolute(u) <= 1) & (absolute(alpha * u) <= 1)
    return where(is_near, p * near**2 * series, beyond)


def _alpha_textbook(p: Any, t: Any, alpha: Any) -> Any:
    sympy = _sympy()
    known = {
        sympy.Rational(-1): (p - t) ** 2 / (2 * t),
        sympy.Rational(0): p * sympy.log(p / t) - p + t,
        sympy.Rational(1, 2): 2 * (sympy.sqrt(p) - sympy.sqrt(t)) ** 2,
        sympy.Rational(1): t * sympy.log(t / p) - t + p,
        sympy.Rational(2): (p - t) ** 2 / (2 * p),
    }
    general = (t**alpha * p ** (1 - alpha) - alpha * t - (1 - alpha) * p) / (alpha * (alpha - 1))
    return known.get(sympy.nsimplify(alpha), general)


def _alpha_of_scores_textbook(p: Any, t: Any, alpha: Any) -> Any:
    """The same sum over the classes: Σ t^α·p^(1−α) − 1."""
    sympy = _sympy()
    known = {sympy.Rational(0): p * sympy.log(p / t), sympy.Rational(1): t * sympy.log(t / p)}
    alpha = sympy.nsimplify(alpha)
    return known[alpha] if alpha in known else (t**alpha * p ** (1 - alpha) - t) / (alpha * (alpha - 1))


def _alpha_stable(log_p: Term, log_t: Term, alpha: Term) -> Term:
    u = _log_ratio(log_t, log_p)
    return _bregman(exp(log_p), exp(log_t), u, alpha, lambda exponent: box_cox(u, exponent))


def _alpha_of_p_stable(p: Term, t: Term, alpha: Term) -> Term:
    return _bregman(p, t, _log_ratio_of_p(t, p), alpha, lambda exponent: _stretched_of_p(t, p, exponent))


def _of_log_p(name: str, pull: Callable[[Term, Term, Term], Term], shown: Callable[[Any, Any, Any], Any]) -> Word:
    return Word(
        name,
        slopes=(
            lambda log_p, log_t, alpha: -pull(log_p, log_t, alpha),
            lambda log_p, log_t, alpha: -_alpha_pull(log_t, log_p, 1 - alpha),
            _by_parameter,
        ),
        stable=_alpha_stable,
        textbook=lambda log_p, log_t, alpha: shown(_probability(log_p), _probability(log_t), alpha),
    )


alpha_divergence: Word = _of_log_p("alpha_divergence", lambda *a: _alpha_pull(*a), _alpha_textbook)
alpha_divergence_of_scores: Word = _of_log_p(
    "alpha_divergence_of_scores", lambda *a: _alpha_pull_of_scores(*a), _alpha_of_scores_textbook
)
alpha_divergence_of_p: Word = Word(
    "alpha_divergence_of_p",
    slopes=(
        lambda p, t, alpha: -_stretched_of_p(t, p, alpha),
        lambda p, t, alpha: -_stretched_of_p(p, t, 1 - alpha),
        _by_parameter,
    ),
    stable=_alpha_of_p_stable,
    textbook=_alpha_textbook,
)
_geometric: Word = Word(
    "geometric",  # t^α·p^(1−α)
    slopes=(
        lambda log_p, log_t, alpha: (1 - alpha) * _geometric(log_p, log_t, alpha),
        lambda log_p, log_t, alpha: alpha * _geometric(log_p, log_t, alpha),
        _by_parameter,
    ),
    stable=lambda log_p, log_t, alpha: where(
        _both_never(log_p, log_t), 0, exp(times(1 - alpha, log_p) + times(alpha, log_t))
    ),
    textbook=lambda log_p, log_t, alpha: _probability(log_t) ** alpha * _probability(log_p) ** (1 - alpha),
)
_alpha_pull: Word = Word(
    "alpha_pull",  # (t^α·p^(1−α) − p)/α
    slopes=(
        lambda log_p, log_t, alpha: -_alpha_bend(log_p, log_t, alpha),
        lambda log_p, log_t, alpha: _geometric(log_p, log_t, alpha),
        _by_parameter,
    ),
    stable=lambda log_p, log_t, alpha: where(
        absolute(alpha * _log_ratio(log_t, log_p)) > 1,
        (_geometric(log_p, log_t, alpha) - exp(log_p)) / where(absolute(alpha) > 0, alpha, 1),
        times(exp(log_p), box_cox(_log_ratio(log_t, log_p), alpha)),
    ),
    textbook=lambda log_p, log_t, alpha: (
        (_probability(log_t) ** alpha * _probability(log_p) ** (1 - alpha) - _probability(log_p)) / alpha
    ),
)
_alpha_pull_of_scores: Word = Word(
    "alpha_pull_of_scores",  # t^α·p^(1−α)/α, which has a limit at α = 0 only less p/α
    slopes=(
        lambda log_p, log_t, alpha: where(
            alpha < 0.25,
            -_alpha_bend(log_p, log_t, alpha),
            (1 - alpha) * _geometric(log_p, log_t, alpha) / where(alpha < 0.25, 1, alpha),
        ),
        lambda log_p, log_t, alpha: _geometric(log_p, log_t, alpha),
        _by_parameter,
    ),
    stable=lambda log_p, log_t, alpha: where(
        alpha < 0.25,
        _alpha_pull(log_p, log_t, alpha),
        _geometric(log_p, log_t, alpha) / where(alpha < 0.25, 1, alpha),
    ),
    textbook=lambda log_p, log_t, alpha: _probability(log_t) ** alpha * _probability(log_p) ** (1 - alpha) / alpha,
)
_alpha_bend: Word = Word(
    "alpha_bend",  # (p − (1 − α)·t^α·p^(1−α))/α
    slopes=(
        lambda log_p, log_t, alpha: (2 - alpha) * _geometric(log_p, log_t, alpha) - _alpha_pull(log_p, log_t, alpha),
        lambda log_p, log_t, alpha: (alpha - 1) * _geometric(log_p, log_t, alpha),
        _by_parameter,
    ),
    stable=lambda log_p, log_t, alpha: where(
        alpha > 0.5,
        (exp(log_p) - times(1 - alpha, _geometric(log_p, log_t, alpha))) / where(alpha > 0.5, alpha, 1),
        _geometric(log_p, log_t, alpha) - _alpha_pull(log_p, log_t, alpha),
    ),
    textbook=lambda log_p, log_t, alpha: (
        (_probability(log_p) - (1 - alpha) * _probability(log_t) ** alpha * _probability(log_p) ** (1 - alpha)) / alpha
    ),
)

# The Jensen–Shannon divergence of one class, β·t·log(t/m) + (1 − β)·p·log(p/m) with m = β·t + (1 − β)·p ---------------

_log_mixture: Word = Word(
    "log_mixture",  # log(1 + β·(eˣ − 1)), of x = log(t/p): log(m/p)
    slopes=(lambda x, beta: _share(x, beta), _by_parameter),
    stable=lambda x, beta: where(
        (x < -1) & (beta > 0.5),
        log((1 - beta) + beta * exp(clip(x, high=-1))),
        where(
            x > 30,
            x + log(beta + (1 - beta) * exp(-clip(x, low=30))),
            log1p(beta * expm1(clip(x, high=30))),
        ),
    ),
    textbook=lambda x, beta: _sympy().log(1 + beta * (_sympy().exp(x) - 1)),
)
_share: Word = Word(
    "share",  # β·eˣ/(1 − β + β·eˣ): of x = log(t/p), the part β·t of m
    slopes=(lambda x, beta: _share(x, beta) * _share(-x, 1 - beta), _by_parameter),
    stable=lambda x, beta: where(
        x > 0,
        beta / (beta + (1 - beta) * exp(-absolute(x))),
        beta * exp(-absolute(x)) / ((1 - beta) + beta * exp(-absolute(x))),
    ),
    textbook=lambda x, beta: beta * _sympy().exp(x) / (1 - beta + beta * _sympy().exp(x)),
)


def _log_of_m(name: str, stable: Callable[[Term, Term], Term]) -> Word:
    """log(m/p)."""
    return Word(
        name,
        slopes=(
            lambda log_p, log_t, beta: -_share(_log_ratio(log_t, log_p), beta),
            lambda log_p, log_t, beta: _share(_log_ratio(log_t, log_p), beta),
            _by_parameter,
        ),
        stable=lambda log_p, log_t, beta: stable(_log_ratio(log_t, log_p), beta),
        textbook=lambda log_p, log_t, beta: _sympy().log(beta * _probability(log_t) / _probability(log_p) + (1 - beta)),
    )


_log_of_m_beside_p = _log_of_m("log_of_m", _log_mixture)
# less the constant log(1 − β), of which p times is not seen
_log_of_m_of_scores = _log_of_m("log_of_m_of_scores", lambda x, beta: softplus(x + log(beta / (1 - beta))))


def _jensen_textbook(p: Any, t: Any, beta: Any) -> Any:
    m = beta * t + (1 - beta) * p
    return beta * t * _sympy().log(t / m) + (1 - beta) * p * _sympy().log(p / m)


def _jensen(p: Term, t: Term, x: Term, beta: Term) -> Term:
    """From p, t and x = log(t/p): the two Kullback–Leibler divergences to m, neither of which is below 0."""
    m = beta * t + (1 - beta) * p
    to_p, to_t = -_log_mixture(x, beta), -_log_mixture(-x, 1 - beta)

    def kl(v: Term, log_ratio: Term) -> Term:
        return _bregman(m, v, log_ratio, Term(1), lambda _: log_ratio)

    return beta * kl(t, to_t) + (1 - beta) * kl(p, to_p)


def _jensen_of_log_p(name: str, pull: Word) -> Word:
    return Word(
        name,
        slopes=(
            lambda log_p, log_t, beta: (beta - 1) * times(exp(log_p), pull(log_p, log_t, beta)),
            lambda log_p, log_t, beta: -beta * times(exp(log_t), _log_mixture(_log_ratio(log_p, log_t), 1 - beta)),
            _by_parameter,
        ),
        stable=lambda log_p, log_t, beta: _jensen(exp(log_p), exp(log_t), _log_ratio(log_t, log_p), beta),
        textbook=lambda log_p, log_t, beta: _jensen_textbook(_probability(log_p), _probability(log_t), beta),
    )


jensen_shannon: Word = _jensen_of_log_p("jensen_shannon", _log_of_m_beside_p)
jensen_shannon_of_scores: Word = _jensen_of_log_p("jensen_shannon_of_scores", _log_of_m_of_scores)
jensen_shannon_of_p: Word = Word(
    "jensen_shannon_of_p",
    slopes=(
        lambda p, t, beta: (beta - 1) * _log_mixture(_log_ratio_of_p(t, p), beta),
        lambda p, t, beta: -beta * _log_mixture(_log_ratio_of_p(p, t), 1 - beta),
        _by_parameter,
    ),
    stable=lambda p, t, beta: _jensen(p, t, _log_ratio_of_p(t, p), beta),
    textbook=_jensen_textbook,
)
