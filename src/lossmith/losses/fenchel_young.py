"""Fenchel–Young losses: Ω*(x) + Ω(t) − ⟨x, t⟩, each from a way to turn scores into probabilities."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith.errors import ParameterError
from lossmith.families import Axiswise
from lossmith.fields import written
from lossmith.kernels.pointwise import times
from lossmith.kernels.rows import softmax
from lossmith.layouts import as_rows
from lossmith.links import ENTMAX15, SOFTMAX, SPARSEMAX, Link, thresholded
from lossmith.targets import CLASSES, Coding
from lossmith.traits import Traits

__all__ = ["Entmax15Loss", "FenchelYoung", "SparsemaxLoss"]


@dataclass(frozen=True, kw_only=True)
class FenchelYoung(Axiswise):
    """Ω*(x) + Ω(t) − ⟨x, t⟩ for any convex Ω: its slope is the prediction ∇Ω*(x) minus the target.

    Convention: without ``regulariser`` the term Ω(t), which no prediction changes, is left out (for one-hot targets it
    is mostly 0); with it the least value is 0. Without ``conjugate`` that is logsumexp, and the loss is cross-entropy.
    Optax's ``make_fenchel_young_loss(max_fun)`` is the same with ``max_fun`` for the conjugate. Functions defined with
    ``def`` in a module keep the loss picklable.

    When: scores become a prediction by a smoothed maximum of your own (over classes, paths, trees), and the loss
    should fit it.
    When not: the smoothed maximum is one that has a loss of its own: softmax, sparsemax, 1.5-entmax.
    Goes wrong: a conjugate that is not convex gives values below 0; large scores lose digits in Ω*(x) − ⟨x, t⟩.
    Relatives: CrossEntropy (logsumexp); SparsemaxLoss and Entmax15Loss, with digits to spare; the perceptron (max).

    Reference: Blondel, M., Martins, A. F. T. and Niculae, V. (2020). Learning with Fenchel-Young Losses. Journal of
    Machine Learning Research 21.

    Example:
        >>> import torch, lossmith as lm
        >>> perceptron = lm.FenchelYoung(conjugate=lambda x: x.amax(-1))
        >>> perceptron([[2.0, 0.5, -1.0], [2.0, 1.5, 1.8]], [0, 1], reduction="none")
        array([0. , 0.5])
    """

    conjugate: Callable[[Tensor], Tensor] | None = None  # Ω*, from scores (…, C) to numbers (…); logsumexp where None
    regulariser: Callable[[Tensor], Tensor] | None = None  # Ω, from rows of targets (…, C) to numbers (…)

    TARGET: ClassVar[Coding] = CLASSES
    LATEX: ClassVar[str] = r"\Omega^{*}\left(x\right) + \Omega\left(t\right) - \left\langle x, t \right\rangle"
    NOTATION: ClassVar[str] = "Ω*(x) + Ω(t) − ⟨x, t⟩"

    def __post_init__(self) -> None:
        """Check that both fields can be called."""
        super().__post_init__()
        for name in ("conjugate", "regulariser"):
            if not (getattr(self, name) is None or callable(getattr(self, name))):
                raise ParameterError(
                    f"FenchelYoung({name}={getattr(self, name)!r}): a function from tensors (…, C) to tensors (…) is "
                    "expected, such as lambda x: x.logsumexp(-1)"
                )

    def __repr__(self) -> str:
        return f"FenchelYoung(conjugate={written(self.conjugate)}, regulariser={written(self.regulariser)})"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """By the fields; logsumexp(x) − ⟨x, t⟩ is −⟨log p, t⟩, whatever the scores' size."""
        t = as_rows(target, prediction)
        if self.conjugate is None:
            losses = -times(t, softmax(prediction).log_p).sum(-1)
        else:
            losses = self._of_rows("conjugate", prediction) - times(t, prediction).sum(-1)
        return losses if self.regulariser is None else losses + self._of_rows("regulariser", t)

    def _of_rows(self, name: str, rows: Tensor) -> Tensor:
        values: Tensor = getattr(self, name)(rows)
        if values.shape != rows.shape[:-1]:
            raise ParameterError(
                f"{self!r}: its {name} makes shape {tuple(values.shape)} of {tuple(rows.shape)}; one number a row is "
                f"expected, shape {tuple(rows.shape[:-1])}: reduce over the last axis"
            )
        return values

    def _claims_traits(self) -> bool:
        return self.conjugate is None

    @property
    def traits(self) -> Traits:
        """Those of cross-entropy, or what measurement shows of another conjugate."""
        return _traits(SOFTMAX, math.inf, strictly_convex=True) if self._claims_traits() else super().traits


@dataclass(frozen=True, kw_only=True)
class SparsemaxLoss(Axiswise):
    """The loss of sparsemax, the nearest distribution to the scores, which gives many classes a probability of 0.

    Convention: Ω(p) = (‖p‖² − 1)/2, so that the loss is (‖t − x‖² − ‖p − x‖²)/2 with p = sparsemax(x), as in the
    package entmax and in Optax; the slope is p − t. It is exactly 0 where the true class is ahead by 1 or more. The
    probabilities are ``loss.traits.link.to_mean(scores)``.

    When: most classes are out of the question for a sample, and that should be said by a 0; soft labels with zeros.
    When not: every class must keep some probability, as for a likelihood of a test set (cross-entropy).
    Goes wrong: a class of probability 0 that is not true gets no slope, so a wrong one may take long to come back.
    Relatives: for two classes the modified Huber loss; FenchelYoung of Ω; Entmax15Loss, half-way to cross-entropy.

    Reference: Martins, A. F. T. and Astudillo, R. F. (2016). From Softmax to Sparsemax: A Sparse Model of Attention and
    Multi-Label Classification. International Conference on Machine Learning.

    Example:
        >>> import lossmith as lm
        >>> lm.SparsemaxLoss()([[2.0, 0.5, -1.0], [2.0, 1.5, 1.75]], [0, 1], reduction="none").round(4)
        array([0.    , 0.6458])
    """

    TARGET: ClassVar[Coding] = CLASSES
    LATEX: ClassVar[str] = r"\frac{\left\| t - x \right\|^{2} - \left\| p - x \right\|^{2}}{2}"
    NOTATION: ClassVar[str] = "(‖t − x‖² − ‖p − x‖²)/2, p = sparsemax(x)"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """With s = x − τ it is Σ (t − s)²/2 over the support and Σ t²/2 − t·s beside it, a sum of no negative term."""
        t, inside, outside = _split(prediction, target, power=1)
        return (t - inside).square().sum(-1) / 2 + times(t, outside).sum(-1)

    @property
    def traits(self) -> Traits:
        """Proper; curvature that jumps where a class enters the support."""
        return _traits(SPARSEMAX, 1)


@dataclass(frozen=True, kw_only=True)
class Entmax15Loss(Axiswise):
    """The loss of 1.5-entmax, between softmax and sparsemax: smooth, and yet probabilities may be exactly 0.

    Convention: Ω(p) = (Σ p^1.5 − 1)·4/3, as in the package entmax; the slope is p − t with p = entmax(x). It is exactly
    0 where the true class is ahead by 2 or more. The probabilities are ``loss.traits.link.to_mean(scores)``.

    When: SparsemaxLoss' case with slopes that die out gently: sequence models with large vocabularies.
    When not: every class must keep some probability, as for a likelihood of a test set (cross-entropy).
    Goes wrong: a class of probability 0 that is not true gets no slope, so a wrong one may take long to come back.
    Relatives: SparsemaxLoss (the power 2) and CrossEntropy (the limit of a power of 1); FenchelYoung of Ω.

    Reference: Peters, B., Niculae, V. and Martins, A. F. T. (2019). Sparse Sequence-to-Sequence Models. Annual Meeting
    of the Association for Computational Linguistics.

    Example:
        >>> import lossmith as lm
        >>> lm.Entmax15Loss()([[2.0, 0.0, -1.0], [2.0, 1.5, 1.75]], [0, 1], reduction="none").round(4)
        array([0.    , 0.8493])
    """

    TARGET: ClassVar[Coding] = CLASSES
    LATEX: ClassVar[str] = (
        r"\frac{4}{3} \sum_{j} \left(t_{j}^{3/2} - p_{j}^{3/2}\right) - \left\langle x, t - p \right\rangle"
    )
    NOTATION: ClassVar[str] = "Σ (t^1.5 − p^1.5)·4/3 − ⟨x, t − p⟩, p = entmax(x)"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """With s = x/2 − τ and r = √t it is Σ (r − s)²(2r + s)·2/3 over the support and Σ 4r³/3 − 2ts beside it."""
        t, inside, outside = _split(prediction, target, power=2)
        root = torch.where(t == 0, 1, t).sqrt()  # √t has no slope at 0, but the loss has one
        by_root = (root - inside).square() * (2 * root + inside)
        by_target = inside * (inside.square() - 3 * t)
        return 2 * torch.where(t == 0, by_target, by_root).sum(-1) / 3 + 2 * times(t, outside).sum(-1)

    @property
    def traits(self) -> Traits:
        """Proper; two continuous derivatives."""
        return _traits(ENTMAX15, 2)


def _split(scores: Tensor, target: Tensor, power: int) -> tuple[Tensor, Tensor, Tensor]:
    """The target as rows; how far each score is above the threshold, or 0; how far below it, or 0."""
    s = thresholded(scores, power)
    return as_rows(target, scores), torch.where(s > 0, s, 0), torch.where(s > 0, 0, -s)


def _traits(link: Link, smooth: float, *, strictly_convex: bool = False) -> Traits:
    return Traits(
        target=CLASSES,
        link=link,
        elicits="probability",
        convex=True,
        smooth=smooth,
        lipschitz=1.0,
        strictly_convex=strictly_convex,
        symmetric=True,
    )
