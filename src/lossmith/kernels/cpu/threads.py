"""Work on several threads: ranges of blocks, for kernels that release Python's lock.

Numba's own layers die with a fork (omp) or under Python threads (workqueue). These threads belong to a pool of the
standard library; after a fork the child makes its own, and a call of any thread may hand out work, since nobody who
works waits for somebody else.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import torch

_pool: ThreadPoolExecutor | None = None


def in_ranges(work: Callable[[int, int], object], count: int, *, least: int) -> None:
    """Call ``work(first, last)`` for ranges that cover ``range(count)``, on as many threads as torch may use.

    Args:
        work: writes what it finds; it must not matter who does which range.
        count: of blocks.
        least: how many blocks are worth a thread.
    """
    if (threads := min(torch.get_num_threads(), count // least)) <= 1:
        work(0, count)
        return
    ends = [count * n // threads for n in range(threads + 1)]
    others: list[Future[object]] = []
    try:
        for n in range(1, threads):
            others.append(_threads().submit(work, ends[n], ends[n + 1]))
    except RuntimeError:  # the interpreter is going down, or the system has no thread to give
        work(ends[1 + len(others)], count)
    work(0, ends[1])
    for other in others:
        other.result()


def _threads() -> ThreadPoolExecutor:
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(max(1, os.cpu_count() or 1), thread_name_prefix="lossmith")
    return _pool


def _forget() -> None:
    """In the child of a fork, which has none of its parent's threads."""
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
