"""Value, slope and curvature of every loss against the textbook in mpmath, over points where careless formulas break.

The bound is 4 units in float64 and 8 in float32, a unit being eps·(|f| + Σ|x·∂f/∂x|). It is not to be widened.
"""

import itertools
import math

import numpy as np
import pytest
import torch

import lossmith as lm
import oracle
from batches import FocalZ
from hostile_grid import (
    CONFIGURED,
    DISTRIBUTIONS,
    LOG_PROBABILITIES,
    ONE_HOT,
    PROBABILITIES,
    ROWS_OF_PROBABILITIES,
    ROWS_OF_SCORES,
    SCORES,
    SETTINGS,
    around,
    log_rows,
    parameters,
)

BOUNDS = {torch.float64: 4.0, torch.float32: 8.0}
ELEMENTWISE = [loss for loss in CONFIGURED if loss.name in oracle.ELEMENTWISE]
OF_ROWS = [loss for loss in CONFIGURED if loss.name in oracle.ROWS]
# the divergences' targets are said, the others' are labels and rows of probabilities
ROW_CALLS = [
    (loss, given, target_given)
    for loss in OF_ROWS
    for given in ("scores", "probabilities", "log_probabilities")
    for target_given in (
        ("probabilities", "log_probabilities", "scores") if isinstance(loss, lm.KLDivergence) else ("probabilities",)
    )
]


@pytest.mark.parametrize("cls", lm.ALL, ids=lambda cls: cls.name)
def test_every_loss_of_the_catalogue_has_settings_and_an_oracle(cls):
    assert cls.name in SETTINGS, f"add settings of {cls.name} to SETTINGS in tests/hostile_grid.py"
    assert cls.name in {**oracle.ELEMENTWISE, **oracle.ROWS}, f"type the definition of {cls.name} into tests/oracle.py"
    assert all(type(loss) is cls for loss in SETTINGS[cls.name])


def points(loss: lm.Loss, given: str) -> list[tuple[float, float]]:
    """Pairs of prediction and target."""
    if loss.name == "binary_cross_entropy":
        grid = {"scores": SCORES, "probabilities": PROBABILITIES, "log_probabilities": LOG_PROBABILITIES}[given]
        return [(x, t) for t in (0.0, 1.0, 0.3) for x in grid]
    if loss.name == "poisson":
        # a count of 1 is for the test below
        return [(x, t) for t in (0.0, 0.3, 2.5, 17.0, 1e4, 1e30) for x in (*SCORES, *around(math.log(t or 1)))]
    if isinstance(loss, lm.Margin):
        return [(x, t) for t in (-1.0, 1.0) for x in (*SCORES, *around(t))]
    seams = [s * loss.delta for s in (-1.0, 1.0)] if isinstance(loss, lm.Huber) else []
    pairs = [(x, 0.0) for x in (*SCORES, *around(*seams))]
    pairs += [(t + d, t) for t in (2.5, -1e4, 1e30) for d in (-1.0, -1e-3, 0.0, 0.25, 40.0)]
    return [*pairs, (0.3, 0.1), (1e-30, -1e-30), (2.5, math.nextafter(2.5, 3.0))]


def places_in(dtype: torch.dtype, loss: lm.Loss, given: str) -> list[tuple[float, float]]:
    """The pairs as the dtype has them; probabilities that are 0 or 1 there are for test_hostile."""
    legal = {"scores": math.isfinite, "probabilities": lambda p: 0 < p < 1, "log_probabilities": lambda x: x < 0}[given]
    return [(x, t) for x, t in rounded(points(loss, given), dtype) if legal(x) and math.isfinite(t)]


def rounded(numbers, dtype: torch.dtype) -> list:
    """The numbers as the dtype has them; the oracle sees the same ones."""
    return torch.tensor(numbers, dtype=torch.float64).to(dtype).double().tolist()


def assert_within(bound, dtype, got, expected, places) -> None:
    info = torch.finfo(dtype)
    broken = [
        f"at {place}: got {g!r}, wanted {' or '.join(oracle.mp.nstr(w, 20) for w in e.wanted)}, off by {u:.3g} units"
        for g, e, place in zip(got, expected, places, strict=True)
        if (u := e.units(g, info.eps, info.tiny * info.eps, info.max)) > bound
    ]
    assert not broken, f"{len(broken)} of {len(places)} beyond {bound:g} units\n" + "\n".join(broken)


def wanted_elements(loss, order, places, given, dtype):
    name = str(dtype).removeprefix("torch.")
    return [oracle.element(loss.name, order, *place, parameters(loss), given, name) for place in places]


def wanted_rows(loss, order, places, given, target_given, dtype):
    name = str(dtype).removeprefix("torch.")
    return [
        oracle.row(loss.name, order, tuple(x), tuple(t), parameters(loss), given, target_given, name) for x, t in places
    ]


def derivative(loss, order, prediction, target, **options):
    if order == 0:
        return loss(prediction, target, reduction="none", **options)
    return (loss.gradient if order == 1 else loss.curvature)(prediction, target, **options)


ELEMENT_CALLS = [
    pytest.param(loss, given, dtype, id=f"{loss!r}-{given}-{dtype}")
    for loss in ELEMENTWISE
    for given in oracle.ELEMENTWISE[loss.name].of
    for dtype in BOUNDS
]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("loss", "given", "dtype"), ELEMENT_CALLS)
def test_elements_are_exact(loss, given, dtype, order):
    places = places_in(dtype, loss, given)
    expected = wanted_elements(loss, order, places, given, dtype)
    prediction, target = torch.tensor(places, dtype=dtype).unbind(-1)
    got = derivative(loss, order, prediction, target, given=given)
    assert got.dtype == dtype
    assert_within(BOUNDS[dtype], dtype, got.double().tolist(), expected, places)
    from_numpy = derivative(loss, order, prediction.numpy(), target.numpy(), given=given)
    assert isinstance(from_numpy, np.ndarray)
    np.testing.assert_array_equal(from_numpy, got.numpy())


@pytest.mark.parametrize("dtype", BOUNDS, ids=str)
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
    places = places_in(dtype, loss, given)
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
    assert_within(BOUNDS[dtype], dtype, got.tolist(), expected, places)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("dtype", BOUNDS, ids=str)
@pytest.mark.parametrize(("loss", "given", "target_given"), ROW_CALLS, ids=str)
def test_rows_are_exact(loss, given, target_given, dtype, order):
    places = row_places(loss, given, target_given, dtype)
    expected = wanted_rows(loss, order, places, given, target_given, dtype)
    prediction, target = (torch.tensor(v, dtype=dtype) for v in zip(*places, strict=True))
    if isinstance(loss, lm.SparseCategoricalCrossEntropy):
        target = target.argmax(-1)
    options = {"given": given, **({"target_given": target_given} if isinstance(loss, lm.KLDivergence) else {})}
    got = derivative(loss, order, prediction, target, **options)
    assert got.dtype == dtype
    each = [(*place, j) for place, e in zip(places, expected, strict=True) for j in range(len(e))]
    flat = [e for entries in expected for e in entries]
    assert_within(BOUNDS[dtype], dtype, got.double().flatten().tolist(), flat, each)
    from_numpy = derivative(loss, order, prediction.numpy(), target.numpy(), **options)
    np.testing.assert_array_equal(from_numpy, got.numpy())


def row_places(loss, given, target_given, dtype) -> list[tuple[list[float], list[float]]]:
    """All pairs of a few hostile rows of predictions and of targets, as the dtype has them."""
    few = {"scores": ROWS_OF_SCORES, "probabilities": ROWS_OF_PROBABILITIES}.get(given, log_rows(ROWS_OF_PROBABILITIES))
    reverse = isinstance(loss, lm.KLDivergence) and loss.direction == "reverse"
    if target_given == "scores":
        targets = ((1.0, -2.0, 0.5), (1e4, 1e4 - 0.5, 1e4 - 3.0))
    elif target_given == "log_probabilities":
        targets = log_rows(((0.2, 0.5, 0.3), (1e-30, 0.5, 0.5)))
    elif isinstance(loss, lm.SparseCategoricalCrossEntropy):
        targets = ONE_HOT
    else:
        targets = DISTRIBUTIONS[2:3] if reverse else DISTRIBUTIONS[1:]  # reversed, a target of 0 costs infinitely much
    pairs = itertools.product(rounded(few, dtype), rounded(targets, dtype))
    legal = {"scores": math.isfinite, "probabilities": lambda p: 0 < p < 1, "log_probabilities": lambda x: x < 0}[given]
    return [(x, t) for x, t in pairs if all(map(legal, x))]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("dtype", BOUNDS, ids=str)
def test_a_users_loss_of_rows_is_exact(dtype, order):
    """1 − p and the logsumexp, which no loss of the catalogue reads."""
    loss = FocalZ()
    places = [(x, t) for t in ONE_HOT for x in rounded(ROWS_OF_SCORES, dtype) if max(map(abs, x)) < 1e10]
    expected = wanted_rows(loss, order, places, "scores", "probabilities", dtype)
    prediction = torch.tensor([x for x, _ in places], dtype=dtype)
    got = derivative(loss, order, prediction, torch.tensor([t for _, t in places]).argmax(-1))
    each = [(*place, j) for place, e in zip(places, expected, strict=True) for j in range(len(e))]
    assert_within(BOUNDS[dtype], dtype, got.double().flatten().tolist(), [e for row in expected for e in row], each)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("loss", CONFIGURED, ids=repr)
def test_half_precision_is_computed_in_float32(loss, dtype):
    if loss.name in oracle.ELEMENTWISE:
        places = places_in(dtype, loss, "scores")
        values, slopes = (wanted_elements(loss, order, places, "scores", torch.float32) for order in (0, 1))
    else:
        places = row_places(loss, "scores", "probabilities", dtype)
        values, slopes = (
            [e for row in wanted_rows(loss, order, places, "scores", "probabilities", torch.float32) for e in row]
            for order in (0, 1)
        )
    prediction, target = (torch.tensor(v, dtype=dtype) for v in zip(*places, strict=True))
    prediction.requires_grad_()
    if isinstance(loss, lm.SparseCategoricalCrossEntropy):
        target = target.argmax(-1)
    got = loss(prediction, target, reduction="none")
    assert got.dtype == torch.float32
    assert_within(BOUNDS[torch.float32], torch.float32, got.tolist(), values, places)
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
            assert abs(oracle.mpf(g) - wanted) <= rounding + 8 * single.eps * e.size, (g, float(wanted))
