"""Rates are tuned alike for all; speed, gap and gradients are those of curves drawn by hand and of real networks."""

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
import torch
from sklearn import metrics as sklearn_metrics
from torch import nn

import lossmith as lm
from comparisons import FAST, KINDS, TINY, diverged, fake, features, linear, run_of, spec_of, splits_of, target
from lossmith.comparing import Training, compare, dynamics, trial, tuning

# --------------------------------------------------------------------------------------------------------------- tuning


def tried(label, rate, value, seed=0):
    lost = dataclasses.replace(diverged(label, seed, rate=rate, is_tuning=True), best_value=-99.0)  # until it diverged
    return lost if value is None else dataclasses.replace(lost, best_value=value, diverged_at=None)


def test_the_rate_with_the_least_validation_value_is_taken_for_each_loss_by_itself():
    values = {
        ("a", 0.1): 3.0,
        ("a", 0.01): 2.0,
        ("a", 0.001): 5.0,
        ("b", 0.1): 0.4,
        ("b", 0.01): 0.5,
        ("b", 0.001): 0.6,
    }
    results = [tried(label, rate, value) for (label, rate), value in values.items()]
    for order in itertools.islice(itertools.permutations(results), 0, 720, 37):
        assert dict(tuning.best_rates(order)) == {"a": 0.01, "b": 0.1}


def test_seeds_are_averaged_and_a_rate_that_diverged_once_loses():
    results = [tried("a", 0.1, 1.0, seed=0), tried("a", 0.1, 5.0, seed=1)]
    results += [tried("a", 0.01, 2.0, seed=0), tried("a", 0.01, 3.0, seed=1)]
    assert tuning.best_rates(results) == {"a": 0.01}
    results += [tried("a", 0.5, -9.0, seed=0), tried("a", 0.5, None, seed=1)]
    assert tuning.best_rates(results) == {"a": 0.01}


def test_where_every_rate_diverged_or_all_are_equal_the_smallest_is_taken():
    for value in (None, 1.0):
        results = [tried("a", rate, value) for rate in (0.05, 0.001, 0.2)]
        assert tuning.best_rates(results) == {"a": 0.001}


def test_every_loss_tries_the_same_rates_with_seeds_that_no_loss_is_judged_by():
    asked = []

    def spies(specs):
        asked.append([spec.run for spec in specs])
        return map(trial.train, specs)

    schedule = Training(epochs=1, learning_rates=(1e-3, 1e-2, 1e-1))
    losses = [lm.MSE(), lm.MAE(), lm.Huber(delta=0.5)]
    arrays = {"features": features(), "target": target("real")}
    result = compare(**arrays, losses=losses, model=linear, seeds=3, training=schedule, engine=spies)
    tuned, judged = asked
    assert all(run.is_tuning for run in tuned)
    assert not any(run.is_tuning for run in judged)
    for label in result.losses:
        assert sorted(run.learning_rate for run in tuned if run.label == label) == [1e-3, 1e-2, 1e-1]
        assert [run.seed for run in judged if run.label == label] == [0, 1, 2]
        assert {run.learning_rate for run in judged if run.label == label} == {result.rates[label]}
    assert not {run.seed for run in tuned} & {run.seed for run in judged}
    best = {label: min((run.best_value, run.run.learning_rate) for run in result.tuning if run.label == label)
            for label in result.losses}  # fmt: skip
    assert {label: rate for label, (_, rate) in best.items()} == result.rates


# ------------------------------------------------------------------------------------------------------- speed and gap


def drawn(label="a", seed=0, curve=(4.0, 3.0, 2.0), train=1.0, test=2.0, first=(1.0, 1.0, 1.0), last=(1.0, 1.0, 1.0)):
    splits = splits_of("real")
    curves = {"rmse": curve, "first_gradient": first, "last_gradient": last}
    result = fake(label, seed, splits.test.target, splits.test.target, curves=curves, best_epoch=len(curve))
    return dataclasses.replace(result, metrics={"rmse": test}, train_metrics={"rmse": train}, seconds=2.0)


def test_the_level_is_nearly_all_the_way_from_the_training_mean_to_the_best_that_any_loss_reached():
    splits = splits_of("real")
    truth = splits.validation.target
    start = sklearn_metrics.root_mean_squared_error(truth, np.full(len(truth), splits.train.target.mean()))
    # The mean of the two seeds of "a" is least at 20; a single seed's lucky 15 is no level to ask of others.
    runs = [
        drawn(curve=(30.0, 15.0, 25.0)),
        drawn(seed=1, curve=(30.0, 25.0, 25.0)),
        drawn("b", curve=(40.0, 22.0, 21.0)),
    ]
    runs.append(diverged("c"))
    assert dynamics.level(runs, splits) == pytest.approx(start - 0.95 * (start - 20.0))
    assert math.isnan(dynamics.level([diverged("a")], splits))


def test_one_lucky_epoch_of_one_seed_is_no_level_to_ask_of_others():
    splits = splits_of("real")
    runs = [drawn(seed=0, curve=(30.0, 2.0, 25.0)), drawn(seed=1, curve=(30.0, 30.0, 21.0))]
    assert dynamics.level(runs, splits) == pytest.approx(dynamics.level([drawn(curve=(30.0, 16.0, 23.0))], splits))


def test_of_shares_the_level_lies_above_the_start():
    splits = splits_of("classes")
    start = np.mean(splits.validation.target == np.bincount(splits.train.target).argmax())
    run = dataclasses.replace(drawn(), curves={"accuracy": (0.3, 0.9, 0.8)})
    assert dynamics.level([run], splits) == pytest.approx(start + 0.95 * (0.9 - start))


@pytest.mark.parametrize(
    ("curves", "expected"),
    [
        ([(5.0, 4.0, 3.0)], 3),
        ([(5.0, 2.9, 9.0)], 2),
        ([(3.0, 3.0, 3.0)], 1),
        ([(5.0, 5.0, 3.1)], None),
        ([(3.0, 9.0), (9.0, 3.0), (9.0, 9.0)], 2),
        ([(3.0, 9.0), (9.0, 9.0), (9.0, 9.0)], None),
        ([(3.0, 9.0), (9.0, 9.0)], None),
    ],
)
def test_epochs_to_the_level_are_counted_from_one_and_none_where_half_of_the_runs_never_get_there(curves, expected):
    runs = [drawn(seed=seed, curve=curve) for seed, curve in enumerate(curves)]
    found = dynamics.dynamics_of(runs, splits_of("real"), level=3.0).epochs_to_level
    assert math.isnan(found) if expected is None else found == expected


def test_what_is_told_of_the_training_is_the_mean_over_the_runs_that_did_not_diverge():
    runs = [drawn(seed=0, train=1.0, test=3.0), drawn(seed=1, train=2.0, test=5.0, curve=(4.0,)), diverged("a", 2)]
    found = dynamics.dynamics_of(runs, splits_of("real"), level=3.0)
    assert (found.train, found.test, found.best_epoch, found.seconds) == (1.5, 4.0, 2.0, 2.0)
    lost = dynamics.dynamics_of([diverged("a")], splits_of("real"), level=math.nan)
    assert all(math.isnan(value) for value in dataclasses.astuple(lost))
    assert lost.warning == ""


@pytest.mark.parametrize("kind", KINDS)
def test_the_constant_prediction_is_the_best_that_knows_no_feature(kind):
    splits = splits_of(kind)
    metric = dynamics.metric_followed(splits)
    truth, seen = splits.validation.target, splits.train.target
    if kind in ("real", "positive", "count", "proportion"):
        expected = np.sqrt(np.mean((truth - seen.mean()) ** 2))
    elif kind == "distribution":
        shares = seen.mean(axis=0)
        expected = np.mean([sum(t * math.log(t / s) for t, s in zip(row, shares, strict=True)) for row in truth])
    elif kind == "multi_label":
        expected = np.mean([np.mean(truth[:, i] == (seen[:, i].mean() > 0.5)) for i in range(3)])
    else:
        values, counts = np.unique(seen, return_counts=True)
        expected = np.mean(truth == values[counts.argmax()])
    assert metric.of(truth, dynamics._constant(splits, len(truth))) == pytest.approx(expected)


def test_a_level_that_is_never_reached_is_null_in_the_table_and_in_json():
    class Slow(nn.Linear):
        """Learns nothing, whatever comes: its weights have no part in its scores."""

        def forward(self, x):
            return super().forward(x) * 0

    long = {**FAST, "training": Training(epochs=6, learning_rates=(0.1,))}
    fast, slow = (
        compare(features=features(), target=target("real"), losses=[lm.MSE(), lm.MAE()], model=model, **long)
        for model in (lambda i, o: nn.Linear(i, o), lambda i, o: Slow(i, o))
    )
    half = dataclasses.replace(fast, results=(*fast.runs["mse"], *slow.runs["mae"]))
    assert half.table["epochs_to_level"].to_list()[1] is None
    assert half.table["epochs_to_level"].to_list()[0] >= 1
    assert json.loads(json.dumps(half.to_dict()))["table"][1]["epochs_to_level"] is None


# ------------------------------------------------------------------------------------------------------------ gradients


@pytest.mark.parametrize(
    ("first", "last", "warning"),
    [
        ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0), ""),
        ((0.002, 0.002, 0.002), (1.0, 1.0, 1.0), ""),
        ((0.0009, 0.0009, 0.0009), (1.0, 1.0, 1.0), "vanishing"),
        ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "vanishing"),
        ((1100.0, 1100.0, 1100.0), (1.0, 1.0, 1.0), "exploding"),
        ((1.0, 50.0, 101.0), (1.0, 1.0, 1.0), "unsteady"),
        ((1.0, 1.0, 1.0), (1.0, 101.0, 1.0), "unsteady"),
        ((1.0, 1.0, 99.0), (1.0, 1.0, 99.0), ""),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), ""),
        ((1e-9, 1.0, 1.0), (1.0, 1.0, 1.0), "unsteady"),
        ((1.0, 1e-9, 1.0), (1.0, 1.0, 1.0), ""),  # one odd epoch is not the training
    ],
)
def test_gradients_that_vanish_explode_or_grow_are_named(first, last, warning):
    found = dynamics.dynamics_of([drawn(first=first, last=last)], splits_of("real"), level=3.0)
    assert found.warning.startswith(warning)
    assert bool(found.warning) == bool(warning)


def test_the_norms_told_are_medians_over_the_epochs_and_means_over_the_runs():
    runs = [drawn(seed=0, first=(1.0, 2.0, 300.0)), drawn(seed=1, first=(4.0, 4.0, 4.0), last=(5.0, 7.0, 0.0))]
    found = dynamics.dynamics_of(runs, splits_of("real"), level=3.0)
    assert (found.first_gradient, found.last_gradient, found.growth) == (3.0, 3.0, 300.0)


def deep_sigmoid(inputs, outputs):
    layers = [layer for _ in range(10) for layer in (nn.Linear(16, 16), nn.Sigmoid())]
    return nn.Sequential(nn.Linear(inputs, 16), nn.Sigmoid(), *layers, nn.Linear(16, outputs))


def test_vanishing_gradients_are_seen_in_a_deep_sigmoid_network_and_not_in_the_default():
    arrays = {"features": features(), "target": target("real"), "losses": [lm.MSE(), lm.Huber()]}
    deep, default = (compare(**arrays, **FAST, model=model) for model in (deep_sigmoid, None))
    assert all(told.warning.startswith("vanishing") for told in deep.dynamics.values())
    assert all(told.warning == "" for told in default.dynamics.values())
    assert deep.table["first_gradient"][0] < 1e-3 * deep.table["last_gradient"][0]


def test_a_layer_that_gets_no_gradient_has_a_norm_of_zero():
    class Cut(nn.Module):
        def __init__(self, inputs):
            super().__init__()
            self.cut, self.last = nn.Linear(inputs, inputs), nn.Linear(inputs, 1)

        def forward(self, x):
            return self.last(x)

    result = trial.train(spec_of(splits_of("real"), model=lambda inputs, outputs: Cut(inputs)))
    assert result.curves["first_gradient"] == (0, 0)
    assert min(result.curves["last_gradient"]) > 0


def test_the_scale_of_a_loss_is_seen_in_its_gradients_and_not_in_what_is_learned():
    class Louder(lm.Residual):
        """A thousand times the squared error."""

        def formula(self, r):
            return 1000 * r**2

        @property
        def traits(self):
            return lm.MSE().traits

    plain, loud = (trial.train(spec_of(splits_of("real"), loss)) for loss in (lm.MSE(), Louder()))
    ratio = torch.tensor(loud.curves["last_gradient"]) / torch.tensor(plain.curves["last_gradient"])
    assert ratio.tolist() == pytest.approx([1000, 1000], rel=1e-3)
    assert loud.metrics == pytest.approx(plain.metrics, rel=1e-3)


def test_runs_are_told_apart_by_all_that_makes_them():
    one = run_of()
    others = [run_of("b"), run_of(seed=1), run_of(rate=1.0), run_of(is_tuning=True)]
    assert len({one, *others, run_of()}) == 5
    assert Training(epochs=2, learning_rates=(5e-3,)) == TINY
