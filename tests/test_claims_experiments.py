"""The textbook's experiments with known measurements: each figure arrives under the name that it belongs to."""

import math
from functools import partial

import numpy as np
import pytest
import torch

from lossmith import claims, datasets, losses
from lossmith.claims import (
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


def figures(evidence, *words):
    """The values of the checks that say all of this."""
    found = [check.figure.value for check in evidence.checks if all(word in check.says for word in words)]
    assert found, words
    return found


# ----------------------------------------------------------------------------------------------- run as they are


def test_penalties():
    evidence = penalties.experiment(0, True)
    assert figures(evidence, "MSE: an error") == pytest.approx([10 / 0.1])
    assert figures(evidence, "MAE: the same") == pytest.approx([0], abs=1e-12)
    assert figures(evidence, "Huber, δ = 1:") == pytest.approx([1 / 0.1])
    table = datasets.HOUSES.read().drop_nulls(["living_area", "price"])
    x, y = (table[name].to_numpy().astype(float) for name in ("living_area", "price"))
    slope, intercept = np.linalg.lstsq(np.stack([x, np.ones_like(x)], 1), y, rcond=None)[0]
    sizes = np.sort(np.abs(y - slope * x - intercept))[::-1]
    sizes /= np.median(sizes)
    worst = round(0.05 * len(sizes))
    for name, pull in (("MSE", sizes), ("MAE", np.ones_like(sizes)), ("Huber", np.clip(sizes, None, 1))):
        (check,) = (check for check in evidence.checks if f"{name}'s" in check.says)
        assert check.figure.value == pytest.approx(pull[:worst].sum() / pull.sum(), rel=0.03)
    (picture,) = evidence.pictures
    drawn = {line.name: np.array(line.y) for line in picture.lines}
    errors = np.array(picture.lines[0].x)
    assert drawn["MSE"] == pytest.approx(2 * errors)
    assert drawn["MAE"] == pytest.approx(np.ones_like(errors))
    assert drawn["Huber"] == pytest.approx(np.minimum(errors, 1))


def test_optimum():
    evidence = optimum.experiment(0, True)
    assert figures(evidence, "MSE", "power") == pytest.approx([1, 1], abs=1e-3)
    without_noise, noisy = figures(evidence, "MAE", "power")
    assert without_noise == pytest.approx(0, abs=1e-3)
    assert 0.3 < noisy < 1
    assert figures(evidence, "MSE", "ends at") == pytest.approx([0.97 * 0.8**100])
    assert 0 < figures(evidence, "MAE", "to and fro")[0] < 0.1
    assert [line.y[0] > line.y[-1] for line in evidence.pictures[0].lines] == [True, True]


def test_saturation():
    evidence = saturation.experiment(0, True)
    for score in (-5, -10, -20):
        p = 1 / (1 + math.exp(-score))
        assert figures(evidence, f"score {score},", "cross-entropy") == pytest.approx([1 - p])
        assert figures(evidence, f"score {score},", "MSE") == pytest.approx([2 * (1 - p) ** 2 * p])
    assert figures(evidence, "more steps")[0] > 10


# ------------------------------------------------------------------------------------------ with known measurements


def test_outliers_compare_with_mse(monkeypatch):
    known = {"mse": 12.0, "mae": 4.0, "huber": 3.0}
    monkeypatch.setattr(outliers, "error", lambda loss, rows, share, spoil, seed: known[loss.name] * (1 + share))
    evidence = outliers.experiment(0, True)
    assert figures(evidence, "MAE's") == pytest.approx([3.0] * 14)
    assert figures(evidence, "Huber's") == pytest.approx([4.0] * 14)
    for picture in evidence.pictures:
        assert {line.name.lower(): line.y[0] for line in picture.lines} == known


def test_rates_are_chosen_without_test_rows(monkeypatch):
    data = training.digits()
    rows_seen, seeds_seen, descents = [], [], []

    def trained(rows, objective, *, seeds, rate, noise, marks, descent):
        seeds_seen.append(list(seeds))
        rows_seen.append(rows)
        descents.append(descent)
        right = torch.full((len(seeds), len(marks)), 0.9 if rate == 0.05 else 0.5)
        later = right.clone()
        later[:, :3] = 0.1
        return training.Curves(test=right, train=later)

    monkeypatch.setattr(speed, "train", trained)
    inner = training.to_tune_on(data)
    assert speed.best_rate(inner, None, speed.Optimiser("made", None, (0.01, 0.05, 0.2)), 0.2, [7]) == 0.05
    rows_seen.clear()
    seeds_seen.clear()
    descents.clear()
    on_training, on_test = speed.steps_needed(data, speed.MOMENTUM, 0.0, seeds=[0, 1], tuning=[1000])
    assert on_training == dict.fromkeys(speed._LOSSES, [float(speed._MARKS[3])] * 2)
    assert on_test == dict.fromkeys(speed._LOSSES, [float(speed._MARKS[0])] * 2)
    assert set(descents) == {speed.MOMENTUM.descent}
    tests = {tuple(row) for row in data.test_features.tolist()}
    trainings = {tuple(row) for row in data.features.tolist()}
    assert sum(seeds == [0, 1] for seeds in seeds_seen) == len(speed._LOSSES)  # the others only choose
    for rows, seeds in zip(rows_seen, seeds_seen, strict=True):
        if seeds == [1000]:
            learned, held_out = ({tuple(row) for row in part.tolist()} for part in (rows.features, rows.test_features))
            assert learned | held_out == trainings
            assert len(held_out & tests) == len(trainings & tests)  # rows that occur twice in the table
            assert 4 * len(rows.test_labels) - len(data.labels) in range(4)
        else:
            assert rows is data


def test_steps_are_counted_on_both_kinds_of_rows():
    steps = {"cross-entropy": [10.0, 20.0], "MSE after softmax (Brier)": [20.0, 40.0], "MSE on scores": [30.0, 60.0]}
    longer = {name: [7 * count if "scores" in name else count for count in counts] for name, counts in steps.items()}
    checks = claims.Evidence(speed._compared("made", (steps, longer)))
    assert figures(checks, "training rows", "softmax") == pytest.approx([2.0])
    assert figures(checks, "training rows", "scores") == pytest.approx([3.0])
    assert figures(checks, "test rows", "scores") == pytest.approx([21.0])
    curves = {"good": torch.tensor([[0.5, 0.9, 1.0]]), "bad": torch.tensor([[0.5, 0.5, 0.97]])}
    assert speed.reached(curves, 2) == {"good": [float(speed._MARKS[2])], "bad": [float(speed._MARKS[2])]}
    assert speed.reached({"good": curves["good"], "bad": curves["bad"] - 0.03}, 2)["good"] == [float(speed._MARKS[2])]
    assert speed.reached({"good": torch.tensor([[0.5, 0.98, 1.0]])}, 2) == {"good": [float(speed._MARKS[1])]}
    assert speed.reached({"good": torch.tensor([[0.5, 0.96, 1.0]])}, 2) == {"good": [float(speed._MARKS[2])]}


@pytest.mark.parametrize(
    ("objectives", "name"),
    [(objectives, name) for objectives in (speed._LOSSES, generalising._LOSSES) for name in objectives],
)
def test_objectives_are_those_of_their_names(objectives, name):
    """Against the definitions in NumPy."""
    scores, labels = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(0)), torch.arange(10).view(2, 5) % 4
    s, t = scores.double().numpy(), np.eye(4)[labels.numpy()]
    p = np.exp(s) / np.exp(s).sum(-1, keepdims=True)
    of_label, others = (s * t).sum(-1), np.where(t == 1, -np.inf, s).max(-1)
    expected = {
        "cross-entropy": -np.log((p * t).sum(-1)).sum(),
        "MSE after softmax (Brier)": ((p - t) ** 2).sum(),
        "Brier": ((p - t) ** 2).sum(),
        "generalised cross-entropy": ((1 - (p * t).sum(-1) ** 0.7) / 0.7).sum(),
        "MSE on scores": ((s - t) ** 2).sum(),
        "squentropy": (-np.log((p * t).sum(-1)) + (s**2 * (1 - t)).sum(-1) / 3).sum(),
        "hinge": np.maximum(0, 1 - of_label + others).sum(),
    }
    assert float(objectives[name](scores, labels)) == pytest.approx(expected[name], rel=1e-5)


def test_networks_are_judged_by_the_labels_given_and_by_test_rows():
    """All labels are wrong; the test rows have the wrong ones, the training rows had the right ones."""
    rows = training.digits()
    x, y = rows.features[:60], rows.labels[:60]
    given = training.wrong_labels(training.Labelled("", x, y, x, y), 1.0, 0)
    data = training.Labelled("made", x, y, x, given)
    curves = training.train(data, training.mse_on_scores, seeds=[0], rate=1e-2, noise=1.0, marks=[150])
    assert curves.train[0, 0] > 0.9
    assert curves.test[0, 0] > 0.9


def test_optimisers_are_those_of_their_names():
    data = training.digits()
    runs = {}
    for optimiser in (speed.ADAM, speed.MOMENTUM):
        how = {"rate": 0.01, "noise": 0.0, "marks": [1, 40], "descent": optimiser.descent}
        first, again = (training.train(data, speed._LOSSES["hinge"], seeds=[0], **how).train for _ in range(2))
        assert torch.equal(first, again)
        runs[optimiser.name] = first
    assert not torch.equal(runs["Adam"], runs["momentum"])
    momentum = speed.MOMENTUM.descent([torch.zeros(1, requires_grad=True)], lr=0.1)
    assert momentum.defaults["momentum"] == 0.9


def test_surfaces_are_of_the_same_network(monkeypatch):
    class Plane:
        alphas, values = np.arange(3.0), np.arange(9.0).reshape(3, 3)

        def __init__(self, is_good):
            self.is_good = is_good

        def measures(self):
            return self

        def numbers(self):
            more, less = (0.75, 0.25) if self.is_good else (0.5, 0.5)
            return {"convex": more, "predictiveness": more, "reach": more, "flat": less}

    seen = []

    def measured(good, model, loss, features, labels, steps, seed):
        seen.append((loss, [parameter.detach().clone() for parameter in model.parameters()]))
        return Plane((loss is clean.mse_after_softmax) != good)

    monkeypatch.setattr(clean, "_TRAINED", 2)
    for good in (True, False):
        monkeypatch.setattr(clean, "surface", partial(measured, good))
        checks = clean.experiment(0, True).checks
        assert [check.figure.value for check in checks] == [0.25 if good else -0.25] * 8
        assert all(check.is_shown == good for check in checks)
    for (ours, a), (theirs, b) in zip(seen[::2], seen[1::2], strict=True):
        assert isinstance(ours, losses.SparseCategoricalCrossEntropy)
        assert theirs is clean.mse_after_softmax
        assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def test_margins_are_compared_with_the_largest(monkeypatch):
    lacking = {"squared_margin": 0.3, "logistic_margin": 0.2, "hinge": 0.1}
    largest = torch.tensor([1.0, 0.0, 0.0]).double()

    def moved(loss, features, signs, steps):
        """The best plane, nearer to the clouds by what is known."""
        at = margin.margin(largest, features, signs)
        return torch.stack([largest[0], largest[1], margin_shift(features, signs, at - lacking[loss.name])])

    def margin_shift(features, signs, wanted):
        """The offset with which the nearest point lies so far away."""
        nearest = (features[:, 0])[signs > 0].min()
        return wanted - nearest

    monkeypatch.setattr(margin, "apart", lambda features, signs, cost: 0.0)
    monkeypatch.setattr(margin, "plane", lambda features, signs, cost: largest)
    monkeypatch.setattr(margin, "descent", moved)
    evidence = claims.Evidence(margin.experiment(0, True).checks)
    assert figures(evidence, "the squared margin") == pytest.approx([0.3])
    assert figures(evidence, "logistic loss") == pytest.approx([0.2])
    assert figures(evidence, "without a penalty") == pytest.approx([0.1])


def test_descent_without_a_penalty_is_gradient_descent():
    points, signs = margin.clouds(0, True)
    weights = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        (1 - signs * (points @ weights[:2] + weights[2])).clamp(min=0).mean().backward()
        optimizer.step()
    found = margin.descent(losses.Hinge(), points, signs, 20)
    assert found.numpy() == pytest.approx(weights.detach().numpy(), rel=1e-9)


def test_divergences_with_and_without(monkeypatch):
    monkeypatch.setattr(divergence, "coded", lambda strength, seed, steps: (5.0 - 4 * strength, [1.0 + strength]))
    monkeypatch.setattr(
        divergence,
        "played",
        lambda strength, seed, bandits: ([-3.0 + 2 * strength] * 4, [0.7 - 0.5 * strength] * 4, [strength]),
    )
    monkeypatch.setattr(divergence, "distilled", lambda seed, is_taught, steps: (3.0 - is_taught, [1.0 + is_taught]))
    evidence = divergence.experiment(0, True)
    assert [check.figure.value for check in evidence.checks] == pytest.approx([4.0, 2.0, 0.5, 1.0])
    ends = [{line.name: line.y[0] for line in picture.lines} for picture in evidence.pictures]
    assert ends == [
        {"without": 1.0, "with KL": 2.0},
        {"without": 0.0, "with KL": 1.0},
        {"without": 1.0, "with KL": 2.0},
    ]


def test_an_autoencoder_held_by_the_divergence():
    (free, free_path), (held, held_path) = (divergence.coded(strength, 0, 120) for strength in (0.0, 1.0))
    assert held < free
    assert held_path[-1] < free_path[-1]


def test_a_pupil_taught_by_a_teacher():
    alone, taught = (divergence.distilled(0, is_taught, 120) for is_taught in (False, True))
    assert taught[0] < alone[0]
    assert taught[1][-1] == taught[0]


@pytest.mark.parametrize("case", wrong.CASES, ids=lambda case: case.code)
def test_wrong_programs_do_harm(case):
    checks, picture = wrong._tried(case, [0])
    assert [check.figure.value > check.above for check in checks] == [True, True]
    assert [line.name for line in picture.lines] == ["wrong loss", "right loss"]
    worse, better = (line.y for line in picture.lines)
    assert len(better) == len(programs.MARKS)
    harm = {
        "LM213": lambda: worse[0] / better[0],
        "LM607": lambda: better[0] / worse[0],
        "LM503": lambda: worse[-1] - better[-1],
    }.get(case.code, lambda: better[-1] - worse[-1])()
    assert harm > case.above


def test_a_program_is_followed_through_a_plain_training():
    program, peer = programs.mails(0), programs.mails(0)
    rights = program.followed(programs.right_answers, partial(torch.optim.SGD, lr=0.1))
    parameters = list(peer.model.parameters())
    for step in range(programs.MARKS[-1] + 1):
        scores = peer.model(peer.inputs)
        if step in programs.MARKS:
            expected = ((scores > 0) == (peer.target == 1)).double().mean()
            assert rights[programs.MARKS.index(step)] == pytest.approx(float(expected), abs=2e-3)
        value = torch.nn.functional.binary_cross_entropy_with_logits(scores, peer.target)
        slopes = torch.autograd.grad(value, parameters)
        with torch.no_grad():
            for parameter, slope in zip(parameters, slopes, strict=True):
                parameter -= 0.1 * slope


def test_what_programs_explain():
    program = programs.underfitting(0)[1]
    with torch.no_grad():
        errors = (program.target - program.model(program.inputs)).numpy()
    assert programs.explained(program) == pytest.approx(1 - np.mean(errors**2) / program.target.numpy().var(), rel=1e-4)


def test_a_chance_decides_as_its_score_does():
    given, scores = programs.mails(0, torch.nn.Sigmoid()), programs.mails(0)
    assert programs.right_answers(given) == programs.right_answers(scores)


def test_gap_is_to_rows_never_seen():
    program, data = programs.overfitting(0)[1], training.price_bands()
    program.followed(programs.right_answers, partial(torch.optim.Adam, lr=1e-2))
    seen, new = (
        (program.model(x).argmax(1) == y).double().mean()
        for x, y in ((program.inputs, program.target), (data.test_features, data.test_labels))
    )
    assert programs.gap(program) == pytest.approx(float(seen - new), abs=1e-6)


@pytest.mark.parametrize(("of_value", "of_slope"), [(2, 1), (1, 2)])
def test_codings_that_differ_are_seen(monkeypatch, of_value, of_slope):
    class Other(losses.CategoricalCrossEntropy):
        def __call__(self, *arguments, **options):
            return of_value * super().__call__(*arguments, **options)

        def gradient(self, *arguments, **options):
            return of_slope * super().gradient(*arguments, **options)

    monkeypatch.setattr(labels, "_DENSE", Other())
    assert labels.apart(7, 0) == pytest.approx(1)


def test_times_are_of_rows_over_labels(monkeypatch):
    clock = [0.0]

    def taking(seconds):
        def loss(scores, target):
            clock[0] += seconds
            return scores.sum()

        return loss

    monkeypatch.setattr(labels.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(labels, "_DENSE", taking(6.0))
    monkeypatch.setattr(labels, "_SPARSE", taking(2.0))
    assert labels.times(10, 0, rounds=3) == [3.0] * 3


def test_costs_of_codings_stand_under_their_names(monkeypatch):
    monkeypatch.setattr(labels, "apart", lambda classes, seed: 1e-8 * classes)
    monkeypatch.setattr(labels, "memory", lambda classes: classes / 2)
    monkeypatch.setattr(labels, "times", lambda classes, seed, rounds: [3.0] * rounds)
    evidence = labels.experiment(0, True)
    assert figures(evidence, "differ") == pytest.approx([1e-7, 1e-5])
    assert figures(evidence, "memory") == [5.0, 500.0]
    assert figures(evidence, "time,") == pytest.approx([3.0, 3.0])
    assert [check.is_timed for check in evidence.checks] == ["time," in check.says for check in evidence.checks]


def test_generalising_is_against_cross_entropy(monkeypatch):
    right = {"cross-entropy": 0.6, "generalised cross-entropy": 0.9, "Brier": 0.7}
    by_loss = {id(generalising._LOSSES[name]): share for name, share in right.items()}

    def trained(data, objective, *, seeds, rate, noise, marks):
        share = by_loss[id(objective)]
        return training.Curves(test=torch.full((3, 1), share), train=torch.full((3, 1), 1.0 - share / 2))

    monkeypatch.setattr(generalising, "train", trained)
    evidence = generalising.experiment(0, True)
    assert figures(evidence, "generalised", "more right") == pytest.approx([0.3] * 3, abs=1e-3)
    assert figures(evidence, "Brier", "more right") == pytest.approx([0.1] * 3, abs=1e-3)
    expected = [0.15 + 0.3 * (1 - noise - noise / 9) for noise in (0, 0.2, 0.4)]
    assert figures(evidence, "generalised", "gap") == pytest.approx(expected, abs=1e-3)
    assert {line.name: line.y[0] for line in evidence.pictures[0].lines} == pytest.approx(right, abs=1e-3)
