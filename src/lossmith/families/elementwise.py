"""One element, one loss: families whose formula sees one element's prediction (or predictions) and target."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.call import Aligned, Batch, Elements, Given
from lossmith.errors import ShapeError
from lossmith.families import binding
from lossmith.families.diagonal import diagonal_over
from lossmith.formula.lift import Lift, tuple_of
from lossmith.formula.terms import Term
from lossmith.fused import Request
from lossmith.kernels.handed import Call, NoKernel
from lossmith.layouts import same_shape
from lossmith.loss import Loss
from lossmith.targets import SIGN, Coding


@dataclass(frozen=True, kw_only=True)
class Elementwise(Loss):
    """What Residual, Margin and Paired share: one score and one target an element, of equal shape."""

    @staticmethod
    @abstractmethod
    def _arguments(score: Any, target: Any) -> tuple[Any, ...]:
        """What the formula reads, from the score and the target: of tensors and of terms alike."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        same_shape(prediction, target)
        return Aligned(prediction, target, prediction.shape)

    def _elements(self, batch: Batch) -> Elements:
        arguments = self._arguments(batch.prediction, batch.target)
        return Elements(self._evaluate(self.FORMULAS[batch.given], *arguments))

    def _bind(self, prediction: Tensor, target: Tensor, request: Request) -> Call:
        if self.MEAN_ORDER != 1 and request.reduction != "none":
            raise NoKernel("its mean is of another order")
        return binding.pointwise(self, prediction, target, request, self._lift)

    def _plain_lift(self) -> Lift | None:
        return self._lift("scores") if self.MEAN_ORDER == 1 else None

    def _lift(self, given: Given) -> Lift:
        return Lift(self._traced(self.FORMULAS[given]), self._arguments, self._illegal(given))

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        (diagonal,) = torch.autograd.grad(gradient.sum(), scores)
        return diagonal

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (), example

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        targets = targets.to(torch.float64)
        traits = self.traits

        def everywhere(constant: Tensor) -> Tensor:
            return constant.expand(targets.shape)

        def total(weighed: Tensor, constant: Tensor) -> Tensor:
            """What decides is the sum of the losses to the order of the mean."""
            if self.MEAN_ORDER != 1:
                present = None if weights is None else weights != 0
                losses: Tensor = self(everywhere(constant), targets, mask=present, reduction="none")
                weighed = weighed * losses ** (self.MEAN_ORDER - 1)
            return weighed.sum(0)

        def slope(constant: Tensor) -> Tensor:
            legal = constant.clamp(min=traits.link.low)
            gradient = total(self.gradient(everywhere(legal), targets, weight=weights), legal)
            return torch.where(constant < legal, -1, gradient)  # what is too low has to go up

        # the slope of what elicits the mean has one sign below it and another above (Savage 1971)
        if traits.convex or traits.elicits == "mean":
            return constants.middle_of_minimisers(slope, targets[0], traits.link.bounded)

        def value(constant: Tensor) -> Tensor:
            return total(self(everywhere(constant), targets, weight=weights, reduction="none"), constant)

        if traits.task == "binary":
            return constants.least_on_the_line(value, slope, targets[0])
        present = targets if weights is None else torch.where(weights == 0, torch.nan, targets)
        return constants.least_among(value, slope, constants.spread_over(present))


@dataclass(frozen=True, kw_only=True)
class Residual(Elementwise):
    """ψ(r) of the residual r = prediction − target.

    Prediction and target have equal shape, which is also that of the unreduced loss.
    """

    @abstractmethod
    def formula(self, r: Term) -> Term:
        """The loss of a residual, in the words of ``lossmith.formula``."""

    @staticmethod
    def _arguments(score: Any, target: Any) -> tuple[Any, ...]:
        return (score - target,)


@dataclass(frozen=True, kw_only=True)
class Margin(Elementwise):
    """ψ(m) of the margin m = score · target, where the target is −1 or +1. Shapes as for Residual."""

    TARGET: ClassVar[Coding] = SIGN

    @abstractmethod
    def formula(self, m: Term) -> Term:
        """The loss of a margin, in the words of ``lossmith.formula``."""

    @staticmethod
    def _arguments(score: Any, target: Any) -> tuple[Any, ...]:
        return (score * target,)


@dataclass(frozen=True, kw_only=True)
class Paired(Elementwise):
    """ψ(score, target), for losses that need more than a difference. Shapes as for Residual.

    A loss that can also be computed from probabilities or log-probabilities defines ``formula_of_probability(p, t)`` or
    ``formula_of_log_probability(log_p, t)``: going back to scores through logit(p) is NaN at p = t = 1.
    """

    @abstractmethod
    def formula(self, s: Term, t: Term) -> Term:
        """The loss of a raw score and a target, in the words of ``lossmith.formula``."""

    @staticmethod
    def _arguments(score: Any, target: Any) -> tuple[Any, ...]:
        return score, target


@dataclass(frozen=True, kw_only=True)
class Likelihood(Loss):
    """ψ(several predictions of one element, target), as for a mean and a scale.

    The formula's arguments but the last are the predictions. ``prediction`` has an axis for them (the last, where
    ``axis=`` says nothing) and else the shape of ``target``, which the unreduced loss has too.
    """

    HAS_AXIS: ClassVar[bool] = True

    @abstractmethod
    def formula(self, *arguments: Any, **_: Any) -> Term:
        """The loss of the predictions and, last, the target, each a term, in the words of ``lossmith.formula``."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        count = len(self._traced("formula").arguments) - 1
        moved = prediction.movedim(-1 if axis is None else axis, -1) if prediction.dim() else prediction
        if moved.shape != (*target.shape, count):
            raise ShapeError(
                f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}; {type(self).__name__} "
                f"reads {count} predictions an element: prediction of shape {(*target.shape, count)}, or say axis="
            )
        return Aligned(moved, target, target.shape)

    def _bind(self, prediction: Tensor, target: Tensor, request: Request) -> Call:
        if self._claims_traits() and self.traits.link.low > -math.inf:
            raise NoKernel("its predictions are bounded")
        return binding.pointwise(self, prediction, target, request, self._lift, several=True)

    def _lift(self, given: Given) -> Lift:
        formula = self._traced("formula")
        return Lift(formula, tuple_of, self._illegal(given), predictions=len(formula.arguments) - 1)

    def _elements(self, batch: Batch) -> Elements:
        predictions = batch.prediction.unbind(-1)
        return Elements(self._evaluate("formula", *predictions, batch.target))

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        return diagonal_over(gradient, scores, -1 if axis is None else axis)

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (len(self._traced("formula").arguments) - 1,), example

    def _beyond(self, prediction: Tensor, target: Tensor) -> Tensor:
        # the others say how far it scatters, and not where
        return torch.cat([super()._beyond(prediction[..., :1], target), prediction[..., 1:]], -1)

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        targets, traits = targets.to(torch.float64), self.traits
        start = torch.zeros(len(self._traced("formula").arguments) - 1, dtype=torch.float64)
        middle = traits.link.to_score(targets.median())
        start[0] = middle if middle.isfinite() else 0

        def everywhere(constant: Tensor) -> Tensor:
            return constant.expand(*targets.shape, len(start))

        def mean_loss(constant: Tensor) -> Tensor:
            value: Tensor = self(everywhere(constant), targets, weight=weights)
            return value

        def slopes(constant: Tensor) -> Tensor:
            each: Tensor = self.gradient(everywhere(constant), targets, weight=weights)
            each = each.reshape(-1, len(start))
            total, rounding = each.sum(0), 8 * torch.finfo(each.dtype).eps * each.abs().sum(0)
            return torch.where(total.abs() <= rounding, 0, total)

        if traits.smooth < 1:
            return constants.in_turn(slopes, start)
        near = constants.in_turn(slopes, start, blurred=36)
        if bool(near.isinf().any()):
            return constants.in_turn(slopes, near, rounds=1)
        bend: Tensor = self.curvature(everywhere(near), targets, weight=weights)
        scale = bend.reshape(-1, len(start)).mean(0).abs().rsqrt()
        scale = torch.where((scale > 0) & scale.isfinite(), scale, 1)
        return constants.in_turn(slopes, constants.foot(mean_loss, near, scale), rounds=1)
