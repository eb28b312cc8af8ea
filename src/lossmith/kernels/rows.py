"""The softmax of each row with everything a loss needs of it, exact where plain formulas cancel.

With m the largest score, e = exp(x − m) and s the sum of e over all classes but the largest, log p is
(x − m) − log1p(s): a log-probability near 0 keeps its digits. And 1 − p of the largest class is s/(1 + s), never
1 − (nearly 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lossmith.kernels import dispatch
from lossmith.kernels.pointwise import batched, times


@dataclass(frozen=True)
class Rows:
    """Distributions over the last axis.

    Args:
        log_p: log-probabilities, shape (…, C).
        p: probabilities, shape (…, C).
        miss: 1 − p, with all its digits, shape (…, C).
        lse: the log of the sum of exp(score), shape (…, 1).
    """

    log_p: Tensor
    p: Tensor
    miss: Tensor
    lse: Tensor


def softmax(scores: Tensor) -> Rows:
    """The softmax over the last axis of ``scores``, shape (…, C) with C ≥ 1.

    A score of −∞ is a class that cannot be; a score of +∞ takes all, and several share.
    """
    return Rows(*dispatch.apply(_Softmax, scores))


class _Softmax(torch.autograd.Function):
    @staticmethod
    def forward(scores: Tensor) -> tuple[Tensor, ...]:
        top, index = scores.max(-1, keepdim=True)
        # ∞ − ∞ is 0 for the classes that share the top, but a row of −∞ alone stays NaN: it is no distribution
        below = torch.where((scores == top) & (top > -torch.inf), 0, scores - top)
        e = below.exp()
        is_top = _positions(scores) == index
        rest = torch.where(is_top, 0, e).sum(-1, keepdim=True)
        log_total = rest.log1p()
        others = torch.where(is_top, rest, 1 + (rest - e))
        return below - log_total, e / (1 + rest), others / (1 + rest), top + log_total

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: tuple[Tensor, ...]) -> None:
        _, p, miss, _ = output
        ctx.save_for_backward(p, miss)

    @staticmethod
    def backward(ctx: Any, log_p_: Tensor, p_: Tensor, miss_: Tensor, lse_: Tensor) -> Tensor:
        p, miss = ctx.saved_tensors
        # d log pⱼ / dxₖ = [j = k] − pₖ, dpⱼ = pⱼ·d log pⱼ, d(1 − pⱼ) = −dpⱼ, d lse / dxₖ = pₖ;
        # the diagonal [j = k] − pₖ is 1 − pₖ, which we have without cancellation
        by_log_p = log_p_ + times(p, p_ - miss_)
        by_score: Tensor = by_log_p * miss - p * _sum_of_others(by_log_p) + times(p, lse_.expand_as(p))
        return by_score

    @staticmethod
    def tangents(ctx: Any, scores: Tensor) -> tuple[Tensor, ...]:
        p, miss = ctx.saved_tensors
        weighted = p * scores
        log_p = scores * miss - _sum_of_others(weighted)
        return log_p, p * log_p, -p * log_p, weighted.sum(-1, keepdim=True)

    @staticmethod
    def vmap(info: Any, in_dims: Any, scores: Tensor) -> Any:
        (scores,) = batched(info.batch_size, in_dims, (scores,))
        return dispatch.apply(_Softmax, scores), (0, 0, 0, 0)


def _positions(x: Tensor) -> Tensor:
    return torch.arange(x.shape[-1], device=x.device)


def _sum_of_others(x: Tensor) -> Tensor:
    """Σ over the other classes, shape (…, C), without cancellation where one entry outweighs the rest."""
    index = x.abs().argmax(-1, keepdim=True)
    is_top = _positions(x) == index
    rest = torch.where(is_top, 0, x)
    sum_of_rest = rest.sum(-1, keepdim=True)
    return torch.where(is_top, sum_of_rest, (x - rest).sum(-1, keepdim=True) + (sum_of_rest - rest))
