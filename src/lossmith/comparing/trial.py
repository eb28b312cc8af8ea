"""One trial: one network, one loss, one seed. Pure: the same ``Spec`` gives the same ``Result``, wherever it runs."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lossmith.comparing.codings import predictions_of, target_for
from lossmith.comparing.data import Split, Splits
from lossmith.comparing.metrics import curves_of, metrics_of
from lossmith.comparing.model import Factory, isolated, outer_weights, scores_of
from lossmith.comparing.predictions import Predictions
from lossmith.errors import LossmithError, ParameterError
from lossmith.loss import Loss

CURVES = ("train_loss", "validation_loss", "first_gradient", "last_gradient")  # besides the metrics that are followed
_ROWS_AT_ONCE = 4096  # when nothing is learned from them


@dataclass(frozen=True, kw_only=True)
class Training:
    """How every network is trained: AdamW, whose steps do not grow with the loss's scale, on a one-cycle schedule.

    Each loss is trained once with each of the ``learning_rates`` (the peaks of the schedule), and goes on with the one
    whose best validation value of that loss is least. The values were chosen on validation rows of the bundled houses.
    """

    epochs: int = 40
    largest_batch: int = 256
    learning_rates: tuple[float, ...] = (5e-4, 1.5e-3, 5e-3, 1.5e-2, 5e-2)
    weight_decay: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what nothing can be trained by, before anything is."""
        if not all(isinstance(count, int) and count >= 1 for count in (self.epochs, self.largest_batch)):
            raise ParameterError(
                f"epochs={self.epochs} and largest_batch={self.largest_batch}: both are whole numbers from 1."
            )
        if not self.learning_rates or not all(0 < rate < math.inf for rate in self.learning_rates):
            raise ParameterError(
                f"learning_rates={self.learning_rates}: write one number above 0 or more, as in (1e-3, 1e-2)."
            )

    def batch_size(self, rows: int) -> int:
        """At least twenty steps an epoch, so that a small table is learned too."""
        return max(1, min(self.largest_batch, rows // 20))


@dataclass(frozen=True, kw_only=True)
class Run:
    """What tells the runs of one comparison apart. A tuning run never sees the test rows."""

    label: str
    seed: int
    learning_rate: float
    is_tuning: bool


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Everything that decides a result."""

    run: Run
    loss: Loss
    splits: Splits
    model: Factory
    training: Training


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came out, judged at the epoch with the best validation value of the run's own loss.

    ``metrics`` and ``predictions`` are for the test rows (none of a tuning run); ``train_metrics`` holds those that are
    followed through training, for as many training rows. ``curves`` have a value an epoch: the loss on training and
    validation rows, metrics on validation rows, and the norms of the gradient at the first and the last layer (means
    over the epoch's steps). A run that met a NaN or an infinity has ``diverged_at`` (the step, from 1), no predictions,
    and no metrics.
    """

    run: Run
    best_epoch: int
    best_value: float
    diverged_at: int | None
    seconds: float
    metrics: Mapping[str, float]
    train_metrics: Mapping[str, float]
    curves: Mapping[str, tuple[float, ...]]
    predictions: Predictions | None

    @property
    def has_diverged(self) -> bool:
        """Whether the run met a NaN or an infinity."""
        return self.diverged_at is not None

    @property
    def label(self) -> str:
        """The loss's, in the tables."""
        return self.run.label

    @property
    def seed(self) -> int:
        """The run's."""
        return self.run.seed


def train(spec: Spec) -> Result:
    """Train the network of one spec and judge it."""
    start = time.perf_counter()
    with isolated(spec.run.seed):
        trial = _Trial(spec)
        trial.train()
        return trial.result(start)


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A network as its run is judged, with the training rows.

    ``network(features)``, in evaluation mode, is what the loss compares with ``target``.
    """

    network: nn.Module
    features: Tensor
    target: Tensor


def solve(spec: Spec) -> Solution:
    """Train the network of one spec and give it away; a ``LossmithError`` where the run diverges."""
    with isolated(spec.run.seed):
        trial = _Trial(spec)
        trial.train()
        return trial.solution()


class _Trial:
    """The state of one training."""

    def __init__(self, spec: Spec) -> None:
        self.spec, self.splits, self.loss = spec, spec.splits, spec.loss
        self.group = spec.splits.task.group
        # The network is built first: its start depends on the seed alone, never on the loss.
        self.model = spec.model(spec.splits.inputs, spec.splits.task.outputs)
        self.outer_weights = outer_weights(self.model)
        self.train_x, self.train_y = self._tensors(spec.splits.train)
        self.validation_x, self.validation_y = self._tensors(spec.splits.validation)
        training = spec.training
        self.batch = training.batch_size(len(self.train_y))
        self.steps_per_epoch = len(self.train_y) // self.batch
        self.order = torch.Generator().manual_seed(spec.run.seed)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=spec.run.learning_rate, weight_decay=training.weight_decay, fused=True
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, spec.run.learning_rate, total_steps=training.epochs * self.steps_per_epoch
        )
        self.best_value, self.best_epoch, self.best_state = math.inf, 0, self._state()
        self.diverged_at: int | None = None
        followed = (metric.name for metric in curves_of(self.group))
        self.curves: dict[str, list[float]] = {name: [] for name in (*CURVES, *followed)}

    def _tensors(self, split: Split) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(split.features), target_for(self.loss, split.target, self.splits)

    def _state(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.model.state_dict().items()}

    def train(self) -> None:
        for epoch in range(self.spec.training.epochs):
            self._epoch(first_step=epoch * self.steps_per_epoch + 1)
            if self.diverged_at is None:
                self._validate(epoch)
            if self.diverged_at is not None:
                return

    def _epoch(self, first_step: int) -> None:
        """One pass over the training rows; the last, smaller batch is left out, and other rows fall to it next time."""
        self.model.train()
        order = torch.randperm(len(self.train_y), generator=self.order)
        total, norms = 0.0, torch.zeros(2)
        for step in range(self.steps_per_epoch):
            rows = order[step * self.batch : (step + 1) * self.batch]
            self.optimizer.zero_grad()
            value = self.loss(self._scores(self.train_x[rows]), self.train_y[rows])
            value.backward()
            norms += torch.stack([_gradient_norm(weight) for weight in self.outer_weights])
            self.optimizer.step()
            self.schedule.step()
            total += value.item()
            if not math.isfinite(total):
                self.diverged_at = first_step + step
                return
        self.curves["train_loss"].append(total / self.steps_per_epoch)
        for name, norm in zip(("first_gradient", "last_gradient"), norms / self.steps_per_epoch, strict=True):
            self.curves[name].append(norm.item())

    @torch.no_grad()
    def _validate(self, epoch: int) -> None:
        scores = self._judge(self.validation_x)
        value = self.loss(scores, self.validation_y).item() if bool(scores.isfinite().all()) else math.nan
        if not math.isfinite(value):
            self.diverged_at = (epoch + 1) * self.steps_per_epoch
            return
        self.curves["validation_loss"].append(value)
        predictions = predictions_of(self.loss, scores, self.splits)
        for metric in curves_of(self.group):
            self.curves[metric.name].append(metric.of(self.splits.validation.target, predictions))
        if value < self.best_value:
            self.best_value, self.best_epoch, self.best_state = value, epoch + 1, self._state()

    def _scores(self, x: Tensor) -> Tensor:
        return scores_of(self.model, x, self.splits.task.outputs)

    @torch.no_grad()
    def _judge(self, x: Tensor) -> Tensor:
        self.model.eval()
        # A network may write to its input, as nn.ReLU(inplace=True) does: never to the rows of all runs.
        return torch.cat([self._scores(rows.clone()) for rows in x.split(_ROWS_AT_ONCE)])

    def solution(self) -> Solution:
        if self.diverged_at is not None:
            raise LossmithError(
                f"{self.spec.run.label} diverges at step {self.diverged_at:,}, with the best of its learning rates "
                f"({self.spec.run.learning_rate:g}), so that there is no solution; leave it out."
            )
        self.model.load_state_dict(self.best_state)
        is_one_score = self.splits.task.outputs == 1
        network = nn.Sequential(self.model, nn.Flatten(0)) if is_one_score else self.model
        return Solution(network=network.eval(), features=self.train_x, target=self.train_y)

    def result(self, start: float) -> Result:
        metrics, train_metrics, predictions = {}, {}, None
        if self.diverged_at is None:
            self.model.load_state_dict(self.best_state)
            train_metrics = self._train_metrics()
            if not self.spec.run.is_tuning:
                predictions = self._test_predictions()
                truth = self.splits.test.target
                metrics = {metric.name: metric.of(truth, predictions) for metric in metrics_of(self.group)}
        return Result(
            run=self.spec.run,
            best_epoch=self.best_epoch,
            best_value=self.best_value,
            diverged_at=self.diverged_at,
            seconds=time.perf_counter() - start,
            metrics=metrics,
            train_metrics=train_metrics,
            curves={name: tuple(values) for name, values in self.curves.items()},
            predictions=predictions,
        )

    def _test_predictions(self) -> Predictions:
        held_out, test = (
            predictions_of(self.loss, self._judge(torch.from_numpy(part.features)), self.splits)
            for part in (self.splits.validation, self.splits.test)
        )
        return test.scaled_by(held_out, self.splits.validation.target)

    def _train_metrics(self) -> dict[str, float]:
        rows = len(self.splits.test.target)  # as many, for the price of the test rows
        predictions = predictions_of(self.loss, self._judge(self.train_x[:rows]), self.splits)
        truth = self.splits.train.target[:rows]
        return {metric.name: metric.of(truth, predictions) for metric in curves_of(self.group)}


def _gradient_norm(weight: Tensor) -> Tensor:
    return torch.zeros(()) if weight.grad is None else weight.grad.norm()
