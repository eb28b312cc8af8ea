"""CTC: against the sum over all alignments, against torch, and where torch gives nonsense without a word."""

import itertools
import math

import numpy as np
import pytest
import torch
from mpmath import mp, mpf
from torch.nn import functional as F

import lossmith as lm
from catalogue.sequence import spelled
from lossmith.errors import DtypeError, LossmithError, ParameterError, PredictionError, ShapeError, TargetError
from wrong_use import check_message

CTC, ABSENT = lm.CTC(), lm.CTC(impossible="absent")
INF, NAN = math.inf, math.nan
each_dtype = pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)


def scores(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def brute_force(p, wanted, blank):
    """Σ over all paths that spell the labels, and the share of it that visits each class in each frame."""
    frames, classes = len(p), len(p[0])
    total, visits = mpf(0), [[mpf(0)] * classes for _ in p]
    for path in itertools.product(range(classes), repeat=frames):
        if spelled(path, blank) == wanted:
            share = mp.fprod(p[i][c] for i, c in enumerate(path))
            total += share
            for i, c in enumerate(path):
                visits[i][c] += share
    return total, visits


@each_dtype
@pytest.mark.parametrize("blank", [0, 2])
@pytest.mark.parametrize("frames", [1, 2, 4])
def test_the_sum_over_all_alignments(frames, blank, dtype):
    labels = [c for c in range(3) if c != blank]
    sequences = [list(s) for n in range(4) for s in itertools.product(labels, repeat=n)]
    target = torch.tensor([s + [-1] * (3 - len(s)) for s in sequences])
    x = scores(len(sequences), frames, 3, dtype=dtype)
    value, slope = lm.CTC(blank=blank).value_and_gradient(x, target)
    tolerance = {"rtol": 1e-12, "atol": 1e-13} if dtype == torch.float64 else {"rtol": 1e-5, "atol": 1e-6}
    for i, wanted in enumerate(sequences):
        p = [[mpf(v) for v in row] for row in x[i].double().softmax(-1).tolist()]
        total, visits = brute_force(p, wanted, blank)
        if total == 0:
            assert value[i] == INF
            assert not slope[i].any()
            continue
        assert value[i].item() == pytest.approx(float(-mp.log(total)), rel=tolerance["rtol"], abs=tolerance["atol"])
        by_score = [[float(a - v / total) for a, v in zip(*rows, strict=True)] for rows in zip(p, visits, strict=True)]
        torch.testing.assert_close(slope[i].double(), torch.tensor(by_score, dtype=torch.float64), **tolerance)


def batch(n=5, frames=12, classes=6, most=4, seed=0):
    random = torch.Generator().manual_seed(seed)
    x = torch.randn(n, frames, classes, generator=random, dtype=torch.float64)
    counts = torch.randint(0, most + 1, (n,), generator=random)
    target = torch.randint(1, classes, (n, most), generator=random)
    target = torch.where(torch.arange(most) < counts[:, None], target, -1)
    return x, target, counts, torch.randint(2 * most + 1, frames + 1, (n,), generator=random)


def test_as_in_torch():
    x, target, counts, lengths = batch()
    a, b = (x.clone().requires_grad_() for _ in range(2))
    ours = CTC(a, target, lengths=lengths, reduction="none")
    theirs = F.ctc_loss(b.log_softmax(-1).transpose(0, 1), target.clamp(min=0), lengths, counts, reduction="none")
    torch.testing.assert_close(ours, theirs)
    upstream = torch.linspace(-1, 2, 5, dtype=torch.float64)
    ours.backward(upstream)
    theirs.backward(upstream)
    torch.testing.assert_close(a.grad, b.grad)


def test_torchs_mean_divides_by_the_labels_too():
    x, target, counts, lengths = batch()
    log_p, labels = x.log_softmax(-1).transpose(0, 1), target.clamp(min=0)
    each = counts.clamp(min=1)
    ours = CTC(x, target, lengths=lengths, weight=1 / each, normalizer=len(x))
    torch.testing.assert_close(ours, F.ctc_loss(log_p, labels, lengths, counts))
    torch.testing.assert_close(
        CTC(x, target, lengths=lengths), CTC(x, target, lengths=lengths, reduction="none").mean()
    )


def test_a_gradient_is_by_what_was_passed():
    """pytorch #82545: torch's slope by log-probabilities is that by the scores of a softmax."""
    x, target, _, lengths = batch()
    log_p = x.log_softmax(-1)
    options = {"given": "log_probabilities", "lengths": lengths}
    torch.testing.assert_close(CTC(log_p, target, **options), CTC(x, target, lengths=lengths))
    # no softmax in between: by the definition, the share of the alignments that visit a class is −slope, 1 a frame
    slope = CTC.gradient(log_p, target, **options)
    held = (torch.arange(12) < lengths[:, None]).double()
    torch.testing.assert_close(-slope.sum(-1), held)
    torch.testing.assert_close(log_p.exp() * held[..., None] + slope, CTC.gradient(x, target, lengths=lengths))
    small = log_p[:2, :5].clone().requires_grad_()
    f = lambda v: CTC(v, target[:2, :2], given="log_probabilities", reduction="none")  # noqa: E731
    with torch.no_grad():
        step = 1e-6 * scores(2, 5, 6, seed=3) * (1 - torch.eye(6, dtype=torch.float64)[0])
        step = step - (step * small.exp()).sum(-1, keepdim=True)  # rows that go on to sum to 1
        change = (f(small + step) - f(small - step)) / 2
    (slope,) = torch.autograd.grad(f(small).sum(), small)
    torch.testing.assert_close((slope * step).sum((1, 2)), change, rtol=1e-4, atol=1e-13)


def test_single_precision_is_exact_over_many_frames():
    """torch's slopes in float32 are off by 0.001 after 400 frames."""
    x, target, _, lengths = batch(n=3, frames=300, classes=30, most=40)
    wanted = CTC.gradient(x.float().double(), target, lengths=lengths)
    torch.testing.assert_close(CTC.gradient(x.float(), target, lengths=lengths).double(), wanted, atol=2e-6, rtol=1e-5)


def test_torchs_kernel_and_the_recursion_are_one():
    x, target, _, lengths = batch(n=4, frames=30, most=6)
    each = CTC(x, target, lengths=lengths, reduction="none")
    f = torch.func.vmap(lambda v, t, n: CTC(v[None], t[None], lengths=n[None]))
    torch.testing.assert_close(f(x, target, lengths), each, rtol=1e-14, atol=0)
    slopes = torch.func.grad(lambda v: f(v, target, lengths).sum())(x)
    torch.testing.assert_close(slopes, CTC.gradient(x, target, lengths=lengths), rtol=1e-12, atol=1e-14)


@each_dtype
def test_second_derivatives_are_right(dtype):
    """pytorch #70108: torch has none."""
    x, target, _, _ = batch(n=2, frames=5, classes=3, most=2)
    target = target.clamp(max=2)
    x = x.to(dtype).requires_grad_()
    (slope,) = torch.autograd.grad(CTC(x, target, reduction="sum"), x, create_graph=True)
    torch.testing.assert_close(slope, CTC.gradient(x.detach(), target))
    direction = scores(*x.shape, seed=5, dtype=dtype)
    (bend,) = torch.autograd.grad((slope * direction).sum(), x)
    step = 1e-5
    double, along = x.detach().double(), step * direction.double()
    wanted = (CTC.gradient(double + along, target) - CTC.gradient(double - along, target)) / (2 * step)
    torch.testing.assert_close(bend.double(), wanted, atol=1e-5, rtol=1e-4)


# What cannot be, and what is not there --------------------------------------------------------------------------------


@pytest.mark.parametrize("sequence", [[1, 2, 1, 2], [1, 1, 2, -1]], ids=["too long", "a repeat needs a blank"])
def test_a_target_that_its_frames_cannot_spell(sequence):
    x = scores(2, 3, 4).requires_grad_()
    target = torch.tensor([sequence, [1, 2, -1, -1]])
    assert CTC(x, target, reduction="none").tolist() == [INF, CTC(x[1:], target[1:]).item()]
    CTC(x, target).backward()
    assert not x.grad[0].any()
    assert x.grad[1].all()
    with torch.no_grad():  # absent means that the mean does not know it
        assert ABSENT(x, target) == CTC(x[1:], target[1:])
        assert ABSENT(x, target, reduction="none")[0] == 0
        assert ABSENT(x[:1], target[:1]) == 0
    second = torch.func.hessian(lambda v: CTC(v, target, reduction="sum"))(x.detach())
    assert not second[0].any()
    assert not second.isnan().any()


def test_what_is_possible_is_counted_to_the_frame():
    x = scores(1, 5, 3)
    target = torch.tensor([[1, 1, 2]])  # four frames: a blank between the ones
    for length in range(6):
        assert CTC(x, target, lengths=[length]).isinf() == (length < 4)
        assert (ABSENT(x, target, lengths=[length]) == 0) == (length < 4)
    assert CTC(x, torch.tensor([[-1, -1, -1]]), lengths=[0]) == 0
    assert CTC(x, torch.tensor([[1, -1, -1]]), lengths=[0]) == INF


@pytest.mark.parametrize("garbage", [NAN, INF, -INF, 1e30])
def test_frames_beyond_the_length_may_hold_anything(garbage):
    x, target, _, _ = batch()
    lengths = torch.tensor([9, 12, 10, 9, 11])
    clean = CTC(x, target, lengths=lengths)
    beyond = torch.arange(12) >= lengths[:, None]
    x[beyond] = garbage
    x.requires_grad_()
    value = CTC(x, target, lengths=lengths)
    value.backward()
    assert value.item() == clean.item()
    assert not x.grad[beyond].any()
    assert x.grad[~beyond].isfinite().all()
    assert CTC(x.detach(), target, lengths=lengths, mask=torch.arange(5) > 0).isfinite()


def test_padding():
    x, target, _, lengths = batch()
    wanted = CTC(x, target, lengths=lengths)
    for padding in (0, -100, 77):
        padded = torch.where(target == -1, padding, target)
        for dtype in (torch.int64, torch.int32, torch.int16):
            assert CTC(x, padded.to(dtype), lengths=lengths, ignore_index=padding) == wanted
    wider = torch.cat([target, torch.full((5, 3), -1)], 1)
    assert CTC(x, wider, lengths=lengths) == wanted
    assert CTC(x.numpy(), target.tolist(), lengths=lengths.tolist()) == wanted.item()


def test_an_empty_target_is_blanks_alone():
    x = scores(2, 4, 3)
    wanted = -x.log_softmax(-1)[..., 0].sum(-1)
    for target in (torch.full((2, 3), -1), torch.zeros((2, 0), dtype=torch.long)):
        torch.testing.assert_close(CTC(x, target, reduction="none"), wanted)


def test_infinite_scores_are_classes_that_cannot_be():
    x, target = scores(1, 4, 3).requires_grad_(), torch.tensor([[1]])
    masked = torch.where(torch.tensor([False, False, True]), -INF, x)
    value = CTC(masked, target)
    value.backward()
    torch.testing.assert_close(value, CTC(x[..., :2], target))
    assert x.grad[..., :2].isfinite().all()
    never = torch.where(torch.tensor([False, True, False]), -INF, x.detach()).requires_grad_()
    value = CTC(never, target)
    value.backward()
    assert value == INF
    assert not never.grad.any()


@pytest.mark.parametrize("size", [1e4, 1e9, 1e30])
def test_enormous_scores_in_float32(size):
    """Frames that contradict the target for certain: the value is their distance, no slope is NaN or wild."""
    x = size * torch.tensor([[[0.0, 1, 0], [0, 0, 1], [1, 0, 0]], [[1.0, 0, 0], [1, 0, 0], [1, 0, 0]]])
    target = torch.tensor([[1, 2], [1, 2]])
    value, slope = CTC.value_and_gradient(x, target)
    assert value[0] == 0
    assert value[1].item() == pytest.approx(2 * size - math.log(3), rel=1e-6)  # three alignments cost the same
    assert slope.isfinite().all()
    assert slope.abs().max() <= 1
    assert not slope[0].any()
    torch.testing.assert_close(slope.sum(-1), torch.zeros(2, 3), atol=1e-6, rtol=0)


def test_a_nan_in_a_class_that_no_alignment_visits():
    log_p = scores(2, 4, 5).log_softmax(-1)
    log_p[0, 2, 4] = NAN
    value, slope = CTC.value_and_gradient(log_p, torch.tensor([[1], [1]]), given="log_probabilities")
    assert value.isnan().tolist() == [True, False]
    assert slope[0].isnan().all()
    assert not slope[1].isnan().any()


# Transforms, compilers, modules ---------------------------------------------------------------------------------------


def test_labels_out_of_range_are_nan_where_python_cannot_look():
    x = scores(3, 4, 3)
    target = torch.tensor([[1, 2], [3, -1], [0, 1]])
    each = torch.func.vmap(lambda a, t: CTC(a[None], t[None]))(x, target)
    assert each.isnan().tolist() == [False, True, True]


def test_compiled_with_lengths():
    torch._dynamo.reset()
    x, target, _, lengths = batch(n=2, frames=9, most=3)
    compiled = torch.compile(CTC, fullgraph=True, backend="aot_eager")
    a, b = (x.clone().requires_grad_() for _ in range(2))
    got, wanted = compiled(a, target, lengths=lengths), CTC(b, target, lengths=lengths)
    got.backward()
    wanted.backward()
    torch.testing.assert_close(got, wanted)
    torch.testing.assert_close(a.grad, b.grad)


def test_a_criterion_takes_lengths():
    x, target, _, lengths = batch()
    criterion = lm.Criterion(CTC, ignore_index=-1)
    assert criterion(x, target, lengths=lengths) == CTC(x, target, lengths=lengths)


def test_weights_and_masks_are_of_samples():
    x, target, _, lengths = batch()
    each = CTC(x, target, lengths=lengths, reduction="none")
    weight = torch.tensor([1.0, 0.0, 2.0, 0.5, 3.0], dtype=torch.float64)
    torch.testing.assert_close(CTC(x, target, lengths=lengths, weight=weight), (weight * each).sum() / weight.sum())
    torch.testing.assert_close(CTC(x, target, lengths=lengths, mask=weight > 1), each[weight > 1].mean())


# Wrong use ------------------------------------------------------------------------------------------------------------

X, T = torch.zeros(2, 4, 3), torch.tensor([[1, 2], [2, -1]])
WRONG = {
    "torch's layout": (
        lambda: CTC(X.transpose(0, 1), T),
        ShapeError,
        ["(4, 2, 3)", "(2, 2)", "(N, T, C)", "prediction.transpose(0, 1)"],
    ),
    "concatenated targets": (lambda: CTC(X, torch.tensor([1, 2, 2])), ShapeError, ["(3,)", "pad_sequence", "-1"]),
    "a single sample": (lambda: CTC(X[0], T[0]), ShapeError, ["(4, 3)", "unsqueeze(0)"]),
    "the blank among the labels": (
        lambda: CTC(X, torch.tensor([[1, 0], [2, 0]])),
        TargetError,
        ["2 labels are the blank", "first 0", "blank="],
    ),
    "a class that is not there": (lambda: CTC(X, torch.tensor([[1, 3], [2, -1]])), TargetError, ["first 3", "0 to 2"]),
    "padded with -100": (
        lambda: CTC(X, torch.tensor([[1, 2], [2, -100]])),
        TargetError,
        ["first -100", "padded with -1", "ignore_index="],
    ),
    "padded in front": (
        lambda: CTC(X, torch.tensor([[-1, 2], [2, 1]])),
        TargetError,
        ["1 labels come after the padding", "end"],
    ),
    "float labels": (lambda: CTC(X, T.float()), DtypeError, ["torch.float32", "target.long()"]),
    "a blank that is no class": (lambda: lm.CTC(blank=3)(X, T), ParameterError, ["blank=3", "0 to 2"]),
    "a negative blank": (lambda: lm.CTC(blank=-1), ParameterError, ["blank=-1", "0 or more"]),
    "too many frames": (lambda: CTC(X, T, lengths=[4, 5]), LossmithError, ["lengths", "0 to 4", "first 5"]),
    "a length too few": (lambda: CTC(X, T, lengths=[4]), ShapeError, ["lengths has shape (1,)", "(2,)"]),
    "lengths as shares": (lambda: CTC(X, T, lengths=[1.0, 0.5]), ShapeError, ["float64", "whole numbers"]),
    "lengths of no sequence": (lambda: lm.MSE()(X, X, lengths=[4, 4]), LossmithError, ["MSE", "lengths=", "mask="]),
    "probabilities": (lambda: CTC(X, T, given="probabilities"), PredictionError, ["given='log_probabilities'"]),
    "scores as log-probabilities": (
        lambda: CTC(X + 1, T, given="log_probabilities"),
        PredictionError,
        ["log_probabilities", "leave given= out"],
    ),
    "weights of classes": (lambda: CTC(X, T, class_weight=torch.ones(3)), LossmithError, ["CTC", "class_weight="]),
    "a best constant": (lambda: CTC.best_constant(T), LossmithError, ["no best constant"]),
    "what to do with the impossible": (lambda: lm.CTC(impossible="zero"), ParameterError, ["'infinite', 'absent'"]),
}


@pytest.mark.parametrize(("call", "error", "parts"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_an_error_that_says_what_to_write(call, error, parts):
    check_message(call, error, parts)


def test_raw_scores_are_no_log_probabilities_and_so_no_loss_is_below_0():
    """torch takes raw scores for log-probabilities and gives −13 without a word."""
    x = 5 + scores(2, 4, 3).abs()
    assert F.ctc_loss(x.transpose(0, 1), T.clamp(min=0), torch.tensor([4, 4]), torch.tensor([2, 1])) < 0
    assert CTC(x, T) > 0
    with pytest.raises(PredictionError):
        CTC(x, T, given="log_probabilities")


def test_arrays_in_arrays_out():
    value = CTC(X.numpy(), T.numpy(), lengths=np.array([4, 3]), reduction="none")
    assert isinstance(value, np.ndarray)
    assert value.dtype == np.float32
