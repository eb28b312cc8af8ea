"""Losses of a row of raw scores, one a class, for classes that exclude each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from lossmith.families import Rowwise
from lossmith.fields import Smoothing
from lossmith.formula.terms import Term
from lossmith.links import SOFTMAX
from lossmith.targets import CLASS_INDEX, CLASS_ROWS, Coding
from lossmith.traits import Traits

__all__ = ["CategoricalCrossEntropy", "CrossEntropy", "SparseCategoricalCrossEntropy"]


@dataclass(frozen=True, kw_only=True)
class CrossEntropy(Rowwise):
    """Minus the log-probability of the true class, after a softmax over the class axis.

    The prediction is raw scores (a softmax before it is the commonest mistake; ``given="probabilities"`` says so).
    Targets are class indices or rows over the classes, told apart by rank. The slope by the scores is p − t.

    When: one class of several; probabilities are wanted.
    When not: labels may hold together (binary cross-entropy), or many labels are wrong.

    Reference: Bridle, J. S. (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs.
    Neurocomputing, Springer.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.CrossEntropy()([[2.0, -1.0, 0.5]], [0])), 6)
        0.241311
    """

    label_smoothing: Smoothing = 0.0  # ε of each label is spread evenly over all classes: (1 − ε)·t + ε/C

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """Linear in log p, so it extends to distributions."""
        return -log_p

    def _smoothing(self) -> float:
        return self.label_smoothing

    @property
    def traits(self) -> Traits:
        """Proper, unless labels are smoothed."""
        return Traits(
            target=self.TARGET,
            link=SOFTMAX,
            elicits="probability" if self.label_smoothing == 0 else "probability, smoothed",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class CategoricalCrossEntropy(CrossEntropy):
    """Cross-entropy that takes rows over the classes alone: one-hot or a distribution. Indices are an error.

    When: targets are one-hot rows, soft labels or mixtures of labels.
    When not: labels are indices: the sparse form needs C times less memory for them.

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

    Reference: Bridle, J. S. (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs.
    Neurocomputing, Springer.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.SparseCategoricalCrossEntropy()([[2.0, -1.0, 0.5]], [0])), 6)
        0.241311
    """

    TARGET: ClassVar[Coding] = CLASS_INDEX
