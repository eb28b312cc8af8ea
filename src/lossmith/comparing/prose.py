"""The comparison in words: what each loss aims at, and the one-sentence verdict. No number is written here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lossmith.comparing.metrics import Metric
from lossmith.comparing.statistics import Ranking, Summary
from lossmith.reading import Task
from lossmith.wording import listed


def amount(value: float, metric: Metric, task: Task) -> str:
    """A figure with the digits that it deserves and its unit.

    >>> from lossmith.comparing.metrics import REAL
    >>> amount(12047.3, REAL[1], Task(kind="real", target="price", unit="US dollars"))
    '12,047 US dollars'
    """
    unit = f" {task.unit}" if metric.has_unit and task.unit else ""
    return figure(value, metric) + unit


def figure(value: float, metric: Metric, like: float | None = None) -> str:
    """A figure to four digits, or to the unit where it is larger; with the decimals of ``like``, where given."""
    if math.isnan(value):
        return "–"
    if not metric.has_unit:
        return f"{value:.4f}".replace("-", "−")
    size = abs(value if like is None else like)
    decimals = max(0, 3 - math.floor(math.log10(size))) if size > 0 else 0
    return f"{value:,.{decimals}f}".replace("-", "−")


def with_spread(summary: Summary, metric: Metric) -> str:
    """``mean ± spread``, or the mean alone where there was one run."""
    mean = figure(summary.mean, metric)
    return (
        mean
        if math.isnan(summary.spread)
        else f"{mean} ±\N{NO-BREAK SPACE}{figure(summary.spread, metric, like=summary.mean)}"
    )


def verdict(rankings: Sequence[Ranking], summaries: Mapping[tuple[str, str], Summary], task: Task, seeds: int) -> str:
    """One sentence: who is shown to be best by which measure, and where no difference is shown.

    ``summaries`` has the summary of each (label, metric name).
    """
    rankings = [ranking for ranking in rankings if ranking.metric.is_headline and ranking.order]
    if not rankings:
        return "No verdict: every run diverged."
    if len(rankings[0].order) == 1:
        return f"No verdict: only {rankings[0].order[0]} was trained to the end."
    if seeds < 2:
        return "No difference can be shown with one seed: train with at least two."
    by_outcome: dict[tuple[str, ...], list[Ranking]] = {}
    for ranking in rankings:
        best, *rest = ranking.leaders
        # Who leads a field in which nothing is shown is chance, and so is the order behind the leader.
        is_open = len(ranking.leaders) == len(ranking.order)
        key = tuple(sorted(ranking.leaders)) if is_open else (best, *sorted(rest))
        by_outcome.setdefault(key, []).append(ranking)
    groups = sorted(by_outcome.values(), key=lambda group: len(group[0].leaders))  # what is shown comes first
    clauses = [_clause(group, summaries, task) for group in groups]
    sentence = "; ".join(clauses) + "."
    return sentence[0].upper() + sentence[1:]


def _clause(group: Sequence[Ranking], summaries: Mapping[tuple[str, str], Summary], task: Task) -> str:
    first = group[0]
    best, *rest = first.leaders
    by = "by " + listed([ranking.metric.words for ranking in group])
    if len(first.leaders) == len(first.order):
        between = f"between {listed(sorted(first.order))}" if len(first.order) < 5 else "between the losses"
        return f"{by} no difference is shown {between}"
    of_which = f"{first.metric.title} " if len(group) > 1 else ""
    value = of_which + amount(summaries[best, first.metric.name].mean, first.metric, task)
    if not rest:
        second = first.order[1]
        next_value = figure(summaries[second, first.metric.name].mean, first.metric)
        return f"{by} {best} is best ({value}; next is {second} with {next_value})"
    worse = sorted(set(first.order) - set(first.leaders))
    worse_are = f"{listed(worse)} {'is' if len(worse) == 1 else 'are'} worse"
    return f"{by} {best} leads ({value}), {worse_are}, and no difference is shown to {listed(sorted(rest), 'or')}"


_AIMS = {
    "mean": "the mean: the average of all rows that look alike",
    "median": "the median: of rows that look alike, half lie above it and half below",
    "centre": "a centre: small errors pull as for the mean, large ones as for the median",
    "deepest centre": "the best of several centres: which one can depend on where training starts",
    "mode": "the mode: of rows that look alike, where most lie close together",
    "probability": "the probability: of rows that look alike, the share of each class",
    "majority label": "the more likely class, not its probability",
}


def aims(elicited: Mapping[str, str]) -> str:
    """Which statistic each loss aims at, in a row.

    >>> aims({"mse": "mean", "huber": "centre", "log_cosh": "centre"})
    'mse aims at the mean, huber and log_cosh at the centre.'
    """
    by_statistic: dict[str, list[str]] = {}
    for label, statistic in elicited.items():
        by_statistic.setdefault(statistic, []).append(label)
    groups = [f"{listed(labels)} at the {statistic}" for statistic, labels in by_statistic.items()]
    verb = "aims" if len(next(iter(by_statistic.values()))) == 1 else "aim"
    return ", ".join(groups).replace(" at the", f" {verb} at the", 1) + "."


def aim(elicits: str) -> str:
    """What a loss that elicits this statistic asks the network for."""
    return _AIMS.get(elicits, f"the {elicits}")
