"""What a network says of some rows, with the probabilities that its scores stand for."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossmith import constants
from lossmith.losses.binary import BinaryCrossEntropy
from lossmith.losses.classes import CrossEntropy

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Predictions:
    """What a network says of N rows.

    Args:
        values: amounts in the target's own units (N,), or scores (N,) or (N, C).
        logits: the scores as log-odds, or as log-probabilities up to a constant a row; ``None`` for amounts.
        claims_probability: whether the loss trains them to be that; a hinge does not.
        is_exclusive: whether each row has one class of C (softmax), or each score is a yes or no (sigmoid).
        slope: of slope · logit + shift, the map by which all losses get the same chance to be probabilities.
        shift: of the same map.
    """

    values: Floats
    logits: Floats | None = None
    claims_probability: bool = False
    is_exclusive: bool = False
    slope: float = 1.0
    shift: float = 0.0

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: NDArray[Any] | slice) -> Predictions:
        logits = None if self.logits is None else self.logits[rows]
        return dataclasses.replace(self, values=self.values[rows], logits=logits)

    @functools.cached_property
    def own_probabilities(self) -> Floats:
        """As the loss trained them, of the shape of ``values``."""
        assert self.logits is not None
        return self._probabilities(self.logits)

    @functools.cached_property
    def probabilities(self) -> Floats:
        """After scaling, of the shape of ``values``."""
        assert self.logits is not None
        return self._probabilities(self.slope * self.logits + self.shift)

    def _probabilities(self, logits: Floats) -> Floats:
        if not self.is_exclusive:
            return np.asarray(np.exp(-np.logaddexp(0.0, -logits)))
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))

    def scaled_by(self, held_out: Predictions, truth: NDArray[Any]) -> Predictions:
        """With the slope and shift that make held-out rows most likely.

        Platt (1999), Probabilistic Outputs for Support Vector Machines; for classes that exclude each other there is a
        slope alone, the temperature of Guo et al. (2017), On Calibration of Modern Neural Networks. Amounts stay.
        """
        if held_out.logits is None:
            return self
        logits, target = torch.from_numpy(held_out.logits), torch.from_numpy(truth)
        loss = CrossEntropy() if self.is_exclusive else BinaryCrossEntropy()

        def cost(parameters: Tensor) -> Tensor:
            shift = 0.0 if self.is_exclusive else parameters[1]
            # A weak prior on the slope keeps it finite where the rows are separable.
            value = loss(parameters[0].exp() * logits + shift, target)
            return torch.as_tensor(value + (parameters**2).sum() / (2 * len(truth)))

        log_slope, shift = constants.foot(cost, torch.zeros(2, dtype=torch.float64)).tolist()
        return dataclasses.replace(self, slope=float(np.exp(log_slope)), shift=0.0 if self.is_exclusive else shift)
