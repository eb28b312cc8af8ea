"""How the training with each loss went: speed of convergence, gradients at both ends, the gap to the training rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lossmith.comparing.data import Splits
from lossmith.comparing.metrics import Metric, curves_of
from lossmith.comparing.predictions import Floats, Predictions
from lossmith.comparing.trial import Result

SHARE = 0.95  # of the way from a constant prediction to the best value that any loss reached
_VANISHING, _EXPLODING = 1e-3, 1e3  # the gradient at the first layer over that at the last
_GROWTH = 100.0  # of a gradient's norm over training


@dataclass(frozen=True, kw_only=True)
class Dynamics:
    """The training of one loss: means over its runs that did not diverge (NaN where there are none).

    Args:
        epochs_to_level: epochs until the metric on validation rows is at the level that :func:`level` gives; NaN where
            half of the runs or more never get there.
        best_epoch: the epoch at which the runs were judged.
        train, test: the metric on training and on test rows; their distance is the gap.
        first_gradient, last_gradient: norms at the first and the last layer, the median over the epochs.
        growth: the largest norm at either end over that of the first epoch.
        seconds: of one training.
    """

    epochs_to_level: float
    best_epoch: float
    train: float
    test: float
    first_gradient: float
    last_gradient: float
    growth: float
    seconds: float

    @property
    def warning(self) -> str:
        """What is wrong with the gradients, in words; empty where nothing is."""
        ratio = self.first_gradient / self.last_gradient if self.last_gradient else math.nan
        if ratio < _VANISHING:
            return "vanishing: next to no gradient reaches the first layer"
        if ratio > _EXPLODING:
            return "exploding: the gradient grows on its way to the first layer"
        return (
            f"unsteady: a gradient reached {self.growth:,.0f} times its size in the first epoch"
            if self.growth > _GROWTH
            else ""
        )


def metric_followed(splits: Splits) -> Metric:
    """The metric by which speed and gap are told."""
    return curves_of(splits.task.group)[0]


def level(runs: Sequence[Result], splits: Splits) -> float:
    """What a loss has to reach: 95 % of the way from the best constant prediction to the best mean of any loss."""
    metric = metric_followed(splits)
    truth = splits.validation.target
    start = metric.of(truth, _constant(splits, len(truth)))
    best = max if metric.higher_is_better else min
    curves: dict[str, list[Sequence[float]]] = {}
    for run in runs:
        if not run.has_diverged:
            curves.setdefault(run.label, []).append(run.curves[metric.name])
    # Of the mean over the seeds: a single lucky epoch of a single seed is no level to ask of others.
    reached = [best(np.mean(of_seeds, axis=0).tolist()) for of_seeds in curves.values()]
    return start + SHARE * (best(reached) - start) if reached else math.nan


def dynamics_of(runs: Sequence[Result], splits: Splits, level: float) -> Dynamics:
    """How the runs of one loss went."""
    metric = metric_followed(splits)
    finished = [run for run in runs if not run.has_diverged]
    first, last = (
        [np.array(run.curves[f"{end}_gradient"], dtype=np.float64) for run in finished] for end in ("first", "last")
    )
    return Dynamics(
        epochs_to_level=_median([_epochs_to(run.curves[metric.name], level, metric) for run in finished]),
        best_epoch=_mean([run.best_epoch for run in finished]),
        train=_mean([run.train_metrics[metric.name] for run in finished]),
        test=_mean([run.metrics[metric.name] for run in finished]),
        first_gradient=_mean([float(np.median(norms)) for norms in first]),
        last_gradient=_mean([float(np.median(norms)) for norms in last]),
        growth=max((_growth(norms) for norms in (*first, *last)), default=math.nan),
        seconds=_mean([run.seconds for run in finished]),
    )


def _epochs_to(curve: Sequence[float], level: float, metric: Metric) -> float:
    reached = (epoch for epoch, value in enumerate(curve, start=1) if value == level or metric.better(value, level))
    return float(next(reached, math.inf))


def _growth(norms: Floats) -> float:
    return float(norms.max() / norms[0]) if norms[0] > 0 else math.nan


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _median(values: Sequence[float]) -> float:
    middle = float(np.median(values)) if values else math.nan
    return middle if math.isfinite(middle) else math.nan


def _constant(splits: Splits, rows: int) -> Predictions:
    """The same for every row: the mean of the training target, or the shares of its classes."""
    task, target = splits.task, splits.train.target
    if task.group == "regression":
        return Predictions(np.full(rows, target.mean()))
    is_exclusive = task.group in ("classes", "distribution")
    shares = np.bincount(target, minlength=task.outputs) / len(target) if task.group == "classes" else target.mean(0)
    shares = np.clip(shares, 1e-6, 1 - 1e-6)
    logits = np.log(shares) if is_exclusive else np.log(shares / (1 - shares))
    scores = np.broadcast_to(logits, (rows, *np.shape(logits))).copy()
    return Predictions(scores, scores, claims_probability=True, is_exclusive=is_exclusive)
