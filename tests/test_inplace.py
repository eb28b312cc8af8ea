"""inplace=True writes the gradient over the prediction, tells autograd, and refuses what would then be wrong."""

import numpy as np
import pytest
import torch

import lossmith as lm
from batches import CATALOGUE, USERS, draw
from lossmith.errors import LossmithError, SecondDerivativeError

each_loss = pytest.mark.parametrize("loss", [*CATALOGUE, *USERS], ids=repr)


def backward(loss, x, target, **options):
    leaf = x.detach().clone().requires_grad_()
    loss(leaf, target, **options).backward()
    return leaf.grad


@each_loss
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_inplace_writes_the_gradient_over_the_prediction(loss, reduction):
    x, t = draw(loss)
    wanted = backward(loss, x, t, reduction=reduction)
    overwritten = x.clone()
    value = loss(overwritten, t, inplace=True, reduction=reduction)
    assert value.item() == pytest.approx(loss(x, t, reduction=reduction).item(), rel=1e-14)  # in another order
    assert torch.equal(overwritten, wanted)
    array = x.numpy().copy()
    loss(array, t.numpy(), inplace=True, reduction=reduction)
    assert torch.equal(torch.from_numpy(array), wanted)


@each_loss
def test_inplace_gives_a_model_the_same_gradient(loss):
    x, t = draw(loss)
    parameters = [torch.tensor(0.7, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    for parameter, inplace in zip(parameters, (True, False), strict=True):
        (3 * loss(parameter * x, t, inplace=inplace)).backward()
    torch.testing.assert_close(parameters[0].grad, parameters[1].grad, rtol=1e-14, atol=0)


def test_inplace_tells_autograd_that_the_scores_are_gone():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    scores = x.exp()  # its backward needs its own result, which is overwritten
    value = lm.MSE()(scores, torch.zeros(2), inplace=True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


def test_inplace_refuses_what_uses_the_scores_afterwards():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    scores = 2 * x
    value = lm.MSE()(scores, torch.zeros(2), inplace=True)
    with pytest.raises(LossmithError, match="overwritten by inplace=True"):
        (value + scores.sum()).backward()


def test_inplace_refuses_a_second_derivative():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    value = lm.MSE()(2 * x, torch.zeros(2), inplace=True)
    with pytest.raises(SecondDerivativeError, match="leave inplace= out"):
        torch.autograd.grad(value, x, create_graph=True)


def test_inplace_refuses_leaves_and_elements():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(LossmithError, match="leaf"):
        lm.MSE()(x, torch.zeros(2), inplace=True)
    assert x.tolist() == [1.0, 2.0]
    with pytest.raises(LossmithError, match="reduction='mean' or 'sum'"):
        lm.MSE()(2 * x, torch.zeros(2), inplace=True, reduction="none")


def test_inplace_refuses_a_read_only_array():
    x = np.array([1.0, 2.0])
    x.flags.writeable = False
    with pytest.raises(LossmithError, match=r"write prediction\.copy\(\)"):
        lm.MSE()(x, np.zeros(2), inplace=True)


def test_inplace_over_a_list_says_that_nothing_can_be_written():
    with pytest.raises(LossmithError, match="inplace"):
        lm.MSE()([1.0, 2.0], [0.0, 0.0], inplace=True)


def test_inplace_of_half_precision_writes_the_rounded_gradient():
    scores = torch.tensor([1.5, -0.25], dtype=torch.float16)
    lm.MSE()(scores, torch.zeros(2, dtype=torch.float16), inplace=True)
    assert scores.tolist() == [1.5, -0.25]  # the slope of a mean over two is r itself
    assert scores.dtype == torch.float16
