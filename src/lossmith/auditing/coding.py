"""How a target is coded, measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

FEW = 64  # different values, up to which whole numbers may be labels
SUM_MISS = 1e-2  # of rows that sum to 1, in bfloat16 too
STEP_MISS = 1e-3  # of multiples of a step, in steps
_SCALED = 32  # different values, up to which fractions may be labels that were scaled


@dataclass(frozen=True)
class Target:
    """A tensor of targets; everything is measured when it is asked for.

    Args:
        tensor: as the loss takes it.
    """

    tensor: Tensor

    @cached_property
    def numbers(self) -> Tensor:
        """What is not missing, as float64 in one row."""
        flat = self.tensor.detach().reshape(-1).to(torch.float64)
        return flat[flat.isfinite()]

    @cached_property
    def missing(self) -> int:
        """How many are NaN or infinite."""
        return self.tensor.numel() - self.numbers.numel()

    @cached_property
    def values(self) -> list[float]:
        """The different ones, at most FEW and one more."""
        return [float(v) for v in self.numbers.unique()[: FEW + 1]]

    @property
    def low(self) -> float:
        """The least."""
        return float(self.numbers.min()) if self.numbers.numel() else 0.0

    @property
    def high(self) -> float:
        """The largest."""
        return float(self.numbers.max()) if self.numbers.numel() else 0.0

    @cached_property
    def is_integer(self) -> bool:
        """Whether its dtype is one of whole numbers."""
        return not self.tensor.is_floating_point()

    @cached_property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return bool((self.numbers == self.numbers.round()).all())

    @property
    def is_continuous(self) -> bool:
        """Many different values, most of them no whole numbers."""
        return not self.is_whole and len(self.values) > 16 and float(self.numbers.frac().ne(0).double().mean()) > 0.5

    @property
    def is_binary(self) -> bool:
        """0 and 1, and nothing else."""
        return set(self.values) <= {0.0, 1.0}

    @property
    def looks_like_labels(self) -> bool:
        """A few whole numbers that follow each other from 0 or 1."""
        return self.is_whole and 2 <= len(self.values) <= FEW and self.values == _range(self.values)

    @cached_property
    def step(self) -> float | None:
        """The unit fraction of which all values from 0 on are multiples, as those of labels over 255 are; else none."""
        if self.is_integer or self.is_whole or len(self.values) > _SCALED or self.low != 0:
            return None
        step = min(b - a for a, b in zip(self.values, self.values[1:], strict=False))
        return step if self.high / step <= FEW + 0.5 and step_miss(self.values, step) < STEP_MISS else None

    @cached_property
    def is_one_hot(self) -> bool:
        """Rows of 0 with one 1."""
        return self.is_binary and any(bool((self.tensor.sum(a) == 1).all()) for a in self._axes)

    @cached_property
    def is_multi_hot(self) -> bool:
        """Rows of 0 and 1, some with several."""
        return self.is_binary and not self.is_one_hot and any(bool((self.tensor.sum(a) > 1).any()) for a in self._axes)

    @property
    def _axes(self) -> set[int]:
        """Where classes lie: last, or after the rows."""
        return set() if self.tensor.dim() < 2 else {1, self.tensor.dim() - 1}


def _range(values: list[float]) -> list[float]:
    return [values[0] + n for n in range(len(values))] if values[0] in (0.0, 1.0) else []


def target_of(value: Any) -> Target | None:
    """The target of a scene, where it is one tensor."""
    return Target(value) if isinstance(value, Tensor) and value.numel() and not value.is_complex() else None


def step_miss(values: list[float], step: float) -> float:
    """By how much values miss multiples of a step, and the step a unit fraction, at most."""
    multiples = [1 / step, *(value / step for value in values)]
    return max(abs(m - round(m)) for m in multiples)


def sum_miss(rows: Tensor, axis: int) -> float:
    """By how much sums along the axis miss 1 at most; infinite where a number is negative, or is none."""
    return float((rows.sum(axis) - 1).abs().max()) if bool((rows >= 0).all()) else float("inf")


def are_distributions(rows: Tensor, axis: int) -> bool:
    """Whether all are non-negative and sum to 1 along the axis."""
    return sum_miss(rows, axis) < SUM_MISS
