"""The generated sections of the page "Which loss?", from what ``measure.py`` has written to docs/measured."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import made
from sections import address, table

import lossmith as lm
from lossmith import datasets
from lossmith.choosing.prose import amount, configured, percent
from lossmith.comparing import prose
from lossmith.comparing.metrics import Metric, metrics_of
from lossmith.comparing.statistics import Ranking, Summary
from lossmith.reading import Task
from lossmith.wording import listed

FOLDER = Path(__file__).resolve().parent / "measured"
# choose speaks of the coding of the classes, compare's default reads any.
SAME = {"sparse_categorical_cross_entropy": "cross_entropy"}
# Which run trained the loss that was advised.
PROOFS = {"houses": "advised", "doctor_visits": "doctor_visits", "spam": "spam", "digits": "digits"}


@functools.cache
def measured(name: str) -> dict[str, Any]:
    """One measurement."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["measured"]
    return content


# Made data ------------------------------------------------------------------------------------------------------------


def targets() -> str:
    """A kind of target a line: the loss that ``choose`` names most often, and what it estimates."""
    rows = []
    for title, choices in measured("made").items():
        name, _ = _most(choices)
        first = next(choice for choice in choices if choice["loss"] == name)
        rows.append([title, _linked(name), first["estimates"]])
    return table(["your target", "loss", "it estimates"], rows)


def made_data() -> str:
    """How the data were made, how often ``choose`` named the same loss, and the reason that it gave once."""
    rows = []
    for title, choices in measured("made").items():
        name, times = _most(choices)
        first = next(choice for choice in choices if choice["loss"] == name)
        how = (inspect.getdoc(made.ROWS[title]) or "").partition("\n")[0]
        rows.append([how, f"`{_range(choices, name)}`", f"{times} of {len(choices)}", first["why"]])
    return table(["made so", "it said", "how often", "because"], rows)


def _most(choices: Sequence[dict[str, Any]]) -> tuple[str, int]:
    return Counter(choice["loss"] for choice in choices).most_common(1)[0]


def _range(choices: Sequence[dict[str, Any]], name: str) -> str:
    """The loss as it was configured; where that differed, the first and the last in order."""
    said = sorted({choice["said"] for choice in choices if choice["loss"] == name})
    return said[0] if len(said) == 1 else f"{said[0][:-1]} … {said[-1].partition('=')[2]}"


def _linked(name: str) -> str:
    loss = lm.find(name)
    return f"[{type(loss).__name__}]({address(loss)})"


# Precision ------------------------------------------------------------------------------------------------------------


def efficiency() -> str:
    """Rows for each 100 of MSE's, by kind of noise; the least in bold."""
    rows = []
    for noise, losses in measured("efficiency").items():
        needed = [round(100 * found["rows"]) for found in losses.values()]
        cells = [f"**{n}**" if n == min(needed) else str(n) for n in needed]
        rows.append([noise, *(cell + _off(found) for cell, found in zip(cells, losses.values(), strict=True))])
    return table(["noise", *(said.removesuffix("()") for said in next(iter(measured("efficiency").values())))], rows)


def _off(found: dict[str, float]) -> str:
    """Where the centre lies, if chance cannot have put it there."""
    off = found["off_mean"]
    if abs(off) < max(0.05, 4 * found["off_mean_error"]):
        return ""
    return f", {abs(off):.2f}σ {'above' if off > 0 else 'below'} the mean"


# Comparisons ----------------------------------------------------------------------------------------------------------


def task_of(kept: dict[str, Any]) -> Task:
    """What was predicted."""
    task = kept["task"]
    return Task(kind=task["kind"], target=task["target"], unit=task["unit"])


def metrics_by_name(kept: dict[str, Any]) -> dict[str, Metric]:
    """What the losses were judged by."""
    return {metric.name: metric for metric in metrics_of(kept["task"]["group"])}


def summaries_of(kept: dict[str, Any]) -> dict[tuple[str, str], Summary]:
    """Mean and spread of each metric for each loss."""
    return {
        (row["loss"], name): Summary(_float(row[name]), _float(row[f"{name}_spread"]))
        for row in kept["table"]
        for name in metrics_by_name(kept)
    }


def rankings_of(kept: dict[str, Any], names: Sequence[str] = ()) -> list[Ranking]:
    """The orders that were shown, of these metrics or of all."""
    metrics = metrics_by_name(kept)
    return [
        Ranking(metrics[ranked["metric"]], tuple(ranked["order"]), tuple(ranked["leaders"]), {})
        for ranked in kept["rankings"]
        if not names or ranked["metric"] in names
    ]


def verdict_of(kept: dict[str, Any], names: Sequence[str] = ()) -> str:
    """The verdict as it was given, or one by these metrics."""
    rankings = [
        dataclasses.replace(ranking, metric=dataclasses.replace(ranking.metric, is_headline=True)) if names else ranking
        for ranking in rankings_of(kept, names)
    ]
    return prose.verdict(rankings, summaries_of(kept), task_of(kept), kept["seeds"])


def _shown(kept: dict[str, Any], label: str) -> str:
    """A label, and below it the parameters that are not as they always are."""
    name, _, _ = label.partition("(")
    fields = configured(eval(kept["losses"][label], vars(lm))).partition("(")[2].removesuffix(")")
    return f"`{name}`" + (f"<br>`{fields}`" if fields else "")


def _heading(metric: Metric) -> str:
    return f"{metric.title}\N{NO-BREAK SPACE}{'↑' if metric.higher_is_better else '↓'}"


def _float(value: float | None) -> float:
    return math.nan if value is None else value


def _figures(kept: dict[str, Any], names: Sequence[str] = ()) -> str:
    """A line a loss: the metrics with their spread; in bold who leads or is not shown to be worse."""
    metrics = metrics_by_name(kept)
    shown = [metrics[name] for name in names or metrics]
    leaders = {r.metric.name: r.leaders if len(r.leaders) < len(r.order) else () for r in rankings_of(kept)}
    summaries = summaries_of(kept)
    rows = []
    for label in kept["losses"]:
        cells = [prose.with_spread(summaries[label, metric.name], metric) for metric in shown]
        bold = [label in leaders[metric.name] for metric in shown]
        marked = [f"**{cell}**" if b else cell for cell, b in zip(cells, bold, strict=True)]
        rows.append([_shown(kept, label), *(cell.replace("-", "−") for cell in marked)])
    return table(["loss", *map(_heading, shown)], rows)


def _training(kept: dict[str, Any]) -> str:
    """A line a loss: the rate that was found for it, how fast it converged, the gap to the training rows."""
    metric = next(iter(m for m in metrics_by_name(kept).values() if m.name in _FOLLOWED))
    rows = []
    for row in kept["table"]:
        epochs = row["epochs_to_level"]
        gap = [prose.figure(_float(row[part]), metric) for part in ("train", "test")]
        speed = "never" if epochs is None else f"{epochs:.0f}"
        rows.append([_shown(kept, row["loss"]), f"{row['learning_rate']:g}", speed, *gap])
    headings = ["loss", "learning rate", "epochs to level", f"{metric.title}, training", f"{metric.title}, test"]
    return table(headings, rows)


_FOLLOWED = ("rmse", "accuracy", "divergence")


def real_tables() -> str:
    """The four bundled tables, each compared with the losses that ``compare`` takes by itself."""
    return "\n".join(_real_table(dataset) for dataset in datasets.ALL)


def _real_table(dataset: datasets.Dataset) -> str:
    kept = measured(dataset.name)
    rows = kept["data"]["rows"]
    said = measured("chosen")[dataset.name]["ranking"][0]["said"]
    unit = f" Errors are in {dataset.unit}." if dataset.unit else ""
    return "\n\n".join(
        [
            f"### {dataset.name.replace('_', ' ').capitalize()} {{ #{dataset.name.replace('_', '-')} }}",
            f"{dataset.description} Predicted is `{dataset.target}`. `choose` says `{said}`.",
            f"> {kept['verdict']}",
            _figures(kept)
            + f"\nMean ± standard deviation over {kept['seeds']} seeds on {rows['test']:,} test rows.{unit}",
            _training(kept),
        ]
    )


def means() -> str:
    """What the networks say on average, beside the mean of the same rows."""
    rows = []
    for name in ("doctor_visits", "advised"):
        kept = measured(name)
        truth, unit = kept["mean_target"], kept["task"]["unit"]
        for label, said in kept["mean_prediction"].items():
            aim = lm.find(label.partition("(")[0]).traits.elicits
            off = f"{100 * (said - truth) / truth:+.1f} %".replace("-", "−")
            rows.append([kept["data"]["name"], _shown(kept, label), aim, amount(truth, unit), amount(said, unit), off])
    return table(["data", "loss", "aims at the", "mean of the test rows", "mean prediction", "off by"], rows)


def decisions() -> str:
    """Spam: what a decision, and what a probability asks of a loss."""
    names = ("accuracy", "auc", "log_loss", "calibration_error")
    kept = measured("spam")
    return f"> {verdict_of(kept, names)}\n\n{_figures(kept, names)}"


def several_classes() -> str:
    """Digits: the verdict."""
    return f"> {measured('digits')['verdict']}\n"


def weights() -> str:
    """A rare yes, with and without weights: decisions, order, probabilities."""
    kept = measured("weights")
    metrics, summaries = metrics_by_name(kept), summaries_of(kept)
    shown = [metrics[name] for name in ("calibration_error", "auc", "f1", "accuracy")]
    share = percent(kept["mean_target"])
    rows = [
        [_shown(kept, label), percent(kept["mean_prediction"][label]), share]
        + [prose.figure(summaries[label, metric.name].mean, metric) for metric in shown]
        for label in kept["losses"]
    ]
    figures = table(["loss", "mean stated probability", "share of yes", *map(_heading, shown)], rows)
    return f"{figures}\n> {verdict_of(kept, ('auc', 'f1', 'accuracy'))}\n"


def proof() -> str:
    """The advised loss on each bundled table: by which measures of the verdict it serves, and by which not."""
    rows = []
    for name, run in PROOFS.items():
        kept = measured(run)
        label = _label(kept, measured("chosen")[name]["ranking"][0])
        places: dict[str, list[str]] = {"best": [], "open": [], "worse": []}
        for ranking in rankings_of(kept):
            if ranking.metric.is_headline:
                place, words = _place(kept, ranking, label)
                places[place].append(words)
        rows.append([name, _shown(kept, label), *("<br>".join(words) or "–" for words in places.values())])
    headings = ["data", "advised", "among the best by", "no difference shown by", "worse by"]
    return table(headings, rows)


def _label(kept: dict[str, Any], advised: dict[str, Any]) -> str:
    """The label under which a loss ran."""
    name = SAME.get(advised["loss"], advised["loss"])
    return next(label for label, said in kept["losses"].items() if said == advised["repr"] or label == name)


def _place(kept: dict[str, Any], ranking: Ranking, label: str) -> tuple[str, str]:
    """Where a loss came out by one metric, and the metric in words, with both figures if another is ahead."""
    metric, best = ranking.metric, ranking.order[0]
    mine, its = (prose.figure(summaries_of(kept)[of, metric.name].mean, metric) for of in (label, best))
    words = metric.title if best == label else f"{metric.title} {mine} (best {its})"
    if label not in ranking.leaders:
        return "worse", words
    return "open" if len(ranking.leaders) == len(ranking.order) else "best", words


def advised() -> str:
    """The verdict and the figures of the houses with the losses as they were advised."""
    kept = measured("advised")
    return f"> {kept['verdict']}\n\n{_figures(kept)}"


def residuals() -> str:
    """What decided for the houses, in the words of ``choose``."""
    chosen = measured("chosen")["houses"]
    first = chosen["ranking"][0]
    return f"> `{first['said']}`: {first['reason']}\n"


def controls() -> str:
    """Comparisons in which there is no winner."""
    rows = []
    for name in ("itself", "twins"):
        kept = measured(name)
        rows.append([kept["data"]["name"], " against ".join(f"`{label}`" for label in kept["losses"]), kept["verdict"]])
    return table(["data", "losses", "verdict"], rows)


def run_with() -> str:
    """Versions, seeds, training: what the figures hang on."""
    versions = json.loads((FOLDER / "houses.json").read_text("utf-8"))["versions"]
    return f"Measured with {listed([f'{name} {version}' for name, version in versions.items()])}.\n"


__all__ = [
    "advised",
    "controls",
    "decisions",
    "efficiency",
    "made_data",
    "means",
    "proof",
    "real_tables",
    "residuals",
    "run_with",
    "several_classes",
    "targets",
    "weights",
]
