"""Likelihoods give the numbers of torch, scikit-learn and SciPy, up to constants where these leave others out."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn import metrics
from sklearn._loss import loss as theirs
from torch.nn import functional as F

import lossmith as lm

RANDOM = np.random.default_rng(0)
SCORES, COUNTS, AMOUNTS = RANDOM.normal(size=200), RANDOM.poisson(2.0, 200).astype(float), RANDOM.gamma(1.5, 2.0, 200)


def each(loss, x, t):
    return loss(x, t, reduction="none")


# Means ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_poisson_of_a_rate_as_in_torch(dtype):
    x = torch.tensor(np.exp(SCORES), dtype=dtype).requires_grad_()
    t = torch.tensor(COUNTS, dtype=dtype)
    wanted = F.poisson_nll_loss(x, t, log_input=False, eps=0.0)  # theirs adds 1e-8 to the rate
    torch.testing.assert_close(lm.Poisson(link="identity")(x, t), wanted)
    torch.testing.assert_close(*(torch.autograd.grad(v, x)[0] for v in (lm.Poisson(link="identity")(x, t), wanted)))


@pytest.mark.parametrize(
    ("loss", "half", "target"),
    [
        (lm.Poisson(), theirs.HalfPoissonLoss(), COUNTS),
        (lm.Gamma(), theirs.HalfGammaLoss(), AMOUNTS),
        (lm.Tweedie(power=1.3), theirs.HalfTweedieLoss(power=1.3), COUNTS),
    ],
    ids=["poisson", "gamma", "tweedie"],
)
def test_the_slopes_of_scikit_learn(loss, half, target):
    """Values differ by terms of the target alone; the mean of both is least at the same place."""
    gradient, curvature = half.gradient_hessian(target, SCORES)
    np.testing.assert_allclose(loss.gradient(SCORES, target), gradient, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(loss.curvature(SCORES, target), curvature, rtol=1e-12, atol=1e-14)
    off = each(loss, SCORES, target) - half.loss(target, SCORES)
    np.testing.assert_allclose(off, each(loss, 0 * SCORES, target) - half.loss(target, 0 * SCORES), atol=1e-12)
    assert loss.best_constant(target) == pytest.approx(half.fit_intercept_only(target), rel=1e-12)


@pytest.mark.parametrize("power", [1.0, 1.2, 1.5, 1.99, 2.0])
def test_twice_the_excess_over_a_perfect_fit_is_the_deviance(power):
    loss, target = lm.Tweedie(power=power), COUNTS + 0.5
    excess = loss(SCORES, target) - loss(np.log(target), target)
    wanted = metrics.mean_tweedie_deviance(target, np.exp(SCORES), power=power)
    assert 2 * excess == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("dispersion", [0.01, 0.7, 5.0])
def test_negative_binomial_as_in_scipy(dispersion):
    size, mean = 1 / dispersion, np.exp(SCORES)
    wanted = -stats.nbinom.logpmf(COUNTS, size, size / (size + mean))
    constants = [
        math.lgamma(size) + math.lgamma(t + 1) - math.lgamma(t + size) - t * math.log(dispersion) for t in COUNTS
    ]
    got = each(lm.NegativeBinomial(dispersion=dispersion), SCORES, COUNTS) + constants
    np.testing.assert_allclose(got, wanted, rtol=1e-9)


def test_zero_inflated_poisson_as_a_mixture_in_scipy():
    x = RANDOM.normal(size=(200, 2))
    share = 1 / (1 + np.exp(-x[:, 1]))
    wanted = -np.log(share * (COUNTS == 0) + (1 - share) * stats.poisson.pmf(COUNTS, np.exp(x[:, 0])))
    constants = [math.lgamma(t + 1) for t in COUNTS]
    np.testing.assert_allclose(each(lm.ZeroInflatedPoisson(), x, COUNTS) + constants, wanted, rtol=1e-12)


def test_inverse_gaussian_as_in_scipy():
    mean = np.exp(SCORES)
    wanted = -stats.invgauss.logpdf(AMOUNTS, mean)  # of shape 1
    got = each(lm.InverseGaussian(), SCORES, AMOUNTS) + 1 / (2 * AMOUNTS) + np.log(2 * math.pi * AMOUNTS**3) / 2
    np.testing.assert_allclose(got, wanted, rtol=1e-10)


@pytest.mark.parametrize("shape", [1.0, 4.0])
def test_gamma_as_in_scipy(shape):
    wanted = -stats.gamma.logpdf(AMOUNTS, shape, scale=np.exp(SCORES) / shape)
    constants = math.lgamma(shape) - shape * math.log(shape) - (shape - 1) * np.log(AMOUNTS)
    np.testing.assert_allclose(shape * each(lm.Gamma(), SCORES, AMOUNTS) + constants, wanted, rtol=1e-11)


# Locations and scales -------------------------------------------------------------------------------------------------

PREDICTIONS = RANDOM.normal(size=(200, 2))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_gaussian_as_in_torch(full, reduction, dtype):
    """Theirs reads a variance; the constant is what ``full=True`` adds."""
    x, t = (torch.tensor(v, dtype=dtype) for v in (PREDICTIONS, AMOUNTS))
    constant = math.log(2 * math.pi) / 2 * (len(t) if reduction == "sum" else 1) if full else 0.0
    leaves = [x.clone().requires_grad_() for _ in range(2)]
    ours = lm.GaussianNLL()(leaves[0], t, reduction=reduction) + constant
    mean, log_scale = leaves[1].unbind(-1)
    wanted = F.gaussian_nll_loss(mean, t, (2 * log_scale).exp(), full=full, reduction=reduction)
    torch.testing.assert_close(ours, wanted)
    ours.sum().backward()
    wanted.sum().backward()
    torch.testing.assert_close(leaves[0].grad, leaves[1].grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("loss", "distribution", "constant"),
    [
        (lm.GaussianNLL(), torch.distributions.Normal, math.log(2 * math.pi) / 2),
        (lm.LaplaceNLL(), torch.distributions.Laplace, math.log(2)),
        (
            lm.StudentTNLL(df=3.0),
            lambda location, scale: torch.distributions.StudentT(3.0, location, scale),
            math.lgamma(1.5) - math.lgamma(2) + math.log(3 * math.pi) / 2,
        ),
    ],
    ids=["gaussian", "laplace", "student"],
)
def test_minus_the_log_density_of_torch_without_its_constant(loss, distribution, constant):
    x, t = torch.tensor(PREDICTIONS), torch.tensor(AMOUNTS)
    wanted = -distribution(x[:, 0], x[:, 1].exp()).log_prob(t)
    torch.testing.assert_close(each(loss, x, t) + constant, wanted)


def test_beta_nll_has_the_slopes_of_the_authors_code():
    """0.5·((t − mean)²/variance + log variance)·variance.detach()**beta, from github.com/martius-lab/beta-nll."""
    t = torch.tensor(AMOUNTS)
    ours, theirs_ = (torch.tensor(PREDICTIONS, requires_grad=True) for _ in range(2))
    value = lm.BetaNLL(beta=0.7)(ours, t)
    mean, variance = theirs_[:, 0], (2 * theirs_[:, 1]).exp()
    wanted = (0.5 * ((t - mean) ** 2 / variance + variance.log()) * variance.detach() ** 0.7).mean()
    torch.testing.assert_close(value, wanted)
    torch.testing.assert_close(*(torch.autograd.grad(v, x)[0] for v, x in ((value, ours), (wanted, theirs_))))


def test_gaussian_kl_as_every_variational_autoencoder_has_it():
    x = torch.tensor(PREDICTIONS)
    mean, log_variance = x.unbind(-1)
    wanted = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
    torch.testing.assert_close(lm.GaussianKL()(x, torch.zeros(200, dtype=x.dtype), reduction="sum"), wanted)
    normal = torch.distributions.Normal
    prior = torch.tensor(AMOUNTS)
    wanted = torch.distributions.kl_divergence(normal(mean, (log_variance / 2).exp()), normal(prior, 1.0))
    torch.testing.assert_close(each(lm.GaussianKL(), x, prior), wanted)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("margin", [0.0, 0.5])
def test_margin_ranking_as_in_torch(margin, reduction):
    x, t = torch.tensor(PREDICTIONS), torch.tensor(np.where(SCORES > 0, 1.0, -1.0))
    wanted = F.margin_ranking_loss(x[:, 0], x[:, 1], t, margin=margin, reduction=reduction)
    torch.testing.assert_close(lm.MarginRanking(margin=margin)(x, t, reduction=reduction), wanted)
