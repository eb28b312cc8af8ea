"""Losses of sets of labels: at margins and ±∞, as in torch, by the target, and their best constants."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from torch.nn import functional as F

import lossmith as lm
from lossmith.errors import LossmithError, TargetError

INF = math.inf
ZLPR, HINGE = lm.ZLPR(), lm.MultilabelMargin()


def values_and_slopes(loss, row, labels):
    value, slope = loss.value_and_gradient(torch.tensor([row], dtype=torch.float64), torch.tensor([labels]).double())
    return value.item(), slope[0].tolist()


def padded(labels):
    """As torch reads labels: their indices, then −1."""
    width = labels.shape[1]
    return torch.tensor([[*row.nonzero().flatten().tolist(), *[-1] * width][:width] for row in labels])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_hinges_are_torchs(reduction):
    random = torch.Generator().manual_seed(0)
    x = torch.randn(40, 5, generator=random, dtype=torch.float64)
    t = torch.randint(2, (40, 5), generator=random)
    slopes = []
    for function, target in ((HINGE, t), (F.multilabel_margin_loss, padded(t))):
        leaf = x.clone().requires_grad_()
        value = function(leaf, target, reduction=reduction)
        value.sum().backward()
        slopes.append((value.detach(), leaf.grad))
    for ours, theirs in zip(*slopes, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_hinges_have_a_second_derivative_where_torchs_have_none():
    x = torch.tensor([[0.3, 0.2, -0.1]], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(HINGE(x, torch.tensor([[1, 0, 1]])), x, create_graph=True)
    (bend,) = torch.autograd.grad((slope**2).sum(), x, allow_unused=True, materialize_grads=True)
    assert not bend.any()


def test_at_the_margin_itself_a_pair_does_not_pull():
    assert values_and_slopes(HINGE, [1.0, 0.0], [1, 0]) == (0.0, [0.0, 0.0])
    assert values_and_slopes(HINGE, [1.0, 0.0, 0.5], [1, 0, 0]) == (0.5 / 3, [-1 / 3, 0.0, 1 / 3])


def test_soft_labels_are_the_expectation_over_independent_ones():
    x, t = torch.tensor([[0.3, 0.2, -0.1]], dtype=torch.float64), torch.tensor([[0.9, 0.25, 0.5]], dtype=torch.float64)
    hard = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * 3)
    weight = torch.where(hard > 0, t, 1 - t).prod(1)
    torch.testing.assert_close(HINGE(x, t), HINGE(x.expand(8, 3), hard, weight=weight))


@pytest.mark.parametrize("loss", [ZLPR, HINGE], ids=repr)
def test_infinite_scores(loss):
    assert values_and_slopes(loss, [INF, -INF, 3.0], [1, 0, 1])[1] == [
        0.0,
        0.0,
        pytest.approx(-0.0474259 * (loss is ZLPR)),
    ]
    assert values_and_slopes(loss, [-INF, -5.0], [1, 0])[0] == INF
    assert values_and_slopes(loss, [5.0, INF], [1, 0])[0] == INF
    assert values_and_slopes(HINGE, [INF, INF, 0.0], [1, 1, 0]) == (0.0, [0.0, 0.0, 0.0])


def test_zlpr_of_one_label_is_binary_cross_entropy():
    x, t = torch.linspace(-800, 800, 41, dtype=torch.float64), torch.arange(41) % 2
    wanted = lm.BinaryCrossEntropy().value_and_gradient(x, t)
    for ours, theirs in zip(ZLPR.value_and_gradient(x[:, None], t[:, None]), wanted, strict=True):
        torch.testing.assert_close(ours.flatten(), theirs, rtol=1e-15, atol=0)


@pytest.mark.parametrize("loss", [ZLPR, HINGE], ids=repr)
@pytest.mark.parametrize("place", range(3))
def test_slopes_by_a_target_at_the_ends_of_its_range(loss, place):
    x, t = torch.tensor([[0.7, -2.0, 0.4]], dtype=torch.float64), torch.tensor([[0.0, 1.0, 0.0]], dtype=torch.float64)
    leaf = t.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(x, leaf), leaf, create_graph=True)
    step = torch.zeros_like(t)
    step[0, place] = 1e-7 * (1 - 2 * t[0, place])
    inside = (t + step).requires_grad_()
    (near,) = torch.autograd.grad(loss(x, inside), inside)
    assert slope[0, place].item() == pytest.approx(((loss(x, t + step) - loss(x, t)) / step[0, place]).item(), rel=1e-5)
    (bend,) = torch.autograd.grad(slope[0, place], leaf, allow_unused=True, materialize_grads=True)
    torch.testing.assert_close(bend[0, place], ((near - slope) / step)[0, place], rtol=1e-5, atol=1e-6)


def test_what_is_no_label_is_refused():
    with pytest.raises(TargetError, match="from 0 to 1"):
        ZLPR([[0.0, 1.0]], [[2, 0]])
    with pytest.raises(TargetError, match="one_hot"):
        HINGE([[0.0, 1.0]], [1])
    with pytest.raises(LossmithError, match="class_weight"):
        ZLPR([[0.0, 1.0]], [[1, 0]], class_weight=[1.0, 2.0])


def least_by_linear_program(labels, weight, margin):
    """Σ W·slack with a variable for each pair of labels."""
    classes = labels.shape[1]
    together = np.einsum("n,ni,nj->ij", weight / weight.sum(), labels, 1 - labels)
    pairs = [(i, j) for i in range(classes) for j in range(classes) if i != j]
    cost = np.concatenate([np.zeros(classes), [together[pair] for pair in pairs]]) / classes
    held = np.zeros((len(pairs), classes + len(pairs)))
    for k, (i, j) in enumerate(pairs):  # margin − xᵢ + xⱼ ≤ slack
        held[k, j], held[k, i], held[k, classes + k] = 1, -1, -1
    bounds = [(None, None)] * classes + [(0, None)] * len(pairs)
    return linprog(cost, A_ub=held, b_ub=np.full(len(pairs), -margin), bounds=bounds).fun


@pytest.mark.parametrize("margin", [1.0, 0.3])
@pytest.mark.parametrize("seed", range(12))
def test_no_constant_is_better_than_the_best(margin, seed):
    random = np.random.default_rng(seed)
    classes = 3 + seed % 5
    hidden = random.integers(0, 2, (25, 2)) @ random.normal(size=(2, classes))  # labels that hang together
    labels = (hidden + random.normal(size=(25, classes)) > random.normal(size=classes)).astype(float)
    weight = random.integers(0, 4, 25).astype(float) + (seed == 0)
    loss = lm.MultilabelMargin(margin=margin)
    best = loss.best_constant(labels, weight=weight)
    got = loss(np.tile(best, (25, 1)), labels, weight=weight)
    assert got == pytest.approx(least_by_linear_program(labels, weight, margin), rel=1e-9, abs=1e-12)


def test_zlpr_parts_the_labels_at_0():
    best = ZLPR.best_constant([[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 0], [1, 1, 0]])
    assert best[0] > best[1] > 0 > best[2]
