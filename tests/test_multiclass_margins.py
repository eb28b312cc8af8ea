"""Hinges of several classes: at ties and margins, as in torch, and their best constants against a linear program."""

import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from torch.nn import functional as F

import lossmith as lm

INF = float("inf")
HINGE, SUM = lm.MulticlassHinge(), lm.WestonWatkins()
LOSSES = (HINGE, SUM, lm.MulticlassHinge(margin=2.5), lm.WestonWatkins(margin=0.3))


def values_and_slopes(loss, row, label, **options):
    value, slope = loss.value_and_gradient(torch.tensor([row], dtype=torch.float64), torch.tensor([label]), **options)
    return value.item(), slope[0].tolist()


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e4])
def test_level_rivals_share_the_push_of_the_strongest(offset):
    row = [offset + v for v in (1.0, 1.0, 0.5, 1.0)]
    assert values_and_slopes(HINGE, row, 2) == (
        1.5,
        [pytest.approx(1 / 3), pytest.approx(1 / 3), -1.0, pytest.approx(1 / 3)],
    )
    assert values_and_slopes(SUM, row, 2) == (4.5, [1.0, 1.0, -3.0, 1.0])
    # the least of all subgradients at the margin itself is 0
    for loss in (HINGE, SUM):
        assert values_and_slopes(loss, [offset, offset + 1.0, offset], 1) == (0.0, [0.0, 0.0, 0.0])


def test_infinite_scores():
    for loss in (HINGE, SUM):
        assert values_and_slopes(loss, [INF, 0.0, 1.0], 0) == (0.0, [0.0, 0.0, 0.0])
        assert values_and_slopes(loss, [INF, 0.0, -5.0], 1)[0] == INF
        assert values_and_slopes(loss, [-INF, 3.0, -INF], 1) == (0.0, [0.0, 0.0, 0.0])
        assert values_and_slopes(loss, [-INF, 0.0, -3.0], 1) == (0.0, [0.0, 0.0, 0.0])
    assert values_and_slopes(HINGE, [-INF, 0.0, 1.0], 0) == (INF, [-1.0, 0.0, 1.0])
    assert values_and_slopes(SUM, [-INF, 0.0, 1.0], 0) == (INF, [-2.0, 1.0, 1.0])


def test_one_class_has_no_rival():
    for loss in LOSSES:
        assert values_and_slopes(loss, [3.0], 0) == (0.0, [0.0])


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("margin", [1.0, 0.3])
def test_the_sum_is_torchs_times_the_classes(margin, reduction, dtype):
    random = torch.Generator().manual_seed(0)
    x, t = torch.randn(9, 5, generator=random, dtype=torch.float64).to(dtype), torch.arange(9) % 5
    slopes = []
    for function, factor in ((lm.WestonWatkins(margin=margin), 1), (F.multi_margin_loss, 5)):
        leaf = x.clone().requires_grad_()
        more = {"margin": margin} if factor == 5 else {}
        value = factor * function(leaf, t, reduction=reduction, **more)
        value.sum().backward()
        slopes.append((value.detach(), leaf.grad))
    for ours, theirs in zip(*slopes, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_class_weights_are_the_denominator_of_our_mean_and_not_of_torchs():
    x = torch.tensor([[0.2, 0.1, 0.7], [0.5, -1.0, 0.1]], dtype=torch.float64)
    t, w = torch.tensor([0, 1]), torch.tensor([2.0, 0.5, 1.0], dtype=torch.float64)
    each = SUM(x, t, class_weight=w, reduction="none")
    torch.testing.assert_close(each, 3 * F.multi_margin_loss(x, t, weight=w, reduction="none"))
    torch.testing.assert_close(SUM(x, t, class_weight=w), each.sum() / 2.5)


def least_by_linear_program(loss, shares):
    """Σ_y share·loss with a variable for each hinge: one a rival, or one for all of them."""
    classes = len(shares)
    rivals = [(y, j) for y in range(classes) for j in range(classes) if j != y]
    of_all = isinstance(loss, lm.MulticlassHinge)
    slack = {pair: pair[0] if of_all else i for i, pair in enumerate(rivals)}
    count = classes if of_all else len(rivals)
    cost = np.concatenate([np.zeros(classes), shares if of_all else [shares[y] for y, _ in rivals]])
    held = np.zeros((len(rivals), classes + count))
    for i, (y, j) in enumerate(rivals):  # margin + xⱼ − x_y ≤ slack
        held[i, j], held[i, y], held[i, classes + slack[y, j]] = 1, -1, -1
    bounds = [(None, None)] * classes + [(0, None)] * count
    return linprog(cost, A_ub=held, b_ub=np.full(len(rivals), -loss.margin), bounds=bounds).fun / sum(shares)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_no_constant_is_better_than_the_best(loss):
    random = np.random.default_rng(0)
    for shares in [(5, 3, 2), (40, 35, 25), (6, 3, 1), (1, 1, 1), (0, 2, 1), *random.integers(1, 30, (40, 6)).tolist()]:
        shares = [float(s) for s in shares]
        labels = np.arange(len(shares))
        best = loss.best_constant(labels, weight=shares)
        got = loss(np.tile(best, (len(shares), 1)), labels, weight=shares)
        assert got == pytest.approx(least_by_linear_program(loss, shares), rel=1e-9)


def test_where_no_class_has_half_the_decision_may_be_left_to_chance():
    """Why neither claims to be calibrated: the likelier of two classes gets no higher score."""
    assert HINGE.best_constant([0, 1, 2], weight=[0.45, 0.35, 0.2]).tolist() == [0.0, 0.0, 0.0]
    assert HINGE.best_constant([0, 1, 2], weight=[0.55, 0.35, 0.1]).tolist() == [1.0, 0.0, 0.0]
    first, second, last = SUM.best_constant([0, 1, 2], weight=[0.4, 0.38, 0.22])
    assert first == second > last
    assert not HINGE.traits.calibrated
    assert not SUM.traits.calibrated
