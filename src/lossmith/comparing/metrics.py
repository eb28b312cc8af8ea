"""What a prediction is judged by: measures that do not depend on the loss it was trained with. Arrays only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lossmith.comparing.data import Floats


@dataclass(frozen=True)
class Metric:
    """One measure of predictions (N,) against targets (N,).

    Real targets and predictions are in the target's own units; binary targets are 0 and 1, their predictions scores,
    positive for class 1.
    """

    name: str
    title: str
    words: str
    of: Callable[[Floats, Floats], float]
    higher_is_better: bool
    has_unit: bool = False
    is_headline: bool = True  # whether the verdict speaks of it

    def better(self, a: float, b: float) -> bool:
        """Whether ``a`` beats ``b``."""
        return a > b if self.higher_is_better else a < b


def _rmse(target: Floats, prediction: Floats) -> float:
    return float(np.sqrt(np.mean((prediction - target) ** 2)))


def _mae(target: Floats, prediction: Floats) -> float:
    return float(np.mean(np.abs(prediction - target)))


def _median_error(target: Floats, prediction: Floats) -> float:
    return float(np.median(np.abs(prediction - target)))


def _r2(target: Floats, prediction: Floats) -> float:
    spread = float(np.sum((target - target.mean()) ** 2))
    return 1.0 - float(np.sum((prediction - target) ** 2)) / spread if spread > 0 else float("nan")


def _accuracy(target: Floats, score: Floats) -> float:
    return float(np.mean((score > 0) == (target > 0.5)))


def _f1(target: Floats, score: Floats) -> float:
    truth, found = target > 0.5, score > 0
    marked = int(truth.sum() + found.sum())
    return 2.0 * int((truth & found).sum()) / marked if marked else float("nan")


def _auc(target: Floats, score: Floats) -> float:
    """The share of (positive, negative) pairs that the score puts in the right order; ties count one half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]  # the mean rank of each group of ties, from 1
    truth = target > 0.5
    positives = int(truth.sum())
    pairs = positives * (len(truth) - positives)
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / pairs) if pairs else float("nan")


REAL = (
    Metric("rmse", "RMSE", "root mean squared error", _rmse, higher_is_better=False, has_unit=True),
    Metric("mae", "MAE", "mean absolute error", _mae, higher_is_better=False, has_unit=True),
    Metric("median_error", "median error", "median error", _median_error, higher_is_better=False, has_unit=True),
    # R² orders the losses as RMSE does: saying both in a verdict would say one thing twice.
    Metric("r2", "R²", "R²", _r2, higher_is_better=True, is_headline=False),
)
BINARY = (
    Metric("accuracy", "accuracy", "accuracy", _accuracy, higher_is_better=True),
    Metric("f1", "F1", "F1", _f1, higher_is_better=True),
    Metric("auc", "AUC", "AUC", _auc, higher_is_better=True),
)
_OF_KIND = {"real": REAL, "binary": BINARY}
_CURVES = {"real": ("rmse", "mae"), "binary": ("accuracy", "auc")}


def metrics_of(kind: str) -> tuple[Metric, ...]:
    """The measures of a ``"real"`` or a ``"binary"`` task."""
    return _OF_KIND[kind]


def curves_of(kind: str) -> tuple[Metric, ...]:
    """The measures that are followed on the validation rows through training."""
    return tuple(metric for metric in _OF_KIND[kind] if metric.name in _CURVES[kind])
