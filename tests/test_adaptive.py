"""Barron's loss with learned shape and scale: a likelihood, whose fits are known, and a module like any other."""

import copy
import io
import math
import pickle

import mpmath
import numpy as np
import pytest
import torch
from mpmath import mpf

import lossmith as lm
from catalogue import CASES
from lossmith.errors import LossmithError, ParameterError, ShapeError
from lossmith.learned.barron import log_partition

RHO = CASES["barron"].textbook.of["scores"]
ALPHAS = (0.0, 1e-12, 0.001, 0.01, 0.1, 0.5, 1.0, 1.5, 1.9, 1.99, 1.999, 1.9999, 2.0)


def partition(alpha):
    """∫ exp(−ρ) by mpmath, of the textbook; the substitution tames Cauchy's tails."""
    root = mpmath.sqrt(2 - mpf(alpha))
    ends = sorted({mpf(0), root / 3, root, 3 * root, mpf(1), mpf(3), mpf(10)})

    def density(s):
        return mpmath.exp(-RHO(mpmath.sinh(s), mpf(0), mpf(alpha), mpf(1))) * mpmath.cosh(s)

    return 2 * mpmath.quad(density, [*map(mpmath.asinh, ends), 20, 50])


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_partition_function_is_exact(alpha):
    with mpmath.workdps(25):
        wanted = float(partition(alpha))
    assert float(log_partition(torch.tensor(alpha, dtype=torch.float64)).exp()) == pytest.approx(wanted, rel=1e-11)


def test_the_partition_function_at_its_ends_and_as_published():
    ends = log_partition(torch.tensor([0.0, 2.0], dtype=torch.float64)).exp()
    assert ends.tolist() == pytest.approx([math.pi * math.sqrt(2), math.sqrt(2 * math.pi)], rel=1e-14)
    # of the tests of Barron's own robust_loss_pytorch, there from Mathematica
    published = {1 / 7: 4.080330073, 1 / 2: 3.638993131, 1: 3.272306973, 6 / 5: 3.149249092, 7 / 4: 2.794052016}
    got = log_partition(torch.tensor([*published], dtype=torch.float64)).exp()
    assert got.tolist() == pytest.approx([*published.values()], abs=6e-10)


@pytest.mark.parametrize("alpha", [0.001, 0.3, 1.0, 1.7, 1.99])
def test_the_partition_function_has_its_slope(alpha):
    shape = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(log_partition(shape), shape)
    with mpmath.workdps(25):
        step = mpf(10) ** -8 * (2 - mpf(alpha))
        wanted = (mpmath.log(partition(alpha + step)) - mpmath.log(partition(alpha - step))) / (2 * step)
    assert float(slope) == pytest.approx(float(wanted), rel=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0, 1.95, 2.0])
@pytest.mark.parametrize("scale", [0.01, 3.0])
def test_the_value_is_minus_the_log_of_a_density(alpha, scale):
    criterion = lm.AdaptiveBarron(lm.Barron(alpha=alpha, scale=scale), learn=["scale"], scale_above=0.0).double()
    residuals = torch.tensor([-4.0, 0.0, 0.01, 100.0], dtype=torch.float64)
    got = criterion(residuals, torch.zeros_like(residuals), reduction="none")
    if alpha == 2:
        wanted = -torch.distributions.Normal(0.0, scale).log_prob(residuals)
    elif alpha == 0:
        wanted = -torch.distributions.Cauchy(0.0, math.sqrt(2) * scale).log_prob(residuals)
    else:
        loss = lm.Barron(alpha=alpha, scale=scale)(residuals, torch.zeros_like(residuals), reduction="none")
        wanted = loss + math.log(scale) + math.log(float(partition(alpha)))
    torch.testing.assert_close(got.detach(), wanted, rtol=1e-6, atol=1e-6)  # the scale was stored in float32


# It trains ------------------------------------------------------------------------------------------------------------

LEVELS = (torch.arange(1000, dtype=torch.float64) + 0.5) / 1000
NORMAL = 3 + 0.7 * torch.special.ndtri(LEVELS)
CAUCHY = -1 + 0.5 * torch.tan(math.pi * (LEVELS - 0.5))


def trained(criterion, targets):
    """The criterion and a constant prediction of each column, at their maximum likelihood."""
    constant = targets.median(0).values.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([constant, *criterion.parameters()], max_iter=60, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = criterion(constant.expand(targets.shape), targets)
        loss.backward()
        return loss

    optimiser.step(closure)
    return constant.detach(), closure().item()


def test_of_normal_errors_the_shape_is_that_of_squared_error_and_the_scale_their_deviation():
    criterion = lm.AdaptiveBarron().double()
    constant, loss = trained(criterion, NORMAL)
    assert criterion.alpha > 1.98
    assert criterion.scale.item() == pytest.approx(NORMAL.std(correction=0).item(), rel=5e-3)
    assert constant.item() == pytest.approx(3.0, abs=1e-3)
    assert loss == pytest.approx(0.5 + math.log(NORMAL.std(correction=0).item() * math.sqrt(2 * math.pi)), abs=1e-3)


def test_of_cauchy_errors_the_shape_is_that_of_the_cauchy_loss_and_the_scale_their_width():
    criterion = lm.AdaptiveBarron().double()
    constant, loss = trained(criterion, CAUCHY)
    assert criterion.alpha < 0.02
    assert criterion.scale.item() == pytest.approx(0.5 / math.sqrt(2), rel=0.01)  # γ = √2·c
    assert constant.item() == pytest.approx(-1.0, abs=0.01)
    assert loss == pytest.approx(math.log(4 * math.pi * 0.5), abs=0.01)  # the entropy of a Cauchy distribution
    fitted = criterion.fitted
    assert isinstance(fitted, lm.Barron)
    assert (fitted.alpha, fitted.scale) == (criterion.alpha.item(), criterion.scale.item())


def test_each_feature_has_its_own():
    criterion = lm.AdaptiveBarron(features=2).double()
    both = torch.stack([NORMAL, CAUCHY], -1)
    trained(criterion, both)
    assert criterion.alpha[0] > 1.9 > 0.1 > criterion.alpha[1]
    assert [type(loss) for loss in criterion.fitted] == [lm.Barron, lm.Barron]
    each = criterion(torch.zeros_like(both), both, reduction="none")
    for i, loss in enumerate(criterion.fitted):
        alone = lm.AdaptiveBarron(loss, learn=["scale"], scale_above=0.0).double()
        torch.testing.assert_close(
            each[:, i], alone(torch.zeros(1000).double(), both[:, i], reduction="none"), rtol=1e-6, atol=1e-6
        )


def test_what_is_not_learned_stays():
    criterion = lm.AdaptiveBarron(lm.Barron(alpha=2.0), learn=["scale"]).double()
    trained(criterion, NORMAL)
    assert criterion.alpha == 2
    assert criterion.scale.item() == pytest.approx(NORMAL.std(correction=0).item(), rel=1e-5)
    criterion = lm.AdaptiveBarron(lm.Barron(scale=0.5), learn=["alpha"])
    assert [name for name, _ in criterion.named_parameters()] == ["latent_alpha"]
    assert criterion.scale == 0.5


def test_it_trains_in_float32_beside_a_model():
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 200).unsqueeze(-1)
    y = 2 * x + 0.1 * torch.randn(200, 1)
    y[::10] += 30
    model, criterion = torch.nn.Linear(1, 1), lm.AdaptiveBarron()
    optimiser = torch.optim.Adam([*model.parameters(), *criterion.parameters()], lr=0.03)
    for _ in range(400):
        optimiser.zero_grad()
        criterion(model(x), y).backward()
        optimiser.step()
    assert model.weight.item() == pytest.approx(2.0, abs=0.1)
    assert model.bias.item() == pytest.approx(0.0, abs=0.1)
    assert criterion.alpha < 0.5


# It is a module like any other, with the call of a loss ---------------------------------------------------------------


def example(n=5, dtype=torch.float64):
    random = torch.Generator().manual_seed(0)
    return tuple(torch.randn(n, 3, generator=random, dtype=torch.float64).to(dtype) for _ in range(2))


def test_all_derivatives_agree_with_differences():
    criterion = lm.AdaptiveBarron(lm.Barron(alpha=1.3, scale=0.8), features=3).double()
    names, (x, t) = [n for n, _ in criterion.named_parameters()], example(2)

    def of(prediction, target, *latent):
        return torch.func.functional_call(criterion, dict(zip(names, latent, strict=True)), (prediction, target))

    inputs = [v.detach().requires_grad_() for v in (x, t, *criterion.parameters())]
    assert torch.autograd.gradcheck(of, inputs)
    assert torch.autograd.gradgradcheck(of, inputs)


def test_weights_and_masks_are_those_of_a_loss():
    criterion = lm.AdaptiveBarron().double()
    x, t = example()
    weight = torch.tensor([1.0, 0.0, 2.0, 0.5, 1.0], dtype=torch.float64)[:, None].expand(5, 3)
    each = criterion(x, t, reduction="none")
    assert each.shape == (5, 3)
    torch.testing.assert_close(criterion(x, t), each.mean())
    torch.testing.assert_close(criterion(x, t, reduction="sum"), each.sum())
    torch.testing.assert_close(criterion(x, t, normalizer=7.0), each.sum() / 7)
    t[1] = math.nan
    torch.testing.assert_close(criterion(x, t, weight=weight), (each * weight).sum() / weight.sum())
    torch.testing.assert_close(criterion(x, t, mask=~t.isnan()), each[[0, 2, 3, 4]].mean())
    assert criterion(x, t).isnan()
    criterion(x, t, mask=~t.isnan()).backward()
    assert all(p.grad.isfinite().all() for p in criterion.parameters())
    assert lm.AdaptiveBarron(reduction="sum").double()(x, t, mask=~t.isnan()).item() == pytest.approx(
        each[[0, 2, 3, 4]].sum().item()
    )


def test_an_infinite_residual_costs_infinitely_much():
    criterion = lm.AdaptiveBarron()
    assert criterion(torch.tensor([math.inf]), torch.zeros(1)).item() == math.inf


def test_dtypes_follow_the_prediction():
    criterion = lm.AdaptiveBarron()
    for dtype, wanted in (
        (torch.float64, torch.float64),
        (torch.float32, torch.float32),
        (torch.float16, torch.float32),
    ):
        value = criterion(*example(dtype=dtype))
        assert value.dtype == wanted
    assert criterion.to(torch.bfloat16)(*example(dtype=torch.float32)).isfinite()
    assert isinstance(criterion(np.zeros(3), np.zeros(3)), np.floating)


def test_it_is_saved_loaded_copied_and_pickled():
    criterion, x = lm.AdaptiveBarron(lm.Barron(alpha=1.9), learn=["scale"], features=3), example()
    with torch.no_grad():
        criterion.latent_scale += 1.0
    wanted = criterion(*x)
    fresh = lm.AdaptiveBarron(lm.Barron(alpha=0.5), learn=["scale"], features=3)
    fresh.load_state_dict(criterion.state_dict())
    saved = io.BytesIO()
    torch.save(criterion.state_dict(), saved)
    assert set(criterion.state_dict()) == {"latent_scale", "fixed_alpha"}
    for twin in (fresh, copy.deepcopy(criterion), pickle.loads(pickle.dumps(criterion))):
        assert twin(*x) == wanted
    assert repr(criterion) == (
        "AdaptiveBarron(Barron(alpha=1.9, scale=1.0), learn=('scale',), features=3, reduction='mean')"
    )


def test_compiled_it_is_the_same():
    torch._dynamo.reset()
    criterion, (x, t) = lm.AdaptiveBarron(), example()
    compiled = torch.compile(criterion, fullgraph=True, backend="aot_eager")
    compiled(x, t).backward()
    got = [p.grad.clone() for p in criterion.parameters()]
    criterion.zero_grad()
    criterion(x, t).backward()
    torch.testing.assert_close(got, [p.grad for p in criterion.parameters()])
    torch.testing.assert_close(compiled(x, t), criterion(x, t))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: lm.AdaptiveBarron(lm.Huber()), LossmithError, r"lm\.Barron\(alpha=1\.0\)"),
        (lambda: lm.AdaptiveBarron(lm.Barron), LossmithError, "configured loss"),
        (lambda: lm.AdaptiveBarron(learn=()), ParameterError, "'alpha', 'scale'"),
        (lambda: lm.AdaptiveBarron(learn=["shape"]), ParameterError, "'alpha', 'scale'"),
        (lambda: lm.AdaptiveBarron(learn="alpha"), ParameterError, "'alpha', 'scale'"),
        (lambda: lm.AdaptiveBarron(features=0), ParameterError, "whole number"),
        (lambda: lm.AdaptiveBarron(alpha_within=(0.5, 2.0)), ParameterError, "low < high < 2"),
        (lambda: lm.AdaptiveBarron(alpha_within=(1.2, 1.9)), ParameterError, "does not start within"),
        (lambda: lm.AdaptiveBarron(lm.Barron(alpha=-1.0), learn=["scale"]), ParameterError, "from 0 to 2"),
        (lambda: lm.AdaptiveBarron(scale_above=1.0), ParameterError, "below the scale it starts with"),
        (lambda: lm.AdaptiveBarron(reduction="average"), LossmithError, "'mean', 'sum'"),
        (lambda: lm.AdaptiveBarron(features=2)(torch.zeros(4, 3), torch.zeros(4, 3)), ShapeError, "features=2"),
        (lambda: lm.AdaptiveBarron()(torch.zeros(4), torch.zeros(4, 1)), ShapeError, "squeeze"),
    ],
)
def test_wrong_use_says_what_to_write(make, error, words):
    with pytest.raises(error, match=words):
        make()
