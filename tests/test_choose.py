"""`choose`: on data made so, what theory names comes out, with its reasons; wrong use is told what to write."""

import dataclasses
import json
import math

import numpy as np
import pandas
import polars as pl
import pytest
import torch
from rich.console import Console
from scipy import stats
from typer.testing import CliRunner

import lossmith as lm
from lossmith import cli
from lossmith.choosing import Facts, Recommendation, findings, prose, shape, terminal
from lossmith.choosing.baseline import baseline_of
from lossmith.choosing.efficiency import precision, ratio
from lossmith.errors import DataError, ParameterError
from lossmith.reading import Task, read
from lossmith.wording import listed
from wrong_use import says

SEEDS = range(5)

# -------------------------------------------------------------------------------------------------------- data made so


def with_outliers(rng, rows):
    noise = rng.normal(size=rows)
    noise[rng.random(rows) < 0.05] *= 10
    return noise


NOISES = {
    "normal": lambda rng, rows: rng.normal(size=rows),
    "uniform": lambda rng, rows: rng.uniform(-1.7, 1.7, size=rows),
    "laplace": lambda rng, rows: rng.laplace(size=rows),
    "outliers": with_outliers,
}


def linear(rng, rows):
    features = rng.normal(size=(rows, 4))
    return features, features @ np.array([2.0, -1.0, 0.5, 0.0])


def curved(rng, rows):
    features = rng.uniform(-2, 2, size=(rows, 3))
    return features, 2 * np.sin(2 * features[:, 0]) + features[:, 1] ** 2


def heavy(rng, rows):
    """A target with heavy tails and skew that its features explain entirely."""
    features = np.exp(1.2 * rng.normal(size=(rows, 3)))
    return features, features @ np.array([3.0, 1.0, 2.0])


def made(noise, seed=0, rows=800, signal=linear):
    rng = np.random.default_rng(seed)
    features, explained = signal(rng, rows)
    return features, explained + NOISES[noise](rng, rows)


def names(advice):
    return [entry.loss.name for entry in advice.ranking]


def chosen(features, target, **options):
    return lm.choose(features=features, target=target, **options)


@pytest.fixture(scope="module")
def features():
    return np.random.default_rng(1).normal(size=(300, 3))


@pytest.fixture(scope="module")
def laplace():
    """One advice that several tests look at."""
    return chosen(*made("laplace", rows=1500))


# ---------------------------------------------------------------------------------------------- what has to come out


@pytest.mark.parametrize(("seed", "signal"), list(enumerate([linear, curved, heavy] * 2)))
def test_clean_regression_is_for_mse(signal, seed):
    advice = chosen(*made("normal", seed, signal=signal))
    assert advice.loss == lm.MSE()
    assert advice.ranking[0].estimates == "the mean"
    assert "normal" in advice.reasons[0]


def test_heavy_tails_of_the_features_are_no_reason_for_a_robust_loss():
    advice = chosen(*made("normal", 0, signal=heavy))
    raw = made("normal", 0, signal=heavy)[1]
    assert stats.skew(raw) > 2  # whoever looks at the raw target
    assert shape.hogg(raw) > 0.7  # takes it for one with outliers
    assert abs(advice.facts.hogg) < 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_short_tails_are_for_mse(seed):
    assert chosen(*made("uniform", seed)).loss == lm.MSE()


@pytest.mark.parametrize(("seed", "signal"), list(enumerate([linear, heavy] * 3)))
def test_laplace_noise_is_for_mae(signal, seed):
    advice = chosen(*made("laplace", seed, rows=1500, signal=signal))
    assert advice.loss == lm.MAE()
    assert advice.ranking[0].estimates == "the median"
    assert "Laplace" in advice.reasons[0]


@pytest.mark.parametrize(("seed", "signal"), list(enumerate([linear, curved, heavy] * 2)))
def test_gross_outliers_are_for_huber(signal, seed):
    advice = chosen(*made("outliers", seed, rows=1200, signal=signal))
    assert advice.loss.name == "huber"
    assert "outliers" in advice.reasons[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_kind_of_row_tells_the_task(seed):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(300, 3))
    scores = features @ rng.normal(size=(3, 4)) + rng.gumbel(size=(300, 4))
    index = scores.argmax(axis=1)
    soft = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert names(chosen(features, (index > 1).astype(int)))[0] == "binary_cross_entropy"
    assert names(chosen(features, 2 * (index > 1) - 1))[:1] == ["hinge"]
    assert names(chosen(features, index))[0] == "sparse_categorical_cross_entropy"
    assert names(chosen(features, np.eye(4)[index]))[0] == "categorical_cross_entropy"
    assert names(chosen(features, soft))[0] == "kl_divergence"
    assert names(chosen(features, (scores > 0).astype(int)))[0] == "binary_cross_entropy"
    assert names(chosen(features, 1 / (1 + np.exp(-scores[:, 0]))))[:2] == ["binary_cross_entropy", "mse"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("excess", [0, 2])
def test_counts_are_for_poisson_whatever_their_spread(seed, excess):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(500, 2))
    mean = np.exp(1 + 0.5 * features[:, 0])
    # A Poisson variable whose mean is gamma distributed has variance mean·(1 + excess).
    target = rng.poisson(mean * rng.gamma(mean / excess, excess / mean) if excess else mean)
    advice = chosen(features, target)
    assert names(advice) == ["poisson", "mse"]
    assert advice.facts.residual_dispersion == pytest.approx(1 + excess, rel=0.35)
    assert ("too narrow" in advice.reasons[0]) == bool(excess)


def test_zeros_beyond_those_of_poisson_are_told():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(600, 2))
    target = rng.poisson(np.exp(0.5 + 0.3 * features[:, 0]))  # a fifth are 0
    assert not any("are 0, where" in warning for warning in chosen(features, target).warnings)
    half = np.where(rng.random(600) < 0.4, 0, target)
    assert any("are 0, where" in warning for warning in chosen(features, half).warnings)


def test_both_hinge_and_cross_entropy_are_offered_for_two_classes(features):
    target = (features[:, 0] > 0).astype(int)
    assert names(chosen(features, target)) == ["binary_cross_entropy", "hinge", "mse"]
    advice = chosen(features, 2 * target - 1)
    assert names(advice) == ["hinge", "squared_hinge", "binary_cross_entropy"]
    assert "maximum-margin alternative" in advice.reasons[0]
    assert "(y + 1) / 2" in advice.ranking[2].reason


def test_on_one_hot_rows_kl_is_no_reason_to_change(features):
    rows = np.eye(3)[np.arange(300) % 3]
    advice = chosen(features, rows)
    assert names(advice) == [
        "categorical_cross_entropy",
        "sparse_categorical_cross_entropy",
        "kl_divergence",
    ]
    scores = np.random.default_rng(0).normal(size=(300, 3))
    gradients = [advice.ranking[place].loss.gradient(scores, rows) for place in (0, 2)]
    np.testing.assert_allclose(*gradients, atol=1e-12)


# ------------------------------------------------------------------------------------------------ parameters and units


@pytest.mark.parametrize("factor", [1000.0, 1e-9, 1e12])
def test_the_unit_of_the_target_changes_nothing(factor):
    features, target = made("outliers", rows=600)
    plain, scaled = chosen(features, target), chosen(features, factor * target)
    assert scaled.loss.name == plain.loss.name == "huber"
    assert scaled.loss.delta == pytest.approx(plain.loss.delta, rel=0.05)
    assert scaled.facts.residual_scale == pytest.approx(factor * plain.facts.residual_scale, rel=0.02)
    np.testing.assert_allclose(scaled.facts.moors, plain.facts.moors, atol=0.05)


def test_delta_is_set_by_the_residuals_in_standard_deviations_of_the_target():
    advice = chosen(*made("outliers", rows=1500))
    facts = advice.facts
    assert facts.residual_scale == pytest.approx(1.0, rel=0.12)  # the clean errors' standard deviation
    assert advice.loss.delta == pytest.approx(1.345 * facts.residual_scale / facts.std, rel=0.03)
    assert f"{prose.number(advice.loss.delta)} standard deviations of target" in advice.reasons[0]
    assert prose.number(advice.loss.delta * facts.std) in advice.reasons[0]


def test_weights_are_the_balanced_ones(features):
    labels = np.repeat([0, 1, 2], [200, 80, 20])
    advice = chosen(features, labels)
    weighted = advice.ranking[1]
    assert weighted.loss == advice.loss
    np.testing.assert_allclose(weighted.class_weight, [300 / (3 * n) for n in (200, 80, 20)], rtol=1e-3)
    assert any("probabilities" in warning for warning in advice.warnings)
    scores = torch.randn(300, 3, generator=torch.Generator().manual_seed(0))
    weight = torch.tensor(weighted.class_weight)[torch.from_numpy(labels)]
    expected = lm.SparseCategoricalCrossEntropy()(scores, torch.from_numpy(labels), weight=weight)
    assert float(weighted.criterion()(scores, torch.from_numpy(labels))) == pytest.approx(float(expected))
    assert advice.ranking[0].criterion().class_weight is None


def test_a_rare_class_of_two_gets_its_weight_as_a_field(features):
    target = (np.arange(300) < 30).astype(int)
    weighted = chosen(features, target).ranking[1]
    assert weighted.loss == lm.BinaryCrossEntropy(pos_weight=9.0)
    assert weighted.class_weight is None
    assert "shift" in weighted.reason
    weighted.criterion()(torch.zeros(300), torch.from_numpy(target).float())


def test_weights_begin_at_four_to_one(features):
    for period, is_weighted in ((4, False), (6, True)):  # 3 and 5 to 1
        advice = chosen(features, (np.arange(300) % period == 0).astype(int))
        assert ("pos_weight" in str(advice)) == is_weighted == warned(advice, "Imbalance alone needs no weights")


def test_classes_of_like_size_get_no_weight(features):
    advice = chosen(features, np.arange(300) % 3)
    assert all(entry.class_weight is None for entry in advice.ranking)
    assert names(advice) == ["sparse_categorical_cross_entropy"] * 2 + ["mse"]


# ------------------------------------------------------------------------------------------------------------ the skew


@pytest.mark.parametrize("seed", SEEDS)
def test_on_skewed_errors_it_is_said_how_far_the_centre_lies_from_the_mean(seed):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(2000, 2))
    target = 50 + features[:, 0] + 5 * rng.exponential(size=2000)
    advice = chosen(features, target)
    by_name = {entry.loss.name: entry for entry in advice.ranking}
    expected = -5 * (1 - math.log(2))  # the median of an exponential variable below its mean
    assert by_name["mae"].off_mean == pytest.approx(expected, rel=0.25)
    assert by_name["mse"].off_mean is None
    assert "below the mean" in by_name["mae"].reason
    assert "quantile" in by_name
    if advice.loss != lm.MSE():
        assert any("averages matter take MSE" in warning and "below" in warning for warning in advice.warnings)


def test_on_symmetric_errors_nothing_is_said_of_the_mean(laplace):
    assert all(entry.off_mean is None for entry in laplace.ranking)
    assert not any("skewed" in warning for warning in laplace.warnings)


def test_skew_that_the_features_explain_is_no_skew():
    rng = np.random.default_rng(0)
    features, explained = heavy(rng, 1500)
    advice = chosen(features, explained + rng.laplace(size=1500))
    assert advice.facts.skewness > 2
    assert all(entry.off_mean is None for entry in advice.ranking)


# --------------------------------------------------------------------------------------------- the measurement itself

LOCATIONS = {  # n times the variance of mean, median and Huber's centre: closed forms, or measured in 4,000 draws
    "normal": (1.0, math.pi / 2, 1 / 0.95),
    "laplace": (2.0, 1.0, 1.42),
    "outliers": (0.95 + 0.05 * 100, 1.69, 1.22),
    "t3": (3.0, 1.85, 1.58),
}


def variances(sample):
    scale = shape.robust_scale(sample)
    losses = (lm.MSE(), lm.MAE(), lm.Huber(delta=1.345 * scale))
    return [precision(loss, sample, scale).variance for loss in losses]


@pytest.mark.parametrize("noise", LOCATIONS)
def test_the_variance_is_that_of_theory(noise):
    rng = np.random.default_rng(0)
    draw = (lambda rng, rows: rng.standard_t(3, size=rows)) if noise == "t3" else NOISES[noise]
    measured = np.mean([variances(draw(rng, 30_000)) for _ in range(4)], axis=0)
    np.testing.assert_allclose(measured, LOCATIONS[noise], rtol=0.07)


def test_the_variance_of_the_median_is_that_of_its_density():
    median = -math.log(math.log(2))
    density = stats.gumbel_r.pdf(median)
    rng = np.random.default_rng(0)
    samples = [rng.gumbel(size=30_000) for _ in range(4)]
    found = [precision(lm.MAE(), sample, shape.robust_scale(sample)) for sample in samples]
    assert np.mean([each.centre for each in found]) == pytest.approx(median, abs=0.02)
    assert np.mean([each.variance for each in found]) == pytest.approx(1 / (4 * density**2), rel=0.05)


@pytest.mark.parametrize(("robust", "known"), [(lm.MAE(), math.pi / 2), (lm.Huber(delta=1.345), 1 / 0.95)])
def test_the_standard_error_of_a_ratio_covers_what_chance_does(robust, known):
    found = []
    for seed in range(60):
        sample = np.random.default_rng(seed).normal(size=400)
        found.append(ratio(precision(robust, sample, 1.0), precision(lm.MSE(), sample, 1.0)))
    logs, errors = np.log([share for share, _ in found]), np.array([error for _, error in found])
    assert np.median(errors) == pytest.approx(np.std(logs), rel=0.25)
    assert np.mean(logs) == pytest.approx(math.log(known), abs=3 * np.std(logs) / 60**0.5 + 0.02)


def test_the_influence_is_the_variance():
    sample = np.random.default_rng(0).laplace(size=20_000)
    for loss in (lm.MSE(), lm.MAE(), lm.Huber(delta=1.0)):
        found = precision(loss, sample, 1.0)
        assert np.mean(found.influence**2) == pytest.approx(found.variance, rel=1e-9)
        assert found.influence[sample.argmax()] > 0  # a large residual pulls the centre up
        assert found.influence[sample.argmin()] < 0


LAB = {"normal": (0.0, 0.0), "uniform": (-0.69, -0.24), "laplace": (0.71, 0.35), "outliers": (1.9, 0.03)}


@pytest.mark.parametrize("noise", LAB)
def test_the_pair_of_statistics_tells_the_cause(noise):
    sample = NOISES[noise](np.random.default_rng(0), 400_000)
    assert (shape.hogg(sample), shape.moors(sample)) == pytest.approx(LAB[noise], abs=0.06)


def test_shape_has_the_closed_forms():
    rng = np.random.default_rng(0)
    assert shape.robust_scale(7 * rng.normal(size=200_000)) == pytest.approx(7, rel=0.01)
    # Octiles of the exponential: log(8/7), log 2, log 8.
    low, middle, high = math.log(8 / 7), math.log(2), math.log(8)
    expected = ((high - middle) - (middle - low)) / (high - low)
    assert shape.skew(rng.exponential(size=400_000)) == pytest.approx(expected, abs=0.01)
    assert shape.skew(-rng.exponential(size=400_000)) == pytest.approx(-expected, abs=0.01)
    # Uniform on 0 to 1: means of the outer shares 0.975 − 0.025 against 0.75 − 0.25.
    assert shape.hogg(np.linspace(0, 1, 100_001)) == pytest.approx(0.95 / 0.5 - 2.585, abs=1e-3)


@pytest.mark.parametrize("statistic", [shape.hogg, shape.moors, shape.skew])
def test_shape_does_not_know_unit_or_origin(statistic):
    sample = np.random.default_rng(0).gumbel(size=500)
    assert statistic(1e6 * sample - 3e6) == pytest.approx(statistic(sample), abs=1e-6)
    assert statistic(np.zeros(50)) is None


def test_the_scale_of_a_sample_that_is_mostly_one_value_is_above_0():
    sample = np.r_[np.zeros(90), np.ones(10)]
    assert shape.robust_scale(sample) == pytest.approx(sample.std())


# ---------------------------------------------------------------------------------------------------------- baseline


def test_no_row_is_predicted_by_a_model_that_has_seen_it():
    """Pure noise cannot be explained; a model that has seen its rows would do so."""
    rng = np.random.default_rng(0)
    features, target = rng.normal(size=(400, 8)), rng.normal(size=400)
    advice = chosen(features, target)
    assert advice.facts.explained < 0.05
    assert advice.facts.residual_scale == pytest.approx(1.0, rel=0.15)
    assert any("next to nothing" in warning for warning in advice.warnings)


def test_the_residuals_are_those_of_the_noise():
    features, target = made("normal", rows=1500)
    found = baseline_of("made", read(None, target, features).take(10_000), target)
    explained = features @ np.array([2.0, -1.0, 0.5, 0.0])
    assert np.std(explained - found.predictions) < 0.15
    np.testing.assert_allclose(found.residuals, target - found.predictions)
    deviation = np.abs(target - np.median(target)).mean()
    left = np.abs(found.residuals - np.median(found.residuals)).mean()
    assert found.explained == pytest.approx(1 - left / deviation)


def test_the_simplest_baseline_that_does_is_kept():
    assert chosen(*made("normal", 0)).facts.baseline == "a straight line"
    facts = chosen(*made("normal", 0, signal=curved)).facts
    assert facts.baseline != "a straight line"
    assert facts.residual_scale < 1.4  # of noise 1; a straight line leaves 1.9


def test_outliers_do_not_choose_the_baseline():
    """By squared errors all models would miss alike, and the simplest be kept."""
    rng = np.random.default_rng(0)
    features, explained = curved(rng, 800)
    target = explained + 0.1 * rng.normal(size=800)
    target[:40] += 1e3 * rng.normal(size=40)
    advice = chosen(features, target)
    assert advice.facts.baseline == "a straight line and trees for the median"
    assert advice.facts.residual_scale < 0.7
    assert advice.facts.gross > 0.03
    assert advice.loss.name in ("huber", "mae")


def test_the_same_data_give_the_same_advice():
    features, target = made("outliers", rows=300)
    assert chosen(features, target).to_dict() == chosen(features, target).to_dict()


def test_images_are_features_too():
    rng = np.random.default_rng(0)
    images = rng.normal(size=(120, 20, 20))  # more places than rows, and more than are looked at one by one
    advice = chosen(images, images[:, :10].mean(axis=(1, 2)) * 10 + rng.normal(size=120))
    assert advice.facts.rows_used == 120


# ------------------------------------------------------------------------------------------------------------- facts


def test_facts_of_amounts_are_those_of_other_libraries():
    features, target = made("normal", rows=400)
    target = np.round(target, 1) + 20
    facts = chosen(features, target).facts
    series = pl.Series(target)
    assert facts.mean == pytest.approx(series.mean())
    assert facts.median == pytest.approx(series.median())
    assert facts.std == pytest.approx(series.std(ddof=0))
    assert facts.skewness == pytest.approx(pandas.Series(target).skew(), abs=0.01)
    assert facts.distinct == series.n_unique()
    assert facts.most_common_share == pytest.approx(series.value_counts(sort=True)["count"][0] / 400)
    assert (facts.minimum, facts.maximum) == (series.min(), series.max())
    assert facts.zeros == 0
    assert (facts.classes, facts.dispersion, facts.entropy) == (None, None, None)
    assert "entropy" not in facts.to_dict()


def test_facts_of_counts():
    rng = np.random.default_rng(0)
    features, target = rng.normal(size=(400, 2)), rng.poisson(3.0, size=400)
    facts = chosen(features, target).facts
    assert facts.dispersion == pytest.approx(target.var() / target.mean())
    assert facts.zeros == pytest.approx((target == 0).mean())
    assert facts.zeros_expected == pytest.approx(math.exp(-target.mean()), abs=0.02)


def test_facts_of_classes_labels_and_distributions(features):
    facts = chosen(features, np.repeat(["a", "b", "c"], [150, 100, 50])).facts
    assert facts.class_counts == {"a": 150, "b": 100, "c": 50}
    assert (facts.classes, facts.imbalance, facts.most_common, facts.most_common_share) == (3, 3.0, "a", 0.5)
    several = (np.arange(300)[:, None] % np.array([2, 3, 30])) == 0
    facts = chosen(features, several.astype(int)).facts
    assert list(facts.class_counts.values()) == [150, 100, 10]
    assert facts.labels_per_row == pytest.approx(several.sum() / 300)
    assert facts.imbalance == pytest.approx(290 / 10)
    rows = np.random.default_rng(0).dirichlet([1, 1, 1], size=300)
    facts = chosen(features, rows).facts
    assert facts.entropy == pytest.approx(stats.entropy(rows, axis=1).mean())
    assert facts.entropy_share == pytest.approx(facts.entropy / math.log(3))


# ---------------------------------------------------------------------------------------------------------- warnings


def warned(advice, *parts):
    return any(all(part in warning for part in parts) for warning in advice.warnings)


def test_missing_targets_are_left_out_and_counted():
    features, target = made("normal", rows=300)
    target[:7] = np.nan
    advice = chosen(features, target)
    assert (advice.facts.rows, advice.facts.rows_used, advice.facts.missing_targets) == (300, 293, 7)
    assert warned(advice, "7 of 300 rows", "left out")


def test_a_capped_target_is_told():
    features, target = made("normal", rows=400)
    assert not warned(chosen(features, target), "capped")
    assert warned(chosen(features, np.minimum(target, np.quantile(target, 0.94))), "capped", "largest")
    assert warned(chosen(features, np.maximum(target, np.quantile(target, 0.06))), "capped", "smallest")


def test_whole_numbers_may_be_read_otherwise(features):
    advice = chosen(features, np.random.default_rng(0).poisson(1.0, size=300))
    assert warned(advice, "task='classes'")
    assert warned(chosen(features, np.arange(300) % 5), "task='count'")
    assert not warned(chosen(features, np.arange(300) % 5, task="classes"), "task=")
    assert not warned(chosen(features, np.array(list("abcde"))[np.arange(300) % 5]), "task=")


def test_the_task_can_be_said(features):
    grades = np.arange(300) % 5 + 1
    assert chosen(features, grades).facts.task.kind == "classes"
    assert chosen(features, grades, task="real").facts.task.kind == "real"
    assert names(chosen(features, grades, task="count"))[0] == "poisson"
    with pytest.raises(ParameterError, match=says("'ordinal'", "real", "multi_label")):
        chosen(features, grades, task="ordinal")


def test_classes_written_as_floats_may_be_read_otherwise(features):
    assert warned(chosen(features, (np.arange(300) % 5).astype(float)), "task='count'")


def test_a_target_among_the_features_is_told(features):
    advice = chosen(features, 3 * features[:, 0] - 1)
    assert warned(advice, "nearly all", "in other words")
    json.dumps(advice.to_dict(), allow_nan=False)
    assert not warned(chosen(*made("normal", rows=300)), "in other words")


def test_a_sample_with_a_hole_at_its_median_has_a_variance():
    sample = np.repeat([-1.0, 1.0], 50) * np.linspace(1, 1.1, 100)
    assert 0 < precision(lm.MAE(), sample, 1e-3).variance < math.inf


def test_a_zero_heavy_amount_is_told(features):
    amounts = np.where(np.arange(300) % 3 == 0, 0, np.random.default_rng(0).gamma(2.0, 3.0, size=300))
    assert warned(chosen(features, amounts), "exactly 0", "MAE")


def test_small_classes_are_named(features):
    labels = np.array(["common"] * 150 + ["usual"] * 147 + ["rare"] * 3)
    assert warned(chosen(features, labels), "'rare'", "fewer than 10")


# ------------------------------------------------------------------------------------------------------ the bundled


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("doctor_visits", lm.Poisson()),
        ("spam", lm.BinaryCrossEntropy()),
        ("digits", lm.SparseCategoricalCrossEntropy()),
    ],
)
def test_a_bundled_table_needs_its_name_alone(name, first):
    advice = lm.choose(name)
    assert advice.loss == first
    assert advice.name == name


def test_houses_have_outliers_beyond_what_their_features_explain():
    advice = lm.choose("houses")
    assert advice.loss.name == "huber"
    assert advice.facts.explained > 0.6
    assert advice.facts.rows == 25_357 > advice.facts.rows_used == 20_000
    assert "20,000 of 25,357 rows" in advice.reasons[1]
    assert "US dollars" in advice.reasons[0]


# ----------------------------------------------------------------------------------------------------------- the form


def test_arrays_files_frames_and_tensors_are_one(tmp_path, laplace):
    features, target = made("laplace", rows=1500)
    frame = pl.DataFrame(features, schema=["a", "b", "c", "d"]).with_columns(y=pl.Series(target))
    frame.write_parquet(tmp_path / "made.parquet")
    expected = laplace.facts
    for advice in (
        lm.choose(tmp_path / "made.parquet", "y"),
        lm.choose(frame.to_pandas(), target="y"),
        chosen(torch.tensor(features, requires_grad=True), torch.tensor(target)),
        chosen(frame.drop("y"), frame["y"]),
        chosen(pandas.DataFrame(features, columns=list("abcd")), pandas.Series(target)),
    ):
        assert advice.loss == lm.MAE()
        assert advice.facts.residual_scale == pytest.approx(expected.residual_scale, rel=0.02)
    assert lm.choose(tmp_path / "made.parquet", "y").name == "made"


def test_the_snippet_runs(laplace, features):
    """What is printed to be pasted is Python, and trains."""
    binary = chosen(features, (np.arange(300) < 30).astype(int))
    labels = np.repeat([0, 1, 2], [200, 80, 20])
    classes = chosen(features, labels)
    counts = chosen(features, np.random.default_rng(0).poisson(2.0, size=300))
    for advice, place, outputs, target in (
        (laplace, 0, (), torch.rand(300)),
        (binary, 1, (), (torch.arange(300) < 30).float()),
        (classes, 1, (3,), torch.from_numpy(labels)),
        (counts, 0, (), torch.arange(300.0)),
    ):
        code = findings.code(advice.facts, advice.ranking[place])
        names = {"network": lambda x, o=outputs: torch.zeros(300, *o), "features": None, "target": target}
        exec(code, names)
        assert torch.isfinite(names["loss"])
    assert laplace.code == findings.code(laplace.facts, laplace.ranking[0])
    assert "(target - centre) / scale" in laplace.code
    assert "class_weight=[0.5, 1.25, 5]" in findings.code(classes.facts, classes.ranking[1])


def test_an_advice_is_json_text_and_value(laplace, features):
    several = chosen(features, (features > 0).astype(int))
    for advice in (laplace, several, chosen(features, np.random.default_rng(0).dirichlet([1, 1], size=300))):
        kept = json.loads(json.dumps(advice.to_dict(), allow_nan=False))
        assert kept["loss"]["loss"] == advice.loss.name == kept["ranking"][0]["loss"]
        assert kept["reasons"] == list(advice.reasons)
        assert kept["facts"]["rows"] == advice.facts.rows
        assert advice.loss == lm.find(kept["loss"]["loss"], **kept["loss"]["parameters"])
        text = str(advice)
        assert all(reason in text for reason in advice.reasons)
        assert all(warning in text for warning in advice.warnings)
    with pytest.raises(AttributeError):
        laplace.facts.rows = 3


def test_numbers_of_an_advice_are_those_of_python(laplace):
    def leaves(value):
        if isinstance(value, dict):
            value = value.values()
        elif not isinstance(value, list):
            return [value]
        return [leaf for entry in value for leaf in leaves(entry)]

    assert {type(leaf) for leaf in leaves(laplace.to_dict())} <= {int, float, str, bool, type(None)}


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_the_terminal(laplace, features, width):
    awkward = pl.DataFrame({"x": features[:, 0], "[red]<b>": ["[/bold]", "yes", "no"] * 100})
    for advice in (laplace, lm.choose(awkward, "[red]<b>")):
        console = Console(width=width, record=True)
        console.print(terminal.advice(advice), highlight=False)
        lines = console.export_text().splitlines()
        assert max(map(len, lines)) <= width
        assert type(advice.loss).__name__ in " ".join(lines)
        assert advice.facts.task.target in " ".join(lines)
        assert "…" not in " ".join(lines)  # nothing is cut off


def test_what_stands_in_brackets_is_printed_as_it_is(laplace):
    words = "[/red] of [bold]x"
    entry = Recommendation(loss=lm.MSE(), reason=words, estimates=words)
    advice = dataclasses.replace(laplace, name=words, ranking=(entry, entry), warnings=(words,))
    console = Console(width=120, record=True)
    console.print(terminal.advice(advice), highlight=False)
    assert console.export_text().count(words) == 6


# ------------------------------------------------------------------------------------------------------ command line


def run(*arguments):
    return CliRunner().invoke(cli.app, ["choose", *map(str, arguments)])


def test_the_command_prints_the_advice(tmp_path, features):
    frame = pl.DataFrame({"x": features[:, 0], "y": features[:, 1], "kind": ["a", "b", "c"] * 100})
    frame.write_csv(tmp_path / "table.csv")
    text = run(tmp_path / "table.csv", "--target", "kind").output
    assert "SparseCategoricalCrossEntropy()" in text
    assert "lm.Criterion" in text
    found = json.loads(run(tmp_path / "table.csv", "--target", "kind", "--json").output)
    assert found == lm.choose(tmp_path / "table.csv", "kind").to_dict()


def test_the_command_takes_several_targets_and_a_task(tmp_path, features):
    rows = (features > 0.5).astype(int)
    frame = pl.DataFrame({"x": features[:, 0], "a": rows[:, 0], "b": rows[:, 1], "c": rows[:, 2]})
    frame.write_csv(tmp_path / "labels.csv")
    path = tmp_path / "labels.csv"
    several = json.loads(run(path, "--target", "a", "--target", "b", "--target", "c", "--json").output)
    assert several["facts"]["task"]["kind"] == "multi_label"
    one = json.loads(run(path, "--target", "a", "--task", "count", "--json").output)
    assert one["loss"]["loss"] == "poisson"


def test_without_data_the_command_takes_the_houses(monkeypatch):
    asked = []
    monkeypatch.setattr(
        lm, "choose", lambda *a, **k: asked.append((a, k)) or lm.choosing.choose("digits"), raising=False
    )
    assert run("--json").exit_code == 0
    assert asked == [(("houses", None), {"task": None})]


def test_prove_hands_what_is_ranked_to_the_comparison(monkeypatch, tmp_path, features):
    asked = []
    monkeypatch.setattr(cli, "_compare", lambda *a, **k: asked.append((a[:3], k)) or {"verdict": "no difference"})
    pl.DataFrame({"x": features[:, 0], "y": np.repeat([0, 1, 2], [200, 80, 20])}).write_csv(tmp_path / "t.csv")
    found = json.loads(run(tmp_path / "t.csv", "--target", "y", "--task", "classes", "--prove", "--json").output)
    assert found["proof"] == {"verdict": "no difference"}
    [((path, target, losses), options)] = asked
    assert (path, target, options) == (str(tmp_path / "t.csv"), ["y"], {"task": "classes"})
    sparse = lm.SparseCategoricalCrossEntropy
    assert losses == (sparse(), sparse(label_smoothing=0.1), lm.MSE())  # class weights are no part of a loss
    assert "proof" not in json.loads(run(tmp_path / "t.csv", "--target", "y", "--json").output)


def test_wrong_use_is_one_message_and_exit_code_2(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["lossmith", "choose", "houses", "--target", "prize"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Did you mean 'price' or" in shown.err
    assert "Traceback" not in shown.err


# -------------------------------------------------------------------------------------------------------- wrong use

FRAME = pl.DataFrame(
    {
        "x": np.linspace(0, 1, 40),
        "id": np.arange(40),
        "text": [f"the house number {i} in a long street" for i in range(40)],
        "one": np.ones(40),
        "none": pl.Series([None] * 40, dtype=pl.Float64),
        "list": [[1.0] * (1 + i % 2) for i in range(40)],
        "infinite": [math.inf] + [1.5] * 38 + [2.5],
        "when": pl.datetime_range(pl.datetime(2020, 1, 1), pl.datetime(2020, 2, 9), "1d", eager=True),
    }
)


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("id", ["'id'", "identifier", "task='real'", "text (String)"]),
        ("text", ["'text'", "words", "cast", "x (Float64)"]),
        ("one", ["'one'", "constant", "nothing to learn"]),
        ("none", ["'none'", "missing in all of its 40 rows", "x (Float64)"]),
        ("list", ["'list'", "same length"]),
        ("infinite", ["'infinite'", "1 infinite values", "is_finite"]),
        ("when", ["'when'", "days"]),
        ("prize", ["no column 'prize'", "x (Float64)", "id (Int64)"]),
        (None, ["Which column", "x (Float64)"]),
        (3, ["name of a column", "int"]),
    ],
)
def test_a_target_that_cannot_be_learned_is_an_error_that_lists_what_there_is(target, parts):
    with pytest.raises(DataError, match=says(*parts)):
        lm.choose(FRAME, target)


def test_a_constant_cannot_be_said_to_be_a_task():
    for task in ("real", "positive", "count", "proportion"):
        with pytest.raises(DataError, match=says("constant", "nothing to learn")):
            lm.choose(FRAME, "one", task=task)


def test_too_few_rows_are_an_error(features):
    with pytest.raises(DataError, match=says("29 rows", "at least 30")):
        chosen(features[:29], features[:29, 0])
    assert chosen(features[:30], features[:30, 0]).facts.rows == 30


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_a_target_whose_squares_no_number_holds_is_an_error(features, factor):
    with pytest.raises(DataError, match=says("squares", "another unit", "divide it by")):
        chosen(features, factor * features[:, 0])


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({}, ["Give either a table", "houses"]),
        ({"data": "houses", "features": np.ones((3, 2))}, ["either"]),
        ({"data": "no-such-file.csv", "target": "y"}, ["no file", "houses"]),
        ({"features": np.ones((50, 2))}, ["target=None", "array"]),
        ({"features": np.ones((50, 2)), "target": np.arange(40.0)}, ["50", "40", "as many"]),
        ({"data": np.ones((50, 2)), "target": "y"}, ["features=X", "ndarray"]),
    ],
)
def test_arguments_that_do_not_go_together(options, parts):
    with pytest.raises(DataError, match=says(*parts)):
        lm.choose(**options)


# ------------------------------------------------------------------------------------------------------ hostile data


@pytest.mark.parametrize("rows", [30, 60])
def test_few_rows_are_measured_without_a_word_from_the_libraries(rows):
    assert chosen(*made("normal", rows=rows)).facts.rows_used == rows


def hostile_features(rows=200):
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    return {
        "single": x[:, None],
        "constant": np.c_[x, np.ones(rows)],
        "only a constant": np.ones((rows, 1)),
        "missing": np.c_[x, np.where(x > 0, np.nan, x)],
        "all missing": np.c_[x, np.full(rows, np.nan)],
        "infinite": np.c_[x, np.where(x > 1, np.inf, x)],
        "huge": np.c_[x, 1e12 * rng.normal(size=rows)],
        "tiny": np.c_[x, 1e-30 * rng.normal(size=rows)],
        "whole": np.c_[x, rng.integers(0, 3, size=rows)],
        "booleans": rng.random((rows, 2)) > 0.5,
        "half": torch.tensor(x[:, None], dtype=torch.bfloat16),
        "words": pl.DataFrame({"x": x, "[red]<b>": rng.choice(["[/red]", "b", "ç"], rows), "n": [None] * rows}),
        "rare words": pl.DataFrame({"x": x, "word": ["usual"] * (rows - 1) + ["once"]}),
        "dates": pl.DataFrame({"x": x, "day": pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 7, 18), eager=True)}),
    }


@pytest.mark.parametrize("kind", hostile_features())
def test_hostile_features(kind):
    features = hostile_features()[kind]
    rng = np.random.default_rng(1)
    advice = chosen(features, rng.normal(size=200))
    assert advice.loss == lm.MSE()
    assert chosen(features, rng.poisson(2.0, size=200)).loss == lm.Poisson()


@pytest.mark.parametrize(
    "target",
    [
        1e12 * np.random.default_rng(0).normal(size=200),
        1e90 * np.random.default_rng(0).normal(size=200),
        1e-90 * np.random.default_rng(0).normal(size=200),
        1e9 + np.random.default_rng(0).normal(size=200),
        np.round(100 * np.random.default_rng(0).normal(size=200)),
        torch.tensor(np.random.default_rng(0).normal(size=200), dtype=torch.bfloat16, requires_grad=True),
        np.random.default_rng(0).normal(size=(200, 1)),
        np.where(np.arange(200) < 150, 2.5, np.random.default_rng(0).normal(size=200)),
        np.where(np.arange(200) < 199, 2.5, -1.5) + np.where(np.arange(200) == 7, 0.25, 0),
    ],
    ids=["1e12", "1e90", "1e-90", "far off", "whole", "bf16", "column", "mostly one value", "almost constant"],
)
def test_hostile_targets(target):
    advice = chosen(np.random.default_rng(1).normal(size=(200, 2)), target)
    json.dumps(advice.to_dict(), allow_nan=False)
    assert advice.facts.residual_scale > 0


def test_counts_without_a_single_pattern():
    rng = np.random.default_rng(0)
    for target in (rng.poisson(0.05, size=300) + (np.arange(300) == 0) * 2, rng.poisson(1e6, size=300)):
        advice = chosen(rng.normal(size=(300, 2)), target, task="count")
        assert advice.loss == lm.Poisson()
        assert advice.facts.residual_dispersion == pytest.approx(1, abs=0.5)


# ---------------------------------------------------------------------------------------------------------- in words


def test_numbers_in_words():
    assert prose.number(28_412.3) == "28,400"
    assert prose.number(-0.5) == "−0.5"
    assert prose.number(0.0) == "0"
    assert prose.number(math.inf) == "inf"
    assert prose.literal(1_234_567.0) == "1_235_000"
    assert float(prose.literal(-1.5e-7)) == -1.5e-7
    assert [prose.percent(share) for share in (0.0, 0.004, 0.0999, 0.1, 1.573)] == [
        "0 %",
        "0.4 %",
        "10 %",
        "10 %",
        "157 %",
    ]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert prose.configured(lm.Huber(delta=0.5)) == "Huber(delta=0.5)"
    assert prose.configured(lm.Huber()) == "Huber()"


def test_a_recommendation_says_what_its_loss_estimates():
    for cls in lm.ALL:
        entry = Recommendation(loss=cls(), reason="because")
        assert entry.estimates.startswith(("the ", "a ", "nothing ")), cls
    assert Recommendation(loss=lm.MSE(), reason="because", estimates="another").estimates == "another"


def test_facts_leave_out_what_does_not_apply():
    facts = Facts(task=Task(kind="binary", target="y"), rows=3, rows_used=2, missing_targets=1)
    assert set(facts.to_dict()) == {"task", "rows", "rows_used", "missing_targets"}


def test_the_code_says_which_number_a_label_in_words_gets():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 2))
    words = np.where(features[:, 0] > 0, "yes", "no")
    assert "# target: 0 for 'no', 1 for 'yes'\n" in lm.choose(features=features, target=words).code
    places = rng.choice(["oak", "ash", "elm", "fir"], size=300)
    assert "# target: 0 for 'ash', 1 for 'elm', 2 for 'fir' …\n" in lm.choose(features=features, target=places).code
    for numbers in (rng.integers(0, 2, 300), rng.integers(0, 4, 300), np.eye(3)[rng.integers(0, 3, 300)]):
        assert "# target" not in lm.choose(features=features, target=numbers).code
