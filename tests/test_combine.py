"""A weighted sum of losses: value and gradient are those of the sum, and each part is there for the logger."""

import math
import pickle

import numpy as np
import pytest
import torch

import lossmith as lm
from lossmith.combine import Parts
from lossmith.errors import LossmithError, ShapeError, WeightError
from wrong_use import check_message

COMPOUND = lm.sum_of(mse=(1.0, lm.MSE()), mae=(0.1, lm.MAE()))
NAN = math.nan


def size(prediction, target):
    """A penalty: a function of a user's."""
    return prediction.abs().mean()


def draw(n=6, seed=0):
    random = torch.Generator().manual_seed(seed)
    return torch.randn(2, n, generator=random, dtype=torch.float64).unbind()


def gradient(function, x):
    leaf = x.clone().requires_grad_()
    function(leaf).backward()
    return leaf.grad


def test_the_sum_and_its_gradient():
    x, t = draw()
    value = COMPOUND(x, t)
    torch.testing.assert_close(value.total, lm.MSE()(x, t) + 0.1 * lm.MAE()(x, t))
    assert value.parts == {"mse": lm.MSE()(x, t), "mae": lm.MAE()(x, t)}
    wanted = gradient(lambda p: lm.MSE()(p, t), x) + 0.1 * gradient(lambda p: lm.MAE()(p, t), x)
    torch.testing.assert_close(gradient(lambda p: COMPOUND(p, t), x), wanted)
    total, parts = value
    assert total is value.total
    assert parts is value.parts


def test_what_a_logger_takes():
    x, t = draw()
    value = COMPOUND(x.requires_grad_(), t)
    assert value.log("val/") == {f"val/{k}": v.item() for k, v in (("total", value.total), *value.parts.items())}
    assert all(type(v) is float for v in value.log().values())
    assert value.item() == value.total.item()
    assert value.total.requires_grad
    assert not any(part.requires_grad for part in value.parts.values())


def test_a_sum_is_a_value():
    assert COMPOUND == lm.sum_of(mse=(1, lm.MSE()), mae=(0.1, lm.MAE())) != lm.sum_of(mse=(1.0, lm.MSE()))
    assert hash(COMPOUND) == hash(pickle.loads(pickle.dumps(COMPOUND)))
    assert pickle.loads(pickle.dumps(COMPOUND)) == COMPOUND == eval(repr(COMPOUND), vars(lm))
    assert repr(lm.sum_of(size=(0.5, size))) == "sum_of(size=(0.5, test_combine.size))"
    assert COMPOUND.weights == {"mse": 1.0, "mae": 0.1}
    with pytest.raises(AttributeError):
        COMPOUND.terms = ()


def test_parts_read_what_has_their_name():
    random = torch.Generator().manual_seed(1)
    boxes, wanted = torch.randn(2, 5, 4, generator=random).unbind()
    scores, labels = torch.randn(5, 3, generator=random), torch.tensor([0, 2, -100, 1, -100])
    detector = lm.sum_of(box=(2.0, lm.Huber()), label=(1.0, lm.CrossEntropy()), size=(0.1, size))
    is_object = (labels >= 0)[:, None].expand(5, 4)
    value = detector(
        {"box": boxes, "label": scores, "size": boxes},
        {"box": wanted, "label": labels, "size": None},
        mask={"box": is_object},
        ignore_index={"label": -100},
        reduction="sum",
    )
    assert value.parts["box"] == lm.Huber()(boxes, wanted, mask=is_object, reduction="sum")
    assert value.parts["label"] == lm.CrossEntropy()(scores, labels, ignore_index=-100, reduction="sum")
    assert value.parts["size"] == boxes.abs().mean()
    torch.testing.assert_close(value.total, 2 * value.parts["box"] + value.parts["label"] + 0.1 * value.parts["size"])


def test_options_for_all_go_to_all_losses():
    x, t = draw()
    weight = torch.linspace(0, 2, 6, dtype=torch.float64)
    value = lm.sum_of(mse=(1.0, lm.MSE()), size=(0.1, size))(x, t, weight=weight)
    assert value.parts == {"mse": lm.MSE()(x, t, weight=weight), "size": size(x, t)}
    each = COMPOUND(x, t, reduction="none")
    torch.testing.assert_close(each.total, (x - t) ** 2 + 0.1 * (x - t).abs())


@pytest.mark.parametrize("value", [NAN, math.inf, 3.0])
def test_a_weight_of_0_reports_and_adds_nothing(value):
    x, t = draw()
    watched = lm.sum_of(mse=(1.0, lm.MSE()), root=(0.0, lambda p, t: value * p.sum().sqrt()))
    got = watched(x.requires_grad_(), t)
    got.backward()
    assert got.total.item() == lm.MSE()(x, t).item()
    torch.testing.assert_close(x.grad, gradient(lambda p: lm.MSE()(p, t), x.detach()))
    assert set(got.parts) == {"mse", "root"}


def test_numpy_in_numpy_out():
    x, t = (v.numpy() for v in draw())
    value = COMPOUND(x, t)
    assert isinstance(value.total, np.float64)
    assert value.log() == {"total": value.total, "mse": lm.MSE()(x, t), "mae": lm.MAE()(x, t)}


@pytest.mark.parametrize("weight", [0.1, 0.0])
def test_compiled(weight):
    torch._dynamo.reset()
    x, t = draw()
    compound = lm.sum_of(mse=(1.0, lm.MSE()), focal=(weight, lm.Huber()), size=(0.5, size))
    compiled = torch.compile(compound, fullgraph=True, backend="aot_eager")
    a, b = (x.clone().requires_grad_() for _ in range(2))
    got, wanted = compiled(a, t), compound(b, t)
    assert isinstance(got, Parts)
    got.backward()
    wanted.backward()
    torch.testing.assert_close(got.total, wanted.total)
    torch.testing.assert_close(a.grad, b.grad)
    assert got.log() == pytest.approx(wanted.log())


def test_twice_differentiable():
    x, t = draw(3)
    assert torch.autograd.gradgradcheck(lambda p: COMPOUND(p, t).total, x.requires_grad_())


X, T = draw()
WRONG = {
    "nothing": (lambda: lm.sum_of(), LossmithError, ["no losses", "lm.sum_of("]),
    "a loss without a weight": (
        lambda: lm.sum_of(mse=lm.MSE()),
        LossmithError,
        ["mse is MSE()", "mse=(1.0, lm.MSE())"],
    ),
    "a class": (lambda: lm.sum_of(mse=(1.0, lm.MSE)), LossmithError, ["mse", "configured loss", "lm.Huber()"]),
    "no loss at all": (lambda: lm.sum_of(mse=(1.0, "mse")), LossmithError, ["'mse'", "function of prediction"]),
    "a negative weight": (lambda: lm.sum_of(mse=(-1.0, lm.MSE())), WeightError, ["mse", "-1.0", "0 or more"]),
    "a weight of NaN": (lambda: lm.sum_of(mse=(NAN, lm.MSE())), WeightError, ["mse", "nan"]),
    "an infinite weight": (lambda: lm.sum_of(mse=(math.inf, lm.MSE())), WeightError, ["mse", "inf"]),
    "a weight in words": (lambda: lm.sum_of(mse=("1", lm.MSE())), WeightError, ["mse", "'1'"]),
    "weight and loss turned round": (lambda: lm.sum_of(mse=(lm.MSE(), 1.0)), WeightError, ["mse", "MSE()"]),
    "weights of 0 alone": (lambda: lm.sum_of(mse=(0.0, lm.MSE())), WeightError, ["all weights are 0"]),
    "a part called total": (lambda: lm.sum_of(total=(1.0, lm.MSE())), LossmithError, ["total", "name of its own"]),
    "a name that is no part": (
        lambda: COMPOUND({"mse": X, "mae": X, "tv": X}, T),
        LossmithError,
        ["prediction", "tv", "mse and mae"],
    ),
    "a part without a target": (lambda: COMPOUND(X, {"mse": T}), LossmithError, ["target", "no key mae"]),
    "an option for no part": (lambda: COMPOUND(X, T, mask={"tv": None}), LossmithError, ["mask", "tv", "mse and mae"]),
    "an unknown option": (lambda: COMPOUND(X, T, wieght=X), LossmithError, ["wieght"]),
    "in place": (lambda: COMPOUND(X, T, inplace=True), LossmithError, ["inplace", "next part"]),
    "parts of two shapes": (
        lambda: COMPOUND({"mse": X, "mae": X[:2]}, {"mse": T, "mae": T[:2]}, reduction="none"),
        ShapeError,
        ["(2,)", "(6,)", "reduction='none'"],
    ),
}


@pytest.mark.parametrize(("call", "error", "parts"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_an_error_that_says_what_to_write(call, error, parts):
    check_message(call, error, parts)
