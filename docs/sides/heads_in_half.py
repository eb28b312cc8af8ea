"""Distributions that are computed in half precision."""

from __future__ import annotations

from drawn import Draw, Limit, Program
from sides.heads import _classified, _heads_miss, scores
from torch import Tensor, nn

from lossmith.auditing import coding


class _InHalf(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.bfloat16().softmax(1).float()


def probabilities(draw: Draw) -> Program:
    """a softmax in bfloat16 over 2 to 1000 classes."""
    return _classified(draw, _InHalf())


LIMITS = (
    Limit(
        "LM101, LM103, LM104, LM107",
        "the same in half precision",
        (coding, "SUM_MISS"),
        "below",
        _heads_miss,
        scores,
        probabilities,
    ),
)
