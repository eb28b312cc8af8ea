"""Wrong weights, options, dtypes and fields are errors of Lossmith's own that say what to write instead."""

import numpy as np
import pytest
import torch

import lossmith as lm
from lossmith.errors import (
    DtypeError,
    LossmithError,
    ParameterError,
    ShapeError,
    TargetError,
    WeightError,
)
from wrong_use import BINARY, CATEGORICAL, CROSS, LABELS, ROW, ZEROS, check_message, zeros

# The call, the error, and what its message has to hold: what was given, what was expected, what to write.
WRONG = {
    "a class weight too few": (
        lambda: CROSS(ZEROS, LABELS, class_weight=torch.ones(3)),
        WeightError,
        ["(3,)", "4 classes"],
    ),
    "a negative class weight": (
        lambda: CROSS(ZEROS, LABELS, class_weight=torch.tensor([1.0, 1.0, -1.0, 1.0])),
        WeightError,
        ["class_weight", "not negative"],
    ),
    "an infinite class weight": (
        lambda: CROSS(ZEROS, LABELS, class_weight=torch.tensor([1.0, 1.0, torch.inf, 1.0])),
        WeightError,
        ["class_weight", "finite"],
    ),
    "a class weight by name": (lambda: CROSS(ZEROS, LABELS, class_weight="balanced"), LossmithError, ["class_weight"]),
    "a class weight without classes": (
        lambda: lm.MSE()(zeros(2), zeros(2), class_weight=torch.ones(2)),
        LossmithError,
        ["MSE", "class_weight=", "weight="],
    ),
    "an axis without classes": (
        lambda: BINARY(zeros(2), zeros(2), axis=0),
        LossmithError,
        ["BinaryCrossEntropy", "axis="],
    ),
    "an ignored index without labels": (
        lambda: lm.MSE()(zeros(2), zeros(2), ignore_index=0),
        TargetError,
        ["MSE", "ignore_index=", "mask="],
    ),
    "an ignored index of rows": (
        lambda: CATEGORICAL(zeros(1, 2), ROW, ignore_index=0),
        TargetError,
        ["ignore_index=", "mask="],
    ),
    "a negative weight": (
        lambda: lm.MSE()(zeros(2), zeros(2), weight=torch.tensor([1.0, -1.0])),
        WeightError,
        ["weight", "not negative", "mask="],
    ),
    "a weight of NaN": (
        lambda: lm.MSE()(zeros(2), zeros(2), weight=torch.tensor([1.0, torch.nan])),
        WeightError,
        ["finite", "mask="],
    ),
    "a complex weight": (
        lambda: lm.MSE()(zeros(1), zeros(1), weight=torch.tensor([1j])),
        LossmithError,
        ["weight", "complex"],
    ),
    "a mask of numbers": (
        lambda: lm.MSE()(zeros(2), zeros(2), mask=torch.tensor([1, 0])),
        WeightError,
        ["torch.int64", "mask.bool()"],
    ),
    "a normalizer of 0": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=0),
        WeightError,
        ["normalizer=0", "positive"],
    ),
    "a negative normalizer": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=torch.tensor(-2.0)),
        WeightError,
        ["normalizer=-2", "positive"],
    ),
    "a normalizer of NaN": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=float("nan")),
        WeightError,
        ["normalizer=nan", "positive"],
    ),
    "an infinite normalizer": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=float("inf")),
        WeightError,
        ["normalizer=inf"],
    ),
    "a normalizer in words": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer="batch"),
        LossmithError,
        ["normalizer", "batch"],
    ),
    "a normalizer for each sample": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=torch.ones(2)),
        ShapeError,
        ["normalizer", "(2,)", "no dimension"],
    ),
    "a NumPy normalizer for each sample": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=np.ones(2)),
        ShapeError,
        ["normalizer", "(2,)"],
    ),
    "a normalizer of a sum": (
        lambda: lm.MSE()(zeros(2), zeros(2), normalizer=2, reduction="sum"),
        WeightError,
        ["normalizer=", "'sum'", "mean"],
    ),
    "an unknown reduction": (
        lambda: lm.MSE()(zeros(2), zeros(2), reduction="batchmean"),
        LossmithError,
        ["'batchmean'", "'mean', 'sum' or 'none'"],
    ),
    "a misspelt option": (
        lambda: lm.MSE()(zeros(2), zeros(2), wieght=torch.ones(2)),
        (LossmithError, TypeError),
        ["wieght"],
    ),
    "a misspelt option of a slope": (
        lambda: lm.MSE().gradient(zeros(2), zeros(2), wieght=torch.ones(2)),
        (LossmithError, TypeError),
        ["wieght"],
    ),
    "a misspelt option of a criterion": (
        lambda: lm.Criterion(lm.MSE(), wieght=torch.ones(2)),
        LossmithError,
        ["wieght", "weight"],
    ),
    "a class for a criterion": (lambda: lm.Criterion(lm.MSE), LossmithError, ["MSE", "configured loss"]),
    "an integer prediction": (
        lambda: lm.MSE()(torch.tensor([1, 2]), zeros(2)),
        DtypeError,
        ["torch.int64", "prediction.float()", "swapped"],
    ),
    "a boolean prediction": (
        lambda: lm.MSE()(torch.tensor([True]), zeros(1)),
        DtypeError,
        ["torch.bool", "prediction.float()"],
    ),
    "a complex prediction": (lambda: lm.MSE()(torch.tensor([1j]), zeros(1)), DtypeError, ["complex64"]),
    "a sparse prediction": (lambda: lm.MSE()(zeros(2).to_sparse(), zeros(2)), DtypeError, ["sparse_coo", "to_dense"]),
    "a sparse target": (lambda: lm.MSE()(zeros(2), zeros(2).to_sparse()), DtypeError, ["target", "to_dense"]),
    "a nested prediction": (
        lambda: lm.MSE()(torch.nested.as_nested_tensor([zeros(2), zeros(3)], layout=torch.jagged), zeros(2)),
        DtypeError,
        ["nested", "to_padded_tensor"],
    ),
    "a complex target": (lambda: lm.MSE()(zeros(1), torch.tensor([1j])), DtypeError, ["target", "complex64"]),
    "a complex array": (lambda: lm.MSE()(np.array([1j]), np.zeros(1)), DtypeError, ["prediction", "complex128"]),
    "a complex target array": (lambda: lm.MSE()(np.zeros(1), np.array([1j])), DtypeError, ["target", "complex128"]),
    "an array of objects": (
        lambda: lm.MSE()(np.zeros(2), np.array([None, 1.0])),
        DtypeError,
        ["target", "object", "astype(float)"],
    ),
    "an array of strings": (lambda: CROSS(np.zeros((1, 2)), np.array(["cat"])), DtypeError, ["target", "<U3"]),
    "rows of unequal length": (
        lambda: lm.MSE()([[1.0], [1.0, 2.0]], [[1.0], [2.0, 3.0]]),
        LossmithError,
        ["prediction"],
    ),
    "an axis by name": (lambda: CROSS(ZEROS, LABELS, axis="classes"), LossmithError, ["axis='classes'"]),
    "an ignored index by name": (
        lambda: CROSS(ZEROS, LABELS, ignore_index="none"),
        LossmithError,
        ["ignore_index='none'"],
    ),
    "a field out of its range": (lambda: lm.Huber(delta=0), ParameterError, ["Huber(delta=0)", "(0, inf)"]),
    "a level of 1": (lambda: lm.Quantile(level=1.0), ParameterError, ["Quantile(level=1.0)", "(0, 1)"]),
    "a smoothing above 1": (
        lambda: lm.CrossEntropy(label_smoothing=1.5),
        ParameterError,
        ["label_smoothing=1.5", "[0, 1]"],
    ),
    "a field of another kind": (lambda: lm.Huber(delta="large"), ParameterError, ["delta='large'", "str"]),
    "a direction there is not": (
        lambda: lm.KLDivergence(direction="backward"),
        ParameterError,
        ["'backward'", "'forward', 'reverse'"],
    ),
}


@pytest.mark.parametrize(("call", "error", "parts"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_an_error_that_says_what_to_write(call, error, parts):
    check_message(call, error, parts)
