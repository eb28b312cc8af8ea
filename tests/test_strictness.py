"""Wrong use is an error of Lossmith's own that says what was given, what was expected and what to write instead."""

import numpy as np
import pytest
import torch

import lossmith as lm
from batches import CATALOGUE, USERS, draw
from lossmith.errors import (
    DtypeError,
    LossmithError,
    PredictionError,
    ShapeError,
    TargetError,
)
from wrong_use import BINARY, CATEGORICAL, CROSS, KL, LABELS, ROW, SPARSE, ZEROS, check_message, zeros

each_loss = pytest.mark.parametrize("loss", [*CATALOGUE, *USERS], ids=repr)
# The call, the error, and what its message has to hold: what was given, what was expected, what to write.
WRONG = {
    "a column against a vector": (
        lambda: lm.MSE()(zeros(5, 1), zeros(5)),
        ShapeError,
        ["(5, 1)", "(5,)", "prediction.squeeze(-1)"],
    ),
    "a vector against a column": (
        lambda: lm.MSE()(zeros(5), zeros(5, 1)),
        ShapeError,
        ["(5, 1)", "(5,)", "target.squeeze(-1)"],
    ),
    "one target for all": (
        lambda: lm.Huber()(zeros(5), zeros()),
        ShapeError,
        ["(5,)", "()", "target.expand(prediction.shape)"],
    ),
    "a target turned round": (lambda: lm.MAE()(zeros(2, 3), zeros(3, 2)), ShapeError, ["(2, 3)", "(3, 2)", "reshape"]),
    "another number of samples": (lambda: lm.MSE()(zeros(4), zeros(5)), ShapeError, ["(4,)", "(5,)", "same shape"]),
    "a column of scores for a yes or no": (
        lambda: BINARY(zeros(5, 1), zeros(5)),
        ShapeError,
        ["(5, 1)", "(5,)", "squeeze(-1)"],
    ),
    "a column of margins": (
        lambda: lm.Hinge()(zeros(5, 1), torch.ones(5)),
        ShapeError,
        ["(5, 1)", "(5,)", "squeeze(-1)"],
    ),
    "a weight for each sample of many": (
        lambda: lm.MSE()(zeros(5, 3), zeros(5, 3), weight=torch.ones(5)),
        ShapeError,
        ["weight has shape (5,)", "(5, 3)", "weight.expand((5, 3))"],
    ),
    "a weight for each score of a row": (
        lambda: CROSS(ZEROS, LABELS, weight=torch.ones(3, 4)),
        ShapeError,
        ["weight has shape (3, 4)", "unreduced loss has shape (3,)"],
    ),
    "a single weight": (
        lambda: lm.MSE()(zeros(5), zeros(5), weight=2.0),
        ShapeError,
        ["weight has shape ()", "(5,)", "expand"],
    ),
    "a mask of another shape": (
        lambda: lm.MSE()(zeros(5), zeros(5), mask=torch.ones(5, 1, dtype=torch.bool)),
        ShapeError,
        ["mask has shape (5, 1)", "(5,)", "mask.expand"],
    ),
    "images without an axis": (
        lambda: CROSS(zeros(2, 3, 4, 4), zeros(2, 4, 4, dtype=torch.long)),
        ShapeError,
        ["(2, 3, 4, 4)", "axis=1 for images", "axis=-1 for tokens"],
    ),
    "tokens without an axis": (
        lambda: KL(zeros(2, 3, 4), zeros(2, 3, 4)),
        ShapeError,
        ["(2, 3, 4)", "axis=1 for images", "axis=-1 for tokens"],
    ),
    "an axis that is not there": (
        lambda: CROSS(ZEROS, LABELS, axis=2),
        ShapeError,
        ["axis=2", "(3, 4)", "from -2 to 1"],
    ),
    "a single score for classes": (
        lambda: CROSS(zeros(), zeros(dtype=torch.long)),
        ShapeError,
        ["single number", "(N, C)"],
    ),
    "a column of labels": (
        lambda: CROSS(ZEROS, LABELS[:, None]),
        ShapeError,
        ["(3, 4)", "(3, 1)", "(3,)", "squeeze(-1)"],
    ),
    "labels of another batch": (lambda: CROSS(ZEROS, LABELS[:2]), ShapeError, ["(3, 4)", "(2,)", "(3,)"]),
    "no class at all": (lambda: CROSS(zeros(2, 0), zeros(2, dtype=torch.long)), LossmithError, ["(2, 0)"]),
    "0/1 labels for hinge": (
        lambda: lm.Hinge()(zeros(2), torch.tensor([0.0, 1.0])),
        TargetError,
        ["Hinge", "-1 and +1", "1 of 2", "target[0] = 0.0", "2 * target - 1"],
    ),
    "0/1 labels for squared hinge": (
        lambda: lm.SquaredHinge()(zeros(2), torch.tensor([1, 0])),
        TargetError,
        ["-1 and +1", "2 * target - 1"],
    ),
    "-1/+1 labels for a probability": (
        lambda: BINARY(zeros(2), torch.tensor([1, -1])),
        TargetError,
        ["from 0 to 1", "target[1] = -1.0", "(target + 1) / 2"],
    ),
    "a count below 0": (
        lambda: lm.Poisson()(zeros(3), torch.tensor([0.5, 2.0, -1.0])),
        TargetError,
        ["Poisson", "0 or more", "1 of 3", "target[2] = -1.0", "standardised", "MSE", "mask="],
    ),
    "a count as a probability": (
        lambda: lm.Poisson()(zeros(2), zeros(2), given="probabilities"),
        PredictionError,
        ["Poisson", "given='scores'"],
    ),
    "255 for no label": (
        lambda: BINARY(zeros(2), torch.tensor([1, 255])),
        TargetError,
        ["target[1] = 255.0", "ignore_index="],
    ),
    "a class that is not there": (
        lambda: CROSS(ZEROS, torch.tensor([0, 4, 1])),
        TargetError,
        ["1 labels", "0 to 3", "first 4"],
    ),
    "a negative class": (
        lambda: SPARSE(ZEROS, torch.tensor([0, -100, -100])),
        TargetError,
        ["2 labels", "0 to 3", "ignore_index=-100"],
    ),
    "float labels": (lambda: CROSS(ZEROS, LABELS.float()), DtypeError, ["torch.float32", "target.long()"]),
    "boolean labels": (lambda: CROSS(ZEROS, LABELS.bool()), DtypeError, ["torch.bool", "target.long()"]),
    "indices where rows are wanted": (
        lambda: CATEGORICAL(ZEROS, LABELS),
        TargetError,
        ["CategoricalCrossEntropy", "(3,)", "one_hot(target, 4)", "SparseCategoricalCrossEntropy"],
    ),
    "indices where a distribution is wanted": (
        lambda: KL(ZEROS, LABELS),
        TargetError,
        ["KLDivergence", "(3,)", "one_hot(target, 4)"],
    ),
    "rows where indices are wanted": (
        lambda: SPARSE(ZEROS, torch.eye(4)[LABELS]),
        TargetError,
        ["SparseCategoricalCrossEntropy", "(3, 4)", "target.argmax(1)", "CategoricalCrossEntropy"],
    ),
    "rows that sum to 2": (
        lambda: CATEGORICAL(zeros(1, 2), torch.tensor([[1.0, 1.0]])),
        TargetError,
        ["sum 1", "target[0] = [1.0, 1.0]", "target / target.sum(axis, keepdim=True)"],
    ),
    "rows with a value below 0": (
        lambda: CROSS(zeros(1, 2), torch.tensor([[1.5, -0.5]])),
        TargetError,
        ["no value below 0", "[1.5, -0.5]"],
    ),
    "scores as the target distribution": (
        lambda: KL(zeros(1, 2), torch.tensor([[3.0, -1.0]])),
        TargetError,
        ["[3.0, -1.0]", "target_given='scores'"],
    ),
    "probabilities as target log-probabilities": (
        lambda: KL(zeros(1, 2), ROW, target_given="log_probabilities"),
        TargetError,
        ["sum 1", "target_given="],
    ),
    "scores given as a probability": (
        lambda: BINARY(torch.tensor([1.5, -2.0]), zeros(2), given="probabilities"),
        PredictionError,
        ["given='probabilities'", "from -2 to 1.5", "leave given= out"],
    ),
    "a positive log-probability": (
        lambda: BINARY(torch.tensor([0.5]), zeros(1), given="log_probabilities"),
        PredictionError,
        ["0.5", "leave given= out"],
    ),
    "rows of probabilities that sum to 2": (
        lambda: CROSS(torch.ones(1, 2), torch.tensor([0]), given="probabilities"),
        PredictionError,
        ["sum to 1", "leave given= out", "axis="],
    ),
    "scores given as log-probabilities": (
        lambda: KL(zeros(1, 2), ROW, given="log_probabilities"),
        PredictionError,
        ["given='log_probabilities'", "sum to 1", "leave given= out"],
    ),
    "probabilities of a residual": (
        lambda: lm.MSE()(zeros(2), zeros(2), given="probabilities"),
        PredictionError,
        ["MSE", "given='probabilities'", "given='scores'"],
    ),
    "probabilities of a margin": (
        lambda: lm.Hinge()(zeros(2), torch.ones(2), given="probabilities"),
        PredictionError,
        ["Hinge", "given='scores'"],
    ),
    "a misspelt given": (
        lambda: BINARY(zeros(2), zeros(2), given="probs"),
        PredictionError,
        ["given='probs'", "given='probabilities'"],
    ),
    "a target_given that is not read": (
        lambda: CROSS(ZEROS, LABELS, target_given="scores"),
        PredictionError,
        ["target_given='scores'", "target_given='probabilities'"],
    ),
}


@pytest.mark.parametrize(("call", "error", "parts"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_an_error_that_says_what_to_write(call, error, parts):
    check_message(call, error, parts)


@pytest.mark.parametrize("total", [0.99, 1.01])
def test_rows_that_miss_1_by_a_hundredth_are_refused(total):
    row = total * torch.tensor([[0.25, 0.75]])
    for loss in (CROSS, CATEGORICAL, KL):
        with pytest.raises(TargetError, match="sum 1"):
            loss(zeros(1, 2), row)
        with pytest.raises(PredictionError, match="sum to 1"):
            loss(row, ROW, given="probabilities")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_rows_rounded_to_half_precision_are_accepted(dtype):
    rows = torch.linspace(-3, 3, 60).reshape(6, 10).softmax(-1).to(dtype)
    for loss in (CROSS, CATEGORICAL, KL):
        assert loss(rows, rows, given="probabilities").isfinite()


def test_all_errors_are_value_errors():
    from lossmith import errors

    classes = [v for v in vars(errors).values() if isinstance(v, type)]
    assert len(classes) > 5
    assert all(issubclass(c, LossmithError) and issubclass(c, ValueError) for c in classes)


@each_loss
def test_the_class_axis_is_never_guessed_from_sizes(loss):
    """As many samples as classes, or one sample: nothing changes."""
    x, t = draw(loss, n=4)
    for n in (4, 1):
        assert torch.equal(loss(x[:n], t[:n], reduction="none"), loss(x, t, reduction="none")[:n])


@pytest.mark.parametrize("loss", [CROSS, SPARSE, BINARY], ids=repr)
@pytest.mark.parametrize(
    "dtype",
    [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint16, torch.uint32, torch.uint64],
    ids=str,
)
def test_labels_of_every_integer_dtype(loss, dtype):
    x, t = (torch.tensor([0.5, -1.0]), [1, 0]) if loss is BINARY else (torch.tensor([[0.5, -1.0], [2.0, 0.0]]), [1, 0])
    wanted = loss(x, torch.tensor(t))
    assert loss(x, torch.tensor(t).to(dtype)) == wanted
    ours = loss(x.numpy(), np.array(t, dtype=str(dtype).removeprefix("torch.")))
    assert ours == wanted.item()


def test_signs_of_every_signed_dtype_and_booleans():
    for dtype in (torch.int8, torch.int16, torch.int32, torch.int64):
        assert lm.Hinge()(torch.tensor([0.5]), torch.tensor([-1], dtype=dtype)) == 1.5
    x = torch.tensor([0.5, -1.0])
    assert BINARY(x, torch.tensor([True, False])) == BINARY(x, torch.tensor([1.0, 0.0]))


def test_labels_are_never_cast_to_float():
    """16,777,217 is no float32: as one it would name the class before."""
    labels = torch.tensor([2**24 + 1])
    with pytest.raises(TargetError, match="first 16777217"):
        CROSS(torch.zeros(1, 4), labels)
    assert CROSS(torch.zeros(1, 4), labels, ignore_index=2**24 + 1) == 0
    with pytest.raises(TargetError, match="first 16777217"):
        CROSS(torch.zeros(1, 4), labels, ignore_index=2**24)


@each_loss
def test_a_correct_call_is_accepted_from_numpy_and_torch(loss):
    x, t = draw(loss)
    assert isinstance(loss(x, t), torch.Tensor)
    value = loss(x.numpy(), t.numpy())
    assert isinstance(value, np.float64)
    assert value == loss(x, t).item()
    assert value == loss(x.tolist(), t.tolist())
    assert isinstance(loss.gradient(x.numpy(), t.numpy()), np.ndarray)
