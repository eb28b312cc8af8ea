"""RMSE: a batch's loss that is a root, and no sum, of its elements' powers; with all that a call may say."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import lossmith as lm

X, T = torch.tensor([3.0, -1.0, 0.5, 4.0]), torch.tensor([1.0, 1.0, 0.5, -4.0])  # residuals 2, -2, 0, 8
RMSE = lm.RMSE()


def backward(x, t, **options):
    leaf = x.clone().requires_grad_()
    value = RMSE(leaf, t, **options)
    value.backward()
    return value, leaf.grad


def test_the_root_of_the_mean_square_and_its_slope():
    value, slope = backward(X, T)
    assert value.item() == pytest.approx(math.sqrt(18))
    torch.testing.assert_close(slope, (X - T) / (4 * math.sqrt(18)))
    leaf = X.clone().requires_grad_()
    F.mse_loss(leaf, T).sqrt().backward()
    torch.testing.assert_close(slope, leaf.grad)
    assert RMSE(X, T, reduction="sum").item() == pytest.approx(math.sqrt(72))
    assert RMSE(X, T, reduction="none").tolist() == [2.0, 2.0, 0.0, 8.0]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_an_exact_fit_has_slope_0_where_the_root_of_mse_has_nan(reduction):
    value, slope = backward(T, T, reduction=reduction)
    assert value.item() == 0
    assert slope.tolist() == [0.0] * 4
    hessian = torch.func.hessian(lambda x: RMSE(x, T, reduction=reduction))(T)
    assert not hessian.any()
    leaf = T.clone().requires_grad_()
    F.mse_loss(leaf, T).sqrt().backward()
    assert leaf.grad.isnan().all()


@pytest.mark.parametrize("size", [1e-40, 1e-30, 1e30, 2e38])
def test_nothing_overflows_or_underflows_in_float32(size):
    x = size * torch.tensor([0.75, -1.0, 0.0, 0.0])
    value, slope = backward(x, torch.zeros(4))
    assert value.item() == pytest.approx(size * 5 / 8, rel=1e-4 if size == 1e-40 else 1e-6)
    assert slope.tolist() == pytest.approx([0.3, -0.4, 0.0, 0.0], rel=1e-4 if size == 1e-40 else 1e-6)


def test_what_is_infinite_makes_the_loss_infinite():
    assert RMSE(torch.tensor([math.inf, 1.0]), torch.zeros(2)) == math.inf
    assert RMSE(torch.tensor([math.nan, math.inf]), torch.zeros(2)).isnan()


def test_weights_masks_and_a_normalizer():
    weight, mask = torch.tensor([1.0, 0.0, 3.0, 2.0]), torch.tensor([True, True, True, False])
    assert RMSE(X, T, weight=weight).item() == pytest.approx(math.sqrt((4 + 2 * 64) / 6))
    assert RMSE(X, T, mask=mask).item() == pytest.approx(math.sqrt(8 / 3))
    assert RMSE(X, T, weight=weight, mask=mask).item() == pytest.approx(1.0)
    assert RMSE(X, T, normalizer=18.0).item() == pytest.approx(2.0)
    assert RMSE(X, T, weight=weight, reduction="none").tolist() == [2.0, 0.0, 0.0, 16.0]
    spoilt = X.clone()
    spoilt[1], spoilt[3] = math.nan, math.inf
    value, slope = backward(spoilt, T, weight=weight, mask=mask)
    assert value.item() == pytest.approx(1.0)
    assert slope.tolist() == pytest.approx([2 / 4, 0.0, 0.0, 0.0])


def test_inplace_numpy_and_a_criterion():
    value, slope = backward(X, T)
    overwritten = X.clone()
    assert RMSE(overwritten, T, inplace=True) == value
    torch.testing.assert_close(overwritten, slope, rtol=0, atol=0)
    assert RMSE(X.numpy(), T.numpy()) == value.item()
    assert lm.Criterion(RMSE, mask=torch.tensor([True, True, True, False]))(X, T).item() == pytest.approx(
        math.sqrt(8 / 3)
    )


def test_half_precision_is_squared_in_float32():
    x = torch.tensor([300.0, -400.0], dtype=torch.float16)  # whose squares float16 does not have
    value, slope = backward(x, torch.zeros_like(x))
    assert value.item() == pytest.approx(math.sqrt(125_000))
    assert slope.dtype == torch.float16


def test_the_mean_is_best():
    targets, weight = np.array([3.0, -1.0, 4.0, 10.0]), np.array([1.0, 2.0, 0.0, 5.0])
    assert RMSE.best_constant(targets) == pytest.approx(4.0, rel=1e-14)
    assert RMSE.best_constant(targets, weight=weight) == pytest.approx(51 / 8, rel=1e-14)
    assert RMSE.best_constant([1.0, math.nan, 2.0], weight=[1.0, 0.0, 1.0]) == pytest.approx(1.5)
    assert RMSE.best_constant([1e30, 3e30]) == 2e30
