"""Work on several threads: ranges of blocks, for kernels that release Python's lock.

Where torch brings OpenMP with it, its own threads compute (``team``). A forked child has none of them, nor do all
builds of torch: there we have our own, since Numba's layers die with a fork (omp) or under Python threads (workqueue).
In both, whoever is free takes the next range, so that a busy core does not hold the others up.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import torch

SHARE = 4  # ranges for each thread: few enough to cost nothing, enough to make up for one that is held up

_jobs: SimpleQueue[_Job] = SimpleQueue()
_workers = 0
_is_forked = False


def threads_for(count: int, least: int) -> int:
    """On how many threads so many blocks are computed, ``least`` of which are worth one: torch's number at most."""
    return 1 if count < 2 * least else min(torch.get_num_threads(), count // least)


def ranges_for(threads: int, count: int) -> int:
    """Into how many ranges so many blocks are cut."""
    return min(SHARE * threads, count)


def in_ranges(work: Callable[[int, int], object], count: int, threads: int) -> None:
    """Call ``work(first, last)`` for ranges that cover ``range(count)``, on threads of our own.

    Args:
        work: writes what it finds; it must not matter who does which range.
        count: of blocks.
        threads: how many take part.

    Raises:
        Exception: the first that ``work`` raised, after all ranges are done.
    """
    job = _Job(work, count, ranges_for(threads, count))
    _start(threads - 1)
    for _ in range(threads - 1):
        _jobs.put(job)
    job.take_part()
    job.wait()


def parallel_of_torch() -> int:
    """The address of the function of torch's OpenMP that runs another on several threads; 0 where there is none."""
    return 0 if _is_forked else _gomp_parallel()


@functools.cache
def _gomp_parallel() -> int:
    for library in (Path(torch.__file__).parent / "lib").glob("libgomp*.so*"):
        with contextlib.suppress(OSError, AttributeError):  # it is none of this machine
            return ctypes.cast(ctypes.CDLL(str(library)).GOMP_parallel, ctypes.c_void_p).value or 0
    return 0


class _Job:
    """Ranges that several threads take one after the other, until none is left."""

    def __init__(self, work: Callable[[int, int], object], count: int, ranges: int) -> None:
        self.work = work
        self.ends = [count * n // ranges for n in range(ranges + 1)]
        self.error: BaseException | None = None
        # both counters count in one step of the interpreter
        self._next, self._finished = itertools.count(), itertools.count(1)
        self._is_done = threading.Lock()
        self._is_done.acquire()

    def take_part(self) -> None:
        """Do ranges that nobody does yet."""
        ranges = len(self.ends) - 1
        while (n := next(self._next)) < ranges:
            try:
                self.work(self.ends[n], self.ends[n + 1])
            except BaseException as error:
                self.error = self.error or error
            if next(self._finished) == ranges:
                self._is_done.release()

    def wait(self) -> None:
        """Until all ranges are done."""
        self._is_done.acquire()
        if self.error is not None:
            raise self.error


def _start(count: int) -> None:
    """So many workers at least; one too many, where two threads ask at once, does no harm."""
    global _workers
    while _workers < count:
        _workers += 1
        threading.Thread(target=_work, args=(_jobs,), name=f"lossmith-{_workers}", daemon=True).start()


def _work(jobs: SimpleQueue[_Job]) -> None:
    while True:
        jobs.get().take_part()


def _forget() -> None:
    """In the child of a fork, which has none of its parent's threads."""
    global _jobs, _workers, _is_forked
    _jobs, _workers, _is_forked = SimpleQueue(), 0, True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
