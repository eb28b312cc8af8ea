"""What each loss is, as a textbook has it, in mpmath: the judge of every path of the library, which it never imports.

The definitions are naive on purpose (``log(cosh(r))``, ``log(1 + exp(-s))``, ``-log(exp(x_y) / sum exp(x))``): digits
make them right, not cleverness. Slopes and curvatures are those of ``mpmath.diff``. Results are good to more than 50
digits; so that 1e-320 survives beside 1, the work is done with 400, or with 120 where the least number is float32's.

The definitions themselves are in ``catalogue/``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import diff as mp_diff
from mpmath import inf, mp, mpf

DIGITS = {"float64": 400, "float32": 120}
SAME = mpf(10) ** -40  # what is nearer than this differs by the step of mpmath.diff alone
STEP = mpf(2) ** -60  # a relative change of an input, to see how much it matters; three digits of that are plenty


def _remembered(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The neighbours at which mpmath.diff evaluates a row share most of their scores."""
    known = functools.lru_cache(maxsize=2000)(lambda x, precision: function(x))
    return lambda x: known(x, mp.prec)


exp, log = _remembered(mp.exp), _remembered(mp.log)


@dataclass(frozen=True, eq=False)
class Textbook:
    """A loss of one score and one target.

    Args:
        of: the definition f(prediction, target, **parameters) for each thing that the prediction may be.
        kinks: the predictions at which the loss has a kink or a seam, from the target and the parameters.
    """

    of: dict[str, Callable[..., Any]]
    kinks: Callable[..., Sequence[Any]] = lambda t, **_: ()

    @property
    def given(self) -> tuple[str, ...]:
        """The things that the prediction may be."""
        return tuple(self.of)


@dataclass(frozen=True, eq=False)
class RowTextbook:
    """A loss of a row: of all classes of a sample, or of the several predictions of a Likelihood.

    Args:
        of: the definition f(prediction, target, given, target_given, **parameters) of two lists of numbers; a label is
            the one-hot row, the target of a Likelihood a list of one.
        given: the things that the prediction may be.
        held: a factor of the prediction that counts as a constant where the loss is differentiated.
        at_a_kink: whether a place, f(prediction, target, given, target_given), is so near a kink that rounding decides
            on which side it lies; derivatives are compared elsewhere.
    """

    of: Callable[..., Any]
    given: tuple[str, ...] = ("scores",)
    at_a_kink: Callable[..., bool] = lambda *_: False
    held: Callable[..., Any] | None = None

    def at(self, place: Sequence[Any], targets: Sequence[Any], *given: str, **fixed: Any) -> Callable[..., Any]:
        """The loss near a place, as a function of prediction and targets: there alone it is the loss itself."""
        factor = 1 if self.held is None else self.held(place, targets, **fixed)
        return lambda x, t: factor * self.of(x, t, *given, **fixed)


@dataclass(frozen=True)
class Expected:
    """The value, slope or curvature wanted, with what an error is counted in.

    Args:
        wanted: the numbers that are right: one, but several for the curvature at a seam or a kink.
        size: |f| + Σ |x·∂f/∂x| over the prediction and the target: eps times this is one unit.
        slope: |∂f/∂x| by the prediction: what its last subnormal is worth.
    """

    wanted: tuple[Any, ...]
    size: Any
    slope: Any = 0

    def units(self, got: float, eps: float, tiny: float, largest: float) -> float:
        """How many units ``got`` is off; what is too large must be infinite.

        Less than one subnormal of the value, or of the prediction, is nothing.
        """
        return min(self._units_of(w, got, eps, tiny, largest) for w in self.wanted)

    def _units_of(self, wanted: Any, got: float, eps: float, tiny: float, largest: float) -> float:
        if abs(wanted) > largest:
            return 0.0 if mpf(got) == (inf if wanted > 0 else -inf) else float("inf")
        if got != got or abs(got) == float("inf"):
            return float("inf")
        off = max(abs(mpf(got) - wanted) - mpf(tiny) * (1 + self.slope), mpf(0))
        if not off:
            return 0.0
        return float(off / (mpf(eps) * self.size)) if self.size else float("inf")


# One score, one target ------------------------------------------------------------------------------------------------


@functools.cache
def element(
    book: Textbook,
    order: int,
    x: float,
    t: float,
    parameters: tuple[tuple[str, float], ...] = (),
    given: str = "scores",
    dtype: str = "float64",
) -> Expected:
    """The derivative of this order (0: the value) by the prediction ``x``, which like ``t`` is taken exactly."""
    fixed = _numbers(parameters)
    at, target = mpf(x), mpf(t)

    def f(v, u=target):
        return book.of[given](v, u, **fixed)

    with mp.workdps(DIGITS[dtype]):
        if any(abs(at - kink) <= SAME * abs(at) for kink in book.kinks(target, **fixed)):
            wanted = _at_a_kink(f, at, order)
            return Expected(wanted, max(abs(w) for w in wanted))
        derivative = _derivative(f, at, order)
        by_x = abs(_derivative(f, at * (1 + STEP), order) - derivative) / STEP
        size = abs(derivative) + by_x
        if t not in (0.0, 1.0, -1.0) or fixed.get("label_smoothing"):  # a label as it stands has no error
            moved = target * (1 + STEP)
            size += abs(_derivative(lambda v: f(v, moved), at, order) - derivative) / STEP
        return Expected((derivative,), size, by_x / abs(at) if at else 0)


def _derivative(f: Callable[[Any], Any], x: Any, order: int) -> Any:
    return mp_diff(f, x, order) if order else f(x)


def _at_a_kink(f: Callable[[Any], Any], x: Any, order: int) -> tuple[Any, ...]:
    """The convention: of all subgradients the one nearest 0; the curvature of either side, at a kink also none."""
    if order == 0:
        return (f(x),)
    left, right = (mp_diff(f, x, 1, direction=d) for d in (-1, 1))
    is_seam = abs(left - right) < SAME
    if order == 2:
        sides = tuple(mp_diff(f, x, order, direction=d) for d in (-1, 1))
        return sides if is_seam else (*sides, mpf(0))
    if is_seam:
        return (left,)
    return (min(left, right, key=abs) if left * right > 0 else mpf(0),)


# A row of scores, one a class -----------------------------------------------------------------------------------------


def softmax(x):
    total = sum(exp(v) for v in x)
    return [exp(v) / total for v in x]


def as_probabilities(x, given):
    return {"scores": softmax, "probabilities": list, "log_probabilities": lambda v: [exp(u) for u in v]}[given](x)


def of_label(psi, x, t, given):
    """ψ(p) of the class whose label is 1; of a distribution, its average."""
    return sum(u * psi(p) for p, u in zip(as_probabilities(x, given), t, strict=True) if u)


@functools.cache
def row(
    book: RowTextbook,
    order: int,
    x: tuple[float, ...],
    t: tuple[float, ...],
    parameters: tuple[tuple[str, Any], ...] = (),
    given: str = "scores",
    target_given: str = "probabilities",
    dtype: str = "float64",
) -> tuple[Expected, ...]:
    """The value (order 0), the gradient or the Hessian's diagonal of a row, each entry with its size."""
    fixed = _numbers(parameters)
    classes = len(x)
    point = [mpf(v) for v in (*x, *t)]
    # an exact 0 has no error, nor has a label that is not smoothed
    inexact = [i for i, v in enumerate(point) if v != 0 and (i < classes or v != 1 or fixed.get("label_smoothing"))]

    def derivative(j, place):
        near = book.at(place[:classes], place[classes:], given, target_given, **fixed)

        def f(v):
            moved = [*place[:j], v, *place[j + 1 :]]
            return near(moved[:classes], moved[classes:])

        return _derivative(f, place[j], order)

    # where no class has less than exp(-80), fewer digits do, unless what is wanted is next to nothing all the same
    tiny = (max(x) - min(x) if given == "scores" else max(map(abs, x)) if given == "log_probabilities" else 0) > 80
    digits = DIGITS[dtype] if tiny or (given == "probabilities" and min(x) < 1e-35) else 120
    if tiny and given == "log_probabilities":  # -700 is a number of float32 too
        digits = DIGITS["float64"]

    def expected(j):
        wanted = derivative(j, point)
        size = abs(wanted)
        for i in inexact:
            moved = [v * (1 + STEP) if k == i else v for k, v in enumerate(point)]
            size += abs(derivative(j, moved) - wanted) / STEP
        return Expected((wanted,), size)

    entries = range(1 if order == 0 else classes)
    with mp.workdps(digits):
        found = tuple(expected(j) for j in entries)
    if digits == DIGITS[dtype] or all(abs(e.wanted[0]) > mpf(10) ** -90 for e in found):
        return found
    with mp.workdps(DIGITS[dtype]):
        return tuple(expected(j) for j in entries)


def _numbers(parameters: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {k: mpf(v) if isinstance(v, float) else v for k, v in parameters}
