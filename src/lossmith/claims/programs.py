"""The programs of claim 9: pairs of a wrong one and the right one, and what is measured of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from lossmith import datasets
from lossmith.auditing import audit
from lossmith.claims.training import digits, price_bands, spam
from lossmith.losses import MSE, BinaryCrossEntropy, SparseCategoricalCrossEntropy

LossCall = Callable[[Tensor, Tensor], Tensor]
MARKS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 70, 100, 140, 200)  # steps after which a program is measured


@dataclass(frozen=True)
class Program:
    """A model, a loss and a batch, as somebody wrote them."""

    model: nn.Module
    loss: LossCall
    inputs: Tensor
    target: Tensor

    def codes(self) -> set[str]:
        """What the audit finds, what it folds under another finding among it."""
        findings = audit(self.model, self.loss, self.inputs, self.target).findings
        return {each.code for finding in findings for each in (finding, *finding.consequences)}

    def followed(self, measure: Measure, descent: Descent) -> list[float]:
        """What is measured after the steps in ``MARKS``, while the model is trained on all rows at once."""
        optimizer, found = descent(self.model.parameters()), []
        for step in range(MARKS[-1] + 1):
            if step in MARKS:
                found.append(measure(self))
            optimizer.zero_grad()
            self.loss(self.model(self.inputs), self.target).backward()
            optimizer.step()
        return found


Measure = Callable[[Program], float]
Descent = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]


# The programs ---------------------------------------------------------------------------------------------------------


def mails(seed: int, *last: nn.Module) -> Program:
    """Binary cross-entropy on the bundled mails."""
    torch.manual_seed(seed)
    data = spam()
    inputs, target = data.features[:500], data.labels[:500].float()[:, None]
    model = nn.Sequential(nn.Linear(inputs.shape[1], 16), nn.ReLU(), nn.Linear(16, 1), *last)
    return Program(model, BinaryCrossEntropy(), inputs, target)


def failed(seed: int) -> tuple[Program, Program]:
    """A softmax over the only unit, whose answer is 1 whatever its score; and none."""
    right = mails(seed)
    wrong = mails(seed, nn.Softmax(1))
    return Program(wrong.model, nn.BCELoss(), wrong.inputs, wrong.target), right


def slow(seed: int) -> tuple[Program, Program]:
    """A softmax in front of cross-entropy, which applies its own; and none."""
    data = digits()
    programs = []
    for last in ([nn.Softmax(1)], []):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), *last)
        programs.append(Program(model, SparseCategoricalCrossEntropy(), data.features[:500], data.labels[:500]))
    return programs[0], programs[1]


def _houses(seed: int, scale: bool, *last: nn.Module) -> Program:
    torch.manual_seed(seed)
    table = datasets.HOUSES.read().drop_nulls(["price", "living_area", "rooms", "year_built"]).sample(500, seed=seed)
    numbers = torch.from_numpy(table.select("living_area", "rooms", "year_built").to_numpy().astype("float32"))
    prices = torch.from_numpy(table["price"].to_numpy().astype("float32"))[:, None]
    inputs = (numbers - numbers.mean(0)) / numbers.std(0)
    target = (prices - prices.mean()) / prices.std() if scale else prices
    return Program(nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1), *last), MSE(), inputs, target)


def exploding(seed: int) -> tuple[Program, Program]:
    """Squared errors of prices in dollars, and of prices on the scale of the network."""
    return _houses(seed, scale=False), _houses(seed, scale=True)


def vanishing(seed: int) -> tuple[Program, Program]:
    """A sigmoid that starts out sure, with MSE; and cross-entropy on its scores."""
    wrong, right = mails(seed, nn.Sigmoid()), mails(seed)
    for program in (wrong, right):
        with torch.no_grad():
            next(p for p in reversed(list(program.model.parameters())) if p.dim() == 1).fill_(-20.0)
    return Program(wrong.model, MSE(), wrong.inputs, wrong.target), right


def underfitting(seed: int) -> tuple[Program, Program]:
    """A sigmoid in front of MSE for targets below 0 and above 1; and none."""
    return _houses(seed, True, nn.Sigmoid()), _houses(seed, True)


def overfitting(seed: int) -> tuple[Program, Program]:
    """The sum of the losses, beside which a weight decay is next to nothing; and their mean."""
    data = price_bands()
    programs = []
    for reduction in ("sum", "mean"):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(data.features.shape[1], 64), nn.ReLU(), nn.Linear(64, data.classes))
        loss = partial(SparseCategoricalCrossEntropy(), reduction=reduction)
        programs.append(Program(model, loss, data.features[:500], data.labels[:500]))
    return programs[0], programs[1]


# What is measured of them ---------------------------------------------------------------------------------------------


def right_answers(program: Program) -> float:
    """The share of right answers; a classifier of two classes decides at a score of 0, or a chance of ½."""
    return _right(program, program.inputs, program.target)


@torch.no_grad()
def _right(program: Program, inputs: Tensor, target: Tensor) -> float:
    scores = program.model(inputs)
    is_chance = isinstance(program.model[-1], nn.Softmax | nn.Sigmoid)  # type: ignore[index]
    decided = scores.argmax(1) if scores.shape[1] > 1 else (scores > (0.5 if is_chance else 0.0)).float()
    return float((decided == target).float().mean())


def gradient(program: Program) -> float:
    """The norm of the gradient."""
    value = program.loss(program.model(program.inputs), program.target)
    slopes = torch.autograd.grad(value, list(program.model.parameters()))
    return math.sqrt(sum(float(slope.square().sum()) for slope in slopes))


@torch.no_grad()
def explained(program: Program) -> float:
    """The share of the target's variance that is explained."""
    errors = program.model(program.inputs) - program.target
    return 1 - float(errors.square().mean() / program.target.var(unbiased=False))


def gap(program: Program) -> float:
    """The share of right answers on the rows learned from, less that on rows never seen."""
    data = price_bands()
    return right_answers(program) - _right(program, data.test_features, data.test_labels)
