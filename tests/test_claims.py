"""The textbook's claims: the rule of the verdict, the experiments against closed forms, what a run leaves."""

import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from scipy import optimize, stats
from typer.testing import CliRunner

from lossmith import claims, cli, losses
from lossmith.claims import (
    Check,
    Claim,
    Evidence,
    Figure,
    Result,
    Verdict,
    clean,
    divergence,
    generalising,
    labels,
    margin,
    optimum,
    outliers,
    penalties,
    programs,
    saturation,
    speed,
    training,
    wrong,
)
from lossmith.errors import ParameterError


def check(low, high, **where):
    return Check(says="made", figure=Figure((low + high) / 2, low, high), **where)


SHOWN, REFUTED, OPEN = check(2, 3, above=1), check(2, 3, below=1), check(0, 3, above=1)


# ---------------------------------------------------------------------------------------------------------- the rule


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([SHOWN, SHOWN], "holds"),
        ([SHOWN, REFUTED], "holds under conditions"),
        ([SHOWN, OPEN], "holds under conditions"),
        ([REFUTED, REFUTED], "does not hold"),
        ([OPEN], "does not hold"),
        ([], "does not hold"),
    ],
)
def test_verdict_follows_from_the_checks(checks, verdict):
    assert claims.verdict_of(checks) == Verdict(verdict)
    assert Result(1, "", "", "", "", tuple(checks)).verdict == Verdict(verdict)


@pytest.mark.parametrize(("low", "high"), [(math.nan, 3), (2, math.nan), (1, 3), (-math.inf, math.inf)])
def test_nothing_is_shown_at_the_border_or_by_nan(low, high):
    assert not Check(says="", figure=Figure(2.0, low, high), above=1, below=10).is_shown


def test_intervals_are_students():
    values = np.random.default_rng(0).normal(size=9)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (Figure.mean(values).low, Figure.mean(values).high) == pytest.approx((low, high), rel=1e-3)
    ratio = Figure.ratio(np.exp(values))
    assert (ratio.low, ratio.high) == pytest.approx((math.exp(low), math.exp(high)), rel=1e-3)
    assert Figure.ratio([3.0, 3.0]) == Figure(3.0, 3.0, 3.0)  # nothing is rounded before the end
    assert Figure.ratio([164_000.0, 164_000.0]).value == 164_000
    assert not Check(says="one value", figure=Figure.mean([5.0]), above=0).is_shown


def test_intervals_cover_the_truth_as_often_as_they_say():
    draws = np.random.default_rng(1).normal(3, 2, size=(1000, 6))
    figures = [Figure.mean(row) for row in draws]
    assert np.mean([f.low < 3 < f.high for f in figures]) == pytest.approx(0.95, abs=0.02)


# -------------------------------------------------------------------------------------------------- exact experiments


def test_growth_of_the_pull():
    assert penalties.growth(losses.MSE()) == pytest.approx(100)
    assert penalties.growth(losses.MAE()) == 1
    for delta in (0.01, 0.5, 1.0, 100.0):
        clipped = np.clip([0.1, 10], None, delta)
        assert penalties.growth(losses.Huber(delta=delta)) == pytest.approx(clipped[1] / clipped[0])


def test_share_of_the_worst():
    residuals = torch.arange(-10.0, 10.0).double()  # the worst of twenty is −10
    assert penalties.share(losses.MSE(), residuals) == pytest.approx(10 / 100)
    assert penalties.share(losses.MAE(), residuals) == pytest.approx(1 / 19)  # at 0 nothing pulls


def test_exponents_of_the_gradient():
    assert optimum.exponent(losses.MSE(), 3, 0.0) == pytest.approx(1)
    assert optimum.exponent(losses.MSE(), 3, 1.0) == pytest.approx(1)
    assert optimum.exponent(losses.MAE(), 3, 0.0) == pytest.approx(0, abs=1e-9)
    assert optimum.exponent(losses.MAE(), 3, 1.0) > 0.3  # with noise the signs average out


def test_descent():
    assert optimum.descent(losses.MSE(), steps=7) == pytest.approx([0.97 * 0.8**k for k in range(8)])
    assert optimum.descent(losses.MAE(), steps=200)[-2:] == pytest.approx([0.07, 0.03])


@pytest.mark.parametrize("score", [-30.0, -10.0, 0.0, 4.0])
def test_pull_of_a_sigmoid(score):
    p = stats.logistic.cdf(score)
    assert saturation.pull(score) == pytest.approx((1 - p, 2 * (1 - p) * p * (1 - p)), rel=1e-9)


def test_codings_of_labels():
    assert labels.apart(7, 0) < 1e-6
    assert labels.memory(1000) == 500  # 1,000 float32 against one int64


def test_robust_fits_are_those_of_others():
    from sklearn.linear_model import QuantileRegressor

    rows = outliers.made(0)
    x, y = rows.features.numpy(), rows.target.numpy() + 20 * (np.arange(1000) % 5 == 0)
    median = QuantileRegressor(quantile=0.5, alpha=0, fit_intercept=False).fit(x, y).coef_
    huber = optimize.least_squares(lambda w: x @ w - y, np.zeros(6), loss="huber", f_scale=1.345, xtol=1e-12).x
    for loss, theirs in ((losses.MAE(), median), (losses.Huber(delta=1.345), huber)):
        ours = outliers.fit(loss, rows.features, torch.from_numpy(y))
        assert ours.numpy() == pytest.approx(theirs, abs=2e-3)


@pytest.mark.parametrize("spoil", [outliers.both_sides, outliers.one_side, outliers.wrong_features])
def test_spoiling_leaves_the_rows_as_they_were(spoil):
    rows = outliers.made(1)
    before = rows.features.clone(), rows.target.clone()
    assert outliers.error(losses.MSE(), rows, 0.4, spoil, 0) > outliers.error(losses.MSE(), rows, 0.0, spoil, 0)
    assert torch.equal(before[0], rows.features)
    assert torch.equal(before[1], rows.target)


def test_plane_of_two_points():
    points, signs = torch.tensor([[0.0, 0.0], [6.0, 8.0]]).double(), torch.tensor([-1.0, 1.0]).double()
    weights = margin.plane(points, signs, 1e3)
    assert weights.numpy() == pytest.approx([2 * 6 / 100, 2 * 8 / 100, -1], abs=1e-5)
    assert margin.margin(weights, points, signs) == pytest.approx(5)
    assert margin.margin(-weights, points, signs) == pytest.approx(-5)


@pytest.mark.parametrize(("gap", "cost"), [(True, 1e3), (False, 1.0)])
def test_plane_is_that_of_a_support_vector_machine(gap, cost):
    assert margin.apart(*margin.clouds(5, gap), cost) < 1e-5


def test_networks_side_by_side_learn_as_alone():
    data, objective = training.digits(), training.mse_on_scores
    how = {"rate": 1e-2, "noise": 0.2, "marks": [5, 30]}
    together = training.train(data, objective, seeds=[0, 1, 2], **how)
    alone = training.train(data, objective, seeds=[1], **how)
    assert together.test[1].tolist() == pytest.approx(alone.test[0].tolist(), abs=0.01)
    assert together.train.shape == (3, 2)
    assert together.test[:, 1].min() > 0.5


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.4])
def test_share_of_wrong_labels(noise):
    data = training.digits()
    wrong = training.wrong_labels(data, noise, 0)
    assert (wrong != data.labels).double().mean() == pytest.approx(noise, abs=0.04)
    assert set(wrong.tolist()) == set(range(10))


def test_first_step_at_the_goal():
    curves = torch.tensor([[0.1, 0.9, 0.2], [0.1, 0.2, 0.3]])
    marks = speed._MARKS
    assert speed.first_at(curves, 0.5) == [marks[1], marks[2]]  # who does not reach it, needs all


def test_gap_of_a_network_that_is_always_right():
    curves = training.Curves(test=torch.ones(1, 1), train=torch.full((1, 1), 0.6))
    assert generalising.gaps(curves, 0.4, 10) == pytest.approx([0.0])  # it knows no wrong label by heart


@pytest.mark.parametrize("case", wrong.CASES, ids=lambda case: case.code)
def test_audit_finds_the_wrong_program_and_not_the_right_one(case):
    first, second = case.programs(3)
    assert case.code in first.codes()
    assert case.code not in second.codes()
    assert torch.equal(first.inputs, second.inputs)


def test_gradient_of_a_program_is_autograds():
    program = programs.mails(0)
    program.loss(program.model(program.inputs), program.target).backward()
    norms = [parameter.grad.norm() for parameter in program.model.parameters()]
    assert programs.gradient(program) == pytest.approx(float(torch.stack(norms).norm()), rel=1e-5)


def test_mse_after_softmax_is_a_share_of_brier():
    scores, labels = torch.randn(7, 4), torch.arange(7) % 4
    assert clean.mse_after_softmax(scores, labels) == pytest.approx(float(losses.Brier()(scores, labels)) / 4, rel=1e-5)


def test_a_held_policy_moves_less(monkeypatch):
    monkeypatch.setattr(divergence, "_UPDATES", 10)
    (_, free, _), (pays, held, path) = (divergence.played(strength, 0, 10) for strength in (0.0, 3.0))
    assert sum(held) < sum(free)
    assert path[0] < path[-1] < 0  # it learns, and no arm pays more than the best
    assert sum(pays) / 10 == pytest.approx(path[-1], rel=1e-5)


def test_language_is_written_by_its_law():
    law = torch.rand(12, 12, 12, generator=torch.Generator().manual_seed(0)).softmax(-1)
    text = divergence._written(law, 100_000, torch.Generator().manual_seed(1))
    contexts, symbols = divergence._contexts(text)
    after = symbols[(contexts[:, 3] == 1) & (contexts[:, 12 + 7] == 1)]  # a 3, then a 7
    shares = torch.bincount(after, minlength=12) / len(after)
    assert shares.numpy() == pytest.approx(law[3, 7].numpy(), abs=5 * (0.1 / len(after)) ** 0.5)


# ------------------------------------------------------------------------------------------------------- what is run


@pytest.mark.parametrize("number", [1, 5])
def test_same_seed_same_figures(number):
    (claim,) = claims.select([number])
    before = torch.random.get_rng_state()
    first, again, other = (claim.test(seed=seed, quick=True) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    assert torch.equal(before, torch.random.get_rng_state())


def test_an_experiment_may_draw_from_torchs_own_chance():
    def drawn(seed, quick):
        return Evidence([Check(says="drawn", figure=Figure.exact(float(torch.rand(()))))])

    claim = dataclasses.replace(MADE, experiment=drawn)
    before = torch.random.get_rng_state()
    assert claim.test(seed=1) == claim.test(seed=1) != claim.test(seed=2)
    assert torch.equal(before, torch.random.get_rng_state())


def test_claims_are_numbered_in_order():
    numbers = [claim.number for claim in claims.ALL]
    assert numbers == sorted(set(numbers))
    assert claims.select() == claims.ALL
    with pytest.raises(ParameterError, match="There is no claim 99: write one or more of 1, "):
        claims.select([1, 99])


# --------------------------------------------------------------------------------------------------- what a run leaves

MADE = Claim(
    number=1,
    sentence="a < b & so on",
    source="here",
    data="made",
    measure="none",
    experiment=lambda seed, quick: Evidence(
        [SHOWN, OPEN, Check(says=f"seed {seed}, {quick}", figure=Figure.mean([1.0]))],
        [claims.Picture(title="made", x="x", y="y", lines=[claims.Line(name="line", x=[1, 2], y=[3, 4])], log="y")],
    ),
)


def test_a_result_comes_back_from_json():
    result = MADE.test()
    plain = json.loads(json.dumps(result.to_dict()))
    assert plain["verdict"] == "holds under conditions"
    back = Result.from_dict(plain)
    assert back.checks == result.checks
    assert back.verdict == result.verdict
    assert Result.from_dict(plain).to_dict() == result.to_dict()


def test_command(monkeypatch, tmp_path):
    monkeypatch.setattr(claims, "ALL", (MADE,))
    run = CliRunner().invoke(cli.app, ["claims", "1", "--seed", "5", "--quick", "--out", str(tmp_path)])
    assert run.exit_code == 0, run.output
    assert "holds under conditions" in run.output
    assert "seed 5, True" in run.output
    kept = json.loads((tmp_path / "claims.json").read_text("utf-8"))
    assert [check["is_shown"] for check in kept[0]["checks"]] == [True, False, False]
    page = (tmp_path / "claims.html").read_text("utf-8")
    assert "a &lt; b &amp; so on" in page
    assert "Not shown: made" in page
    printed = CliRunner().invoke(cli.app, ["claims", "--seed", "5", "--quick", "--json"])
    assert json.loads(printed.output) == kept
