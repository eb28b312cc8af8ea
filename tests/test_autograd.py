"""Every way that torch has to differentiate, of every loss: they agree, or refuse; and the graph is as it should be."""

import dataclasses
import math
import warnings

import pytest
import torch

import lossmith as lm
from batches import CATALOGUE, OF_NUMBERS, USERS, SoftDice, draw, holds_something
from lossmith.errors import SecondDerivativeError
from lossmith.tracing import _trace

LOSSES = (*CATALOGUE, *USERS)
each_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)
# A compiler sees the family and the words' own operations: two formulas of each family, every function of torch.
FAMILIES = {family: [x for x in LOSSES if family in type(x).__mro__] for family in (lm.Residual, lm.Margin, lm.Paired)}
FAMILIES |= {f: [x for x in LOSSES if f in type(x).__mro__] for f in (lm.Likelihood, lm.Rowwise, lm.Divergence)}
OF_FORMULAS = [x for members in FAMILIES.values() for x in (members[0], members[-1])]
KINDS = [*OF_FORMULAS, *(x for x in LOSSES if isinstance(x, lm.Axiswise | lm.Setwise)), *USERS]
each_kind = pytest.mark.parametrize("loss", list(dict.fromkeys(KINDS)), ids=repr)
# whose slope is that of their value
DIFFERENTIATED = [x for x in LOSSES if not holds_something(x)]


def loss_of(loss, target, **options):
    return lambda x: loss(x, target, **options)


def backward(loss, x, target, **options):
    leaf = x.detach().clone().requires_grad_()
    loss(leaf, target, **options).backward()
    return leaf.grad


# Derivatives against finite differences -------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", DIFFERENTIATED, ids=repr)
def test_gradcheck_and_gradgradcheck(loss):
    x, t = draw(loss, n=3)
    f = loss_of(loss, t, reduction="none")
    assert torch.autograd.gradcheck(f, x.requires_grad_(), check_forward_ad=True)
    assert torch.autograd.gradgradcheck(f, x)


@pytest.mark.parametrize("loss", DIFFERENTIATED, ids=repr)
def test_gradcheck_of_a_weighted_and_masked_mean(loss):
    x, t = draw(loss, n=5)
    f = loss_of(loss, t, weight=torch.tensor([1.0, 0.0, 2.0, 0.5, 1.0]), mask=torch.arange(5) != 4)
    assert torch.autograd.gradcheck(f, x.requires_grad_())
    assert not backward(loss, x, t, mask=torch.arange(5) != 4)[4].any()


@pytest.mark.parametrize("given", ["probabilities", "log_probabilities"])
@pytest.mark.parametrize(
    "loss",
    [lm.BinaryCrossEntropy(), lm.CrossEntropy(), lm.KLDivergence(), lm.KLDivergence(direction="reverse")],
    ids=repr,
)
def test_gradcheck_of_what_is_given(loss, given):
    x, t = draw(loss, n=3)
    p = x.sigmoid() if isinstance(loss, lm.BinaryCrossEntropy) else x.softmax(-1)
    p = (p if given == "probabilities" else p.log()).requires_grad_()
    f = loss_of(loss, t, given=given, reduction="none")
    assert torch.autograd.gradcheck(f, p)
    assert torch.autograd.gradgradcheck(f, p)


@pytest.mark.parametrize(
    "loss",
    [x for x in DIFFERENTIATED if draw(x)[1].is_floating_point() and x._target_coding().name != "sign"],
    ids=repr,
)
def test_gradcheck_by_the_target(loss):
    x, t = draw(loss, n=3)
    t = t.double() if not isinstance(loss, SoftDice) else t.double().clamp(0.1, 0.9)
    # so that a step leaves it a label, and off a count of 0
    inward = {"binary": (0.9, 0.05), "multi-label": (0.9, 0.05), "count": (1, 0.5)}
    scale, shift = inward.get(loss._target_coding().name, (1, 0))
    t = (scale * t + shift).requires_grad_()
    x.requires_grad_()
    f = lambda a, b: loss(a, b, reduction="none")  # noqa: E731
    assert torch.autograd.gradcheck(f, (x, t))
    assert torch.autograd.gradgradcheck(f, (x, t))


@each_loss
def test_gradcheck_by_the_weight(loss):
    x, t = draw(loss)
    w = torch.linspace(0.5, 2.0, len(x), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda v: loss(x, t, weight=v), w)


# torch.func -----------------------------------------------------------------------------------------------------------


@each_loss
def test_transforms_agree_with_backward(loss):
    x, t = draw(loss)
    f = loss_of(loss, t)
    slope = backward(loss, x, t)
    torch.testing.assert_close(torch.func.grad(f)(x), slope)
    torch.testing.assert_close(torch.func.jacrev(f)(x), slope)
    torch.testing.assert_close(torch.func.jacfwd(f)(x), slope)
    direction = torch.linspace(-1, 1, x.numel(), dtype=x.dtype).reshape(x.shape)
    value, tangent = torch.func.jvp(f, (x,), (direction,))
    torch.testing.assert_close(value, f(x))
    torch.testing.assert_close(tangent, (slope * direction).sum())


@each_loss
def test_hessian_agrees_with_double_backward_and_with_curvature(loss):
    x, t = draw(loss, n=3)

    def f(x):
        return loss(x, t, reduction="none").sum()

    wanted = torch.autograd.functional.hessian(f, x)
    torch.testing.assert_close(torch.func.hessian(f)(x), wanted)
    torch.testing.assert_close(torch.func.jacrev(torch.func.grad(f))(x), wanted)
    if isinstance(loss, lm.Setwise):
        with pytest.raises(SecondDerivativeError, match=r"torch\.func\.hessian"):
            loss.curvature(x, t)
    else:
        diagonal = wanted.reshape(x.numel(), x.numel()).diagonal().reshape(x.shape)
        torch.testing.assert_close(loss.curvature(x, t), diagonal)


@each_loss
def test_vmap_is_a_loop(loss):
    x, t = draw(loss, n=6)
    batches = [v.reshape(3, 2, *v.shape[1:]) for v in (x, t)]
    looped = torch.stack([loss(a, b) for a, b in zip(*batches, strict=True)])
    torch.testing.assert_close(torch.func.vmap(loss)(*batches), looped)
    slopes = torch.func.vmap(torch.func.grad(loss))(*batches)
    torch.testing.assert_close(slopes, torch.stack([backward(loss, a, b) for a, b in zip(*batches, strict=True)]))


@each_loss
def test_vectorised_jacobians(loss):
    x, t = draw(loss)
    f = loss_of(loss, t, reduction="none")
    wanted = torch.autograd.functional.jacobian(f, x)
    torch.testing.assert_close(torch.autograd.functional.jacobian(f, x, vectorize=True), wanted)


@each_loss
def test_per_sample_gradients_of_a_model(loss):
    x, t = draw(loss, n=4)
    features = torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(4, 3)
    matrix = torch.linspace(-0.5, 0.7, 3 * math.prod(x.shape[1:]), dtype=torch.float64)

    def of_one(m, row, target):
        score = torch.tensordot(row, m.reshape(3, *x.shape[1:]), dims=1)
        return loss(score.unsqueeze(0), target.unsqueeze(0))

    each = torch.func.vmap(torch.func.grad(of_one), in_dims=(None, 0, 0))(matrix, features, t)
    whole = torch.func.grad(lambda m: sum(of_one(m, r, u) for r, u in zip(features, t, strict=True)))(matrix)
    torch.testing.assert_close(each.sum(0), whole)


# Compiling and exporting ----------------------------------------------------------------------------------------------


@each_kind
def test_compiled_from_a_cold_start(loss):
    """Nothing was traced before: the compiler must find the formula without watching SymPy make it."""
    torch._dynamo.reset()
    _trace.cache_clear()
    cold = dataclasses.replace(loss)
    x, t = draw(loss)
    a, b = (x.clone().requires_grad_() for _ in range(2))
    compiled = torch.compile(cold, fullgraph=True, backend="aot_eager")
    value = compiled(a, t)
    value.backward()
    wanted = loss(b, t)
    wanted.backward()
    torch.testing.assert_close(value, wanted, rtol=1e-14, atol=0)
    torch.testing.assert_close(a.grad, b.grad, rtol=1e-14, atol=0)


@each_kind
def test_exported_criterion(loss):
    x, t = draw(loss)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of its export
        program = torch.export.export(lm.Criterion(loss), (x, t))
    torch.testing.assert_close(program.module()(x, t), loss(x, t))


def test_compiled_with_everything_a_call_can_say():
    torch._dynamo.reset()
    x, t = draw(lm.CrossEntropy(), n=8)
    t[2] = -100
    options = {
        "weight": torch.linspace(0, 1, 8, dtype=torch.float64),
        "mask": torch.arange(8) != 5,
        "class_weight": torch.tensor([1.0, 0.5, 2.0, 0.0], dtype=torch.float64),
        "ignore_index": -100,
        "normalizer": torch.tensor(5.0, dtype=torch.float64),
    }
    loss = lm.CrossEntropy(label_smoothing=0.1)
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x, t, **options), loss(x, t, **options))


# Shapes and graphs ----------------------------------------------------------------------------------------------------


@each_loss
def test_non_contiguous_inputs(loss):
    x, t = draw(loss)
    wide = torch.stack([x, x + 1], -1)[..., 0]
    assert wide.numel() == 1 or not wide.is_contiguous()
    far = torch.stack([t, t], -1)[..., 0]
    torch.testing.assert_close(loss(wide, far), loss(x, t))
    torch.testing.assert_close(backward(loss, wide, far), backward(loss, x, t))
    mirrored = loss(x.flip(0), t.flip(0), reduction="none").flip(0)
    torch.testing.assert_close(mirrored, loss(x, t, reduction="none"))


@pytest.mark.parametrize("loss", OF_NUMBERS, ids=repr)
def test_a_single_number(loss):
    x, t = draw(loss, n=1)
    a = x[0].clone().requires_grad_()
    value = loss(a, t[0])
    value.backward()
    assert value.shape == a.grad.shape == ()
    assert value.item() == loss(x, t).item()


@each_loss
def test_the_last_batch_may_have_one_sample(loss):
    x, t = draw(loss)
    each = loss(x, t, reduction="none")
    alone = torch.stack([loss(x[i : i + 1], t[i : i + 1]) for i in range(len(x))])
    torch.testing.assert_close(alone, each)


@each_loss
def test_a_graph_can_be_kept_and_gone_through_twice(loss):
    x, t = draw(loss)
    x.requires_grad_()
    value = loss(x, t)
    value.backward(retain_graph=True)
    once = x.grad.clone()
    value.backward()
    torch.testing.assert_close(x.grad, 2 * once)
    with pytest.raises(RuntimeError, match="second time"):
        value.backward()


@each_loss
def test_the_gradient_goes_on_through_a_model(loss):
    x, t = draw(loss)
    parameter = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    loss(parameter * x, t).backward()
    wanted = (backward(loss, 0.7 * x, t) * x).sum()
    torch.testing.assert_close(parameter.grad, wanted)


@each_loss
def test_each_upstream_gradient_has_its_own_effect(loss):
    x, t = draw(loss)
    x.requires_grad_()
    each = loss(x, t, reduction="none")
    upstream = torch.linspace(-2, 3, each.numel(), dtype=torch.float64).reshape(each.shape)
    each.backward(upstream)
    slopes = loss.gradient(x, t)
    torch.testing.assert_close(x.grad, slopes * upstream.reshape(-1, *(1,) * (x.dim() - 1)))


@each_loss
def test_without_gradients_there_is_no_graph(loss):
    x, t = draw(loss)
    assert not loss(x, t).requires_grad
    with torch.no_grad():
        assert not loss(x.requires_grad_(), t).requires_grad
    with torch.inference_mode():
        assert torch.equal(loss(x, t), loss(x.detach(), t))


@each_loss
def test_slopes_can_be_asked_for_where_gradients_are_off(loss):
    x, t = draw(loss)
    wanted = loss.gradient(x, t)
    with torch.no_grad():
        assert torch.equal(loss.gradient(x, t), wanted)
    with torch.inference_mode():
        assert torch.equal(loss.gradient(x, t), wanted)
        assert torch.equal(loss.value_and_gradient(x, t)[0], loss(x, t, reduction="none"))
