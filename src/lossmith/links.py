"""Links: how a raw score becomes the quantity that a loss is about (a mean, a probability), and back."""

from __future__ import annotations

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
    """

    name: str
    to_score: Callable[[Tensor], Tensor] = field(repr=False)
    to_mean: Callable[[Tensor], Tensor] = field(repr=False)
    bounded: bool = field(repr=False)


def _same(x: Tensor) -> Tensor:
    return x


def _log_odds(p: Tensor) -> Tensor:
    return p.log() - (-p).log1p()


def _softmax(scores: Tensor) -> Tensor:
    return scores.softmax(-1)


IDENTITY = Link("identity", _same, _same, bounded=False)
LOG = Link("log", torch.log, torch.exp, bounded=True)
LOGIT = Link("logit", _log_odds, torch.sigmoid, bounded=True)
SOFTMAX = Link("softmax", torch.log, _softmax, bounded=True)
