"""Losses that read how often each class occurs: ``class_counts=``, a part of the call or of a Criterion."""

import itertools

import numpy as np
import pytest
import torch
from scipy import optimize

import lossmith as lm
import oracle
from batches import draw
from catalogue.classes import cross_entropy
from hostile_grid import DISTRIBUTIONS, ROWS_OF_SCORES
from lossmith.errors import LossmithError, PredictionError, WeightError
from places import derivative, parameters, rounded
from wrong_use import check_message

COUNTS = [900.0, 90.0, 10.0]
ADJUSTED = (
    lm.CrossEntropy(logit_adjustment=1.0),
    lm.CrossEntropy(logit_adjustment=0.3, label_smoothing=0.1),
    lm.CrossEntropy(logit_adjustment=2.0, z_loss=0.5, soft_cap=30.0),
)


def _adjusted(x, t, given, target_given, counts, **fields):
    """Menon et al. (2021), equation 10: τ·log π is added to the scores."""
    cap, tau = fields.pop("soft_cap"), fields.pop("logit_adjustment")
    x = [cap * oracle.mp.tanh(v / cap) for v in x] if cap else x
    total = sum(oracle.mpf(n) for n in counts)
    moved = [v + tau * oracle.log(n / total) for v, n in zip(x, counts, strict=True)]
    return cross_entropy(moved, t, given, target_given, soft_cap=0, logit_adjustment=0, **fields)


ADJUSTED_BOOK = oracle.RowTextbook(_adjusted)
# where a capped score no longer counts, the rounding of its sum with the prior does: a dozen eps of a score of 40
BOUNDS = {torch.float64: (4, 4, 12), torch.float32: (8, 8, 12)}


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("loss", ADJUSTED, ids=repr)
def test_adjusted_scores_are_exact(loss, dtype, order):
    places = list(itertools.product(rounded(ROWS_OF_SCORES, dtype), rounded(DISTRIBUTIONS[1:3], dtype)))
    fields, name = (*parameters(loss), ("counts", tuple(COUNTS))), str(dtype).removeprefix("torch.")
    expected = [e for x, t in places for e in oracle.row(ADJUSTED_BOOK, order, tuple(x), tuple(t), fields, dtype=name)]
    prediction, target = (torch.tensor(v, dtype=dtype) for v in zip(*places, strict=True))
    got = derivative(loss, order, prediction, target, class_counts=torch.tensor(COUNTS)).double().flatten().tolist()
    info, bound = torch.finfo(dtype), BOUNDS[dtype][ADJUSTED.index(loss)]
    for g, e in zip(got, expected, strict=True):
        assert e.units(g, info.eps, info.tiny * info.eps, info.max) <= bound


@pytest.mark.parametrize("tau", [0.5, 1.0])
def test_it_is_cross_entropy_of_scores_that_were_moved_with_every_option_of_a_call(tau):
    x, t = draw(lm.CrossEntropy(), n=8)
    x, t = x.reshape(2, 4, 4).movedim(-1, 1), t.reshape(2, 4)
    t[0, 1] = -100
    counts = torch.tensor([5.0, 1.0, 100.0, 20.0])
    moved = x + tau * (counts / counts.sum()).log()[:, None]
    options = {"class_weight": torch.tensor([1.0, 2.0, 0.5, 3.0]), "ignore_index": -100, "axis": 1}
    options["weight"] = torch.linspace(0, 1, 8).reshape(2, 4)
    for fields in ({}, {"label_smoothing": 0.2}):
        plain, loss = lm.CrossEntropy(**fields), lm.CrossEntropy(logit_adjustment=tau, **fields)
        got, wanted = loss(x, t, class_counts=counts, **options), plain(moved, t, **options)
        torch.testing.assert_close(got, wanted, rtol=1e-6, atol=0)


def test_counts_and_shares_say_the_same_and_equal_ones_nothing():
    x, t = draw(lm.CrossEntropy())
    loss, shares = lm.CrossEntropy(logit_adjustment=1.0), np.array([0.1, 0.2, 0.3, 0.4])
    got = [
        loss(x, t, class_counts=c) for c in (shares, 1000 * shares, torch.tensor([1, 2, 3, 4]), [1.0, 2.0, 3.0, 4.0])
    ]
    assert all(value.item() == pytest.approx(got[0].item(), rel=1e-14) for value in got)
    assert loss(x, t, class_counts=[7.0] * 4).item() == pytest.approx(lm.CrossEntropy()(x, t).item(), rel=1e-14)


@pytest.mark.parametrize("loss", [lm.CrossEntropy(logit_adjustment=1.0), lm.CrossEntropy(logit_adjustment=0.25)])
def test_the_minimiser_is_the_balanced_posterior(loss):
    """At τ = 1, P(y | x)/P(y): what the posterior would be if all classes were as frequent."""
    counts, posterior = np.array(COUNTS), np.array([0.7, 0.2, 0.1])
    found = optimize.minimize(
        lambda x: float(loss(x, posterior, class_counts=counts)),
        np.zeros(3),
        jac=lambda x: loss.gradient(x, posterior, class_counts=counts),
        tol=1e-12,
    )
    wanted = posterior / counts**loss.logit_adjustment
    np.testing.assert_allclose(np.exp(found.x) / np.exp(found.x).sum(), wanted / wanted.sum(), rtol=1e-5)
    assert loss.traits.elicits == "probability, balanced"
    assert not loss.traits.proper


def test_the_best_constant_takes_the_sample_for_the_training_data():
    labels = np.repeat([0, 1, 2], [90, 9, 1])
    best = lm.CrossEntropy(logit_adjustment=1.0).best_constant(labels)
    np.testing.assert_allclose(best - best[0], np.zeros(3), atol=1e-6)
    best = lm.CrossEntropy(logit_adjustment=0.5).best_constant(labels)
    np.testing.assert_allclose(best - best[0], np.log([1, 0.1, 1 / 90]) / 2, atol=1e-6)
    rows, weight = np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([3.0, 1.0])
    best = lm.CrossEntropy(logit_adjustment=1.0).best_constant(rows, weight=weight)
    np.testing.assert_allclose(best - best[0], np.zeros(2), atol=1e-6)


def test_a_criterion_keeps_counts_in_a_buffer():
    x, t = draw(lm.CrossEntropy(), dtype=torch.float32)
    counts = torch.tensor([5, 1, 100, 20])
    loss = lm.CrossEntropy(logit_adjustment=1.0)
    criterion = lm.Criterion(loss, class_counts=counts, class_weight=torch.ones(4))
    assert criterion(x, t) == loss(x, t, class_counts=counts)
    assert set(criterion.state_dict()) == {"class_counts", "class_weight"}
    other = lm.Criterion(loss, class_counts=torch.ones(4, dtype=torch.long), class_weight=torch.ones(4))
    other.load_state_dict(criterion.state_dict())
    assert other(x, t) == criterion(x, t)
    torch.testing.assert_close(criterion.double()(x.double(), t), loss(x.double(), t, class_counts=counts))
    assert criterion(x, t, class_counts=torch.ones(4)) == pytest.approx(lm.CrossEntropy()(x, t).item(), rel=1e-6)


@pytest.mark.parametrize("loss", ADJUSTED, ids=repr)
def test_every_way_to_differentiate_agrees(loss):
    x, t = draw(loss, n=3)
    counts = torch.tensor([5.0, 1.0, 100.0, 20.0], dtype=torch.float64)

    def f(scores):
        return loss(scores, t, class_counts=counts)

    assert torch.autograd.gradcheck(f, x.clone().requires_grad_(), check_forward_ad=True)
    assert torch.autograd.gradgradcheck(f, x.clone().requires_grad_())
    slope = torch.func.grad(f)(x)
    each = torch.func.vmap(lambda a, b: loss(a, b, class_counts=counts))(x, t)
    torch.testing.assert_close(each.mean(), f(x))
    torch._dynamo.reset()
    compiled = torch.compile(lambda a, b, c: loss(a, b, class_counts=c), fullgraph=True, backend="aot_eager")
    leaf = x.clone().requires_grad_()
    compiled(leaf, t, counts).backward()
    torch.testing.assert_close(leaf.grad, slope, rtol=1e-13, atol=0)


def test_infinite_scores_of_a_z_loss_have_limits():
    value, slope = lm.CrossEntropy(z_loss=0.5).value_and_gradient(np.array([[np.inf, 0.0], [-np.inf, 0.0]]), [0, 1])
    assert value.tolist() == [np.inf, 0.0]
    assert slope.tolist() == [[np.inf, 0.0], [0.0, 0.0]]


PLAIN = torch.zeros(2, 3), torch.tensor([0, 2])
WRONG = {
    "an adjustment without counts": (
        lambda: ADJUSTED[0](*PLAIN),
        LossmithError,
        ["logit_adjustment=1.0", "class_counts=", "Criterion"],
    ),
    "counts without an adjustment": (
        lambda: lm.CrossEntropy()(*PLAIN, class_counts=COUNTS),
        LossmithError,
        ["class_counts=", "logit_adjustment=1.0", "class_weight="],
    ),
    "a class that never occurs": (
        lambda: ADJUSTED[0](*PLAIN, class_counts=[1.0, 0.0, 2.0]),
        WeightError,
        ["class_counts", "above 0"],
    ),
    "a count too few": (lambda: ADJUSTED[0](*PLAIN, class_counts=[1.0, 2.0]), WeightError, ["(2,)", "3 classes"]),
    "adjusted probabilities": (
        lambda: ADJUSTED[0](torch.full((1, 3), 1 / 3), torch.tensor([0]), given="probabilities", class_counts=COUNTS),
        PredictionError,
        ["given='probabilities'", "given='scores'"],
    ),
    "capped probabilities": (
        lambda: lm.CrossEntropy(soft_cap=30.0)(torch.full((1, 3), 1 / 3), torch.tensor([0]), given="probabilities"),
        PredictionError,
        ["given='probabilities'", "given='scores'"],
    ),
}


@pytest.mark.parametrize(("call", "error", "parts"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_an_error_that_says_what_to_write(call, error, parts):
    check_message(call, error, parts)
