"""The bits of numbers, which Numba itself does not show, and the flags that kernels are compiled with."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic, overload

# What kernels alone call needs none of the functions by which Python and C would call it: compiling them takes a while.
INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# A product and a sum may become one rounding, the sign of a zero may be lost; NaN and infinity keep their meaning.
word = njit(fastmath={"contract", "nsz"}, error_model="numpy", forceinline=True, **INNER)


@word
def brain_of(x: Any) -> Any:
    """float32 from the bits of a bfloat16, a uint16. Exact."""
    return float_of(np.int32(np.int32(x) << np.int32(16)))


@word
def brain_from(x: Any) -> Any:
    """The bits of the bfloat16 nearest to a float32, ties to even, as a uint16."""
    bits = bits_of(x)
    last = np.int32(np.int32(bits >> np.int32(16)) & np.int32(1))
    rounded = np.int32(np.int32(bits + np.int32(0x7FFF)) + last)
    return np.uint16(np.int32(select(x == x, rounded, np.int32(0x7FC00000)) >> np.int32(16)))


@njit(fastmath={"contract", "nsz", "reassoc"}, error_model="numpy", forceinline=True, **INNER)
def plus(a: Any, b: Any) -> Any:
    """The sum, whose order in a loop may change: so it is one a vector lane. For nothing that cancels."""
    return a + b


def number(stored: Any) -> Any:
    """What is stored in an array of any dtype, as a float64 or else a float32."""


@overload(number, strict=False, jit_options=INNER)
def _number(stored: Any) -> Any:
    if stored == types.uint16:
        return lambda stored: brain_of(stored)
    if stored == types.int16:
        return lambda stored: half_of(stored)
    if stored == types.float64:
        return lambda stored: stored
    return lambda stored: np.float32(stored)


def stored_as(array: Any, value: Any) -> Any:
    """A number as the array stores it."""


@overload(stored_as, strict=False, jit_options=INNER)
def _stored_as(array: Any, value: Any) -> Any:
    if array.dtype == types.uint16:
        return lambda array, value: brain_from(value)
    if array.dtype == types.int16:
        return lambda array, value: half_from(value)
    return lambda array, value: value


def row_of(array: Any, r: Any) -> Any:
    """Its row ``r``, or None where it is None."""


@overload(row_of, strict=False, jit_options=INNER)
def _row_of(array: Any, r: Any) -> Any:
    if isinstance(array, types.NoneType):
        return lambda array, r: None
    return lambda array, r: array[r]


def part_of(array: Any, first: Any, last: Any) -> Any:
    """Its elements from ``first`` to before ``last``, or None where it is None."""


@overload(part_of, strict=False, jit_options=INNER)
def _part_of(array: Any, first: Any, last: Any) -> Any:
    if isinstance(array, types.NoneType):
        return lambda array, first, last: None
    return lambda array, first, last: array[first:last]


def destination(gradient: Any, x: Any) -> Any:
    """Where slopes are written: over ``x`` where the gradient is None."""


@overload(destination, strict=False, jit_options=INNER)
def _destination(gradient: Any, x: Any) -> Any:
    if isinstance(gradient, types.NoneType):
        return lambda gradient, x: x
    return lambda gradient, x: gradient


def array_at(address: Any, size: Any, like: Any) -> Any:
    """The contiguous array of ``size`` elements at an address, of the dtype of another; None where it is None."""


@overload(array_at, strict=False, jit_options=INNER)
def _array_at(address: Any, size: Any, like: Any) -> Any:
    if isinstance(address, types.NoneType):
        return lambda address, size, like: None
    return lambda address, size, like: carray(_pointer(address), (size,), like.dtype)


@intrinsic
def _pointer(typing_context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@intrinsic
def bits_of(typing_context: Any, x: Any) -> Any:
    """The bits of a float32 as an int32, those of a float64 as an int64."""
    kind, width = {types.float32: (types.int32, 32), types.float64: (types.int64, 64)}[x]
    return kind(x), lambda context, builder, _, values: builder.bitcast(values[0], ir.IntType(width))


@intrinsic
def float_of(typing_context: Any, bits: Any) -> Any:
    """The number whose bits these are."""
    kind, there = {types.int32: (types.float32, ir.FloatType()), types.int64: (types.float64, ir.DoubleType())}[bits]
    return kind(bits), lambda context, builder, _, values: builder.bitcast(values[0], there)


@intrinsic
def select(typing_context: Any, condition: Any, a: Any, b: Any) -> Any:
    """``a`` where the condition holds, else ``b``, both of one type: no branch, which would end a vector loop."""
    if a != b or condition != types.boolean:
        return None
    return a(condition, a, b), lambda context, builder, _, values: builder.select(*values)


@intrinsic
def half_of(typing_context: Any, bits: Any) -> Any:
    """The float32 from the bits of a float16, an int16. Exact."""

    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        return builder.fpext(builder.bitcast(values[0], ir.HalfType()), ir.FloatType())

    return types.float32(types.int16), generate


@intrinsic
def half_from(typing_context: Any, x: Any) -> Any:
    """The bits of the float16 nearest to a float32, ties to even, as an int16."""

    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        return builder.bitcast(builder.fptrunc(values[0], ir.HalfType()), ir.IntType(16))

    return types.int16(types.float32), generate


@intrinsic
def vector_loops(typing_context: Any) -> Any:
    """Let LLVM make the loops of the function that calls this of the processor's widest vectors; it would take half.

    And let it take for granted that what is written overlaps nothing that is read. Else it asks where the arrays lie
    before it takes the vectors, and so the order of a sum, and its last bit, would be that of the addresses.
    """

    def generate(context: Any, builder: Any, _: Any, __: Any) -> Any:
        # llvmlite lets through only the attributes that it knows
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        for argument in builder.function.args:
            if isinstance(argument.type, ir.PointerType):
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.void(), generate
