"""Losses of a row of raw scores for classes of which some are rare, or some samples easy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Rowwise
from lossmith.fields import Positive, Switchable
from lossmith.formula import exp, focal
from lossmith.formula.terms import Term
from lossmith.links import SOFTMAX
from lossmith.losses.binary import steepest_focal
from lossmith.targets import CLASS_INDEX, CLASSES
from lossmith.traits import Traits

__all__ = ["LDAM", "Focal"]


@dataclass(frozen=True, kw_only=True)
class Focal(Rowwise):
    """−(1 − p)^γ·log p of the true class: cross-entropy in which samples that are right already count less.

    Over a softmax, as in the paper's multi-class form. The paper's α is ``class_weight=``, and our mean divides by the
    weights. So Keras' ``CategoricalFocalCrossentropy`` is a quarter of this (its α = 0.25 is for all classes alike),
    kornia's and MONAI's softmax forms are this divided by the number of classes, and segmentation_models_pytorch has a
    sum of sigmoids instead.

    When: easy samples outnumber the hard ones by far, as background does in detection.
    When not: probabilities are read off the scores; labels are wrong (wrong labels are the hardest samples).
    Goes wrong: too hesitant: γ of 2 makes a best guess of 0.80 where the truth is 0.97, so that thresholds move; with
    γ of 5 learning is slow once p passes ½.
    Relatives: CrossEntropy at γ = 0; Poly1 tilts the other way.

    Reference: Lin, T.-Y., Goyal, P., Girshick, R., He, K. and Dollár, P. (2017). Focal Loss for Dense Object Detection.
    IEEE International Conference on Computer Vision.

    Example:
        >>> import lossmith as lm
        >>> lm.Focal()([[0.75, 0.25], [0.25, 0.75]], [0, 0], given="probabilities", reduction="none").round(4)
        array([0.018 , 0.7798])
    """

    gamma: Switchable = 2.0  # the power of 1 − p that a sample counts; 0: cross-entropy

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """A power of what is missing to certainty."""
        return focal(log_p, self.gamma)

    @property
    def traits(self) -> Traits:
        """Above γ = 0 neither convex nor proper, but the order of the probabilities is right."""
        return Traits(
            target=CLASSES if self.gamma == 0 else CLASS_INDEX,
            link=SOFTMAX,
            elicits="probability" if self.gamma == 0 else "order of probabilities",
            convex=self.gamma == 0,
            smooth=math.inf,
            lipschitz=steepest_focal(self.gamma),
            strictly_convex=self.gamma == 0,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class LDAM(Rowwise):
    """Cross-entropy with a margin: the true class must lead by Δ, and a rare class by more than a common one.

    Δ is proportional to the count of the class to the power −¼, so that the rarest has ``max_margin``. Without
    ``class_counts=`` all margins are equal, ``max_margin``. Scores less margins are multiplied by ``scale``, which
    takes them for cosines (normalise features and the last layer's weights); for plain scores write ``scale=1``.

    When: a long tail of rare classes, which are to be recognised as well as common ones.
    When not: probabilities are wanted (the scores stand for none), or the test data have the same shares.
    Goes wrong: with plain scores a scale of 30 saturates the softmax: the loss starts in the tens and samples pull with
    all or nothing; from scratch rare classes are learned late (the authors add weights towards the end).
    Relatives: ArcFace's cousin with margins that depend on counts; CrossEntropy of scaled scores as the margin goes to
    0; ``CrossEntropy(logit_adjustment=1)`` moves all scores by counts, not the true one alone.

    Reference: Cao, K., Wei, C., Gaidon, A., Arechiga, N. and Ma, T. (2019). Learning Imbalanced Datasets with
    Label-Distribution-Aware Margin Loss. NeurIPS.

    Example:
        >>> import lossmith as lm
        >>> lm.LDAM(scale=1)([[0.5, 0.0]] * 2, [0, 1], class_counts=[1, 16], reduction="none").round(4)
        array([0.6931, 1.1369])
    """

    max_margin: Positive = 0.5  # of the rarest class, in the units of the scores
    scale: Positive = 30.0  # what scores less margins are multiplied by before the softmax

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """Of scores with margins."""
        return -log_p

    def logit(self, x: Term, log_rarity: Term, t: Term) -> Term:
        """The true class is held back."""
        return self.scale * (x - t * self.max_margin * exp(log_rarity / 4))

    def _maps_scores(self) -> bool:
        return True

    def _reads_class_counts(self) -> bool:
        return True

    @property
    def traits(self) -> Traits:
        """With equal margins the order of the probabilities is right; counts move it towards rare classes."""
        return Traits(
            target=CLASS_INDEX,
            link=SOFTMAX,
            elicits="order of probabilities",
            convex=True,
            smooth=math.inf,
            lipschitz=self.scale,
            strictly_convex=True,
            symmetric=True,
        )
