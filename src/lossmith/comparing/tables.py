"""The outcome as rows of text, for the page and for the terminal alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lossmith.comparing import dynamics
from lossmith.comparing.metrics import Metric
from lossmith.comparing.prose import figure, with_spread

if TYPE_CHECKING:
    from lossmith.comparing.outcome import Outcome

NOTHING = "–"


def headings(metrics: tuple[Metric, ...]) -> list[str]:
    """The metrics, each with the direction in which it is better."""
    return [f"{metric.title} {'↑' if metric.higher_is_better else '↓'}" for metric in metrics]


def cells(outcome: Outcome, label: str, metrics: tuple[Metric, ...]) -> list[str]:
    """The figures of one loss, ``mean ± spread`` for each metric."""
    return [with_spread(outcome.summaries[label, metric.name], metric) for metric in metrics]


def leading(outcome: Outcome, label: str, metrics: tuple[Metric, ...]) -> list[bool]:
    """For each metric, whether this loss leads alone or is not shown to be worse than the leader, others being so."""
    rankings = [ranking for ranking in outcome.rankings if ranking.metric in metrics]
    return [label in ranking.leaders and len(ranking.leaders) < len(ranking.order) for ranking in rankings]


def note(outcome: Outcome) -> str:
    """What the figures of the table are."""
    splits = outcome.splits
    unit = f" Errors are in {splits.task.unit}." if splits.task.unit else ""
    spread = f"mean ± standard deviation over {outcome.seeds} seeds" if outcome.seeds > 1 else "one seed"
    return f"On {len(splits.test.target):,} rows that no training saw: {spread}.{unit}"


def diverged(outcome: Outcome) -> list[str]:
    """A line for each run that met a NaN or an infinity."""
    lines = [
        f"{run.label}, seed {run.seed}: diverged at step {run.diverged_at:,} and counts in no figure."
        for run in outcome.results
        if run.diverged_at is not None
    ]
    return lines + [
        f"{run.label}, learning rate {run.run.learning_rate:g}: diverged at step {run.diverged_at:,} in the search."
        for run in outcome.tuning
        if run.diverged_at is not None
    ]


def training_headings(outcome: Outcome) -> list[str]:
    """What is told of a loss's training."""
    title = dynamics.metric_followed(outcome.splits).title
    return [
        "rate",
        "epochs to level",
        "judged at",
        f"{title}, training",
        f"{title}, test",
        "first gradient",
        "last gradient",
        "seconds",
    ]


def training_cells(outcome: Outcome, label: str) -> list[str]:
    """How the training with one loss went."""
    metric, went = dynamics.metric_followed(outcome.splits), outcome.dynamics[label]
    return [
        f"{outcome.rates[label]:g}",
        _number(went.epochs_to_level, ".0f", otherwise=NOTHING if math.isnan(went.best_epoch) else "never"),
        _number(went.best_epoch, ".0f"),
        figure(went.train, metric),
        figure(went.test, metric),
        _number(went.first_gradient, ".2g"),
        _number(went.last_gradient, ".2g"),
        _number(went.seconds, ".1f"),
    ]


def mean_prediction(outcome: Outcome, label: str) -> str:
    """How far the mean of the predictions lies from the mean of the truth, in percent of it; for amounts alone."""
    truth = float(np.mean(outcome.splits.test.target))
    made = [run.predictions.values for run in outcome.runs[label] if run.predictions is not None]
    if outcome.task.group != "regression" or not made or truth == 0:
        return NOTHING
    return f"{100 * (float(np.mean(made)) - truth) / abs(truth):+.1f} %".replace("-", "−")


def _number(value: float, form: str, otherwise: str = NOTHING) -> str:
    return otherwise if math.isnan(value) else format(value, form)
