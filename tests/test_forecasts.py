"""Scores of a whole forecast: by their definition, the squared distance of two distribution functions."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

import lossmith as lm

INF = math.inf


def distance(below, kinks, t):
    """∫ (F(x) − 1{x ≥ t})² dx, piece by piece."""
    ends = sorted([min(kinks) - 60, *kinks, t, max(kinks) + 60, t - 60, t + 60])
    pieces = itertools.pairwise(ends)
    return sum(integrate.quad(lambda x, t=t: (below(x) - (x >= t)) ** 2, a, b, epsabs=1e-13)[0] for a, b in pieces)


@pytest.mark.parametrize(("mean", "scale", "t"), [(0.0, 1.0, 0.0), (1.0, 0.3, 2.0), (-2.0, 4.0, 3.5), (0.5, 1.0, -6.0)])
def test_the_score_of_a_normal_forecast_is_a_distance(mean, scale, t):
    got = lm.CRPSGaussian()([[mean, math.log(scale)]], [t])
    assert got == pytest.approx(distance(stats.norm(mean, scale).cdf, [mean], t), rel=1e-9)


@pytest.mark.parametrize(
    ("forecast", "t", "value", "slope", "bend"),
    [
        ((0.0, -1000.0), 2.0, 2.0, [-1.0, 0.0], [0.0, 0.0]),  # a scale of 0: absolute error
        ((0.0, -INF), 2.0, 2.0, [-1.0, 0.0], [0.0, 0.0]),
        ((0.0, 0.0), INF, INF, [-1.0, -1 / math.sqrt(math.pi)], [0.0, -1 / math.sqrt(math.pi)]),
        ((INF, 0.0), 2.0, INF, [1.0, -1 / math.sqrt(math.pi)], [0.0, -1 / math.sqrt(math.pi)]),
        ((0.0, 1000.0), 2.0, INF, [0.0, INF], [0.0, INF]),
        ((1e30, -80.0), -1e30, 2e30, [1.0, -math.exp(-80) / math.sqrt(math.pi)], [0.0, -math.exp(-80) * 0.5641896]),
    ],
)
def test_a_normal_forecast_at_its_limits(forecast, t, value, slope, bend):
    x, target = torch.tensor([forecast]), torch.tensor([t])
    got = *lm.CRPSGaussian().value_and_gradient(x, target), lm.CRPSGaussian().curvature(x, target)
    for numbers, wanted in zip(got, ([value], [slope], [bend]), strict=True):
        np.testing.assert_allclose(numbers.numpy(), np.array(wanted, dtype=np.float32), rtol=1e-6)


# Ensembles ------------------------------------------------------------------------------------------------------------


def by_pairs(x, t, fair):
    members = x.shape[-1]
    spread = (x.unsqueeze(-1) - x.unsqueeze(-2)).abs().sum((-1, -2))
    return (x - t.unsqueeze(-1)).abs().mean(-1) - spread / (2 * members * (members - 1 if fair else members))


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize("members", [2, 5, 64])
def test_an_ensemble_is_scored_as_by_its_pairs(members, fair):
    """Ties and exact hits among them: the slope of |0| is 0."""
    random = torch.Generator().manual_seed(members)
    x = torch.randint(-8, 9, (50, members), generator=random, dtype=torch.float64) / 4 + 1e4
    t = torch.randint(-8, 9, (50,), generator=random, dtype=torch.float64) / 4 + 1e4
    x.requires_grad_()
    loss = lm.CRPSEnsemble(fair=fair)
    ours, theirs = loss(x, t, reduction="none"), by_pairs(x, t, fair)
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    slopes = [torch.autograd.grad(v.sum(), x)[0] for v in (ours, theirs)]
    torch.testing.assert_close(*slopes, rtol=1e-12, atol=1e-14)


def test_the_score_of_an_ensemble_is_a_distance():
    members, t = np.array([-1.0, 0.5, 2.0, 2.5]), 0.75
    wanted = distance(lambda x: (members <= x).mean(), [*members], t)
    assert lm.CRPSEnsemble()(members[None], [t]) == pytest.approx(wanted, rel=1e-9)


def test_a_large_ensemble_nears_the_score_of_its_source():
    random = np.random.default_rng(0)
    x, t = random.normal(1.0, 0.5, (1, 200_000)), [1.3]
    assert lm.CRPSEnsemble()(x, t) == pytest.approx(float(lm.CRPSGaussian()([[1.0, math.log(0.5)]], t)), rel=0.01)


def test_fair_is_without_bias():
    """Ensembles of three from one source: their mean fair score is that of the source, the other is above it."""
    x, t = np.random.default_rng(1).normal(size=(200_000, 3)), np.zeros(200_000)
    source = float(lm.CRPSGaussian()([[0.0, 0.0]], [0.0]))
    assert lm.CRPSEnsemble(fair=True)(x, t) == pytest.approx(source, abs=0.005)
    assert lm.CRPSEnsemble()(x, t) > source + 0.1


def test_slopes_of_many_members_keep_their_digits():
    """1 − (M − 1)/M of the outermost one would be left with three digits in float32."""
    x = torch.arange(20_001, dtype=torch.float32).reshape(1, -1)
    slope = lm.CRPSEnsemble().gradient(x, torch.tensor([-1.0]))[0]
    assert slope[-1].item() == pytest.approx(1 / 20_001**2, rel=1e-6)
    assert lm.CRPSEnsemble(fair=True).gradient(x, torch.tensor([-1.0]))[0, -1] == 0


def test_one_member_is_absolute_error_and_cannot_be_fair():
    x, t = torch.tensor([[3.0]]), torch.tensor([1.0])
    assert lm.CRPSEnsemble()(x, t) == 2
    with pytest.raises(lm.LossmithError, match="leave fair= out"):
        lm.CRPSEnsemble(fair=True)(x, t)


def test_an_infinite_member_or_target():
    x = torch.tensor([[INF, 0.0, 1.0], [0.0, 1.0, 2.0]])
    assert lm.CRPSEnsemble()(x, torch.tensor([0.5, INF]), reduction="none").tolist() == [INF, INF]
    # the outermost of a fair ensemble may run off at no cost; the one between them is 0.5 away
    assert lm.CRPSEnsemble(fair=True)(x[:1], torch.tensor([0.5])).item() == pytest.approx(0.5 / 3)
    far = torch.tensor([[1e12, 0.0, 1.0]], dtype=torch.float64)
    assert by_pairs(far, torch.tensor([0.5], dtype=torch.float64), fair=True).item() == pytest.approx(0.5 / 3, abs=1e-3)


def test_members_lie_on_the_axis_that_is_said():
    x, t = torch.randn(4, 5, 3, dtype=torch.float64), torch.randn(4, 5, dtype=torch.float64)
    for loss in (lm.CRPSEnsemble(), lm.MultiQuantile(), lm.MultiQuantile(non_crossing=True)):
        wanted = loss(x.reshape(20, 3), t.flatten(), reduction="none").reshape(4, 5)
        torch.testing.assert_close(loss(x.movedim(-1, 1), t, axis=1, reduction="none"), wanted)
        with pytest.raises(lm.LossmithError, match="axis"):
            loss(x, t)


# Several quantiles ----------------------------------------------------------------------------------------------------


def test_several_quantiles_are_the_mean_of_each():
    x, t = torch.randn(20, 3, dtype=torch.float64), torch.randn(20, dtype=torch.float64)
    levels = (0.05, 0.5, 0.8)
    each = [lm.Quantile(level=q)(x[:, k], t, reduction="none") for k, q in enumerate(levels)]
    got = lm.MultiQuantile(levels=levels)(x, t, reduction="none")
    torch.testing.assert_close(got, torch.stack(each).mean(0))


def test_quantiles_through_softplus_do_not_cross():
    x, t = torch.randn(20, 4, dtype=torch.float64) * 5, torch.randn(20, dtype=torch.float64)
    levels = (0.1, 0.2, 0.7, 0.9)
    quantiles = torch.cat([x[:, :1], x[:, 1:].logaddexp(torch.zeros(1, dtype=torch.float64))], 1).cumsum(1)
    assert (quantiles.diff() > 0).all()
    got = lm.MultiQuantile(levels=levels, non_crossing=True)(x, t, reduction="none")
    torch.testing.assert_close(got, lm.MultiQuantile(levels=levels)(quantiles, t, reduction="none"))


@pytest.mark.parametrize("options", [{}, {"non_crossing": True}], ids=str)
def test_many_even_levels_near_half_the_score_of_a_normal_forecast(options):
    levels = (np.arange(999) + 0.5) / 999
    quantiles = stats.norm.ppf(levels)
    if options:
        quantiles = np.append(quantiles[0], np.log(np.expm1(np.diff(quantiles))))
    got = lm.MultiQuantile(levels=levels, **options)(quantiles[None], [0.7])
    assert 2 * got == pytest.approx(float(lm.CRPSGaussian()([[0.0, 0.0]], [0.7])), rel=1e-3)


def test_an_exact_fit_has_slope_0():
    assert lm.MultiQuantile().gradient([[1.0, 1.0, 1.0]], [1.0]).tolist() == [[0.0, 0.0, 0.0]]
    assert lm.CRPSEnsemble().gradient([[1.0, 1.0, 1.0]], [1.0]).tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("levels", "kept"), [([0.1, 0.9], (0.1, 0.9)), (np.array([0.5]), (0.5,)), (0.25, (0.25,)), (iter([0.5]), (0.5,))]
)
def test_levels_are_kept_as_a_tuple(levels, kept):
    loss = lm.MultiQuantile(levels=levels)
    assert loss.levels == kept
    assert loss == lm.MultiQuantile(levels=kept)
    assert hash(loss) == hash(lm.MultiQuantile(levels=kept))


@pytest.mark.parametrize(
    "levels", [(), (0.5, 0.5), (0.9, 0.1), (0.0, 0.5), (0.5, 1.0), (math.nan,), "0.5", None, (None,)]
)
def test_levels_that_are_none_are_refused(levels):
    with pytest.raises(lm.LossmithError, match="each above the one before"):
        lm.MultiQuantile(levels=levels)


def test_what_does_not_fit_the_levels_is_refused():
    with pytest.raises(lm.LossmithError, match=r"\(5, 2\).*2 quantiles.*3 levels"):
        lm.MultiQuantile()(torch.zeros(5, 2), torch.zeros(5))
    with pytest.raises(lm.LossmithError, match="several predictions of one number"):
        lm.MultiQuantile()(torch.zeros(5, 3), torch.zeros(5, 3))
    with pytest.raises(lm.LossmithError, match="True, False"):
        lm.MultiQuantile(non_crossing=1)


def test_the_best_constants_are_the_quantiles():
    y, w = np.array([4.0, 1.0, 7.0, 2.0, 9.0]), np.array([1.0, 2.0, 0.0, 1.0, 1.0])
    levels = (0.3, 0.5, 0.9)
    each = [lm.Quantile(level=q).best_constant(y, weight=w) for q in levels]
    best = lm.MultiQuantile(levels=levels).best_constant(y, weight=w)
    np.testing.assert_allclose(best, each, rtol=1e-14)
    raw = lm.MultiQuantile(levels=levels, non_crossing=True).best_constant(y, weight=w)
    np.testing.assert_allclose(np.cumsum([raw[0], *np.logaddexp(0, raw[1:])]), each, rtol=1e-12)
    assert np.isnan(lm.MultiQuantile().best_constant([1.0, math.nan])).all()
    assert lm.CRPSEnsemble(fair=True).best_constant([5.0, 1.0, 2.0]).tolist() == [1.0, 2.0, 5.0]


@pytest.mark.parametrize(
    "loss", [lm.MultiQuantile(non_crossing=True), lm.CRPSEnsemble(), lm.CRPSEnsemble(fair=True)], ids=repr
)
def test_all_ways_to_differentiate_agree(loss):
    x = torch.randn(4, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    t = torch.linspace(-1, 1, 4, dtype=torch.float64)
    wanted = loss.gradient(x, t) / 4
    torch.testing.assert_close(torch.func.grad(lambda v: loss(v, t))(x), wanted)
    torch.testing.assert_close(torch.func.jacfwd(lambda v: loss(v, t))(x), wanted)
    each = torch.func.vmap(torch.func.grad(lambda v, u: loss(v.unsqueeze(0), u.unsqueeze(0))))(x, t)
    torch.testing.assert_close(each, loss.gradient(x, t))
    assert torch.autograd.gradcheck(lambda v: loss(v, t, reduction="none"), x.requires_grad_(), check_forward_ad=True)
    assert torch.autograd.gradgradcheck(lambda v: loss(v, t, reduction="none"), x)
    torch._dynamo.reset()
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x, t), loss(x, t))
