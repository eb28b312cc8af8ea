"""The training loop of one small network, each number kept: predict, loss, backpropagate, step."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lossmith.catalogue import select
from lossmith.errors import LossmithError
from lossmith.loss import Loss
from lossmith.losses import MSE

Vector = tuple[float, ...]
Rows = tuple[Vector, ...]

INPUTS = (-1.0, 0.5, 2.0)  # one number a row
HIDDEN = 2
TARGETS: dict[str, Any] = {  # of the three rows, by the name of their coding
    "real": (-1.5, 0.5, 1.0),
    "count": (0.0, 1.0, 3.0),
    "positive": (0.5, 1.0, 3.0),
    "binary": (0.0, 1.0, 1.0),
    "sign": (-1.0, 1.0, 1.0),
    "class index": (0, 1, 2),
    "class index or rows": (0, 1, 2),
    "class rows": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "multi-label": ((1.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "distribution": ((0.7, 0.2, 0.1), (0.2, 0.6, 0.2), (0.1, 0.2, 0.7)),
}


@dataclass(frozen=True)
class Weights:
    """A number for each parameter: ``w`` and ``b`` of the hidden layer, ``v`` and ``c`` of the output layer."""

    w: Vector
    b: Vector
    v: Rows
    c: Vector


@dataclass(frozen=True)
class Step:
    """One turn of the loop. All slopes but ``slopes`` are of the mean loss, by autograd.

    Attributes:
        before: the weights with which it predicts.
        sums: ``w x + b``, a row for each row of the data; likewise what follows.
        hidden: ``tanh`` of the sums.
        prediction: ``v h + c``, the raw scores.
        losses: of each row.
        loss: their mean.
        slopes: of each row's loss by its own prediction, from the formula of the loss.
        by_prediction: slope of the mean loss by each prediction.
        by_hidden: by each hidden value.
        by_sums: by each sum.
        gradient: by each weight.
        after: the weights that the optimiser leaves: ``before - learning_rate * gradient``.
    """

    before: Weights
    sums: Rows
    hidden: Rows
    prediction: Rows
    losses: Vector
    loss: float
    slopes: Rows
    by_prediction: Rows
    by_hidden: Rows
    by_sums: Rows
    gradient: Weights
    after: Weights


@dataclass(frozen=True)
class TrainingLoop:
    """A training, step by step; ``print`` it with rich, or ``save`` it as a page."""

    loss: Loss
    learning_rate: float
    seed: int
    inputs: Vector
    targets: Any
    steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "name": self.loss.name,
            "parameters": {f.name: getattr(self.loss, f.name) for f in dataclasses.fields(self.loss)},
            "learning_rate": self.learning_rate,
            "seed": self.seed,
            "inputs": self.inputs,
            "targets": self.targets,
            "steps": [dataclasses.asdict(step) for step in self.steps],
        }

    def save(self, path: str | Path) -> Path:
        """Write one HTML page with the first steps in numbers and all in pictures, and return its path."""
        from lossmith.explaining import loop_page

        return loop_page.save(self, path)

    def __rich__(self) -> Any:
        from lossmith.explaining import loop_terminal

        return loop_terminal.drawn(self)


def training_loop(
    loss: Loss | None = None, *, steps: int = 40, learning_rate: float = 0.1, seed: int = 0
) -> TrainingLoop:
    """Train a network of two hidden units on three rows, and keep every number on the way.

    The network is ``prediction = v tanh(w x + b) + c`` in float64, with one output, or three where the loss is of
    classes. It is trained by ``torch.optim.SGD`` on all rows at once; all numbers are the network's own.

    Args:
        loss: what to train with; MSE if none is given. It must read one score of each row, or a score of each class.
        steps: how many.
        learning_rate: what the optimiser multiplies the gradient by.
        seed: of the first weights, which are uniform between -1 and 1. The same seed gives the same numbers.

    Raises:
        LossmithError: such a network cannot be trained with this loss; or there are no steps.

    Example:
        >>> import lossmith as lm
        >>> loop = lm.training_loop(lm.Huber(), steps=2)
        >>> first, second = loop.steps
        >>> first.after == second.before and second.loss < first.loss
        True
        >>> step = loop.learning_rate * first.gradient.c[0]
        >>> abs(first.before.c[0] - step - first.after.c[0]) < 1e-15
        True
    """
    loss = MSE() if loss is None else loss
    if not _can_train(loss):
        able = ", ".join(other.name for other in select() if _can_train(other))
        raise LossmithError(
            f"{loss.name} cannot train the small network: it does not read one score of each row, or one of each "
            f"class, or its mean is no plain mean of rows. Write one of {able}"
        )
    if steps < 1:
        raise LossmithError(f"steps={steps}: a training has at least one step; write steps=40")
    targets = TARGETS[loss._target_coding().name]
    network = _network(outputs=3 if loss.HAS_CLASSES else 1, seed=seed)
    optimiser = torch.optim.SGD(network.parameters(), lr=learning_rate)
    taken = tuple(_step(loss, network, optimiser, torch.tensor(targets)) for _ in range(steps))
    return TrainingLoop(loss, learning_rate, seed, INPUTS, targets, taken)


def _can_train(loss: Loss) -> bool:
    """Whether it reads one score of each row, or a score of each class, and takes the mean of rows."""
    coding = loss._target_coding()
    if coding.name not in TARGETS or loss.MEAN_ORDER != 1:
        return False
    shape, _ = loss._sample(torch.tensor(TARGETS[coding.name])[0])
    return shape == ((3,) if loss.HAS_CLASSES else ())


def _network(outputs: int, seed: int) -> nn.Sequential:
    generator = torch.Generator().manual_seed(seed)
    network = nn.Sequential(
        nn.utils.skip_init(nn.Linear, 1, HIDDEN, dtype=torch.float64),
        nn.Tanh(),
        nn.utils.skip_init(nn.Linear, HIDDEN, outputs, dtype=torch.float64),
    )
    for parameter in network.parameters():
        nn.init.uniform_(parameter, -1, 1, generator=generator)
    return network


def _step(loss: Loss, network: nn.Sequential, optimiser: torch.optim.Optimizer, target: Tensor) -> Step:
    """One turn: predict, loss, backpropagate, step; what autograd found on the way is kept."""
    before = _weights([parameter.detach() for parameter in network.parameters()])
    values = [torch.tensor(INPUTS, dtype=torch.float64).unsqueeze(1)]
    for layer in network:
        values.append(layer(values[-1]))
        values[-1].retain_grad()
    _, sums, hidden, prediction = values
    read = prediction if loss.HAS_CLASSES else prediction.squeeze(1)

    optimiser.zero_grad()
    value = loss(read, target)
    value.backward()
    gradient = _weights([parameter.grad for parameter in network.parameters()])
    optimiser.step()

    losses, slopes = (torch.as_tensor(found) for found in loss.value_and_gradient(read.detach(), target))
    return Step(
        before=before,
        sums=_rows(sums),
        hidden=_rows(hidden),
        prediction=_rows(prediction),
        losses=tuple(losses.tolist()),
        loss=value.item(),
        slopes=_rows(slopes.reshape(prediction.shape)),
        by_prediction=_rows(prediction.grad),
        by_hidden=_rows(hidden.grad),
        by_sums=_rows(sums.grad),
        gradient=gradient,
        after=_weights([parameter.detach() for parameter in network.parameters()]),
    )


def _weights(tensors: list[Any]) -> Weights:
    w, b, v, c = tensors
    return Weights(tuple(w.squeeze(1).tolist()), tuple(b.tolist()), _rows(v), tuple(c.tolist()))


def _rows(tensor: Any) -> Rows:
    return tuple(tuple(row) for row in tensor.tolist())
