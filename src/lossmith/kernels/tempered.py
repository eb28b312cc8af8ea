"""The tempered softmax of each row, whose tails are powers: p = (1 + s·(top − x + w))^(−1/s) with s = t − 1 above 0.

The level w ≥ 0 makes the row sum to 1. It is found by Newton's method, which comes from below and never overshoots;
derivatives, of any order, are those of the equation that it solves, not of the way it was found. Of the largest class
1 − p is sought, never 1 less what is nearly 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lossmith.kernels import dispatch
from lossmith.kernels.pointwise import batched, times
from lossmith.kernels.rows import _positions, _sum_of_others

STEPS = 10  # each doubles the digits; 8 are the most that were ever needed


@dataclass(frozen=True)
class TemperedRows:
    """Distributions over the last axis, shape (…, C).

    Args:
        log_p: log-probabilities.
        p: probabilities.
        slack: p^s, which still has digits where p has none left: 1/(1 + s·(top − x + w)).
    """

    log_p: Tensor
    p: Tensor
    slack: Tensor


def tempered_softmax(scores: Tensor, temperature: float) -> TemperedRows:
    """The tempered softmax over the last axis of ``scores``, shape (…, C), at a temperature above 1."""
    return TemperedRows(*dispatch.apply(_Tempered, scores, temperature - 1))


class _Tempered(torch.autograd.Function):
    @staticmethod
    def forward(scores: Tensor, s: float) -> tuple[Tensor, ...]:
        top, index = scores.max(-1, keepdim=True)
        behind = torch.where((scores == top) & (top > -torch.inf), 0, top - scores)
        is_top = _positions(scores) == index
        level = torch.zeros_like(top)
        for _ in range(STEPS):
            log_p, p, slack = _at(behind + level, s)
            # what the row's sum is more than 1, with all its digits where one class has nearly all
            excess = torch.where(is_top, log_p.expm1(), p).sum(-1, keepdim=True)
            steepness = (p * slack).sum(-1, keepdim=True) / (1 + excess)
            level = level + (s * excess.log1p()).expm1() / (s * steepness)
        return _at(behind + level, s)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: tuple[Tensor, ...]) -> None:
        ctx.s = inputs[1]
        ctx.save_for_backward(*output)

    @staticmethod
    def backward(ctx: Any, log_p_: Tensor, p_: Tensor, slack_: Tensor) -> Any:
        _, p, slack = ctx.saved_tensors
        # d log pⱼ / dxₖ = slackⱼ·([j = k] − qₖ), q proportional to p·slack; dp = p·d log p; d slack = s·slack·d log p
        share, rest = _shares(p * slack)
        by_log_p = times(slack, log_p_ + times(p, p_) + ctx.s * times(slack, slack_))
        return by_log_p * rest - share * _sum_of_others(by_log_p), None

    @staticmethod
    def tangents(ctx: Any, scores: Tensor, _: None) -> tuple[Tensor, ...]:
        _, p, slack = ctx.saved_tensors
        share, rest = _shares(p * slack)
        log_p = times(slack, scores * rest - _sum_of_others(share * scores))
        return log_p, times(p, log_p), ctx.s * times(slack, log_p)

    @staticmethod
    def vmap(info: Any, in_dims: Any, scores: Tensor, s: float) -> Any:
        (scores,) = batched(info.batch_size, in_dims[:1], (scores,))
        return dispatch.apply(_Tempered, scores, s), (0, 0, 0)


def _at(y: Tensor, s: float) -> tuple[Tensor, Tensor, Tensor]:
    """log p, p and p^s of p = (1 + s·y)^(−1/s): as an exponential where that is nearly one, else as a power."""
    log_p = -(s * y).log1p() / s
    return log_p, torch.where(s * y < 1, log_p.exp(), (1 + s * y) ** (-1 / s)), 1 / (1 + s * y)


def _shares(x: Tensor) -> tuple[Tensor, Tensor]:
    """Each entry's share of the row, and that of the others."""
    total = x.sum(-1, keepdim=True)
    return x / total, _sum_of_others(x) / total
