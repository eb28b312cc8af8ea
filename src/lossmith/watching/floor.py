"""The least that a loss can be. One that falls below was given something else than it reads."""

from __future__ import annotations

import functools
from typing import Any

import torch.nn.functional as F
from torch import nn

from lossmith import losses
from lossmith.criterion import Criterion

# The logarithm of a density is positive where the density is above 1, and constants that are left out count as well.
_LIKELIHOODS = (
    losses.Poisson,
    losses.ZeroInflatedPoisson,
    losses.Gamma,
    losses.InverseGaussian,
    losses.Tweedie,
    losses.GaussianNLL,
    losses.LaplaceNLL,
    losses.StudentTNLL,
    losses.BetaNLL,
    losses.VonMises,
)
_NEVER_NEGATIVE = tuple(cls for cls in losses.ALL if cls not in _LIKELIHOODS)
_MODULES = (
    nn.MSELoss,
    nn.L1Loss,
    nn.SmoothL1Loss,
    nn.HuberLoss,
    nn.CrossEntropyLoss,
    nn.NLLLoss,
    nn.BCELoss,
    nn.BCEWithLogitsLoss,
    nn.KLDivLoss,
    nn.CTCLoss,
    nn.SoftMarginLoss,
    nn.MultiMarginLoss,
    nn.MultiLabelMarginLoss,
    nn.MultiLabelSoftMarginLoss,
    nn.CosineEmbeddingLoss,
    nn.MarginRankingLoss,
    nn.TripletMarginLoss,
    nn.TripletMarginWithDistanceLoss,
)
_FUNCTIONS = (
    F.mse_loss,
    F.l1_loss,
    F.smooth_l1_loss,
    F.huber_loss,
    F.cross_entropy,
    F.nll_loss,
    F.binary_cross_entropy,
    F.binary_cross_entropy_with_logits,
    F.kl_div,
    F.ctc_loss,
    F.soft_margin_loss,
    F.multi_margin_loss,
    F.multilabel_margin_loss,
    F.multilabel_soft_margin_loss,
    F.cosine_embedding_loss,
    F.margin_ranking_loss,
    F.triplet_margin_loss,
)


def floor_of(loss: Any) -> float | None:
    """0 where it is known that nothing that the loss may be given makes it negative; else None.

    Example:
        >>> import lossmith as lm
        >>> [floor_of(loss) for loss in (lm.CrossEntropy(), lm.GaussianNLL(), nn.MSELoss(), lambda p, t: p)]
        [0.0, None, 0.0, None]
    """
    if isinstance(loss, functools.partial):
        return floor_of(loss.func)
    if isinstance(loss, Criterion):
        return floor_of(loss.loss)
    # of the very class: a user's own subclass may compute something else
    is_known = type(loss) in (*_NEVER_NEGATIVE, *_MODULES) or any(loss is function for function in _FUNCTIONS)
    return 0.0 if is_known else None
