"""One row of scores, one loss: families whose formula sees the classes of a sample."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.call import ANY_GIVEN, Aligned, Batch, Elements, Given, Options
from lossmith.errors import LossmithError, TargetError
from lossmith.families import binding
from lossmith.families.diagonal import diagonal_over
from lossmith.formula import exp, expm1, log
from lossmith.formula.lift import Lift, tuple_of
from lossmith.formula.terms import Term
from lossmith.fused import Illegal, Request
from lossmith.kernels import pointwise, rows
from lossmith.kernels.dispatch import at_compile_time, may_read_values
from lossmith.kernels.handed import Call
from lossmith.layouts import class_axis, class_indices, labels_or_rows, one_hot
from lossmith.loss import Loss
from lossmith.targets import CLASS_INDEX, CLASS_ROWS, CLASSES, DISTRIBUTION, MULTI_LABEL, Coding


@dataclass(frozen=True, kw_only=True)
class OverClasses(Loss):
    """What the families with a class axis share: scores of shape (…, C, …), one loss for each row of C."""

    HAS_AXIS: ClassVar[bool] = True
    HAS_CLASSES: ClassVar[bool] = True
    MORE_CLASSES: ClassVar[int] = 0  # than scores: K − 1 thresholds part K ordered classes

    @property
    def is_linear_in_log_p(self) -> bool:
        """Whether the loss extends from labels to distributions: a sum of constants times log-probabilities."""
        return False

    def _best_is_log_share(self) -> bool:
        """Whether the best scores are the logarithms of the classes' shares."""
        return self.is_linear_in_log_p

    def _needs_class_counts(self) -> bool:
        """Whether a call must say how often each class occurs."""
        return False

    def _reads_class_counts(self) -> bool:
        return self._needs_class_counts()

    def _check_options(self, options: Options) -> None:
        super()._check_options(options)
        if self._needs_class_counts() and options.get("class_counts") is None:
            raise LossmithError(
                f"{self!r} adjusts to how often each class occurs, which it must be told: write class_counts=, a count "
                "or a share for each class of the training data, in the call or in Criterion"
            )

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        axis = class_axis(prediction, axis)
        has_rows = labels_or_rows(prediction, target, axis)
        classes = prediction.shape[axis] + self.MORE_CLASSES
        coding = self._target_coding()
        if has_rows and coding is CLASS_INDEX:
            raise TargetError(
                f"{type(self).__name__} expects class indices, but target has the prediction's shape "
                f"{tuple(target.shape)}; write target.argmax({axis}) for one-hot rows; distributions are read by "
                "CategoricalCrossEntropy and by losses that are linear in log p"
            )
        if not has_rows and coding not in (CLASS_INDEX, CLASSES):
            raise TargetError(
                f"{type(self).__name__} expects a row over the classes for each sample, but target has shape "
                f"{tuple(target.shape)}; write torch.nn.functional.one_hot(target, {prediction.shape[axis]}), or take "
                "SparseCategoricalCrossEntropy for class indices"
            )
        moved = prediction.movedim(axis, -1)
        if has_rows:
            return Aligned(moved, target.movedim(axis, -1), moved.shape[:-1], classes, has_rows=True)
        return Aligned(moved, class_indices(target), moved.shape[:-1], classes, is_index=True)

    def _class_amounts(self, aligned: Aligned, class_weight: Tensor, options: Options) -> Tensor:
        """What each row counts by the weights of its classes: that of its label, or their expectation."""
        if aligned.is_index:
            # a label out of range is found later
            amounts: Tensor = class_weight[aligned.target.clamp(0, len(class_weight) - 1)]
            return amounts
        return self._expectation(class_weight, aligned.target, options.get("target_given", "probabilities"))

    def _expectation(self, class_weight: Tensor, target: Tensor, target_given: Given) -> Tensor:
        return distribution(target.to(class_weight.dtype), target_given)[0] @ class_weight

    def _labels(self, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """Labels that can index, and where they replace one that is out of range: ``None``, where values were checked.

        A label out of range must not kill a GPU's context: its loss is NaN instead.
        """
        if may_read_values(batch.prediction, batch.target):
            return batch.target, None
        outside = (batch.target < 0) | (batch.target >= batch.prediction.shape[-1] + self.MORE_CLASSES)
        return torch.where(outside, 0, batch.target), outside

    def _check_values(self, batch: Batch, coding: Coding) -> None:
        classes = batch.prediction.shape[-1] + self.MORE_CLASSES
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
        return diagonal_over(gradient, scores, class_axis(scores, axis))

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (3,), example

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        classes = (int(targets.max()) + 1 if targets.dim() == 1 else targets.shape[-1]) - self.MORE_CLASSES

        # the sample is all the training data there are
        counts = _counts(targets, weights, classes) if self._needs_class_counts() else None

        def mean_loss(scores: Tensor, given: Given = "scores") -> Tensor:
            everywhere = scores.expand(len(targets), classes)
            value: Tensor = self(everywhere, targets, weight=weights, given=given, class_counts=counts)
            return value

        if not self._best_is_log_share():
            found = constants.foot(mean_loss, torch.zeros(classes, dtype=torch.float64))
            # a class that dies out on the way to −∞
            without = torch.where(found.softmax(-1) < 1e-6, -torch.inf, found)
            return without if bool(mean_loss(without) < mean_loss(found)) else found
        # −Σⱼ Qⱼ log pⱼ is least at p = Q / ΣQ; a class that never occurs gets −∞
        even = torch.full((classes,), -math.log(classes), dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(mean_loss(even, "log_probabilities"), even)
        return (slope / slope.sum()).log()


@dataclass(frozen=True, kw_only=True)
class Rowwise(OverClasses):
    """ψ(log p, 1 − p, logsumexp) of the true class, after a softmax over the class axis.

    ``target`` holds class indices: integers, the prediction's shape without its class axis, which is also the shape of
    the unreduced loss. A formula that is linear in log p extends to rows of the prediction's shape, one-hot or
    distributions: Σⱼ wⱼ tⱼ ψ(log pⱼ), with the class weights w.
    """

    TARGET: ClassVar[Coding] = CLASSES

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
        """Whether the loss extends from labels to distributions. The logsumexp, the same for all, does no harm."""
        return _is_affine(self, 0, among=(0, 1))

    def _best_is_log_share(self) -> bool:
        return not self._maps_scores() and _is_affine(self, 0, among=(0, 1, 2))

    def _smoothing(self) -> float:
        """How much of each label is spread evenly over all classes; a loss with label smoothing says so here."""
        return 0.0

    def _maps_scores(self) -> bool:
        """Whether a formula ``logit`` maps each score before the softmax; a loss that has one says so here.

        Its arguments are some of ``x`` (the score), ``log_prior`` (the log of the class's share, by ``class_counts=``),
        ``log_rarity`` (the log of the rarest class's share less that) and ``t`` (1 for the true class, else 0).
        """
        return False

    def _given(self, option: str, value: Given, allowed: tuple[Given, ...]) -> Given:
        return super()._given(option, value, ("scores",) if option == "given" and self._maps_scores() else allowed)

    def _target_coding(self) -> Coding:
        coding = super()._target_coding()
        return CLASS_INDEX if coding is CLASSES and not self.is_linear_in_log_p else coding

    def _bind(self, prediction: Tensor, target: Tensor, request: Request) -> Call:
        return binding.rowwise(self, prediction, target, request)

    def _elements(self, batch: Batch) -> Elements:
        if batch.is_index and not self._smoothing():
            return self._of_indices(batch)
        target = batch.target
        if batch.is_index:
            target = one_hot(target, batch.prediction.shape[-1]).to(batch.prediction.dtype)
        counts = None if batch.class_weight is None else (target * batch.class_weight).sum(-1)
        spread = (1 - self._smoothing()) * target + self._smoothing() / target.shape[-1]
        if batch.class_weight is not None:
            spread = spread * batch.class_weight
        losses = self._evaluate(self.FORMULAS[batch.given], *self._statistics(batch))
        return Elements(pointwise.times(spread, losses).sum(-1), counts)

    def _of_indices(self, batch: Batch) -> Elements:
        labels, outside = self._labels(batch)
        true_class = [s.gather(-1, labels.unsqueeze(-1)) for s in self._statistics(batch)]
        losses = self._evaluate(self.FORMULAS[batch.given], *true_class).squeeze(-1)
        if outside is not None:
            losses = torch.where(outside, torch.nan, losses)
        if batch.class_weight is None:
            return Elements(losses)
        counts = batch.class_weight[labels]
        return Elements(pointwise.times(counts, losses), counts)

    def _statistics(self, batch: Batch) -> list[Tensor]:
        """What the formula reads of each class: three numbers of scores, or what was given itself."""
        if batch.given != "scores":
            # a NaN in any class spoils its row, as it does through a softmax
            spoilt = batch.prediction.isnan().any(-1, keepdim=True)
            return [batch.prediction * torch.where(spoilt, torch.nan, 1.0)]
        row = rows.softmax(self._mapped(batch) if self._maps_scores() else batch.prediction)
        return [row.log_p, row.miss, row.lse.expand_as(row.log_p)]

    def _mapped(self, batch: Batch) -> Tensor:
        """The scores as the formula ``logit`` maps them."""
        x = batch.prediction
        shares = torch.ones_like(x) if batch.class_counts is None else batch.class_counts.expand_as(x)
        t = batch.target
        if batch.is_index:
            t = one_hot(t, x.shape[-1]).to(x.dtype)
        read = {
            "x": x,
            "log_prior": (shares / shares.sum(-1, keepdim=True)).log(),
            "log_rarity": (shares.amin(-1, keepdim=True) / shares).log(),
            "t": t,
        }
        return self._evaluate("logit", *(read[argument.name] for argument in self._traced("logit").arguments))


@dataclass(frozen=True, kw_only=True)
class Divergence(OverClasses):
    """Σⱼ ψ(pⱼ, log pⱼ, tⱼ, log tⱼ) over the class axis, between a predicted distribution p and a target distribution t.

    Prediction and target have equal shape; ``given`` and ``target_given`` say what each is, and nothing is guessed. The
    unreduced loss has that shape without the class axis.
    """

    TARGET: ClassVar[Coding] = DISTRIBUTION
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
        return _is_affine(self, 1, among=(0, 1))

    def _temperature(self) -> float | None:
        """By what both sides are divided before a softmax of both; a loss that softens them says so here.

        Log-probabilities are then scores like any others.
        """
        return None

    def _bind(self, prediction: Tensor, target: Tensor, request: Request) -> Call:
        if request.given == "scores" or self._temperature() is not None:
            return binding.divergence(self, prediction, target, request)
        return binding.classwise(self, prediction, target, request, self._lift)

    def _lift(self, given: Given, target_given: Given) -> Lift:
        inner = _of_probabilities if target_given == "probabilities" else _of_log_probabilities
        return Lift(self._traced(self.FORMULAS[given]), inner, Illegal(self._target_coding(), given, -math.inf))

    def _elements(self, batch: Batch) -> Elements:
        temperature = self._temperature()
        prediction, target, target_given = batch.prediction, batch.target, batch.target_given
        if temperature is not None:
            prediction, target_given = prediction / temperature, "scores"
            target = (target.log() if batch.target_given == "probabilities" else target) / temperature
        if batch.given == "scores" or temperature is not None:
            row = rows.softmax(prediction)
            predicted = [row.p, row.log_p]
        else:
            predicted = [prediction]
        t, log_t = distribution(target, target_given)
        losses = self._evaluate(self.FORMULAS[batch.given], *predicted, t, log_t)
        return _sum_over_classes(losses, t, batch.class_weight)

    def _check_values(self, batch: Batch, coding: Coding) -> None:
        super()._check_values(batch, coding)
        if batch.target_given == "log_probabilities":
            coding.check(batch.target.exp(), type(self).__name__)


@dataclass(frozen=True, kw_only=True)
class Classwise(OverClasses):
    """Σⱼ ψ(scoreⱼ, targetⱼ) over the class axis, without a softmax: one-against-all losses.

    ``target`` has the prediction's shape; the unreduced loss has it without the class axis.
    """

    TARGET: ClassVar[Coding] = MULTI_LABEL

    @abstractmethod
    def formula(self, s: Term, t: Term) -> Term:
        """The loss of one class's score and target, in the words of ``lossmith.formula``."""

    def _bind(self, prediction: Tensor, target: Tensor, request: Request) -> Call:
        return binding.classwise(self, prediction, target, request, self._lift)

    def _lift(self, given: Given, _: Given) -> Lift:
        return Lift(self._traced(self.FORMULAS[given]), tuple_of, self._illegal(given))

    def _expectation(self, class_weight: Tensor, target: Tensor, target_given: Given) -> Tensor:
        if self._asks_once():
            return super()._expectation(class_weight, target, target_given)
        return class_weight.mean().expand(target.shape[:-1])

    def _asks_once(self) -> bool:
        """Whether a row of labels weighs as its labels do; where each class is its own question, all classes count."""
        return self._target_coding() in (CLASS_ROWS, DISTRIBUTION)

    def _elements(self, batch: Batch) -> Elements:
        losses = self._evaluate("formula", batch.prediction, batch.target)
        share = batch.target if self._asks_once() else torch.full_like(losses, 1 / losses.shape[-1])
        return _sum_over_classes(losses, share, batch.class_weight)


def _of_probabilities(x: Term, t: Term) -> tuple[Term, ...]:
    return x, t, log(t)


def _of_log_probabilities(x: Term, log_t: Term) -> tuple[Term, ...]:
    return x, exp(log_t), log_t


@at_compile_time
def _is_affine(loss: OverClasses, argument: int, among: tuple[int, ...]) -> bool:
    return loss._traced("formula").is_affine_in(argument, among)


def _counts(targets: Tensor, weights: Tensor | None, classes: int) -> Tensor:
    """How often each class occurs among labels or rows, weighted."""
    rows = torch.eye(classes, dtype=torch.float64)[targets] if targets.dim() == 1 else targets.to(torch.float64)
    return rows.sum(0) if weights is None else weights @ rows


def distribution(values: Tensor, given: Given) -> tuple[Tensor, Tensor]:
    """The probabilities and log-probabilities that ``values`` stand for, over the last axis."""
    if given == "scores":
        row = rows.softmax(values)
        return row.p, row.log_p
    return (values, values.log()) if given == "probabilities" else (values.exp(), values)


def _sum_over_classes(losses: Tensor, share: Tensor, class_weight: Tensor | None) -> Elements:
    """The losses of the rows, and the class weight of each: its expectation under ``share``, which sums to 1."""
    if class_weight is None:
        return Elements(losses.sum(-1))
    weights = class_weight.expand_as(losses)
    return Elements(pointwise.times(weights, losses).sum(-1), (weights * share).sum(-1))
