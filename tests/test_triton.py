"""Triton's kernels against the formula on tensors in float64: on a GPU, or on the CPU under Triton's interpreter."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

import lossmith as lm
from batches import CATALOGUE, USERS, FocalZ, GaussianLikelihood, draw
from interpreted import complete_the_interpreter
from lossmith import fused
from lossmith.kernels import dispatch, handed
from lossmith.kernels.gpu import pointwise, rows
from lossmith.kernels.handed import NoKernel

# the interpreter warns of a block of NaN, and takes that for an error
pytestmark = [pytest.mark.kernels, pytest.mark.filterwarnings("ignore:All-NaN slice")]
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
LOSSES = [x for x in (*CATALOGUE, *USERS) if hasattr(type(x), "formula")]
N = 37  # no power of 2, and more than a block


@pytest.fixture(autouse=True)
def _triton(monkeypatch):
    monkeypatch.setattr(dispatch, "TRITON_ON_CPU", True)
    monkeypatch.setattr(dispatch, "FEWEST", 0)
    if DEVICE == "cpu":
        complete_the_interpreter(monkeypatch)
    with np.errstate(all="ignore"):
        yield


def bound(loss, x, t, reduction="mean", normalizer=None, **options):
    return fused.bind(loss, x, t, fused.Request(reduction, normalizer, options))


def has_kernel(loss):
    x, t = draw(loss, n=3, dtype=torch.float32)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch, "TRITON_ON_CPU", True)
            return bound(loss, x.to(DEVICE), t.to(DEVICE)).ON_DEVICE
    except NoKernel:
        return False


WITH = [x for x in LOSSES if has_kernel(x)]
each_loss = pytest.mark.parametrize("loss", WITH, ids=repr)


def expected(loss, x, t, reduction, upstream, **options):
    """By autograd through the formula on tensors, in float64 on the CPU."""
    options = {k: v.cpu() if isinstance(v, torch.Tensor) else v for k, v in options.items()}
    leaf = x.detach().cpu().double().requires_grad_()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "KERNELS_ARE_OFF", True)
        target = t.cpu().double() if t.is_floating_point() else t.cpu()
        value = loss(leaf, target, reduction=reduction, **options)
        value.backward(upstream.cpu().double())
    return value.detach(), leaf.grad


def agree(loss, x, t, reduction="mean", upstream=None, **options):
    """A call on the device gives what is expected: in the dtype that it should have, by an upstream that is not 1."""
    assert bound(loss, x, t, reduction, **options).ON_DEVICE
    leaf = x.detach().requires_grad_()
    value = loss(leaf, t, reduction=reduction, **options)
    if upstream is None:
        upstream = torch.linspace(0.5, 2, value.numel(), dtype=value.dtype, device=DEVICE).reshape(value.shape)
    value.backward(upstream)
    wanted, slopes = expected(loss, x, t, reduction, upstream, **options)
    computed = 1e-12 if x.dtype == torch.float64 else 2e-5
    stored = max(computed, 2 * torch.finfo(x.dtype).eps)  # the interpreter rounds down to bfloat16
    assert value.dtype == (torch.float64 if x.dtype == torch.float64 else torch.float32)
    assert leaf.grad.dtype == x.dtype
    torch.testing.assert_close(value.detach().cpu().double(), wanted, rtol=computed, atol=computed, equal_nan=True)
    size = float(slopes.nan_to_num(0, 0, 0).abs().max()) or 1.0
    torch.testing.assert_close(leaf.grad.cpu().double(), slopes, rtol=stored, atol=stored * size, equal_nan=True)


def batch(loss, dtype=torch.float32, n=N):
    x, t = draw(loss, n=n)
    return x.to(DEVICE, dtype), t.to(DEVICE, dtype) if t.is_floating_point() else t.to(DEVICE)


def test_losses_of_each_kind_have_kernels():
    names = {type(x).__name__ for x in WITH}
    assert names >= {
        "MSE",
        "Huber",
        "Hinge",
        "BinaryCrossEntropy",
        "CrossEntropy",
        "Focal",
        "FocalZ",
        "GaussianLikelihood",
    }
    assert len(WITH) >= 60


@each_loss
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
def test_the_formula(loss, dtype):
    agree(loss, *batch(loss, dtype))


A_FEW = [lm.Huber(), lm.BinaryCrossEntropy(), lm.CrossEntropy(), FocalZ(), GaussianLikelihood()]
OF_ROWS = [
    lm.CrossEntropy(),
    lm.CrossEntropy(z_loss=0.1, soft_cap=2.0),
    lm.CrossEntropy(logit_adjustment=0.7),
    lm.LDAM(),
    lm.CrossEntropy(label_smoothing=0.1),
    lm.CrossEntropy(label_smoothing=0.3, z_loss=0.1, soft_cap=2.0, logit_adjustment=0.5),
    lm.CategoricalCrossEntropy(),
    FocalZ(),
]
a_few = pytest.mark.parametrize("loss", A_FEW, ids=repr)
rows_of_each_kind = pytest.mark.parametrize("loss", OF_ROWS, ids=repr)


def options_of(loss, t, seed=1):
    """Weights with zeros and a mask; for losses with classes their weights, counts and an ignored label too."""
    random = torch.Generator().manual_seed(seed)
    weight = torch.rand(len(t), generator=random).to(DEVICE)
    weight[::5] = 0
    options = {"weight": weight, "mask": (torch.rand(len(t), generator=random) < 0.8).to(DEVICE)}
    if loss.HAS_CLASSES:
        options |= {"class_weight": torch.tensor([0.5, 0.0, 2.0, 1.0], device=DEVICE)}
    if loss.HAS_CLASSES and t.dim() == 1:
        options |= {"ignore_index": 2}
    if loss.HAS_CLASSES and loss._needs_class_counts():
        options |= {"class_counts": torch.tensor([5.0, 1.0, 3.0, 2.0], device=DEVICE)}
    return options


def needed(loss):
    counts = torch.tensor([5.0, 1.0, 3.0, 2.0], device=DEVICE)
    return {"class_counts": counts} if loss.HAS_CLASSES and loss._needs_class_counts() else {}


@pytest.fixture
def in_blocks(monkeypatch):
    """A row of more than 2 classes is read twice, two classes at a time."""
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", (2, 2))


@pytest.mark.parametrize("loss", [*A_FEW, *OF_ROWS[1:-1]], ids=repr)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weights_and_masks(loss, reduction):
    x, t = batch(loss)
    agree(loss, x, t, reduction, **options_of(loss, t))


@rows_of_each_kind
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16], ids=str)
def test_rows_in_blocks(loss, dtype, in_blocks):
    x, t = batch(loss, dtype, n=9)
    agree(loss, x, t, **needed(loss))
    agree(loss, x, t, "none", **options_of(loss, t))


@pytest.mark.parametrize("classes", [1, 2, 3, 5, 8, 19])
@pytest.mark.parametrize("limits", [(64, 4), (2, 2), (2, 8)], ids=str)
def test_any_number_of_classes(classes, limits, monkeypatch):
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", limits)
    x = torch.randn(6, classes, generator=torch.Generator().manual_seed(0)).to(DEVICE)
    agree(lm.CrossEntropy(), x, (torch.arange(6) % classes).to(DEVICE))
    agree(lm.CrossEntropy(label_smoothing=0.1), x, (torch.arange(6) % classes).to(DEVICE))
    agree(lm.CrossEntropy(), x, x.flip(0).softmax(1))


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17])
def test_any_number_of_elements(size, monkeypatch):
    monkeypatch.setattr(pointwise.Pointwise.__init__, "__defaults__", (16,))
    agree(lm.Huber(), *batch(lm.Huber(), n=size))


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool], ids=str)
def test_labels_of_any_dtype(dtype):
    x, t = torch.randn(N, device=DEVICE), torch.arange(N, device=DEVICE) % 2
    agree(lm.BinaryCrossEntropy(), x, t.to(dtype))
    if dtype != torch.bool:
        agree(lm.CrossEntropy(), torch.randn(N, 4, device=DEVICE), (t * 3).to(dtype))


def test_an_ignored_label_of_two():
    t = torch.tensor([0, 1, -1, 1, -1], device=DEVICE)
    agree(lm.BinaryCrossEntropy(), torch.randn(5, device=DEVICE), t, ignore_index=-1)


@a_few
def test_views(loss):
    x, t = batch(loss)
    agree(loss, x.flip(0)[::2], t.flip(0)[::2], weight=torch.rand(2 * len(t), device=DEVICE)[::2][::2][: len(t[::2])])


@pytest.mark.parametrize("loss", [lm.CrossEntropy(), GaussianLikelihood()], ids=repr)
def test_an_axis_in_the_middle(loss):
    x, t = batch(loss, n=12)
    x = x.reshape(3, 4, -1).movedim(-1, 1)
    agree(loss, x, t.reshape(3, 4), axis=1)
    agree(loss, x, t.reshape(3, 4), "none", axis=1)


@pytest.mark.parametrize("limits", [(64, 4), (2, 2)], ids=str)
def test_hostile_scores(limits, monkeypatch):
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", limits)
    inf, nan = float("inf"), float("nan")
    x = torch.tensor(
        [
            [nan, 0, 0, 0, 0],
            [0, 0, 0, 0, nan],
            [nan] * 5,
            [inf, 0, 0, 0, 0],
            [0, inf, 0, 0, inf],
            [0, inf, 0, 0, 1],
            [-inf, 0, 1, 2, 3],
            [0, -inf, -inf, -inf, -inf],
            [-inf, -inf, -inf, 0, -inf],
            [-inf] * 5,
            [1e4, -1e4, 1e4, 0, 0],
            [100, 0, 0, 0, 0],
            [1e38, -1e38, 0, 0, 0],
        ],
        device=DEVICE,
    )
    t = torch.tensor([0, 0, 1, 0, 1, 0, 1, 0, 3, 0, 0, 0, 0], device=DEVICE)
    agree(lm.CrossEntropy(), x, t, "none")
    agree(lm.CrossEntropy(), x, torch.nn.functional.one_hot(t, 5).float(), "none")
    agree(lm.CrossEntropy(label_smoothing=0.1), x, t, "none")
    steep = x[:-1]  # without the row whose slopes would make all others look like rounding
    weights = {"class_weight": torch.tensor([0.5, 1.0, 2.0, 0.0, 1.0], device=DEVICE)}
    for smoothing, options in itertools.product((0.0, 0.1), ({}, weights)):
        loss = lm.CrossEntropy(label_smoothing=smoothing, z_loss=0.01)
        agree(loss, steep, t[:-1], "none", **options)
        agree(loss, steep, torch.nn.functional.one_hot(t[:-1], 5).float(), "none", **options)
    for hostile in (inf, -inf, nan, 3e38, -3e38, 1e-38):
        agree(
            lm.BinaryCrossEntropy(), torch.tensor([hostile, 0.5], device=DEVICE), torch.ones(2, device=DEVICE), "none"
        )


@pytest.mark.parametrize("limits", [(64, 4), (2, 2)], ids=str)
def test_a_nearly_certain_class_keeps_its_digits(limits, monkeypatch):
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", limits)
    x, t = torch.tensor([[40.0, 0.0, 1.0]], device=DEVICE), torch.tensor([0], device=DEVICE)
    others = torch.tensor([-40.0, -39.0], dtype=torch.float64).exp().sum()
    for target in (t, torch.eye(3, device=DEVICE)[t]):
        value = lm.CrossEntropy()(x, target)
        torch.testing.assert_close(value.cpu().double(), others.log1p(), rtol=1e-6, atol=0)


@pytest.mark.parametrize("limits", [(64, 4), (2, 2)], ids=str)
@pytest.mark.parametrize("label", [-1, 4, -100, 2**40])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_label_that_is_no_class_spoils_its_row_alone(smoothing, label, limits, monkeypatch):
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", limits)
    x = torch.randn(3, 4, device=DEVICE, requires_grad=True)
    values = lm.CrossEntropy(label_smoothing=smoothing)(x, torch.tensor([0, label, 3], device=DEVICE), reduction="none")
    values.sum().backward()
    spoilt = torch.tensor([False, True, False])
    assert torch.equal(values.isnan().cpu(), spoilt)
    assert torch.equal(x.grad.isnan().all(1).cpu(), spoilt)
    absent = torch.tensor([True, False, True], device=DEVICE)
    for loss in (lm.CrossEntropy(), lm.CrossEntropy(label_smoothing=0.1)):
        assert loss(x, torch.tensor([0, label, 3], device=DEVICE), mask=absent).isfinite()


@a_few
def test_nothing_left_gives_0(loss):
    x, t = batch(loss, n=5)
    x[0] = float("nan")
    x.requires_grad_()
    value = loss(x, t, mask=torch.zeros(5, dtype=torch.bool, device=DEVICE))
    value.backward()
    assert value == 0
    assert not x.grad.any()


def test_all_labels_ignored(in_blocks):
    x = torch.full((3, 4), float("nan"), device=DEVICE, requires_grad=True)
    value = lm.CrossEntropy()(x, torch.full((3,), -100, device=DEVICE), ignore_index=-100)
    value.backward()
    assert value == 0
    assert not x.grad.any()


@pytest.mark.parametrize("normalizer", [5, 2.5, torch.tensor(2.5)], ids=repr)
def test_a_denominator_that_is_given(normalizer):
    loss = lm.CrossEntropy()
    x, t = batch(loss)
    agree(loss, x, t, normalizer=normalizer)


@a_few
@pytest.mark.parametrize("upstream", [1.0, -3.5, 0.0])
def test_the_gradient_is_scaled_by_what_comes_from_above(loss, upstream):
    for dtype in (torch.float32, torch.float16):
        agree(loss, *batch(loss, dtype), upstream=torch.tensor(upstream, device=DEVICE))


def test_a_small_gradient_in_float16_outlives_the_mean():
    x = torch.zeros(1 << 14, 2, device=DEVICE, dtype=torch.float16, requires_grad=True)
    t = torch.zeros(1 << 14, dtype=torch.long, device=DEVICE)
    weight = torch.full((1 << 14,), 1e-6, device=DEVICE)
    (lm.CrossEntropy()(x, t, weight=weight, normalizer=1e5) * 2.0**40).backward()
    torch.testing.assert_close(x.grad[0, 0].float().cpu(), torch.tensor(-0.5e-11 * 2.0**40), rtol=1e-3, atol=0)


def test_a_row_of_next_to_no_weight_is_read():
    x, t = batch(lm.CrossEntropy())
    value = lm.CrossEntropy()(x, t, weight=torch.full((N,), 1e-38, device=DEVICE), normalizer=1e10)
    assert value == 0


@a_few
def test_backward_twice(loss):
    x, t = batch(loss)
    x.requires_grad_()
    value = loss(x, t)
    (first,) = torch.autograd.grad(value, x, retain_graph=True)
    (again,) = torch.autograd.grad(2 * value, x)
    torch.testing.assert_close(again, 2 * first)


@a_few
def test_second_derivatives(loss):
    x, t = batch(loss, torch.float64)
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(loss(x, t, reduction="sum"), x, create_graph=True)
    (bend,) = torch.autograd.grad(gradient.sum(), x)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "KERNELS_ARE_OFF", True)
        (gradient,) = torch.autograd.grad(loss(x, t, reduction="sum"), x, create_graph=True)
        (wanted,) = torch.autograd.grad(gradient.sum(), x)
    torch.testing.assert_close(bend, wanted)


def test_a_prediction_that_was_overwritten_is_noticed():
    x, t = batch(lm.Huber())
    scores = x.requires_grad_() * 1
    value = lm.Huber()(scores, t)
    scores.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


@a_few
@pytest.mark.parametrize("limits", [(64, 4), (2, 2)], ids=str)
def test_in_place(loss, limits, monkeypatch):
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", limits)
    x, t = batch(loss)
    options = options_of(loss, t)
    value, gradient = expected(loss, x, t, "mean", torch.tensor(1.0), **options)
    result = loss(x, t, inplace=True, **options)
    torch.testing.assert_close(result.cpu().double(), value, rtol=2e-5, atol=2e-5)
    torch.testing.assert_close(x.cpu().double(), gradient, rtol=2e-5, atol=2e-5)


@a_few
def test_values_and_slopes_of_the_elements(loss):
    x, t = batch(loss)
    values, slopes = loss.value_and_gradient(x, t)
    wanted, gradient = expected(loss, x, t, "none", torch.ones_like(values))
    torch.testing.assert_close(values.cpu().double(), wanted, rtol=2e-5, atol=2e-5)
    torch.testing.assert_close(slopes.cpu().double(), gradient, rtol=2e-5, atol=2e-5)


@a_few
@pytest.mark.parametrize("limits", [(64, 4), (2, 2)], ids=str)
def test_the_same_bits_each_time(loss, limits, monkeypatch):
    monkeypatch.setattr(rows.Rows.__init__, "__defaults__", limits)
    x, t = batch(loss)
    x.requires_grad_()
    results = []
    for _ in range(2):
        value = loss(x, t)
        results.append((value, *torch.autograd.grad(value, x)))
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


def test_the_prediction_is_left_alone():
    x, t = batch(lm.CrossEntropy())
    before = x.clone()
    x.requires_grad_()
    lm.CrossEntropy()(x, t).backward()
    assert torch.equal(x, before)


def test_the_programs_compile_for_a_gpu_that_is_not_there(tmp_path):
    environment = os.environ | {"TRITON_INTERPRET": "0", "TRITON_CACHE_DIR": str(tmp_path)}
    here = Path(__file__).parent
    code = [sys.executable, "-W", "error", str(here / "compiling.py")]
    run = subprocess.run(code, capture_output=True, text=True, env=environment, cwd=here)
    assert run.returncode == 0, run.stderr
    compiled = {line.split()[0] for line in run.stdout.splitlines()}
    assert compiled >= {"pointwise", "labelled", "labelled_in_blocks", "spread_out", "spread_out_in_blocks"}


@pytest.fixture
def _nothing_was_warned_of():
    handed._warn.cache_clear()
    yield
    handed._warn.cache_clear()


@pytest.mark.usefixtures("_nothing_was_warned_of")
def test_without_triton_one_warning_and_plain_operations(monkeypatch):
    monkeypatch.setitem(sys.modules, "lossmith.kernels.gpu.generate", None)
    x, t = batch(lm.Huber())
    with pytest.warns(RuntimeWarning, match="Triton is missing"):
        assert lm.Huber(delta=0.7)(x, t) > 0
    assert lm.Huber(delta=0.8)(x, t) > 0  # a second warning would be an error


@pytest.mark.usefixtures("_nothing_was_warned_of")
def test_a_program_that_cannot_be_compiled_is_replaced_by_plain_operations(monkeypatch):
    monkeypatch.setattr(pointwise, "pointwise", None)
    x, t = batch(lm.Huber())
    with pytest.warns(RuntimeWarning, match="cannot be compiled"):
        assert lm.Huber()(x.requires_grad_(), t).requires_grad


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.usefixtures("_nothing_was_warned_of")
def test_a_backward_that_cannot_be_compiled_is_replaced_by_plain_operations(monkeypatch, reduction):
    x, t = batch(lm.Huber())
    leaf = x.clone().requires_grad_()
    value = lm.Huber()(leaf, t, reduction=reduction)
    monkeypatch.setattr(pointwise, "pointwise", None)
    with pytest.warns(RuntimeWarning, match="cannot be compiled"):
        value.backward(torch.full_like(value, 3.0))
    by_hand = 3 * (x - t).clamp(-1, 1) / (x.numel() if reduction == "mean" else 1)
    torch.testing.assert_close(leaf.grad, by_hand)


def test_a_path_is_explained_by_the_file_of_its_functions():
    path = lm.explain_path(lm.Huber(), *batch(lm.Huber()))
    assert path.is_kernel
    assert Path(path.reason).name.startswith("huber_pointwise_triton")
