"""Every measure of a comparison is the one of its name: held to scikit-learn, SciPy and definitions written out."""

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax, softmax
from scipy.stats import entropy
from sklearn import metrics as sklearn_metrics
from sklearn.linear_model import LogisticRegression

from lossmith.comparing import metrics
from lossmith.comparing.predictions import Predictions

SEEDS = range(3)


def values_of(group, truth, predicted):
    return {metric.name: metric.of(truth, predicted) for metric in metrics.metrics_of(group)}


def yes_or_no(logits, **changed):
    logits = np.asarray(logits, dtype=np.float64)
    return Predictions(logits, logits, **{"claims_probability": True, **changed})


def exclusive(logits, **changed):
    return yes_or_no(logits, is_exclusive=True, **changed)


def binned_gap(confidence, is_so):
    """The expected calibration error of Guo et al. (2017), row by row."""
    bins = [[] for _ in range(15)]
    for stated, outcome in zip(confidence, is_so, strict=True):
        place = next(i for i in range(15) if stated < (i + 1) / 15 or i == 14)
        bins[place].append((stated, outcome))
    filled = [np.array(rows, dtype=float) for rows in bins if rows]
    return sum(len(rows) / len(confidence) * abs(rows[:, 0].mean() - rows[:, 1].mean()) for rows in filled)


def pairs_in_order(yes, score):
    """The share of pairs of a yes and a no in which the yes has the larger score; a tie counts half."""
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(score[yes], score[~yes])]
    return sum(pairs) / len(pairs)


# ------------------------------------------------------------------------------------------------------------ amounts


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rows", [60, 449, 1250])
def test_errors_of_amounts_are_scikit_learns(rows, seed):
    rng = np.random.default_rng(seed)
    truth = 1000 + 30 * rng.standard_t(3, size=rows)
    guess = truth + rng.standard_t(2, size=rows)
    found = values_of("regression", truth, Predictions(guess))
    largest_first = sorted((abs(a - b) for a, b in zip(truth, guess, strict=True)), reverse=True)
    worst = {60: 1, 449: 4, 1250: 12}[rows]  # one in a hundred, and one at least
    assert found == pytest.approx(
        {
            "rmse": sklearn_metrics.root_mean_squared_error(truth, guess),
            "mae": sklearn_metrics.mean_absolute_error(truth, guess),
            "median_error": sklearn_metrics.median_absolute_error(truth, guess),
            "worst_errors": sum(largest_first[:worst]) / worst,
            "r2": sklearn_metrics.r2_score(truth, guess),
        },
        rel=1e-12,
    )


def test_of_a_constant_truth_the_explained_share_is_not_defined():
    found = values_of("regression", np.full(80, 5.0), Predictions(np.linspace(4, 6, 80)))
    assert np.isnan(found.pop("r2"))
    assert all(np.isfinite(list(found.values())))


# ---------------------------------------------------------------------------------------------------------- two classes


@pytest.mark.parametrize("seed", SEEDS)
def test_measures_of_two_classes_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    truth = (rng.random(300) < 0.3).astype(float)
    logits = np.round(3 * truth - 1 + rng.normal(size=300), 1)  # rounded: many ties, and zeros
    p = expit(logits)
    assert values_of("binary", truth, yes_or_no(logits)) == pytest.approx(
        {
            "accuracy": sklearn_metrics.accuracy_score(truth, p > 0.5),
            "f1": sklearn_metrics.f1_score(truth, p > 0.5),
            "auc": sklearn_metrics.roc_auc_score(truth, logits),
            "log_loss": sklearn_metrics.log_loss(truth, p),
            "brier": sklearn_metrics.brier_score_loss(truth, p),
            "calibration_error": binned_gap(p, truth),
        },
        rel=1e-10,
    )


def test_ties_count_half_and_scores_that_are_all_equal_order_nothing():
    truth = np.array([1.0, 0, 1, 0, 0, 1])
    score = np.array([2.0, 2, 1, 1, 0, 0])
    assert values_of("binary", truth, yes_or_no(score))["auc"] == pytest.approx(pairs_in_order(truth == 1, score))
    assert values_of("binary", truth, yes_or_no(np.ones(6)))["auc"] == 0.5


def test_with_one_class_alone_there_is_no_order_and_no_f1_of_what_neither_occurs_nor_is_found():
    found = values_of("binary", np.zeros(40), yes_or_no(np.full(40, -2.0)))
    assert np.isnan(found.pop("auc"))
    assert np.isnan(found.pop("f1"))
    assert found["accuracy"] == 1
    assert found["log_loss"] == pytest.approx(-np.log(1 - expit(-2.0)))


def test_a_decision_by_scores_stands_where_the_probabilities_are_scaled():
    logits, truth = np.array([0.4, -0.4, 0.2, -3.0]), np.array([1.0, 0, 0, 1])
    plain, scaled = yes_or_no(logits), yes_or_no(logits, slope=0.1, shift=5.0)
    for name in ("accuracy", "f1", "auc", "calibration_error"):
        assert values_of("binary", truth, plain)[name] == values_of("binary", truth, scaled)[name]
    assert values_of("binary", truth, scaled)["log_loss"] == pytest.approx(
        sklearn_metrics.log_loss(truth, expit(0.1 * logits + 5))
    )


def test_no_calibration_is_told_of_scores_that_do_not_claim_to_be_probabilities():
    truth = np.array([0.0, 1, 1, 0])
    found = values_of("binary", truth, yes_or_no([-1, 1, 2, -2], claims_probability=False))
    assert np.isnan(found.pop("calibration_error"))
    assert all(np.isfinite(list(found.values())))


def test_a_hopeless_row_costs_much_and_not_everything():
    found = values_of("binary", np.array([0.0, 1]), yes_or_no([800.0, 800.0]))
    assert found["log_loss"] == pytest.approx(-np.log(1e-12) / 2)
    found = values_of("classes", np.array([0, 1]), exclusive([[0.0, 900.0], [0.0, 900.0]]))
    assert found["log_loss"] == pytest.approx(-np.log(1e-12) / 2)


# ------------------------------------------------------------------------------------------------------ several classes


def several(seed, rows=300, classes=4):
    rng = np.random.default_rng(seed)
    truth = rng.choice(classes, size=rows, p=[0.6, 0.25, 0.1, 0.05])
    logits = 2 * np.eye(classes)[truth] + 1.5 * rng.normal(size=(rows, classes))
    return truth, logits + rng.normal(size=(rows, 1))  # a shift of a row changes no probability


@pytest.mark.parametrize("seed", SEEDS)
def test_measures_of_several_classes_are_scikit_learns(seed):
    truth, logits = several(seed)
    p = softmax(logits, axis=1)
    decided = p.argmax(axis=1)
    assert values_of("classes", truth, exclusive(logits)) == pytest.approx(
        {
            "accuracy": sklearn_metrics.accuracy_score(truth, decided),
            "f1": sklearn_metrics.f1_score(truth, decided, average="macro"),
            "auc": sklearn_metrics.roc_auc_score(truth, p, multi_class="ovr", average="macro"),
            "log_loss": sklearn_metrics.log_loss(truth, p),
            "brier": np.mean([np.sum((row - np.eye(4)[label]) ** 2) for row, label in zip(p, truth, strict=True)]),
            "calibration_error": binned_gap(p.max(axis=1), decided == truth),
        },
        rel=1e-10,
    )


def test_a_class_that_some_rows_lack_is_left_out_of_their_means():
    truth, logits = several(0)
    rows = (truth != 3) & (logits.argmax(axis=1) != 3)  # as a group left out may leave them
    truth, logits = truth[rows], logits[rows]
    found = values_of("classes", truth, exclusive(logits))
    p, decided = softmax(logits, axis=1), logits.argmax(axis=1)
    areas = [pairs_in_order(truth == label, p[:, label]) for label in range(3)]
    assert found["auc"] == pytest.approx(np.mean(areas))
    assert found["f1"] == pytest.approx(sklearn_metrics.f1_score(truth, decided, labels=[0, 1, 2], average="macro"))
    assert found["log_loss"] == pytest.approx(sklearn_metrics.log_loss(truth, p, labels=range(4)))


@pytest.mark.parametrize(("classes", "has_areas"), [(30, True), (31, False)])
def test_of_very_many_classes_no_order_is_told(classes, has_areas):
    rng = np.random.default_rng(0)
    truth = np.arange(200) % classes
    found = values_of("classes", truth, exclusive(rng.normal(size=(200, classes))))
    assert np.isfinite(found.pop("auc")) == has_areas
    assert np.isfinite(list(found.values())).all()


def test_a_class_that_is_found_but_does_not_occur_counts_as_missed():
    truth, logits = np.array([0, 0, 1, 1]), np.array([[2.0, 0, 0], [0, 0, 2], [0, 2, 0], [0, 2, 0]])
    expected = sklearn_metrics.f1_score(truth, logits.argmax(axis=1), average="macro", zero_division=0)
    assert values_of("classes", truth, exclusive(logits))["f1"] == pytest.approx(expected)


def test_scores_beyond_the_range_of_a_float_stay_probabilities():
    said = exclusive([[1e6, 0.0], [0.0, 1e6], [-1e6, -1e6]])
    assert np.array_equal(said.probabilities, [[1, 0], [0, 1], [0.5, 0.5]])
    assert np.array_equal(yes_or_no([1e6, -1e6]).probabilities, [1, 0])


# ------------------------------------------------------------------------------------------------------- several labels


@pytest.mark.parametrize("seed", SEEDS)
def test_measures_of_several_labels_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    truth = (rng.random((200, 3)) < [0.5, 0.2, 0.7]).astype(float)
    logits = np.round(2 * truth - 1 + 1.3 * rng.normal(size=(200, 3)), 1)
    p = expit(logits)
    assert values_of("labels", truth, yes_or_no(logits)) == pytest.approx(
        {
            "accuracy": 1 - sklearn_metrics.hamming_loss(truth, logits > 0),
            "f1": sklearn_metrics.f1_score(truth, logits > 0, average="macro"),
            "auc": sklearn_metrics.roc_auc_score(truth, logits, average="macro"),
            "log_loss": np.mean([sklearn_metrics.log_loss(t, q) for t, q in zip(truth.T, p.T, strict=True)]),
            "brier": np.mean([sklearn_metrics.brier_score_loss(t, q) for t, q in zip(truth.T, p.T, strict=True)]),
            "calibration_error": binned_gap(p.ravel(), truth.ravel()),
        },
        rel=1e-10,
    )


def test_a_label_that_no_row_has_is_left_out_of_the_means():
    truth = np.array([[1.0, 0], [0, 0], [1, 0], [0, 0]])
    logits = np.array([[1.0, -1], [2, -2], [3, -1], [-1, -3]])
    found = values_of("labels", truth, yes_or_no(logits))
    assert found["auc"] == pytest.approx(sklearn_metrics.roc_auc_score(truth[:, 0], logits[:, 0]))
    assert found["f1"] == pytest.approx(sklearn_metrics.f1_score(truth[:, 0], logits[:, 0] > 0))


# -------------------------------------------------------------------------------------------------------- distributions


@pytest.mark.parametrize("seed", SEEDS)
def test_measures_of_distributions_are_those_of_scipy_and_of_the_definition(seed):
    rng = np.random.default_rng(seed)
    truth = rng.dirichlet([0.5, 1, 2], size=100)
    truth[0], truth[1] = [1, 0, 0], [0.5, 0, 0.5]  # a class without share costs nothing
    logits = rng.normal(size=(100, 3))
    p = softmax(logits, axis=1)
    events = [list(event) for size in range(4) for event in itertools.combinations(range(3), size)]
    # The largest difference that two distributions make for any event.
    distances = [max(abs(t[event].sum() - q[event].sum()) for event in events) for t, q in zip(truth, p, strict=True)]
    for said in (
        exclusive(logits),
        exclusive(logits, slope=0.3),
    ):  # judged as they were trained, not as they are scaled
        assert values_of("distribution", truth, said)["divergence"] == pytest.approx(np.mean(entropy(truth, p, axis=1)))
    assert values_of("distribution", truth, exclusive(logits)) == pytest.approx(
        {
            "divergence": np.mean(entropy(truth, p, axis=1)),
            "total_variation": np.mean(distances),
            "accuracy": np.mean(truth.argmax(axis=1) == p.argmax(axis=1)),
        },
        rel=1e-10,
    )


# ---------------------------------------------------------------------------------------------- scaled to probabilities


def test_slope_and_shift_are_those_of_a_logistic_regression_on_the_scores():
    rng = np.random.default_rng(0)
    truth = (rng.random(10_000) < 0.3).astype(float)
    held_out = yes_or_no(0.4 * truth + 0.7 + 0.5 * rng.normal(size=10_000))  # much too sure of a yes, and flat
    scaled = held_out.scaled_by(held_out, truth)
    known = LogisticRegression(C=np.inf, tol=1e-10).fit(held_out.logits[:, None], truth)
    assert (scaled.slope, scaled.shift) == pytest.approx((known.coef_[0, 0], known.intercept_[0]), abs=1e-2)
    assert scaled.probabilities.mean() == pytest.approx(truth.mean(), abs=1e-3)


def test_the_temperature_is_the_minimum_of_the_held_out_log_loss():
    truth, logits = several(1, rows=4000)
    held_out = exclusive(4 * logits)
    scaled = held_out.scaled_by(held_out, truth)

    def cost(slope):
        return -log_softmax(slope * held_out.logits, axis=1)[np.arange(len(truth)), truth].mean()

    known = minimize_scalar(cost, bounds=(1e-3, 10), method="bounded", options={"xatol": 1e-10}).x
    assert scaled.slope == pytest.approx(known, rel=2e-3)
    assert scaled.shift == 0


def test_one_map_serves_all_labels():
    rng = np.random.default_rng(0)
    truth = (rng.random((1500, 3)) < 0.4).astype(float)
    held_out = yes_or_no(truth + rng.normal(size=(1500, 3)))
    scaled = held_out.scaled_by(held_out, truth)
    known = LogisticRegression(C=np.inf, tol=1e-10).fit(held_out.logits.reshape(-1, 1), truth.ravel())
    assert (scaled.slope, scaled.shift) == pytest.approx((known.coef_[0, 0], known.intercept_[0]), abs=5e-3)


def test_a_temperature_fits_distributions_as_it_fits_classes():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(3000, 3))
    held_out = exclusive(3 * logits)
    assert held_out.scaled_by(held_out, softmax(logits, axis=1)).slope == pytest.approx(1 / 3, rel=2e-3)


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e3, 1e9])
@pytest.mark.parametrize("sign", [1, -1])
def test_rows_that_are_separable_or_all_wrong_get_a_finite_map(size, sign):
    truth = np.arange(100) % 2
    two = yes_or_no(sign * size * (2.0 * truth - 1))
    several = exclusive(sign * size * np.eye(2)[truth])
    for said, target in ((two, truth.astype(float)), (several, truth)):
        scaled = said.scaled_by(said, target)
        assert 0 < scaled.slope < np.inf
        assert np.isfinite(scaled.shift)
        assert np.isfinite(scaled.probabilities).all()
        group = "classes" if said.is_exclusive else "binary"
        before, after = (values_of(group, target, which)["log_loss"] for which in (said, scaled))
        assert after <= before + 1e-6


def test_a_weak_prior_holds_the_map_where_the_rows_alone_would_not():
    truth = np.arange(100) % 2
    held_out = yes_or_no(2.0 * truth - 1)

    def cost(parameters):
        log_slope, shift = parameters
        p = expit(np.exp(log_slope) * held_out.logits + shift)
        return sklearn_metrics.log_loss(truth, p) + (log_slope**2 + shift**2) / 200

    known = minimize(cost, [0, 0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-14}).x
    scaled = held_out.scaled_by(held_out, truth.astype(float))
    assert scaled.slope == pytest.approx(np.exp(known[0]), rel=1e-4)
    assert scaled.shift == pytest.approx(known[1], abs=1e-4)


def test_the_map_is_fitted_on_the_held_out_rows_and_changes_no_order():
    rng = np.random.default_rng(0)
    truth = (rng.random(500) < 0.5).astype(float)
    held_out = yes_or_no(2 * truth - 1 + rng.normal(size=500))
    test = yes_or_no(rng.normal(size=50))
    scaled = test.scaled_by(held_out, truth)
    own = held_out.scaled_by(held_out, truth)
    assert (scaled.slope, scaled.shift) == (own.slope, own.shift)
    assert np.array_equal(np.argsort(scaled.probabilities), np.argsort(test.logits))
    assert np.array_equal(scaled.values, test.values)


def test_amounts_are_not_scaled():
    said = Predictions(np.arange(5.0))
    assert said.scaled_by(said, np.arange(5.0)) is said


# ------------------------------------------------------------------------------------------------------------ the lists


def test_the_first_measure_that_is_followed_is_the_one_that_tells_the_speed():
    followed = {group: [metric.name for metric in metrics.curves_of(group)] for group in metrics._OF_GROUP}
    assert followed == {
        "regression": ["rmse", "mae"],
        "binary": ["accuracy", "f1"],
        "classes": ["accuracy", "f1"],
        "labels": ["accuracy", "f1"],
        "distribution": ["divergence", "total_variation"],
    }


def test_what_is_better_is_larger_for_shares_and_smaller_for_errors():
    larger = {"accuracy", "f1", "auc", "r2"}
    for group in metrics._OF_GROUP:
        for metric in metrics.metrics_of(group):
            assert metric.better(1, 0) == (metric.name in larger)
            assert metric.better(0, 1) != metric.better(1, 0)
            assert not metric.better(1, 1)


def test_rows_of_predictions_are_taken_with_their_map():
    said = yes_or_no(np.arange(6.0), slope=2.0, shift=-1.0)
    part = said[np.array([1, 4])]
    assert len(said) == 6
    assert np.array_equal(part.probabilities, said.probabilities[[1, 4]])
    assert np.array_equal(part.own_probabilities, said.own_probabilities[[1, 4]])
