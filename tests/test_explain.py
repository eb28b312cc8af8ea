"""`lossmith explain` and `lossmith list`: the worked examples as they are printed, every loss, and wrong use."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import lossmith as lm
from lossmith.cli import app
from lossmith.errors import LossmithError
from lossmith.explaining import explain


def run(*arguments):
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def rows(output):
    """The lines of the point, as a dictionary."""
    pairs = (line.strip().split("  ", 1) for line in output.splitlines() if "  " in line.strip())
    return {name: value.strip() for name, value in pairs}


def test_a_house_of_ten_million_predicted_at_twelve():
    shown = rows(run("explain", "mse", "12e6", "10e6"))
    assert shown["value"] == "4,000,000,000,000"
    assert shown["gradient by the raw score"] == "4,000,000"


def test_a_spam_mail_predicted_at_a_tenth():
    shown = rows(run("explain", "binary_cross_entropy", "0.1", "1", "--given", "probabilities"))
    assert shown["value"] == "2.302585"
    assert shown["gradient by the raw score"] == "-0.9"
    assert shown["gradient by the probability"] == "-10"


@pytest.mark.parametrize("cls", lm.ALL)
def test_every_loss_is_explained(cls):
    output = run("explain", cls.name)
    headings = ["Formula", "Curve and slope", "Traits", "When", "When not", "Goes wrong", "Relatives", "Reference"]
    for heading in [*headings, *([] if cls.NOTATION else ["Slope by"])]:
        assert f"\n{heading}" in output
    assert "⠤" in output or "⠉" in output or "⣀" in output  # the curve is drawn
    explained = json.loads(run("explain", cls.name, "--json"))
    assert explained["name"] == cls.name
    assert explained["latex"] == cls().latex


def test_parameters_negative_numbers_and_rows():
    shown = rows(run("explain", "huber", "-3", "0", "--delta", "2"))
    assert (shown["value"], shown["gradient by the raw score"]) == ("4", "-2")
    shown = rows(run("explain", "quantile", "0", "1", "--level=0.9"))
    assert shown["value"] == "0.9"
    shown = rows(run("explain", "cross_entropy", "2,-1,0.5", "0"))
    assert shown["value"] == "0.2413113"
    shown = rows(run("explain", "kl_divergence", "0.5,0.5", "0.9,0.1", "--given", "probabilities"))
    assert shown["value"] == "0.3680642"
    assert run("explain", "kl_divergence", "--direction", "reverse")


def test_a_count_is_drawn_around_the_score_that_says_it():
    shown = rows(run("explain", "poisson", "2", "5"))
    assert (shown["value"], shown["gradient by the raw score"]) == ("-2.610944", "2.389056")
    for prediction, target, lowest in ((2.0, 5.0, math.log(5)), (None, None, 0.0)):
        curve = explain(lm.Poisson(), prediction, target).curve
        assert curve.scores[int(np.argmin(curve.values))] == pytest.approx(lowest)
        assert math.isfinite(max(curve.values))
    assert explain(lm.Poisson(), 1.0, 0).curve.scores[-1] == 1.5


def test_certain_and_wrong_is_infinite_not_a_crash():
    shown = rows(run("explain", "binary_cross_entropy", "0", "1", "--given", "probabilities"))
    assert shown["value"] == "inf"
    assert shown["gradient by the raw score"] == "-1"


@pytest.mark.parametrize(
    ("point", "value"),
    [
        (("mse", "1e200", "0"), "inf"),
        (("mse", "inf", "0"), "inf"),
        (("mae", "1", "inf"), "inf"),
        (("mae", "-1e300", "1e300"), "2e+300"),
        (("poisson", "800", "5"), "inf"),
        (("poisson", "-inf", "0"), "0"),
    ],
)
def test_a_curve_that_overflows_is_drawn_as_far_as_it_goes(point, value):
    assert rows(run("explain", *point))["value"] == value


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["hubr"], "near: huber"),
        (["mse", "3"], "PREDICTION TARGET"),
        (["mse", "three", "1"], "no number"),
        (["huber", "--delta"], "has no value"),
        (["huber", "--delta", "-1"], r"\(0, inf\)"),
        (["huber", "--dleta", "1"], "delta"),
        (["mse", "1", "1", "--given", "odds"], "probabilities"),
        (["hinge", "0.5", "0"], "-1 and"),
    ],
)
def test_wrong_use_says_what_to_write(arguments, words):
    with pytest.raises(LossmithError, match=words):
        CliRunner().invoke(app, ["explain", *arguments], catch_exceptions=False)


def test_wrong_use_is_one_message_and_exit_code_2():
    done = subprocess.run([sys.executable, "-m", "lossmith", "explain", "hubr"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "near: huber" in done.stderr
    assert "Traceback" not in done.stderr


def test_list_shows_and_filters():
    whole = run("list")
    assert all(cls.name in whole for cls in lm.ALL)
    output = run("list", "--task", "regression")
    assert "huber" in output
    assert "hinge" not in output
    assert {loss["name"] for loss in json.loads(run("list", "--json"))} == {cls.name for cls in lm.ALL}


def listed(*arguments):
    return [loss["name"] for loss in json.loads(run("list", "--json", *arguments))]


def test_list_searches_and_filters_by_target_and_traits():
    assert listed("pinball", "quantile") == [x.name for x in lm.select("pinball quantile")]
    assert "quantile" in listed("pinball")
    assert "log_cosh" in listed("log_cosh")
    assert {lm.find(name).traits.target.name for name in listed("--target", "count")} == {"count"}
    robust = listed("--trait", "robust", "--trait", "convex=no", "--task", "regression")
    assert "huber" not in robust
    assert all(lm.find(name).traits.robust and not lm.find(name).traits.convex for name in robust)
    assert "mae" in listed("--trait", "elicits=median")
    assert "poisson" in listed("--trait", "link=log")
    assert "huber" in listed("--trait", "lipschitz=1")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--task", "wishes"], "regression"),
        (["--target", "wishes"], "count"),
        (["--trait", "wishful"], "robust"),
        (["xyzzy"], "leave a word"),
    ],
)
def test_a_list_of_nothing_says_what_there_is(arguments, words):
    with pytest.raises(LossmithError, match=words):
        CliRunner().invoke(app, ["list", *arguments], catch_exceptions=False)
