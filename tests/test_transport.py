"""Optimal transport: against plans that are tried one and all, on sets of other sizes, with ties, at every scale."""

import math

import numpy as np
import pytest
import torch
from mpmath import mp, mpf
from scipy import optimize, stats

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


# Points ---------------------------------------------------------------------------------------------------------------


def by_sinkhorn(a, b, epsilon, order):
    """Sinkhorn's own steps, in logarithms and 50 digits, until nothing moves; the dual value, as a naive textbook."""
    costs = [[sum((mpf(u) - mpf(v)) ** 2 for u, v in zip(p, q, strict=True)) for q in b] for p in a]
    costs = [[c / 2 if order == 2 else mp.sqrt(c) for c in row] for row in costs]
    n, m, e = len(a), len(b), mpf(epsilon)
    f, moved = [mpf(0)] * n, mpf(1)
    while moved > mpf(10) ** -25:
        g = [-e * mp.log(sum(mp.exp((f[i] - costs[i][j]) / e) for i in range(n)) / n) for j in range(m)]
        new = [-e * mp.log(sum(mp.exp((g[j] - costs[i][j]) / e) for j in range(m)) / m) for i in range(n)]
        f, moved = new, max(abs(u - v) for u, v in zip(new, f, strict=True))
    return sum(f) / n + sum(g) / m


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("k", "others", "blur"), [(3, 3, 0.7), (2, 4, 1.0), (4, 3, 0.9), (1, 3, 1.0), (5, 1, 1.0)])
def test_the_divergence_is_that_of_sinkhorns_steps_run_to_the_end(k, others, blur, order):
    x, t = normal(k, 2, seed=k), normal(others, 2, seed=7) + 0.5
    with mp.workdps(50):
        a, b = x.tolist(), t.tolist()
        parts = [by_sinkhorn(*pair, mpf(blur) ** order, order) for pair in ((a, b), (a, a), (b, b))]
        wanted = float(parts[0] - parts[1] / 2 - parts[2] / 2)
    assert float(lm.Sinkhorn(blur=blur, order=order)(x, t)) == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("order", [1, 2])
def test_without_a_blur_it_is_the_cheapest_assignment(order):
    x, t = normal(3, 12, 3), normal(3, 12, 3, seed=1)
    got = lm.Sinkhorn(blur=1e-3 if order == 2 else 1e-5, order=order)(x, t, reduction="none")
    for value, a, b in zip(got, x.numpy(), t.numpy(), strict=True):
        distances = np.linalg.norm(a[:, None] - b, axis=-1)
        costs = distances**2 / 2 if order == 2 else distances
        assert float(value) == pytest.approx(costs[optimize.linear_sum_assignment(costs)].mean(), rel=1e-6)


def test_with_a_wide_blur_it_is_that_of_the_means():
    x, t = normal(1, 6, 3), normal(1, 9, 3, seed=1)
    wanted = (x.mean(1) - t.mean(1)).square().sum() / 2
    assert float(lm.Sinkhorn(blur=1e4)(x, t)) == pytest.approx(float(wanted), rel=1e-7)


@pytest.mark.parametrize(("order", "value", "slope"), [(2, 12.5, [-3.0, -4.0]), (1, 5.0, [-0.6, -0.8])])
def test_single_points(order, value, slope):
    got = lm.Sinkhorn(order=order).value_and_gradient([[0.0, 0.0]], [[3.0, 4.0]])
    assert float(got[0]) == pytest.approx(value, rel=1e-15)
    assert got[1][0] == pytest.approx(np.array(slope), rel=1e-15)


@pytest.mark.parametrize("blur", [1e-3, 0.05, 1.0, 30.0])
@pytest.mark.parametrize("sizes", [(40, 40), (30, 41), (41, 30)])
def test_every_point_gets_its_share(blur, sizes):
    """Of a plan that moves each point its share, slopes sum to the difference of the means (order 2)."""
    x, t = normal(2, sizes[0], 2), 1.5 * normal(2, sizes[1], 2, seed=1) + 0.3
    slope = lm.Sinkhorn(blur=blur).gradient(x, t)
    torch.testing.assert_close(slope.sum(1), x.mean(1) - t.mean(1), rtol=1e-7, atol=1e-9)


def test_points_are_read_in_any_order_and_the_same_set_costs_nothing():
    x, t, loss = normal(3, 6, 2), normal(3, 8, 2, seed=1), lm.Sinkhorn(blur=0.3)
    torch.testing.assert_close(loss(x.flip(1), t.roll(3, 1)), loss(x, t), rtol=1e-13, atol=0)
    value, slope = loss.value_and_gradient(x, x.clone())
    assert value.abs().max() < 1e-14
    assert slope.abs().max() < 1e-14
    assert (loss(x, t, reduction="none") > 0).all()


def test_many_points_of_one_place():
    """As a mask of others leaves them, and a generator that has collapsed."""
    x, t = torch.ones(1, 5, 2, dtype=torch.float64), torch.zeros(1, 4, 2, dtype=torch.float64)
    for order, value, slope in ((2, 1.0, 0.2), (1, math.sqrt(2), math.sqrt(0.5) / 5)):
        got = lm.Sinkhorn(order=order).value_and_gradient(x, t)
        assert got[0].item() == pytest.approx(value, rel=1e-15)
        torch.testing.assert_close(got[1], torch.full_like(x, slope), rtol=1e-14, atol=0)


def test_single_precision_keeps_its_digits_at_a_small_blur():
    x, t = normal(2, 20, 3).float(), normal(2, 20, 3, seed=1).float()
    loss = lm.Sinkhorn(blur=0.01)
    torch.testing.assert_close(loss.gradient(x, t), loss.gradient(x.double(), t.double()).float(), rtol=1e-6, atol=1e-9)


def test_the_third_derivative_is_right_too():
    x, t, loss = normal(3, 2), normal(4, 2, seed=1), lm.Sinkhorn(blur=0.7)
    second = torch.func.hessian(lambda v: loss(v, t))
    third = torch.func.jacfwd(second)(x)
    step = torch.zeros_like(x)
    step[1, 0] = 1e-4
    wanted = (second(x + step) - second(x - step)) / 2e-4
    torch.testing.assert_close(third[..., 1, 0], wanted, rtol=1e-6, atol=1e-7)


def test_memory_does_not_grow_with_the_steps():
    """What is kept for backward is as much for a small blur as for a large one."""

    def kept(blur):
        sizes = []
        hooks = torch.autograd.graph.saved_tensors_hooks(lambda v: sizes.append(v.numel()) or v, lambda v: v)
        with hooks:
            lm.Sinkhorn(blur=blur)(normal(1, 20, 2).requires_grad_(), normal(1, 20, 2, seed=1))
        return sum(sizes)

    assert kept(1e-3) == kept(10.0)


def test_an_infinite_point_costs_without_end():
    x = torch.tensor([[[0.0, INF], [1.0, 2.0]], [[0.0, 1.0], [1.0, 2.0]]])
    value, slope = lm.Sinkhorn().value_and_gradient(x, torch.zeros(2, 3, 2))
    assert value.isinf().tolist() == [True, False]
    assert not slope[1].isnan().any()


@pytest.mark.parametrize(
    ("x", "t"), [((2, 3, 2), (2, 3, 3)), ((2, 3, 2), (3, 3, 2)), ((2, 3, 2), (3, 2)), ((2,), (2,))]
)
def test_points_that_do_not_fit_are_refused(x, t):
    with pytest.raises(lm.LossmithError, match=r"\(…, K, D\)"):
        lm.Sinkhorn()(torch.zeros(x), torch.zeros(t))


def test_the_best_constant_set_is_a_barycentre():
    """Of shifted copies of one cloud the cloud in the middle; of single points at order 2 the mean."""
    cloud = normal(1, 3, 2)
    copies = torch.cat([cloud, cloud + 2.0, cloud + 4.0])
    best = lm.Sinkhorn(blur=0.3).best_constant(copies)
    order = best[:, 0].argsort(), cloud[0][:, 0].argsort()
    torch.testing.assert_close(best[order[0]], cloud[0][order[1]] + 2.0, rtol=1e-5, atol=1e-5)
    single = lm.Sinkhorn().best_constant(np.array([[[1.0, 0.0]], [[3.0, 5.0]]]), weight=[3.0, 1.0])
    missing = lm.Sinkhorn().best_constant(np.array([[[NAN, 0.0]], [[3.0, 5.0]]]), weight=[0.0, 1.0])
    assert missing[0] == pytest.approx(np.array([3.0, 5.0]))
    assert single[0] == pytest.approx(np.array([1.5, 1.25]))
