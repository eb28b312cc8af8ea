"""Kernels and where arrays lie in memory: equal calls give equal bits, and what overlaps gives the right numbers."""

import pytest
import torch

import lossmith as lm
from lossmith.kernels.cpu.buffers import Pool

pytestmark = pytest.mark.kernels

GAPS = range(0, 66, 5)  # numbers between two arrays: up to what LLVM takes at once, and beyond
SIZES = (9, 16, 24, 32, 40, 63, 100)


def numbers(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("weigh", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("size", SIZES)
def test_where_the_arrays_lie_does_not_change_a_bit(size, weigh, monkeypatch):
    x, t = numbers(2, size)
    options = {"weight": torch.linspace(0.5, 2, size)} if weigh else {}
    found = set()
    for start in range(3):
        for gap in GAPS:
            memory = torch.empty(3 + 2 * size + GAPS[-1])
            prediction, gradient = memory[start:][:size].copy_(x), memory[start + size + gap :][:size]
            monkeypatch.setattr(Pool, "empty_like", lambda _, like, gradient=gradient: gradient)
            value = lm.MSE()(prediction.requires_grad_(), t, **options)
            value.backward()
            found.add((value.item(), gradient.numpy().tobytes()))
    assert len(found) == 1


def test_where_the_memory_of_a_row_lies_does_not_change_a_bit():
    """What a kernel notes of a row lies wherever the allocator has room: near the row, now and then."""
    x, t = numbers(1, 16), numbers(1, 16).flip(1).softmax(1)
    found, kept = set(), []
    for n in range(3000):
        leaf = x.clone()
        if n % 3 == 0:
            kept.append(leaf)
        if n % 7 == 0:
            kept.pop(n % len(kept))
        value = lm.KLDivergence()(leaf.requires_grad_(), t)
        value.backward()
        found.add((value.item(), leaf.grad.numpy().tobytes()))
    assert len(found) == 1


@pytest.mark.parametrize("size", SIZES)
def test_in_place_the_value_has_the_same_bits(size):
    x, t = numbers(2, size)
    value = lm.MSE()(x.clone().requires_grad_(), t)
    assert torch.equal(lm.MSE()(x, t, inplace=True), value.detach())


@pytest.mark.parametrize("ahead", [-1, 0, 1, 7])
def test_in_place_over_a_prediction_that_overlaps_its_target(ahead):
    memory = numbers(120)
    x, t = memory[10:110], memory[10 + ahead : 110 + ahead]
    value, slopes = ((x - t) ** 2).mean(), 2 * (x - t) / 100
    torch.testing.assert_close(lm.MSE()(x, t, inplace=True), value)
    torch.testing.assert_close(x, slopes)
