"""The same numbers as torch and scikit-learn where they have the same loss; where they differ, a test says so."""

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch import Tensor
from torch.nn import functional as F

import lossmith as lm

DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
# theirs may be less exact than ours, above all in half precision, where theirs is computed in it
TOLERANCES = {torch.float64: 1e-14, torch.float32: 2e-6, torch.float16: 5e-3, torch.bfloat16: 4e-2}
REDUCTIONS = ["mean", "sum", "none"]


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def labels(high: int, *shape: int, seed: int = 1) -> Tensor:
    return torch.randint(high, shape, generator=torch.Generator().manual_seed(seed))


def assert_same(ours, theirs, prediction: Tensor, target: Tensor, dtype: torch.dtype) -> None:
    """Same value, same gradient under an upstream gradient that is not even."""
    results = []
    for function in (ours, theirs):
        x = prediction.to(dtype, copy=True).requires_grad_()
        t = target.to(dtype) if target.is_floating_point() else target
        value = function(x, t)
        upstream = normal(*value.shape, seed=9).to(value.dtype) if value.dim() else torch.ones_like(value)
        value.backward(upstream)
        results.append((value.detach().double(), x.grad.double()))
    tolerance = TOLERANCES[dtype]
    for got, wanted in zip(*results, strict=True):
        torch.testing.assert_close(got, wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (lm.MSE(), F.mse_loss),
        (lm.MAE(), F.l1_loss),
        (lm.Huber(delta=0.7), lambda x, t, reduction: F.huber_loss(x, t, reduction=reduction, delta=0.7)),
        (lm.SmoothL1(beta=0.7), lambda x, t, reduction: F.smooth_l1_loss(x, t, reduction=reduction, beta=0.7)),
        # which is Huber divided by beta
        (lm.Huber(delta=0.5), lambda x, t, reduction: 0.5 * F.smooth_l1_loss(x, t, reduction=reduction, beta=0.5)),
    ],
    ids=["mse", "mae", "huber", "smooth_l1", "huber_by_beta"],
)
def test_regression_as_in_torch(loss, theirs, reduction, dtype):
    assert_same(
        lambda x, t: loss(x, t, reduction=reduction),
        lambda x, t: theirs(x, t, reduction=reduction),
        normal(7, 3),
        normal(7, 3, seed=1),
        dtype,
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    "target", [labels(6, 7, 3).double(), 3 * normal(7, 3, seed=1).sigmoid()], ids=["count", "real"]
)
def test_poisson_as_in_torch(target, reduction, dtype):
    assert_same(
        lambda x, t: lm.Poisson()(x, t, reduction=reduction),
        lambda x, t: F.poisson_nll_loss(x, t, reduction=reduction),
        normal(7, 3),
        target,
        dtype,
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("pos_weight", [1.0, 3.5])
def test_binary_cross_entropy_as_in_torch(pos_weight, reduction, dtype):
    loss = lm.BinaryCrossEntropy(pos_weight=pos_weight)
    assert_same(
        lambda x, t: loss(x, t, reduction=reduction),
        lambda x, t: F.binary_cross_entropy_with_logits(
            x, t, reduction=reduction, pos_weight=torch.tensor(pos_weight, dtype=dtype)
        ),
        normal(7, 3),
        normal(7, 3, seed=1).sigmoid(),
        dtype,
    )


@pytest.mark.parametrize("dtype", DTYPES[:2], ids=str)
def test_binary_cross_entropy_of_probabilities_as_in_torch(dtype):
    loss = lm.BinaryCrossEntropy()
    assert_same(
        lambda p, t: loss(p, t, given="probabilities"),
        F.binary_cross_entropy,
        normal(7, 3).sigmoid(),
        labels(2, 7, 3).double(),
        dtype,
    )


def test_binary_cross_entropy_with_smoothing_is_that_of_smoothed_labels():
    x, t = normal(20), labels(2, 20).double()
    ours = lm.BinaryCrossEntropy(label_smoothing=0.2)(x, t)
    torch.testing.assert_close(ours, F.binary_cross_entropy_with_logits(x, 0.8 * t + 0.1))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("cls", [lm.CrossEntropy, lm.SparseCategoricalCrossEntropy])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_of_indices_as_in_torch(cls, smoothing, reduction, dtype):
    loss = cls(label_smoothing=smoothing)
    target = labels(5, 9)
    target[3] = -100
    assert_same(
        lambda x, t: loss(x, t, reduction=reduction, ignore_index=-100),
        lambda x, t: F.cross_entropy(x, t, reduction=reduction, label_smoothing=smoothing),
        normal(9, 5),
        target,
        dtype,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("ignored", [-100, 2])
def test_class_weights_of_indices_as_in_torch(ignored, reduction):
    weight = torch.tensor([0.5, 2.0, 0.0, 1.0, 3.0], dtype=torch.float64)
    target = labels(5, 30)
    target[:4] = ignored
    assert_same(
        lambda x, t: lm.CrossEntropy()(x, t, reduction=reduction, class_weight=weight, ignore_index=ignored),
        lambda x, t: F.cross_entropy(x, t, weight=weight, reduction=reduction, ignore_index=ignored),
        normal(30, 5),
        target,
        torch.float64,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_class_weights_with_smoothing_as_in_torch(reduction):
    weight = torch.tensor([0.5, 2.0, 0.1, 1.0, 3.0], dtype=torch.float64)
    assert_same(
        lambda x, t: lm.CrossEntropy(label_smoothing=0.3)(x, t, reduction=reduction, class_weight=weight),
        lambda x, t: F.cross_entropy(x, t, weight=weight, reduction=reduction, label_smoothing=0.3),
        normal(30, 5),
        labels(5, 30),
        torch.float64,
    )


@pytest.mark.parametrize("cls", [lm.CrossEntropy, lm.CategoricalCrossEntropy])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("dtype", DTYPES[:2], ids=str)
def test_soft_targets_as_in_torch(cls, smoothing, dtype):
    assert_same(
        lambda x, t: cls(label_smoothing=smoothing)(x, t),
        lambda x, t: F.cross_entropy(x, t, label_smoothing=smoothing),
        normal(9, 5),
        normal(9, 5, seed=1).softmax(-1),
        dtype,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_images_have_their_classes_on_axis_1_as_in_torch(reduction):
    assert_same(
        lambda x, t: lm.CrossEntropy()(x, t, reduction=reduction, axis=1, ignore_index=255),
        lambda x, t: F.cross_entropy(x, t, reduction=reduction, ignore_index=255),
        normal(2, 3, 4, 5),
        torch.where(normal(2, 4, 5, seed=3) > 1, 255, labels(3, 2, 4, 5)),
        torch.float64,
    )


def test_tokens_have_their_classes_last():
    assert_same(
        lambda x, t: lm.SparseCategoricalCrossEntropy()(x, t, axis=-1),
        lambda x, t: F.cross_entropy(x.transpose(1, 2), t),
        normal(2, 7, 5),
        labels(5, 2, 7),
        torch.float64,
    )


def test_where_torch_differs_class_weights_of_one_hot_rows_equal_those_of_indices():
    """torch divides by N for rows and by the sum of weights for indices (its issue 107680); ours are one number."""
    weight, x, t = torch.tensor([0.5, 2.0, 3.0]).double(), normal(9, 3), labels(3, 9)
    rows = F.one_hot(t, 3)
    indices = lm.CrossEntropy()(x, t, class_weight=weight)
    torch.testing.assert_close(indices, F.cross_entropy(x, t, weight=weight))
    torch.testing.assert_close(lm.CrossEntropy()(x, rows, class_weight=weight), indices)
    torch.testing.assert_close(lm.CategoricalCrossEntropy()(x, rows, class_weight=weight), indices)
    assert not torch.isclose(F.cross_entropy(x, rows.double(), weight=weight), indices, rtol=0.05)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, torch.tensor([0.5, 2.0, 0.0]).double()], ids=["even", "weighted"])
def test_one_hot_rows_equal_indices(weight, smoothing):
    loss, x, t = lm.CrossEntropy(label_smoothing=smoothing), normal(9, 3), labels(3, 9)
    for reduction in REDUCTIONS:
        of_rows = loss(x, F.one_hot(t, 3), class_weight=weight, reduction=reduction)
        torch.testing.assert_close(of_rows, loss(x, t, class_weight=weight, reduction=reduction), rtol=1e-14, atol=0)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_kl_divergence_of_one_hot_rows_is_cross_entropy(reduction):
    x, t = normal(9, 3), labels(3, 9)
    for weight in (None, torch.tensor([0.5, 2.0, 0.0]).double()):
        ours = lm.KLDivergence()(x, F.one_hot(t, 3), class_weight=weight, reduction=reduction)
        torch.testing.assert_close(ours, F.cross_entropy(x, t, weight=weight, reduction=reduction))


@pytest.mark.parametrize("dtype", DTYPES[:2], ids=str)
@pytest.mark.parametrize("log_target", [False, True])
def test_kl_divergence_as_torch_has_it_with_batchmean(log_target, dtype):
    target = normal(6, 5, seed=1).log_softmax(-1) if log_target else normal(6, 5, seed=1).softmax(-1)
    # by the scores: torch has no other way
    given = {"target_given": "log_probabilities" if log_target else "probabilities"}
    assert_same(
        lambda x, t: lm.KLDivergence()(x, t, **given),
        lambda x, t: F.kl_div(x.log_softmax(-1), t, reduction="batchmean", log_target=log_target),
        normal(6, 5),
        target,
        dtype,
    )


def test_kl_divergence_of_images_and_tokens_divides_by_the_number_of_distributions():
    """torch's "batchmean" divides by the first axis alone, its "mean" by the classes too."""
    x, t = normal(2, 3, 4, 5), normal(2, 3, 4, 5, seed=1).softmax(1)
    ours = lm.KLDivergence()(x, t, axis=1)
    torch.testing.assert_close(ours, F.kl_div(x.log_softmax(1), t, reduction="sum") / (2 * 4 * 5))


def test_reverse_kl_divergence_is_torchs_with_the_arguments_exchanged():
    x, t = normal(6, 5), normal(6, 5, seed=1).softmax(-1)
    ours = lm.KLDivergence(direction="reverse")(x, t)
    torch.testing.assert_close(ours, F.kl_div(t.log(), x.softmax(-1), reduction="batchmean"))


@pytest.mark.parametrize(("loss", "power"), [(lm.Hinge(), 1), (lm.SquaredHinge(), 2)], ids=["hinge", "squared_hinge"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_hinges_by_their_formula(loss, power, dtype):
    assert_same(
        lambda x, t: loss(x, t, reduction="none"),
        lambda x, t: (1 - x * t).clamp(min=0) ** power,
        normal(40),
        2.0 * labels(2, 40) - 1,
        dtype,
    )


@pytest.mark.parametrize("weighted", [False, True])
class TestScikitLearn:
    @pytest.fixture
    def weight(self, weighted):
        return np.random.default_rng(5).uniform(0, 3, 30) if weighted else None

    def test_log_loss(self, weight):
        rows, t = normal(30, 4).softmax(-1).numpy(), labels(4, 30).numpy()
        ours = lm.CrossEntropy()(rows, t, given="probabilities", weight=weight)
        assert ours == pytest.approx(metrics.log_loss(t, rows, sample_weight=weight), rel=1e-13)

    def test_log_loss_of_two_classes(self, weight):
        p, t = normal(30).sigmoid().numpy(), labels(2, 30).numpy()
        ours = lm.BinaryCrossEntropy()(p, t, given="probabilities", weight=weight)
        assert ours == pytest.approx(metrics.log_loss(t, p, sample_weight=weight), rel=1e-13)

    def test_hinge_loss(self, weight):
        s, t = normal(30).numpy(), 2 * labels(2, 30).numpy() - 1
        ours = lm.Hinge()(s, t, weight=weight)
        assert ours == pytest.approx(metrics.hinge_loss(t, s, sample_weight=weight), rel=1e-13)

    @pytest.mark.parametrize("level", [0.05, 0.5, 0.8])
    def test_mean_pinball_loss(self, weight, level):
        y, t = normal(30).numpy(), normal(30, seed=2).numpy()
        ours = lm.Quantile(level=level)(y, t, weight=weight)
        assert ours == pytest.approx(metrics.mean_pinball_loss(t, y, alpha=level, sample_weight=weight), rel=1e-13)

    def test_squared_and_absolute_error(self, weight):
        y, t = normal(30).numpy(), normal(30, seed=2).numpy()
        squared, absolute = metrics.mean_squared_error, metrics.mean_absolute_error
        assert lm.MSE()(y, t, weight=weight) == pytest.approx(squared(t, y, sample_weight=weight), rel=1e-13)
        assert lm.MAE()(y, t, weight=weight) == pytest.approx(absolute(t, y, sample_weight=weight), rel=1e-13)

    def test_relative_errors(self, weight):
        y, t = normal(30).exp().numpy(), normal(30, seed=2).exp().numpy()
        squared_log, percentage = metrics.mean_squared_log_error, metrics.mean_absolute_percentage_error
        assert lm.MSLE()(y, t, weight=weight) == pytest.approx(squared_log(t, y, sample_weight=weight), rel=1e-13)
        assert lm.MAPE()(y, t, weight=weight) == pytest.approx(percentage(t, y, sample_weight=weight), rel=1e-13)

    def test_gradients_and_hessians_of_its_private_losses(self, weight):
        private = pytest.importorskip("sklearn._loss.loss")
        y, t = normal(30).numpy(), normal(30, seed=2).numpy()
        for ours, theirs, factor in (
            (lm.Huber(delta=0.7), private.HuberLoss(delta=0.7), 1),
            (lm.Quantile(level=0.2), private.PinballLoss(quantile=0.2), 1),
            (lm.MSE(), private.HalfSquaredError(), 2),
        ):
            value, slope = ours.value_and_gradient(y, t, weight=weight)
            their_value, their_slope = theirs.loss_gradient(t, y, sample_weight=weight)
            np.testing.assert_allclose(value, factor * their_value, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(slope, factor * their_slope, rtol=1e-12, atol=1e-15)
        s, count = normal(30).numpy(), labels(6, 30).numpy().astype(float)
        value, slope = lm.Poisson().value_and_gradient(s, count, weight=weight)
        their_value, their_slope = private.HalfPoissonLoss().loss_gradient(count, s, sample_weight=weight)
        np.testing.assert_allclose(value, their_value, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(slope, their_slope, rtol=1e-12, atol=1e-15)
        _, curvature = private.HalfPoissonLoss().gradient_hessian(count, s, sample_weight=weight)
        np.testing.assert_allclose(lm.Poisson().curvature(s, count, weight=weight), curvature, rtol=1e-12)
        s, label = normal(30).numpy(), labels(2, 30).numpy().astype(float)
        slope, curvature = private.HalfBinomialLoss().gradient_hessian(label, s, sample_weight=weight)
        np.testing.assert_allclose(lm.BinaryCrossEntropy().gradient(s, label, weight=weight), slope, rtol=1e-12)
        np.testing.assert_allclose(lm.BinaryCrossEntropy().curvature(s, label, weight=weight), curvature, rtol=1e-12)
