"""Which differences are shown: losses compared in pairs, seed by seed and row by row.

A result would have come out differently with another seed and with other test rows. Runs of one seed share their
start and their batches, and all runs share their test rows, so the *difference* of two losses is taken within each
seed and over the same rows; its standard error joins both sources. All pairs of losses are looked at, so the p-values
of a metric are corrected by Holm's method.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossmith.comparing.data import Floats
from lossmith.comparing.metrics import Metric
from lossmith.comparing.trial import Result

LEVEL = 0.05
_GROUPS = 20  # of test rows, each left out in turn


@dataclass(frozen=True)
class Summary:
    """Mean and standard deviation (NaN for one run) of a metric over the seeds of one loss that did not diverge."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Ranking:
    """The losses by one metric: ``order`` best first, and which of them are not shown to be worse than the first."""

    metric: Metric
    order: tuple[str, ...]
    leaders: tuple[str, ...]


def summarise(results: Sequence[Result], metric: Metric) -> Summary:
    """Summarise the runs of one loss."""
    values = [run.metrics[metric.name] for run in results if run.diverged_at is None]
    mean = float(np.mean(values)) if values else math.nan
    return Summary(mean, float(np.std(values, ddof=1)) if len(values) > 1 else math.nan)


def rank(metric: Metric, runs: Mapping[str, Sequence[Result]], truth: Floats) -> Ranking:
    """Order the losses by their mean, and find those with no difference shown to the best; all runs diverged: left out.

    Losses are compared on the seeds that did not diverge for either.
    """
    means = {label: summarise(results, metric).mean for label, results in runs.items()}
    order = sorted(
        (label for label, mean in means.items() if not math.isnan(mean)),
        key=lambda label: -means[label] if metric.higher_is_better else means[label],
    )
    left_out = {
        (run.label, run.seed): _left_out(metric, truth, run.predictions)
        for label in order
        for run in runs[label]
        if run.diverged_at is None
    }
    pairs = list(itertools.combinations(order, 2))
    p_values = holm([_p_value(metric, runs[a], runs[b], left_out) for a, b in pairs])
    shown = {pair for pair, p in zip(pairs, p_values, strict=True) if p <= LEVEL}
    return Ranking(metric, tuple(order), tuple(label for label in order if (order[0], label) not in shown))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for looking at all of them (Holm, 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected, highest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - place)))
        corrected[index] = highest
    return corrected


def _left_out(metric: Metric, truth: Floats, predictions: Floats) -> Floats:
    """The metric without each group of rows in turn (G,): a jackknife. Test rows are in random order already."""
    group = np.arange(len(truth)) % _GROUPS
    return np.array([metric.of(truth[group != g], predictions[group != g]) for g in range(_GROUPS)])


def _p_value(
    metric: Metric, a: Sequence[Result], b: Sequence[Result], left_out: Mapping[tuple[str, int], Floats]
) -> float:
    """How surprising the mean difference of two losses would be if there were none."""
    a_by_seed, b_by_seed = ({run.seed: run for run in runs if run.diverged_at is None} for runs in (a, b))
    seeds = sorted(a_by_seed.keys() & b_by_seed.keys())
    if len(seeds) < 2:
        return 1.0  # one seed cannot tell a loss from luck
    differences = [a_by_seed[seed].metrics[metric.name] - b_by_seed[seed].metrics[metric.name] for seed in seeds]
    by_rows = np.mean([left_out[a_by_seed[s].label, s] - left_out[b_by_seed[s].label, s] for s in seeds], axis=0)
    over_seeds = float(np.var(differences, ddof=1)) / len(seeds)
    over_rows = (_GROUPS - 1) / _GROUPS * float(np.sum((by_rows - by_rows.mean()) ** 2))
    return _two_sided(float(np.mean(differences)), over_seeds, len(seeds) - 1, over_rows, _GROUPS - 1)


def _two_sided(mean: float, variance_a: float, freedom_a: int, variance_b: float, freedom_b: int) -> float:
    """A t-test whose variance is the sum of two estimates; degrees of freedom by Welch and Satterthwaite."""
    from scipy.stats import t

    variance = variance_a + variance_b
    if mean == 0 or math.isnan(variance):
        return 1.0
    if variance == 0:
        return 0.0
    freedom = variance**2 / (variance_a**2 / freedom_a + variance_b**2 / freedom_b)
    return float(2 * t.sf(abs(mean) / math.sqrt(variance), freedom))
