"""How an example of a code is measured: trained for some steps, then judged on rows that it has not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = [
    "Run",
    "Trained",
    "accuracy",
    "divergence",
    "first_loss",
    "last_loss",
    "numbers",
    "probabilities",
    "r_squared",
    "surprise",
]

TESTED = 2000  # rows on which all are judged
OTHER = 1000  # seeds that are added for them

Program = Callable[..., tuple[nn.Module, Callable[[Any, Any], Any], Any, Any]]
Judge = Callable[["Run"], float]


@dataclass(frozen=True)
class Run:
    """A program after its training, and what it says of new rows."""

    model: nn.Module
    loss: Callable[[Any, Any], Any]
    history: list[float]
    """The loss before each step."""
    inputs: Any
    """Of the new rows, as the program prepares them."""
    output: Any
    """What the model says of them."""
    target: Any
    """Of the new rows, as the program codes it."""
    truth: Any
    """The same as the data have it."""


@dataclass(frozen=True)
class Trained:
    """What is measured of a program: the figures by name, after a training that is the same for wrong and mended."""

    figures: dict[str, Judge]
    optimiser: Callable[..., torch.optim.Optimizer] = torch.optim.Adam
    rate: float = 0.01
    steps: int = 300

    @property
    def described(self) -> str:
        """The training in words."""
        name = getattr(self.optimiser, "__name__", "")
        return f"{self.steps} {'step' if self.steps == 1 else 'steps'} of {name} at a rate of {self.rate:g}"

    def __call__(self, program: Program, data: Callable[[int], tuple[Any, Any]], seed: int) -> dict[str, float]:
        """The figures of one run."""
        torch.manual_seed(seed)
        model, loss, inputs, target = program()
        optimiser = self.optimiser(_parameters(model, loss), lr=self.rate)
        history = []
        for _ in range(self.steps):
            optimiser.zero_grad()
            value = loss(said(model, inputs), target)
            value.backward()
            optimiser.step()
            history.append(float(value.detach()))
        torch.manual_seed(seed + OTHER)
        _, _, inputs, target = program(TESTED)
        torch.manual_seed(seed + OTHER)
        _, truth = data(TESTED)
        with torch.no_grad():
            output = said(model.eval(), inputs)
        run = Run(model, loss, history, inputs, output, target, truth)
        return {name: judge(run) for name, judge in self.figures.items()}


def said(model: nn.Module, inputs: Any) -> Any:
    """The model's output."""
    return model(*inputs) if isinstance(inputs, tuple) else model(inputs)


def _parameters(*parts: Any) -> list[nn.Parameter]:
    return [p for part in parts if isinstance(part, nn.Module) for p in part.parameters()]


# Judges ---------------------------------------------------------------------------------------------------------------


def accuracy(run: Run) -> float:
    """The share of labels that are right: the largest output of several, the likelier of yes and no of one."""
    output = run.output
    if not bool(output.isfinite().all()):
        return float("nan")
    if output.shape == run.truth.shape or output.shape[1] == 1:
        label = probabilities(output).reshape(run.truth.shape) > 0.5
    else:
        label = output.argmax(1)
    return float((label == run.truth).double().mean())


def surprise(run: Run) -> float:
    """The mean of −log of the probability that was given to the truth."""
    p = probabilities(run.output).double()
    if run.output.shape == run.truth.shape or run.output.shape[1] == 1:
        p = p.reshape(run.truth.shape)
        p = torch.where(run.truth > 0.5, p, 1 - p)
    else:
        p = p.gather(1, run.truth[:, None])
    return float(-p.clamp_min(1e-30).log().mean())


def divergence(run: Run) -> float:
    """Of the rows of probabilities that were said from the true ones (Kullback and Leibler, 1951)."""
    p = probabilities(run.output).double().clamp_min(1e-30)
    return float(F.kl_div(p.log(), run.truth.double(), reduction="batchmean"))


def r_squared(run: Run) -> float:
    """The share of the target's variance that is explained, in the program's own coding."""
    target = run.target.double()
    missed = (run.output.reshape(target.shape) - target).square().mean()
    return float(1 - missed / target.var(correction=0))


def first_loss(run: Run) -> float:
    """Before any training."""
    return run.history[0]


def last_loss(run: Run) -> float:
    """At the end of the training."""
    return run.history[-1]


def numbers(run: Run) -> float:
    """The share of outputs that are numbers."""
    return float(run.output.isfinite().double().mean())


def probabilities(output: Tensor) -> Tensor:
    """The output as it would be read: what is a probability, or a logarithm of it, as that; all else as raw scores."""
    rows = output.dim() > 1 and output.shape[1] > 1
    if bool((output >= 0).all() and (output <= 1).all()) and (not rows or _are_one(output.sum(1))):
        return output
    if not rows:
        return output.sigmoid()
    return output.exp() if _are_one(output.exp().sum(1)) else output.softmax(1)


def _are_one(sums: Tensor) -> bool:
    return bool(((sums - 1).abs() < 1e-3).all())
