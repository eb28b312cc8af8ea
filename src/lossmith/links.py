"""Links: how a raw score becomes the quantity that a loss is about (a mean, a probability), and back."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(frozen=True)
class Link:
    """A pair of inverse maps.

    Args:
        name: ``"identity"``, ``"logit"`` …
        to_score: from the quantity to the raw score that a network puts out.
        to_mean: from the raw score to the quantity.
        bounded: whether the quantity's range has ends that only an infinite score reaches.
        low: the least raw score that means anything.
    """

    name: str
    to_score: Callable[[Tensor], Tensor] = field(repr=False)
    to_mean: Callable[[Tensor], Tensor] = field(repr=False)
    bounded: bool = field(repr=False)
    low: float = field(default=-math.inf, repr=False)


def _same(x: Tensor) -> Tensor:
    return x


def _log_odds(p: Tensor) -> Tensor:
    return p.log() - (-p).log1p()


def _half_log_odds(p: Tensor) -> Tensor:
    return _log_odds(p) / 2


def _sigmoid_of_twice(scores: Tensor) -> Tensor:
    return (2 * scores).sigmoid()


def _line(p: Tensor) -> Tensor:
    return 2 * p - 1


def _share_of_line(scores: Tensor) -> Tensor:
    return (1 + scores.clamp(-1, 1)) / 2


def _tangent(p: Tensor) -> Tensor:
    return (p - 0.5).tan()


def _angle(scores: Tensor) -> Tensor:
    return (scores.arctan() + 0.5).clamp(0, 1)


def _softmax(scores: Tensor) -> Tensor:
    return scores.softmax(-1)


IDENTITY = Link("identity", _same, _same, bounded=False)
FROM_0 = Link("identity", _same, _same, bounded=False, low=0.0)  # of a mean that cannot be below 0
LOG = Link("log", torch.log, torch.exp, bounded=True)
LOGIT = Link("logit", _log_odds, torch.sigmoid, bounded=True)
HALF_LOGIT = Link("half-logit", _half_log_odds, _sigmoid_of_twice, bounded=True)
LINEAR = Link("linear", _line, _share_of_line, bounded=False)  # a probability from a score between −1 and 1
ARCTAN = Link("arctan", _tangent, _angle, bounded=False)  # a probability from a score between ±tan ½
SOFTMAX = Link("softmax", torch.log, _softmax, bounded=True)


def _above(p: Tensor) -> Tensor:
    """The probability of a class after k, for each but the last."""
    return p.flip(-1).cumsum(-1).flip(-1)[..., 1:]


def _log_odds_above(p: Tensor) -> Tensor:
    return _above(p).log() - p.cumsum(-1)[..., :-1].log()


def _differences(scores: Tensor) -> Tensor:
    above = scores.sigmoid()
    ends = torch.ones_like(above[..., :1])
    return torch.cat([ends, above], -1) - torch.cat([above, 0 * ends], -1)


def _log_odds_beyond(p: Tensor) -> Tensor:
    return _above(p).log() - p[..., :-1].log()


def _products(scores: Tensor) -> Tensor:
    reached = torch.cat([torch.ones_like(scores[..., :1]), scores.sigmoid().cumprod(-1)], -1)
    return reached * torch.cat([(-scores).sigmoid(), torch.ones_like(scores[..., :1])], -1)


# of K ordered classes, from K − 1 scores: the log-odds of a class after k, outright or given that it is not before k
CUMULATIVE = Link("cumulative log-odds", _log_odds_above, _differences, bounded=True)
CONTINUATION = Link("log-odds of going on", _log_odds_beyond, _products, bounded=True)


def thresholded(scores: Tensor, power: int) -> Tensor:
    """The scores, divided by ``power``, less the threshold at which Σ max(0, ·)^power over the last axis is 1.

    Those below it stand for a probability of exactly 0. The threshold follows from the scores above it alone, which
    sorting finds; so the derivatives, of any order, are those of a closed form. They are exact for one score far above
    all others, as its own is minus the sum of the others'.
    """
    index = scores.argmax(-1, keepdim=True)
    top = scores.gather(-1, index)
    is_level = (torch.arange(scores.shape[-1], device=scores.device) == index) | ((scores == top) & (top == torch.inf))
    below = torch.where(is_level, 0, scores - top) / power
    held = _support(below.detach(), power)
    count = held.sum(-1, keepdim=True).to(below.dtype)
    mean = torch.where(held, below, 0).sum(-1, keepdim=True) / count
    if power == 1:
        return below - mean + 1 / count
    spread = torch.where(held, below - mean, 0).square().sum(-1, keepdim=True)
    return below - mean + ((1 - spread) / count).sqrt()


def _support(below: Tensor, power: int) -> Tensor:
    """Which scores, the largest of them 0, are above the threshold; it is not below −1."""
    ordered = below.clamp(min=-2).sort(-1, descending=True).values
    counts = torch.arange(1, below.shape[-1] + 1, dtype=below.dtype, device=below.device)
    mean = ordered.cumsum(-1) / counts
    spread = ordered.square().cumsum(-1) - counts * mean.square()
    reach = 1 / counts if power == 1 else ((1 - spread) / counts).clamp(min=0).sqrt()
    last = (ordered > mean - reach).sum(-1, keepdim=True) - 1
    return below > (mean - reach).gather(-1, last.clamp(min=0))


def _sparsemax(scores: Tensor) -> Tensor:
    return thresholded(scores, 1).relu()


def _entmax15(scores: Tensor) -> Tensor:
    return thresholded(scores, 2).relu().square()


def _twice_root(p: Tensor) -> Tensor:
    return 2 * p.sqrt()


SPARSEMAX = Link("sparsemax", _same, _sparsemax, bounded=False)  # a class of probability 0 needs no score of −∞
ENTMAX15 = Link("1.5-entmax", _twice_root, _entmax15, bounded=False)


@functools.cache
def capped_softmax(cap: float) -> Link:
    """The softmax of cap·tanh(score/cap). It makes no probability e^(2·cap) times as large as another."""

    def to_score(p: Tensor) -> Tensor:
        log_p = p.log()
        middle = (log_p.amax(-1, keepdim=True) + log_p.amin(-1, keepdim=True)) / 2
        return cap * ((log_p - middle) / cap).clamp(-1, 1).atanh()

    def to_mean(scores: Tensor) -> Tensor:
        return (cap * (scores / cap).tanh()).softmax(-1)

    return Link("softmax of capped scores", to_score, to_mean, bounded=True)
