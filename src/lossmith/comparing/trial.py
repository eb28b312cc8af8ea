"""One trial: one network, one loss, one seed. Pure: the same ``Spec`` gives the same ``Result``, wherever it runs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lossmith import targets
from lossmith.comparing.data import Floats, Split, Splits, Task
from lossmith.comparing.metrics import curves_of, metrics_of
from lossmith.errors import ShapeError, TargetError
from lossmith.loss import Loss

Factory = Callable[[int], nn.Module]


@dataclass(frozen=True, kw_only=True)
class Training:
    """How every network is trained: AdamW, whose steps do not grow with the loss's scale, on a one-cycle schedule.

    The values were chosen on the validation rows of the bundled houses.
    """

    epochs: int = 40
    largest_batch: int = 256
    learning_rate: float = 5e-3
    weight_decay: float = 0.1

    def batch_size(self, rows: int) -> int:
        """At least twenty steps an epoch, so that a small table is learned too."""
        return max(1, min(self.largest_batch, rows // 20))


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Everything that decides a result."""

    label: str
    loss: Loss
    seed: int
    splits: Splits
    model: Factory
    training: Training


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came out, judged at the epoch with the best validation value of the run's own loss.

    ``predictions`` (N,) are for the test rows: in the target's units, or scores. A run that met a NaN or an infinity
    has ``diverged_at`` (the step, from 1), no predictions, and NaN for its metrics.
    """

    label: str
    seed: int
    best_epoch: int
    diverged_at: int | None
    seconds: float
    metrics: Mapping[str, float]
    curves: Mapping[str, tuple[float, ...]]
    predictions: Floats


def mlp(n_features: int) -> nn.Module:
    """The default network: two hidden layers of 128, one output."""
    return nn.Sequential(nn.Linear(n_features, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 1))


def run(spec: Spec) -> Result:
    """Train the network of one spec and judge it."""
    start = time.perf_counter()
    with _isolated(spec.seed):
        trial = _Trial(spec)
        trial.train()
    return trial.result(time.perf_counter() - start)


@contextmanager
def _isolated(seed: int) -> Iterator[None]:
    """One thread (sums do not depend on the machine's cores) and a seeded random state; the caller's come back."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


class _Trial:
    """The state of one training."""

    def __init__(self, spec: Spec) -> None:
        task, splits = spec.splits.task, spec.splits
        self.spec, self.task, self.loss = spec, task, spec.loss
        # The network is built first: its start depends on the seed alone, never on the loss.
        self.model = spec.model(splits.train.features.shape[1])
        self.train_x, self.train_y = _tensors(splits.train, task, spec.loss)
        self.validation_x, self.validation_y = _tensors(splits.validation, task, spec.loss)
        self.test_x = torch.from_numpy(splits.test.features)
        self.batch = spec.training.batch_size(len(self.train_y))
        self.steps_per_epoch = len(self.train_y) // self.batch
        self.order = torch.Generator().manual_seed(spec.seed)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=spec.training.learning_rate, weight_decay=spec.training.weight_decay, fused=True
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, spec.training.learning_rate, total_steps=spec.training.epochs * self.steps_per_epoch
        )
        self.best_value, self.best_epoch, self.best_scores = math.inf, 0, torch.empty(0)
        self.diverged_at: int | None = None
        self.curves: dict[str, list[float]] = {
            name: [] for name in ("train_loss", "validation_loss", *(metric.name for metric in curves_of(task.kind)))
        }

    def train(self) -> None:
        for epoch in range(self.spec.training.epochs):
            mean = self._epoch(first_step=epoch * self.steps_per_epoch + 1)
            if self.diverged_at is None:
                self._validate(epoch, mean)
            if self.diverged_at is not None:
                return

    def _epoch(self, first_step: int) -> float:
        """One pass over the training rows; the last, smaller batch is left out, and other rows fall to it next time."""
        self.model.train()
        order = torch.randperm(len(self.train_y), generator=self.order)
        x, y = self.train_x[order], self.train_y[order]
        total = 0.0
        for step in range(self.steps_per_epoch):
            rows = slice(step * self.batch, (step + 1) * self.batch)
            self.optimizer.zero_grad()
            value = self.loss(self._scores(x[rows]), y[rows])
            value.backward()
            self.optimizer.step()
            self.schedule.step()
            total += value.item()
            if not math.isfinite(total):
                self.diverged_at = first_step + step
                break
        return total / self.steps_per_epoch

    @torch.no_grad()
    def _validate(self, epoch: int, train_loss: float) -> None:
        self.model.eval()
        scores = self._scores(self.validation_x)
        value = self.loss(scores, self.validation_y).item() if bool(scores.isfinite().all()) else math.nan
        if not math.isfinite(value):
            self.diverged_at = (epoch + 1) * self.steps_per_epoch
            return
        self.curves["train_loss"].append(train_loss)
        self.curves["validation_loss"].append(value)
        for metric in curves_of(self.task.kind):
            predictions = _in_units(scores, self.task)
            self.curves[metric.name].append(metric.of(self.spec.splits.validation.target, predictions))
        if value < self.best_value:
            self.best_value, self.best_epoch, self.best_scores = value, epoch + 1, self._scores(self.test_x)

    def _scores(self, x: Tensor) -> Tensor:
        output: Tensor = self.model(x)
        if output.numel() != len(x):
            raise ShapeError(
                f"The model gave {tuple(output.shape)} for {len(x)} rows; compare needs one output a row: "
                f"({len(x)}, 1) or ({len(x)},)."
            )
        return output.reshape(-1)

    def result(self, seconds: float) -> Result:
        diverged = self.diverged_at is not None
        predictions = np.empty(0) if diverged else _in_units(self.best_scores, self.task)
        truth = self.spec.splits.test.target
        return Result(
            label=self.spec.label,
            seed=self.spec.seed,
            best_epoch=self.best_epoch,
            diverged_at=self.diverged_at,
            seconds=seconds,
            metrics={
                metric.name: math.nan if diverged else metric.of(truth, predictions)
                for metric in metrics_of(self.task.kind)
            },
            curves={name: tuple(values) for name, values in self.curves.items()},
            predictions=predictions,
        )


def _tensors(split: Split, task: Task, loss: Loss) -> tuple[Tensor, Tensor]:
    """Features and the target as this loss reads it."""
    if task.kind == "real":
        values = (split.target - task.centre) / task.scale
    elif loss.traits.target == targets.BINARY:
        values = split.target
    else:  # ±1, so that a positive score means class 1 for a real-valued loss such as MSE as well
        values = 2 * split.target - 1
    return torch.from_numpy(split.features), torch.from_numpy(values.astype(np.float32))


def _in_units(scores: Tensor, task: Task) -> Floats:
    return scores.double().numpy() * task.scale + task.centre


def check_fits(loss: Loss, task: Task) -> None:
    """Raise a ``TargetError`` where a loss cannot read the target of this task."""
    readable = {"real": (targets.REAL,), "binary": (targets.REAL, targets.BINARY, targets.SIGN)}[task.kind]
    if loss.traits.target not in readable:
        raise TargetError(
            f"{loss.name} reads targets coded as {loss.traits.target.name!r}, but {task.target!r} is {task.kind}; "
            f"take losses whose target is {' or '.join(repr(coding.name) for coding in readable)}."
        )
