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
_HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def facts() -> dict[str, str]:
    """What stands above every table."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "threads of torch": str(torch.get_num_threads()),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "system": platform.system(),
        "load before": f"{os.getloadavg()[0]:.1f} of {os.cpu_count()}" if hasattr(os, "getloadavg") else "unknown",
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
