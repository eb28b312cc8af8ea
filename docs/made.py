"""Data made with a known answer: what ``choose`` says of each is a table of the page "Which loss?".

Each function takes a seed and gives features and target. The first sentence of its docstring is the line of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Data = tuple[Array, Array]

_ROWS = 2000
_WAY = np.array([1.0, -0.5, 0.5, 0.25])  # the weights of the features


def _start(seed: int, rows: int = _ROWS) -> tuple[np.random.Generator, Array, Array]:
    """Normal features, and a signal that is linear in them, with a standard deviation of 1.25."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(rows, len(_WAY)))
    return random, features, features @ _WAY


def _sigmoid(scores: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-scores)))


def clean(seed: int) -> Data:
    """A linear signal with normal noise."""
    random, features, signal = _start(seed)
    return features, signal + 0.5 * random.normal(size=_ROWS)


def laplace(seed: int) -> Data:
    """A linear signal with Laplace noise."""
    random, features, signal = _start(seed)
    return features, signal + 0.5 * random.laplace(size=_ROWS)


def outliers(seed: int) -> Data:
    """A linear signal with normal noise; 5 % of the rows are moved by 10 of its standard deviations, up or down."""
    random, features, signal = _start(seed)
    moved = random.random(_ROWS) < 0.05
    sides = random.choice([-1, 1], _ROWS)
    return features, signal + 0.5 * (random.normal(size=_ROWS) + 10 * sides * moved)


def counts(seed: int) -> Data:
    """Poisson counts whose log-rate is linear."""
    random, features, signal = _start(seed)
    return features, random.poisson(np.exp(0.5 + 0.5 * signal)).astype(np.float64)


def proportions(seed: int) -> Data:
    """Shares from a beta distribution whose mean is the sigmoid of a linear score."""
    random, features, signal = _start(seed)
    mean = _sigmoid(signal)
    return features, random.beta(8 * mean, 8 * (1 - mean))


def binary(seed: int) -> Data:
    """A yes with the probability that the sigmoid of a linear score gives, written as 0 and 1."""
    random, features, signal = _start(seed)
    return features, (random.random(_ROWS) < _sigmoid(signal)).astype(np.int64)


def rare(seed: int) -> Data:
    """The same with few yeses: the score is shifted by −4."""
    random, features, signal = _start(seed, rows := 3 * _ROWS)
    return features, (random.random(rows) < _sigmoid(signal - 4)).astype(np.int64)


def margin(seed: int) -> Data:
    """The same as the first yes or no, written as −1 and +1."""
    features, labels = binary(seed)
    return features, 2 * labels - 1


def classes(seed: int) -> Data:
    """One of four classes by the softmax of linear scores, written as 0 to 3."""
    random, features, scores = _scores(seed)
    return features, (scores + random.gumbel(size=scores.shape)).argmax(axis=1)


def one_hot(seed: int) -> Data:
    """The same, written as rows with a single 1."""
    features, labels = classes(seed)
    return features, np.eye(4)[labels]


def distributions(seed: int) -> Data:
    """Rows that sum to 1: from a Dirichlet distribution about the softmax of linear scores."""
    random, features, scores = _scores(seed)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return features, np.array([random.dirichlet(10 * row + 0.1) for row in shares])


def several_labels(seed: int) -> Data:
    """Four labels, each a yes or a no by a linear score of its own."""
    random, features, scores = _scores(seed)
    return features, (random.random(scores.shape) < _sigmoid(scores)).astype(np.int64)


def _scores(seed: int) -> tuple[np.random.Generator, Array, Array]:
    random, features, _ = _start(seed)
    return random, features, features @ random.normal(size=(len(_WAY), 4))


ROWS: dict[str, Callable[[int], Data]] = {
    "an amount, clean": clean,
    "an amount with peaked, heavy-tailed noise": laplace,
    "an amount with gross outliers": outliers,
    "a count: 0, 1, 2 …": counts,
    "a share, from 0 to 1": proportions,
    "a yes or a no, as 0 and 1": binary,
    "a rare yes": rare,
    "a yes or a no, as −1 and +1": margin,
    "one class of several, as numbers": classes,
    "one class of several, as one-hot rows": one_hot,
    "a distribution over classes": distributions,
    "several labels that may hold together": several_labels,
}
