"""Which differences are shown: losses compared in pairs, seed by seed and row by row.

A result would have come out differently with another seed and with other test rows. Runs of one seed share their
start and their batches, and all runs share their test rows, so the *difference* of two losses is taken within each
seed and over the same rows; its standard error joins both sources. All pairs of losses are looked at, so the p-values
of a metric are corrected by Holm's method. A difference that is a mere thousandth of the values is none.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.comparing.metrics import Metric
from lossmith.comparing.predictions import Floats, Predictions
from lossmith.comparing.trial import Result

LEVEL = 0.05
_GROUPS = 20  # of test rows, each left out in turn
_MATTERS = 1e-3  # of the values: rounding errors that grow through training make real but idle differences


@dataclass(frozen=True)
class Summary:
    """Mean and standard deviation (NaN for one run) of a metric over the seeds of one loss that did not diverge."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Difference:
    """A metric of one loss less that of another: the mean over seeds, its 95 % interval, the p-value of no difference.

    The interval looks at this pair alone; it is infinite where there are no two seeds to compare.
    """

    mean: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Ranking:
    """The losses by one metric: ``order`` best first, and which of them are not shown to be worse than the first.

    ``behind`` has the difference of every other loss to the first.
    """

    metric: Metric
    order: tuple[str, ...]
    leaders: tuple[str, ...]
    behind: Mapping[str, Difference]


def summarise(results: Sequence[Result], metric: Metric) -> Summary:
    """Summarise the runs of one loss."""
    values = [result.metrics[metric.name] for result in results if not result.has_diverged]
    mean = float(np.mean(values)) if values else math.nan
    return Summary(mean, float(np.std(values, ddof=1)) if len(values) > 1 else math.nan)


def rank(metric: Metric, runs: Mapping[str, Sequence[Result]], truth: NDArray[Any]) -> Ranking:
    """Order the losses by their mean, and find those with no difference shown to the best.

    A loss all of whose runs diverged, or to which the metric does not apply (NaN), is left out. Losses are compared on
    the seeds that did not diverge for either.
    """
    means = {label: summarise(results, metric).mean for label, results in runs.items()}
    order = sorted(
        (label for label, mean in means.items() if not math.isnan(mean)),
        key=lambda label: -means[label] if metric.higher_is_better else means[label],
    )
    left_out = {
        (label, result.seed): _left_out(metric, truth, result.predictions)
        for label in order
        for result in runs[label]
        if result.predictions is not None
    }
    pairs = list(itertools.combinations(order, 2))
    differences = [_difference(metric, runs[b], runs[a], left_out) for a, b in pairs]
    p_values = holm([difference.p_value for difference in differences])
    matter = [abs(d.mean) > _MATTERS * abs(means[a]) for d, (a, _) in zip(differences, pairs, strict=True)]
    shown = {pair for pair, p, matters in zip(pairs, p_values, matter, strict=True) if p <= LEVEL and matters}
    return Ranking(
        metric,
        tuple(order),
        tuple(label for label in order if (order[0], label) not in shown),
        {b: difference for (a, b), difference in zip(pairs, differences, strict=True) if a == order[0]},
    )


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


def _left_out(metric: Metric, truth: NDArray[Any], predictions: Predictions) -> Floats:
    """The metric without each group of rows in turn (G,): a jackknife. Test rows are in random order already."""
    group = np.arange(len(truth)) % _GROUPS
    return np.array([metric.of(truth[group != g], predictions[group != g]) for g in range(_GROUPS)])


def _difference(
    metric: Metric, a: Sequence[Result], b: Sequence[Result], left_out: Mapping[tuple[str, int], Floats]
) -> Difference:
    """``a`` less ``b``, and how surprising that would be if there were no difference."""
    a_by_seed, b_by_seed = ({run.seed: run for run in runs if not run.has_diverged} for runs in (a, b))
    seeds = sorted(a_by_seed.keys() & b_by_seed.keys())
    differences = [a_by_seed[seed].metrics[metric.name] - b_by_seed[seed].metrics[metric.name] for seed in seeds]
    if len(seeds) < 2:  # one seed cannot tell a loss from luck
        return Difference(float(np.mean(differences)) if seeds else math.nan, -math.inf, math.inf, 1.0)
    by_rows = np.mean([left_out[a_by_seed[s].label, s] - left_out[b_by_seed[s].label, s] for s in seeds], axis=0)
    over_seeds = float(np.var(differences, ddof=1)) / len(seeds)
    over_rows = (_GROUPS - 1) / _GROUPS * float(np.sum((by_rows - by_rows.mean()) ** 2))
    return _judge(float(np.mean(differences)), over_seeds, len(seeds) - 1, over_rows, _GROUPS - 1)


def _judge(mean: float, variance_a: float, freedom_a: int, variance_b: float, freedom_b: int) -> Difference:
    """A t-test whose variance is the sum of two estimates; degrees of freedom by Welch and Satterthwaite."""
    from scipy.stats import t

    variance = variance_a + variance_b
    if math.isnan(variance):
        return Difference(mean, -math.inf, math.inf, 1.0)
    if variance == 0:
        return Difference(mean, mean, mean, 1.0 if mean == 0 else 0.0)
    share_a, share_b = variance_a / variance, variance_b / variance  # squares of variances would leave a float's range
    freedom = 1 / (share_a**2 / freedom_a + share_b**2 / freedom_b)
    error = math.sqrt(variance)
    reach = float(t.ppf(1 - LEVEL / 2, freedom)) * error
    return Difference(mean, mean - reach, mean + reach, float(2 * t.sf(abs(mean) / error, freedom)))
