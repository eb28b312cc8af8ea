"""Optimal transport: against plans that are tried one and all, on sets of other sizes, with ties, at every scale."""

import numpy as np
import pytest
import torch
from scipy import stats

import lossmith as lm

INF, NAN = float("inf"), float("nan")


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# Numbers --------------------------------------------------------------------------------------------------------------


def test_numbers_are_read_in_any_order():
    x, t = normal(4, 6), normal(4, 6, seed=1)
    loss = lm.Wasserstein1D(order=2.0)
    turned = loss(x.flip(-1), t.roll(2, -1), reduction="none")
    assert torch.equal(turned, loss(x, t, reduction="none"))
    assert torch.equal(loss.gradient(x.flip(-1), t).flip(-1), loss.gradient(x, t))
    assert loss(x, x.flip(-1)) == 0


def test_order_1_is_the_area_between_the_distribution_functions():
    x, t = normal(1, 50), 2 * normal(1, 50, seed=1) + 0.3
    wanted = stats.wasserstein_distance(x[0], t[0])
    assert float(lm.Wasserstein1D()(x, t)) == pytest.approx(wanted, rel=1e-12)


def test_equal_numbers_are_pulled_apart():
    """A generator that has collapsed must be able to leave."""
    assert lm.Wasserstein1D(order=2.0).gradient([[0.5, 0.5]], [[0.0, 1.0]]).tolist() == [[0.5, -0.5]]
    assert lm.Wasserstein1D().gradient([[0.0, 1.0]], [[1.0, 0.0]]).tolist() == [[0.0, 0.0]]


def test_the_curvature_at_an_exact_fit():
    x = torch.tensor([[1.0, 3.0]])
    bends = torch.func.hessian(lambda v: lm.Wasserstein1D(order=2.0)(v, x))(x).reshape(2, 2)
    assert bends.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_sets_of_numbers_may_lie_in_any_number_of_axes():
    x, t = normal(2, 3, 5), normal(2, 3, 5, seed=1)
    loss = lm.Wasserstein1D()
    each = loss(x, t, reduction="none")
    assert each.shape == (2, 3)
    assert torch.equal(each.flatten(), loss(x.reshape(6, 5), t.reshape(6, 5), reduction="none"))
    assert loss(x[0, 0], t[0, 0]) == each[0, 0]


def test_an_infinite_number_costs_without_end_and_pulls_as_others_do():
    value, slope = lm.Wasserstein1D().value_and_gradient([[INF, 0.0]], [[1.0, 0.5]])
    assert (value.tolist(), slope.tolist()) == ([INF], [[0.5, -0.5]])


def test_the_best_constant_is_the_barycentre():
    """Rank by rank the median at order 1, the mean at order 2."""
    t, w = np.array([[3.0, 1.0], [2.0, 9.0], [7.0, 0.0], [NAN, 5.0]]), np.array([1.0, 3.0, 1.0, 0.0])
    assert lm.Wasserstein1D().best_constant(t[:3]).tolist() == [1.0, 7.0]
    assert lm.Wasserstein1D(order=2.0).best_constant(t[:3]) == pytest.approx(np.array([1.0, 19 / 3]))
    assert lm.Wasserstein1D(order=2.0).best_constant(t, weight=w) == pytest.approx(np.array([7 / 5, 37 / 5]))
    assert lm.Wasserstein1D().best_constant(t, weight=w).tolist() == [2.0, 9.0]
    assert lm.Wasserstein1D(order=3.0).best_constant(t[0]).tolist() == pytest.approx([1.0, 3.0])


@pytest.mark.parametrize("order", [1.0, 1.5, 2.0, 4.0])
def test_no_other_set_is_better(order):
    t, loss = normal(7, 4), lm.Wasserstein1D(order=order)
    best = loss.best_constant(t)
    for seed in range(20):
        other = best + normal(4, seed=seed) * 10.0 ** -(seed % 4)
        assert loss(best.expand(7, 4), t) <= loss(other.expand(7, 4), t)


@pytest.mark.parametrize(
    ("x", "t", "words"),
    [
        (torch.zeros(2, 3), torch.zeros(2, 4), r"\(2, 3\).*\(2, 4\)"),
        (torch.zeros(2, 0), torch.zeros(2, 0), r"\(2, 0\).*none of them empty"),
        (torch.zeros(()), torch.zeros(()), r"sets of shape \(…, K\)"),
    ],
)
def test_sets_that_do_not_fit_are_refused(x, t, words):
    with pytest.raises(lm.LossmithError, match=words):
        lm.Wasserstein1D()(x, t)


def test_an_order_below_1_is_refused():
    """Its best plan is not that of the sorted numbers."""
    with pytest.raises(lm.LossmithError, match=r"\[1, inf\]"):
        lm.Wasserstein1D(order=0.5)
