"""Traits are claims. Here each is tried to be refuted by means of its own, and a planted lie must be caught."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from scipy.optimize import brentq

import lossmith as lm
from lossmith.formula import exp, minus, sech2
from lossmith.targets import BINARY, CLASS_INDEX, CLASS_ROWS, CLASSES, COUNT, DISTRIBUTION, REAL, SIGN

LOSSES = [
    *(cls() for cls in lm.ALL),
    lm.Huber(delta=0.05),
    lm.Huber(delta=30.0),
    lm.Quantile(level=0.02),
    lm.BinaryCrossEntropy(pos_weight=7.0),
    lm.BinaryCrossEntropy(label_smoothing=0.3),
    lm.CrossEntropy(label_smoothing=0.2),
    lm.KLDivergence(direction="reverse"),
]
ids = repr
PULLS = {lm.Huber: lambda r, loss: np.clip(r, -loss.delta, loss.delta), lm.LogCosh: lambda r, loss: np.tanh(r)}
CLASSES_TRIED = 40  # with smoothing, the slope comes near its bound only with many classes


def samples(loss):
    """Scores of elements or rows, from 1e-3 to 1e4 on both sides, and targets that fit."""
    random = np.random.default_rng(5)
    coding = loss.traits.target
    size = CLASSES_TRIED if loss.HAS_CLASSES else 1
    scores = random.normal(size=(4000, size)) * 10.0 ** random.uniform(-3, 4, (4000, 1))
    if coding in (CLASS_INDEX, CLASSES):
        return scores, random.integers(0, size, 4000)
    if coding in (CLASS_ROWS, DISTRIBUTION):
        rows = random.dirichlet(np.ones(size), 4000)
        rows[::4, 0] = 1e-300  # next to impossible classes
        return scores, rows / rows.sum(1, keepdims=True)
    target = {
        REAL: random.normal(size=4000),
        COUNT: random.poisson(2.0, 4000),
        BINARY: random.choice([0.0, 0.25, 1.0], 4000),
        SIGN: random.choice([-1.0, 1.0], 4000),
    }
    return scores[:, 0], target[coding]


def value(loss, scores, target):
    return loss(scores, target, reduction="none")


def refutes_convexity(loss):
    """Whether some chord lies below the curve: f((a + b)/2) > (f(a) + f(b))/2, in exact enough arithmetic."""
    scores, target = samples(loss)
    a, b = scores[:2000] / 100, scores[2000:] / 100
    target = target[:2000]
    middle = value(loss, (a + b) / 2, target)
    chord = (value(loss, a, target) + value(loss, b, target)) / 2
    return bool((middle > chord * (1 + 1e-9) + 1e-9).any())


def steepest(loss):
    scores, target = samples(loss)
    return float(np.abs(loss.gradient(scores, target)).max())


@pytest.mark.parametrize("loss", LOSSES, ids=ids)
def test_convexity_is_as_claimed(loss):
    # a claim of convexity survives every chord; a claim of none must show its witness
    assert refutes_convexity(loss) == (not loss.traits.convex)


@pytest.mark.parametrize("loss", LOSSES, ids=ids)
def test_the_lipschitz_constant_holds_and_is_reached(loss):
    claimed, found = loss.traits.lipschitz, steepest(loss)
    if math.isinf(claimed):
        assert found > 10
    else:
        assert 0.99 * claimed <= found <= claimed * (1 + 1e-12)


@pytest.mark.parametrize("loss", [x for x in LOSSES if x.traits.target in (REAL, COUNT, SIGN, BINARY)], ids=ids)
def test_smoothness_is_as_claimed(loss):
    """Differences of the slope (0 claimed: must jump) and of the curvature (1 claimed: must jump) over 1e-9."""
    numbers = [x for x in dataclasses.asdict(loss).values() if isinstance(x, float)]
    kinks = np.unique([-1.0, 0.0, 1.0, *numbers, *(-x for x in numbers)])
    step = 1e-9
    target = {REAL: 0.0, COUNT: 1.0, SIGN: 1.0, BINARY: 1.0}[loss.traits.target]
    t = np.full_like(kinks, target)
    jump = {}
    for order, f in ((0, loss.gradient), (1, loss.curvature)):
        jump[order] = np.abs(f(kinks + step, t) - f(kinks - step, t)).max() > 1e-3
    assert (0 if jump[0] else 1 if jump[1] else math.inf) == loss.traits.smooth


@pytest.mark.parametrize("loss", [x for x in LOSSES if x.traits.target in (REAL, COUNT)], ids=ids)
def test_the_minimiser_is_the_statistic_that_is_elicited(loss):
    random = np.random.default_rng(1)
    y = random.gamma(1.5, 2.0, 2001)
    best = loss.traits.link.to_mean(torch.tensor(loss.best_constant(y))).item()
    statistic = {
        "mean": lambda: y.mean(),
        "median": lambda: np.median(y),
        "quantile": lambda: np.quantile(y, loss.level, method="inverted_cdf"),
        # a centre is where the pulls balance; Huber's are the residuals clipped to ±δ
        "centre": lambda: brentq(lambda c: PULLS[type(loss)](c - y, loss).mean(), y.min(), y.max(), xtol=1e-14),
    }
    assert best == pytest.approx(statistic[loss.traits.elicits](), rel=1e-12)


@pytest.mark.parametrize("loss", [x for x in LOSSES if x.traits.target is BINARY], ids=ids)
@pytest.mark.parametrize("p", [0.03, 0.4, 0.97])
def test_proper_means_least_at_the_true_probability(loss, p):
    best = loss.best_constant([1.0, 0.0], weight=[p, 1 - p])
    reached = torch.sigmoid(torch.tensor(best)).item()
    assert (reached == pytest.approx(p, abs=1e-9)) == loss.traits.proper


@pytest.mark.parametrize("loss", [x for x in LOSSES if x.traits.target is SIGN], ids=ids)
@pytest.mark.parametrize("p", [0.1, 0.45, 0.8])
def test_calibrated_means_the_sign_of_the_more_probable_label(loss, p):
    assert loss.traits.calibrated
    best = loss.best_constant([1.0, -1.0], weight=[p, 1 - p])
    assert np.sign(best) == np.sign(p - 0.5)


@pytest.mark.parametrize("loss", [x for x in LOSSES if x.HAS_CLASSES], ids=ids)
def test_proper_rows_are_least_at_the_true_distribution(loss):
    truth = np.array([[0.7, 0.2, 0.1]])
    if loss.traits.target in (CLASS_INDEX, CLASSES):
        best = loss.best_constant(np.array([0] * 7 + [1] * 2 + [2]))
    else:
        best = loss.best_constant(truth)
    reached = torch.softmax(torch.tensor(best), -1).numpy()
    gap = np.abs(reached - truth[0]).max()
    if loss.traits.proper:
        assert gap < 1e-12
    elif getattr(loss, "label_smoothing", 0):
        assert gap > 0.01
    else:  # the reverse KL agrees with one distribution, and with none of several
        assert gap < 1e-5


# The refuters themselves ----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Liar(lm.Residual):
    """Huber's loss with the traits of another."""

    delta: lm.Positive = 1.0

    def formula(self, r):
        return lm.Huber.formula(self, r)

    @property
    def traits(self):
        honest = lm.Huber(delta=self.delta).traits
        return dataclasses.replace(honest, convex=False, lipschitz=1.2, smooth=math.inf, elicits="mean")


@pytest.mark.parametrize(
    "check",
    [
        test_convexity_is_as_claimed,
        test_the_lipschitz_constant_holds_and_is_reached,
        test_smoothness_is_as_claimed,
        test_the_minimiser_is_the_statistic_that_is_elicited,
    ],
)
def test_a_planted_lie_is_caught(check):
    with pytest.raises(AssertionError):
        check(Liar())


# Traits of a user's own loss are measured -----------------------------------------------------------------------------


@pytest.mark.parametrize("cls", lm.ALL)
def test_measured_traits_agree_with_those_claimed(cls):
    from lossmith.measuring import measured

    found, claimed = measured(cls()), cls().traits
    assert (found.convex, found.smooth) == (claimed.convex, claimed.smooth)
    assert found.lipschitz == pytest.approx(claimed.lipschitz, rel=0.01)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Exponential(lm.Residual):
    """Slopes that overflow, above a dent near 0 or none."""

    dent: lm.NonNegative = 0.0

    def formula(self, r):
        return minus(exp(r), r) - self.dent * sech2(r)


def test_slopes_that_overflow_are_measured_where_they_are_finite():
    assert Exponential().traits.convex
    assert not Exponential(dent=5.0).traits.convex
    assert math.isinf(Exponential().traits.lipschitz)
