"""The words of formulas, in float32 and float64. libdevice has them to the last digits, also near 0."""

import triton
import triton.language as tl
from triton.language.extra import libdevice


@triton.jit
def abs(x):
    return tl.abs(x)


@triton.jit
def arctan(x):
    return libdevice.atan(x)


@triton.jit
def cos(x):
    return libdevice.cos(x)


@triton.jit
def erf(x):
    return libdevice.erf(x)


@triton.jit
def exp(x):
    return libdevice.exp(x)


@triton.jit
def expm1(x):
    return libdevice.expm1(x)


@triton.jit
def lgamma(x):
    return libdevice.lgamma(x)


@triton.jit
def log(x):
    return libdevice.log(x)


@triton.jit
def log1p(x):
    return libdevice.log1p(x)


@triton.jit
def minus(a, b):
    return tl.where(a == float("inf"), a, a - b)


@triton.jit
def power(base, exponent):
    return libdevice.pow(base, exponent)


@triton.jit
def sign(x):
    one = tl.full((), 1.0, x.dtype)
    return tl.where(x > 0, one, tl.where(x < 0, -one, x))


@triton.jit
def sin(x):
    return libdevice.sin(x)


@triton.jit
def softplus(x):
    return libdevice.log1p(libdevice.exp(-tl.abs(x))) + tl.where(x <= 0, tl.full((), 0.0, x.dtype), x)


@triton.jit
def sqrt(x):
    return libdevice.sqrt(x)


@triton.jit
def tanh(x):
    return libdevice.tanh(x)


@triton.jit
def times(weight, value):
    return tl.where(weight == 0, tl.full((), 0.0, value.dtype), weight * value)


@triton.jit
def where(condition, a, b):
    return tl.where(condition, a, b)
