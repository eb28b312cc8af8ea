"""``lossmith surface``: what it measures is the surface of the network that each loss trained, from the same start."""

import dataclasses
import json
import math
import os
import re

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

import lossmith as lm
from comparisons import CLASSES, TINY, table
from lossmith import cli
from lossmith.comparing.codings import target_for
from lossmith.comparing.data import prepare
from lossmith.comparing.model import isolated, mlp
from lossmith.comparing.trial import Run, Spec, solve, train
from lossmith.errors import LossmithError
from lossmith.reading import read
from lossmith.surfaces import survey
from lossmith.surveying import surveys


@pytest.fixture
def run_command(monkeypatch, tmp_path):
    """Runs the command in one process where ``t.parquet`` lies, with next to no training."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(surveys, "QUICK", TINY)
    monkeypatch.setattr(surveys, "in_processes", lambda function, items: map(function, items[::-1]))  # in any order
    made().write_parquet("t.parquet")
    return lambda *arguments: CliRunner().invoke(
        cli.app, ["surface", "t.parquet", "--quick", "--steps", "5", *arguments]
    )


def made():
    return table(flag=table()["y"] > 0, fruit=np.array(CLASSES)[np.arange(240) % 3])


def spec_of(loss, target="y", seed=0, rate=5e-3):
    splits = prepare(read(made(), target, None))
    run = Run(label=loss.name, seed=seed, learning_rate=rate, is_tuning=False)
    return Spec(run=run, loss=loss, splits=splits, model=mlp, training=TINY)


def refused(constant):
    raise AssertionError(f"{constant} is no JSON")


def test_the_measures_are_those_of_the_network_that_the_loss_trained(run_command, monkeypatch):
    monkeypatch.setattr(surveys, "ROWS", 50)
    seed = 3
    arguments = ("--target", "y", "--loss", "mse", "--loss", "huber", "--seed", str(seed), "--json", "--out", "o")
    printed = json.loads(run_command(*arguments).stdout, parse_constant=refused)
    assert [row["loss"] for row in printed["losses"]] == ["mse", "huber"]
    assert printed["page"] == "o/surfaces.html"
    for row, loss in zip(printed["losses"], (lm.MSE(), lm.Huber()), strict=True):
        solution = solve(spec_of(loss, seed=seed))
        with isolated(0):
            inputs, target = solution.features[:50], solution.target[:50]
            found = survey(solution.network, loss, inputs, target, steps=5, seed=seed)
            assert row["value"] == loss(solution.network(inputs), target).item()
        assert row["learning_rate"] == 5e-3
        assert len(found.planes) == 5
        assert list(row["measures"]) == list(found.spread)
        for name, over in found.spread.items():
            known = {part: None if math.isnan(value) else value for part, value in vars(over).items()}
            assert row["measures"][name] == known, name
        assert row["measures"]["convex"]["median"] is None  # five steps are too few to tell


def test_the_command_prints_a_table_and_writes_a_page_with_all_losses_side_by_side(run_command, tmp_path):
    result = run_command("--target", "flag", "--loss", "hinge", "--loss", "binary_cross_entropy")
    assert result.exit_code == 0, result.output
    words = result.stdout.split()
    assert words.index("hinge") < words.index("binary_cross_entropy") < words.index("convex") < words.index("width")
    written = tmp_path / "lossmith-results" / "t"
    assert [each.name for each in written.iterdir()] == ["surfaces.html"]
    text = (written / "surfaces.html").read_text("utf-8")
    assert text.count("<figcaption>hinge</figcaption>") == 2  # from above, as a bowl
    assert text.count("<figcaption>binary_cross_entropy</figcaption>") == 2


def test_without_names_the_usual_losses_of_the_task_are_shown(run_command):
    printed = json.loads(run_command("--target", "fruit", "--json").stdout, parse_constant=refused)
    assert [row["loss"] for row in printed["losses"]] == [
        "cross_entropy",
        "cross_entropy(label_smoothing=0.1)",
        "hinge",
        "mse",
    ]


@pytest.mark.parametrize(
    ("loss", "target"), [(lm.MAE(), "y"), (lm.BinaryCrossEntropy(), "flag"), (lm.CrossEntropy(), "fruit")]
)
def test_a_solution_is_the_network_that_a_comparison_judges(loss, target):
    spec = spec_of(loss, target)
    solution, validation = solve(spec), spec.splits.validation
    assert not solution.network.training
    with isolated(0):
        scores = solution.network(torch.from_numpy(validation.features))
    assert scores.shape == ((36, 3) if target == "fruit" else (36,))
    assert loss(scores, target_for(loss, validation.target, spec.splits)).item() == train(spec).best_value


def test_all_losses_start_from_the_same_weights():
    starts = [solve(spec_of(loss, rate=1e-30)).network.state_dict() for loss in (lm.MSE(), lm.Huber(delta=0.1))]
    other = solve(spec_of(lm.MSE(), seed=1, rate=1e-30)).network.state_dict()
    for name, value in starts[0].items():
        assert torch.equal(value, starts[1][name])
        assert not torch.equal(value, other[name])


def test_a_loss_that_diverges_is_named():
    with pytest.raises(LossmithError, match=r"mse diverges at step .* leave it out"):
        solve(spec_of(lm.MSE(), rate=1e30))


def diverging(monkeypatch, *labels):
    """What ``solve`` does with a rate that is too large, for these losses."""

    def solve_otherwise(spec):
        run = dataclasses.replace(spec.run, learning_rate=1e30) if spec.run.label in labels else spec.run
        return solve(dataclasses.replace(spec, run=run))

    monkeypatch.setattr(surveys, "solve", solve_otherwise)


def test_beside_a_loss_that_diverges_the_others_are_shown_with_the_reason(run_command, monkeypatch, tmp_path):
    diverging(monkeypatch, "mse")
    arguments = ("--target", "y", "--loss", "mse", "--loss", "huber", "--out", "o")
    shown = " ".join(run_command(*arguments).stdout.split())
    assert shown.index("huber") < shown.index("mse")  # its column is the last
    assert re.search(r"reach \S+ –", shown)
    assert re.search(r"– mse has no solution: mse diverges at step [\d,]+, with the best", shown)
    assert "mse is not shown: mse diverges" in (tmp_path / "o" / "surfaces.html").read_text("utf-8")
    printed = json.loads(run_command(*arguments, "--json").stdout)
    assert [row["loss"] for row in printed["losses"]] == ["huber"]
    assert printed["failed"]["mse"].startswith("mse diverges at step")


def test_where_all_losses_diverge_there_is_one_message(run_command, monkeypatch, tmp_path):
    diverging(monkeypatch, "mse", "huber")
    result = run_command("--target", "y", "--loss", "mse", "--loss", "huber", "--out", "o")
    assert isinstance(result.exception, LossmithError)
    assert re.search(r"mse diverges.*huber diverges", str(result.exception))
    assert not list((tmp_path / "o").iterdir())


class Broken(lm.MSE):
    def __call__(self, *arguments, **options):
        raise ZeroDivisionError("as losses of one's own do")


def test_beside_a_loss_that_fails_the_others_are_shown(run_command):
    found = surveys.survey_losses(made(), "y", [Broken(), lm.MSE()], planes=1, steps=3, quick=True)
    assert list(found.found) == ["mse"]
    assert found.failed == {"broken": "ZeroDivisionError: as losses of one's own do"}
    assert list(found.rates) == ["mse"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["houses", "--loss", "hubert"], "huber"),
        (["houses", "--loss", "cross_entropy", "--quick"], "real"),
        (["houses", "--steps", "50"], "steps=51"),
        (["nowhere.csv", "--target", "y"], "nowhere.csv"),
        (["houses", "--target", "prize", "--loss", "mse"], "price"),
    ],
)
def test_wrong_use_is_one_message_and_exit_code_2(arguments, message, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["lossmith", "surface", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert message in " ".join(printed.err.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("where", ["surfaces", "page"])
def test_ctrl_c_leaves_the_page_of_before_and_nothing_else(run_command, monkeypatch, tmp_path, where):
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "surfaces.html").write_text("of before")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(*{"surfaces": (surveys, "solve"), "page": (os, "replace")}[where], interrupted)
    result = run_command("--target", "y", "--loss", "mse", "--out", "o")
    assert result.exit_code == 130
    assert "Stopped. Nothing was written." in result.stderr
    assert [each.name for each in (tmp_path / "o").iterdir()] == ["surfaces.html"]
    assert (tmp_path / "o" / "surfaces.html").read_text() == "of before"
