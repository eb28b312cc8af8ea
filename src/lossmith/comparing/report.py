"""The report of an outcome: what stands on the page, in which order and in which words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lossmith import page
from lossmith.comparing import pictures
from lossmith.comparing.prose import aim, listed, with_spread
from lossmith.comparing.statistics import LEVEL

if TYPE_CHECKING:
    from lossmith.comparing.outcome import Outcome


def write(path: Path, outcome: Outcome) -> Path:
    """Write the page of an outcome."""
    task = outcome.task
    return page.write(
        path,
        f"Which loss predicts {task.target} best?",
        [_verdict(outcome), _aims(outcome), _curves(outcome), *_pictures(outcome), _method(outcome)],
    )


def cells(outcome: Outcome, label: str) -> list[str]:
    """The figures of one loss, ``mean ± spread`` for each metric."""
    return [with_spread(outcome.summaries[label, metric.name], metric) for metric in outcome.metrics]


def headings(outcome: Outcome) -> list[str]:
    """The metrics, each with the direction in which it is better."""
    return [f"{metric.title} {'↑' if metric.higher_is_better else '↓'}" for metric in outcome.metrics]


def leading(outcome: Outcome, label: str) -> list[bool]:
    """For each metric, whether this loss leads alone or is not shown to be worse than the leader, others being so."""
    return [label in ranking.leaders and len(ranking.leaders) < len(ranking.order) for ranking in outcome.rankings]


def note(outcome: Outcome) -> str:
    """What the figures of the table are."""
    splits = outcome.splits
    unit = f" Errors are in {splits.task.unit}." if splits.task.unit else ""
    spread = f"mean ± standard deviation over {outcome.seeds} seeds" if outcome.seeds > 1 else "one seed"
    return f"On {len(splits.test.target):,} rows that no training saw: {spread}.{unit}"


def diverged(outcome: Outcome) -> list[str]:
    """A line for each run that met a NaN or an infinity."""
    return [
        f"{run.label}, seed {run.seed}: diverged at step {run.diverged_at:,} and counts in no figure."
        for run in outcome.results
        if run.diverged_at is not None
    ]


def _verdict(outcome: Outcome) -> page.Section:
    rows = [[label, *cells(outcome, label)] for label in outcome.losses]
    marks = [[False, *leading(outcome, label)] for label in outcome.losses]
    return page.Section(
        lead=outcome.verdict,
        text=diverged(outcome),
        table=page.Table(["loss", *headings(outcome)], rows, marks, note=note(outcome) + _legend(marks)),
    )


def _legend(marks: list[list[bool]]) -> str:
    return " Marked: leads, or is not shown to be worse than the leader." if any(map(any, marks)) else ""


def _aims(outcome: Outcome) -> page.Section:
    rows = [[label, repr(loss), aim(loss.traits.elicits)] for label, loss in outcome.losses.items()]
    text = [
        "A network learns what its loss asks for. Losses ask different questions, so that the one which is best by one "
        "measure need not be so by another."
    ]
    if outcome.task.group == "regression":
        target = outcome.splits.train.target
        skewness = float(np.mean((target - target.mean()) ** 3) / (target.std() ** 3 or 1.0))
        mean, middle = float(target.mean()), float(np.median(target))
        unit = f" {outcome.task.unit}" if outcome.task.unit else ""
        text.append(
            f"The mean of {outcome.task.target} is {_plain(mean)}{unit}, its median {_plain(middle)} "
            f"(skewness {skewness:.2g}). "
            + (
                "On a target as skewed as this the two lie apart: a loss that aims at the median may miss sums and "
                "averages while it is closest for the typical row."
                if abs(skewness) > 1
                else "They lie close together, so that aiming at one or the other matters little."
            )
        )
    return page.Section("What each loss aims at", text=text, table=page.Table(["loss", "configured", "aims at"], rows))


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _curves(outcome: Outcome) -> page.Section:
    return page.Section(
        "Learning curves",
        text=["Measured on the validation rows with the same ruler for every loss; bands span the seeds."],
        figures=pictures.curve_figures(outcome),
    )


def _pictures(outcome: Outcome) -> list[page.Section]:
    finished = [label for label, runs in outcome.runs.items() if any(run.diverged_at is None for run in runs)]
    rankings = page.Section(
        "Seed by seed",
        text=["A dot is one seed, a bar the mean of its loss. Where dots spread wider than bars, seeds matter more."],
        figures=[pictures.ranking(outcome, metric) for metric in outcome.metrics if metric.is_headline],
    )
    if outcome.task.group != "regression":
        return [rankings]
    scatter = page.Section(
        "Predicted against true",
        text=["Test rows, first seed. On the dashed line a prediction is exact."],
        figures=[pictures.predicted_against_true(outcome, label) for label in finished],
    )
    return [rankings, scatter]


def _method(outcome: Outcome) -> page.Section:
    splits, training, task = outcome.splits, outcome.training, outcome.task
    rows = [len(part.target) for part in (splits.train, splits.validation, splits.test)]
    coding = (
        "The target is standardised for training by the mean and the standard deviation of the training rows; the "
        "parameters of a loss count in these standard deviations. Every figure here is in the target's own units."
        if task.group == "regression"
        else f"{task.labels[-1]!r} counts as positive, {task.labels[0]!r} as negative; a score above 0 decides for "
        "positive, whatever the loss."
    )
    return page.Section(
        "How it was measured",
        text=[
            f"{splits.name}: {rows[0]:,} training, {rows[1]:,} validation and {rows[2]:,} test rows, "
            f"{splits.train.features.shape[1]} features; everything fitted was fitted on the training rows. {coding}",
            f"Within a seed every loss starts from the same weights and sees the same batches: {training.epochs} "
            f"epochs of AdamW in batches of {training.batch_size(rows[0])}, with one schedule up to a learning rate of "
            f"that which served the loss best on validation rows, of {len(training.learning_rates)} tried for each loss "
            "with a seed that was not used again. Each run is judged at the epoch with the best validation value of its own "
            "loss.",
            "A difference counts as shown when it holds over other seeds and other test rows: losses are compared "
            "within each seed and over the same rows, all pairs are corrected for together (Holm), at "
            f"{LEVEL:.0%}. There is one split into training and test rows, and {listed(list(outcome.losses))} "
            "may order otherwise on other data.",
        ],
    )
