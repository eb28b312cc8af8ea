"""Facts: what decides about the loss, measured on the data."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lossmith.choosing import shape
from lossmith.reading import Task

if TYPE_CHECKING:
    from lossmith.choosing.baseline import Baseline
    from lossmith.reading import Table

Values = NDArray[Any]

GROSS = 5.0  # robust standard deviations beyond which an error is a gross one: 1 in 1.7 million of a normal sample


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was measured; ``None`` where it says nothing about a task of this kind.

    Args:
        task: what is predicted, and how it is written down.
        rows: of the table; ``rows_used`` of them were measured, ``missing_targets`` of them have no target.
        distinct: different values of the target; ``most_common`` is the one met most often, in this share of rows.
        mean: of the target, as are ``median``, ``std``, ``minimum``, ``maximum`` and ``skewness`` (the third moment).
        zeros: the share of targets that are 0.
        dispersion: of a count: its variance over its mean.
        baseline: the cheap model that left the residuals; ``explained`` is the share of the mean absolute deviation
            from the median that it takes away.
        residual_scale: their robust standard deviation (median absolute deviation / 0.6745), in the target's unit.
        residual_skewness: Hinkley's, from octiles: between −1 and 1, 0 where symmetric.
        hogg: Hogg's index of the residuals' tails, 0 for the normal, 0.7 for Laplace's distribution.
        moors: Moors' kurtosis of the residuals' body, 0 for the normal, 0.35 for Laplace's distribution.
        gross: the share of residuals beyond five robust standard deviations.
        residual_dispersion: of a count: the mean of (target − prediction)² / prediction, 1 for Poisson's distribution.
        zeros_expected: of a count: the share of zeros in Poisson distributions with the predicted means.
        classes: how many; ``class_counts`` are the rows of each, of several labels those that have it.
        imbalance: rows of the largest class over those of the smallest; of several labels, rows without the rarest
            label over rows with it.
        labels_per_row: of several labels, the mean number that a row has.
        entropy: the mean entropy of distributions in nats, and as a share of the largest one there could be.
    """

    task: Task
    rows: int
    rows_used: int
    missing_targets: int
    distinct: int | None = None
    most_common: str | float | None = None
    most_common_share: float | None = None
    mean: float | None = None
    median: float | None = None
    std: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    skewness: float | None = None
    zeros: float | None = None
    dispersion: float | None = None
    baseline: str | None = None
    explained: float | None = None
    residual_scale: float | None = None
    residual_skewness: float | None = None
    hogg: float | None = None
    moors: float | None = None
    gross: float | None = None
    residual_dispersion: float | None = None
    zeros_expected: float | None = None
    classes: int | None = None
    class_counts: dict[str, int] | None = None
    imbalance: float | None = None
    labels_per_row: float | None = None
    entropy: float | None = None
    entropy_share: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The facts that apply, as plain values."""
        facts = {name: value for name, value in dataclasses.asdict(self).items() if value is not None}
        return facts | {"task": facts["task"] | {"labels": list(self.task.labels)}}


def measure(table: Table, task: Task, target: Values, baseline: Baseline | None) -> Facts:
    """The facts that apply to the task; ``target`` and ``baseline`` are of the rows that were drawn."""
    found = _MEASURES[task.group](task, target)
    if baseline is not None:
        found |= _residuals(baseline) | (_count(target, baseline) if task.kind == "count" else {})
    return Facts(
        task=task,
        rows=table.rows,
        rows_used=len(target),
        missing_targets=table.without_target,
        **found,
    )


def _amounts(task: Task, target: Values) -> dict[str, Any]:
    from scipy.stats import skew

    values, counts = np.unique(target, return_counts=True)
    return {
        "distinct": len(values),
        "most_common": float(values[counts.argmax()]),
        "most_common_share": float(counts.max() / len(target)),
        "mean": float(target.mean()),
        "median": float(np.median(target)),
        "std": float(target.std()),
        "minimum": float(values[0]),
        "maximum": float(values[-1]),
        "skewness": float(skew((target - target.mean()) / target.std())),
        "zeros": float(np.mean(target == 0)),
    }


def _residuals(baseline: Baseline) -> dict[str, Any]:
    residuals = baseline.residuals
    scale = shape.robust_scale(residuals)
    return {
        "baseline": baseline.name,
        "explained": baseline.explained,
        "residual_scale": scale,
        "residual_skewness": shape.skew(residuals),
        "hogg": shape.hogg(residuals),
        "moors": shape.moors(residuals),
        "gross": float(np.mean(np.abs(residuals - np.median(residuals)) > GROSS * scale)),
    }


def _count(target: Values, baseline: Baseline) -> dict[str, Any]:
    return {
        "dispersion": float(target.var() / target.mean()),
        "residual_dispersion": float(np.mean(baseline.residuals**2 / baseline.predictions)),
        "zeros_expected": float(np.mean(np.exp(-baseline.predictions))),
    }


def _labelled(task: Task, target: Values) -> dict[str, Any]:
    counts = np.bincount(target.astype(np.intp), minlength=len(task.labels))
    common = int(counts.argmax())
    return {
        "distinct": int(np.count_nonzero(counts)),
        "most_common": task.labels[common],
        "most_common_share": float(counts[common] / len(target)),
        "classes": len(task.labels),
        "class_counts": dict(zip(task.labels, counts.tolist(), strict=True)),
        "imbalance": float(counts.max() / max(1, counts.min())),
    }


def _distributions(task: Task, target: Values) -> dict[str, Any]:
    from scipy.special import entr

    entropy = float(entr(target).sum(axis=1).mean())
    return {"classes": len(task.labels), "entropy": entropy, "entropy_share": entropy / float(np.log(len(task.labels)))}


def _several_labels(task: Task, target: Values) -> dict[str, Any]:
    counts = target.sum(axis=0)
    return {
        "classes": len(task.labels),
        "class_counts": {label: int(count) for label, count in zip(task.labels, counts, strict=True)},
        "imbalance": float((len(target) - counts.min()) / max(1.0, counts.min())),
        "labels_per_row": float(counts.sum() / len(target)),
    }


_MEASURES = {
    "regression": _amounts,
    "binary": _labelled,
    "classes": _labelled,
    "distribution": _distributions,
    "labels": _several_labels,
}
