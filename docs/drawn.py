"""What the sweep of the audit's limits draws: networks and data of many sizes, of no program of the tests.

A side of a limit is a function of a `Draw`; it gives model, loss, inputs and target, as `lm.audit` takes them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import Any, Literal

import torch
from torch import Tensor, nn

from lossmith.auditing.case import Case
from lossmith.auditing.scene import Scene
from lossmith.models import run

SEEDS = 24
INITIALISATIONS = ("default", "xavier", "kaiming", "orthogonal", "small")
ROWS = (8, 16, 32, 64, 128, 256, 512, 1024)
WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512)
DEPTHS = (1, 2, 3, 4, 6, 8, 16, 32)
CLASSES = (2, 3, 5, 10, 30, 100, 300, 1000)
LARGEST = 2**28  # rows · width² · depth, so that all is measured in minutes
STEPS = 10  # of Adam at its usual rate, for every other draw

Loss = Callable[[Any, Any], Any]
Program = tuple[Any, Loss, Any, Any]


@dataclass(frozen=True)
class Draw:
    """The sizes of one run."""

    seed: int
    initialisation: str
    rows: int
    width: int
    depth: int
    classes: int
    is_trained: bool

    def one_of(self, *choices: Any) -> Any:
        """One of these, each as likely as the others."""
        return choices[int(torch.randint(len(choices), ()))]

    def inputs(self, features: int = 8) -> Tensor:
        """Standardised features."""
        return torch.randn(self.rows, features)

    def labels(self, classes: int | None = None) -> Tensor:
        """Classes, each as likely as the others."""
        return torch.randint(classes or self.classes, (self.rows,))

    def network(
        self,
        outputs: int = 1,
        end: nn.Module | None = None,
        activation: Callable[[], nn.Module] = nn.ReLU,
        depth: int | None = None,
    ) -> nn.Sequential:
        """Linear layers with an activation between them, initialised; of two hidden layers at most if not said."""
        sizes = [8, *[self.width] * (min(self.depth, 2) if depth is None else depth - 1)]
        hidden = [part for a, b in pairwise(sizes) for part in (nn.Linear(a, b), activation())]
        layers = [*hidden, nn.Linear(sizes[-1], outputs), *([end] if end else [])]
        return initialised(nn.Sequential(*layers), self.initialisation)

    def trained(self, model: nn.Module, loss: Loss, inputs: Any, target: Any) -> Program:
        """A program, after some steps of training where this is a draw with them."""
        optimiser = torch.optim.Adam(model.parameters())
        for _ in range(STEPS if self.is_trained else 0):
            optimiser.zero_grad()
            value = loss(run(model, inputs), target)
            if value.requires_grad and bool(value.isfinite().all()):
                value.sum().backward()
                optimiser.step()
        optimiser.zero_grad()
        return model, loss, inputs, target


Side = Callable[[Draw], Program]


@dataclass(frozen=True)
class Limit:
    """A limit of a probe, and what is drawn on either side of it; the docstrings of both say what that is."""

    codes: str
    compared: str
    place: tuple[ModuleType, str]
    finds: Literal["above", "below"]
    measure: Callable[[Case], float | None]
    right: Side
    wrong: Side

    @property
    def constant(self) -> str:
        """Where it stands."""
        return f"{self.place[0].__name__.rpartition('.')[2]}.{self.place[1]}"

    @property
    def name(self) -> str:
        """Of no other limit."""
        return f"{self.constant}: {self.compared}"

    @property
    def value(self) -> float:
        """As the probe has it."""
        return float(getattr(*self.place))


def draws() -> Iterator[Draw]:
    """Each seed with each initialisation, half of them trained; sizes at random."""
    for seed in range(SEEDS):
        for n, initialisation in enumerate(INITIALISATIONS):
            sizes = random.Random(len(INITIALISATIONS) * seed + n)
            while True:
                rows, width, depth = (sizes.choice(among) for among in (ROWS, WIDTHS, DEPTHS))
                if rows * width**2 * depth <= LARGEST:
                    break
            yield Draw(seed, initialisation, rows, width, depth, sizes.choice(CLASSES), (seed + n) % 2 == 1)


def case_of(side: Side, draw: Draw) -> Case:
    """The program of a side, seeded, as the probes see it."""
    torch.manual_seed(1000 * INITIALISATIONS.index(draw.initialisation) + draw.seed)
    model, loss, inputs, target = side(draw)
    with torch.no_grad():
        output = run(model, inputs)
    return Case(Scene(loss, output, target, model, inputs).views()[0])


def initialised(model: nn.Sequential, how: str) -> nn.Sequential:
    """The same with other weights in its linear layers."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear) and how != "default":
            if how == "xavier":
                nn.init.xavier_uniform_(layer.weight)
            elif how == "kaiming":
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            elif how == "orthogonal":
                nn.init.orthogonal_(layer.weight)
            else:
                nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
    return model
