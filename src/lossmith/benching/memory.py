"""How memory is measured: pages that one call makes resident, in a process of its own."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import re
import sys
from pathlib import Path

import torch

from lossmith.benching.peers import COMPILED, call_of
from lossmith.benching.prepared import Prepared, run
from lossmith.benching.subjects import Work

LEAST = 4_000_000  # elements: of fewer, the arrays are lost among what else a process does
_SMALL = 64


def peak(work: Work, side: str) -> int:
    """The most bytes on top of the inputs during one call.

    A small call comes before, which loads libraries and compiles; what was compiled for one shape is called with it.
    """
    prepared = Prepared(work)
    if work.device == "cuda":
        return _peak_on_gpu(prepared, side)
    call = call_of(work, side)
    small = dataclasses.replace(work, shape=tuple(min(size, _SMALL) for size in work.shape))
    warm = prepared if side == COMPILED else Prepared(small)
    run(call, *warm.fresh())
    given = prepared.fresh()
    _give_back()
    before = _reset()
    run(call, *given)
    return max(0, _highest() - before)


def _peak_on_gpu(prepared: Prepared, side: str) -> int:
    call = call_of(prepared.work, side)
    run(call, *prepared.fresh())
    given = prepared.fresh()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    run(call, *given)
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - before


def _give_back() -> None:
    """Freed memory goes back to the system, as far as the C library can be asked to."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _reset() -> int:
    """Let the system forget the highest count of resident bytes so far; the count now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _highest()


def _highest() -> int:
    """The highest count of resident bytes since the last reset, or since the start where there is none."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))):
        return int(found[1]) * 1024
    import resource

    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest if sys.platform == "darwin" else highest * 1024
