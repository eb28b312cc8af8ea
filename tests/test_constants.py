"""The best constant prediction is the statistic that the loss elicits, and no other constant is better."""

import math

import numpy as np
import pytest
import torch
from scipy import optimize

import lossmith as lm
from batches import CATALOGUE, OF_NUMBERS, USERS, draw, holds_something
from lossmith.errors import LossmithError

BINARY, CROSS, KL, POISSON = lm.BinaryCrossEntropy(), lm.CrossEntropy(), lm.KLDivergence(), lm.Poisson()
SAMPLE = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0])
WEIGHT = np.array([1.0, 2.0, 0.0, 3.0, 1.0, 1.0, 2.0])
REPEATED = np.repeat(SAMPLE, WEIGHT.astype(int))


# The statistic that traits.elicits names ------------------------------------------------------------------------------


def test_mse_the_mean():
    assert lm.MSE().best_constant(SAMPLE) == pytest.approx(SAMPLE.mean(), rel=1e-14)
    assert lm.MSE().best_constant(SAMPLE, weight=WEIGHT) == pytest.approx(REPEATED.mean(), rel=1e-14)


def test_mae_the_median_and_the_midpoint_of_an_even_count():
    assert lm.MAE().best_constant(SAMPLE) == 2.0
    assert lm.MAE().best_constant(SAMPLE[:6]) == 2.0  # between 1 and 3
    assert lm.MAE().best_constant([1.0, 2.0]) == 1.5
    assert lm.MAE().best_constant(SAMPLE, weight=WEIGHT) == np.median(REPEATED)


@pytest.mark.parametrize("level", [0.15, 0.5, 0.75, 0.92])
def test_quantile_the_quantile(level):
    best = lm.Quantile(level=level).best_constant(SAMPLE)
    assert best == np.quantile(SAMPLE, level, method="inverted_cdf")
    weighted = lm.Quantile(level=level).best_constant(SAMPLE, weight=WEIGHT)
    assert weighted == np.quantile(REPEATED, level, method="averaged_inverted_cdf")


def test_quantile_the_midpoint_where_a_whole_interval_is_best():
    """A quarter of four lies below anything between the first and the second."""
    assert lm.Quantile(level=0.25).best_constant([1.0, 2.0, 5.0, 7.0]) == 1.5


def test_binary_cross_entropy_the_log_odds():
    labels = np.array([1, 0, 1, 1])
    assert BINARY.best_constant(labels) == pytest.approx(math.log(3), rel=1e-14)
    assert BINARY.best_constant(labels, weight=np.array([1.0, 3.0, 1.0, 0.0])) == pytest.approx(math.log(2 / 3))
    assert BINARY.best_constant(np.array([0.2, 0.4])) == pytest.approx(math.log(0.3 / 0.7))
    assert lm.BinaryCrossEntropy(pos_weight=5.0).best_constant(labels) == pytest.approx(math.log(15))
    # smoothed by 0.2, three of four are 0.8·0.75 + 0.1 = 0.7
    assert lm.BinaryCrossEntropy(label_smoothing=0.2).best_constant(labels) == pytest.approx(math.log(0.7 / 0.3))


def test_binary_cross_entropy_of_one_kind_of_label_alone_is_infinite():
    assert BINARY.best_constant([1, 1]) == math.inf
    assert BINARY.best_constant([0, 0]) == -math.inf


def test_poisson_the_log_of_the_mean():
    counts = np.array([0, 3, 1, 7])
    assert POISSON.best_constant(counts) == pytest.approx(math.log(11 / 4), rel=1e-14)
    assert POISSON.best_constant(counts, weight=np.array([2.0, 1.0, 0.0, 3.0])) == pytest.approx(math.log(4), rel=1e-14)
    assert POISSON.best_constant([0.25, 0.5]) == pytest.approx(math.log(0.375), rel=1e-14)
    assert POISSON.best_constant([1e-30, 3e-30]) == pytest.approx(math.log(2e-30), rel=1e-14)


def test_poisson_of_zeros_alone_is_a_rate_of_0():
    assert POISSON.best_constant([0, 0, 0]) == -math.inf
    assert POISSON.best_constant([[0, 1], [0, 1]]) == pytest.approx(np.array([-math.inf, 0.0]), abs=1e-15)
    assert POISSON.best_constant([0, 5], weight=[1.0, 0.0]) == -math.inf


@pytest.mark.parametrize("loss", [CROSS, lm.SparseCategoricalCrossEntropy()], ids=repr)
def test_cross_entropy_the_log_frequencies(loss):
    best = loss.best_constant(np.array([0, 2, 2, 1, 2, 0, 2, 2]))
    np.testing.assert_allclose(best, np.log([2 / 8, 1 / 8, 5 / 8]), rtol=1e-14)
    weighted = loss.best_constant(np.array([0, 2, 1]), weight=np.array([1.0, 2.0, 1.0]))
    np.testing.assert_allclose(weighted, np.log([0.25, 0.25, 0.5]), rtol=1e-14)
    assert loss.best_constant(np.array([0, 2]))[1] == -math.inf


@pytest.mark.parametrize("loss", [CROSS, lm.CategoricalCrossEntropy(), KL], ids=repr)
def test_losses_of_rows_the_log_of_the_mean_row(loss):
    rows = np.array([[0.2, 0.8], [0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_allclose(loss.best_constant(rows), np.log([1.7 / 3, 1.3 / 3]), rtol=1e-14)
    weight = np.array([1.0, 0.0, 3.0])
    np.testing.assert_allclose(loss.best_constant(rows, weight=weight), np.log([3.2 / 4, 0.8 / 4]), rtol=1e-14)


def test_smoothed_cross_entropy_the_smoothed_frequencies():
    best = lm.CrossEntropy(label_smoothing=0.3).best_constant(np.array([0, 1, 1, 2]))
    np.testing.assert_allclose(best, np.log(0.7 * np.array([0.25, 0.5, 0.25]) + 0.1), rtol=1e-14)


def test_reverse_kl_divergence_the_geometric_mean():
    rows = np.array([[0.2, 0.8], [0.5, 0.5]])
    scores = lm.KLDivergence(direction="reverse").best_constant(rows)
    wanted = np.log(rows).mean(0)
    assert scores[1] - scores[0] == pytest.approx(wanted[1] - wanted[0], rel=1e-6)


@pytest.mark.parametrize("loss", [lm.Hinge(), lm.SquaredHinge()], ids=repr)
def test_margins_side_with_the_majority(loss):
    assert loss.best_constant([1, 1, -1]) > 0
    assert loss.best_constant([-1, -1, 1]) < 0
    assert loss.best_constant([1, -1], weight=[1.0, 3.0]) < 0


def test_hinge_at_the_margin():
    assert lm.Hinge().best_constant([1, 1, -1]) == 1.0
    assert lm.SquaredHinge().best_constant([1, 1, -1]) == pytest.approx(1 / 3)  # 2(1 − c) = 1 + c


@pytest.mark.parametrize(
    ("loss", "best"),
    [
        (lm.LogisticMargin(), math.log(3)),
        (lm.Exponential(), math.log(3) / 2),
        (lm.Savage(), math.log(3)),
        (lm.Tangent(), math.tan(0.25)),
        (lm.ModifiedHuber(), 0.5),
        (lm.SquaredMargin(), 0.5),
        (lm.SmoothedHinge(), 1 - 1 / 3),  # 3(1 − c) = 1, where the negatives pull with slope 1
        (lm.DWD(), math.sqrt(3) / 2),  # 3/(4c²) = 1
        (lm.SigmoidLoss(), math.inf),
    ],
    ids=repr,
)
def test_margins_where_three_of_four_are_positive(loss, best):
    assert loss.best_constant([1, 1, 1, -1]) == pytest.approx(best, rel=1e-12)
    assert loss.best_constant([1, -1], weight=[1.0, 3.0]) == pytest.approx(-best, rel=1e-12)


def test_margins_that_need_not_be_convex_of_one_kind_of_label_alone():
    assert lm.Savage().best_constant([1, 1]) == math.inf
    assert lm.Savage().best_constant([-1]) == -math.inf
    assert lm.Tangent().best_constant([1, 1]) == pytest.approx(math.tan(0.5))
    assert lm.Perceptron().best_constant([1, 1, -1]) == 0.0


def test_epsilon_insensitive_the_middle_of_what_is_free():
    assert lm.EpsilonInsensitive(epsilon=4.0).best_constant([1.0, 2.0, 7.0]) == 4.0  # within 4 of all: 3 to 5
    assert lm.SquaredEpsilonInsensitive(epsilon=4.0).best_constant([1.0, 2.0, 7.0]) == 4.0
    assert lm.EpsilonInsensitive(epsilon=0.25).best_constant([1.0, 2.0, 7.0]) == 2.0


def test_expectile_balances_distances():
    # 0.8·(7 − c) = 0.2·((c − 1) + (c − 2)) at c = 31/6
    assert lm.Expectile(level=0.8).best_constant([1.0, 2.0, 7.0]) == pytest.approx(31 / 6, rel=1e-14)
    assert lm.Expectile().best_constant(SAMPLE, weight=WEIGHT) == pytest.approx(REPEATED.mean(), rel=1e-14)


def test_relative_errors():
    assert lm.MSLE().best_constant([0.0, 3.0]) == pytest.approx(1.0, rel=1e-12)  # log(1 + 1) = log(4)/2
    assert lm.MSLE().best_constant([0, 0]) == pytest.approx(0.0, abs=1e-12)
    assert lm.MAPE().best_constant([1.0, 10.0, 10.0, 10.0]) == 1.0  # of weight 1, beside 3 times 0.1
    assert lm.MAPE().best_constant([0.0, 10.0, 10.0]) == 0.0


def test_a_lone_best_constant_is_found():
    """Against targets of 0, everything but 0 costs the same."""
    assert lm.SMAPE().best_constant([0.0, 0.0, 0.0, 1.0, 5.0]) == 0.0
    assert lm.SMAPE().best_constant([0.0, 0.0, 3.0, 1.0, 5.0]) == 3.0
    assert math.isnan(lm.SMAPE().best_constant([1.0, math.nan, 2.0]))
    assert lm.SMAPE().best_constant([1.0, math.nan, 2.0], weight=[3.0, 0.0, 1.0]) == 1.0
    assert lm.SMAPE().best_constant(np.repeat([1.0, 4.0, 0.0], [100, 200, 400])) == 0.0


# Columns, weights, brute force ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", OF_NUMBERS, ids=repr)
def test_each_column_has_its_own(loss):
    columns = np.stack([draw(loss, n=7, seed=s)[1].numpy() for s in range(2)], -1).reshape(7, 2, 1)
    weight = np.random.default_rng(3).uniform(0, 2, columns.shape)
    best = loss.best_constant(columns, weight=weight)
    assert best.shape == (2, 1)
    for i, j in np.ndindex(2, 1):
        alone = loss.best_constant(columns[:, i, j], weight=weight[:, i, j])
        assert best[i, j] == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "loss",
    [*OF_NUMBERS, lm.Huber(delta=0.1), lm.Quantile(level=0.8), USERS[3]],
    ids=repr,
)
def test_no_other_constant_is_better(loss, weighted):
    t = draw(loss, n=9, seed=4)[1].numpy()
    weight = np.random.default_rng(3).uniform(0, 2, 9) if weighted else None

    def mean(c):
        return float(loss(np.full(9, float(c)), t, weight=weight))

    best = float(loss.best_constant(t, weight=weight))
    found = optimize.minimize_scalar(mean, bounds=(-12, 12), method="bounded", options={"xatol": 1e-12})
    grid = min(mean(c) for c in np.linspace(-12, 12, 500))
    assert mean(best) <= min(found.fun, grid) + 1e-12
    assert mean(best) <= min(mean(best + d) for d in (-1e-3, 1e-3, -1e-6, 1e-6)) + 1e-15


@pytest.mark.parametrize(
    "loss", [x for x in [*CATALOGUE, *USERS[:3]] if (x.HAS_AXIS or x in USERS) and not holds_something(x)], ids=repr
)
def test_no_other_scores_are_better(loss):
    x, t = draw(loss, n=30, seed=4)
    best = torch.as_tensor(loss.best_constant(t))
    shape = x.shape if isinstance(loss, lm.Setwise) else (30, *best.shape)
    least = loss(best.expand(shape), t)
    random = torch.Generator().manual_seed(1)
    for size in (1.0, 0.1, 1e-3):
        for _ in range(10):
            other = best + size * torch.randn(best.shape, generator=random, dtype=torch.float64)
            assert least <= loss(other.expand(shape), t) + 1e-12


def test_of_extreme_targets():
    assert lm.MSE().best_constant([1e30, 3e30]) == 2e30
    assert lm.MAE().best_constant([-1e200, 1e-200, 1e200]) == 1e-200
    assert lm.MSE().best_constant([5.0]) == 5.0
    assert lm.MAE().best_constant([7.0, 7.0, 7.0]) == 7.0
    assert lm.MSE().best_constant([0.0, 0.0]) == 0.0


def test_a_weight_of_0_leaves_a_sample_out_whatever_it_holds():
    for loss in (lm.MSE(), lm.MAE(), lm.Huber(), lm.Quantile(level=0.3), lm.LogCosh()):
        clean = loss.best_constant([1.0, 2.0, 4.0])
        assert loss.best_constant([1.0, math.nan, 2.0, 4.0], weight=[1.0, 0.0, 1.0, 1.0]) == pytest.approx(clean)


def test_a_missing_target_is_not_passed_over_in_silence():
    for loss in (lm.MSE(), lm.MAE(), lm.Huber()):
        assert math.isnan(loss.best_constant([1.0, math.nan, 2.0]))


def test_torch_in_torch_out():
    best = lm.MSE().best_constant(torch.tensor([1.0, 2.0]))
    assert isinstance(best, torch.Tensor)
    assert best == 1.5
    assert isinstance(lm.MSE().best_constant([1.0, 2.0]), np.floating)


@pytest.mark.parametrize("loss", [*CATALOGUE, *USERS], ids=repr)
def test_nothing_to_go_by_is_an_error(loss):
    _, t = draw(loss, n=2)
    with pytest.raises(LossmithError, match="shape"):
        loss.best_constant(t[:0])
