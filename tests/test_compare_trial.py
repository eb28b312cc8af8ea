"""One trial is pure: its result follows from its spec alone, and every loss gets the same start and batches."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch import nn

import lossmith as lm
from comparisons import TINY, linear, plain, spec_of, splits_of
from lossmith.comparing import Training, metrics, trial
from lossmith.comparing.codings import predictions_of
from lossmith.comparing.model import mlp, outer_weights, start_of
from lossmith.errors import ParameterError, ShapeError

MODES = ("train", "eval")


class Spied(nn.Module):
    """A network that writes down its start, and the rows and the answers of every look."""

    def __init__(self, inner, book):
        super().__init__()
        self.inner, self.looks = inner, []
        self.start = {name: value.clone() for name, value in inner.state_dict().items()}
        book.append(self)

    def forward(self, x):
        scores = self.inner(x)
        self.looks.append((MODES[not self.training], x.detach().clone(), scores.detach().clone()))
        return scores

    def seen(self, mode):
        return [rows for what, rows, _ in self.looks if what == mode]


def spied(book, inner=linear):
    return lambda inputs, outputs: Spied(inner(inputs, outputs), book)


def with_noise(inputs, outputs):
    """Dropout draws from the random state while it trains, BatchNorm keeps what it saw."""
    return nn.Sequential(nn.Linear(inputs, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, outputs))


def rows_of(split):
    return {row.tobytes() for row in split.features}


def all_rows(looks):
    return {row.tobytes() for rows in looks for row in rows.numpy()}


# --------------------------------------------------------------------------------------------- the same for every loss


@pytest.mark.parametrize(
    ("kind", "losses"),
    [
        ("real", [lm.MSE(), lm.MAE(), lm.Huber()]),
        ("classes", [lm.SparseCategoricalCrossEntropy(), lm.KLDivergence(), lm.Hinge(), lm.MSE()]),
    ],
)
def test_within_a_seed_every_loss_has_the_same_start_batches_and_dropout(kind, losses):
    book, masks = [], []

    class Mask(nn.Module):
        def forward(self, x):
            if self.training:
                masks[-1].append(torch.rand(3))
            return x

    def model(inputs, outputs):
        masks.append([])
        return Spied(nn.Sequential(Mask(), nn.Linear(inputs, outputs)), book)

    for loss in losses:
        trial.train(spec_of(splits_of(kind), loss, model))
    first, *others = book
    for other in others:
        assert all(torch.equal(first.start[name], other.start[name]) for name in first.start)
        assert len(first.seen("train")) == len(other.seen("train"))
        assert all(torch.equal(a, b) for a, b in zip(first.seen("train"), other.seen("train"), strict=True))
    assert all(torch.equal(torch.stack(mask), torch.stack(masks[0])) for mask in masks)


def test_batches_are_of_one_size_and_new_in_each_epoch_and_no_row_comes_twice():
    book = []
    splits = splits_of("real")
    trial.train(spec_of(splits, model=spied(book), training=dataclasses.replace(TINY, epochs=3)))
    batches = book[0].seen("train")
    steps = len(batches) // 3
    assert len(splits.train.target) == 168
    assert {len(batch) for batch in batches} == {8}
    assert steps == 168 // 8 == 21
    epochs = [torch.cat(batches[i * steps : (i + 1) * steps]) for i in range(3)]
    assert all(len(all_rows([epoch])) == 168 for epoch in epochs)
    assert not torch.equal(epochs[0], epochs[1])
    assert not torch.equal(epochs[1], epochs[2])


def test_a_batch_is_small_enough_for_twenty_steps_and_never_above_its_bound():
    training = Training(largest_batch=64)
    assert [training.batch_size(rows) for rows in (5, 42, 400, 1280, 100_000)] == [1, 2, 20, 64, 64]


def test_another_seed_is_another_start_and_another_order():
    book = []
    for seed in (0, 1):
        trial.train(spec_of(splits_of("real"), model=spied(book), seed=seed))
    assert not torch.equal(book[0].start["weight"], book[1].start["weight"])
    assert not torch.equal(book[0].seen("train")[0], book[1].seen("train")[0])


# ---------------------------------------------------------------------------------------------- against a loop by hand


def two_layers(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 6), nn.Tanh(), nn.Linear(6, outputs))


def by_hand(splits, seed, rate, epochs, batch):
    """The same training in plain torch: no class of ours but the splits."""
    torch.manual_seed(seed)
    model = two_layers(4, 1)
    x, y = torch.from_numpy(splits.train.features), torch.from_numpy(splits.train.target)
    y = ((y - y.mean()) / y.std(unbiased=False)).float()
    order = torch.Generator().manual_seed(seed)
    steps = len(y) // batch
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=rate, epochs=epochs, steps_per_epoch=steps)
    curves = {"train_loss": [], "first_gradient": [], "last_gradient": []}
    for _ in range(epochs):
        permutation, sums = torch.randperm(len(y), generator=order), np.zeros(3)
        for rows in permutation[: steps * batch].reshape(steps, batch):
            loss = nn.functional.mse_loss(model(x[rows]).squeeze(1), y[rows])
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter.grad = gradient
            optimiser.step()
            schedule.step()
            sums += [loss.item(), gradients[0].square().sum().sqrt().item(), gradients[2].square().sum().sqrt().item()]
        for name, value in zip(curves, sums / steps, strict=True):
            curves[name].append(value)
    return model, curves


def test_losses_and_gradients_at_both_ends_are_those_of_plain_torch():
    splits = splits_of("real")
    training = Training(epochs=4, learning_rates=(0.01,))
    result = trial.train(spec_of(splits, lm.MSE(), two_layers, training, seed=3, rate=0.01))
    state = torch.get_rng_state()
    model, curves = by_hand(splits, 3, 0.01, epochs=4, batch=8)
    torch.set_rng_state(state)
    for name, values in curves.items():
        assert result.curves[name] == pytest.approx(values, rel=1e-4), name
    assert result.best_epoch == 4  # so that the last weights are the judged ones
    scores = model(torch.from_numpy(splits.test.features)).detach().double().numpy().ravel()
    assert result.predictions.values == pytest.approx(scores * splits.scale + splits.centre, rel=1e-4)


def test_what_is_judged_is_the_best_validation_epoch_with_all_that_the_network_keeps():
    splits = splits_of("real")
    noise = dataclasses.replace(  # nothing to learn: the best epoch is not the last
        splits,
        train=dataclasses.replace(splits.train, target=np.random.default_rng(0).permutation(splits.train.target)),
    )
    book = []
    result = trial.train(spec_of(noise, lm.MAE(), spied(book, with_noise), dataclasses.replace(TINY, epochs=8)))
    validation, test = (torch.from_numpy(part.features) for part in (splits.validation, splits.test))
    answers = [scores for mode, rows, scores in book[0].looks if mode == "eval" and torch.equal(rows, validation)]
    values = result.curves["validation_loss"]
    assert len(values) == 8
    assert result.best_epoch == 1 + int(np.argmin(values)) < 8
    assert result.best_value == min(values)
    assert torch.equal(answers[-1], answers[result.best_epoch - 1])
    assert not torch.equal(answers[-1], answers[7])
    (judged,) = [scores for _, rows, scores in book[0].looks if torch.equal(rows, test)]
    said = judged.double().numpy().ravel() * splits.scale + splits.centre
    assert np.array_equal(result.predictions.values, said)
    assert result.metrics == {m.name: m.of(splits.test.target, result.predictions) for m in metrics.REAL}


def test_the_curves_are_of_validation_rows_and_the_gap_is_told_by_as_many_training_rows():
    splits = splits_of("binary")
    book = []
    result = trial.train(spec_of(splits, lm.BinaryCrossEntropy(), spied(book)))
    (network,) = book
    assert {name: len(curve) for name, curve in result.curves.items()} == dict.fromkeys(
        (*trial.CURVES, "accuracy", "f1"), 2
    )
    validation = next(s for mode, rows, s in network.looks if mode == "eval" and len(rows) == 36)
    truth = splits.validation.target
    assert result.curves["accuracy"][0] == np.mean((validation.squeeze(1).numpy() > 0) == truth)
    assert result.curves["validation_loss"][0] == pytest.approx(
        nn.functional.binary_cross_entropy_with_logits(validation.squeeze(1), torch.from_numpy(truth).float()).item()
    )
    rows = len(splits.test.target)
    scores = network.inner(torch.from_numpy(splits.train.features[:rows])).detach().numpy().ravel()
    assert result.best_epoch == 2  # whose weights the network is left with
    assert result.train_metrics["accuracy"] == np.mean((scores > 0) == splits.train.target[:rows])


@pytest.mark.parametrize(("kind", "loss"), [("binary", lm.Hinge()), ("classes", lm.KLDivergence())])
def test_the_map_to_probabilities_is_fitted_on_validation_rows(kind, loss):
    splits = splits_of(kind)
    book = []
    result = trial.train(spec_of(splits, loss, spied(book)))
    held_out, test = (
        next(s for _, rows, s in reversed(book[0].looks) if torch.equal(rows, torch.from_numpy(part.features)))
        for part in (splits.validation, splits.test)
    )
    shape = (-1,) if kind == "binary" else (36, 3)
    held_out, test = (predictions_of(loss, scores.reshape(shape), splits) for scores in (held_out, test))
    expected = test.scaled_by(held_out, splits.validation.target)
    assert (result.predictions.slope, result.predictions.shift) == (expected.slope, expected.shift)
    assert result.predictions.slope != 1


def test_more_rows_than_are_looked_at_at_once_are_looked_at_all(monkeypatch):
    whole = plain(trial.train(spec_of(splits_of("real"))))
    monkeypatch.setattr(trial, "_ROWS_AT_ONCE", 7)
    parts = trial.train(spec_of(splits_of("real")))
    assert len(parts.predictions) == 36
    assert plain(parts)["run"] == whole["run"]
    assert parts.metrics == pytest.approx({k: float.fromhex(v) for k, v in whole["metrics"].items()}, rel=1e-5)


# ------------------------------------------------------------------------------------------------------------- honesty


def test_a_tuning_run_never_sees_a_test_row_and_says_nothing_of_one():
    splits = splits_of("classes")
    book = []
    loss = lm.SparseCategoricalCrossEntropy()
    tuned = trial.train(spec_of(splits, loss, spied(book), is_tuning=True))
    judged = trial.train(spec_of(splits, loss, spied(book)))
    test, both = rows_of(splits.test), rows_of(splits.train) | rows_of(splits.validation)
    assert all_rows(rows for _, rows, _ in book[0].looks) <= both
    assert all_rows(book[1].seen("train")) <= rows_of(splits.train)
    assert all_rows(book[1].seen("eval")) & test == test
    assert tuned.predictions is None
    assert tuned.metrics == {}
    assert tuned.curves == judged.curves
    assert tuned.best_value == judged.best_value


def test_training_rows_alone_teach_and_what_the_network_keeps_comes_from_them():
    splits = splits_of("real")
    book = []
    trial.train(spec_of(splits, model=spied(book, with_noise)))
    assert all_rows(book[0].seen("train")) <= rows_of(splits.train)
    kinds = [mode for mode, _, _ in book[0].looks]
    assert kinds == ["train"] * 21 + ["eval"] + ["train"] * 21 + ["eval"] * 4


# ------------------------------------------------------------------------------------------------------------ isolation


def test_a_result_depends_on_no_state_outside_and_leaves_it_alone():
    spec = spec_of(splits_of("real"), model=with_noise)
    torch.manual_seed(1)
    expected = plain(trial.train(spec))
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(2)
    torch.set_default_dtype(torch.float64)
    try:
        with torch.inference_mode():
            again = plain(trial.train(spec))
        assert torch.get_default_dtype() == torch.float64
        assert torch.get_num_threads() == 2
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_num_threads(threads)
    assert again == expected
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    with torch.no_grad():
        assert plain(trial.train(spec)) == expected
    assert plain(trial.train(dataclasses.replace(spec, run=dataclasses.replace(spec.run, seed=1)))) != expected


def test_an_error_inside_a_training_leaves_the_state_outside_alone():
    def breaks(inputs, outputs):
        torch.rand(3)
        raise RuntimeError("no network today")

    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    with pytest.raises(RuntimeError, match="no network today"):
        trial.train(spec_of(splits_of("real"), model=breaks))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.get_num_threads() == threads


# ----------------------------------------------------------------------------------------------------------- divergence


class Breaks(nn.Module):
    """Gives NaN, or infinity, from one training step on, or in its look at the validation rows."""

    def __init__(self, inputs, at, value=math.nan, when="train"):
        super().__init__()
        self.inner, self.at, self.value, self.when, self.calls = nn.Linear(inputs, 1), at, value, when, 0

    def forward(self, x):
        if MODES[not self.training] == self.when:
            self.calls += 1
            if self.calls >= self.at:
                return self.inner(x) * self.value
        return self.inner(x)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize(("at", "epochs_before"), [(1, 0), (13, 0), (21, 0), (22, 1), (40, 1)])
def test_a_nan_marks_the_run_with_its_step(at, epochs_before, value):
    spec = spec_of(splits_of("real"), model=lambda inputs, outputs: Breaks(inputs, at, value))
    result = trial.train(spec)
    assert result.diverged_at == at
    assert result.has_diverged
    assert {len(curve) for curve in result.curves.values()} == {epochs_before}
    assert (result.metrics, result.train_metrics, result.predictions) == ({}, {}, None)


def test_a_nan_among_the_validation_rows_marks_the_last_step_before_them():
    result = trial.train(spec_of(splits_of("real"), model=lambda i, o: Breaks(i, 2, when="eval")))
    assert result.diverged_at == 42
    assert result.metrics == {}


def test_a_gradient_that_is_no_number_is_met_a_step_later():
    class Spoils(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            return gradient * math.nan

    class Network(nn.Linear):
        def forward(self, x):
            return Spoils.apply(super().forward(x))

    result = trial.train(spec_of(splits_of("real"), model=lambda inputs, outputs: Network(inputs, outputs)))
    assert result.diverged_at == 2


def test_a_rate_far_too_large_diverges_or_stays_finite_and_raises_nothing():
    result = trial.train(spec_of(splits_of("positive"), lm.Poisson(), mlp, rate=1e30))
    assert result.has_diverged
    assert result.diverged_at <= 3


# ---------------------------------------------------------------------------------------------------------- the network


def test_the_default_network_reads_rows_and_pictures():
    for inputs, shape in ((5, (7, 5)), ((2, 3, 4), (7, 2, 3, 4))):
        assert mlp(inputs, 3)(torch.zeros(shape)).shape == (7, 3)


def test_the_ends_of_a_network_are_its_first_and_last_weights_that_are_trained():
    frozen = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 5))
    frozen[0].requires_grad_(False)
    assert outer_weights(frozen)[0] is frozen[1].weight
    assert outer_weights(frozen)[1] is frozen[3].weight
    one = nn.Linear(2, 1)
    assert all(weight is one.weight for weight in outer_weights(one))
    flat = nn.BatchNorm1d(3)
    assert outer_weights(flat) == (flat.weight, flat.bias)
    with pytest.raises(ParameterError, match="Identity has no parameter to train"):
        outer_weights(nn.Identity())


def test_the_fingerprint_of_a_start_tells_factories_apart_and_nothing_else():
    before = torch.random.get_rng_state()
    one = start_of(linear, 4, 1)
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    try:
        assert start_of(linear, 4, 1) == one
    finally:
        torch.set_default_dtype(torch.float32)
        torch.random.set_rng_state(before)
    others = [start_of(linear, 5, 1), start_of(mlp, 4, 1), start_of(lambda i, o: nn.Linear(i, o, bias=False), 4, 1)]
    others.append(start_of(lambda i, o: nn.Sequential(nn.Linear(i, 3), nn.ReLU(), nn.Linear(3, o)), 4, 1))
    others.append(start_of(lambda i, o: nn.Sequential(nn.Linear(i, 3), nn.Tanh(), nn.Linear(3, o)), 4, 1))
    assert len({one, *others}) == 6


WRONG = [{"epochs": 0}, {"epochs": 2.5}, {"largest_batch": 0}, {"learning_rates": ()}]
WRONG += [{"learning_rates": (1e-3, rate)} for rate in (0.0, -1.0, math.nan, math.inf)]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_training_by_which_nothing_is_trained_is_refused(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        Training(**wrong)


@pytest.mark.parametrize("answer", [lambda x: (x, x), lambda x: x[:, 0].tolist()])
def test_a_network_that_gives_no_tensor_is_an_error_that_says_what_it_gave(answer):
    class Network(nn.Linear):
        def forward(self, x):
            return answer(super().forward(x))

    with pytest.raises(ShapeError, match=r"gave a (tuple|list); compare needs one tensor"):
        trial.train(spec_of(splits_of("real"), model=lambda inputs, outputs: Network(inputs, outputs)))
