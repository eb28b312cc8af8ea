"""One small network trained many times at once: what the claims about classification share.

The networks of all seeds lie side by side in one tensor. The optimiser goes element by element, so that each learns
exactly what it would learn alone; a seed has its start, its batches and its wrong labels, the same for every loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossmith import datasets
from lossmith.loss import Loss
from lossmith.losses import MSE

Objective = Callable[[Tensor, Tensor], Tensor]  # scores (S, N, C) and labels (S, N) to the sum of all losses
Descent = Callable[..., torch.optim.Optimizer]  # an optimiser that goes element by element

_BATCH, _HIDDEN = 128, 64
_MOST_TRAIN, _MOST_TEST = 2000, 1000


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows with classes: features (N, F) in float32 on one scale, labels (N,)."""

    name: str
    features: Tensor
    labels: Tensor
    test_features: Tensor
    test_labels: Tensor

    @property
    def classes(self) -> int:
        """How many there are."""
        return int(self.labels.max()) + 1


@dataclass(frozen=True)
class Curves:
    """Shares of right answers (seeds, T): on test rows, and on training rows with the labels given."""

    test: Tensor
    train: Tensor


def by_label(loss: Loss) -> Objective:
    """Of a loss of scores and an integer label."""

    def objective(scores: Tensor, labels: Tensor) -> Tensor:
        value: Tensor = loss(scores, labels, reduction="sum", axis=-1)
        return value

    return objective


def mse_on_scores(scores: Tensor, labels: Tensor) -> Tensor:
    """Squared errors of the raw scores from one-hot rows, as Hui and Belkin have it."""
    rows = torch.nn.functional.one_hot(labels, scores.shape[-1]).to(scores.dtype)
    value: Tensor = MSE()(scores, rows, reduction="sum")
    return value


def train(
    data: Labelled,
    objective: Objective,
    *,
    seeds: Sequence[int],
    rate: float,
    noise: float,
    marks: Sequence[int],
    descent: Descent = torch.optim.Adam,
) -> Curves:
    """Train a network with one hidden layer for each seed; ``noise`` is the share of training labels made wrong.

    Each is judged after the steps in ``marks``, the last of which is its last.
    """
    labels = torch.stack([wrong_labels(data, noise, seed) for seed in seeds])
    batches = torch.stack([_batches(len(data.labels), marks[-1], seed) for seed in seeds])
    parameters = _starts(data.features.shape[1], data.classes, seeds)
    optimizer = descent(parameters, lr=rate)
    test, train = [], []
    for step in range(1, marks[-1] + 1):
        rows = batches[:, step - 1]
        value = objective(_scores(parameters, data.features[rows]), labels.gather(1, rows)) / _BATCH
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        if step in marks:
            test.append(_right(parameters, data.test_features, data.test_labels))
            train.append(_right(parameters, data.features, labels))
    return Curves(torch.stack(test, 1), torch.stack(train, 1))


def to_tune_on(data: Labelled) -> Labelled:
    """The training rows alone, a fourth of them held out: what is chosen there has seen no test row."""
    kept = len(data.labels) * 3 // 4
    x, y = data.features, data.labels
    return Labelled(data.name, x[:kept], y[:kept], x[kept:], y[kept:])


def wrong_labels(data: Labelled, noise: float, seed: int) -> Tensor:
    """The training labels, each with this chance another one, all others alike."""
    chance = torch.Generator().manual_seed(10_000 + seed)
    count = len(data.labels)
    moved = torch.randint(1, data.classes, (count,), generator=chance)
    is_wrong = torch.rand(count, generator=chance) < noise
    return torch.where(is_wrong, (data.labels + moved) % data.classes, data.labels)


def _batches(rows: int, steps: int, seed: int) -> Tensor:
    return torch.randint(rows, (steps, _BATCH), generator=torch.Generator().manual_seed(20_000 + seed))


def _starts(inputs: int, outputs: int, seeds: Sequence[int]) -> list[Tensor]:
    """Weights and biases of both layers, (seeds, …)."""
    layers = []
    for seed in seeds:
        chance = torch.Generator().manual_seed(30_000 + seed)
        first = torch.randn(inputs, _HIDDEN, generator=chance) * (2 / inputs) ** 0.5
        last = torch.randn(_HIDDEN, outputs, generator=chance) * (1 / _HIDDEN) ** 0.5
        layers.append((first, torch.zeros(1, _HIDDEN), last, torch.zeros(1, outputs)))
    return [torch.stack(tensors).requires_grad_() for tensors in zip(*layers, strict=True)]


def _scores(parameters: Sequence[Tensor], features: Tensor) -> Tensor:
    first, first_bias, last, last_bias = parameters
    return (features @ first + first_bias).relu() @ last + last_bias


@torch.no_grad()
def _right(parameters: Sequence[Tensor], features: Tensor, labels: Tensor) -> Tensor:
    return (_scores(parameters, features).argmax(-1) == labels).float().mean(-1)


# Data -----------------------------------------------------------------------------------------------------------------


@cache
def digits() -> Labelled:
    """The bundled digits: 64 pixels, ten classes."""
    table = datasets.DIGITS.read()
    return _split("digits", table.drop("digit").to_numpy() / 16, table["digit"].to_numpy())


@cache
def spam() -> Labelled:
    """The bundled mails: logarithms of counts, two classes."""
    table = datasets.SPAM.read()
    counts = np.log1p(table.drop("spam").to_numpy().astype(float))
    return _split("spam", counts, table["spam"].to_numpy())


@cache
def price_bands() -> Labelled:
    """The bundled houses in five bands of price, as many in each."""
    columns = ["living_area", "lot_area", "year_built", "rooms", "bathrooms", "garage_area", "x", "y"]
    table = datasets.HOUSES.read().drop_nulls(["price", *columns])
    prices = table["price"].to_numpy()
    bands = np.searchsorted(np.quantile(prices, [0.2, 0.4, 0.6, 0.8]), prices)
    return _split("price bands", table.select(columns).to_numpy().astype(float), bands)


def _split(name: str, features: NDArray[Any], labels: NDArray[Any]) -> Labelled:
    order = np.random.default_rng(0).permutation(len(labels))
    held_out = min(_MOST_TEST, len(labels) // 3)
    test, train = order[:held_out], order[held_out : held_out + _MOST_TRAIN]
    scale = features[train].std(0)
    numbers = (features - features[train].mean(0)) / np.where(scale > 0, scale, 1)
    x, y = torch.from_numpy(numbers.astype(np.float32)), torch.from_numpy(labels.astype(np.int64))
    return Labelled(name, x[train], y[train], x[test], y[test])


Losses = Mapping[str, Objective]
