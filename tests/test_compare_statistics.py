"""Which differences are shown: held to SciPy's t-tests, to closed testing, and to thousands of made-up comparisons."""

import itertools
import math
import statistics as plain_statistics

import numpy as np
import pytest
from scipy import stats

from comparisons import diverged, fake
from lossmith.comparing import metrics, prose, statistics
from lossmith.comparing.predictions import Predictions
from lossmith.reading import Task

RMSE, MAE, MEDIAN, WORST, R2 = metrics.REAL
ACCURACY, _, AUC, *_, CALIBRATION = metrics.CLASSES
MEAN_OF_NORMAL = math.sqrt(2 / math.pi)  # of the absolute value, at a standard deviation of 1


def fakes(rng, truth, noise, seeds=3, shared=0.0, by_seed=0.0):
    """Runs of one loss for each label, with errors of the given size, part of them shared by all runs of all losses."""
    common = shared * rng.normal(size=len(truth))

    def run(label, seed, size):
        size = size * (1 + by_seed * rng.normal())
        return fake(label, seed, truth + common + size * rng.normal(size=len(truth)), truth)

    return {label: [run(label, seed, size) for seed in range(seeds)] for label, size in noise.items()}


def shifted(truth, **by_label):
    """Runs whose error is one number on every row: a row more or less changes nothing."""
    return {
        label: [fake(label, seed, truth + error, truth) for seed, error in enumerate(errors)]
        for label, errors in by_label.items()
    }


# ------------------------------------------------------------------------------------------------------- summary, order


def test_a_summary_is_of_the_runs_that_did_not_diverge():
    truth = np.linspace(-1, 1, 60)
    runs = [*shifted(truth, a=[1.0, 2.0, 4.0])["a"], diverged("a", 3)]
    summary = statistics.summarise(runs, MAE)
    assert summary.mean == pytest.approx(7 / 3)
    assert summary.spread == pytest.approx(plain_statistics.stdev([1, 2, 4]))
    assert math.isnan(statistics.summarise(runs[:1], MAE).spread)
    assert math.isnan(statistics.summarise([diverged("a")], MAE).mean)


def test_the_order_is_by_the_mean_and_the_best_comes_first():
    truth = np.linspace(-1, 1, 60)
    runs = shifted(truth, a=[3.0, 3.1], b=[1.0, 1.1], c=[2.0, 2.1])
    assert statistics.rank(MAE, runs, truth).order == ("b", "c", "a")
    assert statistics.rank(R2, runs, truth).order == ("b", "c", "a")
    assert statistics.rank(MAE, runs, truth).behind.keys() == {"a", "c"}
    assert statistics.rank(MAE, runs, truth).behind["a"].mean == pytest.approx(2.0)


def test_what_diverged_or_does_not_apply_is_left_out_and_one_diverged_seed_takes_its_partners_along():
    rng = np.random.default_rng(0)
    truth = (rng.random(200) < 0.5).astype(float)

    def run(label, seed, claims):
        scores = truth - 0.5 + rng.normal(size=200)
        return fake(label, seed, Predictions(scores, scores, claims_probability=claims), truth, "binary")

    runs = {
        "claims": [run("claims", seed, True) for seed in range(3)],
        "does not": [run("does not", seed, False) for seed in range(3)],
        "lost": [diverged("lost", seed) for seed in range(3)],
        "half": [run("half", 0, True), diverged("half", 1), run("half", 2, True)],
    }
    assert set(statistics.rank(CALIBRATION, runs, truth).order) == {"claims", "half"}
    by_auc = statistics.rank(AUC, runs, truth)
    assert set(by_auc.order) == {"claims", "does not", "half"}
    own = {
        name: [result.metrics["auc"] for result in results if not result.has_diverged] for name, results in runs.items()
    }
    if by_auc.order[0] != "half":
        first = [runs[by_auc.order[0]][seed].metrics["auc"] for seed in (0, 2)]
        assert by_auc.behind["half"].mean == pytest.approx(np.mean(own["half"]) - np.mean(first))
    assert statistics.rank(AUC, {"lost": runs["lost"]}, truth).order == ()


# --------------------------------------------------------------------------------------------- the test of a difference


@pytest.mark.parametrize("seed", range(4))
def test_where_rows_say_nothing_it_is_the_paired_t_test_over_seeds(seed):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=100)
    a, b = 5 + rng.normal(size=6) / 9, 5.5 + rng.normal(size=6) / 9
    ranking = statistics.rank(MAE, shifted(truth, a=a, b=b), truth)
    first, other = (a, b) if ranking.order == ("a", "b") else (b, a)
    found, known = ranking.behind[ranking.order[1]], stats.ttest_rel(other, first)
    assert found.p_value == pytest.approx(known.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval(0.95)), rel=1e-6)
    assert found.mean == pytest.approx(np.mean(other - first))


@pytest.mark.parametrize("seed", range(4))
def test_where_seeds_say_nothing_it_is_the_t_test_over_groups_of_rows(seed):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=400)
    errors = {"a": rng.normal(size=400), "b": 1.1 * rng.normal(size=400)}
    runs = {label: [fake(label, s, truth + error, truth) for s in range(3)] for label, error in errors.items()}
    ranking = statistics.rank(MAE, runs, truth)
    first, other = ranking.order
    by_row = np.abs(errors[other]) - np.abs(errors[first])
    known = stats.ttest_1samp([by_row[group::20].mean() for group in range(20)], 0)
    found = ranking.behind[other]
    assert found.p_value == pytest.approx(known.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval(0.95)), rel=1e-6)


@pytest.mark.parametrize(("over_seeds", "over_rows"), [(0.04, 0.01), (1e-4, 0.3), (2.0, 2.0), (1e-190, 3e-190)])
def test_both_sources_are_joined_by_welch_and_satterthwaite(over_seeds, over_rows):
    mean, seeds, groups = 1.3 * math.sqrt(over_seeds + over_rows), 5, 20
    found = statistics._judge(mean, over_seeds, seeds - 1, over_rows, groups - 1)
    unit = math.sqrt(over_seeds)  # SciPy squares the variances, which may leave the range of a float
    deviations = math.sqrt(seeds), math.sqrt(groups * over_rows / over_seeds)
    known = stats.ttest_ind_from_stats(mean / unit, deviations[0], seeds, 0, deviations[1], groups, equal_var=False)
    assert found.p_value == pytest.approx(known.pvalue, rel=1e-9)
    assert found.low < mean < found.high
    assert (found.low + found.high) / 2 == pytest.approx(mean)


def test_a_unit_however_small_changes_no_ranking():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=200)
    runs = fakes(rng, truth, {"a": 1.0, "b": 0.7})
    small = 1e-100 * truth
    scaled = {
        label: [fake(label, run.seed, 1e-100 * run.predictions.values, small) for run in results]
        for label, results in runs.items()
    }
    one, other = statistics.rank(MAE, runs, truth), statistics.rank(MAE, scaled, small)
    assert one.leaders == other.leaders == ("b",)
    assert other.behind["a"].p_value == pytest.approx(one.behind["a"].p_value, rel=1e-6)


def test_equal_runs_differ_by_nothing_and_runs_that_always_differ_by_the_same_surely_do():
    truth = np.linspace(-1, 1, 60)
    found = statistics.rank(MAE, shifted(truth, a=[1.0, 2.0], b=[1.0, 2.0]), truth).behind["b"]
    assert (found.mean, found.low, found.high, found.p_value) == (0, 0, 0, 1)
    ranking = statistics.rank(MAE, shifted(truth, a=[1.0, 2.0], b=[1.5, 2.5]), truth)
    assert ranking.leaders == ("a",)


def test_one_seed_or_no_seed_in_common_shows_nothing():
    truth = np.linspace(-1, 1, 60)
    alone = statistics.rank(MAE, shifted(truth, a=[1.0], b=[9.0]), truth)
    assert alone.leaders == ("a", "b")
    assert (alone.behind["b"].mean, alone.behind["b"].low, alone.behind["b"].high) == (8, -math.inf, math.inf)
    runs = shifted(truth, a=[1.0, 1.0], b=[9.0, 9.0])
    apart = {"a": [runs["a"][0], diverged("a", 1)], "b": [diverged("b", 0), runs["b"][1]]}
    assert statistics.rank(MAE, apart, truth).leaders == ("a", "b")


# --------------------------------------------------------------------------------------------------- many comparisons


@pytest.mark.parametrize("seed", range(30))
def test_holm_is_closed_testing_with_bonferroni(seed):
    rng = np.random.default_rng(seed)
    p_values = np.round(rng.random(rng.integers(1, 7)) ** 2, 2).tolist()  # rounded: ties

    def closed(i):
        others = [j for j in range(len(p_values)) if j != i]
        sets = [(i, *rest) for size in range(len(others) + 1) for rest in itertools.combinations(others, size)]
        return max(min(1, len(chosen) * min(p_values[j] for j in chosen)) for chosen in sets)

    assert statistics.holm(p_values) == pytest.approx([closed(i) for i in range(len(p_values))])


def test_equal_losses_win_rarely_and_better_ones_are_seen():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=400)
    for options in ({}, {"seeds": 5, "by_seed": 0.1}):
        equal = [
            statistics.rank(MAE, fakes(rng, truth, {"a": 1.0, "b": 1.0, "c": 1.0}, **options), truth)
            for _ in range(150)
        ]
        assert sum(len(ranking.leaders) < 3 for ranking in equal) <= 0.09 * 150
    better = [statistics.rank(MAE, fakes(rng, truth, {"a": 1.0, "b": 0.8}), truth) for _ in range(100)]
    assert sum(ranking.leaders == ("b",) for ranking in better) >= 90


def test_equal_classifiers_win_rarely():
    rng = np.random.default_rng(1)
    wins = 0
    for _ in range(100):
        truth = (rng.random(300) < 0.4).astype(float)
        runs = {}
        for label in "ab":
            scores = [1.5 * truth - 0.6 + rng.normal(size=300) for _ in range(3)]
            said = [Predictions(s, s, claims_probability=True) for s in scores]
            runs[label] = [fake(label, seed, one, truth, "binary") for seed, one in enumerate(said)]
        wins += len(statistics.rank(ACCURACY, runs, truth).leaders) < 2
    assert wins <= 9


@pytest.mark.parametrize(("seeds", "by_seed"), [(3, 0.05), (5, 0.0), (5, 0.1)])
def test_the_interval_covers_the_true_difference_as_often_as_it_says(seeds, by_seed):
    rng = np.random.default_rng(seeds)
    repeats, covered, missed_low = 300, 0, 0
    for _ in range(repeats):
        truth = rng.normal(size=300)  # fresh test rows each time, which all runs of a comparison share
        runs = fakes(rng, truth, {"a": 1.0, "b": 0.85}, seeds=seeds, by_seed=by_seed)
        ranking = statistics.rank(MAE, runs, truth)
        found = ranking.behind[ranking.order[1]]
        true = MEAN_OF_NORMAL * (0.15 if ranking.order[0] == "b" else -0.15)
        covered += found.low <= true <= found.high
        missed_low += true < found.low
    assert 0.90 <= covered / repeats <= 0.99
    assert missed_low <= 0.06 * repeats


def test_pairing_sees_a_small_difference_beneath_errors_that_all_share():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=2000)
    runs = fakes(rng, truth, {"a": 0.5, "b": 0.2}, shared=3.0)
    assert statistics.rank(RMSE, runs, truth).leaders == ("b",)


def test_a_difference_that_few_test_rows_make_is_not_shown():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=400)
    base = truth + rng.normal(size=400)
    spoilt = base.copy()
    spoilt[0] += 30  # one row decides
    runs = {
        label: [fake(label, seed, predictions + 1e-3 * rng.normal(size=400), truth) for seed in range(3)]
        for label, predictions in (("a", base), ("b", spoilt))
    }
    assert len(statistics.rank(RMSE, runs, truth).leaders) == 2


def test_a_difference_that_few_seeds_make_is_not_shown():
    truth = np.linspace(-1, 1, 60)
    assert len(statistics.rank(MAE, shifted(truth, a=[1, 1, 1, 1], b=[1.0, 1.01, 1.0, 9.0]), truth).leaders) == 2


@pytest.mark.parametrize(("part", "is_shown"), [(0.9e-3, False), (1.2e-3, True)])
def test_a_difference_of_less_than_a_thousandth_of_the_values_does_not_count(part, is_shown):
    truth = np.linspace(-1, 1, 60)
    errors = np.array([1.0, 1.1, 1.2])
    ranking = statistics.rank(MAE, shifted(truth, a=errors, b=errors + part * errors.mean()), truth)
    assert ranking.behind["b"].p_value < 1e-6
    assert (ranking.leaders == ("a",)) == is_shown


def test_many_losses_ask_for_more_than_two_do():
    rng = np.random.default_rng(3)
    truth = rng.normal(size=200)
    found = []
    for _ in range(40):
        pair = fakes(rng, truth, {"a": 1.0, "b": 0.88})
        many = {**pair, **{f"like a {i}": fakes(rng, truth, {f"like a {i}": 1.0})[f"like a {i}"] for i in range(6)}}
        two, eight = (statistics.rank(MAE, runs, truth) for runs in (pair, many))
        shown = "a" not in two.leaders, "a" not in eight.leaders
        found.append(shown)
    assert sum(two for two, _ in found) > sum(eight for _, eight in found)


def test_a_median_and_the_worst_errors_are_judged_too():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=600)
    runs = fakes(rng, truth, {"a": 1.0, "b": 0.5}, seeds=4)
    for metric in (MEDIAN, WORST):
        assert statistics.rank(metric, runs, truth).leaders == ("b",), metric.name


def test_a_class_that_a_group_of_rows_lacks_stops_nothing():
    rng = np.random.default_rng(0)
    truth = np.zeros(60)
    truth[7] = 1  # without its group, no row is left that says yes
    said = [Predictions(s, s, claims_probability=True) for s in rng.normal(size=(4, 60))]
    runs = {
        label: [fake(label, seed, said[2 * i + seed], truth, "binary") for seed in (0, 1)]
        for i, label in enumerate("ab")
    }
    for metric in metrics.CLASSES:
        assert set(statistics.rank(metric, runs, truth).leaders) == {"a", "b"}


# --------------------------------------------------------------------------------------------------------- the verdict


def ranking(metric, order, leaders):
    return statistics.Ranking(metrics.REAL[metric], tuple(order), tuple(leaders), {})


@pytest.mark.parametrize(
    ("rankings", "sentence"),
    [
        ([ranking(0, "abc", "a")], "By root mean squared error a is best (1,000 US dollars; next is b with 2,000)."),
        (
            [ranking(0, "abcd", "abc"), ranking(1, "acbd", "acb")],
            "By root mean squared error and mean absolute error a leads (RMSE 1,000 US dollars), d is worse, "
            "and no difference is shown to b or c.",
        ),
        (
            [ranking(0, "ba", "ba"), ranking(1, "ab", "ab"), ranking(2, "ba", "b")],
            "By median error b is best (2,000 US dollars; next is a with 1,000); "
            "by root mean squared error and mean absolute error no difference is shown between a and b.",
        ),
        ([ranking(0, "ab", "a"), ranking(3, "ab", "b"), ranking(4, "ab", "b")],
         "By root mean squared error a is best (1,000 US dollars; next is b with 2,000)."),
        ([ranking(0, "a", "a")], "No verdict: only a was trained to the end."),
        ([ranking(0, "", "")], "No verdict: every run diverged."),
    ],
)  # fmt: skip
def test_the_verdict_says_what_is_shown_first_and_what_is_not(rankings, sentence):
    task = Task(kind="real", target="price", unit="US dollars")
    means = {"a": 1000.0, "b": 2000.0, "c": 3000.0, "d": 4000.0}
    summaries = {
        (label, metric.name): statistics.Summary(mean, 1.0) for label, mean in means.items() for metric in metrics.REAL
    }
    assert prose.verdict(rankings, summaries, task, seeds=3) == sentence
