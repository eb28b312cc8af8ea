"""The report of an outcome: what stands on the page, in which order and in which words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lossmith import page
from lossmith.comparing import dynamics, tables
from lossmith.comparing.pictures import curves, predictions, ranking
from lossmith.comparing.prose import aim, figure
from lossmith.comparing.statistics import LEVEL
from lossmith.wording import listed

if TYPE_CHECKING:
    from lossmith.comparing.outcome import Outcome


def write(path: Path, outcome: Outcome) -> Path:
    """Write the page of an outcome."""
    sections = [_verdict(outcome), _aims(outcome), _rankings(outcome), *_against_truth(outcome), *_training(outcome)]
    return page.write(path, f"Which loss predicts {outcome.task.target} best?", [*sections, _method(outcome)])


def _verdict(outcome: Outcome) -> page.Section:
    metrics = outcome.metrics
    rows = [[label, *tables.cells(outcome, label, metrics)] for label in outcome.losses]
    marks = [[False, *tables.leading(outcome, label, metrics)] for label in outcome.losses]
    legend = " Marked: leads, or is not shown to be worse than the leader." if any(map(any, marks)) else ""
    return page.Section(
        lead=outcome.verdict,
        text=tables.diverged(outcome),
        table=page.Table(["loss", *tables.headings(metrics)], rows, marks, note=tables.note(outcome) + legend),
    )


def _aims(outcome: Outcome) -> page.Section:
    is_amount = outcome.task.group == "regression"
    rows = [
        [label, repr(loss), *([tables.mean_prediction(outcome, label)] * is_amount), aim(loss.traits.elicits)]
        for label, loss in outcome.losses.items()
    ]
    text = [
        "A network learns what its loss asks for. Losses ask different questions, so that the one which is best by one "
        "measure need not be so by another."
    ]
    if is_amount:
        text.append(_skew(outcome))
    headings = ["loss", "configured", *(["mean prediction"] * is_amount), "aims at"]
    note = "Mean prediction: how far it lies from the mean of the test rows." if is_amount else ""
    return page.Section("What each loss aims at", text=text, table=page.Table(headings, rows, note=note))


def _skew(outcome: Outcome) -> str:
    """What the shape of the target means for the aims of the losses."""
    target = outcome.splits.train.target
    skewness = float(np.mean((target - target.mean()) ** 3) / (target.std() ** 3 or 1.0))
    mean, middle = float(target.mean()), float(np.median(target))
    unit = f" {outcome.task.unit}" if outcome.task.unit else ""
    advice = (
        "On a target as skewed as this the two lie apart: a loss that aims at the median may miss sums and averages "
        "while it is closest for the typical row."
        if abs(skewness) > 1
        else "They lie close together, so that aiming at one or the other matters little."
    )
    numbers = f"The mean of {outcome.task.target} is {_plain(mean)}{unit}, its median {_plain(middle)}"
    return f"{numbers} (skewness {skewness:.2g}). {advice}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _rankings(outcome: Outcome) -> page.Section:
    shown = [ranked for ranked in outcome.rankings if ranked.metric.is_headline and ranked.order]
    return page.Section(
        "How sure the order is",
        text=[
            "A dot is one seed, a tick the mean of its loss. The grey bar is the 95 % interval of the difference to "
            "the best loss, over other seeds and other test rows: where it touches the dashed line, the two may "
            "as well be equal. The verdict is stricter, for it looks at all pairs at once."
        ],
        figures=[ranking.ranking(outcome, ranked) for ranked in shown],
    )


def _against_truth(outcome: Outcome) -> list[page.Section]:
    is_amount = outcome.task.group == "regression"
    words = {
        "regression": "Test rows, first seed. On the dashed line a prediction is exact.",
        "distribution": "Test rows, first seed: each class's share. On the dashed line a prediction is exact.",
    }.get(outcome.task.group, "Test rows, first seed: counts, coloured by the share of the true class.")
    figures = predictions.against_truth(outcome)
    sections = [page.Section("Predicted against true", text=[words], figures=figures)] if figures else []
    if not is_amount:
        sections.append(
            page.Section(
                "Can its probabilities be believed?",
                text=[
                    "As each loss trained them, test rows of the first seed. On the dashed line, what was said to be "
                    "70 % likely came true 7 times in 10. A loss that trains no probabilities is not drawn. Log loss "
                    "and Brier score are taken after scores were scaled on validation rows, for every loss alike; the "
                    "calibration error before."
                ],
                figures=[predictions.reliability(outcome)],
            )
        )
    return sections


def _training(outcome: Outcome) -> list[page.Section]:
    metric = dynamics.metric_followed(outcome.splits)
    level = figure(outcome.level_to_reach, metric)
    rows = [[label, *tables.training_cells(outcome, label)] for label in outcome.losses]
    warnings = [f"{label}: {went.warning}." for label, went in outcome.dynamics.items() if went.warning]
    table = page.Table(
        ["loss", *tables.training_headings(outcome)],
        rows,
        note=f"Epochs to level: until {metric.title} on validation rows is {level}, {dynamics.SHARE:.0%} of the way "
        "from a constant prediction to the best value of any loss. Judged at: the epoch. Gradients: norms at the "
        "first and at the last layer, the median over the epochs.",
    )
    return [
        page.Section(
            "How training went",
            text=[
                "Measured on the validation rows with the same ruler for every loss; bands span the seeds.",
                *warnings,
            ],
            table=table,
            figures=curves.learning(outcome),
        ),
        page.Section(
            "Gradients",
            text=[
                "The norm of the gradient at both ends of the network. A first layer that gets far less than the last "
                "hardly learns (vanishing); one that gets far more is thrown about (exploding). Heights differ with "
                "the scale of a loss, which is why each has its own learning rate."
            ],
            figures=curves.gradients(outcome),
        ),
        page.Section(
            "Learning rates",
            text=["Tried on validation rows with a seed of their own; the filled dot was taken for the loss."],
            figures=[curves.rates(outcome)],
        ),
    ]


def _method(outcome: Outcome) -> page.Section:
    return page.Section("How it was measured", text=[_rows(outcome), _fairness(outcome), _statistics(outcome)])


def _rows(outcome: Outcome) -> str:
    splits = outcome.splits
    train, validation, test = (len(part.target) for part in splits.parts)
    used, usable = train + validation + test, splits.of_rows - splits.without_target
    left_out = f" {splits.without_target:,} rows without a target were left out." if splits.without_target else ""
    drawn = f" These are {used:,} rows drawn evenly from {usable:,}." if used < usable else ""
    return (
        f"{splits.name}: {train:,} training, {validation:,} validation and {test:,} test rows.{left_out}{drawn} "
        f"Everything fitted was fitted on the training rows. {_coding(outcome)}"
    )


def _coding(outcome: Outcome) -> str:
    task = outcome.task
    if task.group == "regression":
        return (
            "The target is standardised for training by the mean and the standard deviation of the training rows; the "
            "parameters of a loss count in these standard deviations (one that reads counts gets them in multiples of "
            "the mean). Every figure here is in the target's own units."
        )
    if task.group == "binary":
        return (
            f"{task.labels[1]!r} counts as positive, {task.labels[0]!r} as negative; a score above 0 decides for "
            "positive, whatever the loss."
        )
    return (
        f"{len(task.labels)} classes; the highest score decides."
        if task.group in ("classes", "distribution")
        else f"{len(task.labels)} labels; a score above 0 decides for a label, whatever the loss."
    )


def _fairness(outcome: Outcome) -> str:
    training = outcome.training
    return (
        "Within a seed every loss starts from the same weights and sees the same batches: "
        f"{training.epochs} epochs of AdamW in batches of {training.batch_size(len(outcome.splits.train.target))} on a "
        f"one-cycle schedule. Its peak was chosen for each loss among {len(training.learning_rates)} rates, by the "
        "validation value of that loss and with a seed that was not used again. Each run is judged at the epoch with "
        "the best validation value of its own loss."
    )


def _statistics(outcome: Outcome) -> str:
    return (
        "A difference counts as shown when it holds over other seeds and other test rows: losses are compared within "
        f"each seed and over the same rows, all pairs are corrected for together (Holm), at {LEVEL:.0%}. There is one "
        f"split into training and test rows, and {listed(list(outcome.losses))} may order otherwise on other data."
    )
