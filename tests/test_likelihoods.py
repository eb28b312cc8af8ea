"""What holds of likelihoods alone: where families meet, where a mean may lie, and scores of ±∞."""

import math

import numpy as np
import pytest
import torch

import lossmith as lm
from catalogue import CASES
from lossmith.errors import PredictionError, TargetError

INF = math.inf
SCORES = torch.tensor([-3.0, -0.2, 0.0, 1.3, 4.0], dtype=torch.float64)
COUNTS = torch.tensor([0.0, 2.0, 1.0, 7.0, 30.0], dtype=torch.float64)
OF_MEANS = [lm.Poisson(link="identity"), lm.Gamma(link="identity"), lm.InverseGaussian(link="identity")]


def all_of(loss, x, t) -> list[list]:
    """Value, slope and curvature."""
    x, t = torch.as_tensor(x, dtype=torch.float64), torch.as_tensor(t, dtype=torch.float64)
    value, slope = loss.value_and_gradient(x, t)
    return [v.tolist() for v in (value, slope, loss.curvature(x, t))]


# Where families meet --------------------------------------------------------------------------------------------------


def test_tweedie_is_poisson_less_1_at_one_end_and_gamma_less_its_target_at_the_other():
    poisson = lm.Poisson()(SCORES, COUNTS, reduction="none")
    torch.testing.assert_close(lm.Tweedie(power=1.0)(SCORES, COUNTS, reduction="none"), poisson - 1)
    amounts = COUNTS + 0.1
    gamma = lm.Gamma()(SCORES, amounts, reduction="none")
    torch.testing.assert_close(lm.Tweedie(power=2.0)(SCORES, amounts, reduction="none"), gamma - amounts)


@pytest.mark.parametrize("end", [1.0, 2.0])
def test_tweedie_does_not_jump_at_the_ends_of_its_power(end):
    """The values without the two −1 would differ by a million here."""
    inward, amounts = 3 - 2 * end, COUNTS + 0.1
    at_end = torch.tensor(all_of(lm.Tweedie(power=end), SCORES, amounts))
    for step in (1e-3, 1e-6, 1e-9, 1e-12, 2.0**-52):
        near = torch.tensor(all_of(lm.Tweedie(power=end + inward * step), SCORES, amounts))
        assert (near - at_end).abs().max() < 1e4 * step + 1e-12
    powers = np.linspace(1, 2, 2001)
    values = np.array([lm.Tweedie(power=p)(SCORES, amounts, reduction="none").numpy() for p in powers])
    assert np.abs(np.diff(values, axis=0)).max() < 1


def test_the_negative_binomial_becomes_poisson():
    wanted = torch.tensor(all_of(lm.Poisson(), SCORES, COUNTS))
    for dispersion in (1e-3, 1e-6, 1e-12, 1e-100, 5e-324):
        got = torch.tensor(all_of(lm.NegativeBinomial(dispersion=dispersion), SCORES, COUNTS))
        assert (got - wanted).abs().max() <= 1e4 * dispersion + 1e-13
    single = SCORES.float(), COUNTS.float()
    got = lm.NegativeBinomial(dispersion=1e-300)(*single, reduction="none")
    torch.testing.assert_close(got, lm.Poisson()(*single, reduction="none"))


def test_zero_inflation_of_none_is_poisson():
    x = torch.stack([SCORES, torch.full_like(SCORES, -INF)], -1)
    torch.testing.assert_close(
        lm.ZeroInflatedPoisson()(x, COUNTS, reduction="none"), lm.Poisson()(SCORES, COUNTS, reduction="none")
    )


def test_students_t_becomes_gaussian():
    x = torch.stack([SCORES, SCORES.flip(0) / 2], -1)
    wanted = torch.tensor(all_of(lm.GaussianNLL(), x, COUNTS)[0])
    for df in (1e4, 1e6, 1e12, 1e300):
        got = torch.tensor(all_of(lm.StudentTNLL(df=df), x, COUNTS)[0])
        z = (COUNTS - x[:, 0]) * (-x[:, 1]).exp()
        assert (got - wanted).abs().max() <= (1 + z**4).max() / df + 1e-11


def test_beta_nll_at_its_ends():
    """At 0 it is Gaussian NLL; at 1 the mean has the slope of half the squared error, however large the scale."""
    x = torch.stack([SCORES, SCORES.flip(0) / 2], -1)
    for ours, wanted in zip(all_of(lm.BetaNLL(beta=0.0), x, COUNTS), all_of(lm.GaussianNLL(), x, COUNTS), strict=True):
        assert np.array(ours) == pytest.approx(np.array(wanted))
    slope = lm.BetaNLL(beta=1.0).gradient(x, COUNTS)
    torch.testing.assert_close(slope[:, 0], SCORES - COUNTS)


def test_beta_nll_has_the_slopes_of_gaussian_nll_times_a_constant():
    x = torch.stack([SCORES, SCORES.flip(0) / 2], -1)
    for beta in (0.25, 0.5, 1.0):
        factor = (2 * beta * x[:, 1:]).exp()
        for name in ("gradient", "curvature"):
            wanted = factor * getattr(lm.GaussianNLL(), name)(x, COUNTS)
            torch.testing.assert_close(getattr(lm.BetaNLL(beta=beta), name)(x, COUNTS), wanted)


def test_von_mises_does_not_see_whole_turns():
    loss, x = lm.VonMises(), torch.stack([SCORES, SCORES.flip(0) / 2], -1)
    for turns in (1, -3):
        angle = 2 * math.pi * turns
        torch.testing.assert_close(loss(x, COUNTS + angle), loss(x, COUNTS))
        torch.testing.assert_close(loss(x + torch.tensor([angle, 0.0]), COUNTS), loss(x, COUNTS))


def test_von_mises_of_a_narrow_peak_is_gaussian():
    """κ = 1/σ²: log I₀(κ)·e^(−κ) is log σ − log(2π)/2."""
    for log_scale in (-3.0, -6.0, -12.0):
        error = 0.7 * math.exp(log_scale)
        narrow = lm.VonMises()([[0.0, -2 * log_scale]], [error]) + math.log(2 * math.pi) / 2
        wanted = lm.GaussianNLL()([[0.0, log_scale]], [error])
        assert narrow == pytest.approx(wanted, abs=math.exp(2 * log_scale))


# Where a mean may lie -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", OF_MEANS, ids=repr)
def test_a_mean_below_0_is_an_error_that_says_what_to_write(loss):
    x, t = torch.tensor([1.0, -0.5, -2.0]), torch.ones(3)
    with pytest.raises(PredictionError) as error:
        loss(x, t)
    for part in (repr(loss), "2 of 3", "-0.5", "link='log'", "softplus"):
        assert part in str(error.value)
    assert loss(x, t, mask=torch.tensor([True, False, False])).isfinite()


@pytest.mark.parametrize("loss", OF_MEANS, ids=repr)
@pytest.mark.parametrize("target", [1.0, 3.0])
def test_a_mean_below_0_is_nan_where_python_cannot_look(loss, target):
    x, t = torch.tensor([2.0, -1e-30, -5.0]), torch.full((3,), target)
    value = torch.func.vmap(loss)(x, t)
    slope = torch.func.vmap(torch.func.grad(loss))(x, t)
    bend = torch.func.vmap(torch.func.grad(torch.func.grad(loss)))(x, t)
    for got in (value, slope, bend):
        assert got.isnan().tolist() == [False, True, True]


def test_a_rate_below_0_is_nan_for_a_count_of_0_too():
    """Its formula, the rate alone, would be a number."""
    assert torch.func.vmap(lm.Poisson(link="identity"))(torch.tensor([-1.0]), torch.zeros(1)).isnan()


@pytest.mark.parametrize(
    ("loss", "mean", "target", "value", "slope", "bend"),
    [
        (OF_MEANS[0], 0.0, 0.0, 0.0, 1.0, 0.0),
        (OF_MEANS[0], 0.0, 2.0, INF, -INF, INF),
        (OF_MEANS[0], INF, 2.0, INF, 1.0, 0.0),
        (OF_MEANS[1], 0.0, 2.0, INF, -INF, INF),
        (OF_MEANS[1], INF, 2.0, INF, 0.0, 0.0),
        (OF_MEANS[2], 0.0, 2.0, INF, -INF, INF),
        (OF_MEANS[2], INF, 2.0, 0.0, 0.0, 0.0),
    ],
    ids=repr,
)
def test_a_mean_of_0_or_infinity(loss, mean, target, value, slope, bend):
    assert all_of(loss, mean, target) == [value, slope, bend]


@pytest.mark.parametrize("loss", [*OF_MEANS[1:], lm.Gamma(), lm.InverseGaussian(), lm.Tweedie(power=2.0)], ids=repr)
def test_a_target_of_0_is_refused_where_it_has_no_likelihood(loss):
    with pytest.raises(TargetError, match=r"above 0.*Tweedie"):
        loss(torch.ones(2), torch.tensor([1.0, 0.0]))


# Scores of ±∞ ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "score", "target", "value", "slope", "bend"),
    [
        (lm.NegativeBinomial(dispersion=0.5), INF, 3.0, INF, 2.0, 0.0),
        (lm.NegativeBinomial(dispersion=0.5), -INF, 3.0, INF, -3.0, 0.0),
        (lm.NegativeBinomial(dispersion=0.5), -INF, 0.0, 0.0, 0.0, 0.0),
        (lm.Gamma(), INF, 3.0, INF, 1.0, 0.0),
        (lm.Gamma(), -INF, 3.0, INF, -INF, INF),
        (lm.InverseGaussian(), INF, 3.0, 0.0, 0.0, 0.0),
        (lm.InverseGaussian(), -INF, 3.0, INF, -INF, INF),
        (lm.Tweedie(), INF, 3.0, INF, INF, INF),
        (lm.Tweedie(), -INF, 3.0, INF, -INF, INF),
        (lm.Tweedie(), -INF, 0.0, -2.0, 0.0, 0.0),
        (lm.Tweedie(power=1.0), INF, 3.0, INF, INF, INF),
        (lm.Tweedie(power=1.0), -INF, 3.0, INF, -3.0, 0.0),
        (lm.Tweedie(power=2.0), INF, 3.0, INF, 1.0, 0.0),
        (lm.Tweedie(power=2.0), -INF, 3.0, INF, -INF, INF),
    ],
    ids=repr,
)
def test_an_infinite_score(loss, score, target, value, slope, bend):
    assert all_of(loss, score, target) == [value, slope, bend]


@pytest.mark.parametrize(
    ("loss", "row", "target", "value", "slope"),
    [
        (lm.GaussianNLL(), [INF, 0.0], 1.0, INF, [INF, -INF]),
        (lm.GaussianNLL(), [0.0, INF], 1.0, INF, [0.0, 1.0]),
        (lm.GaussianNLL(), [0.0, -INF], 1.0, INF, [-INF, -INF]),
        (lm.LaplaceNLL(), [0.0, -INF], 1.0, INF, [-INF, -INF]),
        (lm.LaplaceNLL(), [1.0, -INF], 1.0, -INF, [0.0, 1.0]),
        (lm.LaplaceNLL(), [-INF, 0.0], 1.0, INF, [-1.0, -INF]),
        (lm.StudentTNLL(df=3.0), [INF, 0.0], 1.0, INF, [0.0, -3.0]),
        (lm.StudentTNLL(df=3.0), [0.0, -INF], 1.0, INF, [-4.0, -3.0]),
        (lm.StudentTNLL(df=3.0), [0.0, INF], 1.0, INF, [0.0, 1.0]),
        (lm.VonMises(), [0.0, -INF], 1.0, 0.0, [0.0, 0.0]),
        (lm.VonMises(), [0.0, INF], 1.0, INF, [-INF, INF]),
        (lm.VonMises(), [1.0, INF], 1.0, -INF, [0.0, -0.5]),
        (lm.ZeroInflatedPoisson(), [0.0, -INF], 0.0, 1.0, [1.0, 0.0]),
        (lm.ZeroInflatedPoisson(), [0.0, INF], 0.0, 0.0, [0.0, 0.0]),
        (lm.ZeroInflatedPoisson(), [-INF, 0.0], 0.0, 0.0, [0.0, 0.0]),
        (lm.ZeroInflatedPoisson(), [INF, 0.0], 0.0, math.log(2), [0.0, -0.5]),
        (lm.ZeroInflatedPoisson(), [0.0, -INF], 2.0, 1.0, [-1.0, 0.0]),
        (lm.ZeroInflatedPoisson(), [0.0, INF], 2.0, INF, [-1.0, 1.0]),
        (lm.ZeroInflatedPoisson(), [-INF, 0.0], 2.0, INF, [-2.0, 0.5]),
        (lm.ZeroInflatedPoisson(), [INF, 0.0], 2.0, INF, [INF, 0.5]),
        (lm.GaussianKL(), [0.0, INF], 1.0, INF, [-1.0, INF]),
        (lm.GaussianKL(), [0.0, -INF], 1.0, INF, [-1.0, -0.5]),
    ],
    ids=repr,
)
def test_an_infinite_prediction_of_several(loss, row, target, value, slope):
    got = all_of(loss, [row], [target])
    assert got[0] == [value]
    assert got[1] == [pytest.approx(slope)]


def test_a_pair_labelled_0_or_1_is_refused():
    with pytest.raises(TargetError, match=r"-1 and \+1.*2 \* target - 1"):
        lm.MarginRanking()(torch.zeros(2, 2), torch.tensor([0, 1]))


# Constants ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", OF_MEANS, ids=repr)
def test_the_best_mean_of_an_identity_link_is_the_mean(loss):
    for sample in ([1.0, 2.0, 9.0], [1e-30, 3e-30], [1e30, 5e30], [7.0]):
        assert loss.best_constant(sample) == pytest.approx(np.mean(sample), rel=1e-14)
    assert loss.best_constant([1.0, 5.0, 2.0], weight=[1.0, 0.0, 3.0]) == pytest.approx(1.75, rel=1e-14)


def test_the_best_rate_of_zeros_alone_is_0():
    assert lm.Poisson(link="identity").best_constant([0.0, 0.0]) == 0.0
    assert lm.NegativeBinomial().best_constant([0, 0]) == lm.Tweedie().best_constant([0, 0]) == -INF


RANDOM = np.random.default_rng(8)
AWKWARD = {
    "far from 0": 1e6 + RANDOM.normal(size=40),
    "far and narrow": -1e9 + 1e-3 * RANDOM.normal(size=40),
    "enormous": 1e30 * RANDOM.normal(size=40),
    "tiny": 1e-30 * RANDOM.normal(size=40),
    "an outlier": np.append(RANDOM.normal(size=40), 1e8),
    "two hills": np.append(RANDOM.normal(size=20) - 50, RANDOM.normal(size=21) + 50),
    "two values": np.array([1.0, 3.0]),
}


@pytest.mark.parametrize("sample", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("loss", [lm.GaussianNLL(), lm.BetaNLL(), lm.LaplaceNLL(), lm.GaussianKL()], ids=repr)
def test_the_best_constants_of_awkward_samples(loss, sample):
    got, wanted = loss.best_constant(sample), CASES[loss.name].statistic(loss, sample)
    assert got[0] == pytest.approx(wanted[0], rel=1e-9, abs=1e-6 * sample.std())
    assert got[1] == pytest.approx(wanted[1], abs=1e-6)


@pytest.mark.parametrize("sample", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("df", [1.0, 4.0, 1e6])
def test_the_best_constants_of_students_t_are_stationary_and_no_others_near_by_are_better(df, sample):
    loss = lm.StudentTNLL(df=df)
    best = loss.best_constant(sample)
    assert np.isfinite(best).all()
    everywhere = np.tile(best, (len(sample), 1))
    rounding = np.abs(np.spacing(best) * loss.curvature(everywhere, sample).mean(0))
    each = loss.gradient(everywhere, sample)
    assert (np.abs(each.mean(0)) <= rounding + 1e-8 * np.abs(each).max(0)).all()
    least = loss(everywhere, sample)
    for step in (1e-3, -1e-3):
        for move in ([step * math.exp(best[1]), 0.0], [0.0, step]):
            assert least <= loss(np.tile(best + move, (len(sample), 1)), sample) + 1e-12 * abs(least)


@pytest.mark.parametrize("loss", [lm.GaussianNLL(), lm.LaplaceNLL(), lm.StudentTNLL(), lm.BetaNLL()], ids=repr)
def test_the_best_scale_of_a_constant_sample_is_0(loss):
    for sample in ([5.0, 5.0, 5.0], [-1e30, -1e30], [0.0]):
        assert loss.best_constant(sample).tolist() == [sample[0], -INF]


@pytest.mark.parametrize("loss", [lm.GaussianNLL(), lm.LaplaceNLL()], ids=repr)
def test_the_best_constants_count_weights(loss):
    weighted = loss.best_constant([1.0, 2.0, 7.0, 99.0], weight=[2.0, 1.0, 2.0, 0.0])
    np.testing.assert_allclose(weighted, loss.best_constant([1.0, 1.0, 2.0, 7.0, 7.0]), rtol=1e-9)


def test_the_best_rate_and_inflation_of_awkward_counts():
    loss = lm.ZeroInflatedPoisson()
    assert loss.best_constant([3.0, 1.0, 4.0]).tolist() == [pytest.approx(math.log(8 / 3)), -INF]  # no zero to spare
    too_few = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0]
    assert loss.best_constant(too_few).tolist() == [pytest.approx(math.log(5 / 7)), -INF]
    for sample in ([0.0] * 30 + [1e4, 1.1e4], [0.0] * 9 + [1.0] * 3 + [2.0] * 3, [0.0] * 500 + [1.0, 7.0, 300.0]):
        wanted = CASES[loss.name].statistic(loss, np.array(sample))
        assert loss.best_constant(sample).tolist() == pytest.approx(wanted, rel=1e-6)
    nothing = loss.best_constant([0.0, 0.0])
    assert loss(np.tile(nothing, (2, 1)), [0.0, 0.0]) == 0


@pytest.mark.parametrize("spread", [1e-3, 0.1, 1.0, 2.5])
@pytest.mark.parametrize("middle", [0.0, 3.1, -40.0])
def test_the_best_direction_and_concentration(middle, spread):
    sample = middle + spread * RANDOM.normal(size=60)
    got, wanted = lm.VonMises().best_constant(sample), CASES["von_mises"].statistic(lm.VonMises(), sample)
    assert math.remainder(got[0] - wanted[0], 2 * math.pi) == pytest.approx(0, abs=1e-6 * max(spread, 1e-3))
    assert got[1] == pytest.approx(wanted[1], abs=1e-6)


@pytest.mark.parametrize("margin", [0.0, 1.0])
def test_the_best_pair_sides_with_the_majority(margin):
    loss = lm.MarginRanking(margin=margin)
    for labels, sign in (([1, 1, -1], 1), ([-1, -1, 1], -1)):
        first, second = loss.best_constant(labels)
        assert first - second == pytest.approx(sign * margin)
