"""Points and directions in the space of a network's parameters: a tensor for each name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Parameters = dict[str, Tensor]


def combined(anchors: Sequence[Parameters], weights: Sequence[float]) -> Parameters:
    """The weighted sum. An anchor of weight 0 is not read, one of weight 1 alone comes back to the last bit."""
    used = [(anchor, weight) for anchor, weight in zip(anchors, weights, strict=True) if weight != 0]
    return {name: _sum([(anchor[name], weight) for anchor, weight in used]) for name in anchors[0]} if used else {}


def _sum(terms: Sequence[tuple[Tensor, float]]) -> Tensor:
    (first, weight), *others = terms
    total = first * weight
    for tensor, factor in others:
        total.add_(tensor, alpha=factor)
    return total


def difference(end: Parameters, start: Parameters) -> Parameters:
    """From ``start`` to ``end``."""
    return {name: end[name] - value for name, value in start.items()}


def dot(one: Parameters, other: Parameters) -> float:
    """The inner product, summed in float64."""
    return math.fsum(float(torch.dot(_line(value), _line(other[name]))) for name, value in one.items())


def norm(direction: Parameters) -> float:
    """The Euclidean length."""
    return math.sqrt(dot(direction, direction))


def unit(direction: Parameters) -> Parameters:
    """The same direction with length 1."""
    length = norm(direction)
    return {name: value / length for name, value in direction.items()}


def joined(direction: Parameters) -> NDArray[np.float64]:
    """All numbers in one vector, in the order of the names."""
    return torch.cat([_line(value) for value in direction.values()]).cpu().numpy()


def parted(vector: NDArray[np.float64], like: Parameters) -> Parameters:
    """A vector as tensors of these shapes, dtypes and devices again."""
    parts = torch.from_numpy(np.ascontiguousarray(vector)).split([value.numel() for value in like.values()])
    return {name: part.reshape(value.shape).to(value) for (name, value), part in zip(like.items(), parts, strict=True)}


def _line(value: Tensor) -> Tensor:
    return value.detach().double().flatten()
