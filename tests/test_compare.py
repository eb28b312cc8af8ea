"""`compare`: the whole job, from a table to a verdict, a report and a command; and errors that help."""

import json

import numpy as np
import polars as pl
import pytest
import torch
from rich.console import Console
from torch import nn
from typer.testing import CliRunner

import lossmith as lm
from comparisons import FAST, TINY, features, linear, table, target
from lossmith import cli
from lossmith.comparing import Training, compare, tables, terminal, trial
from lossmith.errors import DataError, LossmithError, ParameterError, ShapeError, TargetError
from lossmith.formula.words import log

ARRAYS = {"features": features(), "target": target("real")}


class LogOfResidual(lm.Residual):
    """NaN as soon as a residual is negative."""

    def formula(self, r):
        return log(r)

    @property
    def traits(self):
        return lm.MSE().traits


# ------------------------------------------------------------------------------------------------------- the main job


@pytest.fixture(scope="module")
def houses():
    schedule = Training(epochs=8, learning_rates=(5e-3,))
    return compare("houses", seeds=2, quick=True, engine="serial", training=schedule)


def test_the_network_learns_the_houses_in_dollars(houses):
    assert list(houses.losses) == ["mse", "mae", "huber", "log_cosh"]
    assert houses.table["r2"].min() > 0.6
    # In dollars, not in standard deviations; and better than the mean price, whose error is the spread of the prices.
    assert 10_000 < houses.table["rmse"].min() < houses.splits.test.target.std() / 1.5
    assert sum(len(part.target) for part in houses.splits.parts) == 4000  # quick
    assert houses.splits.of_rows > 25_000


def test_the_table_has_mean_and_spread_of_every_measure_over_the_seeds(houses):
    assert houses.table["loss"].to_list() == list(houses.losses)
    for row in houses.table.to_dicts():
        runs = [run for run in houses.results if run.label == row["loss"]]
        for metric in houses.metrics:
            values = [run.metrics[metric.name] for run in runs]
            assert row[metric.name] == pytest.approx(np.mean(values))
            assert row[f"{metric.name}_spread"] == pytest.approx(np.std(values, ddof=1))
        assert (row["runs"], row["diverged"], row["learning_rate"]) == (2, 0, 5e-3)


def test_the_report_and_the_terminal_say_what_the_table_says(houses, tmp_path):
    text = houses.save(tmp_path / "out").read_text("utf-8")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"results.parquet", "settings.json", "report.html"}
    console = Console(width=120)
    with console.capture() as captured:
        console.print(terminal.summary(houses))
    shown = captured.get()
    assert houses.verdict in text
    assert " ".join(houses.verdict.split()[:6]) in shown
    for label in houses.losses:
        cells = tables.cells(houses, label, houses.metrics)
        assert all(cell in text for cell in cells)
        assert cells[0].partition(" ")[0] in shown
    assert "US dollars" in text
    assert "<script src" not in text


def test_a_loss_against_itself_shows_no_difference():
    result = compare(**ARRAYS, losses=[lm.MSE(), lm.MSE()], **FAST)
    assert list(result.losses) == ["mse", "mse #2"]
    assert result.table["rmse"].n_unique() == 1
    assert result.verdict == (
        "By root mean squared error, mean absolute error and median error "
        "no difference is shown between mse and mse #2."
    )


def test_cross_entropy_and_divergence_of_one_hot_targets_show_no_difference():
    losses = [lm.CategoricalCrossEntropy(), lm.KLDivergence()]
    result = compare("digits", losses=losses, quick=True, seeds=3, engine="serial", training=TINY)
    assert result.table["accuracy"].min() > 0.6
    for ranking in result.rankings:
        assert len(ranking.leaders) == 2, ranking.metric.name
    assert result.verdict.count("no difference is shown") == 1
    assert "best" not in result.verdict
    assert result.table["accuracy"].to_list() == pytest.approx([result.table["accuracy"][0]] * 2, abs=2e-3)


def test_a_better_loss_is_shown():
    rng = np.random.default_rng(0)
    x = features(rows=1200)
    gross = 30 * rng.normal(size=1200) * (rng.random(1200) < 0.1)
    schedule = Training(epochs=8, learning_rates=(5e-3,))
    result = compare(
        features=x,
        target=2 * x[:, 0] + 0.1 * rng.normal(size=1200) + gross,
        losses=[lm.MSE(), lm.MAE()],
        **{**FAST, "seeds": 3, "training": schedule},
    )
    by_median = next(ranking for ranking in result.rankings if ranking.metric.name == "median_error")
    assert by_median.leaders == ("mae",)
    assert by_median.behind["mse"].low > 0
    assert "median error mae is best" in result.verdict


def test_one_seed_shows_nothing():
    result = compare(**ARRAYS, losses=[lm.MSE(), lm.MAE()], **{**FAST, "seeds": 1})
    assert result.verdict == "No difference can be shown with one seed: train with at least two."
    assert result.table["rmse_spread"].to_list() == [None, None]
    assert "±" not in "".join(tables.cells(result, "mse", result.metrics))


# ---------------------------------------------------------------------------------------------------------- divergence


def test_a_nan_marks_its_runs_and_the_others_go_on(tmp_path):
    result = compare(**ARRAYS, losses=[LogOfResidual(), lm.MSE()], **FAST)
    assert result.table["diverged"].to_list() == [2, 0]
    assert result.table["rmse"].is_null().to_list() == [True, False]
    assert {run.diverged_at for run in result.runs["log_of_residual"]} == {1}
    assert result.rates["log_of_residual"] == 5e-3
    assert result.verdict == "No verdict: only mse was trained to the end."
    assert "diverged at step 1" in result.save(tmp_path).read_text("utf-8")
    assert pl.read_parquet(tmp_path / "results.parquet")["diverged_at"].to_list() == [1, None, 1, None, 1, None]
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["table"][0]["rmse"] is None


def test_where_all_diverged_there_is_no_verdict_and_still_a_report(tmp_path):
    result = compare(**ARRAYS, losses=[LogOfResidual()], **FAST)
    assert result.verdict == "No verdict: every run diverged."
    assert result.verdict in result.save(tmp_path).read_text("utf-8")
    console = Console(width=100)
    with console.capture() as captured:
        console.print(terminal.summary(result))
    assert "every run diverged" in captured.get()


def test_a_rate_that_diverges_in_the_search_is_named_and_not_taken(tmp_path):
    schedule = Training(epochs=2, learning_rates=(1e-3, 1e30))
    result = compare(**ARRAYS, losses=[lm.MSE(), lm.MAE()], seeds=2, engine="serial", training=schedule)
    assert {run.run.learning_rate for run in result.tuning if run.has_diverged} == {1e30}
    assert dict(result.rates) == {"mse": 1e-3, "mae": 1e-3}
    assert result.table["diverged"].to_list() == [0, 0]
    assert "1e+30" in result.save(tmp_path).read_text("utf-8")


def test_one_seed_that_diverges_leaves_the_others_of_its_loss():
    def breaks(specs):
        for spec in specs:
            is_lost = spec.run.seed == 1 and spec.run.label == "mse"
            yield trial.train(trial.Spec(**{**vars(spec), "loss": LogOfResidual()}) if is_lost else spec)

    result = compare(**ARRAYS, losses=[lm.MSE(), lm.MAE()], **{**FAST, "seeds": 3, "engine": breaks})
    assert result.table["diverged"].to_list() == [1, 0]
    assert result.table["rmse"].null_count() == 0
    assert len(result.rankings[0].order) == 2


# ------------------------------------------------------------------------------------------------------------ manners


def test_the_callers_random_state_threads_and_arrays_are_left_alone():
    x, y = features(), target("count")
    given = x.copy(), y.copy()
    torch.manual_seed(5)
    before, threads, numpy_before = (
        torch.random.get_rng_state(),
        torch.get_num_threads(),
        np.random.get_state()[1].copy(),
    )
    compare(features=x, target=y, task="count", **FAST)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    assert np.array_equal(np.random.get_state()[1], numpy_before)
    assert np.array_equal(x, given[0])
    assert np.array_equal(y, given[1])


def test_results_in_any_order_are_the_same_comparison():
    def backwards(specs):
        return iter([trial.train(spec) for spec in specs][::-1])

    given = {**ARRAYS, "losses": [lm.MSE(), lm.MAE()]}
    one, other = compare(**given, **FAST), compare(**given, **{**FAST, "engine": backwards})
    assert other.table.drop("seconds").equals(one.table.drop("seconds"))
    assert [run.run for run in other.results] == [run.run for run in one.results]


def test_labels_tell_losses_apart():
    losses = [lm.Huber(delta=2.0), lm.MSE(), lm.Huber(), lm.Huber(delta=2.0), lm.Quantile(level=0.9)]
    result = compare(**ARRAYS, losses=losses, model=linear, **FAST)
    assert list(result.losses) == ["huber(delta=2.0)", "mse", "huber", "huber(delta=2.0) #2", "quantile(level=0.9)"]
    assert list(result.losses.values()) == losses


def test_progress_passes_every_result_of_both_stages():
    seen = {}

    def watch(title, specs, results):
        seen[title] = (len(specs), 0)
        for result in results:
            seen[title] = (len(specs), seen[title][1] + 1)
            yield result

    compare(**ARRAYS, losses=[lm.MSE(), lm.MAE()], **FAST, progress=watch)
    assert seen == {"learning rates": (2, 2), "trainings": (4, 4)}


def test_hostile_names_stay_text(tmp_path):
    name = "<img src=x onerror=alert(1)>[red]"
    result = compare(table().rename({"y": name}), name, [lm.MSE()], linear, **FAST)
    assert "<img src=x" not in result.save(tmp_path).read_text("utf-8")
    console = Console(width=100)
    with console.capture() as captured:
        console.print(terminal.summary(result))
    assert name in captured.get()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"losses": [lm.BinaryCrossEntropy()]}, TargetError, "binary_cross_entropy expects targets from 0 to 1"),
        (
            {"losses": [lm.CrossEntropy()]},
            TargetError,
            "take losses whose target is 'real' or 'count' or 'positive' or 'binary'",
        ),
        ({"losses": []}, ParameterError, "losses is empty"),
        ({"losses": [lm.MSE]}, ParameterError, r"which is no configured loss: write lm.MSE\(\)"),
        ({"losses": [nn.MSELoss()]}, ParameterError, "which is no configured loss"),
        ({"losses": lm.MSE()}, ParameterError, "is a single loss: write a list"),
        ({"seeds": 0}, ParameterError, "seeds=0: write a whole number from 1"),
        ({"seeds": "3"}, ParameterError, "seeds='3': write a whole number from 1"),
        ({"features": features()[:, :0]}, DataError, "nothing to predict from"),
        ({"features": features().astype(complex)}, DataError, "features holds complex numbers"),
        ({"target": target("real").astype(complex)}, DataError, "target holds complex numbers"),
        ({"model": lambda i, o: nn.LazyLinear(o)}, ParameterError, "LazyLinear has a lazy layer"),
        ({"engine": "cloud"}, ParameterError, "There is no engine 'cloud'; write one of 'serial', 'local'"),
        ({"task": "regression"}, ParameterError, "There is no task 'regression'; the tasks are real"),
        ({"data": "houses"}, DataError, "Give either a table"),
        ({"target": target("real")[:-1]}, DataError, "240 rows of features and 239 targets"),
        ({"features": None}, DataError, "Give either a table"),
        ({"model": lambda i, o: nn.Linear(i, 2)}, ShapeError, "compare needs 1 score a row"),
    ],
)
def test_wrong_use_is_an_error_that_helps(given, error, message):
    assert issubclass(error, LossmithError)
    with pytest.raises(error, match=message):
        compare(**{**ARRAYS, **FAST, **given})


# --------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def run_command(monkeypatch, tmp_path):
    """Runs the command where ``t.parquet`` lies, with next to no training."""
    import lossmith.comparing.comparison as comparison

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(comparison, "QUICK", TINY)
    monkeypatch.setitem(comparison.find_engine.__globals__["_ENGINES"], "local", comparison.find_engine("serial"))
    flags = table()["y"] > 0
    table().with_columns(flag=flags, rating=pl.Series(np.arange(240) % 5)).write_parquet("t.parquet")
    return lambda *arguments: CliRunner().invoke(cli.app, ["compare", *arguments])


def test_the_command_prints_the_table_and_the_verdict(run_command, tmp_path):
    result = run_command("t.parquet", "--target", "y", "--losses", "mse, huber", "--seeds", "2", "--quick")
    assert result.exit_code == 0, result.output
    assert "verdict" in result.stdout
    assert "RMSE" in result.stdout
    assert (tmp_path / "lossmith-results" / "t" / "report.html").exists()


def test_json_is_json_and_nothing_else(run_command):
    result = run_command("t.parquet", "--target", "flag", "--seeds", "1", "--quick", "--json", "--out", "o")
    printed = json.loads(result.stdout)
    assert [row["loss"] for row in printed["table"]] == ["binary_cross_entropy", "hinge", "mse"]
    assert printed["table"][0]["auc_spread"] is None
    assert printed["table"][1]["calibration_error"] is None
    assert printed["verdict"].startswith("No difference can be shown with one seed")
    assert printed["report"] == "o/report.html"


def test_the_command_goes_on_where_it_ended_and_trains_nothing_twice(run_command, tmp_path):
    first = run_command("t.parquet", "--target", "y", "--seeds", "2", "--quick", "--json", "--out", "o")
    again = run_command("t.parquet", "--target", "y", "--seeds", "2", "--quick", "--json", "--resume", "o")
    assert json.loads(again.stdout) == json.loads(first.stdout)  # the seconds that a training took included
    more = run_command("t.parquet", "--target", "y", "--seeds", "3", "--quick", "--json", "--resume", "o")
    assert [row["runs"] for row in json.loads(more.stdout)["table"]] == [3] * 4


def test_the_command_takes_a_task_that_the_numbers_do_not_tell(run_command):
    result = run_command("t.parquet", "--target", "rating", "--task", "real", "--losses", "mse", "--quick", "--json")
    assert "rmse" in json.loads(result.stdout)["table"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "nowhere.csv"),
        (["--losses", "hubert", "--quick"], "huber"),
        (["houses", "--task", "regression"], "There is no task"),
        (["houses", "--quick", "--resume", "nowhere"], "There is no comparison to go on with"),
    ],
)
def test_wrong_use_of_the_command_is_one_message_and_exit_code_2(arguments, message, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["lossmith", "compare", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert message in " ".join(printed.err.split())


def test_ctrl_c_is_one_line_and_exit_code_130(run_command, monkeypatch):
    import lossmith.comparing as comparing

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(comparing, "compare", interrupted)
    result = run_command("t.parquet", "--target", "y", "--out", "o")
    assert result.exit_code == 130
    assert "--resume o" in result.stderr
    assert "Traceback" not in result.output
