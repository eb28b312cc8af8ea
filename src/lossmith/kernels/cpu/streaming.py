"""What the processor does not see by itself: that a gradient will not be read soon, that another row follows.

A store that hits no cache first reads the line that it changes, which is a third of what a loss moves; and in each page
of memory the processor learns anew that it is read in order, which costs as much as a row of a thousand scores takes.
"""

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from lossmith.kernels.cpu.bits import INNER

LINE = 64  # bytes, which one instruction writes
FETCHED = 1 << 15  # bytes of a row; in what is longer the processor sees by itself what comes next


@njit(error_model="numpy", **INNER)
def stream(to: Any, held: Any) -> None:
    """Copy an array of one dimension to another of its size and dtype, whole lines past the caches."""
    size = held.size
    item = held.itemsize
    there = to.ctypes.data
    here = held.ctypes.data
    head = min(size, (-there % LINE) // item)
    lines = (size - head) * item // LINE
    for i in range(head):
        to[i] = held[i]
    for line in range(lines):
        _copy_line(there + head * item + line * LINE, here + head * item + line * LINE)
    for i in range(head + lines * LINE // item, size):
        to[i] = held[i]


@njit(error_model="numpy", **INNER)
def fetch(row: Any) -> None:
    """Have a row, or what fits of it, on its way before it is read or written over."""
    start = row.ctypes.data
    for line in range(min(row.size * row.itemsize, FETCHED) // LINE):
        _prefetch(start + line * LINE)


@intrinsic
def _prefetch(typing_context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        number = ir.IntType(32)
        place = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [place, number, number, number])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(prefetch, [builder.inttoptr(values[0], place), number(0), number(2), number(1)])
        return context.get_dummy_value()

    return types.void(types.int64), generate


@intrinsic
def _copy_line(typing_context: Any, to: Any, held: Any) -> Any:
    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        line = ir.VectorType(ir.IntType(32), LINE // 4)
        to, held = (builder.inttoptr(v, line.as_pointer()) for v in values)
        stored = builder.store(builder.load(held, align=1), to, align=LINE)
        stored.set_metadata("nontemporal", builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)]))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def end_of_stream(typing_context: Any) -> Any:
    """Let no other thread see what comes after before what was streamed."""

    def generate(context: Any, builder: Any, _: Any, __: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), generate
