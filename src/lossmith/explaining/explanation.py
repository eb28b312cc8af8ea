"""What there is to say about a loss, as plain values."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lossmith.arrays import Array
from lossmith.call import Given
from lossmith.errors import LossmithError
from lossmith.loss import Loss
from lossmith.traits import TRAITS

STEPS = 100  # on either side of the middle of a curve


@dataclass(frozen=True)
class Point:
    """A loss at one prediction and target.

    Attributes:
        given: what the prediction is.
        value: the loss.
        gradient_by_score: by the raw score(s).
        gradient_by_prediction: by what was given; ``None`` where that is the raw score.
    """

    prediction: Any
    target: Any
    given: Given
    value: float
    gradient_by_score: Any
    gradient_by_prediction: Any | None


@dataclass(frozen=True)
class Curve:
    """Value and slope along one raw score, for a fixed target."""

    label: str
    scores: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]


@dataclass(frozen=True)
class Explanation:
    """A loss explained; ``formula`` and ``slopes`` (by each argument of the formula) are drawn in Unicode."""

    loss: Loss
    formula: str
    slopes: dict[str, str]
    curve: Curve
    point: Point | None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        traits = self.loss.traits
        return {
            "name": self.loss.name,
            "summary": self.loss.summary,
            "parameters": {f.name: getattr(self.loss, f.name) for f in dataclasses.fields(self.loss)},
            "latex": self.loss.latex,
            "traits": {
                **{name: getattr(traits, name) for name in TRAITS},
                "target": traits.target.expects,
                "link": traits.link.name,
            },
            "when": self.loss.when,
            "when_not": self.loss.when_not,
            "goes_wrong": self.loss.goes_wrong,
            "relatives": self.loss.relatives,
            "reference": self.loss.reference,
            "point": None if self.point is None else dataclasses.asdict(self.point),
        }


def explain(
    loss: Loss, prediction: Array | None = None, target: Array | None = None, given: Given = "scores"
) -> Explanation:
    """Explain a loss, and its numbers at a point where one is given.

    Args:
        loss: a configured loss.
        prediction: one prediction: a number, or the scores of all classes.
        target: its target.
        given: what the prediction is.

    Raises:
        LossmithError: the point does not fit the loss, or only one half of it was given.

    Example:
        >>> import lossmith as lm
        >>> explain(lm.MSE(), 12e6, 10e6).point.value
        4000000000000.0
    """
    if (prediction is None) != (target is None):
        raise LossmithError("a prediction and its target go together: give both or neither")
    point = None if prediction is None or target is None else _point(loss, prediction, target, given)
    return Explanation(loss, *_formulas(loss), _curve(loss, point), point)


def _formulas(loss: Loss) -> tuple[str, dict[str, str]]:
    """The formula and its slopes by each of its predictions; a function of torch has a notation and no slopes."""
    from lossmith.formula.emit.textbook import pretty

    if loss.NOTATION:
        return loss.NOTATION, {}
    formula = loss._traced("formula")
    slopes = {a.name: pretty(formula.derivative((i,))) for i, a in enumerate(formula.arguments)}
    shown = {name: slope for name, slope in slopes.items() if slope != "0" and not name.endswith("t")}
    return pretty(formula.expression), shown


def _point(loss: Loss, prediction: Array, target: Array, given: Given) -> Point:
    """The numbers at one point; the raw score of a probability is found through the loss's link."""
    value, gradient = loss.value_and_gradient(np.asarray(prediction, dtype=np.float64), target, given=given)
    by_score = gradient
    if given != "scores":
        given_values = torch.as_tensor(np.asarray(prediction, dtype=np.float64))
        mean = given_values if given == "probabilities" else given_values.exp()
        by_score = loss.gradient(loss.traits.link.to_score(mean).numpy(), target)
    return Point(
        np.asarray(prediction).tolist(),
        np.asarray(target).tolist(),
        given,
        float(value),
        by_score.tolist(),
        None if given == "scores" else gradient.tolist(),
    )


def _centre(loss: Loss, target: float) -> float:
    """The score that says just this real target; 0 where no finite one does."""
    if loss._target_coding().task != "regression":
        return 0.0
    score = float(loss.traits.link.to_score(torch.tensor(target, dtype=torch.float64)))
    return score if math.isfinite(score) else 0.0


def _curve(loss: Loss, point: Point | None) -> Curve:
    """Along the score of one element, or of the first class with all others at 0."""
    coding = loss._target_coding()
    # what a score of 0 says, a yes, a one-hot row or its index; but a distribution that excludes no class
    example = {"regression": coding.neutral, "classes": coding.examples[0]}.get(coding.task, coding.examples[-1])
    reach, target, centre = 4.0, torch.as_tensor(np.asarray(example)), 0.0
    if point is not None and point.given == "scores" and not loss.HAS_CLASSES and np.ndim(point.prediction) == 0:
        target, centre = torch.tensor(point.target), _centre(loss, point.target)
        reach = max(1.5 * abs(float(point.prediction) - centre), 1e-6 * abs(centre))
        reach = reach if 0 < reach < math.inf else 4.0
    shape, target = loss._sample(target)
    scores = centre + reach * torch.arange(-STEPS, STEPS + 1, dtype=torch.float64) / STEPS
    scores = scores[scores >= loss.traits.link.low]
    predictions = torch.zeros(len(scores), *shape, dtype=torch.float64)
    predictions.reshape(len(scores), -1)[:, 0] = scores
    values, gradients = loss.value_and_gradient(predictions, target.expand(len(scores), *target.shape))
    which = "the first class's score, the others 0" if loss.HAS_CLASSES else "the prediction"
    return Curve(
        f"along {which}, for target {np.asarray(target).tolist()}",
        tuple(scores.tolist()),
        tuple(values.tolist()),
        tuple(gradients.reshape(len(scores), -1)[:, 0].tolist()),
    )
