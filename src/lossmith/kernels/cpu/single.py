"""The words in float32: polynomials without branches, so that LLVM computes a whole vector of elements at once.

Errors are below 1.5 units in the last place where no line says otherwise. NaN gives NaN. What is rare is computed by
the C library in float64.
"""

import math
from typing import Any

import numpy as np

from lossmith.kernels.cpu import double
from lossmith.kernels.cpu.bits import bits_of, float_of, select, word

f = np.float32
i = np.int32  # around each step: of two int32 Numba makes an int64, which halves the vectors
# log 2 in two parts; a whole number of less than 15 bits times the first is exact
_LOG_2_HIGH, _LOG_2_LOW, _PER_LOG_2 = f(0.693359375), f(-2.12194440e-4), f(1.44269504088896341)
_ROUND = f(12582912.0)  # 1.5·2²³: added and taken away, it rounds to whole numbers, which its last bits then are
_ROUND_BITS = i(0x4B400000)
_ROOT_HALF = i(0x3F3504F3)
_INFINITY = f(np.inf)
_NAN = f(np.nan)


@word
def _power_of_2(k: Any) -> Any:
    """2ᵏ of a whole number from −126 to 127."""
    return float_of(i(i(k + i(127)) << i(23)))


@word
def _expm1_within(r: Any) -> Any:
    """eʳ − 1 of |r| ≤ ½·log 2."""
    p = f(1.9875691500e-4)
    p = p * r + f(1.3981999507e-3)
    p = p * r + f(8.3334519073e-3)
    p = p * r + f(4.1665795894e-2)
    p = p * r + f(1.6666665459e-1)
    p = p * r + f(5.0000001201e-1)
    return p * (r * r) + r


@word
def ordinal_of(x: Any) -> Any:
    """A whole number that orders as the numbers do, and NaN above all: a maximum of these is a vector loop."""
    bits = bits_of(x)
    return i(bits ^ i(i(bits >> i(31)) & i(0x7FFFFFFF)))


@word
def with_ordinal(ordinal: Any) -> Any:
    """The number with this ordinal."""
    return float_of(i(ordinal ^ i(i(ordinal >> i(31)) & i(0x7FFFFFFF))))


@word
def exp(x: Any) -> Any:
    """eˣ, subnormal results included."""
    x = select(x < f(-104.0), f(-104.0), x)
    x = select(x > f(89.0), f(89.0), x)
    shifted = x * _PER_LOG_2 + _ROUND
    k = shifted - _ROUND
    r = (x - k * _LOG_2_HIGH) - k * _LOG_2_LOW
    whole = i(bits_of(shifted) - _ROUND_BITS)
    half = i(whole >> i(1))  # in two steps, as 2ᵏ itself may be out of range
    return (_expm1_within(r) + f(1.0)) * _power_of_2(half) * _power_of_2(i(whole - half))


@word
def expm1(x: Any) -> Any:
    """eˣ − 1."""
    held = select(x < f(-30.0), f(-30.0), x)
    held = select(held > f(89.0), f(89.0), held)
    shifted = held * _PER_LOG_2 + _ROUND
    k = shifted - _ROUND
    r = (held - k * _LOG_2_HIGH) - k * _LOG_2_LOW
    half_power = _power_of_2(i(i(bits_of(shifted) - _ROUND_BITS) - i(1)))
    return (_expm1_within(r) * half_power + (half_power - f(0.5))) * f(2.0)


@word
def _log1p_within(m: Any) -> Any:
    """log(1 + m) − m of √½ − 1 ≤ m < √2 − 1."""
    p = f(7.0376836292e-2)
    p = p * m + f(-1.1514610310e-1)
    p = p * m + f(1.1676998740e-1)
    p = p * m + f(-1.2420140846e-1)
    p = p * m + f(1.4249322787e-1)
    p = p * m + f(-1.6668057665e-1)
    p = p * m + f(2.0000714765e-1)
    p = p * m + f(-2.4999993993e-1)
    p = p * m + f(3.3333331174e-1)
    square = m * m
    return (p * m) * square - f(0.5) * square


@word
def log(x: Any) -> Any:
    """The natural logarithm: −∞ at 0, NaN below."""
    is_small = x < f(1.17549435e-38)
    bits = i(bits_of(select(is_small, x * f(8388608.0), x)) - _ROOT_HALF)
    k = f(i(bits >> i(23))) - select(is_small, f(23.0), f(0.0))
    m = float_of(i(i(bits & i(0x7FFFFF)) + _ROOT_HALF)) - f(1.0)
    value = (m + (_log1p_within(m) + k * _LOG_2_LOW)) + k * _LOG_2_HIGH
    value = select(x < _INFINITY, value, x)
    return select(x > f(0.0), value, select(x == f(0.0), -_INFINITY, _NAN))


@word
def log1p(x: Any) -> Any:
    """log(1 + x): −∞ at −1, NaN below."""
    u = f(1.0) + x
    bits = i(bits_of(u) - _ROOT_HALF)
    whole = i(bits >> i(23))
    k = f(whole)
    # 2⁻ᵏ·(1 + x) − 1 in one rounding; beyond 2²⁴ the 1 does not count
    scale = _power_of_2(select(whole < i(126), i(-whole), i(-126)))
    m = x * scale + (scale - f(1.0))
    m = select(x > f(16777216.0), float_of(i(i(bits & i(0x7FFFFF)) + _ROOT_HALF)) - f(1.0), m)
    value = (m + (_log1p_within(m) + k * _LOG_2_LOW)) + k * _LOG_2_HIGH
    value = select(x < _INFINITY, value, x)
    return select(u > f(0.0), value, select(u == f(0.0), -_INFINITY, _NAN))


@word
def softplus(x: Any) -> Any:
    """log(1 + eˣ). Of e^(−|x|), from 0 to 1, the logarithm needs no case for what is large, infinite or below 0."""
    e = exp(-abs(x))
    whole = i(i(bits_of(f(1.0) + e) - _ROOT_HALF) >> i(23))
    scale = _power_of_2(i(-whole))
    m = e * scale + (scale - f(1.0))
    k = f(whole)
    log_total = (m + (_log1p_within(m) + k * _LOG_2_LOW)) + k * _LOG_2_HIGH
    return log_total + select(x <= f(0.0), f(0.0), x)


@word
def sqrt(x: Any) -> Any:
    """The square root, NaN below 0."""
    return f(math.sqrt(x))


@word
def tanh(x: Any) -> Any:
    """The hyperbolic tangent; 2 units in the last place."""
    size = abs(x)
    size = select(size > f(10.0), f(10.0), size)
    double_size = expm1(size + size)
    value = double_size / (double_size + f(2.0))
    return select(x >= f(0.0), value, -value)


@word
def where(condition: Any, a: Any, b: Any) -> Any:
    """``a`` where the condition holds, else ``b``."""
    return select(condition, a, b)


@word
def times(weight: Any, value: Any) -> Any:
    """The product, 0 where the weight is 0, whatever the value is."""
    return select(weight == f(0.0), f(0.0), weight * value)


@word
def minus(a: Any, b: Any) -> Any:
    """The difference, ∞ where ``a`` is, whatever ``b`` is."""
    return select(a == _INFINITY, _INFINITY, a - b)


@word
def sign(x: Any) -> Any:
    """−1, 0 or 1; NaN of NaN."""
    return select(x > f(0.0), f(1.0), select(x < f(0.0), f(-1.0), x))


@word
def power(base: Any, exponent: Any) -> Any:
    """``base`` to the power ``exponent``."""
    return f(math.pow(np.float64(base), np.float64(exponent)))


@word
def arctan(x: Any) -> Any:
    return f(math.atan(np.float64(x)))


@word
def cos(x: Any) -> Any:
    return f(math.cos(np.float64(x)))


@word
def sin(x: Any) -> Any:
    return f(math.sin(np.float64(x)))


@word
def erf(x: Any) -> Any:
    return f(math.erf(np.float64(x)))


@word
def lgamma(x: Any) -> Any:
    return f(double.lgamma(np.float64(x)))
