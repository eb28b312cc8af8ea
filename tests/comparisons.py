"""What the tests of comparing share: small data of every kind, specs of one trial, and results made up."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import polars as pl
from torch import nn

import lossmith as lm
from lossmith.comparing import Training, data, metrics, trial
from lossmith.comparing.predictions import Predictions
from lossmith.reading import read

TINY = Training(epochs=2, learning_rates=(5e-3,))
FAST = {"training": TINY, "engine": "serial", "seeds": 2}
CLASSES = ("apple", "pear", "plum")


def linear(inputs, outputs):
    return nn.Linear(inputs, outputs)


def table(rows=240, seed=0, **columns):
    """A real target that two of its features explain."""
    rng = np.random.default_rng(seed)
    x, group = rng.normal(size=rows), rng.choice(["a", "b", "c"], size=rows)
    y = 3 * x + 2 * (group == "b") + rng.normal(scale=0.3, size=rows)
    return pl.DataFrame({"x": x, "group": group, "y": y, **columns})


def features(rows=240, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, 4)).astype(np.float32)


def target(kind, rows=240, seed=0):
    """A target of this kind that ``features`` explain in part."""
    rng = np.random.default_rng(seed + 1)
    x = features(rows, seed)
    signal = 1.5 * x[:, 0] + rng.normal(scale=0.5, size=rows)
    shares = np.exp(np.stack([signal, -signal, x[:, 1]], axis=1))
    shares /= shares.sum(axis=1, keepdims=True)
    classes = shares.argmax(axis=1)
    return {
        "real": 100 + 40 * signal,
        "positive": np.exp(signal) + 0.01,
        "count": rng.poisson(np.exp(0.5 * signal)),
        "proportion": 1 / (1 + np.exp(-signal)),
        "binary": (signal > 0).astype(np.int64),
        "margin": np.where(signal > 0, 1, -1),
        "classes": classes,
        "one_hot": np.eye(3)[classes],
        "distribution": shares,
        "multi_label": (shares > 0.3).astype(np.int64),
    }[kind]


KINDS = ("real", "positive", "count", "proportion", "binary", "margin", "classes", "one_hot", "distribution")
KINDS = (*KINDS, "multi_label")


@functools.cache
def splits_of(kind, rows=240, seed=0):
    return data.prepare(read(None, target(kind, rows, seed), features(rows, seed)), kind)


def run_of(label="a", seed=0, rate=5e-3, is_tuning=False):
    return trial.Run(label=label, seed=seed, learning_rate=rate, is_tuning=is_tuning)


def spec_of(splits, loss=None, model=linear, training=TINY, **run):
    loss = lm.MSE() if loss is None else loss
    return trial.Spec(run=run_of(**run), loss=loss, splits=splits, model=model, training=training)


def plain(result):
    """All of a result as numbers that can be compared to the last digit, NaN with NaN; not the time that it took."""
    said = result.predictions
    numbers = {
        "run": (result.run.label, result.run.seed, result.run.learning_rate, result.run.is_tuning),
        "judged": (result.best_epoch, result.best_value.hex(), result.diverged_at),
        "metrics": {name: float(value).hex() for name, value in result.metrics.items()},
        "train_metrics": {name: float(value).hex() for name, value in result.train_metrics.items()},
        "curves": {name: [float(value).hex() for value in values] for name, values in result.curves.items()},
    }
    if said is not None:
        arrays = {"values": said.values, "logits": said.logits}
        numbers |= {name: None if a is None else (a.shape, a.tobytes()) for name, a in arrays.items()}
        numbers |= {"map": (said.slope, said.shift, said.claims_probability, said.is_exclusive)}
    return numbers


def all_plain(comparison):
    """A whole comparison: the runs of both stages, and what follows from them."""
    frame = comparison.table.drop("seconds")
    runs = [plain(run) for run in (*comparison.tuning, *comparison.results)]
    return runs, dict(comparison.rates), comparison.verdict, frame.to_dicts()


def fake(label, seed, predictions, truth, group="regression", **changed):
    """A result with these predictions, as if it had been trained."""
    said = predictions if isinstance(predictions, Predictions) else Predictions(np.asarray(predictions))
    result = trial.Result(
        run=run_of(label, seed),
        best_epoch=1,
        best_value=0.0,
        diverged_at=None,
        seconds=0.0,
        metrics={metric.name: metric.of(truth, said) for metric in metrics.metrics_of(group)},
        train_metrics={},
        curves={},
        predictions=said,
    )
    return dataclasses.replace(result, **changed)


def diverged(label, seed=0, **changed):
    return trial.Result(
        run=run_of(label, seed, **changed),
        best_epoch=0,
        best_value=float("inf"),
        diverged_at=3,
        seconds=0.0,
        metrics={},
        train_metrics={},
        curves={},
        predictions=None,
    )
