"""Links: how a raw score becomes the quantity that a loss is about (a mean, a probability), and back."""

from __future__ import annotations

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
