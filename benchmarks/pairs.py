"""What is measured: the same question, asked of Lossmith and of torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F

import lossmith as lm

Call = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Pair:
    """One row of the table; ``ours`` and ``torchs`` take prediction and target and give a scalar."""

    loss: str
    size: str
    mode: str  # "value" or "value + gradient"
    ours: Call
    torchs: Call
    prediction: torch.Tensor
    target: torch.Tensor

    def run(self, call: Call) -> torch.Tensor:
        """One call, with its gradient where that is asked for."""
        if self.mode == "value":
            return call(self.prediction, self.target)
        value = call(self.prediction, self.target)
        (gradient,) = torch.autograd.grad(value, self.prediction)
        return gradient

    def disagreement(self) -> float:
        """How far apart the two results are, relative to the larger: a fast wrong answer is none."""
        ours, torchs = self.run(self.ours), self.run(self.torchs)
        return float((ours - torchs).abs().max() / torchs.abs().max())


def pairs(is_quick: bool) -> Iterator[Pair]:
    """Each loss on few and on many elements, value alone and with the gradient."""
    generator = torch.Generator().manual_seed(0)
    counts = (1_000,) if is_quick else (1_000, 1_000_000)
    tables = ((128, 10),) if is_quick else ((128, 10), (4_096, 1_000))

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    for count in counts:
        size, score, real = f"{count:,}", normal(count), normal(count)
        yield from _both("MSE", size, lm.MSE(), F.mse_loss, score, real)
        yield from _both("Huber", size, lm.Huber(), F.huber_loss, score, real)
        yes = (real > 0).float()
        yield from _both("BCE", size, lm.BinaryCrossEntropy(), F.binary_cross_entropy_with_logits, score, yes)
    for rows, classes in tables:
        labels = torch.randint(classes, (rows,), generator=generator)
        scores = normal(rows, classes)
        yield from _both("CE", f"{rows:,} × {classes:,}", lm.CrossEntropy(), F.cross_entropy, scores, labels)


def _both(
    name: str, size: str, ours: Call, torchs: Call, prediction: torch.Tensor, target: torch.Tensor
) -> Iterator[Pair]:
    yield Pair(name, size, "value", ours, torchs, prediction, target)
    leaf = prediction.clone().requires_grad_()
    yield Pair(name, size, "value + gradient", ours, torchs, leaf, target)
