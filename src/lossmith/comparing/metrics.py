"""What a prediction is judged by: measures that do not depend on the loss it was trained with. Arrays only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.comparing.predictions import Floats, Predictions

_BINS = 15  # of equal width, as in Guo et al. (2017)
_MOST_AREAS = 30  # classes of which each has its AUC
_LEAST = 1e-12  # a probability is not taken for smaller: one hopeless row would make every log loss infinite


@dataclass(frozen=True)
class Metric:
    """One measure of predictions against the truth of N rows.

    The truth is as :func:`lossmith.reading.find_task` gives it: amounts (N,), 0 and 1 (N,), class indices (N,), or
    probabilities or labels (N, C).
    """

    name: str
    title: str
    words: str
    of: Callable[[NDArray[Any], Predictions], float]
    higher_is_better: bool
    has_unit: bool = False
    is_headline: bool = True  # whether the verdict speaks of it

    def better(self, a: float, b: float) -> bool:
        """Whether ``a`` beats ``b``."""
        return a > b if self.higher_is_better else a < b


# ---------------------------------------------------------------------------------------------------------- amounts


def _errors(truth: Floats, predicted: Predictions) -> Floats:
    return np.abs(predicted.values - truth)


def _rmse(truth: Floats, predicted: Predictions) -> float:
    return float(np.sqrt(np.mean(_errors(truth, predicted) ** 2)))


def _mae(truth: Floats, predicted: Predictions) -> float:
    return float(np.mean(_errors(truth, predicted)))


def _median_error(truth: Floats, predicted: Predictions) -> float:
    return float(np.median(_errors(truth, predicted)))


def _worst_errors(truth: Floats, predicted: Predictions) -> float:
    worst = max(1, round(len(truth) / 100))
    return float(np.mean(np.partition(_errors(truth, predicted), -worst)[-worst:]))


def _r2(truth: Floats, predicted: Predictions) -> float:
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return 1.0 - float(np.sum(_errors(truth, predicted) ** 2)) / spread if spread > 0 else float("nan")


# ------------------------------------------------------------------------------------------------- classes and labels


def decided(predicted: Predictions) -> NDArray[Any]:
    """The class of each row, or a yes or no for each score, by the scores alone."""
    return predicted.values.argmax(axis=1) if predicted.is_exclusive else predicted.values > 0


def _indices(truth: NDArray[Any], predicted: Predictions) -> NDArray[Any]:
    """The true class of each row (the likeliest, of a distribution), or a yes or no for each score."""
    if not predicted.is_exclusive:
        return truth > 0.5
    return truth.argmax(axis=1) if truth.ndim == 2 else truth


def _yes_or_no(truth: NDArray[Any], predicted: Predictions) -> NDArray[Any]:
    """Of the shape of the scores: whether each class holds."""
    indices = _indices(truth, predicted)
    return np.arange(predicted.values.shape[1]) == indices[:, None] if predicted.is_exclusive else indices


def _accuracy(truth: NDArray[Any], predicted: Predictions) -> float:
    return float(np.mean(decided(predicted) == _indices(truth, predicted)))


def _f1(truth: NDArray[Any], predicted: Predictions) -> float:
    """Of the positive class; of several classes or labels the mean, over those that occur or are predicted."""
    true, found = _yes_or_no(truth, predicted), decided(predicted)
    if predicted.is_exclusive:
        found = np.arange(predicted.values.shape[1]) == found[:, None]
    marked = true.sum(axis=0) + found.sum(axis=0)
    hits = (true & found).sum(axis=0)
    occurs = np.atleast_1d(marked) > 0
    if not occurs.any():
        return float("nan")
    return float(np.mean(2 * np.atleast_1d(hits)[occurs] / np.atleast_1d(marked)[occurs]))


def _auc(truth: NDArray[Any], predicted: Predictions) -> float:
    """The share of (positive, negative) pairs in the right order; the mean of each class against the rest.

    NaN for more than thirty classes, where it says little and sorting for each takes long.
    """
    if predicted.is_exclusive and predicted.values.shape[1] > _MOST_AREAS:
        return float("nan")
    true = _yes_or_no(truth, predicted).reshape(len(truth), -1)
    scores = (predicted.own_probabilities if predicted.is_exclusive else predicted.values).reshape(len(truth), -1)
    areas = [_area(yes, score) for yes, score in zip(true.T, scores.T, strict=True) if 0 < yes.sum() < len(yes)]
    return float(np.mean(areas)) if areas else float("nan")


def _area(yes: NDArray[Any], score: Floats) -> float:
    """Ties count one half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]  # the mean rank of each group of ties, from 1
    positives = int(yes.sum())
    pairs = positives * (len(yes) - positives)
    return float((ranks[yes].sum() - positives * (positives + 1) / 2) / pairs)


def _log_loss(truth: NDArray[Any], predicted: Predictions) -> float:
    p = np.clip(predicted.probabilities, _LEAST, 1.0)
    if predicted.is_exclusive:
        return float(-np.mean(np.log(p[np.arange(len(p)), truth])))
    against = np.clip(1 - predicted.probabilities, _LEAST, 1.0)
    return float(-np.mean(truth * np.log(p) + (1 - truth) * np.log(against)))


def _brier(truth: NDArray[Any], predicted: Predictions) -> float:
    """The squared distance of the probabilities from the truth: summed over exclusive classes, else that of the yes."""
    squares = (predicted.probabilities - _yes_or_no(truth, predicted)) ** 2
    return float(np.mean(squares.sum(axis=1) if predicted.is_exclusive else squares))


def _calibration_error(truth: NDArray[Any], predicted: Predictions) -> float:
    """How far stated probability and observed share lie apart, by bins of the probability; NaN where none is stated."""
    if not predicted.claims_probability:
        return float("nan")
    confidence, is_so = stated_and_observed(truth, predicted)
    place = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(place, confidence - is_so, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def stated_and_observed(truth: NDArray[Any], predicted: Predictions) -> tuple[Floats, Floats]:
    """Stated probability and outcome (0 or 1): of the class decided for where classes are exclusive, else of a yes."""
    p = predicted.own_probabilities
    if predicted.is_exclusive:
        return p.max(axis=1), (p.argmax(axis=1) == _indices(truth, predicted)).astype(np.float64)
    return p.ravel(), (truth > 0.5).astype(np.float64).ravel()


# ------------------------------------------------------------------------------------------------------ distributions


def _divergence(truth: Floats, predicted: Predictions) -> float:
    p = np.clip(predicted.own_probabilities, _LEAST, 1.0)
    log_truth = np.log(np.where(truth > 0, truth, 1.0))
    return float(np.mean(np.sum(truth * (log_truth - np.log(p)), axis=1)))


def _total_variation(truth: Floats, predicted: Predictions) -> float:
    return float(np.mean(np.abs(truth - predicted.own_probabilities).sum(axis=1) / 2))


_ACCURACY = Metric("accuracy", "accuracy", "accuracy", _accuracy, higher_is_better=True)
_F1 = Metric("f1", "F1", "F1", _f1, higher_is_better=True)

REAL = (
    Metric("rmse", "RMSE", "root mean squared error", _rmse, higher_is_better=False, has_unit=True),
    Metric("mae", "MAE", "mean absolute error", _mae, higher_is_better=False, has_unit=True),
    Metric("median_error", "median error", "median error", _median_error, higher_is_better=False, has_unit=True),
    Metric(
        "worst_errors",
        "worst 1 %",
        "mean error of the worst 1 %",
        _worst_errors,
        higher_is_better=False,
        has_unit=True,
        is_headline=False,
    ),
    # R² orders the losses as RMSE does: saying both in a verdict would say one thing twice.
    Metric("r2", "R²", "R²", _r2, higher_is_better=True, is_headline=False),
)
CLASSES = (
    _ACCURACY,
    _F1,
    Metric("auc", "AUC", "AUC", _auc, higher_is_better=True),
    Metric("log_loss", "log loss", "log loss", _log_loss, higher_is_better=False),
    Metric("brier", "Brier", "Brier score", _brier, higher_is_better=False, is_headline=False),
    Metric(
        "calibration_error",
        "calibration error",
        "calibration error",
        _calibration_error,
        higher_is_better=False,
        is_headline=False,
    ),
)
DISTRIBUTION = (
    Metric("divergence", "KL divergence", "KL divergence from the truth", _divergence, higher_is_better=False),
    Metric("total_variation", "total variation", "total variation", _total_variation, higher_is_better=False),
    _ACCURACY,
)
_OF_GROUP = {
    "regression": REAL,
    "binary": CLASSES,
    "classes": CLASSES,
    "labels": CLASSES,
    "distribution": DISTRIBUTION,
}
_CURVES = {"regression": ("rmse", "mae"), "distribution": ("divergence", "total_variation")}


def metrics_of(group: str) -> tuple[Metric, ...]:
    """The measures of a group of tasks."""
    return _OF_GROUP[group]


def curves_of(group: str) -> tuple[Metric, ...]:
    """The measures that are followed through training; the first also says how fast a loss converges."""
    return tuple(metric for metric in _OF_GROUP[group] if metric.name in _CURVES.get(group, ("accuracy", "f1")))
