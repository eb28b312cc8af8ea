"""Every task, from a target as it is written down to a table: the network learns it, and its labels stay its labels."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from torch import nn

import lossmith as lm
from comparisons import FAST, KINDS, features, linear, target
from lossmith.comparing import Training, compare
from lossmith.comparing.defaults import default_losses
from lossmith.errors import ParameterError, ShapeError

LEARNS = {**FAST, "training": Training(epochs=4, learning_rates=(2e-2,))}
LEVEL = {  # reached by every default loss; a constant prediction is far from it
    "real": ("r2", 0.6),
    "positive": ("r2", 0.2),
    "count": ("r2", 0.05),
    "proportion": ("r2", 0.6),
    "binary": ("accuracy", 0.8),
    "margin": ("accuracy", 0.8),
    "classes": ("accuracy", 0.7),
    "one_hot": ("accuracy", 0.7),
    "distribution": ("accuracy", 0.7),
    "multi_label": ("accuracy", 0.7),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_default_loss_learns_every_kind_of_target(kind):
    given = {} if kind not in ("margin", "count") else {"task": kind}
    result = compare(features=features(), target=target(kind), **LEARNS, **given)
    assert result.task.kind == kind
    assert [*result.losses.values()] == [*default_losses(result.task)]
    name, least = LEVEL[kind]
    assert result.table[name].min() > least, result.table.select("loss", name)
    assert result.table["diverged"].sum() == 0
    assert result.table["runs"].to_list() == [2] * len(result.losses)
    assert np.isfinite([value for run in result.results for value in run.curves["train_loss"]]).all()
    assert result.verdict.startswith("By ")


CODINGS = {
    "0 and 1": ([0, 1], ("0", "1")),
    "-1 and 1": ([-1, 1], ("-1", "1")),
    "booleans": ([False, True], ("False", "True")),
    "words": (["ham", "spam"], ("ham", "spam")),
    "floats": ([0.0, 1.0], ("0.0", "1.0")),
    "other numbers": ([3, 7], ("3", "7")),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_two_classes_in_any_coding_are_the_same_task(coding):
    values, labels = CODINGS[coding]
    coded = np.array(values)[target("binary")]
    result = compare(features=features(), target=coded, losses=[lm.BinaryCrossEntropy(), lm.Hinge()], **FAST)
    plain = compare(features=features(), target=target("binary"), losses=list(result.losses.values()), **FAST)
    assert result.task.labels == labels
    assert np.array_equal(result.splits.test.target, plain.splits.test.target)
    assert result.table.drop("seconds").equals(plain.table.drop("seconds"))


@pytest.mark.parametrize("names", [["apple", "pear", "plum"], [3, 5, 9], [0, 1, 2]])
def test_several_classes_by_text_or_numbers_are_the_same_task(names):
    coded = np.array(names)[target("classes")]
    losses = [lm.SparseCategoricalCrossEntropy(), lm.CategoricalCrossEntropy()]
    result = compare(features=features(), target=coded, task="classes", losses=losses, **FAST)
    plain = compare(features=features(), target=target("one_hot"), losses=losses, **FAST)
    assert result.task.labels == tuple(map(str, names))
    assert result.table.drop("seconds").equals(plain.table.drop("seconds"))
    assert result.table["accuracy"][0] == pytest.approx(result.table["accuracy"][1], abs=1e-12)


def test_the_same_numbers_in_arrays_tensors_frames_and_series_give_the_same():
    x, y = features(), target("real")
    expected = compare(features=x, target=y, losses=[lm.MSE()], model=linear, **FAST).table.drop("seconds")
    names = [f"x{i}" for i in range(4)]
    wide = pl.DataFrame(x, schema=names).with_columns(y=pl.Series(y))
    for given in (
        {"features": torch.from_numpy(x), "target": torch.from_numpy(y)},
        {"features": x.tolist(), "target": y.tolist()},
        {"features": x, "target": pl.Series(y)},
        {"features": x, "target": pd.Series(y)},
        {"features": x, "target": y[:, None]},
    ):
        found = compare(**given, losses=[lm.MSE()], model=linear, **FAST).table.drop("seconds")
        assert found.equals(expected)
    for data in (wide, wide.lazy(), wide.to_pandas()):
        found = compare(data, "y", losses=[lm.MSE()], model=linear, **FAST).table.drop("seconds")
        assert found.equals(expected)


# ------------------------------------------------------------------------------------------------------------- pictures


def pictures(rows=240):
    """A bright stripe: upright for class 1, lying for class 0."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, rows)
    images = rng.integers(0, 60, size=(rows, 1, 8, 8))
    for image, upright, place in zip(images, truth, rng.integers(0, 8, rows), strict=True):
        stripe = (0, slice(None), place) if upright else (0, place)
        image[stripe] += 150
    return images.astype(np.uint8), truth


def convolutions(inputs, outputs):
    channels = inputs[0]
    return nn.Sequential(
        nn.Conv2d(channels, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(2),
        nn.Dropout2d(0.1),
        nn.Flatten(),
        nn.Linear(24, outputs),
    )


def test_pictures_reach_a_convolution_in_their_shape():
    images, truth = pictures()
    told = []

    def model(inputs, outputs):
        told.append((inputs, outputs))
        return convolutions(inputs, outputs)

    losses = [lm.BinaryCrossEntropy(), lm.SquaredHinge()]
    result = compare(features=images, target=truth, losses=losses, model=model, **LEARNS)
    assert set(told) == {((1, 8, 8), 1)}
    assert result.splits.train.features.shape == (168, 1, 8, 8)
    assert result.splits.train.features.std() == pytest.approx(1, abs=1e-4)
    assert result.table["accuracy"].min() > 0.8


def test_pictures_are_laid_flat_for_the_default_network():
    images, truth = pictures()
    result = compare(features=torch.from_numpy(images), target=truth, losses=[lm.BinaryCrossEntropy()], **LEARNS)
    assert result.splits.inputs == (1, 8, 8)
    assert result.table["accuracy"][0] > 0.6


# ----------------------------------------------------------------------------------------------------- the user's model


def test_a_network_with_batchnorm_and_dropout_gives_the_same_twice_and_to_every_engine():
    def model(inputs, outputs):
        return nn.Sequential(nn.Linear(inputs, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, outputs))

    given = {"features": features(), "target": target("real"), "losses": [lm.MSE()], "model": model}
    serial, again, local = (compare(**given, **{**FAST, "engine": name}) for name in ("serial", "serial", "local"))
    for other in (again, local):
        assert other.table.drop("seconds").equals(serial.table.drop("seconds"))
        assert other.verdict == serial.verdict


def test_a_network_that_writes_to_its_input_changes_no_data():
    def model(in_place):
        return lambda inputs, outputs: nn.Sequential(nn.ReLU(inplace=in_place), nn.Linear(inputs, outputs))

    given = {"features": features(), "target": target("real"), "losses": [lm.MSE(), lm.MAE()]}
    one, other = (compare(**given, model=model(in_place), **FAST) for in_place in (True, False))
    assert one.table.drop("seconds").equals(other.table.drop("seconds"))
    assert one.splits.fingerprint() == other.splits.fingerprint() == one.settings["data"]["fingerprint"]


@pytest.mark.parametrize(
    ("kind", "model", "expected"),
    [
        ("real", lambda i, o: nn.Linear(i, 2), r"gave \(\d+, 2\) for \d+ rows; compare needs 1 score a row"),
        ("classes", lambda i, o: nn.Linear(i, 1), r"gave \(\d+, 1\) for \d+ rows; compare needs 3 scores a row"),
        ("classes", lambda i, o: nn.Sequential(nn.Linear(i, 3), nn.Flatten(0)), "compare needs 3 scores a row"),
        ("real", lambda i, o: nn.Sequential(nn.Linear(i, 1), nn.Unflatten(1, (1, 1))), "compare needs 1 score a row"),
    ],
)
def test_a_network_with_other_scores_than_are_needed_is_an_error_that_says_both(kind, model, expected):
    with pytest.raises(ShapeError, match=expected):
        compare(features=features(), target=target(kind), model=model, **FAST)


def test_one_score_a_row_may_come_with_an_axis_or_without():
    def flat(inputs, outputs):
        return nn.Sequential(nn.Linear(inputs, outputs), nn.Flatten(0))

    given = {"features": features(), "target": target("real"), "losses": [lm.MSE()]}
    one, other = (compare(**given, model=model, **FAST) for model in (linear, flat))
    assert one.table.drop("seconds").equals(other.table.drop("seconds"))


def test_a_network_in_place_of_a_function_that_builds_one_is_refused():
    given = {"features": features(), "target": target("real"), **FAST}
    for wrong in (nn.Linear(4, 1), 3):
        with pytest.raises(ParameterError, match="is not a factory"):
            compare(**given, model=wrong)
    network = nn.Linear(4, 1)
    with pytest.raises(ParameterError, match="the same network each time"):
        compare(**given, model=lambda inputs, outputs: network)
    with pytest.raises(ParameterError, match="the same network each time"):
        compare(**given, model=lambda inputs, outputs: nn.Sequential(nn.Linear(inputs, 4), nn.ReLU(), network))
    with pytest.raises(ParameterError, match="Identity has no parameter to train"):
        compare(**given, model=lambda inputs, outputs: nn.Identity())
