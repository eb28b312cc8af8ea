"""Losses of a row of raw scores, one a class, for classes that exclude each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from torch import Tensor

from lossmith.families import Axiswise, Rowwise
from lossmith.fields import Range, Smoothing, Switchable
from lossmith.formula import poly_log, tanh, where
from lossmith.formula.terms import Term
from lossmith.kernels.dispatch import at_compile_time
from lossmith.kernels.rows import softmax
from lossmith.layouts import as_rows, one_hot
from lossmith.links import SOFTMAX, Link, capped_softmax
from lossmith.targets import CLASS_INDEX, CLASS_ROWS, CLASSES, Coding
from lossmith.traits import Traits

__all__ = [
    "Brier",
    "CategoricalCrossEntropy",
    "CrossEntropy",
    "Poly1",
    "SparseCategoricalCrossEntropy",
    "Squentropy",
]


@dataclass(frozen=True, kw_only=True)
class CrossEntropy(Rowwise):
    """Minus the log-probability of the true class, after a softmax over the class axis.

    The prediction is raw scores (a softmax before it is the commonest mistake; ``given="probabilities"`` says so).
    Targets are class indices or rows over the classes, told apart by rank. The slope by the scores is p − t. All fields
    go together with each other and with every option of a call; scores are capped first, then adjusted.
    ``logit_adjustment`` reads ``class_counts=``, in training only: at the end take the raw scores.

    When: one class of several; probabilities are wanted. Long training in half precision: ``z_loss=1e-4``,
    ``soft_cap=30``. Rare classes that matter as much as common ones: ``logit_adjustment=1``.
    When not: labels may hold together (binary cross-entropy), or many labels are wrong.
    Goes wrong: one wrong label that the model is sure about outweighs all others; once all is right the scores still
    grow, and the validation loss rises while the accuracy stays. It stands at log C where nothing is learned.
    Relatives: KL divergence less the target's entropy; Focal, Poly1 and GeneralizedCrossEntropy at their limits; of two
    classes BinaryCrossEntropy of the difference of scores.

    Reference: Bridle, J. S. (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs.
    Neurocomputing, Springer. Chowdhery, A. et al. (2022). PaLM: Scaling Language Modeling with Pathways (the z-loss).
    Gemma Team (2024). Gemma 2: Improving Open Language Models at a Practical Size (the cap). Menon, A. K. et al.
    (2021). Long-tail Learning via Logit Adjustment. ICLR.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.CrossEntropy()([[2.0, -1.0, 0.5]], [0])), 6)
        0.241311
    """

    label_smoothing: Smoothing = 0.0  # ε of each label is spread evenly over all classes: (1 − ε)·t + ε/C
    z_loss: Switchable = 0.0  # times the squared logsumexp, which holds the scores near log p; PaLM: 1e-4
    soft_cap: Switchable = 0.0  # scores become cap·tanh(score/cap); 0: they do not; Gemma 2: 30
    logit_adjustment: Switchable = 0.0  # times the log of the class's share is added to its score, in training

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """Linear in log p, so it extends to distributions."""
        return -log_p + self.z_loss * lse**2

    def logit(self, x: Term, log_prior: Term) -> Term:
        """The cap belongs to the model, the prior to the training."""
        capped = where(self.soft_cap > 0, self.soft_cap * tanh(x / self.soft_cap), x)
        return capped + self.logit_adjustment * log_prior

    def _smoothing(self) -> float:
        return self.label_smoothing

    def _maps_scores(self) -> bool:
        return self.soft_cap > 0 or self.logit_adjustment > 0

    def _needs_class_counts(self) -> bool:
        return self.logit_adjustment > 0

    @property
    def traits(self) -> Traits:
        """Proper, unless labels are smoothed or priors moved; a cap bounds it, a cap or a z-loss costs convexity."""
        moved = ["smoothed"] * (self.label_smoothing > 0) + ["balanced"] * (self.logit_adjustment > 0)
        return Traits(
            target=self.TARGET,
            link=_link(self.soft_cap),
            elicits=", ".join(["probability", *moved]),
            convex=not self.z_loss and not self.soft_cap,
            smooth=math.inf,
            lipschitz=self._steepest(),
            strictly_convex=not self.z_loss and not self.soft_cap,
            bounded=self.soft_cap > 0,
            redescending=self.soft_cap > 0,
            symmetric=not self.logit_adjustment,
        )

    def _steepest(self) -> float:
        z, cap = self.z_loss, self.soft_cap
        if not z:
            return 1.0
        if not cap or self.logit_adjustment:
            return math.inf
        # a sure class whose capped score is u has slope (1 + 2z·u)·(1 − u²/cap²), steepest where 3z·u² + u = z·cap²
        u = (math.sqrt(1 + 12 * (z * cap) ** 2) - 1) / (6 * z)
        return max((1 + 2 * z * u) * (1 - (u / cap) ** 2), 2 * z)


@at_compile_time
def _link(soft_cap: float) -> Link:
    return capped_softmax(soft_cap) if soft_cap else SOFTMAX


@dataclass(frozen=True, kw_only=True)
class CategoricalCrossEntropy(CrossEntropy):
    """Cross-entropy that takes rows over the classes alone: one-hot or a distribution. Indices are an error.

    When: targets are one-hot rows, soft labels or mixtures of labels.
    When not: labels are indices: the sparse form needs C times less memory for them.
    Goes wrong: as CrossEntropy does; rows that were rounded or padded do not sum to 1, which is an error.
    Relatives: CrossEntropy takes both codings; KLDivergence is this less the target's entropy.

    Reference: Bridle, J. S. (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs.
    Neurocomputing, Springer.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.CategoricalCrossEntropy()([[2.0, -1.0, 0.5]], [[1, 0, 0]])), 6)
        0.241311
    """

    TARGET: ClassVar[Coding] = CLASS_ROWS


@dataclass(frozen=True, kw_only=True)
class SparseCategoricalCrossEntropy(CrossEntropy):
    """Cross-entropy that takes class indices alone. Rows over the classes are an error.

    When: labels are integers, above all with many classes.
    When not: labels are one-hot rows or distributions.
    Goes wrong: as CrossEntropy does; labels that count from 1 are an error only where the last class occurs.
    Relatives: CrossEntropy takes both codings; with one-hot rows CategoricalCrossEntropy is the same.

    Reference: Bridle, J. S. (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs.
    Neurocomputing, Springer.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.SparseCategoricalCrossEntropy()([[2.0, -1.0, 0.5]], [0])), 6)
        0.241311
    """

    TARGET: ClassVar[Coding] = CLASS_INDEX


@dataclass(frozen=True, kw_only=True)
class Poly1(Rowwise):
    """−log p + ε·(1 − p) of the true class: cross-entropy with its first Taylor term raised by ε.

    The default is Optax's ``poly_loss_cross_entropy``, the paper's ε = 2 for ImageNet; for detection it has −1. Takes
    class indices alone, unless ε is 0.

    When: cross-entropy is nearly right and ε can be searched: above 0 it pulls harder near ½, below 0 less.
    When not: probabilities are wanted, or labels are noisy.
    Goes wrong: quietly: probabilities come out too sure where ε > 0 and too hesitant below; above 1 no longer convex.
    Relatives: CrossEntropy at ε = 0; SymmetricCrossEntropy is this times α; Focal changes all terms at once.

    Reference: Leng, Z., Tan, M., Liu, C., Cubuk, E. D., Shi, X., Cheng, S. and Anguelov, D. (2022). PolyLoss: A
    Polynomial Expansion Perspective of Classification Loss Functions. ICLR.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.Poly1()([[4.0, 2.0, 1.0]], [0])), 4)
        0.4823
    """

    epsilon: Annotated[float, Range(-1, math.inf, off=0.0)] = 2.0  # added to the coefficient of 1 − p, which is 1

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """Linear in log p and in p."""
        return poly_log(log_p, self.epsilon)

    @property
    def traits(self) -> Traits:
        """Convex up to ε = 1; the order of the probabilities is right, they themselves are at ε = 0."""
        epsilon = self.epsilon
        return Traits(
            target=CLASS_INDEX if epsilon else CLASSES,
            link=SOFTMAX,
            elicits="order of probabilities" if epsilon else "probability",
            convex=epsilon <= 1,
            smooth=math.inf,
            lipschitz=(1 + epsilon) ** 2 / (4 * epsilon) if epsilon > 1 else 1.0,
            strictly_convex=epsilon <= 1,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Brier(Axiswise):
    """Σⱼ (pⱼ − tⱼ)² over the classes: the squared distance of the softmax from the label.

    As Brier defined it, and scikit-learn's ``brier_score_loss`` for several classes has it: from 0 to 2. Its binary
    form is half of this (over two classes both terms are equal); squared errors averaged over classes are 1/C of it.

    When: probabilities are to be judged, by a bounded score that one sure mistake cannot ruin; labels are noisy.
    When not: a network learns from scratch (cross-entropy has no plateau), or rare events matter in their own order of
    magnitude.
    Goes wrong: a class that is sure and wrong gets next to no slope: training stands still at a loss near 2 for those
    samples, and more so with many classes.
    Relatives: of two classes twice the squared error of the probability (Savage); BiTempered at t1 = 0 and t2 = 1 is
    half of it; CrossEntropy is its unbounded neighbour, as proper.

    Reference: Brier, G. W. (1950). Verification of Forecasts Expressed in Terms of Probability. Monthly Weather Review
    78(1).

    Example:
        >>> import lossmith as lm
        >>> lm.Brier()([[0.75, 0.25, 0.0], [0.0, 1.0, 0.0]], [0, 0], given="probabilities", reduction="none")
        array([0.125, 2.   ])
    """

    TARGET: ClassVar[Coding] = CLASSES
    LATEX: ClassVar[str] = r"\sum_{j} \left(p_{j} - t_{j}\right)^{2}"
    NOTATION: ClassVar[str] = "Σⱼ (pⱼ − tⱼ)²"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """By 1 − p of the true class."""
        row = softmax(prediction)
        return _squares(row.p, -row.miss, as_rows(target, prediction))

    def function_of_probability(self, p: Tensor, target: Tensor) -> Tensor:
        """The sum itself."""
        return _squares(p, p - 1, as_rows(target, p))

    def function_of_log_probability(self, log_p: Tensor, target: Tensor) -> Tensor:
        """The same by the exponential."""
        return _squares(log_p.exp(), log_p.expm1(), as_rows(target, log_p))

    @property
    def traits(self) -> Traits:
        """Proper and bounded; not convex."""
        return Traits(
            target=CLASSES,
            link=SOFTMAX,
            elicits="probability",
            convex=False,
            smooth=math.inf,
            lipschitz=16 / 27,  # of two classes at p = 1/3
            bounded=True,
            redescending=True,
            symmetric=True,
        )


def _squares(p: Tensor, p_less_1: Tensor, t: Tensor) -> Tensor:
    """Σ (p − t)²; p − 1 has digits where p is nearly 1."""
    return torch.where(t == 1, (1 - t) + p_less_1, p - t).square().sum(-1)


@dataclass(frozen=True, kw_only=True)
class Squentropy(Axiswise):
    """Cross-entropy plus the mean square of the wrong classes' raw scores, which are pulled to 0.

    −log p of the true class + Σ xⱼ²/(C − 1) over the others, with no weight between the two, as in the paper.

    When: cross-entropy would do, and its scores drift or its probabilities are too sure.
    When not: scores are shifted at will (this loss sees a shift), or labels are soft.
    Goes wrong: with thousands of classes the square, which is divided by their number, does nothing; scores that start
    large make it all that is learned at first.
    Relatives: CrossEntropy without the square; ``CrossEntropy(z_loss=…)`` holds scores by their logsumexp alone.

    Reference: Hui, L., Belkin, M. and Wright, S. (2023). Cut your Losses with Squentropy. ICML.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.Squentropy()([[2.0, -1.0, 0.5]], [0])), 6)
        0.866311
    """

    TARGET: ClassVar[Coding] = CLASS_INDEX
    LATEX: ClassVar[str] = r"- \log p_{y} + \frac{1}{C - 1} \sum_{j \neq y} x_{j}^{2}"
    NOTATION: ClassVar[str] = "−log p_y + Σⱼ xⱼ²/(C − 1) over j ≠ y"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Of the true class and of the others."""
        log_p = softmax(prediction).log_p.gather(-1, target.unsqueeze(-1)).squeeze(-1)
        others = torch.where(one_hot(target, prediction.shape[-1]), 0, prediction)
        return others.square().sum(-1) / max(prediction.shape[-1] - 1, 1) - log_p

    @property
    def traits(self) -> Traits:
        """Convex; the order of the probabilities."""
        return Traits(
            target=CLASS_INDEX,
            link=SOFTMAX,
            elicits="order of probabilities",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
            symmetric=True,
        )
