"""What real data do to a loss: infinite scores, NaN, certain probabilities, enormous errors, nothing to average."""

import math

import numpy as np
import pytest
import torch

import lossmith as lm
from batches import CATALOGUE, USERS, draw

INF, NAN = math.inf, math.nan
each_loss = pytest.mark.parametrize("loss", [*CATALOGUE, *USERS], ids=repr)
each_float = pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16], ids=str)
BINARY, CROSS = lm.BinaryCrossEntropy(), lm.CrossEntropy()
FORWARD, REVERSE = lm.KLDivergence(), lm.KLDivergence(direction="reverse")


def all_of(loss, x, t, **options) -> list[list]:
    """Value, slope and curvature, in float32."""
    x, t = torch.as_tensor(x), torch.as_tensor(t)
    value, slope = loss.value_and_gradient(x, t, **options)
    return [v.tolist() for v in (value, slope, loss.curvature(x, t, **options))]


# Infinite scores ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "label", "value", "slope"),
    [(INF, 1.0, 0.0, 0.0), (-INF, 0.0, 0.0, 0.0), (INF, 0.0, INF, 1.0), (-INF, 1.0, INF, -1.0), (INF, 0.5, INF, 0.5)],
)
def test_binary_cross_entropy_of_an_infinite_score(score, label, value, slope):
    assert all_of(BINARY, score, label) == [value, slope, 0.0]


@pytest.mark.parametrize(
    ("score", "count", "value", "slope", "bend"),
    [
        (-INF, 0.0, 0.0, 0.0, 0.0),
        (-INF, 2.0, INF, -2.0, 0.0),
        (INF, 0.0, INF, INF, INF),
        (INF, 2.0, INF, INF, INF),
        (1e30, 1e30, INF, INF, INF),  # both terms overflow, the rate by far
        (-1e30, 3.0, 3e30, -3.0, 0.0),
    ],
)
def test_poisson_of_an_infinite_score(score, count, value, slope, bend):
    assert all_of(lm.Poisson(), score, count) == pytest.approx([value, slope, bend], rel=1e-6)


@pytest.mark.parametrize(
    ("loss", "at", "value", "slope", "bend"),
    [
        (lm.MSE(), INF, INF, INF, 2.0),
        (lm.MAE(), -INF, INF, -1.0, 0.0),
        (lm.Huber(delta=3.0), -INF, INF, -3.0, 0.0),
        (lm.LogCosh(), INF, INF, 1.0, 0.0),
        (lm.Quantile(level=0.75), -INF, INF, -0.75, 0.0),
        (lm.SmoothL1(beta=3.0), -INF, INF, -1.0, 0.0),
        (lm.PseudoHuber(delta=3.0), -INF, INF, -3.0, 0.0),
        (lm.EpsilonInsensitive(), INF, INF, 1.0, 0.0),
        (lm.SquaredEpsilonInsensitive(), -INF, INF, -INF, 2.0),
        (lm.Expectile(level=0.75), -INF, INF, -INF, 1.5),
        (lm.MSLE(), INF, INF, 0.0, 0.0),
        (lm.MSLE(), -INF, INF, -INF, 2.0),
        (lm.MAPE(), -INF, INF, -1.0, 0.0),
        (lm.SMAPE(), INF, 2.0, 0.0, 0.0),
        (lm.SMAPE(), -INF, 2.0, 0.0, 0.0),
        (lm.Hinge(), INF, 0.0, 0.0, 0.0),
        (lm.Hinge(), -INF, INF, -1.0, 0.0),
        (lm.SquaredHinge(), INF, 0.0, 0.0, 0.0),
        (lm.SquaredHinge(), -INF, INF, -INF, 2.0),
        (lm.SmoothedHinge(), INF, 0.0, 0.0, 0.0),
        (lm.SmoothedHinge(), -INF, INF, -1.0, 0.0),
        (lm.ModifiedHuber(), INF, 0.0, 0.0, 0.0),
        (lm.ModifiedHuber(), -INF, INF, -4.0, 0.0),
        (lm.DWD(), INF, 0.0, 0.0, 0.0),
        (lm.DWD(q=0.35), -INF, INF, -1.0, 0.0),
        (lm.SquaredMargin(), INF, INF, INF, 2.0),
        (lm.Perceptron(), INF, 0.0, 0.0, 0.0),
        (lm.LogisticMargin(), INF, 0.0, 0.0, 0.0),
        (lm.LogisticMargin(), -INF, INF, -1.0, 0.0),
        (lm.Exponential(), INF, 0.0, 0.0, 0.0),
        (lm.Exponential(), -INF, INF, -INF, INF),
        (lm.Savage(), INF, 0.0, 0.0, 0.0),
        (lm.Savage(), -INF, 1.0, 0.0, 0.0),
        (lm.Tangent(), -INF, pytest.approx((math.pi + 1) ** 2), 0.0, 0.0),
        (lm.SigmoidLoss(), INF, 0.0, 0.0, 0.0),
        (lm.SigmoidLoss(), -INF, 2.0, 0.0, 0.0),
    ],
    ids=repr,
)
def test_an_infinite_prediction(loss, at, value, slope, bend):
    assert all_of(loss, at, 1.0) == [value, slope, bend]


@pytest.mark.parametrize(
    ("row", "label", "value", "slope", "bend"),
    [
        ([INF, 0.0, 0.0], 0, 0.0, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        ([INF, 0.0, 0.0], 1, INF, [1.0, -1.0, 0.0], [0.0, 0.0, 0.0]),
        ([INF, INF, 0.0], 0, math.log(2), [-0.5, 0.5, 0.0], [0.25, 0.25, 0.0]),
        ([-INF, 0.0, 0.0], 1, math.log(2), [0.0, -0.5, 0.5], [0.0, 0.25, 0.25]),
        ([-INF, 0.0, 0.0], 0, INF, [-1.0, 0.5, 0.5], [0.0, 0.25, 0.25]),
        ([-INF, -INF, 3.0], 2, 0.0, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    ],
)
@pytest.mark.parametrize("coding", ["index", "one-hot"])
def test_cross_entropy_of_infinite_scores(row, label, value, slope, bend, coding):
    target = torch.tensor([label])
    target = target if coding == "index" else torch.nn.functional.one_hot(target, 3)
    got = all_of(CROSS, [row], target)
    for numbers, wanted in zip(got, ([value], [slope], [bend]), strict=True):
        assert np.array(numbers) == pytest.approx(np.array(wanted), rel=1e-6)


def test_a_row_of_minus_infinity_alone_is_no_distribution():
    assert all(np.isnan(v).all() for v in all_of(CROSS, [[-INF, -INF]], [0]))


def test_kl_divergence_over_a_class_that_cannot_be():
    """Masking a class by a score of −∞ is what every decoder does."""
    value, slope, bend = all_of(FORWARD, [[-INF, 0.0, 0.0]], [[0.0, 0.25, 0.75]])
    assert value == pytest.approx([0.25 * math.log(0.5) + 0.75 * math.log(1.5)], rel=1e-6)
    assert slope == [pytest.approx([0.0, 0.25, -0.25])]
    assert bend == [pytest.approx([0.0, 0.25, 0.25])]


@pytest.mark.parametrize("target", [[0.5, 0.125, 0.375], [0.0, 0.25, 0.75]], ids=["possible", "impossible"])
def test_reverse_kl_divergence_over_a_class_that_cannot_be(target):
    """p = (0, ½, ½): what counts is the rest; the slope is p·(log p − log t − KL), the class itself has none."""
    value, slope, bend = all_of(REVERSE, [[-INF, 0.0, 0.0]], [target])
    t1, t2 = target[1:]
    wanted = 0.5 * math.log(0.5 / t1) + 0.5 * math.log(0.5 / t2)
    assert value == pytest.approx([wanted], rel=1e-6)
    slopes = [0.0, 0.5 * (math.log(0.5 / t1) - wanted), 0.5 * (math.log(0.5 / t2) - wanted)]
    assert slope == [pytest.approx(slopes, rel=1e-5)]
    # by hand: with two classes KL(x) has second derivative p·q·((1 − 2p)·(log-ratio difference) + 1) = ¼ at p = ½
    assert bend == [pytest.approx([0.0, 0.25, 0.25], rel=1e-5)]


def test_reverse_kl_divergence_of_a_class_that_takes_all():
    value, slope, _ = all_of(REVERSE, [[INF, 0.0, 0.0]], [[0.5, 0.125, 0.375]])
    assert value == pytest.approx([math.log(2)])
    assert slope == [[0.0, 0.0, 0.0]]


# NaN ------------------------------------------------------------------------------------------------------------------


@each_loss
@pytest.mark.parametrize("where", ["prediction", "target"])
def test_nan_in_is_nan_out(loss, where):
    x, t = draw(loss, n=3)
    if where == "target" and not t.is_floating_point():
        return
    (x if where == "prediction" else t)[1] = NAN
    value, slope = loss.value_and_gradient(x, t)
    assert value.isnan().tolist() == [False, True, False]
    assert slope[1].isnan().all()
    assert not slope[[0, 2]].isnan().any()
    assert loss(x, t).isnan()
    if not isinstance(loss, lm.Setwise):
        bend = loss.curvature(x, t)
        assert bend[1].isnan().all()
        assert not bend[[0, 2]].isnan().any()


@pytest.mark.parametrize("given", ["probabilities", "log_probabilities"])
@pytest.mark.parametrize("target", [torch.tensor([1, 1]), torch.tensor([[0.0, 1.0, 0.0]] * 2)], ids=["index", "row"])
def test_a_nan_probability_of_any_class_spoils_its_row(given, target):
    x = torch.tensor([[NAN, 0.5, 0.5], [0.25, 0.5, 0.25]])
    x = x if given == "probabilities" else x.log()
    value, slope = lm.CrossEntropy().value_and_gradient(x, target, given=given)
    assert value.isnan().tolist() == [True, False]
    assert slope.isnan().all(1).tolist() == [True, False]
    assert not slope[1].isnan().any()


@pytest.mark.parametrize("given", ["probabilities", "log_probabilities"])
def test_nan_probabilities_give_nan(given):
    for label in (0.0, 0.5, 1.0):
        assert all(np.isnan(all_of(BINARY, NAN, label, given=given)))


@each_loss
@pytest.mark.parametrize("leave_out", ["weight", "mask"])
@pytest.mark.parametrize("where", ["prediction", "target"])
@pytest.mark.parametrize("garbage", [NAN, INF])
def test_what_is_left_out_may_hold_anything(loss, leave_out, where, garbage):
    """The loss of the rest, but for the order of the sum, and a gradient that is exactly 0 there."""
    x, t = draw(loss, n=4)
    if where == "target" and not t.is_floating_point():
        return
    kept = torch.tensor([True, False, True, True])
    options = {"mask": kept} if leave_out == "mask" else {"weight": kept.double()}
    clean, rest = loss(x[kept], t[kept]), loss.gradient(x[kept], t[kept])
    (x if where == "prediction" else t)[1] = garbage
    x.requires_grad_()
    value = loss(x, t, **options)
    value.backward()
    assert value.item() == pytest.approx(clean.item(), rel=1e-14)
    assert not x.grad[1].any()
    # of another order, an element pulls by its share of the mean
    shares = (loss(x[kept], t[kept], reduction="none").detach() / clean) ** (loss.MEAN_ORDER - 1)
    wanted = rest / 3 * shares.reshape(-1, *(1,) * (x.dim() - 1))
    torch.testing.assert_close(x.grad[kept], wanted, rtol=1e-12, atol=1e-15)
    assert not loss.gradient(x, t, **options)[1].any()
    assert loss(x, t, reduction="none", **options)[1] == 0
    if not isinstance(loss, lm.Setwise):
        assert not loss.curvature(x, t, **options)[1].any()


@pytest.mark.parametrize("loss", [CROSS, lm.SparseCategoricalCrossEntropy(), BINARY], ids=repr)
def test_what_is_ignored_may_hold_anything(loss):
    x, t = draw(loss, n=4)
    t = t.round() if t.is_floating_point() else t
    kept = [0, 2, 3]
    clean = loss(x[kept], t[kept])
    x[1], t[1] = NAN, -100
    x.requires_grad_()
    value = loss(x, t, ignore_index=-100)
    value.backward()
    assert value.item() == clean.item()
    assert not x.grad[1].any()
    assert x.grad[kept].all()


def test_what_is_masked_after_the_loss_gets_no_nan_either():
    x = torch.tensor([1.0, NAN], requires_grad=True)
    lm.MSE()(x, torch.zeros(2), reduction="none")[torch.tensor([True, False])].sum().backward()
    assert x.grad.tolist() == [2.0, 0.0]


def test_what_is_masked_after_the_loss_gives_the_target_no_nan():
    x, t = torch.tensor([[-INF, 0.0], [0.0, 0.0]]), torch.tensor([[0.5, 0.5], [0.5, 0.5]], requires_grad=True)
    CROSS(x, t, reduction="none")[1].backward()  # the first is infinite, and so is its slope by the target
    assert t.grad.tolist() == [[0.0, 0.0], [pytest.approx(math.log(2))] * 2]


def test_a_label_out_of_range_is_nan_where_python_cannot_look():
    """Under a transform or a compiler no value can be read; an assertion on a GPU would kill the process."""
    x, t = torch.zeros(3, 2), torch.tensor([0, 2, -100])
    for loss in (CROSS, lm.SparseCategoricalCrossEntropy()):
        each = torch.func.vmap(lambda a, b, loss=loss: loss(a, b, reduction="none"))(x[:, None], t[:, None])
        assert each.flatten().isnan().tolist() == [False, True, True]


def test_a_class_of_weight_0_counts_for_nothing():
    x = torch.tensor([[-INF, 1.0], [0.0, 1.0]], requires_grad=True)
    value = CROSS(x, torch.tensor([0, 1]), class_weight=torch.tensor([0.0, 2.0]))
    value.backward()
    assert value.item() == pytest.approx(math.log1p(math.exp(-1)))
    assert not x.grad[0].any()


# Certain probabilities, enormous errors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "label", "value", "slope", "bend"),
    [
        (0.0, 0.0, 0.0, 1.0, 1.0),
        (1.0, 1.0, 0.0, -1.0, 1.0),
        (0.0, 1.0, INF, -INF, INF),
        (1.0, 0.0, INF, INF, INF),
        (0.0, 0.5, INF, -INF, INF),
    ],
)
def test_a_certain_probability(p, label, value, slope, bend):
    assert all_of(BINARY, p, label, given="probabilities") == [value, slope, bend]


@pytest.mark.parametrize(
    ("log_p", "label", "value", "slope", "bend"),
    [
        (0.0, 1.0, 0.0, -1.0, 0.0),
        (0.0, 0.0, INF, INF, INF),  # −log(1 − eˣ) rises without bound as x nears 0
        (-INF, 0.0, 0.0, 0.0, 0.0),
        (-INF, 1.0, INF, -1.0, 0.0),
        (-INF, 0.5, INF, -0.5, 0.0),
    ],
)
def test_a_certain_log_probability(log_p, label, value, slope, bend):
    assert all_of(BINARY, log_p, label, given="log_probabilities") == [value, slope, bend]


def test_certain_probabilities_of_classes():
    value, slope, bend = all_of(CROSS, [[1.0, 0.0, 0.0]], [0], given="probabilities")
    assert (value, slope, bend) == ([0.0], [[-1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]])
    assert all_of(CROSS, [[1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]], given="probabilities") == [value, slope, bend]
    assert all_of(FORWARD, [[1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]], given="probabilities") == [value, slope, bend]
    assert all_of(CROSS, [[1.0, 0.0]], [1], given="probabilities")[0] == [INF]
    assert REVERSE(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]), given="probabilities") == pytest.approx(math.log(2))
    assert REVERSE(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]]), given="probabilities") == 0
    assert REVERSE(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]]), given="probabilities") == INF


@pytest.mark.parametrize("size", [1e30, 1e38, -1e38])
def test_enormous_errors_in_float32(size):
    single = torch.tensor(size).item()
    sign = math.copysign(1.0, size)
    assert all_of(lm.MAE(), size, 0.0) == [abs(single), sign, 0.0]
    assert all_of(lm.Huber(), size, 0.0) == [abs(single), sign, 0.0]
    assert all_of(lm.LogCosh(), size, 0.0) == [abs(single), sign, 0.0]
    assert all_of(lm.MSE(), size, 0.0) == [INF, 2 * single, 2.0]
    assert all_of(lm.Hinge(), size, -sign) == [abs(single), sign, 0.0]
    assert all_of(BINARY, size, float(size < 0)) == [abs(single), sign, 0.0]
    value, slope, bend = all_of(CROSS, [[size, 0.0]], [int(size > 0)])
    assert (value, slope, bend) == ([abs(single)], [[sign, -sign]], [[0.0, 0.0]])


def test_half_precision_is_accumulated_in_float32():
    """70,000 · 1 overflows float16, and 1 + 2⁻¹² is no float16."""
    x = torch.ones(70_000, dtype=torch.float16, requires_grad=True)
    total = lm.MAE()(x, torch.zeros_like(x), reduction="sum")
    assert (total.dtype, total.item()) == (torch.float32, 70_000.0)
    mean = lm.MSE()(x, torch.zeros_like(x))
    mean.backward()
    assert mean.item() == 1.0
    assert x.grad.dtype == torch.float16
    assert x.grad[0].item() == torch.tensor(2 / 70_000).half().item()
    big = torch.tensor([300.0], dtype=torch.float16)
    assert lm.MSE()(big, -big).item() == 360_000.0


# Nothing left ---------------------------------------------------------------------------------------------------------


@each_loss
@each_float
def test_an_empty_batch_is_0_with_a_graph(loss, dtype):
    x, t = draw(loss, n=2, dtype=dtype)
    x = x[:0].requires_grad_()
    for reduction in ("mean", "sum"):
        value = loss(x, t[:0], reduction=reduction)
        assert value.item() == 0
        assert value.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
        (slope,) = torch.autograd.grad(value, x)
        assert slope.shape == x.shape
    assert loss(x, t[:0], reduction="none").shape == (0,)
    assert loss.gradient(x, t[:0]).shape == x.shape


@each_loss
@each_float
@pytest.mark.parametrize("leave_out", ["mask", "weight", "both"])
def test_when_nothing_is_left_the_loss_is_0_with_a_graph(loss, dtype, leave_out):
    x, t = draw(loss, n=3, dtype=dtype)
    x = torch.full_like(x, NAN).requires_grad_()
    options = {}
    if leave_out != "weight":
        options["mask"] = torch.zeros(3, dtype=torch.bool)
    if leave_out != "mask":
        options["weight"] = torch.zeros(3, dtype=dtype)
    value = loss(x, t, **options)
    value.backward()
    assert value.item() == 0
    assert x.grad.dtype == dtype
    assert not x.grad.any()


@each_float
def test_when_every_label_is_ignored_the_loss_is_0_with_a_graph(dtype):
    x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)).to(dtype).requires_grad_()
    value = CROSS(x, torch.full((3,), -100), ignore_index=-100)
    value.backward()
    assert value.item() == 0
    assert not x.grad.any()


def test_when_all_class_weights_of_a_batch_are_0():
    x = torch.zeros(2, 2, requires_grad=True)
    value = CROSS(x, torch.tensor([0, 0]), class_weight=torch.tensor([0.0, 1.0]))
    value.backward()
    assert value.item() == 0
    assert not x.grad.any()
