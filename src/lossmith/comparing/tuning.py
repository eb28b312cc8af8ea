"""The learning rate of each loss: the same grid for all, judged on validation rows with seeds that are not used again.

Losses differ in the size of their gradients, so that one rate for all would favour some. Each is tuned by what a user
of it would look at: the validation value of the loss itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping

from lossmith.comparing.trial import Result, Run

SEEDS = (1_000_003,)  # far from 0, 1, 2 …, with which the losses are judged


def runs(labels: Iterable[str], rates: Iterable[float]) -> list[Run]:
    """A training of each loss with each rate."""
    return [
        Run(label=label, seed=seed, learning_rate=rate, is_tuning=True)
        for seed, rate, label in itertools.product(SEEDS, rates, labels)
    ]


def best_rates(results: Iterable[Result]) -> Mapping[str, float]:
    """For each label the rate with the least mean of best validation values; the smallest where every rate diverged."""
    values: dict[str, dict[float, list[float]]] = {}
    for result in results:
        value = math.inf if result.has_diverged else result.best_value
        values.setdefault(result.label, {}).setdefault(result.run.learning_rate, []).append(value)
    return {
        label: min(sorted(by_rate), key=lambda rate: sum(by_rate[rate]) / len(by_rate[rate]))
        for label, by_rate in values.items()
    }
