"""What a labelled program is, and the variations in which each is run.

A case is a file `cases/<kind>/<name>.py` with a docstring that says why it is right or wrong, with `EXPECTED`, the code
that an audit must find (None where it may find nothing), and with a function `program(variation)`.

>>> cases()["link/softmax_mlp"].EXPECTED
'LM101'
>>> ready(cases()["link/softmax_mlp"], Variation(rows=32)).target.shape
torch.Size([32])
"""

from __future__ import annotations

import contextlib
import importlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

_FOLDER = Path(__file__).parent / "cases"
_LEARNING_RATE = 0.01
_WEIGHED = (nn.Linear, nn.Bilinear, nn.modules.conv._ConvNd)


@dataclass(frozen=True)
class Variation:
    """How a program is run: what is wrong must be wrong, and what is right must be right, in each of them."""

    seed: int = 0
    rows: int = 64
    """Of the batch."""
    width: int = 32
    """Of the hidden layers."""
    initialisation: str = "default"
    """Of linear and convolution weights, once the model is built: "default" (as torch does), "xavier", or "small"
    (normal, with a standard deviation of 0.02). Biases stay as they are."""
    steps: int = 0
    """Of training with Adam before the audit looks."""


VARIATIONS = (
    Variation(),
    Variation(seed=1, rows=32),
    Variation(seed=2, width=96),
    Variation(seed=3, initialisation="xavier"),
    Variation(seed=4, steps=20),
    Variation(seed=5, rows=128, initialisation="small"),
)


@dataclass(frozen=True)
class Program:
    """One training program at one batch: what `lm.audit` is called with."""

    model: Callable[..., Any] | nn.Module
    loss: Callable[..., Any]
    """Called with the prediction and the target."""
    inputs: Any
    """What the model takes: a tensor, or a tuple or dict of what it is called with."""
    target: Any
    ignore: tuple[str, ...] = ()
    """Codes of what the author declares to be intended."""

    def predict(self) -> Any:
        """What the model says of the inputs."""
        if isinstance(self.inputs, dict):
            return self.model(**self.inputs)
        return self.model(*self.inputs) if isinstance(self.inputs, tuple) else self.model(self.inputs)


def cases() -> dict[str, ModuleType]:
    """Every case, by "kind/name"."""
    paths = sorted(path for path in _FOLDER.glob("*/*.py") if not path.stem.startswith("_"))
    return {
        f"{path.parent.name}/{path.stem}": importlib.import_module(f"audit.cases.{path.parent.name}.{path.stem}")
        for path in paths
    }


def ready(case: ModuleType, v: Variation) -> Program:
    """The case's program in a variation: seeded, built, initialised, and trained for some steps."""
    torch.manual_seed(v.seed)
    program: Program = case.program(v)
    _initialise(program.model, v.initialisation)
    _train(program, v.steps)
    return program


def _initialise(model: Callable[..., Any], how: str) -> None:
    if how == "default" or not isinstance(model, nn.Module):
        return
    for module in model.modules():
        if not isinstance(module, _WEIGHED):
            continue
        if how == "xavier":
            nn.init.xavier_uniform_(module.weight)
        elif how == "small":
            nn.init.normal_(module.weight, std=0.02)
        else:
            raise ValueError(f"unknown initialisation {how!r}")


def _train(program: Program, steps: int) -> None:
    """Adam on the whole batch; a step that raises, or whose gradient is missing or not finite, is skipped."""
    parts = [part for part in (program.model, program.loss) if isinstance(part, nn.Module)]
    parameters = list(dict.fromkeys(p for part in parts for p in part.parameters() if p.requires_grad))
    if not steps or not parameters:
        return
    optimiser = torch.optim.Adam(parameters, lr=_LEARNING_RATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(steps):
            optimiser.zero_grad()
            with contextlib.suppress(Exception):
                program.loss(program.predict(), program.target).backward()
                if all(p.grad is None or p.grad.isfinite().all() for p in parameters):
                    optimiser.step()
    optimiser.zero_grad()
