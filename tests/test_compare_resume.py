"""Nothing finished is lost: what a comparison leaves behind, and how it goes on from there to the last digit."""

import functools
import itertools
import json
import shutil

import numpy as np
import polars as pl
import pytest
from torch import nn

import lossmith as lm
from comparisons import KINDS, TINY, all_plain, features, linear, plain, spec_of, splits_of, target
from lossmith.comparing import Training, compare, store, trial
from lossmith.comparing.defaults import default_losses
from lossmith.errors import DataError, ParameterError

ARRAYS = {"features": features(), "target": target("real")}
LOSSES = [lm.MSE(), lm.MAE()]
SCHEDULE = Training(epochs=2, learning_rates=(1e-3, 5e-3))
GIVEN = {**ARRAYS, "losses": LOSSES, "model": linear, "seeds": 2, "training": SCHEDULE}
ALL_RUNS = 2 * 2 + 2 * 2  # two losses at two rates, then two losses with two seeds


class Counts:
    """An engine that says how much it was asked for, and may die on its way."""

    def __init__(self, dies_after=None):
        self.asked, self.left = 0, dies_after

    def __call__(self, specs):
        self.asked += len(specs)
        for spec in specs:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left = None if self.left is None else self.left - 1
            yield trial.train(spec)


def begun(folder, dies_after, **changed):
    with pytest.raises(KeyboardInterrupt):
        compare(**{**GIVEN, **changed}, engine=Counts(dies_after), directory=folder)


def resumed(folder, **changed):
    counts = Counts()
    result = compare(**{**GIVEN, **changed}, engine=counts, directory=folder, resume=True)
    return result, counts.asked


def names(folder):
    return {path.name for path in folder.iterdir()}


@functools.cache
def whole():
    return compare(**GIVEN, engine="serial")


# -------------------------------------------------------------------------------------------------- what is left behind


@pytest.mark.parametrize("finished", [0, 1, 4, 6])
def test_every_finished_run_is_on_disk_when_a_comparison_dies(tmp_path, finished):
    begun(tmp_path, finished)
    assert names(tmp_path) == {"settings.json", "runs"}
    runs = pl.concat(
        [pl.read_parquet(path) for path in (tmp_path / "runs").iterdir()] or [pl.DataFrame()], how="diagonal"
    )
    assert len(runs) == finished
    if finished == 6:
        assert sorted(runs["stage"].to_list()) == ["test"] * 2 + ["tuning"] * 4
        judged = runs.filter(stage="test").sort("loss", descending=True)
        assert judged.select("loss", "seed").rows() == [("mse", 0), ("mae", 0)]  # seed by seed, so that they are paired


def test_a_result_is_on_disk_before_it_is_passed_on(tmp_path):
    seen = []

    def watch(title, specs, results):
        for result in results:
            seen.append(len(list((tmp_path / "runs").glob("*.parquet"))))
            yield result

    compare(**GIVEN, engine="serial", directory=tmp_path, progress=watch)
    assert seen == list(range(1, ALL_RUNS + 1))


def test_at_the_end_there_is_one_table_of_all_runs_with_the_settings_and_the_report(tmp_path):
    result = compare(**GIVEN, engine="serial", directory=tmp_path / "made" / "below")
    folder = tmp_path / "made" / "below"
    assert result.save(folder) == folder / "report.html"
    assert names(folder) == {"results.parquet", "settings.json", "report.html"}
    frame = pl.read_parquet(folder / "results.parquet")
    assert frame.filter(stage="tuning").select("loss", "learning_rate").rows() == [
        (loss, rate) for rate in (1e-3, 5e-3) for loss in ("mse", "mae")
    ]
    judged = frame.filter(stage="test")
    assert judged.select("loss", "seed").rows() == [("mse", 0), ("mae", 0), ("mse", 1), ("mae", 1)]
    assert judged["learning_rate"].to_list() == [result.rates[loss] for loss in judged["loss"]]
    for row, run in zip(judged.to_dicts(), result.results, strict=True):
        error = np.array(row["predictions"]) - result.splits.test.target
        assert row["rmse"] == run.metrics["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)))
        assert row["mae"] == pytest.approx(np.mean(np.abs(error)))
        assert row["train_rmse"] == run.train_metrics["rmse"]
        assert row["validation_loss_curve"] == list(run.curves["validation_loss"])
        assert row["first_gradient_curve"] == list(run.curves["first_gradient"])
        assert row["diverged_at"] is None
    assert frame.filter(stage="tuning")["predictions"].null_count() == 4


def test_the_settings_say_all_that_is_needed_to_do_it_again(tmp_path):
    result = compare(**{**GIVEN, "losses": [lm.Huber(delta=2.0)]}, engine="serial", directory=tmp_path)
    result.save(tmp_path)
    settings = json.loads((tmp_path / "settings.json").read_text("utf-8"))
    assert settings["losses"] == {"huber(delta=2.0)": "Huber(delta=2.0)"}
    assert settings["data"]["rows"] == {"train": 168, "validation": 36, "test": 36}
    assert settings["data"]["inputs"] == 4
    assert settings["data"]["fingerprint"] == result.splits.fingerprint()
    assert settings["task"]["kind"] == "real"
    assert settings["training"] == {
        "epochs": 2, "largest_batch": 256, "learning_rates": [1e-3, 5e-3], "weight_decay": 0.1,
    }  # fmt: skip
    assert settings["learning_rates"] == dict(result.rates)
    assert settings["model"]["name"] == "linear"
    assert settings["versions"].keys() == {"lossmith", "torch", "python"}
    assert settings["seeds"] == 2


# ------------------------------------------------------------------------------------------------------- how it goes on


@pytest.mark.parametrize("finished", range(0, ALL_RUNS, 2))
def test_what_is_missing_is_trained_and_all_is_as_if_nothing_had_happened(tmp_path, finished):
    begun(tmp_path, finished)
    result, asked = resumed(tmp_path)
    assert asked == ALL_RUNS - finished
    assert all_plain(result) == all_plain(whole())


def test_a_comparison_may_die_again_and_again(tmp_path):
    begun(tmp_path, 1)
    for _ in range(5):
        begun(tmp_path, 1, resume=True)
    result, asked = resumed(tmp_path)
    assert asked == ALL_RUNS - 6
    assert all_plain(result) == all_plain(whole())


def test_a_finished_comparison_trains_nothing_and_says_the_same(tmp_path):
    first = compare(**GIVEN, engine="serial", directory=tmp_path)
    first.save(tmp_path)
    table = pl.read_parquet(tmp_path / "results.parquet")
    result, asked = resumed(tmp_path)
    assert asked == 0
    assert all_plain(result) == all_plain(first)
    assert result.table.equals(first.table)  # the time that it took included
    result.save(tmp_path)
    assert pl.read_parquet(tmp_path / "results.parquet").equals(table)


def test_more_losses_and_more_seeds_train_what_is_new(tmp_path):
    compare(**GIVEN, engine="serial", directory=tmp_path).save(tmp_path)
    more = {"losses": [lm.Huber(), *LOSSES], "seeds": 3}
    result, asked = resumed(tmp_path, **more)
    assert asked == 2 + 3 + 2 * 1  # the new loss from the start, and a third seed for each of the others
    assert all_plain(result) == all_plain(compare(**{**GIVEN, **more}, engine="serial"))


def test_the_same_loss_under_another_label_is_not_trained_again(tmp_path):
    compare(**{**GIVEN, "losses": [lm.MSE()]}, engine="serial", directory=tmp_path).save(tmp_path)
    result, asked = resumed(tmp_path, losses=[lm.MSE(), lm.MSE(), lm.Huber()])
    assert asked == 4
    assert list(result.losses) == ["mse", "mse #2", "huber"]
    assert [run.label for run in result.results] == [*result.losses] * 2
    assert result.table["rmse"][0] == result.table["rmse"][1]


def wider(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 3), nn.Linear(3, outputs))


CHANGED = {
    "training.epochs was 2 and is 3": {"training": Training(epochs=3, learning_rates=(1e-3, 5e-3))},
    "training.learning_rates was [0.001, 0.005] and is [0.005]": {"training": TINY},
    "training.weight_decay was 0.1 and is 0.0": {
        "training": Training(epochs=2, learning_rates=(1e-3, 5e-3), weight_decay=0.0)
    },
    "data.fingerprint": {"features": features() + (np.arange(4) == 2) * (np.arange(240) == 7)[:, None]},
    "data.rows.train": {"features": features()[:200], "target": target("real")[:200]},
    "model.start": {"model": wider},
    "task.kind was 'real' and is 'count'": {"target": target("count"), "task": "count"},
    "MAE() is left out": {"losses": [lm.MSE()]},
    "seeds was 2 and is 1": {"seeds": 1},
}


@pytest.mark.parametrize("expected", CHANGED)
def test_other_settings_are_refused_and_named_and_nothing_is_touched(tmp_path, expected):
    begun(tmp_path, 3)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    with pytest.raises(DataError) as caught:
        resumed(tmp_path, **CHANGED[expected])
    assert expected in str(caught.value)
    assert "in another folder" in str(caught.value)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_all_that_differs_is_named_and_nothing_that_does_not(tmp_path):
    begun(tmp_path, 1)
    with pytest.raises(DataError) as caught:
        resumed(tmp_path, model=wider, training=TINY, seeds=3)
    message = str(caught.value)
    assert "model.start" in message
    assert "training.learning_rates" in message
    assert not any(same in message for same in ("seeds", "epochs", "data", "task", "versions"))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "{}", '{"losses": 3, "seeds": 1}', "\xff"])
def test_settings_that_cannot_be_read_are_an_error_and_not_overwritten(tmp_path, text):
    begun(tmp_path, 1)
    (tmp_path / "settings.json").write_text(text, "latin-1")
    with pytest.raises(DataError, match=r"settings\.json"):
        resumed(tmp_path)
    assert (tmp_path / "settings.json").read_text("latin-1") == text


def test_where_there_is_nothing_to_go_on_with_that_is_said(tmp_path):
    for folder in (tmp_path, tmp_path / "not there"):
        with pytest.raises(DataError, match="There is no comparison to go on with"):
            resumed(folder)
    assert names(tmp_path) == set()
    with pytest.raises(ParameterError, match="resume=True needs the directory"):
        compare(**GIVEN, resume=True)


def test_without_resume_all_is_trained_anew_whatever_lies_there(tmp_path):
    begun(tmp_path, 3)
    counts = Counts()
    compare(**GIVEN, engine=counts, directory=tmp_path)
    assert counts.asked == ALL_RUNS


# -------------------------------------------------------------------------------------------------------- hostile disks


@pytest.mark.parametrize("left", [0, 1, 4, 100, -8, -1])
def test_a_run_that_was_half_written_is_made_again(tmp_path, left):
    begun(tmp_path, 3)
    first, *_ = sorted((tmp_path / "runs").iterdir())
    first.write_bytes(first.read_bytes()[:left])
    result, asked = resumed(tmp_path)
    assert asked == ALL_RUNS - 2
    assert all_plain(result) == all_plain(whole())


def test_runs_that_were_made_with_other_settings_are_not_taken_for_ours(tmp_path):
    begun(tmp_path, 3, training=Training(epochs=1, learning_rates=(1e-3, 5e-3)))
    begun(tmp_path, 1)  # begun anew in the same folder, and not to the end either
    result, asked = resumed(tmp_path)
    assert asked == ALL_RUNS - 1
    assert all_plain(result) == all_plain(whole())


def test_a_reader_of_the_old_table_reads_it_to_its_end(tmp_path):
    result = compare(**GIVEN, engine="serial", directory=tmp_path)
    result.save(tmp_path)
    before = (tmp_path / "results.parquet").read_bytes()
    with (tmp_path / "results.parquet").open("rb") as old:
        start = old.read(8)
        compare(**{**GIVEN, "seeds": 1}, engine="serial").save(tmp_path)
        assert start + old.read() == before
    assert (tmp_path / "results.parquet").read_bytes() != before


def test_files_of_others_and_unfinished_ones_are_no_runs(tmp_path):
    begun(tmp_path, 2)
    runs = tmp_path / "runs"
    (runs / "notes.txt").write_text("mine")
    pl.DataFrame({"a": [1]}).write_parquet(runs / "other.parquet")
    (runs / ".0123.parquet.77").write_bytes(b"PAR1")
    (runs / "folder.parquet").mkdir()
    result, asked = resumed(tmp_path)
    assert asked == ALL_RUNS - 2
    assert all_plain(result) == all_plain(whole())


FULL = {"os": OSError(28, "No space left on device"), "polars": pl.exceptions.ComputeError("No space left on device")}


@pytest.mark.parametrize("kind", FULL)
def test_a_full_disk_is_one_message_and_leaves_what_was_there(tmp_path, monkeypatch, kind):
    written = []

    def fails(frame, path):
        if len(written) == 2:
            path.write_bytes(b"PAR1")
            raise FULL[kind]
        written.append(path)
        write(frame, path)

    write = pl.DataFrame.write_parquet
    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", fails)
        with pytest.raises(DataError, match="cannot be written: No space left on device"):
            compare(**GIVEN, engine="serial", directory=tmp_path)
    assert len(names(tmp_path / "runs")) == 2
    assert all(name.endswith(".parquet") and not name.startswith(".") for name in names(tmp_path / "runs"))
    result, asked = resumed(tmp_path)
    assert asked == ALL_RUNS - 2
    assert all_plain(result) == all_plain(whole())


def test_a_table_that_cannot_be_written_leaves_the_old_one_and_the_runs(tmp_path, monkeypatch):
    result = compare(**GIVEN, engine="serial", directory=tmp_path)
    result.save(tmp_path)
    before = (tmp_path / "results.parquet").read_bytes()
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "kept").touch()

    def fails_half_way(frame, path):
        path.write_bytes(b"PAR1")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fails_half_way)
    with pytest.raises(DataError, match="Nothing else is lost"):
        result.save(tmp_path)
    assert (tmp_path / "results.parquet").read_bytes() == before
    assert names(tmp_path) == {"results.parquet", "settings.json", "report.html", "runs"}
    assert names(tmp_path / "runs") == {"kept"}


def test_a_folder_that_cannot_be_made_is_found_before_any_training(tmp_path):
    (tmp_path / "file").touch()
    counts = Counts()
    with pytest.raises(DataError, match="Nothing can be written"):
        compare(**GIVEN, engine=counts, directory=tmp_path / "file" / "below")
    assert counts.asked == 0


# ------------------------------------------------------------------------------------------------- every kind of result


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_of_every_kind_comes_back_from_disk_as_it_was(tmp_path, kind):
    splits = splits_of(kind)
    losses = {loss.name: loss for loss in default_losses(splits.task)}
    kept = store.Store(tmp_path, {"losses": {label: repr(loss) for label, loss in losses.items()}})
    specs = [
        spec_of(splits, loss, label=label, is_tuning=is_tuning)
        for (label, loss), is_tuning in itertools.product(losses.items(), (False, True))
    ]
    specs.append(spec_of(splits, losses["mse"], label="mse", seed=9, rate=1e30))
    results = list(kept.keep(trial.train(spec) for spec in specs))
    assert [result.has_diverged for result in results] == [False] * (len(specs) - 1) + [True]
    assert [plain(result) for result in kept.finished(specs)] == [plain(result) for result in results]
    kept.close(results)
    assert not (tmp_path / "runs").exists()
    assert [plain(result) for result in kept.finished(specs)] == [plain(result) for result in results]
    shutil.rmtree(tmp_path)
    assert kept.finished(specs) == []
