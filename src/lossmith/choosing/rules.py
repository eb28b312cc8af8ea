"""From the facts to a ranking: a function for each kind of task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.choosing.amounts import rank_amounts
from lossmith.choosing.facts import Facts
from lossmith.choosing.prose import number, percent
from lossmith.choosing.recommendation import Recommendation
from lossmith.losses.binary import BinaryCrossEntropy
from lossmith.losses.classes import CategoricalCrossEntropy, SparseCategoricalCrossEntropy
from lossmith.losses.counts import Poisson
from lossmith.losses.divergences import KLDivergence
from lossmith.losses.margins import Hinge, SquaredHinge
from lossmith.losses.regression import MSE

Floats = NDArray[np.floating[Any]]

IMBALANCED = 4.0  # rows of the largest class for each row of the smallest
_SMOOTHING = 0.1


def rank(facts: Facts, residuals: Floats | None) -> list[Recommendation]:
    """What is worth considering for this task, the first choice first."""
    if residuals is not None and facts.task.kind in ("real", "positive"):
        return rank_amounts(facts, residuals)
    return _RANKINGS[facts.task.kind](facts)


def _count(facts: Facts) -> list[Recommendation]:
    assert facts.residual_dispersion is not None
    dispersion = number(facts.residual_dispersion, 2)
    spread = (
        f"Their variance about a baseline is {dispersion} times that of Poisson's distribution: the estimated mean "
        "stays right, intervals from that distribution would be too narrow."
        if facts.residual_dispersion > 1.2
        else f"Their variance about a baseline is {dispersion} times that of Poisson's distribution."
    )
    return [
        Recommendation(
            loss=Poisson(),
            reason=f"Whole numbers from 0: their mean is above 0 and effects multiply. {spread}",
            estimates="the mean, always above 0",
        ),
        Recommendation(
            loss=MSE(),
            reason="It estimates the mean too, but lets the largest counts decide and may predict less than 0.",
        ),
    ]


def _proportion(facts: Facts) -> list[Recommendation]:
    return [
        Recommendation(
            loss=BinaryCrossEntropy(),
            reason="It reads targets from 0 to 1, and its predictions stay between them.",
            estimates="the mean proportion, between 0 and 1",
        ),
        Recommendation(
            loss=MSE(), reason="It estimates the mean too, but its predictions may leave the range from 0 to 1."
        ),
    ]


def _binary(facts: Facts) -> list[Recommendation]:
    negative, positive = facts.task.labels
    coded = f"Two classes: {negative!r} is 0, {positive!r} is 1."
    square = Recommendation(
        loss=MSE(),
        reason="On targets 0 and 1 the mean is the probability (Brier's score); nothing keeps it between them.",
        estimates=f"the probability of {positive!r}",
    )
    hinge = Recommendation(
        loss=Hinge(), reason="The maximum-margin alternative: only the hard cases pull. Recode the target as 2·y − 1."
    )
    return [
        Recommendation(
            loss=BinaryCrossEntropy(),
            reason=f"{coded} Its slope never dies while the answer is wrong, and what it estimates is a probability.",
            estimates=f"the probability of {positive!r}",
        ),
        *_weighted_binary(facts),
        hinge,
        square,
    ]


def _weighted_binary(facts: Facts) -> list[Recommendation]:
    assert facts.imbalance is not None
    assert facts.class_counts is not None
    if facts.imbalance < IMBALANCED:
        return []
    negatives, positives = facts.class_counts.values()
    weight = float(f"{negatives / positives:.3g}")
    return [
        Recommendation(
            loss=BinaryCrossEntropy(pos_weight=weight),
            reason=(
                f"One class has {number(facts.imbalance)} times the rows of the other; so weighted, both count the "
                "same. The probabilities shift with the weight and have to be corrected before they are used."
            ),
        )
    ]


def _margin(facts: Facts) -> list[Recommendation]:
    return [
        Recommendation(
            loss=Hinge(),
            reason="Labels −1 and +1: the maximum-margin alternative to binary cross-entropy reads them as they are.",
        ),
        Recommendation(
            loss=SquaredHinge(), reason="The hinge with a smooth foot: easier to optimise, but mistakes pull harder."
        ),
        Recommendation(
            loss=BinaryCrossEntropy(),
            reason="Where probabilities are wanted; recode the target as (y + 1) / 2.",
            estimates=f"the probability of {facts.task.labels[1]!r}",
        ),
    ]


def _classes(facts: Facts) -> list[Recommendation]:
    cross_entropy = Recommendation(
        loss=SparseCategoricalCrossEntropy(),
        reason=f"{facts.classes} classes that exclude each other, numbered from 0.",
        estimates="the probability of each class",
    )
    return [
        cross_entropy,
        *_weighted_classes(facts, SparseCategoricalCrossEntropy()),
        Recommendation(
            loss=SparseCategoricalCrossEntropy(label_smoothing=_SMOOTHING),
            reason="Where some labels are wrong, or the network grows too sure of itself.",
        ),
        _square_on_rows(),
    ]


def _one_hot(facts: Facts) -> list[Recommendation]:
    return [
        Recommendation(
            loss=CategoricalCrossEntropy(),
            reason=f"{facts.classes} classes that exclude each other, in rows with a single 1.",
            estimates="the probability of each class",
        ),
        *_weighted_classes(facts, CategoricalCrossEntropy()),
        Recommendation(
            loss=SparseCategoricalCrossEntropy(),
            reason=f"The same loss on indices (y.argmax(1)), whose targets need {facts.classes} times less memory.",
            estimates="the probability of each class",
        ),
        Recommendation(
            loss=KLDivergence(),
            reason="On one-hot rows it has the same value and gradient, up to rounding: no reason to change.",
            estimates="the probability of each class",
        ),
    ]


def _weighted_classes(
    facts: Facts, loss: SparseCategoricalCrossEntropy | CategoricalCrossEntropy
) -> list[Recommendation]:
    """Weighted by n / (C·n_k), where the classes are far from equally large."""
    assert facts.class_counts is not None
    assert facts.imbalance is not None
    counts = np.maximum(np.array(list(facts.class_counts.values()), dtype=np.float64), 1)
    if facts.imbalance < IMBALANCED:
        return []
    weights = facts.rows_used / (len(counts) * counts)
    return [
        Recommendation(
            loss=loss,
            class_weight=tuple(float(f"{weight:.4g}") for weight in weights),
            reason=(
                f"The largest class has {number(facts.imbalance)} times the rows of the smallest; so weighted, all "
                "count the same. The probabilities shift with the weights."
            ),
            estimates="a probability shifted towards the rare classes",
        )
    ]


def _square_on_rows() -> Recommendation:
    return Recommendation(
        loss=MSE(),
        reason="On one-hot rows, without a softmax: about as accurate on 28 tasks (Hui and Belkin, 2020).",
        estimates="the probability of each class, not kept between 0 and 1",
    )


def _distribution(facts: Facts) -> list[Recommendation]:
    assert facts.entropy_share is not None
    spread = percent(facts.entropy_share)
    return [
        Recommendation(
            loss=KLDivergence(),
            reason=f"Each row is a distribution (entropy {spread} of the largest); 0 means that it is met exactly.",
            estimates="the mean distribution",
        ),
        Recommendation(
            loss=CategoricalCrossEntropy(),
            reason="The same gradient; its value is higher by the entropy of the targets.",
            estimates="the mean distribution",
        ),
    ]


def _multi_label(facts: Facts) -> list[Recommendation]:
    assert facts.class_counts is not None
    assert facts.labels_per_row is not None
    rarest = min(facts.class_counts, key=facts.class_counts.__getitem__)
    share = facts.class_counts[rarest] / facts.rows_used
    rare = (
        f" The rarest, {rarest!r}, holds in {percent(share)} of the rows: a pos_weight would raise it, and its "
        "probability with it."
        if share < 1 / (1 + IMBALANCED)
        else ""
    )
    return [
        Recommendation(
            loss=BinaryCrossEntropy(),
            reason=f"Labels that may hold together, {number(facts.labels_per_row, 2)} a row: yes or no for each.{rare}",
            estimates="the probability of each label",
        ),
        Recommendation(
            loss=Hinge(),
            reason="One margin for each label, where only decisions matter. Recode the target as 2·y − 1.",
        ),
    ]


_RANKINGS: dict[str, Callable[[Facts], list[Recommendation]]] = {
    "count": _count,
    "proportion": _proportion,
    "binary": _binary,
    "margin": _margin,
    "classes": _classes,
    "one_hot": _one_hot,
    "distribution": _distribution,
    "multi_label": _multi_label,
}
