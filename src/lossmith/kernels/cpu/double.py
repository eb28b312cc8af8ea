"""The words in float64, as the C library has them."""

import math
from typing import Any

import numpy as np

from lossmith.kernels.cpu.bits import bits_of, float_of, select, word

f = np.float64
_INFINITY = f(np.inf)


@word
def ordinal_of(x: Any) -> Any:
    """A whole number that orders as the numbers do, and NaN above all: a maximum of these is a vector loop."""
    bits = bits_of(x)
    return np.int64(bits ^ np.int64(np.int64(bits >> np.int64(63)) & np.int64(0x7FFFFFFFFFFFFFFF)))


@word
def with_ordinal(ordinal: Any) -> Any:
    """The number with this ordinal."""
    return float_of(np.int64(ordinal ^ np.int64(np.int64(ordinal >> np.int64(63)) & np.int64(0x7FFFFFFFFFFFFFFF))))


@word
def exp(x: Any) -> Any:
    return math.exp(x)


@word
def expm1(x: Any) -> Any:
    return math.expm1(x)


@word
def log(x: Any) -> Any:
    return math.log(x)


@word
def log1p(x: Any) -> Any:
    return math.log1p(x)


@word
def softplus(x: Any) -> Any:
    return math.log1p(math.exp(-abs(x))) + select(x <= f(0.0), f(0.0), x)


@word
def sqrt(x: Any) -> Any:
    return math.sqrt(x)


@word
def tanh(x: Any) -> Any:
    return math.tanh(x)


@word
def where(condition: Any, a: Any, b: Any) -> Any:
    return select(condition, a, b)


@word
def times(weight: Any, value: Any) -> Any:
    return select(weight == f(0.0), f(0.0), weight * value)


@word
def minus(a: Any, b: Any) -> Any:
    return select(a == _INFINITY, _INFINITY, a - b)


@word
def sign(x: Any) -> Any:
    return select(x > f(0.0), f(1.0), select(x < f(0.0), f(-1.0), x))


@word
def power(base: Any, exponent: Any) -> Any:
    return math.pow(base, exponent)


@word
def arctan(x: Any) -> Any:
    return math.atan(x)


@word
def cos(x: Any) -> Any:
    return math.cos(x)


@word
def sin(x: Any) -> Any:
    return math.sin(x)


@word
def erf(x: Any) -> Any:
    return math.erf(x)


@word
def lgamma(x: Any) -> Any:
    return math.lgamma(x)
