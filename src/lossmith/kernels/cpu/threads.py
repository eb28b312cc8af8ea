"""Work on several threads: ranges of blocks, for kernels that release Python's lock.

Numba's own layers die with a fork (omp) or under Python threads (workqueue), and the standard library's pool takes
longer to hand a job over than a loss of 100,000 elements takes to compute. Here whoever is free takes the next range:
a call never waits for a thread that has not begun, so any thread may call, and a busy core does not hold it up.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue

import torch

SHARE = 4  # ranges for each thread: few enough to cost nothing, enough to make up for one that is held up

_jobs: SimpleQueue[_Job] = SimpleQueue()
_workers = 0


def in_ranges(work: Callable[[int, int], object], count: int, *, least: int) -> None:
    """Call ``work(first, last)`` for ranges that cover ``range(count)``, on as many threads as torch may use.

    Args:
        work: writes what it finds; it must not matter who does which range.
        count: of blocks.
        least: how many blocks are worth a thread.

    Raises:
        Exception: the first that ``work`` raised, after all ranges are done.
    """
    threads = min(torch.get_num_threads(), count // least)
    if threads <= 1:
        work(0, count)
        return
    job = _Job(work, count, min(SHARE * threads, count))
    _start(threads - 1)
    for _ in range(threads - 1):
        _jobs.put(job)
    job.take_part()
    job.wait()


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
    global _jobs, _workers
    _jobs, _workers = SimpleQueue(), 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
