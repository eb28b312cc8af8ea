"""A classifier of angles that holds cross-entropy: its weights, a direction for each class, are learned."""

from __future__ import annotations

import math
from typing import Unpack

import torch
from torch import Tensor
from torch.nn import functional

from lossmith.call import Options
from lossmith.errors import ParameterError, ShapeError
from lossmith.loss import Loss
from lossmith.losses import CrossEntropy
from lossmith.reduction import Reduction


class ArcFace(torch.nn.Module):
    """Cross-entropy of scaled cosines between embeddings and learned directions, the true class's angle made wider.

    The score of a class is scale·cos θ, that of the true class scale·cos(θ + margin), so that embeddings of one class
    draw together: angles must differ by the margin before the loss is content. Where θ + margin passes π the score goes
    on as a line, scale·(cos θ − margin·sin margin), or a worse angle would cost less (as the authors' code and
    pytorch-metric-learning have it).

    Args:
        features: the length of an embedding, D.
        classes: how many classes there are, C.
        margin: in radians, from 0 to π/2.
        scale: of the cosines, above 0.
        loss: what reads the scores and labels; CrossEntropy, where nothing is said.

    Raises:
        ParameterError: margin or scale is out of range.
        ShapeError: in a call, embeddings or target do not fit.

    Reference: Deng, J., Guo, J., Xue, N. and Zafeiriou, S. (2019). ArcFace: Additive Angular Margin Loss for Deep Face
    Recognition. CVPR.

    Example:
        >>> import torch, lossmith as lm
        >>> arcface = lm.ArcFace(features=8, classes=3)
        >>> value = arcface(torch.randn(5, 8), torch.tensor([0, 2, 1, 1, 0]))
        >>> value.backward()
        >>> arcface.scores(torch.randn(2, 8)).shape
        torch.Size([2, 3])
    """

    def __init__(
        self, features: int, classes: int, *, margin: float = 0.5, scale: float = 64.0, loss: Loss | None = None
    ) -> None:
        super().__init__()
        if not 0 <= margin <= math.pi / 2:
            raise ParameterError(f"ArcFace(margin={margin!r}): radians from 0 to π/2 are expected, such as 0.5")
        if not 0 < scale < math.inf:
            raise ParameterError(f"ArcFace(scale={scale!r}): a number above 0 is expected, such as 64")
        self.margin, self.scale = margin, scale
        self.loss = CrossEntropy() if loss is None else loss
        self.directions = torch.nn.Parameter(torch.empty(classes, features))
        torch.nn.init.xavier_normal_(self.directions)

    def scores(self, embeddings: Tensor) -> Tensor:
        """What to classify by: scale·cos θ without a margin, shape (…, C)."""
        return self.scale * self._cosines(embeddings)

    def forward(
        self, embeddings: Tensor, target: Tensor, *, reduction: Reduction = "mean", **options: Unpack[Options]
    ) -> Tensor:
        """The loss of embeddings of shape (N, D) with class indices of shape (N,)."""
        cosines = self._cosines(embeddings)
        if target.shape != embeddings.shape[:-1]:
            raise ShapeError(
                f"embeddings have shape {tuple(embeddings.shape)}, target has shape {tuple(target.shape)}; class "
                f"indices of shape {tuple(embeddings.shape[:-1])} are expected"
            )
        labels = (
            target.long().unsqueeze(-1).clamp(0, cosines.shape[-1] - 1)
        )  # a label out of range is for the loss to refuse
        cosine = cosines.gather(-1, labels)
        sine = ((1 - cosine) * (1 + cosine)).clamp(min=torch.finfo(cosine.dtype).eps ** 2).sqrt()
        wider = cosine * math.cos(self.margin) - sine * math.sin(self.margin)
        beyond = cosine < -math.cos(self.margin)
        true = torch.where(beyond, cosine - self.margin * math.sin(self.margin), wider)
        value: Tensor = self.loss(
            self.scale * cosines.scatter(-1, labels, true), target, reduction=reduction, **options
        )
        return value

    def _cosines(self, embeddings: Tensor) -> Tensor:
        features = self.directions.shape[-1]
        if embeddings.dim() == 0 or embeddings.shape[-1] != features:
            raise ShapeError(
                f"embeddings have shape {tuple(embeddings.shape)}; {features} features on the last axis are expected"
            )
        return functional.linear(
            functional.normalize(embeddings, dim=-1), functional.normalize(self.directions, dim=-1)
        )

    def extra_repr(self) -> str:
        """What was configured."""
        classes, features = self.directions.shape
        return f"features={features}, classes={classes}, margin={self.margin}, scale={self.scale}, {self.loss!r}"
