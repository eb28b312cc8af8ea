"""`compare`: the same start for every loss, honest statistics, errors that help, and nothing finished is lost."""

import datetime
import itertools
import json

import numpy as np
import polars as pl
import pytest
import torch
from rich.console import Console
from torch import nn
from typer.testing import CliRunner

import lossmith as lm
from lossmith import cli
from lossmith.comparing import (
    compare,
    data,
    engines,
    metrics,
    pictures,
    prose,
    report,
    statistics,
    store,
    terminal,
    trial,
)
from lossmith.errors import DataError, LossmithError, ParameterError, ShapeError, TargetError
from lossmith.formula.words import log

QUICK = {"quick": True, "engine": "serial", "seeds": 2}


def table(rows=400, seed=0, **columns):
    """A target that two of its features explain."""
    rng = np.random.default_rng(seed)
    x, group = rng.normal(size=rows), rng.choice(["a", "b", "c"], size=rows)
    y = 3 * x + 2 * (group == "b") + rng.normal(scale=0.3, size=rows)
    return pl.DataFrame({"x": x, "group": group, "y": y, **columns})


def binary_table(values=(0, 1), rows=400):
    frame = table(rows)
    flags = frame["y"].to_numpy() > 0
    return frame.with_columns(pl.Series("y", [values[int(flag)] for flag in flags]))


def tiny(n_features):
    return nn.Linear(n_features, 1)


def specs_for(losses, frame=None, model=tiny, epochs=3, seeds=(0,)):
    splits = data.prepare(table() if frame is None else frame, "y")
    training = trial.Training(epochs=epochs)
    return [
        trial.Spec(label=str(i), loss=loss, seed=seed, splits=splits, model=model, training=training)
        for seed in seeds
        for i, loss in enumerate(losses)
    ]


def same(a, b):
    """Whether two results agree to the last digit; the time taken does not count."""
    return a.metrics == b.metrics and a.curves == b.curves and np.array_equal(a.predictions, b.predictions)


# ------------------------------------------------------------------------------------------------------- the main job


@pytest.fixture(scope="module")
def houses():
    return compare("houses", **QUICK)


def test_the_network_learns_the_houses(houses):
    assert list(houses.losses) == ["mse", "mae", "huber", "log_cosh"]
    assert houses.table["r2"].min() > 0.7
    # In dollars, not in standard deviations; and better than the mean price, whose error is the spread of the prices.
    assert 10_000 < houses.table["rmse"].min() < houses.splits.test.target.std() / 1.5


def test_results_settings_and_report_are_written(houses, tmp_path):
    assert houses.save(tmp_path / "out") == tmp_path / "out" / "report.html"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"results.parquet", "settings.json", "report.html"}
    frame = pl.read_parquet(tmp_path / "out" / "results.parquet")
    assert frame.select("loss", "seed").rows() == [(loss, seed) for seed in (0, 1) for loss in houses.losses]
    assert frame["predictions"].list.len().unique().to_list() == [len(houses.splits.test.target)]
    settings = json.loads((tmp_path / "out" / "settings.json").read_text("utf-8"))
    assert settings["losses"]["huber"] == "Huber(delta=1.0)"
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert houses.verdict in text
    assert "US dollars" in text
    for label in houses.losses:
        assert all(cell in text for cell in report.cells(houses, label))


def test_a_saved_metric_is_that_of_the_saved_predictions(houses, tmp_path):
    houses.save(tmp_path)
    run = pl.read_parquet(tmp_path / "results.parquet").row(0, named=True)
    error = np.array(run["predictions"]) - houses.splits.test.target
    assert run["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)))
    assert run["median_error"] == pytest.approx(np.median(np.abs(error)))


@pytest.mark.parametrize("values", [(0, 1), (-1, 1), (False, True), ("ham", "spam")])
def test_a_binary_target_in_any_coding(values):
    result = compare(binary_table(values), "y", **QUICK)
    assert list(result.losses) == ["binary_cross_entropy", "hinge", "mse"]
    assert result.task.positive == str(values[1])
    assert result.table["accuracy"].min() > 0.9
    assert result.table["auc"].min() > 0.95


# ----------------------------------------------------------------------------------------------------- what is the same


def test_every_engine_gives_the_same_to_the_last_digit():
    specs = specs_for([lm.MSE(), lm.MAE()], seeds=(0, 1), model=trial.mlp)
    alone = list(engines.serial(specs))
    key = {(run.label, run.seed): run for run in engines.local(specs)}
    assert len(key) == len(specs)
    assert all(same(run, key[run.label, run.seed]) for run in alone)


def test_a_result_depends_on_its_seed_and_on_no_random_state_outside():
    first, other = specs_for([lm.MSE()], seeds=(0, 1), model=trial.mlp)
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    result = trial.run(first)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert same(trial.run(first), result)
    assert not same(trial.run(other), result)


def test_within_a_seed_every_loss_has_the_same_start_and_the_same_batches():
    class Spy(nn.Linear):
        def __init__(self, n_features):
            super().__init__(n_features, 1)
            self.start, self.batches = self.weight.detach().clone(), []
            spies.append(self)

        def forward(self, x):
            if self.training:
                self.batches.append(x.detach().clone())
            return super().forward(x)

    spies = []
    for spec in specs_for([lm.MSE(), lm.Huber()], model=Spy):
        trial.run(spec)
    mse, huber = spies
    assert torch.equal(mse.start, huber.start)
    assert all(torch.equal(a, b) for a, b in zip(mse.batches, huber.batches, strict=True))
    assert not torch.equal(mse.batches[0], mse.batches[1])


def test_a_run_is_judged_at_its_best_validation_epoch():
    class Spy(nn.Sequential):
        def forward(self, x):
            output = super().forward(x)
            if not self.training:
                judged.append((torch.equal(x, test_x), output.detach().double().numpy().ravel()))
            return output

    judged = []
    noise = table(y=np.random.default_rng(1).normal(size=400))  # nothing to learn: the best epoch is not the last
    (spec,) = specs_for([lm.MAE()], noise, model=lambda n: Spy(trial.mlp(n)), epochs=12)
    test_x = torch.from_numpy(spec.splits.test.features)
    result = trial.run(spec)
    values = result.curves["validation_loss"]
    assert result.best_epoch == 1 + int(np.argmin(values)) < len(values) == 12
    # Of the looks at the test rows, the last one follows the look at the validation rows of that epoch, and counts.
    last = max(place for place, (is_test, _) in enumerate(judged) if is_test)
    assert sum(not is_test for is_test, _ in judged[:last]) == result.best_epoch
    task = spec.splits.task
    assert np.allclose(result.predictions, judged[last][1] * task.scale + task.centre, rtol=1e-12)


def test_nothing_of_the_test_rows_reaches_the_features_or_the_scale():
    frame = table()
    splits = data.prepare(frame, "y")
    test_rows = np.isin(frame["y"].to_numpy(), splits.test.target)
    changed = frame.with_columns(
        pl.when(pl.Series(test_rows)).then(pl.col("x") * 100).otherwise(pl.col("x")).alias("x")
    )
    again = data.prepare(changed, "y")
    assert np.array_equal(again.train.features, splits.train.features)
    assert np.array_equal(again.validation.features, splits.validation.features)
    assert not np.array_equal(again.test.features, splits.test.features)
    assert splits.task.centre == splits.train.target.mean()


def test_a_nan_marks_the_run_and_the_others_go_on(tmp_path):
    class LogOfResidual(lm.Residual):
        """NaN as soon as a residual is negative."""

        def formula(self, r):
            return log(r)

        @property
        def traits(self):
            return lm.MSE().traits

    result = compare(table(), "y", [LogOfResidual(), lm.MSE()], **QUICK)
    assert result.table["diverged"].to_list() == [2, 0]
    assert {run.diverged_at for run in result.runs["log_of_residual"]} == {1}
    assert result.table["rmse"].is_nan().to_list() == [True, False]
    assert "only mse" in result.verdict
    assert "diverged at step 1" in result.save(tmp_path).read_text("utf-8")


# ---------------------------------------------------------------------------------------------------- the statistics


def fake(label, seed, predictions, truth):
    values = {metric.name: metric.of(truth, predictions) for metric in metrics.REAL}
    return trial.Result(
        label=label,
        seed=seed,
        best_epoch=1,
        diverged_at=None,
        seconds=0.0,
        metrics=values,
        curves={},
        predictions=predictions,
    )


def fakes(rng, truth, noise, seeds=3, shared=0.0):
    """Runs of one loss for each label, with errors of the given size, part of them shared by all."""
    common = shared * rng.normal(size=len(truth))
    return {
        label: [fake(label, seed, truth + common + size * rng.normal(size=len(truth)), truth) for seed in range(seeds)]
        for label, size in noise.items()
    }


def test_a_loss_against_itself_shows_no_difference():
    result = compare(table(), "y", [lm.MSE(), lm.MSE()], **QUICK)
    assert list(result.losses) == ["mse", "mse #2"]
    assert result.table["rmse"].n_unique() == 1
    assert result.verdict.startswith("By root mean squared error, mean absolute error and median error no difference")


def test_equal_losses_win_rarely_and_better_ones_are_seen():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=400)
    mae = metrics.REAL[1]
    equal = [statistics.rank(mae, fakes(rng, truth, {"a": 1.0, "b": 1.0, "c": 1.0}), truth) for _ in range(150)]
    assert sum(len(ranking.leaders) < 3 for ranking in equal) <= 0.09 * 150
    better = [statistics.rank(mae, fakes(rng, truth, {"a": 1.0, "b": 0.8}), truth) for _ in range(20)]
    assert sum(ranking.leaders == ("b",) for ranking in better) >= 19


def test_pairing_sees_a_small_difference_beneath_errors_that_all_share():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=2000)
    runs = fakes(rng, truth, {"a": 0.5, "b": 0.2}, shared=3.0)
    assert statistics.rank(metrics.REAL[0], runs, truth).leaders == ("b",)


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
    assert len(statistics.rank(metrics.REAL[0], runs, truth).leaders) == 2


def test_one_seed_shows_nothing():
    result = compare(table(), "y", [lm.MSE(), lm.MAE()], quick=True, engine="serial", seeds=1)
    assert "one seed" in result.verdict
    assert "±" not in "".join(report.cells(result, "mse"))


def ranking(metric, order, leaders):
    return statistics.Ranking(metrics.REAL[metric], tuple(order), tuple(leaders))


@pytest.mark.parametrize(
    ("rankings", "sentence"),
    [
        ([ranking(0, "abc", "a")], "By root mean squared error a is best (1,000 US dollars; next is b with 2,000)."),
        (
            [ranking(0, "abcd", "abc"), ranking(1, "acbd", "acb")],
            "By root mean squared error and mean absolute error a leads (1,000 US dollars), d is worse, "
            "and no difference is shown to b or c.",
        ),
        (
            [ranking(0, "ba", "ba"), ranking(1, "ab", "ab"), ranking(2, "ba", "b")],
            "By median error b is best (2,000 US dollars; next is a with 1,000); "
            "by root mean squared error and mean absolute error no difference is shown between a and b.",
        ),
        ([ranking(0, "a", "a")], "No verdict: only a was trained to the end."),
        ([ranking(0, "", "")], "No verdict: every run diverged."),
    ],
)
def test_the_verdict_says_what_is_shown_first_and_what_is_not(rankings, sentence):
    task = data.Task(kind="real", target="price", unit="US dollars")
    means = {"a": 1000.0, "b": 2000.0, "c": 3000.0, "d": 4000.0}
    summaries = {
        (label, metric.name): statistics.Summary(mean, 1.0) for label, mean in means.items() for metric in metrics.REAL
    }
    assert prose.verdict(rankings, summaries, task, seeds=3) == sentence


@pytest.mark.parametrize("seed", range(3))
def test_accuracy_f1_and_auc_are_scikit_learns(seed):
    from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

    rng = np.random.default_rng(seed)
    truth = (rng.random(200) < 0.3).astype(float)
    score = np.round(truth + rng.normal(size=200), 1)  # rounded: ties
    expected = accuracy_score(truth, score > 0), f1_score(truth, score > 0), roc_auc_score(truth, score)
    assert [metric.of(truth, score) for metric in metrics.BINARY] == pytest.approx(list(expected))


# ------------------------------------------------------------------------------------------------------------ the data


def test_any_kind_of_feature_becomes_finite_numbers():
    rows = range(400)
    frame = table(
        constant=[1] * 400,
        empty=pl.Series([None] * 400, dtype=pl.Float64),
        gaps=[None if i % 7 == 0 else float(i) for i in rows],
        infinite=[float("inf") if i == 3 else float(i) for i in rows],
        nan=[float("nan") if i % 5 == 0 else float(i) for i in rows],
        day=[datetime.date(2020, 1, 1) + datetime.timedelta(days=i) for i in rows],
        flag=[i % 3 == 0 for i in rows],
        text=[f"house number {i} with {('garden', 'garage', 'view')[i % 3]}" for i in rows],
        category=pl.Series([("u", "v", None)[i % 3] for i in rows], dtype=pl.Categorical),
    )
    splits = data.prepare(frame, "y")
    for part in (splits.train, splits.validation, splits.test):
        assert part.features.dtype == np.float32
        assert np.isfinite(part.features).all()
    again = data.prepare(frame, "y")
    assert np.array_equal(again.train.features, splits.train.features)


def test_the_same_table_from_every_kind_of_source(tmp_path):
    frame = table()
    frame.write_csv(tmp_path / "t.csv")
    frame.write_csv(tmp_path / "t.tsv", separator="\t")
    frame.write_parquet(tmp_path / "t.parquet")
    sources = [tmp_path / "t.csv", str(tmp_path / "t.tsv"), tmp_path / "t.parquet", frame.to_pandas(), frame.lazy()]
    expected = data.prepare(frame, "y")
    for source in sources:
        splits = data.prepare(source, "y")
        assert np.array_equal(splits.train.features, expected.train.features)
        assert np.array_equal(splits.test.target, expected.test.target)


BAD_TARGETS = {
    "a column that is not there": (table(), "yy", ["'yy'", "Did you mean 'y'", "x, group, y"]),
    "no column named": (table(), None, ["Which column", "x, group, y"]),
    "missing values": (
        table().with_columns(pl.when(pl.int_range(pl.len()) < 12).then(None).otherwise("y").alias("y")),
        "y",
        ["12 missing values in 400 rows", "Drop"],
    ),
    "not a number": (table(y=[float("nan")] * 3 + [1.0, 2.0] * 198 + [3.0]), "y", ["3 missing values"]),
    "infinite": (table(y=[float("inf")] + [1.0, 2.0, 3.0] * 133), "y", ["1 infinite"]),
    "constant": (table(y=[5] * 400), "y", ["constant", "5"]),
    "text": (table(), "group", ["3 different values", "'a', 'b', 'c'"]),
    "a date": (table(y=[datetime.date(2020, 1, 1 + i % 9) for i in range(400)]), "y", ["9 different values", "Date"]),
    "a rare class": (table(y=[1] * 4 + [0] * 396), "y", ["only 4 rows", "at least 10"]),
    "too few rows": (table(30), "y", ["30 rows", "at least 60"]),
    "nothing to predict from": (table().select("y"), "y", ["only the column 'y'"]),
}


@pytest.mark.parametrize("case", BAD_TARGETS)
def test_a_target_that_cannot_be_used_is_an_error_that_helps(case):
    frame, target, expected = BAD_TARGETS[case]
    with pytest.raises(DataError) as caught:
        data.prepare(frame, target)
    assert all(part in str(caught.value) for part in expected), caught.value


def test_a_file_that_cannot_be_used_is_an_error_that_helps(tmp_path):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "broken.parquet").write_bytes(b"not a parquet file")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "table.xlsx").touch()
    for name, expected in {
        "empty.csv": "CSV",
        "broken.parquet": "PARQUET",
        "binary.csv": "binary",
        "table.xlsx": ".csv, .tsv and .parquet",
        "emty.csv": "Near it: empty.csv",
        "nothing": "houses, spam, doctor_visits",
    }.items():
        with pytest.raises(DataError) as caught:
            data.prepare(tmp_path / name, "y")
        assert expected in str(caught.value)
    with pytest.raises(DataError, match="type int"):
        data.prepare(3, "y")


def test_a_wrong_loss_model_or_setting_is_an_error_that_helps():
    with pytest.raises(TargetError, match="binary_cross_entropy reads targets coded as 'binary'"):
        compare(table(), "y", [lm.BinaryCrossEntropy()], **QUICK)
    with pytest.raises(ShapeError, match="one output a row"):
        compare(table(), "y", model=lambda n: nn.Linear(n, 2), **QUICK)
    with pytest.raises(ParameterError, match="seeds=0"):
        compare(table(), "y", seeds=0)
    with pytest.raises(ParameterError, match="'serial', 'local'"):
        compare(table(), "y", engine="cloud")
    with pytest.raises(ParameterError, match="losses is empty"):
        compare(table(), "y", [])


# --------------------------------------------------------------------------------------------- keeping, and the command


def test_what_is_finished_when_a_comparison_dies_is_kept(tmp_path):
    def dies(specs):
        yield from map(trial.run, itertools.islice(specs, 2))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(table(), "y", [lm.MSE(), lm.MAE()], tiny, engine=dies, quick=True, directory=tmp_path)
    assert pl.read_parquet(tmp_path / "results.parquet").select("loss", "seed").rows() == [("mse", 0), ("mae", 0)]
    assert [path.name for path in tmp_path.iterdir()] == ["results.parquet"]


def test_a_write_that_fails_leaves_the_old_file_and_no_half_of_a_new_one(tmp_path, monkeypatch):
    def fails_half_way(frame, path):
        path.write_bytes(b"PAR1")
        raise OSError("disk full")

    results = [trial.run(spec) for spec in specs_for([lm.MSE()])]
    store.write_results(tmp_path, results)
    before = (tmp_path / "results.parquet").read_bytes()
    monkeypatch.setattr(pl.DataFrame, "write_parquet", fails_half_way)
    with pytest.raises(OSError, match="disk full"):
        store.write_results(tmp_path, results)
    assert [path.name for path in tmp_path.iterdir()] == ["results.parquet"]
    assert (tmp_path / "results.parquet").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_found_before_any_training(tmp_path):
    def never(specs):
        raise AssertionError("trained")

    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="Nothing can be written"):
        compare(table(), "y", engine=never, directory=tmp_path / "file" / "below")


def test_hostile_names_stay_text(tmp_path):
    name = "<img src=x onerror=alert(1)>[red]"
    result = compare(table().rename({"y": name}), name, [lm.MSE()], tiny, **QUICK)
    assert "<img src=x" not in result.save(tmp_path).read_text("utf-8")
    # Plotly would read it as HTML, and make a link of an <a>.
    assert "&lt;img" in pictures.predicted_against_true(result, "mse").layout.xaxis.title.text
    console = Console(width=100)
    with console.capture() as captured:
        console.print(terminal.summary(result))
    assert name in captured.get()


@pytest.fixture
def run_command(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(cli.app, list(arguments))


def test_the_command_prints_the_table_and_the_verdict(run_command, tmp_path):
    table().write_csv(tmp_path / "t.csv")
    result = run_command("compare", "t.csv", "--target", "y", "--losses", "mse,huber", "--seeds", "2", "--quick")
    assert result.exit_code == 0, result.output
    assert "verdict" in result.stdout
    assert "RMSE" in result.stdout
    assert (tmp_path / "lossmith-results" / "t" / "report.html").exists()


def test_json_is_json_and_nothing_else(run_command, tmp_path):
    binary_table().write_parquet(tmp_path / "t.parquet")
    result = run_command("compare", "t.parquet", "--target", "y", "--seeds", "1", "--quick", "--json", "--out", "o")
    printed = json.loads(result.stdout)
    assert [row["loss"] for row in printed["table"]] == ["binary_cross_entropy", "hinge", "mse"]
    assert printed["table"][0]["auc_spread"] is None
    assert printed["verdict"]


@pytest.mark.parametrize("arguments", [["compare", "nowhere.csv"], ["compare", "--losses", "hubert", "--quick"]])
def test_wrong_use_is_one_message_and_exit_code_2(arguments, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["lossmith", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert "nowhere.csv" in printed.err or "huber" in printed.err


def test_every_error_is_lossmiths_own():
    for error in (DataError, ParameterError, ShapeError, TargetError):
        assert issubclass(error, LossmithError)
