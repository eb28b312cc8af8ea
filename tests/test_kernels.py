"""The kernels against the formula on tensors: the same numbers for every loss, dtype, layout and option."""

import itertools

import numpy as np
import pytest
import sympy
import torch

import lossmith as lm
from batches import CATALOGUE, USERS, OneAgainstAll, draw
from lossmith import fused
from lossmith.formula.emit.source import spelled_in
from lossmith.kernels import dispatch
from lossmith.kernels.cpu import double
from lossmith.kernels.handed import NoKernel

pytestmark = pytest.mark.kernels

FORMULAS = [x for x in (*CATALOGUE, *USERS) if hasattr(type(x), "formula")]
WITHOUT = {"rmse"}  # has a formula and no kernel: the mean of a batch is the root of another
WITH = [x for x in FORMULAS if x.name not in WITHOUT]
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
N = 37  # rows: no multiple of any vector


def bound(loss, x, t, reduction="mean", normalizer=None, **options):
    return fused.bind(loss, x, t, fused.Request(reduction, normalizer, options))


def both(loss, x, t, reduction="mean", **options):
    """Value and gradient by the kernel and by the formula on tensors, from an upstream that is not 1."""
    bound(loss, x, t, reduction, **options)  # raises where the formula would answer for the kernel
    found = []
    for off in (False, True):
        leaf = x.detach().clone().requires_grad_()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch, "KERNELS_ARE_OFF", off)
            value = loss(leaf, t, reduction=reduction, **options)
            value.backward(torch.linspace(0.5, 2, value.numel(), dtype=value.dtype).reshape(value.shape))
        found.append((value.detach(), leaf.grad))
    return found


def agree(found, dtype):
    (value, gradient), (value_of_tensors, gradient_of_tensors) = found
    assert value.dtype == value_of_tensors.dtype
    assert gradient.dtype == gradient_of_tensors.dtype == dtype
    computed = 1e-13 if dtype == torch.float64 else 2e-5
    stored = max(computed, torch.finfo(dtype).eps)
    torch.testing.assert_close(value, value_of_tensors, rtol=computed, atol=computed)
    size = float(gradient_of_tensors.abs().max()) or 1.0
    torch.testing.assert_close(gradient, gradient_of_tensors, rtol=stored, atol=stored * size)


def batch(loss, dtype, **sizes):
    x, t = draw(loss, n=N, **sizes)
    return x.to(dtype), t.to(dtype) if t.is_floating_point() else t


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_what_has_no_kernel_says_why(name):
    loss = lm.find(name)
    with pytest.raises(NoKernel, match="order"):
        bound(loss, *batch(loss, torch.float32))


# One loss a loop, for what is said of the loop and not of the formula
LOOPS = {
    "pointwise": lm.Huber(delta=0.7),
    "pointwise, labels": lm.BinaryCrossEntropy(pos_weight=2.0),
    "pointwise, several": lm.GaussianNLL(),
    "labelled": lm.Focal(),
    "labelled, mapped": lm.CrossEntropy(soft_cap=3.0),
    "spread": lm.CrossEntropy(label_smoothing=0.1, z_loss=0.01),
    "spread, mapped": lm.CrossEntropy(label_smoothing=0.1, soft_cap=3.0),
    "classwise": OneAgainstAll(),
    "divergence": lm.KLDivergence(),
    "divergence, softened": lm.Distillation(),
}
# Each loop in one half precision; both, and what is computed in, where a loop is alone or the first of its kind
BOTH = ("pointwise", "labelled", "divergence")
STORED = [
    pytest.param(loss, dtype, id=f"{name}-{dtype}")
    for name, loss in LOOPS.items()
    for dtype in (DTYPES if name in BOTH else (torch.float32, torch.bfloat16))
]
each_loop = pytest.mark.parametrize("loss", LOOPS.values(), ids=LOOPS)


@pytest.mark.parametrize(("loss", "dtype"), STORED)
def test_half_precision_is_for_storage(loss, dtype):
    agree(both(loss, *batch(loss, dtype)), dtype)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_a_slope_is_rounded_once_to_the_nearest(dtype):
    """As torch rounds it: ties to even, what is too large for the dtype, and NaN."""
    bits = torch.arange(-(1 << 15), 1 << 15).to(torch.int16)
    x, t = bits.view(dtype), torch.full((1 << 16,), 1 / 3).to(dtype)
    slopes, wanted = (
        bound(lm.MSE(), *pair, "none").elements_and_slopes()[1] for pair in ((x, t), (x.float(), t.float()))
    )
    torch.testing.assert_close(slopes, wanted.to(dtype), rtol=0, atol=0, equal_nan=True)


@each_loop
@pytest.mark.parametrize(
    ("reduction", "said"),
    [("mean", "weight"), ("mean", "mask"), ("mean", "weight and mask"), ("sum", "mask"), ("none", "weight and mask")],
)
def test_weights_and_masks(loss, reduction, said):
    x, t = batch(loss, torch.float64)
    t = t.round() if loss._target_coding().name == "binary" else t
    count = torch.arange(N)
    options = {"weight": (count % 4).double() / 2, "mask": count % 3 > 0}
    x[count % 12 == 0] = torch.nan  # of weight 0 and masked
    agree(both(loss, x, t, reduction, **{name: options[name] for name in said.split(" and ")}), torch.float64)


@pytest.mark.parametrize(
    "name", ["labelled", "labelled, mapped", "spread", "spread, mapped", "classwise", "divergence"]
)
def test_weights_of_classes(name):
    loss = LOOPS[name]
    x, t = batch(loss, torch.float64)
    weights = torch.tensor([0.5, 2.0, 0.0, 1.0], dtype=torch.float64)
    for reduction in ("mean",) if "mapped" in name else ("mean", "none"):
        agree(both(loss, x, t, reduction, class_weight=weights), torch.float64)


@pytest.mark.parametrize("name", ["pointwise, labels", "labelled", "spread"])
def test_a_label_that_is_ignored(name):
    loss = LOOPS[name]
    x, t = batch(loss, torch.float64)
    t = t.round() if t.is_floating_point() else t
    t[::5] = -100
    for reduction in ("mean", "none"):
        agree(both(loss, x, t, reduction, ignore_index=-100), torch.float64)
    assert loss(x.requires_grad_(), torch.full_like(t, -100), ignore_index=-100).item() == 0


@pytest.mark.parametrize("loss", [x for x in LOOPS.values() if x.HAS_AXIS], ids=repr)
def test_an_axis_in_the_middle(loss):
    x, t = batch(loss, torch.float64)
    x = torch.stack([x, x.flip(0)]).movedim(-1, 1)
    t = torch.stack([t, t.flip(0)])
    t = t.movedim(-1, 1) if t.dim() == 3 else t
    agree(both(loss, x, t, axis=1), torch.float64)


@each_loop
@pytest.mark.parametrize("size", [1, 4095, 4097, 70001])
def test_any_number_of_elements(loss, size):
    x, t = (v.repeat(-(-size // N), *(1,) * (v.dim() - 1))[:size] for v in batch(loss, torch.float32))
    agree(both(loss, x, t), torch.float32)


@pytest.mark.parametrize("classes", [1, 2, 32, 33, 1000, 50001])
@pytest.mark.parametrize("name", ["labelled", "spread", "classwise", "divergence"])
def test_any_number_of_classes(name, classes):
    loss = LOOPS[name]
    random = torch.Generator().manual_seed(0)
    x = 3 * torch.randn(3, classes, generator=random)
    t = {
        "labelled": lambda: torch.randint(classes, (3,), generator=random),
        "spread": lambda: torch.randn(3, classes, generator=random).softmax(-1),
        "classwise": lambda: torch.randint(2, (3, classes), generator=random),
        "divergence": lambda: torch.randn(3, classes, generator=random).softmax(-1),
    }[name]()
    agree(both(loss, x, t), torch.float32)


HOSTILE = (0.0, -0.0, 1e-30, -1e-30, 1.0, -1.0, 88.5, -88.5, 1e4, -1e30, torch.inf, -torch.inf, torch.nan)


# In float64 a kernel is the same file with other words: each loop is tried, and each word that a formula is spelled in
IN_DOUBLE = (
    *(loss for name, loss in LOOPS.items() if name != "spread"),
    lm.CrossEntropy(label_smoothing=0.1),
    lm.MAE(),
    lm.LogCosh(),
    lm.PseudoHuber(),
    lm.MSLE(),
    lm.Cauchy(),
    lm.Barron(),
    lm.CRPSGaussian(),
    lm.Poisson(),
    lm.ZeroInflatedPoisson(),
    lm.VonMises(),
    lm.Tangent(),
)
HOSTILE_CALLS = [(loss, torch.float32) for loss in WITH] + [(loss, torch.float64) for loss in IN_DOUBLE]


def words_of(loss):
    spelled = spelled_in({"abs", *vars(double)}, loss._traced("formula").expression)
    return {part.word.name for part in sympy.preorder_traversal(spelled) if hasattr(part, "word")}


def test_every_word_is_tried_in_float64():
    tried = set().union(*map(words_of, IN_DOUBLE))
    for loss in WITH:
        assert words_of(loss) <= tried, f"add {loss} to IN_DOUBLE"


@pytest.mark.parametrize(("loss", "dtype"), HOSTILE_CALLS, ids=str)
def test_hostile_predictions_give_what_the_formula_gives(loss, dtype):
    """NaN where it gives NaN, infinity where it gives infinity, and else the same numbers."""
    usual, t = batch(loss, dtype)
    values = torch.tensor(HOSTILE, dtype=dtype)
    x = values[torch.arange(usual.numel()) * 7 % len(values)].reshape(usual.shape)
    x, t = torch.cat([x, usual]), torch.cat([t, t])
    if loss._claims_traits() and loss.traits.link.low == 0:
        x = x.abs()
    got = bound(loss, x, t, "none").elements_and_slopes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "KERNELS_ARE_OFF", True)
        wanted = loss.value_and_gradient(x, t)
    if isinstance(loss, lm.Divergence):  # where one is infinite, its slopes are ∞ − ∞
        finite = wanted[0].isfinite()
        got, wanted = ([values, slopes[finite]] for values, slopes in (got, wanted))
    for kernels, tensors in zip(got, wanted, strict=True):
        assert torch.equal(kernels.isnan(), tensors.isnan())
        assert torch.equal(kernels.isinf(), tensors.isinf())
        eps = torch.finfo(dtype).eps
        torch.testing.assert_close(kernels, tensors, rtol=64 * eps, atol=64 * eps, equal_nan=True)


INF, NAN = torch.inf, torch.nan
HOSTILE_ROWS = (
    (INF, 0.0, 0.0, 1.0),
    (0.0, INF, 0.0, 1.0),
    (INF, INF, 0.0, 0.0),
    (INF, -INF, 0.0, 2.0),
    (-INF, 0.0, 0.0, 1.0),
    (0.0, -INF, -INF, -INF),
    (-INF, -INF, -INF, -INF),
    (NAN, 0.0, 0.0, 1.0),
    (INF, NAN, -INF, 0.0),
    (1e38, 0.0, 0.0, 1.0),
    (-1e38, 1e38, 0.0, 0.0),
    (0.0, -1e38, 1e38, 1e38),
)


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0, 1.0), (0.5, 2.0, 0.0, 1.0)], ids=str)
@pytest.mark.parametrize(("target", "classes"), [("labels", 4), ("labels", 40), ("rows", 4)])
def test_hostile_rows_give_what_the_formula_gives(target, classes, weights):
    x = torch.tensor(HOSTILE_ROWS)
    x = torch.cat([x, x[:, 3:].expand(-1, classes - 4)], 1)
    t = torch.zeros(len(x), dtype=torch.int64)
    if target == "rows":
        t = torch.tensor([0.7, 0.2, 0.0, 0.1] + (classes - 4) * [0.0]).expand(x.shape)
    options = {"class_weight": torch.tensor(weights + (classes - 4) * (1.5,))}
    for smoothing, z_loss in itertools.product((0.0, 0.1), (0.0, 0.01)):
        loss = lm.CrossEntropy(label_smoothing=smoothing, z_loss=z_loss)
        got = bound(loss, x, t, "none", **options).elements_and_slopes()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch, "KERNELS_ARE_OFF", True)
            wanted = loss.value_and_gradient(x, t, **options)
        for kernels, tensors in zip(got, wanted, strict=True):
            torch.testing.assert_close(kernels, tensors, rtol=1e-5, atol=1e-6, equal_nan=True)


def test_an_infinite_score_gives_the_slopes_of_its_limit():
    """With q the smoothed target, −q of the others, and of the largest score x, as it grows, 1 − q + 2·z·x."""
    x = torch.tensor([[0.0, INF, 1.0, -2.0]], requires_grad=True)
    lm.CrossEntropy(label_smoothing=0.2, z_loss=0.01)(x, torch.tensor([0])).backward()
    torch.testing.assert_close(x.grad, torch.tensor([[-0.85, INF, -0.05, -0.05]]))


@each_loop
def test_a_second_backward_and_a_second_derivative(loss):
    x, t = batch(loss, torch.float64)
    leaf = x.requires_grad_()
    value = loss(leaf, t)
    first, second = (torch.autograd.grad(value, leaf, retain_graph=True)[0] for _ in range(2))
    assert torch.equal(first, second)
    value = loss(leaf, t)
    (slopes,) = torch.autograd.grad(value, leaf, create_graph=True)
    (bends,) = torch.autograd.grad(slopes.square().sum(), leaf)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "KERNELS_ARE_OFF", True)
        (slopes,) = torch.autograd.grad(loss(leaf, t), leaf, create_graph=True)
        (wanted,) = torch.autograd.grad(slopes.square().sum(), leaf)
    torch.testing.assert_close(bends, wanted)


@each_loop
def test_a_prediction_that_was_overwritten_is_an_error_where_it_is_needed(loss):
    x, t = batch(loss, torch.float64)
    prediction = x.requires_grad_() * 1
    value = loss(prediction, t, reduction="none").sum()
    prediction.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


@pytest.mark.parametrize(("loss", "dtype"), STORED)
def test_in_place(loss, dtype):
    x, t = batch(loss, dtype)
    leaf = x.clone().requires_grad_()
    value = loss(leaf, t)
    (wanted,) = torch.autograd.grad(value, leaf)
    place = x.data_ptr()
    again = loss(x, t, inplace=True)
    assert x.data_ptr() == place
    torch.testing.assert_close(again, value.detach())
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(x, wanted, rtol=4 * eps, atol=eps * float(wanted.abs().max()))


@pytest.mark.parametrize("name", [name for name, x in LOOPS.items() if x._target_coding().name != "real"])
def test_nothing_is_overwritten_before_an_error(name):
    loss = LOOPS[name]
    x, t = batch(loss, torch.float64)
    t[-1] = 7
    before = x.clone()
    with pytest.raises(lm.LossmithError):
        loss(x, t, inplace=True)
    assert torch.equal(x, before)


def test_a_gradient_that_is_handed_over_is_not_copied():
    x = torch.randn(1 << 16)
    prediction = x.requires_grad_() * 1
    value = lm.MSE()(prediction, torch.zeros_like(x))
    place = value.grad_fn.gradient.data_ptr()
    leaf_gradient = torch.autograd.grad(value, prediction)[0]
    assert leaf_gradient.data_ptr() == place
    leaf = x.detach().requires_grad_()
    value = lm.MSE()(leaf, torch.zeros_like(x))
    place = value.grad_fn.gradient.data_ptr()
    value.backward()
    assert leaf.grad.data_ptr() == place


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool], ids=str)
def test_integer_targets_of_any_kind(dtype):
    x = torch.randn(N, dtype=torch.float64)
    agree(both(lm.BinaryCrossEntropy(), x, (torch.arange(N) % 2).to(dtype)), torch.float64)
    if dtype != torch.bool:
        agree(both(lm.CrossEntropy(), torch.randn(N, 3, dtype=torch.float64), (torch.arange(N) % 3).to(dtype)), x.dtype)


def test_a_small_float16_slope_survives_a_scaled_loss():
    """1/n of a slope is 0 in float16 before the scale of the loss lifts it."""
    x = torch.full((1 << 17,), 1e-3, dtype=torch.float16, requires_grad=True)
    (lm.MSE()(x, torch.zeros_like(x)) * 65536.0).backward()
    assert x.grad[0].item() == pytest.approx(2 * 1e-3 / (1 << 17) * 65536, rel=2e-3)


def test_the_words_in_float32_are_exact():
    """Within 2.5 units in the last place of the C library's in float64, over all exponents; NaN and infinity alike."""
    numba = pytest.importorskip("numba")
    from lossmith.kernels.cpu import single

    bits = np.random.default_rng(0).integers(0, 2**32, 200_000, dtype=np.uint64).astype(np.uint32)
    x = np.concatenate([bits.view(np.float32), np.linspace(-110, 90, 100_001, dtype=np.float32)])
    for name, true in {"exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "tanh": np.tanh}.items():
        word = getattr(single, name)

        @numba.njit
        def over(x, out, word=word):
            for i in range(x.size):
                out[i] = word(x[i])

        got = np.empty_like(x)
        over(x, got)
        with np.errstate(all="ignore"):
            wanted = true(x.astype(np.float64))
            rounded = wanted.astype(np.float32)
        assert np.array_equal(np.isnan(got), np.isnan(rounded)), name
        assert np.array_equal(np.isinf(got), np.isinf(rounded)), name
        finite = np.isfinite(rounded)
        units = np.abs(got[finite] - wanted[finite]) / np.spacing(np.abs(rounded[finite])).astype(np.float64)
        assert units.max() < 2.5, name


def test_what_is_negated_when_it_is_read():
    """The imaginary part of a conjugate: its memory holds the opposite."""
    pairs = torch.randn(2000, 2, dtype=torch.complex64, generator=torch.Generator().manual_seed(0)).conj()
    x, t = pairs.imag[:, 0], pairs.imag[:, 1]
    assert x.is_neg()
    leaf = x.clone().requires_grad_()
    for read in (x, x.contiguous(), leaf):
        assert lm.MSE()(read, t).item() == pytest.approx(((x.resolve_neg() - t) ** 2).mean().item(), rel=1e-5)
