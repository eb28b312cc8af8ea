"""Value, slope and curvature of every loss against the textbook in mpmath, over points where careless formulas break.

The bound is 4 units in float64 and 8 in float32, a unit being eps·(|f| + Σ|x·∂f/∂x|). It is not to be widened.
"""

import math

import numpy as np
import pytest
import torch

import lossmith as lm
import oracle
from batches import FocalZ
from catalogue import CASES
from hostile_grid import ONE_HOT, ROWS_OF_SCORES, SCORES
from places import (
    CONFIGURED,
    by_kernel,
    derivative,
    element_places,
    parameters,
    reads_an_element,
    rounded,
    row_places,
    row_tensors,
    wanted_elements,
    wanted_rows,
    ways,
)

DTYPES = (torch.float64, torch.float32)
ELEMENTWISE = [loss for loss in CONFIGURED if reads_an_element(loss)]
OF_ROWS = [loss for loss in CONFIGURED if not reads_an_element(loss)]
ROW_CALLS = [(loss, *way) for loss in OF_ROWS for way in ways(loss)]


def bound_of(loss, dtype) -> float:
    return CASES[loss.name].bound[DTYPES.index(dtype)]


@pytest.mark.parametrize("cls", lm.ALL, ids=lambda cls: cls.name)
def test_every_loss_of_the_catalogue_has_a_case(cls):
    assert cls.name in CASES, f"type the definition of {cls.name} into the file of its kind in tests/catalogue/"
    assert CASES[cls.name].settings[0] == cls()
    assert all(type(loss) is cls for loss in CASES[cls.name].settings)


def kernels_too(loss, order, prediction, target, given, target_given=None):
    """What the kernel gives, if it is asked: in float64 test_kernels.py holds kernels to tensors, and all take long.

    A setting may have a kernel of its own, and so has each way to give a prediction and a target. Each is tried,
    not each with each; what is given in two ways at once is tried with one divergence.
    """
    is_first = loss == CASES[loss.name].settings[0]
    is_alike = target_given in (None, given) or loss.name == "kl_divergence"
    if order == 2 or prediction.dtype == torch.float64 or not (given == "scores" or (is_first and is_alike)):
        return None
    options = {} if target_given is None else {"target_given": target_given}
    return by_kernel(loss, order, prediction, target, given=given, **options)


def assert_within(bound, dtype, got, expected, places) -> None:
    info = torch.finfo(dtype)
    broken = [
        f"at {place}: got {g!r}, wanted {' or '.join(oracle.mp.nstr(w, 20) for w in e.wanted)}, off by {u:.3g} units"
        for g, e, place in zip(got, expected, places, strict=True)
        if (u := e.units(g, info.eps, info.tiny * info.eps, info.max)) > bound
    ]
    assert not broken, f"{len(broken)} of {len(places)} beyond {bound:g} units\n" + "\n".join(broken)


ELEMENT_CALLS = [
    pytest.param(loss, given, dtype, id=f"{loss!r}-{given}-{dtype}")
    for loss in ELEMENTWISE
    for given in CASES[loss.name].textbook.of
    for dtype in DTYPES
]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("loss", "given", "dtype"), ELEMENT_CALLS)
def test_elements_are_exact(loss, given, dtype, order):
    places = element_places(dtype, loss, given)
    expected = wanted_elements(loss, order, places, given, dtype)
    prediction, target = torch.tensor(places, dtype=dtype).unbind(-1)
    got = derivative(loss, order, prediction, target, given=given)
    assert got.dtype == dtype
    assert_within(bound_of(loss, dtype), dtype, got.double().tolist(), expected, places)
    if (kernels := kernels_too(loss, order, prediction, target, given)) is not None:
        assert_within(bound_of(loss, dtype), dtype, kernels.double().tolist(), expected, places)
    from_numpy = derivative(loss, order, prediction.numpy(), target.numpy(), given=given)
    assert isinstance(from_numpy, np.ndarray)
    np.testing.assert_array_equal(from_numpy, got.numpy())


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_the_slope_of_a_single_count_is_exact_to_the_last_digit_of_its_terms(dtype):
    """eˢ − 1 at a score near 0: the count is taken as a number, whose own error would be as large."""
    scores = torch.tensor([s for s in SCORES if abs(s) <= 17], dtype=dtype)
    got = lm.Poisson().gradient(scores, torch.ones_like(scores))
    wanted = [oracle.mp.expm1(s) for s in scores.double().tolist()]
    eps = torch.finfo(dtype).eps
    assert all(abs(g - w) <= eps * (abs(w) + 1) for g, w in zip(got.double().tolist(), wanted, strict=True))


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("loss", "given", "dtype"), ELEMENT_CALLS)
def test_emitted_numpy_functions_are_exact(loss, given, dtype, order):
    places = element_places(dtype, loss, given)
    formula = loss._traced(loss.FORMULAS[given])
    fixed = [getattr(loss, name) for name in formula.parameters]
    x, t = np.array(places, dtype=str(dtype).removeprefix("torch.")).T
    factor = 1.0
    if isinstance(loss, lm.Residual):
        arguments = [x - t]
    elif isinstance(loss, lm.Margin):
        arguments, factor = [x * t], t**order
    else:
        arguments = [x, t]
    with np.errstate(over="ignore"):
        got = formula.numpy((0,) * order)(*arguments, *fixed) * factor
    assert got.dtype == x.dtype
    assert got.shape == x.shape
    expected = wanted_elements(loss, order, places, given, dtype)
    assert_within(bound_of(loss, dtype), dtype, got.tolist(), expected, places)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("loss", "given", "target_given"), ROW_CALLS, ids=str)
def test_rows_are_exact(loss, given, target_given, dtype, order):
    places = row_places(loss, given, target_given, dtype)
    expected = wanted_rows(loss, order, places, given, target_given, dtype)
    prediction, target = row_tensors(loss, places, dtype)
    options = {"given": given, **({"target_given": target_given} if len(loss.TARGET_GIVEN) > 1 else {})}
    got = derivative(loss, order, prediction, target, **options)
    assert got.dtype == dtype
    each = [(*place, j) for place, e in zip(places, expected, strict=True) for j in range(len(e))]
    flat = [e for entries in expected for e in entries]
    assert_within(bound_of(loss, dtype), dtype, got.double().flatten().tolist(), flat, each)
    if (kernels := kernels_too(loss, order, prediction, target, **options)) is not None:
        assert_within(bound_of(loss, dtype), dtype, kernels.double().flatten().tolist(), flat, each)
    from_numpy = derivative(loss, order, prediction.numpy(), target.numpy(), **options)
    np.testing.assert_array_equal(from_numpy, got.numpy())


def _focal_z(x, t, given, target_given, gamma, z):
    p = sum(v * q for v, q in zip(oracle.softmax(x), t, strict=True))
    return -((1 - p) ** gamma) * oracle.log(p) + z * oracle.log(sum(oracle.exp(v) for v in x)) ** 2


FOCAL_Z = oracle.RowTextbook(_focal_z)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_users_loss_of_rows_is_exact(dtype, order):
    """1 − p and the logsumexp, which no loss of the catalogue reads."""
    loss = FocalZ()
    places = [(x, t) for t in ONE_HOT for x in rounded(ROWS_OF_SCORES, dtype) if max(map(abs, x)) < 1e10]
    name = str(dtype).removeprefix("torch.")
    expected = [e for x, t in places for e in oracle.row(FOCAL_Z, order, tuple(x), t, parameters(loss), dtype=name)]
    prediction = torch.tensor([x for x, _ in places], dtype=dtype)
    got = derivative(loss, order, prediction, torch.tensor([t for _, t in places]).argmax(-1))
    each = [(*place, j) for place in places for j in range(3 if order else 1)]
    assert_within(4.0 if dtype == torch.float64 else 8.0, dtype, got.double().flatten().tolist(), expected, each)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("loss", CONFIGURED, ids=repr)
def test_half_precision_is_computed_in_float32(loss, dtype):
    if reads_an_element(loss):
        places = element_places(dtype, loss, "scores")
        values, slopes = (wanted_elements(loss, order, places, "scores", torch.float32) for order in (0, 1))
        prediction, target = torch.tensor(places, dtype=dtype).unbind(-1)
    else:
        places = row_places(loss, "scores", "probabilities", dtype)
        values, slopes = (
            [e for row in wanted_rows(loss, order, places, "scores", "probabilities", torch.float32) for e in row]
            for order in (0, 1)
        )
        prediction, target = row_tensors(loss, places, dtype)
    prediction = prediction.clone().requires_grad_()
    got = loss(prediction, target, reduction="none")
    assert got.dtype == torch.float32
    assert_within(bound_of(loss, torch.float32), torch.float32, got.tolist(), values, places)
    got.sum().backward()
    assert prediction.grad.dtype == dtype
    # the slope has the error of float32, and then that of one rounding to the input's dtype
    info, single = torch.finfo(dtype), torch.finfo(torch.float32)
    for g, e in zip(prediction.grad.double().flatten().tolist(), slopes, strict=True):
        (wanted,) = e.wanted
        if abs(wanted) > info.max:
            assert abs(g) == math.inf
        else:
            rounding = info.eps / 2 * abs(wanted) + info.tiny * info.eps
            assert abs(oracle.mpf(g) - wanted) <= rounding + bound_of(loss, torch.float32) * single.eps * e.size, (
                g,
                float(wanted),
            )
