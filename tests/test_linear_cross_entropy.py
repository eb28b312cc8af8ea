"""The last layer and the loss in one: the plain two steps' numbers, without their scores."""

import gc

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.func import functional_call, grad, hessian, jvp, vmap
from torch.profiler import ProfilerActivity, profile

import lossmith as lm
from lossmith.errors import DtypeError, LossmithError, ShapeError, TargetError, WeightError
from lossmith.kernels import linear
from lossmith.kernels.cpu.buffers import POOL
from lossmith.last_layer import HELD_BY_A_LOSS

# the others run on tensors: to compile the rows' kernels of each loss takes minutes, and tests/test_kernels.py does
by_kernel = pytest.mark.kernels

N, D, V, IGNORED = 37, 5, 11, -100
ROWWISE = [cls() for cls in lm.ALL if issubclass(cls, lm.Rowwise)]
CONFIGURED = [
    lm.CrossEntropy(label_smoothing=0.1),
    lm.CrossEntropy(z_loss=0.01),
    lm.CrossEntropy(soft_cap=3.0),
    lm.CrossEntropy(logit_adjustment=1.0),
    lm.CrossEntropy(label_smoothing=0.1, z_loss=0.01, soft_cap=3.0, logit_adjustment=0.5),
    lm.Focal(gamma=1.5),
]
CLASS_WEIGHT = torch.linspace(0.5, 2.0, V, dtype=torch.float64)
CLASS_COUNTS = torch.arange(1.0, V + 1, dtype=torch.float64)
SAMPLE_WEIGHT = torch.rand(N, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
SAMPLE_WEIGHT[::7] = 0
MASK = torch.arange(N) % 3 != 0
CALLS = [
    {},
    {"reduction": "sum"},
    {"class_weight": CLASS_WEIGHT},
    {"sample_weight": SAMPLE_WEIGHT},
    {"mask": MASK},
    {"normalizer": 12.5},
    {"normalizer": torch.tensor(12.5)},
    {"sample_weight": SAMPLE_WEIGHT, "mask": MASK, "class_weight": CLASS_WEIGHT},
    {"reduction": "sum", "sample_weight": SAMPLE_WEIGHT, "mask": MASK, "class_weight": CLASS_WEIGHT},
]
each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: "+".join(call) or "nothing said")
ONE_ROW = (8 + 8 * HELD_BY_A_LOSS) * V  # bytes, in float64
each_budget = pytest.mark.parametrize("rows", [1, 2, 9, 1000])


def layer(dtype=torch.float64, shape=(N,), features=D, classes=V, seed=0):
    """Hidden states, a weight and a bias, all leaves."""
    generator = torch.Generator().manual_seed(seed)
    shapes = (*shape, features), (classes, features), (classes,)
    return [torch.randn(s, generator=generator, dtype=torch.float64).to(dtype).requires_grad_() for s in shapes]


def labels(shape=(N,), ignored=False):
    drawn = torch.randint(V, shape, generator=torch.Generator().manual_seed(1))
    return torch.where(torch.arange(drawn.numel()).reshape(shape) % 4 == 1, IGNORED, drawn) if ignored else drawn


def soft(shape=(N,)):
    return torch.randn((*shape, V), generator=torch.Generator().manual_seed(2), dtype=torch.float64).softmax(-1)


def plain(hidden, weight, target, bias=None, *, loss=None, sample_weight=None, **options):
    """The two steps."""
    scores = F.linear(hidden, weight, bias)
    return (loss or lm.CrossEntropy())(scores, target, weight=sample_weight, axis=-1, **options)


def options_of(loss, call):
    counts = {"class_counts": CLASS_COUNTS} if loss._reads_class_counts() else {}
    return {**call, **counts, "loss": loss}


def both(target, factor=1.0, given=None, **options):
    """Value and gradients, ours and those of the two steps."""
    found = []
    budget = options.pop("memory_budget", None)
    for function, more in ((lm.linear_cross_entropy, {"memory_budget": budget}), (plain, {})):
        hidden, weight, bias = given or layer()
        value = function(hidden, weight, target, bias, **options, **more)
        found.append((value.detach(), *torch.autograd.grad((factor * value).sum(), (hidden, weight, bias))))
    return found


def close(ours, theirs, rtol=1e-11, atol=1e-13):
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=rtol, atol=atol)


# The numbers of the two steps -----------------------------------------------------------------------------------------


@each_call
@each_budget
@by_kernel
def test_value_and_gradients(call, rows):
    close(*both(labels(ignored=True), ignore_index=IGNORED, memory_budget=rows * ONE_ROW, **call))


@each_call
@pytest.mark.parametrize("loss", [*ROWWISE, *CONFIGURED], ids=repr)
def test_every_loss_of_one_class_of_several(loss, call):
    target = labels() if loss.traits.target.name != "class rows" else soft()
    close(*both(target, memory_budget=9 * ONE_ROW, **options_of(loss, call)))


@each_call
@pytest.mark.parametrize("loss", [lm.CrossEntropy(), *CONFIGURED[:-1], lm.CategoricalCrossEntropy()], ids=repr)
def test_rows_over_the_classes(loss, call):
    close(*both(soft(), memory_budget=9 * ONE_ROW, **options_of(loss, call)))


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.uint8])
def test_integers_of_any_kind(dtype):
    close(*both(labels().to(dtype)))


@pytest.mark.parametrize("shape", [(), (1,), (4, 6), (2, 3, 5)], ids=str)
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_hidden_of_any_shape(shape, reduction):
    given = layer(shape=shape)
    for target in (labels(shape), soft(shape)):
        ours, theirs = both(target, given=given, reduction=reduction, sample_weight=torch.full(shape, 0.5))
        close(ours, theirs)
        assert ours[0].shape == (shape if reduction == "none" else ())


def test_hidden_that_lies_otherwise():
    hidden, weight, bias = layer(shape=(6, 4))
    given = [hidden.detach().transpose(0, 1).requires_grad_(), weight.detach().t().contiguous().t(), bias]
    given[1].requires_grad_()
    close(*both(labels((4, 6)).t().contiguous().t(), given=given))


def test_without_a_bias():
    hidden, weight, _ = layer()
    for function in (lm.linear_cross_entropy, plain):
        value = function(hidden, weight, labels())
        value.backward()
    torch.testing.assert_close(2 * torch.autograd.grad(plain(hidden, weight, labels()), hidden)[0], hidden.grad)


@pytest.mark.parametrize("factor", [0.0, -3.5])
def test_what_comes_from_above(factor):
    close(*both(labels(), factor=factor))


@each_budget
@by_kernel
@pytest.mark.parametrize("call", [{}, {"sample_weight": SAMPLE_WEIGHT, "mask": MASK, "class_weight": CLASS_WEIGHT}])
def test_elements_with_any_upstream(call, rows):
    upstream = torch.randn(N, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    ours, theirs = both(
        labels(ignored=True),
        factor=upstream,
        reduction="none",
        ignore_index=IGNORED,
        memory_budget=rows * ONE_ROW,
        **call,
    )
    close(ours, theirs)
    assert not ours[0][1::4].any()


def test_value_without_a_gradient():
    hidden, weight, bias = layer()
    wanted = plain(hidden, weight, labels(), bias)
    with torch.no_grad():
        value = lm.linear_cross_entropy(hidden, weight, labels(), bias)
    assert not value.requires_grad
    torch.testing.assert_close(value, wanted.detach())
    with torch.inference_mode():
        torch.testing.assert_close(lm.linear_cross_entropy(hidden, weight, labels(), bias), wanted.detach())


# Nothing to learn from ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("target", [torch.full((N,), IGNORED), torch.zeros(0, dtype=torch.long)], ids=["all", "empty"])
def test_nothing_left_is_0_and_connected(target, reduction):
    hidden, weight, bias = layer(shape=(len(target),))
    value = lm.linear_cross_entropy(hidden, weight, target, bias, reduction=reduction, ignore_index=IGNORED)
    assert not value.any()
    value.sum().backward()
    for leaf in (hidden, weight, bias):
        assert leaf.grad.shape == leaf.shape
        assert not leaf.grad.any()


@by_kernel
def test_rows_that_do_not_count_touch_nothing():
    hidden, weight, bias = layer()
    with torch.no_grad():
        hidden[~MASK] = torch.nan
    value = lm.linear_cross_entropy(hidden, weight, labels(), bias, mask=MASK)
    value.backward()
    assert value.isfinite()
    assert not hidden.grad[~MASK].any()
    assert weight.grad.isfinite().all()


# Products and memory --------------------------------------------------------------------------------------------------


@pytest.fixture
def products(monkeypatch):
    """The shapes of the matrices that are multiplied, one pair a product."""
    seen = []

    def noting(function, first):
        def multiply(*arguments, **options):
            seen.append((*arguments[first].shape, arguments[first + 1].shape[1]))
            return function(*arguments, **options)

        return multiply

    monkeypatch.setattr(torch, "mm", noting(torch.mm, 0))
    monkeypatch.setattr(torch.Tensor, "addmm_", noting(torch.Tensor.addmm_, 1))
    return seen


def test_a_frozen_side_costs_no_product(products):
    for frozen, wanted in ((None, 3), (0, 2), (1, 2), ("both", 1)):
        hidden, weight, _ = layer()
        for number, tensor in enumerate((hidden, weight)):
            tensor.requires_grad_(frozen != "both" and frozen != number)
        products.clear()
        value = lm.linear_cross_entropy(hidden, weight, labels())
        assert len(products) == wanted
        if value.requires_grad:
            value.backward()
        assert len(products) == wanted  # backward hands over


def test_rows_that_do_not_count_cost_no_product(products):
    hidden, weight, _ = layer()
    lm.linear_cross_entropy(hidden, weight, labels(ignored=True), mask=MASK, ignore_index=IGNORED)
    count = int((MASK & (labels(ignored=True) != IGNORED)).sum())
    assert products == [(count, D, V), (count, V, D), (V, count, D)]


@by_kernel
def test_gradients_are_handed_over(monkeypatch):
    made = []
    original = linear._sum_and_gradients

    def watching(*arguments):
        value, gradients = original(*arguments)
        made.extend(g.data_ptr() for g in gradients)
        return value, gradients

    monkeypatch.setattr(linear, "_sum_and_gradients", watching)
    hidden, weight, bias = layer()
    lm.linear_cross_entropy(hidden, weight, labels(), bias).backward()
    assert made == [leaf.grad.data_ptr() for leaf in (hidden, weight, bias)]


@pytest.fixture
def peak(monkeypatch):
    """The most bytes that a function holds at once; what the pool lends comes from torch's allocator for the while."""

    def measured(function):
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
            function()
        held = most = 0
        events = [e for e in record.profiler.kineto_results.events() if e.name() == "[memory]"]
        for event in sorted(events, key=lambda e: e.start_ns()):
            held += event.nbytes()
            most = max(most, held)
        return most

    monkeypatch.setattr(POOL, "empty", lambda shape, dtype: torch.empty(tuple(shape), dtype=dtype))
    return measured


@by_kernel
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("kind", ["labels", "rows", "elements", "value"])
def test_memory_stays_within_the_budget(kind, dtype, peak):
    n, classes, features, budget = 512, 4096, 4, 4 << 20
    hidden, weight, bias = layer(dtype, shape=(n,), features=features, classes=classes)
    target = torch.randint(classes, (n,), generator=torch.Generator().manual_seed(1))
    if kind == "rows":
        target = torch.ones(n, classes) / classes
    mask = torch.arange(n) % 8 != 0

    def run():
        value = lm.linear_cross_entropy(
            hidden,
            weight,
            target,
            bias,
            loss=lm.CrossEntropy(label_smoothing=0.1, z_loss=1e-4, soft_cap=30.0, logit_adjustment=0.5),
            class_weight=torch.ones(classes),
            class_counts=torch.ones(classes),
            sample_weight=torch.ones(n),
            mask=mask,
            reduction="none" if kind == "elements" else "mean",
            memory_budget=budget,
        )
        if kind != "value":
            value.sum().backward()

    run()  # what is made once
    gc.collect()
    hidden.grad = weight.grad = bias.grad = None
    beside = (n * features + classes * (features + 30)) * 8  # gradients and copies of hidden; arrays of the classes
    assert budget / 3 < peak(run) < budget + beside < n * classes * max(dtype.itemsize, 4) + beside


def test_the_least_budget():
    with pytest.raises(LossmithError, match=f"one row of {V} scores takes up to {ONE_ROW}; write at least that"):
        both(labels(), memory_budget=ONE_ROW - 1)
    close(*both(labels(), memory_budget=ONE_ROW))


# Precision ------------------------------------------------------------------------------------------------------------


@by_kernel
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_added_up_in_float32(dtype):
    n = 4096
    hidden, weight, bias = layer(dtype, shape=(n,))
    target = torch.randint(V, (n,), generator=torch.Generator().manual_seed(1))
    # the truth of these very numbers, their scores rounded as the layer rounds them
    exact = [t.detach().double().requires_grad_() for t in (hidden, weight, bias)]
    scores = F.linear(exact[0], exact[1], exact[2])
    rounded = scores + (F.linear(hidden, weight, bias).double() - scores).detach()
    wanted = torch.autograd.grad(lm.CrossEntropy()(rounded, target), exact)

    value = lm.linear_cross_entropy(hidden, weight, target, bias, memory_budget=64 * ONE_ROW)
    found = torch.autograd.grad(value, (hidden, weight, bias))
    assert value.dtype == torch.float32
    assert [g.dtype for g in found] == [dtype] * 3
    finest = torch.finfo(dtype).eps
    for ours, truth in zip(found[1:], wanted[1:], strict=True):
        assert ((ours.double() - truth).abs() <= 0.51 * finest * truth.abs() + 1e-6 * truth.abs().max()).all()
    assert (found[0].double() - wanted[0]).abs().max() <= 2 * finest * wanted[0].abs().max()

    naive = torch.zeros_like(weight)  # a sum over as many chunks, kept in half precision
    for rows in torch.arange(n).split(64):
        part = lm.CrossEntropy()(F.linear(hidden[rows], weight, bias), target[rows], normalizer=n)
        naive += torch.autograd.grad(part, weight)[0]
    assert (naive.double() - wanted[1]).abs().max() > 4 * (found[1].double() - wanted[1]).abs().max()


def test_slopes_of_half_precision_where_products_are_not_widened(monkeypatch):
    """As on a GPU, where half precision is multiplied and sums over chunks are kept in float32."""
    monkeypatch.setattr(linear, "_stored_in", lambda dtype, device: dtype)
    given = layer(torch.bfloat16)
    ours, theirs = both(labels(), given=given, memory_budget=9 * ONE_ROW)
    close(ours, theirs, rtol=0.05, atol=2e-3)


def test_small_slopes_survive_float16():
    hidden, weight, _ = layer(torch.float16, shape=(1000,))
    target = torch.zeros(1000, dtype=torch.long)
    value = lm.linear_cross_entropy(hidden, weight, target, normalizer=1e9)
    found = torch.autograd.grad(value * 2.0**24, weight)[0]  # as a GradScaler has it
    wanted = torch.autograd.grad(lm.linear_cross_entropy(hidden, weight, target), weight)[0]
    torch.testing.assert_close(found.double(), wanted.double() * 1000 / 1e9 * 2.0**24, rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_autocast(reduction):
    hidden, weight, bias = layer(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = lm.linear_cross_entropy(hidden, weight, labels(), bias, reduction=reduction)
        wanted = plain(hidden, weight, labels(), bias, reduction=reduction)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, wanted, rtol=1e-5, atol=1e-6)  # the scores are those of bfloat16
    for ours, theirs in zip(
        torch.autograd.grad(value.sum(), (hidden, weight, bias)),
        torch.autograd.grad(wanted.sum(), (hidden, weight, bias)),
        strict=True,
    ):
        assert ours.dtype == torch.float32
        torch.testing.assert_close(ours, theirs, rtol=0.05, atol=0.02)


# Every way to differentiate -------------------------------------------------------------------------------------------


@by_kernel
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_backward_twice(reduction):
    hidden, weight, bias = layer()
    value = lm.linear_cross_entropy(hidden, weight, labels(), bias, reduction=reduction).sum()
    first = torch.autograd.grad(value, (hidden, weight, bias), retain_graph=True)
    kept = [g.clone() for g in first]
    for g in first:
        g.zero_()  # it is the caller's own
    close(torch.autograd.grad(2 * value, (hidden, weight, bias)), [2 * g for g in kept])


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("target", [labels((7,)), soft((7,))], ids=["labels", "rows"])
def test_second_derivatives(reduction, target):
    def of(*given):
        options = {"mask": MASK[:7], "class_weight": CLASS_WEIGHT, "reduction": reduction, "memory_budget": 3 * ONE_ROW}
        return lm.linear_cross_entropy(
            given[0], given[1], target, given[2], loss=lm.CrossEntropy(z_loss=0.1), **options
        )

    assert torch.autograd.gradcheck(of, layer(shape=(7,), features=3))
    assert torch.autograd.gradgradcheck(of, layer(shape=(7,), features=3))


def test_gradients_of_some():
    hidden, weight, bias = layer()
    value = lm.linear_cross_entropy(hidden, weight, labels(), bias)
    wanted = torch.autograd.grad(plain(hidden, weight, labels(), bias), (weight,))
    close(torch.autograd.grad(value, (weight,)), wanted)


def test_a_weight_that_is_changed_before_backward_is_an_error():
    hidden, weight, bias = layer()
    value = lm.linear_cross_entropy(hidden, weight, labels(), bias)
    with torch.no_grad():
        weight.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


def test_torch_func():
    hidden, weight, bias = layer()
    target = labels()

    def ours(h, w, t=target):
        return lm.linear_cross_entropy(h, w, t, bias)

    def theirs(h, w, t=target):
        return plain(h, w, t, bias)

    close(grad(ours, argnums=(0, 1))(hidden, weight), grad(theirs, argnums=(0, 1))(hidden, weight))
    per_sample = (grad(f, argnums=1) for f in (ours, theirs))
    close(*([vmap(g, (0, None, 0))(hidden.unsqueeze(1), weight, target.unsqueeze(1))] for g in per_sample))
    tangents = (torch.ones_like(hidden), torch.ones_like(weight))
    close(*(jvp(f, (hidden, weight), tangents) for f in (ours, theirs)))
    close(*([hessian(f)(hidden, weight)] for f in (ours, theirs)))


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = torch.nn.Linear(D, D), torch.nn.Linear(D, V)

    def forward(self, x, target):
        return lm.linear_cross_entropy(self.body(x).tanh(), self.head.weight, target, self.head.bias, ignore_index=3)


def test_compiled_without_a_graph_break():
    torch.manual_seed(0)
    model, x = Model(), torch.randn(N, D)
    value = model(x, labels())
    value.backward()
    wanted = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")(x, labels())
    compiled.backward()
    torch.testing.assert_close(compiled, value)
    torch.testing.assert_close({name: p.grad for name, p in model.named_parameters()}, wanted, rtol=1e-5, atol=1e-6)


def test_exported():
    torch.manual_seed(0)
    model, x = Model(), torch.randn(N, D)
    exported = torch.export.export(model, (x, labels()))
    torch.testing.assert_close(exported.module()(x, labels()), model(x, labels()))


def test_checkpointed_and_called_functionally():
    torch.manual_seed(0)
    model, x = Model(), torch.randn(N, D, requires_grad=True)
    wanted = torch.autograd.grad(model(x, labels()), x)
    again = torch.utils.checkpoint.checkpoint(model, x, labels(), use_reentrant=False)
    torch.testing.assert_close(torch.autograd.grad(again, x), wanted)
    torch.testing.assert_close(
        functional_call(model, dict(model.named_parameters()), (x, labels())), model(x, labels())
    )


@pytest.mark.parametrize("learned", ["target", "sample_weight"])
def test_what_else_wants_a_gradient(learned):
    hidden, weight, _ = layer()
    given = {"target": soft(), "sample_weight": SAMPLE_WEIGHT.clone()}
    leaf = given[learned] = given[learned].clone().requires_grad_()
    target = given.pop("target")
    found = [torch.autograd.grad(f(hidden, weight, target, **given), leaf) for f in (lm.linear_cross_entropy, plain)]
    close(*found)


# Wrong use ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"weight": torch.zeros(D, V)}, ShapeError, r"hidden has shape \(37, 5\), weight \(5, 11\).*weight\.t\(\)"),
        ({"weight": torch.zeros(V, D + 1)}, ShapeError, r"\(37, 5\), weight \(11, 6\)"),
        ({"hidden": torch.zeros(())}, ShapeError, r"hidden has shape \(\)"),
        ({"bias": torch.zeros(V, 1)}, ShapeError, r"bias \(11, 1\); a number for each class"),
        ({"target": torch.zeros(N, 1, dtype=torch.long)}, ShapeError, r"target \(37, 1\).*write target\.flatten\(\)"),
        ({"target": torch.zeros(N - 1, dtype=torch.long)}, ShapeError, r"target \(36,\); expected are \(37,\)"),
        ({"target": torch.zeros(N)}, DtypeError, "write target.long"),
        ({"target": torch.full((N,), V)}, TargetError, "no class index from 0 to 10"),
        ({"target": torch.full((N,), -100)}, TargetError, "write ignore_index=-100"),
        ({"target": torch.ones(N, V)}, TargetError, "sum"),
        ({"target": soft(), "ignore_index": 0}, TargetError, "write mask="),
        ({"target": [0] * N}, LossmithError, r"target is a list.*torch\.as_tensor\(target\)"),
        ({"hidden": np.zeros((N, D))}, LossmithError, "hidden is a ndarray"),
        ({"hidden": torch.zeros(N, D).long()}, DtypeError, "floating-point"),
        ({"weight": torch.zeros(V, D).half()}, DtypeError, r"weight torch\.float16.*torch\.autocast"),
        ({"loss": lm.MSE()}, LossmithError, "one class of several"),
        ({"loss": lm.CrossEntropy}, LossmithError, "one class of several"),
        ({"loss": lm.CrossEntropy(logit_adjustment=1.0)}, LossmithError, "class_counts="),
        ({"loss": lm.Focal(), "target": soft()}, TargetError, "expects class indices"),
        ({"sample_weight": torch.ones(N, 1)}, ShapeError, r"sample_weight has shape \(37, 1\)"),
        ({"sample_weight": -torch.ones(N)}, WeightError, "sample_weight must be finite"),
        ({"mask": torch.ones(N)}, WeightError, "sample_weight="),
        ({"class_weight": torch.ones(V + 1)}, WeightError, "there are 11 classes"),
        ({"reduction": "average"}, LossmithError, "write 'mean'"),
        ({"reduction": "sum", "normalizer": 3.0}, WeightError, "normalizer"),
        ({"normalizer": 0.0}, WeightError, "positive"),
        ({"ignore_index": 1.5}, LossmithError, "an integer is expected"),
        ({"memory_budget": 10}, LossmithError, "write at least that"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_wrong_use_says_what_to_write(change, error, message):
    call = {"hidden": torch.zeros(N, D), "weight": torch.zeros(V, D), "target": labels(), **change}
    with pytest.raises(error, match=message):
        lm.linear_cross_entropy(**call)
