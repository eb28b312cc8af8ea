"""The kernels against the formula on tensors: the same numbers for every loss, dtype, layout and option."""

import pytest
import torch

import lossmith as lm
from batches import CATALOGUE, USERS, draw
from lossmith import fused
from lossmith.kernels import dispatch
from lossmith.kernels.handed import NoKernel

FORMULAS = [x for x in (*CATALOGUE, *USERS) if hasattr(type(x), "formula")]
WITHOUT = {"rmse"}  # has a formula and no kernel: the mean of a batch is the root of another
WITH = [x for x in FORMULAS if x.name not in WITHOUT]
each_loss = pytest.mark.parametrize("loss", WITH, ids=repr)
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
N = 37  # rows: no multiple of any vector


def bound(loss, x, t, reduction="mean", normalizer=None, **options):
    return fused.bind(loss, x, t, fused.Request(reduction, normalizer, options))


def both(loss, x, t, reduction="mean", **options):
    """Value and gradient by the kernel and by the formula on tensors, from an upstream that is not 1."""
    bound(loss, x, t, reduction, **options)  # raises where the formula would answer for the kernel
    found = []
    for off in (False, True):
        leaf = x.detach().clone().requires_grad_()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch, "KERNELS_ARE_OFF", off)
            value = loss(leaf, t, reduction=reduction, **options)
            value.backward(torch.linspace(0.5, 2, value.numel(), dtype=value.dtype).reshape(value.shape))
        found.append((value.detach(), leaf.grad))
    return found


def agree(found, dtype):
    (value, gradient), (value_of_tensors, gradient_of_tensors) = found
    assert value.dtype == value_of_tensors.dtype
    assert gradient.dtype == gradient_of_tensors.dtype == dtype
    computed = 1e-13 if dtype == torch.float64 else 2e-5
    stored = max(computed, torch.finfo(dtype).eps)
    torch.testing.assert_close(value, value_of_tensors, rtol=computed, atol=computed)
    size = float(gradient_of_tensors.abs().max()) or 1.0
    torch.testing.assert_close(gradient, gradient_of_tensors, rtol=stored, atol=stored * size)


def batch(loss, dtype, **sizes):
    x, t = draw(loss, n=N, **sizes)
    return x.to(dtype), t.to(dtype) if t.is_floating_point() else t


@each_loss
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_the_same_in_every_dtype(loss, dtype):
    agree(both(loss, *batch(loss, dtype)), dtype)


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_what_has_no_kernel_says_why(name):
    loss = lm.find(name)
    with pytest.raises(NoKernel, match="order"):
        bound(loss, *batch(loss, torch.float32))
