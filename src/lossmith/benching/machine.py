"""The facts of a machine and its software that a time depends on, and how fast its memory is."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import statistics
import time
from pathlib import Path

import torch

from lossmith import __version__

_BUFFER = 2**28  # bytes: more than any cache holds
_ROUNDS = 15
_TIMES = Path("/proc/stat")
_HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def facts() -> dict[str, str]:
    """What stands above every table."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "threads of torch": str(torch.get_num_threads()),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "system": platform.system(),
        "huge pages": huge_pages() or "none",
        "Python": platform.python_version(),
        "torch": torch.__version__,
        "Numba": _version("numba"),
        "Lossmith": __version__,
    }


def huge_pages() -> str:
    """Who gets huge pages on this system: always, madvise (who asks) or never; empty where it has none."""
    found = re.search(r"\[(\w+)\]", _HUGE_PAGES.read_text("ascii")) if _HUGE_PAGES.exists() else None
    return found[1] if found else ""


class OtherWork:
    """What other programs do, from now on: where they hold a core, threads that wait for each other stand still."""

    def __init__(self) -> None:
        self._start = _ticks()

    def share(self) -> float | None:
        """The share of all processors that others took since, without our own finished children; on Linux alone."""
        now = _ticks()
        if self._start is None or now is None:
            return None
        seconds, busy, ours = (after - before for after, before in zip(now, self._start, strict=True))
        return round(max(0.0, (busy - ours) / (seconds * (os.cpu_count() or 1))), 3)


def _ticks() -> tuple[float, float, float] | None:
    """Seconds: by the clock, of all processors at work, of this process and its finished children."""
    if not _TIMES.exists():
        return None
    user, nice, system, _, _, interrupts, soft, stolen = map(int, _TIMES.read_text("ascii").split()[1:9])
    times = os.times()
    ours = times.user + times.system + times.children_user + times.children_system
    return time.monotonic(), (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK"), ours


def bandwidth(device: str = "cpu") -> float:
    """Bytes a second that a stream over a large reused buffer reads and writes; on a GPU, that a copy does."""
    buffer = torch.ones(_BUFFER // 4, device=device)
    other = torch.empty_like(buffer) if device == "cuda" else buffer
    times = []
    for _ in range(_ROUNDS + 2):
        _wait(device)
        start = time.perf_counter()
        if device == "cuda":
            other.copy_(buffer)
        else:
            buffer.neg_()
        _wait(device)
        times.append(time.perf_counter() - start)
    return 2 * _BUFFER / statistics.median(times[2:])


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8"), re.M) if info.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
