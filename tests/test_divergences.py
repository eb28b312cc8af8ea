"""Divergences: where probabilities are 0 or nearly equal, through the limits of their families, beside each other."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from mpmath import mp, mpf
from scipy.spatial.distance import jensenshannon

import lossmith as lm
from catalogue import CASES

SMOOTH = (
    lm.JSDivergence(),
    lm.JSDivergence(beta=0.2),
    lm.Hellinger(),
    lm.ChiSquared(),
    lm.ChiSquared(direction="reverse"),
    *(lm.AlphaDivergence(alpha=a) for a in (-2.0, 0.0, 1e-9, 0.3, 0.5, 1 - 1e-9, 1.0, 3.0)),
)
BOUNDED = {lm.JSDivergence(): math.log(2), lm.Hellinger(): 1.0, lm.TotalVariation(): 1.0}
PROBABILITIES = {"given": "probabilities"}
WEIGHTED = lm.JSDivergence(beta=0.2)


def rows(n=50, classes=5, seed=0):
    random = np.random.default_rng(seed)
    return random.dirichlet(np.ones(classes), n), random.dirichlet(np.ones(classes), n)


# Zeros ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "p", "t", "value"),
    [
        (lm.JSDivergence(), [1, 0], [0, 1], math.log(2)),
        (lm.JSDivergence(), [0.5, 0.5], [0, 1], 0.75 * math.log(4 / 3)),  # ½·log(4/3) + ¼·log 2 + ¼·log(2/3)
        (lm.JSDivergence(), [0, 1], [0.5, 0.5], 0.75 * math.log(4 / 3)),
        (WEIGHTED, [1, 0], [0, 1], -0.2 * math.log(0.2) - 0.8 * math.log(0.8)),
        (lm.TotalVariation(), [1, 0], [0, 1], 1),
        (lm.Hellinger(), [1, 0], [0, 1], 1),
        (lm.Hellinger(), [0, 1], [0.5, 0.5], 1 - math.sqrt(0.5)),
        (lm.ChiSquared(), [1, 0], [0, 1], math.inf),
        (lm.ChiSquared(), [0.5, 0.5], [0, 1], 1),
        (lm.ChiSquared(direction="reverse"), [0, 1], [0.5, 0.5], 1),
        (lm.ChiSquared(direction="reverse"), [0.5, 0.5], [0, 1], math.inf),
        (lm.AlphaDivergence(alpha=1.0), [0.5, 0.5], [0, 1], math.log(2)),
        (lm.AlphaDivergence(alpha=1.0), [0, 1], [0.5, 0.5], math.inf),
        (lm.AlphaDivergence(alpha=0.0), [0, 1], [0.5, 0.5], math.log(2)),
        (lm.AlphaDivergence(alpha=0.0), [0.5, 0.5], [0, 1], math.inf),
        (lm.AlphaDivergence(alpha=0.25), [1, 0], [0, 1], 16 / 3),  # 1/(α·(1 − α))
        (lm.AlphaDivergence(alpha=-1.0), [0.5, 0.5], [0, 1], math.inf),
        (lm.AlphaDivergence(alpha=3.0), [0, 1], [0.5, 0.5], math.inf),
    ],
    ids=str,
)
def test_zeros_on_either_side(loss, p, t, value):
    """With a class that has no probability on either side, as given and as scores: the value stays, and no NaN."""
    p, t = np.array([[*p, 0.0]], dtype=float), np.array([[*t, 0.0]], dtype=float)
    log_p, log_t = (torch.tensor(v).log().numpy() for v in (p, t))
    for prediction, given in ((p, "probabilities"), (log_p, "log_probabilities"), (log_p, "scores")):
        for target, target_given in ((t, "probabilities"), (log_t, "log_probabilities"), (log_t, "scores")):
            found = loss(prediction, target, given=given, target_given=target_given)
            assert found == pytest.approx(value, rel=1e-14)
            if math.isfinite(value):
                slope = loss.gradient(prediction, target, given=given, target_given=target_given)
                assert not np.isnan(slope).any()
                assert given == "probabilities" or np.isfinite(slope).all()


@pytest.mark.parametrize("loss", [*SMOOTH, lm.TotalVariation()], ids=repr)
def test_a_class_masked_by_a_score_of_minus_infinity_changes_nothing(loss):
    x, t = torch.randn(4, 3, dtype=torch.float64), torch.randn(4, 3, dtype=torch.float64).softmax(-1)
    masked = torch.cat([x, torch.full((4, 1), -math.inf)], 1)
    without = torch.cat([t, torch.zeros(4, 1)], 1)
    torch.testing.assert_close(loss(masked, without), loss(x, t))
    torch.testing.assert_close(loss.gradient(masked, without)[:, :3], loss.gradient(x, t))
    assert not loss.gradient(masked, without)[:, 3].any()


# Nearly equal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", SMOOTH, ids=repr)
@pytest.mark.parametrize("given", ["scores", "probabilities", "log_probabilities"])
def test_nearly_equal_distributions_keep_their_digits(loss, given):
    """The value is of second order: p and t that agree to seven digits leave a divergence of 1e-15, not of 1e-16's."""
    p = torch.tensor([[0.2, 0.5, 0.3]], dtype=torch.float64)
    t = torch.tensor([[0.2 + 3e-8, 0.5 - 1e-8, 0.3 - 2e-8]], dtype=torch.float64)
    x = p if given == "probabilities" else p.log()
    book = CASES[loss.name].textbook
    fixed = {k: mpf(v) if isinstance(v, float) else v for k, v in dataclasses.asdict(loss).items()}
    with mp.workdps(60):
        wanted = float(
            book.of([mpf(v) for v in x[0].tolist()], [mpf(v) for v in t[0].tolist()], given, "probabilities", **fixed)
        )
    # the probabilities are rounded at the seventeenth digit and their differences at the eighth of theirs
    assert loss(x, t, given=given).item() == pytest.approx(wanted, rel=1e-7, abs=0)


@pytest.mark.parametrize("loss", [*SMOOTH, lm.TotalVariation()], ids=repr)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_it_is_never_below_0_and_0_where_both_are_equal(loss, dtype):
    generator = torch.Generator().manual_seed(0)
    for size in (1e-6, 1e-3, 1.0, 30.0):
        x = (10 * torch.randn(200, 7, generator=generator)).to(dtype)
        near = x + (size * torch.randn(200, 7, generator=generator)).to(dtype)
        assert (loss(x, near, target_given="scores", reduction="none") >= 0).all()
        assert not loss(x, x, target_given="scores", reduction="none").any()
        assert (
            not loss.gradient(x, x, target_given="scores").any()
            or loss.gradient(x, x, target_given="scores").abs().max() < 4 * torch.finfo(dtype).eps
        )


@pytest.mark.parametrize("loss", BOUNDED, ids=repr)
def test_it_has_its_largest_value_where_the_two_exclude_each_other(loss):
    p, t = rows()
    each = loss(p, t, reduction="none", **PROBABILITIES)
    assert each.max() < BOUNDED[loss]
    assert loss([[800.0, 0.0]], [[0.0, 1.0]]) == pytest.approx(BOUNDED[loss])


# Families -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["scores", "probabilities", "log_probabilities"])
@pytest.mark.parametrize(
    ("one", "factor", "other"),
    [
        (lm.AlphaDivergence(alpha=0.5), 4, lm.Hellinger()),
        (lm.AlphaDivergence(alpha=2.0), 0.5, lm.ChiSquared()),
        (lm.AlphaDivergence(alpha=-1.0), 0.5, lm.ChiSquared(direction="reverse")),
        (lm.AlphaDivergence(alpha=1.0), 1, lm.KLDivergence()),
        (lm.AlphaDivergence(alpha=0.0), 1, lm.KLDivergence(direction="reverse")),
    ],
    ids=repr,
)
def test_special_cases_of_the_alpha_divergence(one, factor, other, given):
    p, t = rows()
    x = p if given == "probabilities" else np.log(p)
    np.testing.assert_allclose(
        one(x, t, given=given, reduction="none"), factor * other(x, t, given=given, reduction="none"), rtol=1e-12
    )
    difference = one.gradient(x, t, given=given) - factor * other.gradient(x, t, given=given)
    if given == "log_probabilities":  # a multiple of p, or of 1, is nothing to a distribution
        difference = difference / p
    assert np.ptp(difference) < 1e-11


def test_the_weighted_js_divergence_tends_to_the_kl_divergences():
    p, t = rows()
    for beta, direction in ((1e-7, "forward"), (1 - 1e-7, "reverse")):
        ours = lm.JSDivergence(beta=beta)(p, t, **PROBABILITIES) / min(beta, 1 - beta)
        assert ours == pytest.approx(lm.KLDivergence(direction=direction)(p, t, **PROBABILITIES), rel=1e-5)


def test_inequalities_that_every_textbook_has():
    p, t = rows(2000)
    tv, h, js, kl, chi = (
        loss(p, t, reduction="none", **PROBABILITIES)
        for loss in (lm.TotalVariation(), lm.Hellinger(), lm.JSDivergence(), lm.KLDivergence(), lm.ChiSquared())
    )
    assert (h <= tv).all()
    assert (tv <= np.sqrt(2 * h)).all()
    assert (tv**2 <= kl / 2).all()  # Pinsker
    assert (kl <= np.log1p(chi)).all()
    assert (js <= np.log(2) * tv).all()


# Renyi's and the softened ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "of_other", "other"),
    [
        (0.5, lambda h: -2 * np.log1p(-h), lm.Hellinger()),
        (1.0, lambda kl: kl, lm.KLDivergence()),
        (2.0, np.log1p, lm.ChiSquared()),
        (3.0, lambda d: np.log1p(6 * d) / 2, lm.AlphaDivergence(alpha=3.0)),
    ],
)
def test_special_cases_of_the_renyi_divergence(alpha, of_other, other):
    p, t = rows()
    ours = lm.RenyiDivergence(alpha=alpha)(np.log(p), t, reduction="none")
    np.testing.assert_allclose(ours, of_other(other(np.log(p), t, reduction="none")), rtol=1e-12)


def test_the_renyi_divergence_rises_with_its_order():
    p, t = rows()
    each = [lm.RenyiDivergence(alpha=a)(np.log(p), t, reduction="none") for a in (0.01, 0.5, 0.999, 1, 1.001, 2, 50)]
    assert (np.diff(each, axis=0) > 0).all()
    worst = np.log((t / p).max(1))
    np.testing.assert_allclose(lm.RenyiDivergence(alpha=1e4)(np.log(p), t, reduction="none"), worst, rtol=1e-2)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_the_renyi_divergence_does_not_overflow(dtype):
    x, t = torch.tensor([[3000.0, 0.0]], dtype=dtype), torch.tensor([[0.5, 0.5]], dtype=dtype)
    for alpha, wanted in ((0.5, math.log(2)), (2.0, 3000 - 2 * math.log(2)), (1.0, 1500 - math.log(2))):
        loss = lm.RenyiDivergence(alpha=alpha)
        assert loss(x, t).item() == pytest.approx(wanted, rel=1e-6)
        assert loss.gradient(x, t).abs().max() <= 1
    assert lm.RenyiDivergence()([[math.inf, 0.0]], [[0.0, 1.0]]) == math.inf


def test_of_a_large_temperature_half_the_variance_of_the_difference_is_left():
    x, y = np.random.default_rng(0).normal(size=(2, 6, 5))
    ours = lm.Distillation(temperature=1e4)(x, y, target_given="scores", reduction="none")
    np.testing.assert_allclose(ours, (x - y).var(1) / 2, rtol=1e-3)


def test_the_slope_of_distillation_does_not_fade_with_the_temperature():
    x, y = np.random.default_rng(0).normal(size=(2, 6, 5))
    sizes = [np.abs(lm.Distillation(temperature=t).gradient(x, y, target_given="scores")).max() for t in (1, 10, 100)]
    assert min(sizes) > 0.2 * max(sizes)


def test_distillation_reads_no_probabilities_of_the_student():
    with pytest.raises(lm.LossmithError, match="given='scores' or given='log_probabilities'"):
        lm.Distillation()([[0.5, 0.5]], [[0.5, 0.5]], given="probabilities")


# Other libraries ------------------------------------------------------------------------------------------------------


def test_jensen_shannon_as_in_scipy():
    p, t = rows()
    ours = lm.JSDivergence()(p, t, reduction="none", **PROBABILITIES)
    np.testing.assert_allclose(ours, jensenshannon(p, t, axis=1) ** 2, rtol=1e-12)


@pytest.mark.parametrize("beta", [0.1, 0.5, 0.9])
def test_the_weighted_js_divergence_as_liger_writes_it(beta):
    """Its ops/jsd.py, with X the log-probabilities of the student Q and Y of the teacher P: loss, and gradient by X."""
    x, y = torch.randn(2, 6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).log_softmax(-1)
    q, p = x.exp(), y.exp()
    # there β weighs KL(P ‖ M) of the teacher, and M is β·P + (1 − β)·Q
    log_m = (beta * p + (1 - beta) * q).log()
    wanted = (beta * p * (y - log_m) + (1 - beta) * q * (x - log_m)).sum(-1)
    ours = lm.JSDivergence(beta=beta)
    options = {"given": "log_probabilities", "target_given": "log_probabilities"}
    torch.testing.assert_close(ours(x, y, reduction="none", **options), wanted)
    torch.testing.assert_close(ours.gradient(x, y, **options), (1 - beta) * q * (x - log_m))


@pytest.mark.parametrize("temperature", [1.0, 2.0, 10.0])
def test_distillation_as_pytorchs_tutorial_writes_it(temperature):
    """Knowledge Distillation Tutorial: soft targets, divided by the number of rows, times T²."""
    student, teacher = torch.randn(2, 6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).unbind()
    soft = (teacher / temperature).softmax(-1)
    wanted = (soft * (soft.log() - (student / temperature).log_softmax(-1))).sum() / 6 * temperature**2
    ours = lm.Distillation(temperature=temperature)
    torch.testing.assert_close(ours(student, teacher, target_given="scores"), wanted)
    torch.testing.assert_close(ours(student + 7, teacher.softmax(-1)), wanted)
    of_logs = {"given": "log_probabilities", "target_given": "log_probabilities"}
    torch.testing.assert_close(ours(student.log_softmax(-1), teacher.log_softmax(-1), **of_logs), wanted)


# The best constant ----------------------------------------------------------------------------------------------------


def test_total_variation_of_labels_is_the_most_frequent_one():
    best = lm.TotalVariation().best_constant(np.eye(3)[[0, 2, 2, 1, 2, 0]])
    np.testing.assert_allclose(np.exp(best), [0, 0, 1], atol=1e-12)


def test_total_variation_of_two_classes_is_the_median():
    shares = np.array([0.1, 0.2, 0.25, 0.7, 0.9])
    best = lm.TotalVariation().best_constant(np.stack([shares, 1 - shares], 1))
    np.testing.assert_allclose(np.exp(best), [0.25, 0.75])
    weighted = lm.TotalVariation().best_constant(np.stack([shares, 1 - shares], 1), weight=[1, 1, 1, 1, 5])
    np.testing.assert_allclose(np.exp(weighted), [0.9, 0.1])


def test_hellinger_of_labels_tends_to_the_squares_of_the_shares():
    best = lm.Hellinger().best_constant(np.eye(2)[[0, 0, 0, 1]])
    np.testing.assert_allclose(torch.tensor(best).softmax(-1), [0.9, 0.1], rtol=1e-6)
