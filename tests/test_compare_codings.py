"""Each loss reads the target of every task that it can, and what it trains is read back as what it stands for."""

import dataclasses

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

import lossmith as lm
from comparisons import KINDS, splits_of
from lossmith.comparing.codings import check_fits, predictions_of, target_for
from lossmith.comparing.defaults import default_losses
from lossmith.errors import TargetError

LOSSES = {cls.__name__: cls() for cls in lm.ALL}
# By kind of task: the codings of targets that can be made of it.
LABELS = {"real", "binary", "sign"}
ROWS = {"class rows", "class index or rows", "distribution"}
CODINGS = {
    "real": {"real"},
    "positive": {"real", "count", "positive"},
    "count": {"real", "count"},
    "proportion": {"real", "count", "positive", "binary"},
    "binary": LABELS,
    "margin": LABELS,
    "classes": {*LABELS, *ROWS, "class index", "multi-label"},
    "one_hot": {*LABELS, *ROWS, "class index", "multi-label"},
    "distribution": {"real", "binary", "multi-label", *ROWS},
    "multi_label": {*LABELS, "multi-label"},
}
SEVERAL = lm.Likelihood | lm.Setwise  # scores for one target, or a whole set


def reads(loss, kind):
    one_each = not isinstance(loss, SEVERAL) and (loss.HAS_CLASSES or not isinstance(loss, lm.Axiswise))
    grouped = loss.HAS_CLASSES and kind not in ("classes", "one_hot", "distribution", "multi_label")
    ordered = getattr(loss, "MORE_CLASSES", 0)
    return one_each and not grouped and not ordered and loss.traits.target.name in CODINGS[kind]


READABLE = {kind: {name for name, loss in LOSSES.items() if reads(loss, kind)} for kind in CODINGS}
LIKE = {(x.traits.target, x.traits.link, x.traits.elicits, x.HAS_CLASSES): name for name, x in reversed(LOSSES.items())}
KNOWN = {"MSE", "MAE", "Quantile", "Poisson", "BinaryCrossEntropy", "Hinge", "SquaredHinge", "CrossEntropy"}
PAIRS = [(kind, name) for kind in KINDS for name in sorted({*LIKE.values(), *KNOWN} & READABLE[kind])]


def best_constant_scores(loss, target, outputs):
    """By a search that asks the loss for its value alone."""
    rows = len(target)

    def cost(scores):
        row = torch.from_numpy(scores)
        return float(loss(row.expand(rows, outputs) if outputs > 1 else row.expand(rows), target))

    method = "BFGS" if loss.traits.smooth else "Nelder-Mead"
    best = torch.from_numpy(minimize(cost, np.linspace(0.1, 0.2, outputs), method=method, tol=1e-6).x)
    return best.expand(5, outputs) if outputs > 1 else best.expand(5)


@pytest.mark.parametrize(("kind", "name"), PAIRS)
def test_a_loss_accepts_its_coding_of_every_part(kind, name):
    loss, splits = LOSSES[name], splits_of(kind)
    check_fits(loss, splits)
    outputs = splits.task.outputs
    for part in splits.parts:
        target = target_for(loss, part.target, splits)
        assert target.dtype in (torch.float32, torch.int64)
        scores = torch.zeros(len(target) if outputs == 1 else (len(target), outputs))
        gradient = loss.gradient(scores, target)
        assert loss(scores, target).isfinite()
        assert gradient.isfinite().all()
        assert gradient.shape == scores.shape


@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_that_cannot_read_the_target_says_which_can(kind):
    refused = {}
    for name, loss in LOSSES.items():
        try:
            check_fits(loss, splits_of(kind))
        except TargetError as error:
            refused[name] = str(error)
    assert set(refused) == set(LOSSES) - READABLE[kind]
    for name, message in refused.items():
        assert LOSSES[name].name in message
        remedies = ("take losses whose target is", "Take losses of a single score", LOSSES[name].traits.target.remedy)
        assert any(remedy and remedy in message for remedy in remedies)


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_losses_fit_their_task(kind):
    for loss in default_losses(splits_of(kind).task):
        check_fits(loss, splits_of(kind))


MEANS = [("real", "MSE"), ("positive", "MSE"), ("positive", "Poisson"), ("count", "MSE"), ("count", "Poisson")]
MEANS += [("proportion", name) for name in ("MSE", "Poisson", "BinaryCrossEntropy")]


@pytest.mark.parametrize(("kind", "name"), MEANS)
def test_what_estimates_the_mean_gives_the_mean_in_the_targets_own_units(kind, name):
    loss, splits = LOSSES[name], splits_of(kind)
    target = target_for(loss, splits.train.target, splits).double()
    said = predictions_of(loss, best_constant_scores(loss, target, 1), splits)
    assert said.values == pytest.approx(np.full(5, splits.train.target.mean()), rel=1e-5)


@pytest.mark.parametrize(("name", "quantile"), [("MAE", 0.5), ("Quantile", None)])
@pytest.mark.parametrize("kind", ["real", "positive", "proportion"])
def test_what_estimates_a_quantile_gives_it_in_the_targets_own_units(kind, name, quantile):
    loss = lm.Quantile(level=0.8) if quantile is None else LOSSES[name]
    splits = splits_of(kind)
    target = target_for(loss, splits.train.target, splits).double()
    said = predictions_of(loss, best_constant_scores(loss, target, 1), splits).values[0]
    below = np.mean(splits.train.target < said - 1e-6 * abs(said)), np.mean(splits.train.target <= said * (1 + 1e-6))
    assert below[0] <= (quantile or 0.8) <= below[1] + 1e-9


OF_ROWS = ("CategoricalCrossEntropy", "CrossEntropy", "KLDivergence")
CHANCES = [(kind, name) for kind in ("binary", "margin", "multi_label") for name in ("BinaryCrossEntropy", "MSE")]
CHANCES += [(kind, name) for kind in ("classes", "one_hot") for name in (*OF_ROWS, "SparseCategoricalCrossEntropy")]
CHANCES += [("distribution", name) for name in OF_ROWS]
CHANCES += [(kind, name) for kind in ("classes", "distribution") for name in ("MSE", "BinaryCrossEntropy")]


@pytest.mark.parametrize(("kind", "name"), CHANCES)
def test_what_estimates_probabilities_gives_the_shares(kind, name):
    loss, splits = LOSSES[name], splits_of(kind)
    target = target_for(loss, splits.train.target, splits)
    target = target.double() if target.is_floating_point() else target
    said = predictions_of(loss, best_constant_scores(loss, target, splits.task.outputs), splits)
    truth = splits.train.target
    shares = np.bincount(truth) / len(truth) if truth.dtype == np.int64 else truth.mean(axis=0)
    assert said.claims_probability
    assert said.is_exclusive == (kind in ("classes", "one_hot", "distribution"))
    assert said.own_probabilities == pytest.approx(np.broadcast_to(shares, said.values.shape), abs=2e-4)


@pytest.mark.parametrize("kind", ["binary", "margin", "classes", "one_hot", "multi_label"])
@pytest.mark.parametrize("name", ["Hinge", "SquaredHinge", "MAE"])
def test_what_estimates_no_probability_claims_none_and_keeps_its_order(kind, name):
    splits = splits_of(kind)
    outputs = splits.task.outputs
    scores = torch.from_numpy(np.random.default_rng(0).normal(size=(30, outputs))).squeeze(-1)
    said = predictions_of(LOSSES[name], scores, splits)
    assert not said.claims_probability
    assert np.array_equal(said.values, scores.numpy())
    assert np.array_equal(np.argsort(said.logits, axis=0), np.argsort(scores.numpy(), axis=0))


@pytest.mark.parametrize("kind", ["binary", "multi_label"])
def test_a_probability_that_a_mean_oversteps_stays_short_of_certainty(kind):
    splits = splits_of(kind)
    scores = torch.tensor([-5.0, -1, 0, 1, 5]).repeat(splits.task.outputs, 1).T.squeeze(-1)
    p = predictions_of(lm.MSE(), scores, splits).own_probabilities.reshape(5, -1)
    assert p[:, 0] == pytest.approx([1e-4, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-4])


def test_a_yes_is_a_positive_score_for_every_loss():
    splits = splits_of("binary")
    truth = splits.train.target
    for name in READABLE["binary"] - {"Quantile"}:
        loss = LOSSES[name]
        target = target_for(loss, truth, splits)
        towards = torch.where(torch.from_numpy(truth) == 1, 0.5, -0.5).float()
        assert loss(towards, target) < loss(-towards, target), name


@pytest.mark.parametrize("name", ["Poisson", "BinaryCrossEntropy"])
def test_a_target_of_either_sign_is_refused_with_its_own_numbers(name):
    with pytest.raises(TargetError) as caught:
        check_fits(LOSSES[name], splits_of("real"))
    target = splits_of("real").train.target
    broken = target[(target < 0) | ((target > 1) if name == "BinaryCrossEntropy" else False)]
    assert f"{len(broken)} of {len(target)}" in str(caught.value)
    assert f"= {broken[0]}" in str(caught.value)


def test_a_target_that_is_never_above_zero_is_no_count():
    real = splits_of("real")
    parts = {
        name: dataclasses.replace(part, target=-np.abs(part.target) - 1)
        for name, part in zip(("train", "validation", "test"), real.parts, strict=True)
    }
    centre = float(parts["train"].target.mean())  # its quotient by a mean below zero would pass for one
    with pytest.raises(TargetError, match="poisson expects targets of 0 or more"):
        check_fits(lm.Poisson(), dataclasses.replace(real, **parts, centre=centre))


def test_a_real_target_is_read_in_standard_deviations():
    splits = splits_of("real")
    read = target_for(lm.Huber(), splits.train.target, splits).double()
    assert read.mean() == pytest.approx(0, abs=1e-6)
    assert read.std(unbiased=False) == pytest.approx(1, rel=1e-6)
    back = predictions_of(lm.Huber(), read, splits).values
    assert back == pytest.approx(splits.train.target, rel=1e-5)


def test_a_count_is_read_in_means_so_that_its_unit_does_not_matter():
    splits = splits_of("count")
    read = target_for(lm.Poisson(), splits.train.target, splits)
    assert read.mean() == pytest.approx(1, rel=1e-6)
    assert predictions_of(lm.Poisson(), read.log(), splits).values == pytest.approx(splits.train.target, abs=1e-5)


def test_a_count_of_which_the_training_rows_hold_none_is_read_as_it_is():
    splits = dataclasses.replace(splits_of("count"), centre=0.0)
    assert np.array_equal(target_for(lm.Poisson(), np.array([0.0, 2.0]), splits), [0, 2])
    assert predictions_of(lm.Poisson(), torch.zeros(1), splits).values == 1
