"""The ranking for a real target: how many rows each loss needs, measured on what a baseline leaves unexplained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.choosing.efficiency import Precision, precision, ratio
from lossmith.choosing.facts import Facts
from lossmith.choosing.prose import amount, number, percent
from lossmith.choosing.recommendation import Recommendation
from lossmith.families import Residual
from lossmith.losses.quantiles import Quantile
from lossmith.losses.regression import MAE, MSE, Huber, LogCosh

Floats = NDArray[np.floating[Any]]

_TUNING = 1.345  # Huber's δ in robust standard deviations: 95 % of MSE's precision on normal errors
_CLEARLY = 0.9  # of MSE's rows: a loss that saves less is not worth another estimand
_PEAKED = 0.2  # Moors' kurtosis, between the 0.03 of normal errors with outliers and the 0.35 of Laplace's
_LONG_TAILS = 0.35  # Hogg's index, half of Laplace's
_SHORT_TAILS = -0.3
_SURE = 3.0  # standard errors
_FAR = 0.1  # robust standard deviations of the errors


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """A loss, measured on residuals in standard deviations of the target."""

    loss: Residual
    precision: Precision
    rows: float  # for each row of MSE
    doubt: float  # standard error of the logarithm of ``rows``
    off_mean: float | None  # how far its centre lies above the mean, in standard deviations, where that is sure


def rank_amounts(facts: Facts, residuals: Floats) -> list[Recommendation]:
    """MSE, unless MAE or Huber clearly needs fewer rows; then the others, by the rows that they need."""
    candidates = _measured(facts, residuals)
    first = _first(facts, *candidates[:3])
    others = sorted((c for c in candidates if c is not first), key=lambda c: c.rows)
    ranking = [_recommended(facts, c, first, candidates[0]) for c in (first, *others)]
    if any(candidate.off_mean is not None for candidate in candidates):
        ranking.append(_upper_bound(facts))
    return ranking


def tails(facts: Facts) -> str:
    """What Hogg's and Moors' statistics say together of the errors."""
    if facts.hogg is None or facts.moors is None:
        return "have no spread in their body: most are equal"
    numbers = f"(Hogg {number(round(facts.hogg, 2))}, Moors {number(round(facts.moors, 2))})"
    if facts.hogg >= _LONG_TAILS and facts.moors >= _PEAKED:
        return f"are peaked with heavy tails, as Laplace's distribution is {numbers}"
    if facts.hogg >= _LONG_TAILS:
        gross = f"; {percent(facts.gross)} lie beyond five robust standard deviations" if facts.gross else ""
        return f"have a normal body with long tails or a few gross outliers {numbers}{gross}"
    if facts.hogg <= _SHORT_TAILS:
        return f"have shorter tails than the normal {numbers}"
    return f"are about normal {numbers}"


# ---------------------------------------------------------------------------------------------------------- measuring


def _measured(facts: Facts, residuals: Floats) -> list[_Candidate]:
    """MSE, MAE, Huber and LogCosh, as they would be configured for the standardised target."""
    assert facts.std is not None
    assert facts.residual_scale is not None
    scale = facts.residual_scale / facts.std
    huber = Huber(delta=float(f"{_TUNING * scale:.2g}"))
    losses: list[Residual] = [MSE(), MAE(), huber, LogCosh()]
    precisions = [precision(loss, residuals / facts.std, scale) for loss in losses]
    square = precisions[0]
    found = []
    for loss, measured in zip(losses, precisions, strict=True):
        rows, doubt = ratio(measured, square)
        off_mean = _gap(measured, square, scale)
        found.append(_Candidate(loss=loss, precision=measured, rows=rows, doubt=doubt, off_mean=off_mean))
    return found


def _gap(centre: Precision, mean: Precision, scale: float) -> float | None:
    """How far a centre lies above the mean; ``None`` where chance alone could put it there, or it hardly matters."""
    gap = centre.centre - mean.centre
    error = float(np.std(centre.influence - mean.influence)) / len(mean.influence) ** 0.5
    return gap if abs(gap) > max(_SURE * error, _FAR * scale) else None


def _first(facts: Facts, square: _Candidate, absolute: _Candidate, huber: _Candidate) -> _Candidate:
    better = [c for c in (absolute, huber) if c.rows <= _CLEARLY and math.log(c.rows) + c.doubt < 0]
    if len(better) < 2:
        return better[0] if better else square
    share, error = ratio(absolute.precision, huber.precision)
    if abs(math.log(share)) > max(2 * error, -math.log(_CLEARLY)):
        return absolute if share < 1 else huber
    # Too close to call by the rows alone; a peaked body is what tells Laplace's noise from outliers.
    return absolute if facts.moors is not None and facts.moors >= _PEAKED else huber


# ---------------------------------------------------------------------------------------------------------- in words


def _recommended(facts: Facts, candidate: _Candidate, first: _Candidate, square: _Candidate) -> Recommendation:
    sentences = [_why_first(facts, candidate, square)] if candidate is first else _why(candidate, first)
    if isinstance(candidate.loss, Huber):
        sentences.append(_delta(facts, candidate.loss))
    assert facts.std is not None
    off_mean = None if candidate.off_mean is None else candidate.off_mean * facts.std
    if off_mean is not None:
        sentences.append(_off_the_mean(facts, off_mean))
    return Recommendation(loss=candidate.loss, reason=" ".join(sentences), rows=candidate.rows, off_mean=off_mean)


def _why_first(facts: Facts, first: _Candidate, square: _Candidate) -> str:
    errors = f"The errors of a cross-validated baseline {tails(facts)}"
    if first is square:
        return f"{errors}, and neither MAE nor Huber needs clearly fewer rows."
    name = type(first.loss).__name__
    return (
        f"{errors}. On residuals such as these {name} needs {percent(first.rows)} of the rows that MSE needs for the "
        "same precision."
    )


def _why(candidate: _Candidate, first: _Candidate) -> list[str]:
    if isinstance(candidate.loss, MSE):
        times = number(1 / first.rows, 2)
        return [f"It alone estimates the mean, which sums, totals and averages need; here for {times} times the rows."]
    needs = f"It needs {percent(candidate.rows)} of the rows that MSE needs."
    if isinstance(candidate.loss, LogCosh):
        return [needs, "Huber's shape without a seam, handing over at about one standard deviation of the target."]
    return [needs]


def _delta(facts: Facts, loss: Huber) -> str:
    assert facts.std is not None
    task = facts.task
    return (
        f"δ = {number(loss.delta)} standard deviations of {task.target} "
        f"({amount(loss.delta * facts.std, task.unit)}) is {_TUNING} robust standard deviations of the errors."
    )


def _off_the_mean(facts: Facts, distance: float) -> str:
    assert facts.mean is not None
    share = f" ({percent(abs(distance / facts.mean))} of the mean)" if abs(facts.mean) > abs(distance) else ""
    side = "above" if distance > 0 else "below"
    return f"The errors are skewed: it predicts {amount(abs(distance), facts.task.unit)}{share} {side} the mean."


def _upper_bound(facts: Facts) -> Recommendation:
    return Recommendation(
        loss=Quantile(level=0.9),
        reason=f"Where a bound matters more than a middle: {facts.task.target} stays below it nine times in ten.",
        estimates="the 90 % quantile",
    )
