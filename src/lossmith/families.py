"""The families: each lifts a formula of one variable (or a few) to whole batches.

A family supplies the chain rule, the shapes and the call; a loss of the family supplies the formula.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.arrays import Array, Result, result_of, tensor_of
from lossmith.errors import DefinitionError, DtypeError, SecondDerivativeError, ShapeError, TargetError
from lossmith.formula import exp, expm1, log
from lossmith.formula.terms import Term
from lossmith.kernels import pointwise, rows
from lossmith.kernels.dispatch import may_read_values
from lossmith.layouts import class_axis, labels_or_rows, same_shape
from lossmith.loss import ANY_GIVEN, Aligned, Batch, Elements, Given, Loss
from lossmith.targets import CLASS_INDEX, CLASS_ROWS, DISTRIBUTION, REAL, SIGN, Coding


@dataclass(frozen=True, kw_only=True)
class Elementwise(Loss):
    """What Residual, Margin and Paired share: one score and one target an element, of equal shape."""

    @abstractmethod
    def _values(self, batch: Batch) -> Tensor:
        """The loss of each element."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        same_shape(prediction, target)
        return Aligned(prediction, target, prediction.shape)

    def _elements(self, batch: Batch) -> Elements:
        return Elements(self._values(batch))

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        # a slope that is flat everywhere leaves no graph behind: its derivative is 0
        (diagonal,) = torch.autograd.grad(gradient.sum(), scores, allow_unused=True)
        return torch.zeros_like(scores) if diagonal is None else diagonal

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        targets = tensor_of(target, "target").detach().to(torch.float64)
        weights = None if weight is None else tensor_of(weight, "weight").to(torch.float64)
        if targets.dim() == 0 or len(targets) == 0:
            raise ShapeError(f"target has shape {tuple(targets.shape)}; at least one sample is expected, shape (N, …)")
        traits = self.traits

        def everywhere(constant: Tensor) -> Tensor:
            return constant.expand(targets.shape)

        if traits.convex:
            best = constants.middle_of_minimisers(
                lambda c: self.gradient(everywhere(c), targets, weight=weights).sum(0), targets[0], traits.link.bounded
            )
        else:
            levels = torch.linspace(0, 1, 513, dtype=torch.float64)
            best = constants.least_among(
                lambda c: self(everywhere(c), targets, weight=weights, reduction="none").sum(0),
                torch.quantile(targets, levels, dim=0),
            )
        return result_of(best, target)


@dataclass(frozen=True, kw_only=True)
class Residual(Elementwise):
    """ψ(r) of the residual r = prediction − target. Prediction and target have equal shape; so has the unreduced loss."""

    @abstractmethod
    def formula(self, r: Term) -> Term:
        """The loss of a residual, in the words of ``lossmith.formula``."""

    def _target_coding(self) -> Coding:
        return REAL

    def _values(self, batch: Batch) -> Tensor:
        return self._evaluate("formula", batch.prediction - batch.target)


@dataclass(frozen=True, kw_only=True)
class Margin(Elementwise):
    """ψ(m) of the margin m = score · target, where the target is −1 or +1. Shapes as for Residual."""

    @abstractmethod
    def formula(self, m: Term) -> Term:
        """The loss of a margin, in the words of ``lossmith.formula``."""

    def _target_coding(self) -> Coding:
        return SIGN

    def _values(self, batch: Batch) -> Tensor:
        return self._evaluate("formula", batch.prediction * batch.target)


@dataclass(frozen=True, kw_only=True)
class Paired(Elementwise):
    """ψ(score, target), for losses that need more than a difference. Shapes as for Residual.

    A loss that can also be computed from probabilities or log-probabilities defines ``formula_of_probability(p, t)`` or
    ``formula_of_log_probability(log_p, t)``: going back to scores through logit(p) is NaN at p = t = 1.
    """

    @abstractmethod
    def formula(self, s: Term, t: Term) -> Term:
        """The loss of a raw score and a target, in the words of ``lossmith.formula``."""

    def _values(self, batch: Batch) -> Tensor:
        return self._evaluate(self.FORMULAS[batch.given], batch.prediction, batch.target)


@dataclass(frozen=True, kw_only=True)
class Likelihood(Loss):
    """ψ(several predictions of one element, target), as for a mean and a scale.

    The formula's arguments but the last are the predictions. ``prediction`` has an axis for them (the last, where
    ``axis=`` says nothing) and else the shape of ``target``, which the unreduced loss has too.
    """

    @abstractmethod
    def formula(self, *arguments: Term) -> Term:
        """The loss of the predictions and the target, in the words of ``lossmith.formula``."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        count = len(self._traced("formula").arguments) - 1
        moved = prediction.movedim(-1 if axis is None else axis, -1) if prediction.dim() else prediction
        if moved.shape != (*target.shape, count):
            raise ShapeError(
                f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}; {type(self).__name__} "
                f"reads {count} predictions an element: prediction of shape {(*target.shape, count)}, or say axis="
            )
        return Aligned(moved, target, target.shape)

    def _elements(self, batch: Batch) -> Elements:
        predictions = batch.prediction.unbind(-1)
        return Elements(self._evaluate("formula", *predictions, batch.target))

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        return _diagonal_over(gradient, scores, -1 if axis is None else axis)

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        """As :meth:`Loss.best_constant`: one score for each prediction of an element, over all elements at once."""
        targets = tensor_of(target, "target").detach().to(torch.float64)
        count = len(self._traced("formula").arguments) - 1
        best = constants.foot(
            lambda c: self(c.expand(*targets.shape, count), targets, weight=weight),
            torch.zeros(count, dtype=torch.float64),
        )
        return result_of(best, target)


@dataclass(frozen=True, kw_only=True)
class OverClasses(Loss):
    """What the families with a class axis share: scores of shape (…, C, …), one loss for each row of C."""

    HAS_CLASSES: ClassVar[bool] = True

    @property
    def is_linear_in_log_p(self) -> bool:
        """Whether the loss is a sum of constants times log-probabilities, as cross-entropy is."""
        return False

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        axis = class_axis(prediction, axis)
        has_rows = labels_or_rows(prediction, target, axis)
        coding = self._target_coding()
        if has_rows and coding is CLASS_INDEX:
            raise TargetError(
                f"{type(self).__name__} expects class indices, but target has the prediction's shape "
                f"{tuple(target.shape)}; write target.argmax({axis}) for one-hot rows, or take CategoricalCrossEntropy"
            )
        if not has_rows and coding in (CLASS_ROWS, DISTRIBUTION, REAL):
            raise TargetError(
                f"{type(self).__name__} expects a row over the classes for each sample, but target has shape "
                f"{tuple(target.shape)}; write torch.nn.functional.one_hot(target, {prediction.shape[axis]}), or take "
                "SparseCategoricalCrossEntropy for class indices"
            )
        moved = prediction.movedim(axis, -1)
        if has_rows:
            return Aligned(moved, target.movedim(axis, -1), moved.shape[:-1], moved.shape[-1], has_rows=True)
        if target.dtype.is_floating_point or target.dtype in (torch.bool, torch.complex64, torch.complex128):
            raise DtypeError(f"class indices have dtype {target.dtype}; write target.long()")
        return Aligned(moved, target.long(), moved.shape[:-1], moved.shape[-1], is_index=True)

    def _check_values(self, batch: Batch, coding: Coding) -> None:
        classes = batch.prediction.shape[-1]
        if batch.is_index:
            bad = (batch.target < 0) | (batch.target >= classes)
            if bool(bad.any()):
                label = int(batch.target[bad][0])
                raise TargetError(
                    f"{type(self).__name__}: {int(bad.sum())} labels are no class index from 0 to {classes - 1}, first "
                    f"{label}; "
                    + (f"to leave them out write ignore_index={label}" if label < 0 else "check the number of classes")
                )
        super()._check_values(batch, coding)

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        return _diagonal_over(gradient, scores, class_axis(scores, axis))


@dataclass(frozen=True, kw_only=True)
class Rowwise(OverClasses):
    """ψ(log p, 1 − p, logsumexp) of the true class, after a softmax over the class axis.

    ``target`` holds class indices: integers, the prediction's shape without its class axis, which is also the shape of
    the unreduced loss. A formula that is linear in log p extends to rows of the prediction's shape, one-hot or
    distributions: Σⱼ wⱼ tⱼ ψ(log pⱼ), with the class weights w.
    """

    @abstractmethod
    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """The loss of the true class: its log-probability, 1 − its probability, and the logsumexp of the row."""

    def formula_of_probability(self, p: Term) -> Term:
        """The same from the true class's probability."""
        return self.formula(log(p), 1 - p, Term(0))

    def formula_of_log_probability(self, log_p: Term) -> Term:
        """The same from the true class's log-probability."""
        return self.formula(log_p, -expm1(log_p), Term(0))

    @property
    def is_linear_in_log_p(self) -> bool:
        """Whether the loss extends from labels to distributions."""
        return self._traced("formula").is_affine_in(0, among=(0, 1, 2))

    def _smoothing(self) -> float:
        """How much of each label is spread evenly over all classes; a loss with label smoothing says so here."""
        return 0.0

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        aligned = super()._align(prediction, target, axis)
        if (aligned.has_rows or self._smoothing()) and not self.is_linear_in_log_p:
            raise TargetError(
                f"{type(self).__name__} is not linear in log p, so it is defined for class indices alone, without label "
                f"smoothing; write target.argmax({class_axis(prediction, axis)})"
            )
        return aligned

    def _elements(self, batch: Batch) -> Elements:
        if batch.is_index and not self._smoothing():
            return self._of_indices(batch)
        target = batch.target
        if batch.is_index:
            classes = torch.arange(batch.prediction.shape[-1], device=target.device)
            target = (target.unsqueeze(-1) == classes).to(batch.prediction.dtype)
        counts = None if batch.class_weight is None else (target * batch.class_weight).sum(-1)
        spread = (1 - self._smoothing()) * target + self._smoothing() / target.shape[-1]
        if batch.class_weight is not None:
            spread = spread * batch.class_weight
        losses = self._evaluate(self.FORMULAS[batch.given], *self._statistics(batch))
        return Elements(pointwise.times(spread, losses).sum(-1), counts)

    def _of_indices(self, batch: Batch) -> Elements:
        index = batch.target.unsqueeze(-1)
        if may_read_values(batch.prediction, batch.target):  # then the labels were checked
            outside = None
        else:
            # a label out of range must not kill a GPU's context: it gives NaN instead
            outside = (index < 0) | (index >= batch.prediction.shape[-1])
            index = torch.where(outside, 0, index)
        true_class = [s.gather(-1, index) for s in self._statistics(batch)]
        losses = self._evaluate(self.FORMULAS[batch.given], *true_class).squeeze(-1)
        if outside is not None:
            losses = torch.where(outside.squeeze(-1), torch.nan, losses)
        if batch.class_weight is None:
            return Elements(losses)
        counts = batch.class_weight[index.squeeze(-1)]
        return Elements(pointwise.times(counts, losses), counts)

    def _statistics(self, batch: Batch) -> list[Tensor]:
        """What the formula reads of each class: three numbers of scores, or what was given itself."""
        if batch.given != "scores":
            return [batch.prediction]
        row = rows.softmax(batch.prediction)
        return [row.log_p, row.miss, row.lse.expand_as(row.log_p)]

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        return _best_row(self, target, weight)


@dataclass(frozen=True, kw_only=True)
class Divergence(OverClasses):
    """Σⱼ ψ(pⱼ, log pⱼ, tⱼ, log tⱼ) over the class axis, between a predicted distribution p and a target distribution t.

    Prediction and target have equal shape; ``given`` and ``target_given`` say what each is, and nothing is guessed. The
    unreduced loss has that shape without the class axis.
    """

    TARGET_GIVEN: ClassVar[tuple[Given, ...]] = ANY_GIVEN

    @abstractmethod
    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """One class's share of the divergence, in the words of ``lossmith.formula``."""

    def formula_of_probability(self, p: Term, t: Term, log_t: Term) -> Term:
        """The same from the predicted probability."""
        return self.formula(p, log(p), t, log_t)

    def formula_of_log_probability(self, log_p: Term, t: Term, log_t: Term) -> Term:
        """The same from its logarithm."""
        return self.formula(exp(log_p), log_p, t, log_t)

    @property
    def is_linear_in_log_p(self) -> bool:
        """Whether the prediction enters as a sum of constants times log-probabilities, as in the forward KL."""
        return self._traced("formula").is_affine_in(1, among=(0, 1))

    def _target_coding(self) -> Coding:
        return DISTRIBUTION

    def _elements(self, batch: Batch) -> Elements:
        if batch.given == "scores":
            row = rows.softmax(batch.prediction)
            predicted = [row.p, row.log_p]
        else:
            predicted = [batch.prediction]
        t, log_t = _distribution(batch.target, batch.target_given)
        losses = self._evaluate(self.FORMULAS[batch.given], *predicted, t, log_t)
        return _sum_over_classes(losses, t, batch.class_weight)

    def _check_values(self, batch: Batch, coding: Coding) -> None:
        super()._check_values(batch, coding)
        if batch.target_given == "log_probabilities":
            coding.check(batch.target.exp(), type(self).__name__)

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        return _best_row(self, target, weight)


@dataclass(frozen=True, kw_only=True)
class Classwise(OverClasses):
    """Σⱼ ψ(scoreⱼ, targetⱼ) over the class axis, without a softmax: one-against-all losses.

    ``target`` has the prediction's shape; the unreduced loss has it without the class axis.
    """

    @abstractmethod
    def formula(self, s: Term, t: Term) -> Term:
        """The loss of one class's score and target, in the words of ``lossmith.formula``."""

    def _elements(self, batch: Batch) -> Elements:
        losses = self._evaluate("formula", batch.prediction, batch.target)
        return _sum_over_classes(losses, batch.target, batch.class_weight)

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        return _best_row(self, target, weight)


@dataclass(frozen=True, kw_only=True)
class Setwise(Loss):
    """What is no sum over elements: an ordinary differentiable function of torch, behind the same interface.

    Prediction and target have equal shape (N, …); the unreduced loss has shape (N,), one for each set.
    """

    @abstractmethod
    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The losses of the sets, shape (N,), from scores and targets of shape (N, …)."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        same_shape(prediction, target)
        if prediction.dim() == 0:
            raise ShapeError("prediction is a single number; sets along the first axis are expected, shape (N, …)")
        return Aligned(prediction, target, prediction.shape[:1])

    def _elements(self, batch: Batch) -> Elements:
        values = self.function(batch.prediction, batch.target)
        if values.shape != batch.prediction.shape[:1]:
            raise DefinitionError(
                f"{type(self).__qualname__}.function returns shape {tuple(values.shape)}; one loss a set is expected, "
                f"shape {tuple(batch.prediction.shape[:1])}: reduce over the other axes"
            )
        return Elements(values)

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        raise SecondDerivativeError(
            f"the elements of {type(self).__name__} act together, so its Hessian is no diagonal; "
            "write torch.func.hessian(lambda x: loss(x, target))(prediction)"
        )

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        """As :meth:`Loss.best_constant`: one score for all elements of all sets."""
        targets = tensor_of(target, "target").detach().to(torch.float64)
        best = constants.foot(
            lambda c: self(c.expand(targets.shape), targets, weight=weight), torch.zeros((), dtype=torch.float64)
        )
        return result_of(best, target)

    @property
    def latex(self) -> str:
        """A set-wise loss is a function, not a formula."""
        return rf"\operatorname{{{type(self).__name__}}}\left(x, t\right)"


def _distribution(values: Tensor, given: Given) -> tuple[Tensor, Tensor]:
    """The probabilities and log-probabilities that ``values`` stand for, over the last axis."""
    if given == "scores":
        row = rows.softmax(values)
        return row.p, row.log_p
    return (values, values.log()) if given == "probabilities" else (values.exp(), values)


def _sum_over_classes(losses: Tensor, target: Tensor, class_weight: Tensor | None) -> Elements:
    if class_weight is None:
        return Elements(losses.sum(-1))
    weights = class_weight.expand_as(losses)
    return Elements(pointwise.times(weights, losses).sum(-1), (weights * target).sum(-1))


def _diagonal_over(gradient: Tensor, scores: Tensor, axis: int) -> Tensor:
    """∂gradientⱼ/∂scoreⱼ for each j along ``axis``, one backward pass a j; other elements do not act on each other."""
    diagonal = torch.zeros_like(scores)
    for j in range(scores.shape[axis]):
        (row,) = torch.autograd.grad(gradient.select(axis, j).sum(), scores, retain_graph=True, allow_unused=True)
        if row is not None:
            diagonal.select(axis, j).copy_(row.select(axis, j))
    return diagonal


def _best_row(loss: OverClasses, target: Array, weight: Array | None) -> Result:
    """The best scores, one a class, for targets of shape (N,) (indices) or (N, C)."""
    targets = tensor_of(target, "target").detach()
    if targets.dim() == 0 or len(targets) == 0:
        raise ShapeError(f"target has shape {tuple(targets.shape)}; samples are expected, shape (N,) or (N, C)")
    classes = int(targets.max()) + 1 if targets.dim() == 1 else targets.shape[-1]
    weights = None if weight is None else tensor_of(weight, "weight").to(torch.float64)

    def mean_loss(scores: Tensor, given: Given = "scores") -> Tensor:
        value: Tensor = loss(scores.expand(len(targets), classes), targets, weight=weights, given=given)
        return value

    if loss.is_linear_in_log_p:
        # −Σⱼ Qⱼ log pⱼ is least at p = Q / ΣQ; a class that never occurs gets −∞
        even = torch.full((classes,), -math.log(classes), dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(mean_loss(even, "log_probabilities"), even)
        return result_of((slope / slope.sum()).log(), target)
    return result_of(constants.foot(mean_loss, torch.zeros(classes, dtype=torch.float64)), target)
