"""What holds of likelihoods alone: where families meet, where a mean may lie, and scores of ±∞."""

import math

import numpy as np
import pytest
import torch

import lossmith as lm
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


# Constants ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", OF_MEANS, ids=repr)
def test_the_best_mean_of_an_identity_link_is_the_mean(loss):
    for sample in ([1.0, 2.0, 9.0], [1e-30, 3e-30], [1e30, 5e30], [7.0]):
        assert loss.best_constant(sample) == pytest.approx(np.mean(sample), rel=1e-14)
    assert loss.best_constant([1.0, 5.0, 2.0], weight=[1.0, 0.0, 3.0]) == pytest.approx(1.75, rel=1e-14)


def test_the_best_rate_of_zeros_alone_is_0():
    assert lm.Poisson(link="identity").best_constant([0.0, 0.0]) == 0.0
    assert lm.NegativeBinomial().best_constant([0, 0]) == lm.Tweedie().best_constant([0, 0]) == -INF
