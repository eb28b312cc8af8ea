"""A kernel's blocks on the threads that torch itself computes with, without a word of Python on the way.

After an operation torch's threads keep their cores busy for a while, in the hope of the next one: to hand work to them
takes a microsecond, where threads of our own would have to share the core with one that waits.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_INT = ir.IntType(64)
_ADDRESS = ir.IntType(8).as_pointer()
_NEXT, _FAILED = 0, 1  # fields of what is shared
_TASK = ir.FunctionType(ir.VoidType(), [_ADDRESS])


@intrinsic
def run_on_team(
    typing_context: Any, kernel: Any, parallel: Any, threads: Any, ranges: Any, blocks: Any, arguments: Any
) -> Any:
    """Call ``kernel(*arguments, first, last)`` for ranges that cover ``range(blocks)``.

    Args:
        kernel: a function that Numba compiles, and that raises nothing but a MemoryError.
        parallel: the address of GOMP_parallel, which runs a function on several threads and waits for all.
        threads: how many are asked for; whoever is there takes the next range.
        ranges: how many.
        blocks: how many.
        arguments: a tuple.

    Raises:
        MemoryError: a thread had none left.
    """
    signature = kernel.get_call_type(typing_context, (*arguments.types, types.int64, types.int64), {})

    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        _, parallel, threads, ranges, blocks, arguments = values
        # what the threads share: the number of the next range, whether one failed, and what does not change
        none = ir.Constant(_INT, 0)
        shared = cgutils.pack_struct(builder, [none, none, ranges, blocks, arguments])
        place = cgutils.alloca_once_value(builder, shared)
        task = _task(context, builder.module, place.type, kernel.dispatcher.get_compile_result(signature), signature)
        count = ir.IntType(32)
        function = ir.FunctionType(ir.VoidType(), [_TASK.as_pointer(), _ADDRESS, count, count]).as_pointer()
        given = [task, builder.bitcast(place, _ADDRESS), builder.trunc(threads, count), count(0)]
        builder.call(builder.inttoptr(parallel, function), given)
        failed = builder.load(cgutils.gep_inbounds(builder, place, 0, _FAILED))
        with builder.if_then(builder.icmp_signed("!=", failed, none), likely=False):
            context.call_conv.return_user_exc(builder, MemoryError, ("a thread had no memory left",))
        return context.get_dummy_value()

    return types.void(kernel, types.int64, types.int64, types.int64, types.int64, arguments), generate


def _task(context: Any, module: Any, shared_type: Any, compiled: Any, signature: Any) -> Any:
    """The function that each thread runs: the next range, until there is none."""
    context.active_code_library.add_linking_library(compiled.library)
    task = ir.Function(module, _TASK, module.get_unique_name("task"))
    task.linkage = "internal"
    builder = ir.IRBuilder(task.append_basic_block("entry"))
    shared = builder.bitcast(task.args[0], shared_type)
    ranges, blocks, arguments = (builder.load(cgutils.gep_inbounds(builder, shared, 0, field)) for field in (2, 3, 4))
    again, work, end = (task.append_basic_block(name) for name in ("again", "work", "end"))
    builder.branch(again)
    builder.position_at_end(again)
    n = builder.atomic_rmw("add", cgutils.gep_inbounds(builder, shared, 0, _NEXT), ir.Constant(_INT, 1), "monotonic")
    builder.cbranch(builder.icmp_signed("<", n, ranges), work, end)
    builder.position_at_end(work)
    first = builder.sdiv(builder.mul(blocks, n), ranges)
    last = builder.sdiv(builder.mul(blocks, builder.add(n, ir.Constant(_INT, 1))), ranges)
    given = [*cgutils.unpack_tuple(builder, arguments), first, last]
    status, _ = context.call_internal_no_propagate(builder, compiled.fndesc, signature, given)
    with builder.if_then(status.is_error, likely=False):
        builder.store(ir.Constant(_INT, 1), cgutils.gep_inbounds(builder, shared, 0, _FAILED))
    builder.branch(again)
    builder.position_at_end(end)
    builder.ret_void()
    return task
