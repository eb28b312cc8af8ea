"""The probability of a sequence of labels under the scores of more frames, summed over all ways to align the two."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lossmith.kernels.dispatch import runs_plainly

LEAST = -1e8  # a log-probability below which torch's slopes are noise, and none of ours counts any more


def costs(log_p: Tensor, labels: Tensor, counts: Tensor, frames: Tensor, blank: int) -> Tensor:
    """Minus the log-probability of each sequence, shape (N,); infinite, without a slope, where it cannot be.

    torch's kernel gives value and slope, where it can run; whatever else differentiates runs the recursion itself.

    Args:
        log_p: log-probabilities of the classes in each frame, shape (N, T, C).
        labels: classes, shape (N, S); what comes after the first ``counts`` of a row is not read.
        counts: how many labels each sequence has, shape (N,).
        frames: how many frames of each sample count, shape (N,).
        blank: the class that says no label.
    """
    labels = torch.where(_positions(labels) < counts.unsqueeze(-1), labels, blank)
    if log_p.numel() and log_p.device.type in ("cpu", "cuda") and runs_plainly(log_p, labels):
        value: Tensor = _Native.apply(log_p, labels, counts, frames, blank)  # type: ignore[no-untyped-call]
        return value
    return _recursion(log_p, labels, counts, frames, blank)


class _Native(torch.autograd.Function):
    """torch's kernel, in double precision: in single precision its slopes are off by 0.001 after 400 frames."""

    @staticmethod
    def forward(ctx: Any, log_p: Tensor, labels: Tensor, counts: Tensor, frames: Tensor, blank: int) -> Tensor:
        value = _native(log_p.double(), labels, counts, frames, blank).to(log_p.dtype)
        ctx.save_for_backward(log_p, labels, counts, frames, value)
        ctx.blank = blank
        return value

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        log_p, labels, counts, frames, value = ctx.saved_tensors
        if torch.is_grad_enabled():
            again = _recursion(log_p, labels, counts, frames, ctx.blank)
            (slope,) = torch.autograd.grad(again, log_p, upstream, create_graph=True)
            return slope, None, None, None, None
        with torch.enable_grad():
            leaf = log_p.detach().double().clamp(min=LEAST).requires_grad_()
            again = _native(leaf, labels, counts, frames, ctx.blank)
        (slope,) = torch.autograd.grad(again, leaf, torch.ones_like(again))
        # theirs is by the scores of a softmax: p less the share of the alignments that visit a class in a frame
        visits = leaf.detach().exp() - slope
        visits = visits / visits.sum(-1, keepdim=True)  # which is 1, but for the digits that they lose
        visits = torch.where(value.isinf()[:, None, None], 0, visits).to(log_p.dtype)
        return -upstream[:, None, None] * visits, None, None, None, None


def _native(log_p: Tensor, labels: Tensor, counts: Tensor, frames: Tensor, blank: int) -> Tensor:
    return functional.ctc_loss(log_p.transpose(0, 1), labels, frames, counts, blank, reduction="none") + 0.0


def _recursion(log_p: Tensor, labels: Tensor, counts: Tensor, frames: Tensor, blank: int) -> Tensor:
    """Frame by frame, for each prefix of "blank, label, blank, label, …, blank" the probability to have come so far."""
    blanks = torch.full_like(labels[:, :1], blank) if labels.shape[1] else labels.new_full((len(labels), 1), blank)
    pairs = torch.stack([blanks.expand_as(labels), labels], -1).flatten(1)
    states = torch.cat([pairs, blanks], -1)
    # from a label to the next one without a blank between, if they differ
    may_skip = states != functional.pad(states[:, :-2], (2, 0), value=blank)
    never = torch.full_like(states, -torch.inf, dtype=log_p.dtype)
    reached = torch.where(_positions(states) == 0, 0, never)
    emitted = log_p.gather(-1, states.unsqueeze(1).expand(-1, log_p.shape[1], -1))
    for frame, emission in enumerate(emitted.unbind(1)):
        skipped = torch.where(may_skip, _moved(reached, 2), never)
        moved = _log_sum(torch.stack([reached, _moved(reached, 1), skipped])) + emission
        reached = torch.where((frame < frames).unsqueeze(-1), moved, reached)
    ends = 2 * counts.unsqueeze(-1) - _positions(states)  # the last label may be the end, or the blank after it
    return -_log_sum(torch.where((ends == 0) | (ends == 1), reached, never).movedim(-1, 0))


def _moved(x: Tensor, by: int) -> Tensor:
    return functional.pad(x, (by, 0), value=-torch.inf)[..., :-by]


def _positions(x: Tensor) -> Tensor:
    return torch.arange(x.shape[-1], device=x.device)


def _log_sum(terms: Tensor) -> Tensor:
    """log Σ exp over the first axis, exact near 0; a sum of nothing is −∞ and has no slope."""
    top, index = terms.detach().max(0)
    is_nothing = top == -torch.inf
    below = terms - torch.where(is_nothing, 0, top)
    is_top = torch.arange(len(terms), device=terms.device).reshape(-1, *(1,) * top.dim()) == index
    rest = torch.where(is_top, below.expm1(), below.exp()).sum(0)
    return torch.where(is_nothing, -torch.inf, top + torch.where(is_nothing, 0, rest).log1p())
